"""The consent feed through a whole gateway: what the patient said decides what is deposited."""

from __future__ import annotations

import re
import sqlite3
import stat

from gateway.resources import fixtures
from gateway.routes.letters import read_dead_letter
from tests.consent.samples import admission, fixture, report
from tests.e2e.harness import Stack

CONSENT, LAB = "consent.hopital-exemple", "lab.labo-exemple"
EARLY, LATE = "20260901080000+0200", "20261101080000+0100"


async def settle(stack: Stack, body: bytes, key: str) -> dict[str, object]:
    """Send one message and wait for its end."""
    before = sum(1 for row in stack.ledger().values() if row["settled_at"])
    name = await stack.publish(body, key)
    return (await stack.settled(before + 1))[name]


async def test_an_opposed_patient_gets_no_deposit_until_they_change_their_mind(stack: Stack) -> None:
    stack.start_worker()
    told = await settle(stack, admission("ADT-1", "IO", EARLY), CONSENT)
    assert (told["outcome"], told["detail"]) == ("recorded", "consent recorded")

    refused = await settle(stack, report("LABO-A"), LAB)
    assert (refused["outcome"], refused["reason"], refused["stage"]) == ("refused", "R.DMP.08", "classified")
    assert stack.stored() == {}
    (letter,) = await stack.dead_letters()
    facts = read_dead_letter(letter)
    assert (facts.reason, facts.rule, facts.location, facts.stage) == (
        "R.DMP.08",
        "R.DMP.08",
        "PID-3",
        "classified",
    )
    (finding,) = [item for item in facts.findings if item["severity"] == "error"]
    assert (finding["hl7_code"], finding["application_code"]) == ("207", "906")

    await settle(stack, admission("ADT-2", "INO", LATE), CONSENT)
    assert (await settle(stack, report("LABO-B"), LAB))["outcome"] == "submitted"
    assert len(stack.stored()) == 1

    await settle(stack, admission("ADT-3", "IO", EARLY), CONSENT)
    later = await settle(stack, fixture("imaging-mdm-t02-echographie.hl7"), "imaging.imagerie-exemple")
    assert later["outcome"] == "submitted", "the later collection date wins, not the later message (R.PAM.08)"


async def test_the_ledger_knows_patients_by_hash_only(stack: Stack) -> None:
    stack.start_worker(GATEWAY_CONSENT_REQUIRED="true")
    assert (await settle(stack, report("LABO-A"), LAB))["reason"] == "R.CST.01"
    await settle(stack, admission("ADT-1", "INO"), CONSENT)
    assert (await settle(stack, report(), LAB))["outcome"] == "submitted"
    key = stack.folder / "patient.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    with sqlite3.connect(stack.folder / "ledger.sqlite3") as connection:
        content = "\n".join(connection.iterdump())
    assert re.search(r'INSERT INTO "consents"', content)
    assert re.search(r'INSERT INTO "documents"', content)
    for secret in (
        "258043523899174",
        "1000001",
        "CAMILLE",
        "PAT-EXEMPLE",
        "19580412",
        "V301",
        "V101",
        "35238",
    ):
        assert secret not in content, secret
    assert key.read_text() not in content


def test_the_fixtures_are_what_these_tests_believe() -> None:
    assert (fixtures() / "valid" / "imaging-mdm-t04-echographie.hl7").is_file()
    assert admission("ADT-0001") == fixture("consent-adt-a01-non-opposition.hl7")
