"""``settle()``: the only place that acknowledges. Publish with a confirm, write the ledger, then ack."""

from __future__ import annotations

import json
from typing import Protocol

from gateway.broker import Delivery
from gateway.model import (
    Ack,
    DeadLetter,
    Envelope,
    Retry,
    Settlement,
    Submission,
)
from gateway.pipeline import Climbed
from gateway.ports import Ledger, Publisher
from gateway.routes.letters import dead_letter_headers, held_count, retry_headers
from gateway.topology import DEAD, OUTCOMES, Topology
from gateway.worker.replies import is_acknowledged, send_replies

# The longest rest, in seconds, of a message whose flow is stopped.
LONGEST_HOLD = 600


class Outcome(Protocol):
    """Told once per settled delivery."""

    def __call__(self, envelope: Envelope, settlement: Settlement, submission: Submission | None) -> None: ...


async def settle(
    delivery: Delivery,
    climbed: Climbed,
    *,
    publisher: Publisher,
    ledger: Ledger,
    topology: Topology,
) -> None:
    """End one delivery. Nothing is acknowledged before its outcome is safe somewhere else.

    Raises PublishRefused, BrokerUnavailable or LedgerUnavailable; the delivery is then still ours, and the
    broker gives it again.
    """
    envelope, settlement, submission = delivery.envelope, climbed.settlement, climbed.submission
    await send_replies(climbed, publisher, topology)
    match settlement:
        case Retry():
            exchange = _waiting_room(envelope, settlement, topology)
            headers = retry_headers(envelope, settlement, is_acknowledged(climbed))
            await _pass_on(publisher, exchange, envelope, headers)
        case DeadLetter():
            headers = dead_letter_headers(envelope, settlement)
            await _pass_on(publisher, DEAD, envelope, headers)
        case Ack():
            pass
    await _announce(publisher, envelope, settlement, submission)
    await ledger.settled(envelope, settlement, submission)
    delivery.ack()


def _waiting_room(envelope: Envelope, retry: Retry, topology: Topology) -> str:
    """Where it waits: longer each time, but what is held must move soon after its flow is mended."""
    if not retry.held:
        return topology.retry_exchange(envelope.attempt)
    number = held_count(envelope) + 1
    while number > 1 and topology.retry_delay(number) > LONGEST_HOLD:
        number -= 1
    return topology.retry_exchange(number)


async def _pass_on(
    publisher: Publisher, exchange: str, envelope: Envelope, headers: dict[str, object]
) -> None:
    """The same bytes to another exchange, under the routing key of the sender, with where to answer."""
    await publisher.publish(
        exchange,
        envelope.routing_key,
        envelope.body,
        headers,
        message_id=envelope.message_id,
        correlation_id=envelope.correlation_id,
        reply_to=envelope.reply_to,
        content_type=envelope.content_type,
    )


async def _announce(
    publisher: Publisher, envelope: Envelope, settlement: Settlement, submission: Submission | None
) -> None:
    notice = json.dumps(outcome_notice(envelope, settlement, submission), ensure_ascii=False).encode()
    await publisher.publish(
        OUTCOMES, envelope.routing_key, notice, {}, message_id=f"outcome:{envelope.message_id}"
    )


def outcome_name(settlement: Settlement) -> str:
    """``submitted``, ``recorded``, ``waiting`` or ``refused``: the words of ledger, metrics and notices."""
    match settlement:
        case Ack(receipts=receipts):
            return "submitted" if receipts else "recorded"
        case Retry():
            return "waiting"
        case DeadLetter():
            return "refused"


def outcome_notice(
    envelope: Envelope, settlement: Settlement, submission: Submission | None
) -> dict[str, object]:
    """What ``dmp.outcomes`` says about one delivery: ids, outcome and reason, no patient data."""
    notice: dict[str, object] = {
        "message_id": envelope.message_id,
        "facility": envelope.facility,
        "routing_key": envelope.routing_key,
        "outcome": outcome_name(settlement),
        "attempt": envelope.attempt,
    }
    if isinstance(settlement, Retry | DeadLetter):
        notice |= {"reason": settlement.reason, "stage": settlement.stage.value}
    if submission is not None and isinstance(settlement, Ack):
        notice["documents"] = [
            {"unique_id": entry.unique_id, "rubrique": rubrique.value, "action": submission.action.value}
            for entry, rubrique in zip(submission.entries, submission.rubriques, strict=True)
        ]
    return notice
