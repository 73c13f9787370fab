"""Any bytes give a Reading: no exception, and every finding can be shown to a person."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.model import Document, Reading
from gateway.parsers import Limits, messages, read
from tests.parsers.samples import CDA_BYTES, base64_of, needs_examples, official_messages, oru, wire

MESSAGE = wire(oru())
SMALL = Limits(max_message_bytes=100_000, max_document_bytes=50_000, max_segments=60, max_fields=2_000)
CASES = int(os.environ.get("FUZZ_CASES", "150"))


def check(body: bytes) -> Reading:
    reading = read(body, SMALL)
    for finding in reading.findings:
        assert finding.rule
        assert str(finding.location)
        assert finding.text_fr
        assert finding.text_en
        assert finding.hl7_code
    if not reading.documents and reading.message is None:
        assert any(finding.is_error for finding in reading.findings)
    for document in reading.documents:
        check_document(document, reading)
    pieces = messages(body)
    assert len(b"".join(pieces)) <= len(body)
    return reading


def check_document(document: Document, reading: Reading) -> None:
    assert (document.root is None) == (document.header is None)
    if document.content and document.root is None:
        assert any(finding.is_error for finding in reading.findings)


@settings(max_examples=CASES, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_give_a_reading(body: bytes) -> None:
    check(body)


@settings(max_examples=CASES, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_after_msh_give_a_message(tail: bytes) -> None:
    assert check(b"MSH" + tail).message is not None


@settings(max_examples=CASES, deadline=None)
@given(st.text(alphabet="MSHOBXPRT|^~\\&\r\n12Y ED\x0b\x1c˜é", max_size=300))
def test_texts_made_of_hl7_signs_give_a_reading(text: str) -> None:
    check(text.encode())
    check(MESSAGE + text.encode())


@settings(max_examples=CASES, deadline=None)
@given(st.text(alphabet="<>/!?-[]&;='\" DOCTYPEax:CDA\n", max_size=200))
def test_texts_made_of_xml_signs_give_a_reading(text: str) -> None:
    check(b"<" + text.encode())
    check(wire(oru(base64_of(text.encode()))))


@settings(max_examples=CASES, deadline=None)
@given(
    st.sampled_from([MESSAGE, CDA_BYTES]),
    st.lists(
        st.tuples(st.integers(0, 10_000), st.integers(0, 6), st.binary(max_size=6)), min_size=1, max_size=4
    ),
)
def test_a_mutated_sample_gives_a_reading(sample: bytes, edits: list[tuple[int, int, bytes]]) -> None:
    for place, dropped, added in edits:
        at = place % len(sample)
        sample = sample[:at] + added + sample[at + dropped :]
    check(sample)


@settings(max_examples=CASES, deadline=None)
@given(st.integers(0, len(MESSAGE)), st.sampled_from([b"", b"\x0b"]))
def test_a_truncated_message_gives_a_reading(length: int, start: bytes) -> None:
    check(start + MESSAGE[:length])


@settings(max_examples=CASES, deadline=None)
@given(st.binary(min_size=1, max_size=2_000))
def test_the_bytes_in_obx_5_are_the_bytes_of_the_document(content: bytes) -> None:
    assert read(wire(oru(base64_of(content)))).documents[0].content == content


@settings(max_examples=CASES, deadline=None)
@given(
    st.text(
        st.characters(
            codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="|^~\\&\u2028\u2029\x85"
        ),
        max_size=40,
    ),
    st.lists(st.sampled_from(["\r", "\n", "\r\n"]), min_size=11, max_size=11),
)
def test_every_framing_gives_the_same_values(text: str, ends: list[str]) -> None:
    segments = oru()
    segments[1] += f"|||{text}"
    plain = wire(segments)
    mixed = "".join(a + b for a, b in zip(segments, ends, strict=True)).encode()
    readings = [read(body) for body in (plain, b"\x0b" + plain + b"\x1c\r", b"\xef\xbb\xbf" + plain, mixed)]
    fields = [[segment.fields for segment in reading.message or ()] for reading in readings]
    assert all(found == fields[0] for found in fields)
    assert readings[0].message is not None
    assert readings[0].message.segments[1].value(11) == text.strip()
    assert {finding.rule for reading in readings for finding in reading.findings} <= {"R.ENC.03"}


@needs_examples
@pytest.mark.parametrize("path", official_messages(), ids=lambda path: path.name)
def test_mutated_official_messages_give_a_reading(path: Path) -> None:
    data = path.read_bytes()[:60_000]
    chance = random.Random(path.name)
    for _ in range(max(3, CASES // 20)):
        body = bytearray(data)
        for _ in range(chance.randrange(1, 6)):
            body[chance.randrange(len(body))] = chance.randrange(256)
        cut = chance.randrange(len(body)) if chance.random() < 0.3 else len(body)
        check(bytes(body[:cut]))
