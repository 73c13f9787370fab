"""The consent feed through a whole gateway: what the patient said decides what is deposited."""

from __future__ import annotations

import re
import sqlite3
import stat

from gateway.resources import fixtures
from gateway.routes.letters import read_dead_letter
from tests.consent.samples import admission, fixture, report, without_zfa
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


async def test_the_later_collection_date_wins_and_not_the_later_message(stack: Stack) -> None:
    """R.PAM.08."""
    stack.start_worker()
    await settle(stack, admission("ADT-1", "INO", LATE), CONSENT)
    await settle(stack, admission("ADT-2", "IO", EARLY), CONSENT)
    assert (await settle(stack, report(), LAB))["outcome"] == "submitted"


async def test_neither_na_nor_an_admission_without_zfa_erases_an_opposition(stack: Stack) -> None:
    stack.start_worker()
    await settle(stack, admission("ADT-1", "IO", EARLY), CONSENT)
    await settle(stack, admission("ADT-2", "NA", LATE), CONSENT)
    await settle(stack, without_zfa(admission("ADT-3")), CONSENT)
    assert (await settle(stack, report(), LAB))["reason"] == "R.DMP.08"
    bare = await settle(stack, fixture("cda-synthese-medicale.xml"), "discharge.hopital-exemple")
    assert (bare["outcome"], bare["reason"]) in {("refused", "R.DMP.08"), ("submitted", "")}


async def test_a_cancelled_movement_gives_back_what_was_said_before(stack: Stack) -> None:
    stack.start_worker()
    await settle(stack, admission("ADT-1", "IO", EARLY, movement="MV1"), CONSENT)
    await settle(stack, admission("ADT-2", "INO", LATE, movement="MV2", stated=LATE), CONSENT)
    undo = admission(
        "ADT-3", "INO", LATE, event="Z99", action="CANCEL", movement="MV2", stated="20261101090000+0100"
    )
    assert (await settle(stack, undo, CONSENT))["outcome"] == "recorded"
    assert (await settle(stack, report(), LAB))["reason"] == "R.DMP.08"


async def test_a_deletion_is_carried_out_for_an_opposed_patient(stack: Stack) -> None:
    stack.start_worker()
    ultrasound, deletion = (
        fixture("imaging-mdm-t02-echographie.hl7"),
        fixture("imaging-mdm-t04-echographie.hl7"),
    )
    assert (await settle(stack, ultrasound, "imaging.imagerie-exemple"))["outcome"] == "submitted"
    insider = admission("ADT-1", "IO", EARLY)
    pid = next(line for line in ultrasound.split(b"\r") if line.startswith(b"PID"))
    lines = [pid if line.startswith(b"PID") else line for line in insider.split(b"\r")]
    await settle(stack, b"\r".join(lines), CONSENT)
    again = await settle(
        stack, ultrasound.replace(b"|IMG-0003|", b"|IMG-0003B|", 1), "imaging.imagerie-exemple"
    )
    assert again["outcome"] == "submitted", "it is there already: nothing is deposited"
    assert (await settle(stack, deletion, "imaging.imagerie-exemple"))["outcome"] == "submitted"


async def test_a_gateway_that_requires_consent_refuses_where_nothing_is_known(stack: Stack) -> None:
    stack.start_worker(GATEWAY_CONSENT_REQUIRED="true")
    refused = await settle(stack, report("LABO-A"), LAB)
    assert (refused["outcome"], refused["reason"]) == ("refused", "R.CST.01")
    await settle(stack, admission("ADT-1"), CONSENT)
    assert (await settle(stack, report("LABO-B"), LAB))["outcome"] == "submitted"


async def test_the_ledger_knows_patients_by_hash_only(stack: Stack) -> None:
    stack.start_worker()
    await settle(stack, admission("ADT-1", "INO"), CONSENT)
    await settle(stack, report(), LAB)
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
