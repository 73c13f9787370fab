"""CR, LF, CRLF, MLLP, BOM: the same message whatever carries it."""

from __future__ import annotations

import pytest

from gateway.model import Kind, Severity
from gateway.parsers import messages, read
from tests.parsers.samples import CDA_BYTES, only, oru, rules_of, wire

PLAIN = wire(oru())


def values(body: bytes) -> list[tuple[str, ...]]:
    message = read(body).message
    assert message is not None
    return [segment.fields for segment in message]


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n", "\n\n", "\r\r\n"])
def test_every_line_end_gives_the_same_message(end: str) -> None:
    assert values(wire(oru(), end)) == values(PLAIN)


def test_mixed_line_ends_give_the_same_message() -> None:
    ends = ["\r", "\n", "\r\n"] * 4
    body = "".join(segment + end for segment, end in zip(oru(), ends, strict=False)).encode()
    assert values(body) == values(PLAIN)


def test_cr_alone_is_silent_and_lf_is_one_warning() -> None:
    assert read(PLAIN).findings == ()
    finding = only(read(wire(oru(), "\n")))
    assert (finding.rule, finding.severity) == ("R.ENC.03", Severity.WARNING)


@pytest.mark.parametrize(
    "body",
    [
        b"\x0b" + PLAIN + b"\x1c\r",
        b"\x0b" + PLAIN + b"\x1c\r\n",
        b"\xef\xbb\xbf" + PLAIN,
        b"\x0b\xef\xbb\xbf" + PLAIN + b"\x1c\r",
        PLAIN + b"\r\r  \r",
        PLAIN.removesuffix(b"\r"),
        PLAIN.removesuffix(b"\r") + b"|||  \r",
    ],
)
def test_framing_a_mark_and_trailing_blanks_are_silent(body: bytes) -> None:
    reading = read(body)
    assert reading.findings == ()
    assert reading.control_id == "A-0001"
    assert len(reading.documents) == 1


def test_a_block_without_end_is_truncated_and_can_still_be_answered() -> None:
    reading = read(b"\x0b" + PLAIN)
    finding = only(reading)
    assert (finding.rule, finding.is_error) == ("R.ENC.01", True)
    assert reading.control_id == "A-0001"


@pytest.mark.parametrize(
    "body",
    [
        b"\x0b" + PLAIN + b"\x1c",
        PLAIN + b"\x1c\r",
        b"noise\x0b" + PLAIN + b"\x1c\r",
        b"\x0b" + PLAIN + b"\x1c\rnoise",
    ],
)
def test_a_loose_frame_is_a_warning(body: bytes) -> None:
    reading = read(body)
    assert rules_of(reading) == []
    assert {finding.rule for finding in reading.findings} == {"R.ENC.01"}
    assert len(reading.documents) == 1


@pytest.mark.parametrize(
    "body",
    [
        (b"\x0b" + PLAIN + b"\x1c\r") * 2,
        PLAIN * 2,
        wire(oru(), "\n") * 2,
        wire(["FHS|^~\\&|A", "BHS|^~\\&|A"]) + PLAIN,
    ],
)
def test_a_second_message_is_an_error_never_dropped_in_silence(body: bytes) -> None:
    assert "X.MANY" in rules_of(read(body))


def test_a_capture_is_cut_into_its_ten_messages() -> None:
    pieces = messages((b"\x0b" + PLAIN + b"\x1c\r") * 10)
    assert [piece.rstrip(b"\x1c\r") for piece in pieces] == [PLAIN.rstrip(b"\r")] * 10


def test_a_batch_is_cut_into_its_messages() -> None:
    batch = wire(["FHS|^~\\&|A", "BHS|^~\\&|A"]) + PLAIN + PLAIN + wire(["BTS|2", "FTS|1"])
    pieces = messages(batch)
    assert len(pieces) == 2
    assert all(read(piece).findings == () for piece in pieces)


@pytest.mark.parametrize("body", [PLAIN, CDA_BYTES, b"", b"\x0b" + PLAIN + b"\x1c\r", b"noise"])
def test_one_message_comes_back_whole(body: bytes) -> None:
    assert messages(body) == [body]


def test_a_framed_cda_is_read_and_its_bytes_are_those_inside_the_frame() -> None:
    reading = read(b"\x0b" + CDA_BYTES + b"\x1c\r")
    assert reading.findings == ()
    assert reading.kind is Kind.LAB
    assert reading.documents[0].content == CDA_BYTES
