"""The deposit itself: looked up, allowed, sent once; and what its end means."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Protocol

from gateway.errors import Permanent, Transient, Unknown
from gateway.model import (
    Ack,
    Action,
    DeadLetter,
    Envelope,
    Finding,
    Location,
    Memory,
    PatientId,
    Reading,
    Receipt,
    Retry,
    Settlement,
    Stage,
    Submission,
)
from gateway.model.imaging import Source
from gateway.parsers import patient_keys
from gateway.pipeline.judging import Judged
from gateway.pipeline.rules import REFUSED_BY_STORE
from gateway.ports import Consents, Repository
from gateway.routes.letters import held_count, repeats
from gateway.validators import judge_feeding, resent, rules_lifecycle
from gateway.xds.errors import Reaction

# How often a bare CDA waits for the document that it says it replaces.
BARE_REPLACEMENT_ATTEMPTS = 2
ABSENT = "predecessor-not-found"
# What the ledger could not know, because the predecessor went another way, the destination tells.
_ABOUT_THE_PREDECESSOR = {
    "predecessor-superseded": rules_lifecycle.LIF_02,
    "XDSRegistryDeprecatedDocumentError": rules_lifecycle.LIF_02,
    "XDSReplaceFailed": rules_lifecycle.LIF_02,
    "XDSPatientIdDoesNotMatch": rules_lifecycle.LIF_07,
}


class Gate(Protocol):
    """What a deposit needs of the house."""

    @property
    def repository(self) -> Repository: ...
    @property
    def consents(self) -> Consents: ...
    @property
    def consent_required(self) -> bool: ...


async def submit(
    envelope: Envelope,
    judged: Judged,
    submission: Submission,
    memory: Memory,
    gate: Gate,
) -> Settlement:
    """Deposit once. A message that may have been sent before is looked up before it is sent again.

    The patient's opposition is asked for last, at the moment of the deposit: a DeadLetter with the reason
    R.DMP.08 (or R.CST.01) at stage ``classified``, which is answered AE 207/906 or by a negative ZAM.
    """
    repository = gate.repository
    try:
        before = envelope.attempt > 1 or envelope.redelivered or held_count(envelope) > 0
        if before or resent(submission, memory):
            known = await _already_there(submission, repository)
            if known is not None:
                return Ack((known,))
        opposed = await _opposition(judged.reading, submission, gate)
        if opposed:
            return DeadLetter(opposed[0].rule, Stage.CLASSIFIED, (*judged.verdict.findings, *opposed))
        return Ack((await repository.submit(_as_it_can_be(submission, envelope, judged.reading)),))
    except Permanent as error:
        return DeadLetter(error.reason, Stage.SUBMITTED, tuple(_refused(submission, error)), error.detail)
    except (Transient, Unknown) as error:
        if error.reason == ABSENT and _deleted_before(envelope, submission, memory):
            return Ack((Receipt("Success", already_there=True),))
        return Retry(
            error.reason, error.detail, retries=error.retries, held=error.reaction == Reaction.STOP_FLOW
        )


def _deleted_before(envelope: Envelope, submission: Submission, memory: Memory) -> bool:
    """True when this very message may have deleted the documents: what is deleted is no longer found.

    They were deposited through here, and the attempt before this one ended without an answer, or with a
    worker that died. One that was told "absent" has deleted nothing.
    """
    ended = envelope.redelivered or (envelope.attempt > 1 and repeats(envelope, ABSENT) == 0)
    known = all(memory.document(entry.unique_id) is not None for entry in submission.entries)
    return submission.action is Action.DELETE and ended and known


def _refused(submission: Submission, error: Permanent) -> Iterator[Finding]:
    """What a refused deposit is told: its reason, after what is wrong with the document it is about."""
    place = Location(detail=error.location or "ITI-41")
    if submission.action is not Action.SUBMIT and error.reason in _ABOUT_THE_PREDECESSOR:
        yield _ABOUT_THE_PREDECESSOR[error.reason].at(place)
    yield REFUSED_BY_STORE.at(place, more_fr=f"({error.reason})", more_en=f"({error.reason})")


async def _opposition(reading: Reading, submission: Submission, gate: Gate) -> tuple[Finding, ...]:
    """What forbids to feed this patient's DMP. A deletion is always carried out (CONSENT.md, policy)."""
    if submission.action is Action.DELETE:
        return ()
    statements = await gate.consents.statements(_patients(reading, submission))
    return judge_feeding(reading, statements, required=gate.consent_required)


def _patients(reading: Reading, submission: Submission) -> list[PatientId]:
    """Every identifier under which a position may have been recorded."""
    named = patient_keys(reading.message) if reading.message is not None else ()
    of_entries = [one for entry in submission.entries for one in (entry.patient_id, entry.source_patient_id)]
    return list(dict.fromkeys((*named, *of_entries)))


def _as_it_can_be(submission: Submission, envelope: Envelope, reading: Reading) -> Submission:
    """A bare CDA names the document it replaces, but nobody orders the replacement as ORC-1 = RO would. A
    corrected ORU without CDA names none: its predecessor is the report that should have come before.

    Its predecessor gets the time to arrive; then the document is deposited as new (R.LIF.03: it may have
    been deposited elsewhere, or never).
    """
    supposed = reading.report is not None and reading.report.source is Source.ORU
    ordered = reading.message is not None and not supposed
    waits = envelope.attempt <= BARE_REPLACEMENT_ATTEMPTS or ordered
    if waits or submission.action is not Action.REPLACE:
        return submission
    return dataclasses.replace(submission, action=Action.SUBMIT, replacements=())


async def _already_there(submission: Submission, repository: Repository) -> Receipt | None:
    if submission.action is Action.DELETE:
        return None
    entries = {entry.unique_id: entry.hash for entry in submission.entries}
    found = {entry.unique_id: entry.hash for entry in await repository.find(tuple(entries), submission)}
    return Receipt("Success", already_there=True) if found == entries else None
