"""The climb: one message from its bytes to its settlement, one floor after the other, never back down.

``received -> parsed -> validated -> classified -> submitted -> settled``. A refused document has no way to
the submission floor: :func:`climb` returns before it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial

from gateway.errors import Permanent, Transient, Unknown
from gateway.model import (
    Ack,
    Action,
    DeadLetter,
    Document,
    Envelope,
    Facility,
    Finding,
    Kind,
    Location,
    Memory,
    PatientId,
    Reading,
    Receipt,
    Retry,
    Rule,
    Settlement,
    Severity,
    Stage,
    Submission,
    Verdict,
)
from gateway.parsers import Limits, patient_keys, read, read_document
from gateway.ports import Consents, Ledger, Repository
from gateway.routes import Classification, Classified, build_submission, classify, complete
from gateway.validators import JudgeSettings, judge, judge_feeding, judge_lifecycle, resent

UNKNOWN_SENDER = Rule(
    "R.FAC.01",
    "DESIGN: sender identity",
    Severity.ERROR,
    "L'émetteur n'est pas déclaré dans cette passerelle. Déclarez la structure dans le fichier des "
    "établissements, ou corrigez la clé de routage.",
    "The sender is not declared in this gateway. Declare the structure in the facilities file, or mend the "
    "routing key.",
    "207",
    "906",
)


@dataclass(frozen=True)
class Judged:
    """Everything that can be known of a message without asking anybody."""

    reading: Reading
    verdict: Verdict
    classified: tuple[Classification | None, ...] = ()
    submission: Submission | None = None

    @property
    def documents(self) -> tuple[tuple[Document, Classification | None], ...]:
        """Each document with its classification, None where it has none."""
        known = self.classified or (None,) * len(self.reading.documents)
        return tuple(zip(self.reading.documents, known, strict=True))


Progress = Callable[[Stage, Reading | None], None]
Timing = Callable[[Stage], AbstractContextManager[None]]
Think = Callable[..., Awaitable[Judged]]
ExtraJudge = Callable[[Document], Iterable[Finding]]
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
            partial(house.facility_of, envelope.facility),
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


def judge_message(
    body: bytes,
    facility_of: Callable[[Reading], Facility | None],
    submission_time: str,
    judging: JudgeSettings | None = None,
    limits: Limits | None = None,
    extra_judges: Sequence[ExtraJudge] = (),
) -> Judged:
    """Parse, validate, classify and prepare one message. Pure: the same bytes give the same answer.

    ``submission_time`` is DTM in UTC. The submission is None when there is an error, or nothing to deposit.
    ``extra_judges`` may be less pure than this; they add findings about single documents and nothing else.
    """
    reading = read(body, limits or Limits())
    facility = facility_of(reading)
    if facility is None:
        return Judged(reading, Verdict((*reading.findings, UNKNOWN_SENDER.at(Location(detail="sender")))))
    if reading.is_plain:
        reading = read(body, limits or Limits(), facility.charset, facility)
    settings = _of_sender(judging or JudgeSettings(), facility)
    verdict = judge(reading, settings)
    completed = complete(reading, facility, read_document, build=verdict.accepted)
    if completed.reading is not reading:
        reading = completed.reading
        verdict = judge(reading, settings)
    verdict = _with_new(verdict, completed.findings)
    wanted = reading.flags.destdmp
    outcomes = [
        classify(document, for_dmp=wanted) if document.header is not None else Classified(None)
        for document in reading.documents
    ]
    classified = tuple(one.classification for one in outcomes)
    verdict = _with_new(verdict, [finding for one in outcomes for finding in one.findings])
    verdict = verdict.plus(_by_extra_judges(reading, extra_judges, settings.observe))
    known = [classification for classification in classified if classification is not None]
    if not verdict.accepted or not wanted or not known:
        return Judged(reading, verdict, classified)
    built = build_submission(reading, known, facility, submission_time)
    return Judged(reading, _with_new(verdict, built.findings), classified, built.submission)


def _of_sender(judging: JudgeSettings, facility: Facility) -> JudgeSettings:
    """What this sender's vendor is still mending is observed, not enforced."""
    return dataclasses.replace(
        judging,
        observe=judging.observe | facility.observe,
        qualified_identity_by_default=facility.qualified_identity_by_default,
    )


def _by_extra_judges(
    reading: Reading, judges: Sequence[ExtraJudge], observe: frozenset[str]
) -> Iterator[Finding]:
    for document in reading.documents:
        for ask in judges:
            for finding in ask(document):
                lowered = finding.is_error and finding.rule in observe
                yield dataclasses.replace(finding, severity=Severity.WARNING) if lowered else finding


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


