"""The life of a plain report with a real ledger: sent, sent again, replaced, corrected, deleted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.model import Ack, Action, DeadLetter
from tests.lifecycle.house import Trial, trial
from tests.plain_imaging.samples import MDM_MSH, MSH, ORC, PV1, TEXT, VALID, mdm, message, obr, obx, txa

KEY = "imaging.imagerie-exemple"
FIRST = mdm(PV1, ORC, obr(), txa(), TEXT)
SECOND = mdm(
    PV1, ORC, obr(), txa(f12="CR-2026-002^RIS", f13="CR-2026-001^RIS"), TEXT, event="T10",
    msh=MDM_MSH.replace("IMG-0001", "IMG-0002"),
)  # fmt: skip
DELETION = mdm(
    PV1, txa(f12="CR-2026-002^RIS", f19="CA"), event="T04", msh=MDM_MSH.replace("IMG-0001", "IMG-0003")
)


@pytest.fixture
async def gateway(tmp_path: Path) -> AsyncIterator[Trial]:
    async with trial(tmp_path) as running:
        yield running


def corrected(number: str, text: str) -> bytes:
    line = obx(1, "TX", "18748-4^Compte rendu^LN", text, "C")
    return message(PV1, ORC, obr(status="C"), line, msh=MSH.replace("IMG-0001", number))


async def test_a_report_is_sent_replaced_and_deleted_by_its_number(gateway: Trial) -> None:
    for body in (FIRST, SECOND, DELETION):
        assert isinstance(await gateway.send(body, KEY), Ack)
    assert [one.action for one in gateway.shelf.taken] == [Action.SUBMIT, Action.REPLACE, Action.DELETE]
    first, second, gone = gateway.shelf.taken
    assert second.replacements[0].predecessor_unique_id == first.entries[0].unique_id
    assert gone.entries[0].unique_id == second.entries[0].unique_id


async def test_the_same_report_in_another_message_is_not_stored_twice(gateway: Trial) -> None:
    again = FIRST.replace(b"IMG-0001", b"IMG-0009")
    assert isinstance(await gateway.send(FIRST, KEY), Ack)
    assert isinstance(await gateway.send(again, KEY), Ack)
    assert len(gateway.shelf.taken) == 1


async def test_another_text_under_a_number_already_used_is_refused(gateway: Trial) -> None:
    assert isinstance(await gateway.send(FIRST, KEY), Ack)
    other = FIRST.replace(b"IMG-0001", b"IMG-0009").replace(b"sans anomalie", b"anormal")
    settlement = await gateway.send(other, KEY)
    assert isinstance(settlement, DeadLetter)
    assert settlement.reason == "R.LIF.01"


async def test_an_oru_is_corrected_once_and_the_second_time_refused(gateway: Trial) -> None:
    assert isinstance(await gateway.send(VALID, KEY), Ack)
    assert isinstance(await gateway.send(corrected("IMG-2", "Épanchement minime."), KEY), Ack)
    assert gateway.shelf.taken[1].action is Action.REPLACE
    settlement = await gateway.send(corrected("IMG-3", "Épanchement modéré."), KEY)
    assert isinstance(settlement, DeadLetter)
    assert settlement.reason == "R.LIF.02"


async def test_a_correction_whose_original_never_came_ends_as_a_new_document(gateway: Trial) -> None:
    settlement = await gateway.send(corrected("IMG-2", "Épanchement minime."), KEY, attempt=3)
    assert isinstance(settlement, Ack)
    assert gateway.shelf.taken[0].action is Action.SUBMIT


async def test_the_queue_says_what_words_without_context_are(gateway: Trial) -> None:
    words = obx(1, "TX", "C^Compte rendu^L", "RAS")
    body = message(PV1, ORC, obr(act="X^Examen^L", section=""), words)
    assert isinstance(await gateway.send(body, KEY), Ack)
    assert gateway.shelf.taken[0].entries[0].type_code.code == "18748-4"
    assert isinstance(await gateway.send(body.replace(b"IMG-0001", b"L-1"), "lab.imagerie-exemple"), Ack)
    assert gateway.shelf.taken[1].entries[0].type_code.code == "11502-2"
