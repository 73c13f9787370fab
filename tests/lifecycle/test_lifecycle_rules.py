"""R.LIF.01 to .07: what is asked now against what was accepted before. One thing is wrong in each test."""

from __future__ import annotations

import pytest

from gateway.model import Ack, DeadLetter, Settlement, Stage
from tests.lifecycle import samples
from tests.lifecycle.house import Trial
from tests.lifecycle.samples import V1, V2, both_levels, mdm, one_level, renamed, version

LAB, HOSPITAL = "lab.labo-exemple", "imaging.hopital-exemple"


def refused(settlement: Settlement) -> tuple[str, str, str, str]:
    """Rule, place, ERR-3 and ERR-5 of a message refused for one reason; the line of the CDA is left out."""
    assert isinstance(settlement, DeadLetter), settlement
    (error,) = [finding for finding in settlement.findings if finding.is_error]
    assert (settlement.reason, settlement.stage) == (error.rule, Stage.VALIDATED)
    place = str(error.location).partition(" (line")[0]
    return error.rule, place, error.hl7_code or "", error.application_code or ""


async def accepted(gateway: Trial, *bodies: bytes, key: str = "imaging.imagerie-exemple") -> None:
    for body in bodies:
        settlement = await gateway.send(body, key)
        assert isinstance(settlement, Ack), settlement


async def test_the_same_id_with_other_content_is_refused(gateway: Trial) -> None:
    first = mdm("T02", version(1), "IMG-1")
    await accepted(gateway, first.er7())
    other = first.carrying(
        first.contents[0].replace(b"</ClinicalDocument>", b"<!-- x --></ClinicalDocument>")
    )
    found = refused(await gateway.send(other.er7()))
    assert found == ("R.LIF.01", "OBX-5.5 /ClinicalDocument/id", "207", "906")
    assert len(gateway.shelf.taken) == 1


async def test_the_same_document_in_another_message_is_looked_up_and_not_stored_twice(gateway: Trial) -> None:
    await accepted(gateway, mdm("T02", version(1), "IMG-1").er7(), mdm("T02", version(1), "IMG-2").er7())
    assert len(gateway.shelf.taken) == 1


async def test_a_deleted_document_does_not_come_back_under_its_id(gateway: Trial) -> None:
    await accepted(gateway, mdm("T02", version(1), "IMG-1").er7(), mdm("T04", version(1), "IMG-2").er7())
    assert refused(await gateway.send(mdm("T02", version(1), "IMG-3").er7()))[0] == "R.LIF.01"


async def test_version_one_cannot_be_replaced_when_version_two_exists(gateway: Trial) -> None:
    await accepted(gateway, mdm("T02", version(1), "IMG-1").er7(), mdm("T10", version(2), "IMG-2").er7())
    found = refused(await gateway.send(renamed(mdm("T10", version(2), "IMG-3"), f"{V2}.99")))
    assert found == (
        "R.LIF.02",
        "OBX-5.5 /ClinicalDocument/relatedDocument/parentDocument/id",
        "207",
        "900",
    )


async def test_a_deleted_document_cannot_be_replaced(gateway: Trial) -> None:
    await accepted(gateway, mdm("T02", version(1), "IMG-1").er7(), mdm("T04", version(1), "IMG-2").er7())
    assert refused(await gateway.send(mdm("T10", version(2), "IMG-3").er7()))[0] == "R.LIF.02"


async def test_a_parent_that_never_came_through_here_is_only_a_warning(gateway: Trial) -> None:
    await accepted(gateway, mdm("T10", version(2), "IMG-2").er7())
    assert [(finding.rule, finding.is_error) for finding in gateway.findings] == [("R.LIF.03", False)]


@pytest.mark.parametrize("before", ["T10", "T04"])
async def test_only_the_latest_version_that_stands_can_be_deleted(gateway: Trial, before: str) -> None:
    second = version(2) if before == "T10" else version(1)
    await accepted(gateway, mdm("T02", version(1), "IMG-1").er7(), mdm(before, second, "IMG-2").er7())
    found = refused(await gateway.send(mdm("T04", version(1), "IMG-3").er7()))
    assert found == ("R.LIF.04", "OBX-5.5 /ClinicalDocument/id", "207", "900")


async def test_another_structure_can_neither_replace_nor_delete(gateway: Trial) -> None:
    await accepted(gateway, mdm("T02", version(1), "IMG-1").er7())
    for event, cda in (("T10", version(2)), ("T04", version(1))):
        stranger = mdm(event, samples.of_another_structure(cda), f"IMG-{event}")
        assert refused(await gateway.send(stranger.er7(), HOSPITAL)) == ("R.LIF.05", "PRT-8.10", "207", "901")


async def test_another_patient_is_refused(gateway: Trial) -> None:
    await accepted(gateway, mdm("T02", version(1), "IMG-1").er7())
    wrong = mdm("T10", samples.of_another_patient(version(2)), "IMG-2")
    assert refused(await gateway.send(wrong.er7())) == ("R.LIF.07", "PID-3", "207", "904")


async def test_what_was_sent_in_two_levels_is_deleted_in_two_levels(gateway: Trial) -> None:
    await accepted(gateway, both_levels().er7(), key=LAB)
    found = refused(await gateway.send(one_level("CA", "LABO-2").er7(), LAB))
    assert found == ("R.LIF.06", "OBX-5.5", "207", "906")
    await accepted(gateway, both_levels("CA", "LABO-3").er7(), key=LAB)


async def test_a_chain_of_versions_and_a_deletion_pass_without_a_remark(gateway: Trial) -> None:
    steps = (("T02", 1), ("T10", 2), ("T10", 3), ("T04", 3))
    for number, (event, which) in enumerate(steps):
        await accepted(gateway, mdm(event, version(which), f"IMG-{number}").er7())
        assert gateway.findings == ()
    assert [submission.action.value for submission in gateway.shelf.taken] == [
        "submit",
        "replace",
        "replace",
        "delete",
    ]
    assert gateway.shelf.taken[0].entries[0].unique_id == V1