NOT_SERVED = Rule(
    "R.DST.01",
    "PFI-HL7V2 §8, DESTDMP",
    Severity.ERROR,
    "Le message ne demande pas le DMP (DESTDMP=N) et cette passerelle n'envoie pas de courriel MSSanté. "
    "Mettez DESTDMP à Y, ou adressez ce message à votre service de messagerie.",
    "The message does not ask for the DMP (DESTDMP=N) and this gateway sends no MSSanté mail. Set DESTDMP to "
    "Y, or send this message to your mail service.",
    "207",
    "906",
)

# How often a bare CDA waits for the document that it says it replaces.
BARE_REPLACEMENT_ATTEMPTS = 2

REFUSED_BY_STORE = Rule(
    "R.DMP.90",
    "ITI TF-3 §4.2.4",
    Severity.ERROR,
    "Le DMP a refusé le dépôt. Le code de motif est celui de sa réponse ; corrigez ce qu'il désigne puis "
    "rejouez le message.",
    "The DMP refused the deposit. The reason code is the one of its answer; mend what it names, then replay "
    "the message.",
    "207",
    "906",
)


async def submit(
    envelope: Envelope, judged: Judged, submission: Submission, memory: Memory, house: House
) -> Settlement:
    """Deposit once. A message that may have been sent before is looked up before it is sent again.

    The patient's opposition is asked for last, at the moment of the deposit: a DeadLetter with the reason
    R.DMP.08 (or R.CST.01) at stage ``classified``, which is answered AE 207/906 or by a negative ZAM.
    """
    repository = house.repository
    try:
        if envelope.attempt > 1 or envelope.redelivered or resent(submission, memory):
            known = await _already_there(submission, repository)
            if known is not None:
                return Ack((known,))
        opposed = await _opposition(judged.reading, submission, house)
        if opposed:
            return DeadLetter(opposed[0].rule, Stage.CLASSIFIED, (*judged.verdict.findings, *opposed))
        return Ack((await repository.submit(_as_it_can_be(submission, envelope, judged.reading)),))
    except Permanent as error:
        place = Location(detail=error.location or "ITI-41")
        finding = REFUSED_BY_STORE.at(place, more_fr=f"({error.reason})", more_en=f"({error.reason})")
        return DeadLetter(error.reason, Stage.SUBMITTED, (finding,), error.detail)
    except (Transient, Unknown) as error:
        return Retry(error.reason, error.detail)


async def _opposition(reading: Reading, submission: Submission, house: House) -> tuple[Finding, ...]:
    """What forbids to feed this patient's DMP. A deletion is always carried out (CONSENT.md, policy)."""
    if submission.action is Action.DELETE:
        return ()
    statements = await house.consents.statements(_patients(reading, submission))
    return judge_feeding(reading, statements, required=house.consent_required)


def _patients(reading: Reading, submission: Submission) -> list[PatientId]:
    """Every identifier under which a position may have been recorded."""
    named = patient_keys(reading.message) if reading.message is not None else ()
    of_entries = [one for entry in submission.entries for one in (entry.patient_id, entry.source_patient_id)]
    return list(dict.fromkeys((*named, *of_entries)))


def _as_it_can_be(submission: Submission, envelope: Envelope, reading: Reading) -> Submission:
    """A bare CDA names the document it replaces, but nobody orders the replacement as ORC-1 = RO would.

    Its predecessor gets the time to arrive; then the document is deposited as new (R.LIF.03: it may have
    been deposited elsewhere, or never).
    """
    patient = envelope.attempt <= BARE_REPLACEMENT_ATTEMPTS or reading.message is not None
    if patient or submission.action is not Action.REPLACE:
        return submission
    return dataclasses.replace(submission, action=Action.SUBMIT, replacements=())


async def _already_there(submission: Submission, repository: Repository) -> Receipt | None:
    if submission.action is Action.DELETE:
        return None
    entries = {entry.unique_id: entry.hash for entry in submission.entries}
    found = {entry.unique_id: entry.hash for entry in await repository.find(tuple(entries))}
    return Receipt("Success", already_there=True) if found == entries else None


def _with_new(verdict: Verdict, more: Sequence[Finding]) -> Verdict:
    """Two rooms may name the same fault of the same place; it is told once."""
    if not more:
        return verdict
    told = {(str(finding.location), finding.is_error) for finding in verdict.findings}
    return verdict.plus(item for item in more if (str(item.location), item.is_error) not in told)
