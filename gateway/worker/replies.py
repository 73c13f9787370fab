"""What the sender is told: the technical acknowledgement once judged, the ZAM once the DMP has answered.

Both go to ``dmp.replies`` under the sender's routing key and, when the sender named a queue in ``reply_to``,
to that queue. A redelivery may repeat a reply: the bytes and the message id are then the same.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from gateway.errors import PublishRefused
from gateway.model import Ack, DeadLetter, Envelope, Kind, Message, Reading, Retry, Stage, Verdict
from gateway.parsers import read_header
from gateway.pipeline import REFUSED_BY_STORE, Climbed
from gateway.ports import Publisher
from gateway.routes.ack import build_ack
from gateway.routes.letters import ACKNOWLEDGED
from gateway.routes.replies import Acknowledgement, acknowledge, unable
from gateway.routes.zam import Failure, not_delivered, refused_by_dmp, wants_zam, zam_z01
from gateway.topology import REPLIES, Topology
from gateway.validators import rules_lifecycle

REPLY_HEADER = "x-dmp-reply"
CONTENT_TYPE = "x-application/hl7-v2+er7"
ACK, ZAM = "ack", "zam"

_FEEDING = frozenset({rules_lifecycle.DMP_08.id, rules_lifecycle.CST_01.id})
_FIRST_WORDS = re.compile(r" : |\. ")
_ZONE = ZoneInfo("Europe/Paris")
_INTERNAL = "La passerelle n'a pas pu traiter ce message ; son exploitant est prévenu. Renvoyez-le plus tard."
_GAVE_UP = "Dépôt impossible après plusieurs essais ; il sera rejoué par l'exploitant"


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer: ``sort`` is ``ack`` or ``zam``, ``control_id`` its MSH-10 and its AMQP message id."""

    sort: str
    body: bytes
    control_id: str


async def send_replies(climbed: Climbed, publisher: Publisher, topology: Topology) -> None:
    """Publish the answers of one settled climb, with confirms. Raises PublishRefused or BrokerUnavailable."""
    for reply in replies_of(climbed):
        await _send(reply, climbed.envelope, publisher, topology)


def replies_of(climbed: Climbed) -> Iterator[Reply]:
    """The technical acknowledgement unless an earlier attempt sent it, then the ZAM if one is due."""
    envelope = climbed.envelope
    moment = envelope.first_seen.astimezone(_ZONE)
    request, answer = _technical(climbed)
    if request is not None and answer is not None and not envelope.headers.get(ACKNOWLEDGED):
        control_id = control_id_of(ACK, envelope)
        yield Reply(ACK, build_ack(request, answer, moment, control_id), control_id)
    if climbed.judged is None or not wants_zam(climbed.judged.reading):
        return
    request, failures = climbed.judged.reading.message, dmp_answer(climbed)
    if request is not None and failures is not None:
        control_id = control_id_of(ZAM, envelope)
        # The date of the deposit is its submissionTime, which every attempt shares.
        body = zam_z01(request, next(iter(failures), None), moment, control_id)
        yield Reply(ZAM, body, control_id)


def is_acknowledged(climbed: Climbed) -> bool:
    """True when the technical acknowledgement has been sent, now or by an earlier attempt."""
    return bool(climbed.envelope.headers.get(ACKNOWLEDGED)) or _technical(climbed)[1] is not None


def control_id_of(sort: str, envelope: Envelope) -> str:
    """MSH-10 of an answer, 20 characters: the same for the same message, whatever the attempt."""
    seed = f"{sort}\0{envelope.message_id}\0{envelope.content_hash}"
    return sort[0].upper() + hashlib.sha256(seed.encode()).hexdigest()[:19].upper()


def dmp_answer(climbed: Climbed) -> tuple[Failure, ...] | None:
    """What the sender is told of the deposit: no failure, one, or None when there is nothing to tell."""
    match climbed.settlement:
        case Ack(receipts=receipts):
            return () if receipts else None
        case DeadLetter() as letter:
            failure = _failure(letter, acknowledged=bool(climbed.envelope.headers.get(ACKNOWLEDGED)))
            return None if failure is None else (failure,)
        case Retry():
            return None


def _failure(letter: DeadLetter, *, acknowledged: bool) -> Failure | None:
    """Why there is no deposit, for a sender who waits for the answer of the DMP.

    None when AE has said it all. An opposition is told in both ways; and what was accepted at first and is
    forbidden by what arrived meanwhile (an opposition, a newer version) cannot be told otherwise.
    """
    rules = {finding.rule for finding in letter.findings}
    if REFUSED_BY_STORE.id in rules:
        return refused_by_dmp(letter.reason)
    if letter.stage is Stage.SUBMITTED:
        return not_delivered(_GAVE_UP)
    error = next((finding for finding in letter.findings if finding.is_error), None)
    if error is not None and (acknowledged or rules & _FEEDING):
        return not_delivered(_FIRST_WORDS.split(error.text_fr)[0][:199])
    return None


def _technical(climbed: Climbed) -> tuple[Message | None, Acknowledgement | None]:
    """The request and its technical answer; both None for what is not answered."""
    settlement, judged = climbed.settlement, climbed.judged
    if judged is None:
        # Our own defect. While it is retried the sender waits; then it may send again later (R.ACK.12).
        request = None if isinstance(settlement, Retry) else read_header(climbed.envelope.body)
        return (request, unable(_INTERNAL)) if request is not None else (None, None)
    if not _answerable(judged.reading):
        return None, None
    late = isinstance(settlement, DeadLetter) and settlement.stage is Stage.CLASSIFIED
    findings = settlement.findings if late and isinstance(settlement, DeadLetter) else judged.verdict.findings
    return judged.reading.message, acknowledge(Verdict(findings))


def _answerable(reading: Reading) -> bool:
    """A bare CDA has nobody to answer to, and an acknowledgement is not acknowledged."""
    message = reading.message
    if message is None or not message.segments or message.msh.name != "MSH":
        return False
    return reading.kind is not Kind.ACKNOWLEDGEMENT


async def _send(reply: Reply, envelope: Envelope, publisher: Publisher, topology: Topology) -> None:
    headers: dict[str, object] = {REPLY_HEADER: reply.sort}
    await publisher.publish(
        REPLIES,
        envelope.routing_key,
        reply.body,
        headers,
        reply.control_id,
        correlation_id=envelope.message_id,
        content_type=CONTENT_TYPE,
    )
    if envelope.reply_to and not _is_ours(envelope.reply_to, topology):
        await _send_to_sender(reply, envelope, publisher, headers)


async def _send_to_sender(
    reply: Reply, envelope: Envelope, publisher: Publisher, headers: dict[str, object]
) -> None:
    """The sender's own queue may be gone or closed to us: the answer is safe in ``dmp.replies`` anyway."""
    try:
        await publisher.publish(
            "",
            envelope.reply_to or "",
            reply.body,
            dict(headers),
            reply.control_id,
            correlation_id=envelope.correlation_id or envelope.message_id,
            content_type=CONTENT_TYPE,
            mandatory=False,
        )
    except PublishRefused:
        return


def _is_ours(queue: str, topology: Topology) -> bool:
    """A sender must not have us write to the gateway's own queues, of which it may not be a publisher."""
    return any(queue == ours.name for ours in topology.queues)
