"""The base standard, compiled from hl7apy: each rule on a valid message with one thing broken."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.model import Severity
from gateway.parsers import read
from gateway.resources import fixtures
from gateway.validators import judge
from gateway.validators.catalogue import RULES
from gateway.validators.dictionary import dictionary
from gateway.validators.profile import judge_profile

SHARED = Path(__file__).resolve().parents[3] / ".." / "shared"
ADT = (
    "MSH|^~\\&|GAM|CH-A|PFI|CH-A|20260302101500||ADT^A01^ADT_A01|A-1|T|2.5^FRA^2.11|||||FRA|UNICODE UTF-8\r"
    "EVN||20260302101500\r"
    "PID|1||P12^^^CH-A^PI||SPECIMEN^AGATHE^^^^^L||19790328|F|||1 rue A^^PARIS^^75001|||||||D77^^^CH-A^AN\r"
    "PV1|1|I|||||||||||||||||V88^^^CH-A^VN\r"
    "ZBE|M1^GAM|20260302101500||INSERT|N||||HMS\r"
)
RESULT = "OBX|1|NM|GLU^Glucose^L||5.1|mmol/L|3.9-5.5|N|||F|||20260302\r"


def told(text: str) -> list[tuple[str, str]]:
    message = read(text.encode()).message
    assert message is not None
    return [(finding.rule, str(finding.location)) for finding in judge_profile(message)]


def plain(result: str, version: str = "2.5") -> str:
    return (
        f"MSH|^~\\&|SIL|LABO|PFI|LABO|20260302101500||ORU^R01|A-1|T|{version}\rPID|1||P12^^^LABO^PI||SPECIMEN^AGATHE\r"
        f"OBR|1|||NFS^Numération^L\r{result}"
    )


def test_a_valid_message_has_no_fault() -> None:
    assert told(ADT) == []
    assert told(plain(RESULT)) == []


@pytest.mark.parametrize(
    ("old", "new", "rule", "place"),
    [
        ("PV1|1|I", "QQQ|1\rPV1|1|I", "R.HL7.01", "QQQ"),
        ("EVN||20260302101500\r", "", "R.HL7.02", "EVN"),
        ("|SPECIMEN^AGATHE^^^^^L|", "||", "R.HL7.03", "PID-5"),
        ("|19790328|", "|19790328~19790329|", "R.HL7.04", "PID-7[2]"),
        ("|19790328|", "|28/03/1979|", "R.HL7.05", "PID-7"),
        ("PID|1|", "PID|un|", "R.HL7.05", "PID-1"),
        ("P12^^^CH-A^PI", "P12^^^CH-A^PI^^le jour", "R.HL7.05", "PID-3.7"),
        ("|19790328|", "|19790328^D^X|", "R.HL7.06", "PID-7.3"),
        ("P12^^^CH-A^PI", "P12^^^CH-A&1&ISO&X^PI", "R.HL7.06", "PID-3.4.4"),
        ("P12^^^CH-A^PI", "P" * 129 + "^^^CH-A^PI", "R.HL7.07", "PID-3.1"),
        ("PV1|1|I|", "PV1|1|Q|", "R.HL7.08", "PV1-2.1"),
        ("EVN||20260302101500", "EVN||20260302101500||||||x", "R.HL7.09", "EVN-8"),
        ("ZBE|M1^GAM|20260302101500", "ZBE|M1^GAM|demain", "R.HL7.05", "ZBE-2"),
    ],
)
def test_one_thing_broken_is_one_fault_at_its_place(old: str, new: str, rule: str, place: str) -> None:
    assert old in ADT
    assert told(ADT.replace(old, new, 1)) == [(rule, place)]


@pytest.mark.parametrize(
    ("sort", "value", "right"),
    [
        ("NM", "-0.5", True),
        ("NM", "5,1", False),
        ("SN", ">^100", True),
        ("SN", ">^cent", False),
        ("DT", "20260302", True),
        ("DT", "20261302", False),
        ("TM", "1015", True),
        ("TM", "2515", False),
        ("TS", "20260302101500+0100", True),
        ("TS", "hier", False),
        ("ST", "a&b", False),
        ("ST", "\\T\\", True),
        ("FT", "texte\\.br\\libre", True),
        ("CE", "A^B^C^D^E^F", True),
        ("CE", "A^B^C^D^E^F^G", False),
        ("ED", "^TEXT^XML^Base64^x^y^z^t", True),
        ("NM", '""', True),
    ],
)
def test_obx_5_is_of_the_type_that_obx_2_says(sort: str, value: str, right: bool) -> None:
    found = told(plain(RESULT.replace("|NM|", f"|{sort}|").replace("|5.1|", f"|{value}|")))
    assert (found == []) is right
    assert all(place.startswith("OBX-5") for _, place in found)


@pytest.mark.parametrize("version", ["2.3.1", "2.4", "2.5", "2.5.1", "2.6"])
def test_every_version_that_is_read_is_checked(version: str) -> None:
    assert told(plain(RESULT, version)) == []
    assert told(plain(RESULT.replace("5.1", "haut"), version)) == [("R.HL7.05", "OBX-5")]


def test_another_version_is_left_to_the_rule_on_msh_12() -> None:
    assert told(plain(RESULT, "2.9")) == []
    assert dictionary("2.9") is None


def test_unusual_delimiters_change_nothing() -> None:
    message = plain(RESULT).replace("~", "*").replace("^", "$").replace("OBX|1|NM", "OBX|x|NM")
    found = told(message)
    assert ("R.HL7.05", "OBX-1") in found
    assert len(found) == 1


def test_where_a_french_rule_speaks_the_base_standard_is_silent() -> None:
    body = (fixtures() / "valid" / "lab-oru-nfs-glycemie.hl7").read_bytes().replace(b"|19", b"|x19", 1)
    rules = [
        f.rule for f in judge(read(body)).findings if (f.location.segment, f.location.field) == ("PID", 7)
    ]
    assert rules
    assert not [rule for rule in rules if rule.startswith("R.HL7.")]


def test_no_rule_of_the_base_standard_refuses_a_message() -> None:
    ours = [rule for rule in RULES if rule.id.startswith("R.HL7.")]
    assert len(ours) == 9
    assert {rule.severity for rule in ours} == {Severity.WARNING}


@pytest.mark.parametrize("name", [path.name for path in Path(str(fixtures() / "valid")).glob("*.hl7")])
def test_our_valid_fixtures_follow_the_base_standard(name: str) -> None:
    message = read((fixtures() / "valid" / name).read_bytes()).message
    assert message is not None
    assert list(judge_profile(message)) == []


@pytest.mark.skipif(not SHARED.is_dir(), reason="official examples (../shared) are absent")
def test_the_official_messages_follow_it_but_for_one_known_defect() -> None:
    faults: dict[str, list[str]] = {}
    for path in (SHARED / "examples" / "hl7v2").iterdir():
        message = None if path.suffix.lower() in (".xml", ".csv") else read(path.read_bytes()).message
        if message is not None and (found := [str(f.location) for f in judge_profile(message)]):
            faults[path.name] = found
    # ZBE of this one is shifted by a field (CONSENT: "defect of sortie.er7").
    assert faults == {"SGL__sortie.er7": ["ZBE-4", "ZBE-5.1", "ZBE-10"]}


def test_what_senders_invent_is_not_remembered() -> None:
    known = dictionary("2.5")
    assert known is not None
    for number in range(50):
        told(plain(RESULT.replace("|NM|", f"|T{number}|")))
        assert known.segment(f"Q{number:02d}") is None
    assert not [name for name in known._types if name.startswith("T1")]
    assert not [name for name in known._segments if name.startswith("Q")]
