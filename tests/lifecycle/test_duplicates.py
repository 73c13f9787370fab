"""R.MSH.08: a message sent twice is processed once; another content under its id is another message."""

from __future__ import annotations

from dataclasses import replace

from gateway.model import Ack, DeadLetter, Envelope
from tests.consent.samples import admission
from tests.lifecycle.house import START, Trial
from tests.lifecycle.samples import mdm, renamed, version


async def test_the_same_message_sent_again_is_settled_and_deposits_nothing(gateway: Trial) -> None:
    body = mdm("T02", version(1), "IMG-1").er7()
    first, again = await gateway.send(body), await gateway.send(body)
    assert isinstance(first, Ack)
    assert first.receipts
    assert again == Ack(note="duplicate of 1")
    assert len(gateway.shelf.taken) == 1
    rows = gateway.reader.messages()
    assert [(row["outcome"], row["detail"]) for row in rows] == [
        ("submitted", ""),
        ("recorded", "duplicate of 1"),
    ]
    duplicate = gateway.reader.message(rows[1]["message_id"])
    assert duplicate is not None
    assert duplicate["documents"] == []


async def test_a_deletion_sent_again_is_not_refused_as_already_deleted(gateway: Trial) -> None:
    await gateway.send(mdm("T02", version(1), "IMG-1").er7())
    deletion = mdm("T04", version(1), "IMG-2").er7()
    assert isinstance(await gateway.send(deletion), Ack)
    assert await gateway.send(deletion) == Ack(note="duplicate of 2")


async def test_another_content_under_the_same_id_is_processed_with_a_warning(gateway: Trial) -> None:
    await gateway.send(mdm("T02", version(1), "IMG-1").er7())
    settlement = await gateway.send(renamed(mdm("T02", version(1), "IMG-1"), "1.2.250.1.999.10.77.1"))
    assert isinstance(settlement, Ack)
    assert [(item.rule, str(item.location), item.is_error) for item in gateway.findings] == [
        ("R.MSH.08", "MSH-10", False)
    ]
    assert len(gateway.shelf.taken) == 2


async def test_a_redelivery_or_a_retry_of_one_message_is_not_its_own_duplicate(gateway: Trial) -> None:
    """The worker died after the ledger was written and before the delivery was acknowledged."""
    for event, which, name in (("T02", 1, "m-1"), ("T10", 2, "m-2"), ("T04", 2, "m-3")):
        body = mdm(event, version(which), name).er7()
        envelope = Envelope(body, name, "intake.imaging", "imaging.imagerie-exemple", START, START)
        for delivery in (envelope, replace(envelope, redelivered=True), replace(envelope, attempt=2)):
            settlement = await gateway.deliver(delivery)
            assert isinstance(settlement, Ack), (event, settlement)
            assert settlement.receipts
            assert gateway.findings == ()


async def test_a_refused_message_may_be_sent_again_once_its_cause_is_mended(gateway: Trial) -> None:
    body = mdm("T02", version(1), "IMG-1").er7()
    assert isinstance(await gateway.send(body, "imaging.inconnu"), DeadLetter)
    assert isinstance(await gateway.send(body), Ack)
    assert len(gateway.shelf.taken) == 1


async def test_two_structures_may_use_the_same_message_id(gateway: Trial) -> None:
    await gateway.send(mdm("T02", version(1), "SAME").er7())
    assert isinstance(await gateway.send(admission("SAME"), "consent.hopital-exemple"), Ack)
    assert gateway.findings == ()
