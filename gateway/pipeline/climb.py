"""One message up all floors, as one readable function."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial

from gateway.model import (
    Ack,
    DeadLetter,
    Envelope,
    Facility,
    Kind,
    Location,
    Memory,
    Reading,
    Retry,
    Settlement,
    Stage,
    Submission,
)
from gateway.parsers import Limits
from gateway.pipeline.deposit import submit
from gateway.pipeline.judging import ExtraJudge, Judged, judge_message
from gateway.pipeline.rules import NOT_SERVED
from gateway.ports import Consents, Ledger, Repository
from gateway.validators import JudgeSettings, judge_lifecycle

Progress = Callable[[Stage, Reading | None], None]
Timing = Callable[[Stage], AbstractContextManager[None]]
Think = Callable[..., Awaitable[Judged]]
# The finding of an extra judge that could not judge: it says nothing of the document.
NOT_JUDGED = "P.FAILED"


@dataclass(frozen=True)
class House:
    """The rooms and ports that one climb needs, put together by the roof.

    ``think`` runs a pure function away from the event loop; ``progress`` is told of each stage reached;
    ``facility_of`` finds the declared sender of a routing key's code (None: unknown, refused);
    ``extra_judges`` are asked about every document after the validators (official rule packs). With
    ``consent_required``, nothing is deposited for a patient whose position on feeding is not known.
    """

    repository: Repository
    ledger: Ledger
    consents: Consents
    facility_of: Callable[[str, Reading], Facility | None]
    think: Think
    progress: Progress
    timing: Timing
    judging: JudgeSettings = field(default_factory=JudgeSettings)
    limits: Limits = field(default_factory=Limits)
    extra_judges: Sequence[ExtraJudge] = ()
    consent_required: bool = False


# Parts of a routing key that say what a message without CDA is (Facility.plain_kind).
PLAIN_KINDS = frozenset({"lab", "imaging", "discharge"})


@dataclass(frozen=True)
class Climbed:
    """How one message ended. ``judged`` is None when it ended before it could be read.

    ``envelope`` is the delivery with the ledger's ``first_seen``, the same at each attempt.
    """

    envelope: Envelope
    settlement: Settlement
    judged: Judged | None = None

    @property
    def submission(self) -> Submission | None:
        return self.judged.submission if self.judged is not None else None


def _sender(
    facility_of: Callable[[str, Reading], Facility | None], envelope: Envelope, reading: Reading
) -> Facility | None:
    """The declared sender; where its declaration does not say what it sends without CDA, its queue does."""
    found = facility_of(envelope.facility, reading)
    if found is None or found.plain_kind:
        return found
    kind = envelope.routing_key.partition(".")[0]
    return dataclasses.replace(found, plain_kind=kind) if kind in PLAIN_KINDS else found


async def climb(envelope: Envelope, house: House) -> Climbed:
    """Take one message up all floors. Returns how it ends and what is known of it."""
    first_seen = await house.ledger.received(envelope)
    envelope = dataclasses.replace(envelope, first_seen=first_seen)
    house.progress(Stage.RECEIVED, None)

    with house.timing(Stage.VALIDATED):
        submission_time = first_seen.strftime("%Y%m%d%H%M%S")
        judged = await house.think(
            judge_message,
            envelope.body,
            partial(_sender, house.facility_of, envelope),
            submission_time,
            house.judging,
            house.limits,
            house.extra_judges,
        )
    house.progress(Stage.PARSED, judged.reading)
    house.progress(Stage.VALIDATED, judged.reading)
    judged, memory = await _remembering(envelope, judged, house.ledger)
    await house.ledger.read(envelope, judged.reading, judged.verdict)
    if _not_judged(judged):
        return Climbed(envelope, Retry(NOT_JUDGED, "a rule pack could not judge it", Stage.VALIDATED))
    if not judged.verdict.accepted:
        return Climbed(envelope, refusal(judged), judged)
    if memory.duplicate_of is not None:
        # R.MSH.08: the answer is given again, nothing is processed twice.
        judged = dataclasses.replace(judged, submission=None)
        return Climbed(envelope, Ack(note=f"duplicate of {memory.duplicate_of}"), judged)
    if judged.submission is None:
        if judged.reading.consent is not None:
            await house.consents.record(envelope, judged.reading.consent)
        return Climbed(envelope, nothing_to_submit(judged.reading), judged)

    house.progress(Stage.CLASSIFIED, judged.reading)
    await house.ledger.stage(envelope, Stage.CLASSIFIED)
    with house.timing(Stage.SUBMITTED):
        settlement = await submit(envelope, judged, judged.submission, memory, house)
    if isinstance(settlement, Ack):
        house.progress(Stage.SUBMITTED, judged.reading)
    return Climbed(envelope, settlement, judged)


async def _remembering(envelope: Envelope, judged: Judged, ledger: Ledger) -> tuple[Judged, Memory]:
    """What is known from before, judged too. A message that is refused anyway asks for no memory."""
    if not judged.verdict.accepted:
        return judged, Memory()
    memory = await ledger.recall(envelope, judged.reading, judged.submission)
    found = judge_lifecycle(judged.reading, judged.submission, memory)
    return dataclasses.replace(judged, verdict=judged.verdict.plus(found)), memory


def _not_judged(judged: Judged) -> bool:
    """Nothing is wrong but that an enforced judge could not judge: no reason to refuse, nor to submit."""
    errors = judged.verdict.errors
    return bool(errors) and all(error.rule == NOT_JUDGED for error in errors)


def refusal(judged: Judged) -> DeadLetter:
    """The dead letter of a message with errors; the first error gives the reason code."""
    first = judged.verdict.errors[0]
    stage = Stage.PARSED if first in judged.reading.findings else Stage.VALIDATED
    if first.rule.startswith(("R.CLS.", "R.SUB.")):
        stage = Stage.CLASSIFIED
    return DeadLetter(first.rule, stage, judged.verdict.findings)


def nothing_to_submit(reading: Reading) -> Settlement:
    """Accepted, and nothing for the DMP: recorded, or refused when it asks for what is not served here."""
    if reading.kind in (Kind.CONSENT, Kind.ACKNOWLEDGEMENT):
        return Ack(note=f"{reading.kind.value} recorded")
    return DeadLetter(
        "destination-not-served",
        Stage.CLASSIFIED,
        (NOT_SERVED.at(Location("OBX", detail="DESTDMP")),),
    )
