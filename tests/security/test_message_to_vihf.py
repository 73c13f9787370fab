"""From a message to the assertion of its deposit."""

from __future__ import annotations

from functools import partial

import pytest

from gateway.model import Submission
from gateway.pipeline import judge_message
from gateway.resources import fixtures
from gateway.settings import load_facilities
from gateway.xds import vihf
from gateway.xds.vihf_facts import vihf_of
from tests.security.authority import NOW
from tests.security.samples import PROFILE

LETTER = "valid/discharge-mdm-t02-lettre-de-liaison.hl7"
NAME = "urn:oasis:names:tc:xspa:1.0:resource:patient:hl7:confidentiality-code"


def message(**flags: str) -> bytes:
    """A discharge letter with some of its coded flags set."""
    lines = (fixtures() / LETTER).read_bytes().decode().split("\r")
    for name, value in flags.items():
        rows = [line for line in lines if line.startswith("OBX") and f"|{name}^" in line]
        (row,) = rows
        fields = row.split("|")
        fields[5] = f"{value}^^expandedYes-NoIndicator" if "^" in fields[5] else value
        lines[lines.index(row)] = "|".join(fields)
    return "\r".join(lines).encode()


def deposit(body: bytes) -> Submission:
    directory = load_facilities(None)
    judged = judge_message(body, partial(directory.sender, "hopital-exemple"), "20260312091600")
    assert judged.submission is not None, [finding.rule for finding in judged.verdict.errors]
    return judged.submission


@pytest.mark.parametrize(("flag", "told"), [("Y", [vihf.SECRET]), ("N", [])])
def test_a_secret_connection_of_the_message_is_told_in_the_vihf_and_only_then(
    flag: str, told: list[str]
) -> None:
    facts = vihf_of(deposit(message(CONNEXION_SECRETE=flag)))
    root = vihf.build(facts, PROFILE, issuer="CN=X", assertion_id="_1", issued=NOW)
    path = f".//{{{vihf.SAML}}}Attribute[@Name='{NAME}']/{{{vihf.SAML}}}AttributeValue"
    assert [each.text for each in root.iterfind(path)] == told


def test_structure_sector_and_responsible_person_come_from_the_declaration() -> None:
    found = deposit(message())
    assert found.depositor is not None
    assert found.depositor.structure_id == "1990000001"
    assert found.depositor.sector is not None
    assert found.depositor.sector.code == "SA01"
    assert found.depositor.responsible_id == "899000000022"
    assert vihf_of(found).structure_id == "1990000001"
