"""Delimiters, character sets, escapes, segments."""

from __future__ import annotations

import pytest

from gateway.model import Location, Severity
from gateway.parsers import Limits, read
from gateway.parsers.charset import CODECS
from tests.parsers.samples import edited, only, oru, rules_of, wire


def with_city(city: bytes, charset: str) -> bytes:
    """The sample with PID-11.3 = ``city`` in raw bytes."""
    segments = oru(charset=charset)
    segments[1] += "|||1 rue A^^CITY^^63000^FRA^H"
    return wire(segments).replace(b"CITY", city)


@pytest.mark.parametrize(
    ("charset", "city"),
    [
        ("UNICODE UTF-8", "Évry".encode()),
        ("8859/15", "Évry".encode("iso-8859-15")),
        ("8859/1", "Évry".encode("latin-1")),
        ("", "Évry".encode()),
        ("", "Évry".encode("iso-8859-15")),
        ("utf-8", "Évry".encode()),
        ("UNICODE UTF-8~8859/15", "Évry".encode()),
    ],
)
def test_text_is_decoded_as_msh_18_says(charset: str, city: bytes) -> None:
    reading = read(with_city(city, charset))
    assert reading.findings == ()
    assert reading.message is not None
    assert reading.message.segments[1].value(11, 3) == "Évry"


@pytest.mark.parametrize("name", sorted(CODECS))
def test_every_name_of_table_0211_decodes_plain_text(name: str) -> None:
    reading = read(with_city(b"Paris", name))
    assert reading.findings == ()
    assert reading.message is not None
    assert reading.message.charset == name
    assert reading.message.segments[1].value(11, 3) == "Paris"


def test_the_euro_sign_tells_8859_15_from_8859_1() -> None:
    message = read(with_city(b"\xa4", "8859/15")).message
    assert message is not None
    assert message.segments[1].value(11, 3) == "€"


def test_undecodable_bytes_are_located_and_the_message_can_still_be_answered() -> None:
    body = with_city(b"\xe9vry", "UNICODE UTF-8")
    reading = read(body)
    finding = only(reading)
    assert (finding.rule, finding.hl7_code) == ("R.ENC.06", "102")
    assert finding.location == Location(segment="PID", field=11, detail=f"byte {body.index(0xE9) + 1}")
    assert reading.control_id == "A-0001"


def test_byte_positions_count_from_the_start_of_the_delivery() -> None:
    body = b"\x0b" + with_city(b"\xe9vry", "UNICODE UTF-8") + b"\x1c\r"
    assert only(read(body)).location.detail == f"byte {body.index(0xE9) + 1}"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"A\F\B", "A|B"),
        (r"A\S\B", "A^B"),
        (r"A\T\B", "A&B"),
        (r"A\R\B", "A~B"),
        (r"A\E\B", "A\\B"),
        (r"A\.br\B", "A\nB"),
        (r"\X41\B", "AB"),
        (r"\XC9\vry", "Évry"),
        (r"\XC389\vry", "Évry"),
        ('""', ""),
        ("  A  ", "A"),
    ],
)
def test_escapes_are_decoded(written: str, meant: str) -> None:
    reading = read(with_city(written.encode(), "UNICODE UTF-8"))
    assert reading.findings == ()
    assert reading.message is not None
    assert reading.message.segments[1].value(11, 3) == meant


@pytest.mark.parametrize("written", [r"d\Q\examen", r"C:\temp", r"A\X4\B", r"A\H\B\N\C"])
def test_an_unknown_or_unterminated_escape_is_kept_with_a_warning(written: str) -> None:
    reading = read(with_city(written.encode(), "UNICODE UTF-8"))
    finding = only(reading)
    assert (finding.rule, finding.severity) == ("R.ENC.07", Severity.WARNING)
    assert finding.location == Location(segment="PID", field=11)
    assert reading.message is not None
    assert reading.message.segments[1].value(11, 3) == written


@pytest.mark.parametrize(
    ("declared", "field"),
    [("|^˜\\&|", 2), ("|^~\\&#|", 2), ("|^~\\|", 2), ("|~^\\&|", 2), ("||", 2), ("|^^^^|", 2)],
)
def test_other_delimiters_are_an_error(declared: str, field: int) -> None:
    reading = read(wire(edited(oru(), 0, "|^~\\&|", declared)))
    finding = next(finding for finding in reading.findings if finding.rule == "R.ENC.04")
    assert (finding.hl7_code, finding.location) == ("199", Location(segment="MSH", field=field))
    assert reading.control_id == "A-0001"


def test_a_look_alike_in_msh_2_alone_does_not_spoil_the_rest() -> None:
    reading = read(wire(edited(oru(), 0, "|^~\\&|", "|^˜\\&|")))
    assert rules_of(reading, errors=False) == ["R.ENC.04"]
    assert reading.message is not None
    assert reading.message.segments[1].value(3, 1, repetition=2) == "P12"
    assert len(reading.documents) == 1


def test_a_look_alike_used_everywhere_is_read_as_it_is_used() -> None:
    reading = read(wire([segment.replace("~", "˜") for segment in oru()]))
    assert rules_of(reading, errors=False) == ["R.ENC.04"]
    assert reading.message is not None
    assert reading.message.segments[1].value(3, 1, repetition=2) == "P12"


def test_another_field_separator_used_everywhere_is_read_and_refused() -> None:
    reading = read(wire([segment.replace("|", "$") for segment in oru()]))
    finding = only(reading)
    assert (finding.rule, finding.location) == ("R.ENC.04", Location(segment="MSH", field=1))
    assert len(reading.documents) == 1


def test_segments_have_their_line_and_their_occurrence() -> None:
    message = read(wire(oru(), "\r\n")).message
    assert message is not None
    assert [(obx.line, obx.occurrence) for obx in message.named("OBX")] == [
        (6, 1),
        (8, 2),
        (9, 3),
        (10, 4),
        (11, 5),
    ]


def test_unknown_segments_are_kept() -> None:
    reading = read(wire([*oru(), "ZZZ|1|x", "AB1|2"]))
    assert reading.findings == ()
    assert reading.message is not None
    assert [segment.name for segment in reading.message][-2:] == ["ZZZ", "AB1"]


@pytest.mark.parametrize("line", ["obx|1", "OB|1", "OBXX|1", "suite du texte", "1AB|", "OBX;1"])
def test_a_line_that_is_no_segment_is_reported_and_kept_out(line: str) -> None:
    reading = read(wire([*oru(), line]))
    finding = only(reading)
    assert (finding.rule, finding.hl7_code, finding.location.line) == ("X.SEGMENT", "100", 12)
    assert reading.message is not None
    assert len(reading.message.segments) == 11


def test_many_stray_lines_are_counted_not_listed() -> None:
    reading = read(wire([*oru(), *["stray"] * 500]))
    assert len(reading.findings) == 20
    assert "481" in reading.findings[-1].text_en or "480" in reading.findings[-1].text_en


def test_too_many_segments_are_refused_and_the_message_can_still_be_answered() -> None:
    reading = read(wire([*oru(), *["ZZZ|1"] * 500]), Limits(max_segments=100))
    assert rules_of(reading) == ["X.STRUCTURE"]
    assert reading.control_id == "A-0001"


@pytest.mark.parametrize("body", [b"MSH", b"MSH|", b"MSH|^~\\&", b"MSH\r", b"MSHX|A", b"MSH|^~\\&|\xff"])
def test_a_stump_of_msh_is_read(body: bytes) -> None:
    reading = read(body)
    assert reading.message is not None
    assert reading.message.msh.raw(1) == body.decode("latin-1")[3:4].strip()
