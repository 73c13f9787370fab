"""What must never stop the worker: each gets its rule and its place, and says nothing of the patient."""

from __future__ import annotations

import pytest

from gateway.model import Kind, Location
from gateway.parsers import Limits, read
from gateway.parsers.rules import RULES
from tests.parsers.samples import CDA_BYTES, base64_of, only, oru, rules_of, wire

PLAIN = wire(oru())


@pytest.mark.parametrize("body", [b"", b" ", b"\r\n\r\n", b"\x0b\x1c\r", b"\x0b  \x1c\r", b"\xef\xbb\xbf"])
def test_nothing_at_all_is_said_to_be_empty(body: bytes) -> None:
    reading = read(body)
    assert rules_of(reading)[0] in ("X.EMPTY", "R.ENC.02")
    assert reading.documents == ()
    assert reading.message is None


@pytest.mark.parametrize(
    "body",
    [
        b"PID|1|",
        b"hello",
        b"%PDF-1.7",
        b"PK\x03\x04",
        b"\x00" * 100,
        b"{}",
        b"msh|^~\\&|",
        "MSH|^~\\&|A".encode("utf-16"),
        bytes(range(256)),
    ],
)
def test_what_is_neither_hl7_nor_xml_is_said_to_be_so(body: bytes) -> None:
    reading = read(body)
    finding = only(reading)
    assert (finding.rule, finding.hl7_code, finding.location.segment) == ("R.ENC.02", "100", "MSH")
    assert (reading.kind, reading.message, reading.documents) == (Kind.DOCUMENT, None, ())


def test_blanks_before_msh_are_an_error_that_can_be_answered() -> None:
    reading = read(b"\r\n " + PLAIN)
    assert only(reading).rule == "R.ENC.02"
    assert reading.control_id == "A-0001"


def test_thirty_megabytes_are_refused_and_can_be_answered() -> None:
    reading = read(wire(oru("QUJD" * 7_500_000)))
    finding = only(reading)
    assert (finding.rule, finding.hl7_code, finding.location) == ("R.ENC.10", "199", Location(segment="MSH"))
    assert reading.control_id == "A-0001"
    assert reading.message is not None
    assert len(reading.message.segments) == 1
    assert reading.documents == ()


def test_thirty_megabytes_of_xml_are_refused() -> None:
    reading = read(b"<a>" + b"A" * 30_000_000)
    assert only(reading).rule == "R.ENC.10"


def test_the_size_limit_is_exact() -> None:
    assert rules_of(read(PLAIN, Limits(max_message_bytes=len(PLAIN)))) == []
    assert rules_of(read(PLAIN, Limits(max_message_bytes=len(PLAIN) - 1))) == ["R.ENC.10"]


@pytest.mark.parametrize("kept", [0.2, 0.5, 0.9])
def test_a_message_cut_inside_its_document_is_refused(kept: float) -> None:
    start, end = PLAIN.index(b"^Base64^") + 8, PLAIN.index(b"||||||F")
    reading = read(PLAIN[: start + int((end - start) * kept)])
    assert rules_of(reading)
    assert set(rules_of(reading)) <= {"R.DOC.09", "R.DOC.10"}
    assert reading.control_id == "A-0001"


def test_no_text_holds_a_value_of_the_patient() -> None:
    secrets = ("279035121518989", "SPECIMEN", "AGATHE", "19790328", "63220", "EXEMPLE")
    broken = [
        PLAIN[:3000],
        wire(oru("@@@@")),
        CDA_BYTES.replace(b"</family>", b"</SPECIMEN>", 1),
        CDA_BYTES.replace(b">SPECIMEN<", b"><SPECIMEN<"),
        CDA_BYTES.replace(b">SPECIMEN<", b">&SPECIMEN;<"),
        CDA_BYTES.replace(b">SPECIMEN<", b">SPECIMEN\xe9<"),
        wire([*oru(), "SPECIMEN AGATHE"]),
        PLAIN.replace(b"SPECIMEN", b"SPECI\\MEN"),
        PLAIN.replace(b"SPECIMEN", b"SPECI\xe9MEN"),
    ]
    for body in broken:
        reading = read(body)
        assert reading.findings
        shown = repr(reading) + "".join(f"{found.text_fr}{found.text_en}" for found in reading.findings)
        assert not [secret for secret in secrets if secret in shown]


def test_every_rule_has_a_clause_both_texts_and_a_code() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule.clause
        assert rule.text_fr != rule.text_en
        assert rule.hl7_code


def test_base64_of_a_base64_is_not_a_cda() -> None:
    assert rules_of(read(wire(oru(base64_of(base64_of(CDA_BYTES).encode()))))) == ["R.DOC.10"]


@pytest.mark.timeout(20)
@pytest.mark.parametrize("sign", ["|", "~", "^", "&", "\\", "\r", "A\r", "ZZZ|\r", "\n\r", "\x0b", "\x1c"])
def test_ten_million_of_any_sign_get_a_verdict(sign: str) -> None:
    body = PLAIN + (sign * (10_000_000 // len(sign))).encode()
    reading = read(body)
    assert reading.control_id == "A-0001"
