"""The Ledger port on SQLAlchemy Core. No column holds patient data."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gateway.ledger.consents import SqlConsents
from gateway.ledger.keys import aware, key_of, sender_key_of
from gateway.ledger.patients import PatientHasher, check_key
from gateway.ledger.recall import recall
from gateway.ledger.schema import documents, messages, replacements
from gateway.ledger.writer import GroupWriter, reading_from
from gateway.model import (
    Ack,
    Author,
    DeadLetter,
    Envelope,
    Finding,
    Memory,
    Reading,
    Retry,
    Settlement,
    Stage,
    Submission,
    Verdict,
)
from gateway.ports import Clock


class SqlLedger:
    """Implements :class:`gateway.ports.Ledger`; ``consents`` is the store of consents beside it.

    Raises ConfigurationError when ``patients`` has another key than the one this database was made with.
    """

    def __init__(self, engine: sa.Engine, clock: Clock, patients: PatientHasher) -> None:
        check_key(engine, patients)
        self._engine = engine
        self._writer = GroupWriter(engine)
        self._clock = clock
        self._patients = patients
        self.consents = SqlConsents(engine, self._writer, clock, patients)

    def close(self) -> None:
        self._writer.close()

    async def received(self, envelope: Envelope) -> datetime:
        return await self._writer.write(_receive(envelope, self._clock.now()))

    async def read(self, envelope: Envelope, reading: Reading, verdict: Verdict) -> None:
        self._later(
            envelope,
            stage=Stage.VALIDATED,
            kind=reading.kind.value,
            message_type=(reading.message_type or "")[:32],
            control_id=reading.control_id[:199],
            sender_key=sender_key_of(envelope, reading),
            findings=findings_as_data(verdict.findings),
        )

    async def recall(self, envelope: Envelope, reading: Reading, submission: Submission | None) -> Memory:
        return await asyncio.to_thread(self._recall, envelope, reading, submission)

    def _recall(self, envelope: Envelope, reading: Reading, submission: Submission | None) -> Memory:
        with reading_from(self._engine) as connection:
            return recall(connection, envelope, reading, submission, self._patients)

    async def stage(self, envelope: Envelope, stage: Stage) -> None:
        self._later(envelope, stage=stage)

    async def settled(
        self, envelope: Envelope, settlement: Settlement, submission: Submission | None
    ) -> None:
        await self._writer.write(_settle(envelope, settlement, submission, self._patients, self._clock.now()))

    def _later(self, envelope: Envelope, **values: Any) -> None:
        """A note that may be lost in a crash: the final settlement says it all again."""
        now = self._clock.now()
        statement = (
            sa.update(messages).where(messages.c.key == key_of(envelope)).values(updated_at=now, **values)
        )
        self._writer.submit(lambda connection: connection.execute(statement) and None)


def findings_as_data(findings: Sequence[Finding]) -> list[dict[str, str | None]]:
    return [
        {
            "rule": finding.rule,
            "severity": finding.severity.value,
            "location": str(finding.location),
            "erl": finding.location.erl,
            "hl7_code": finding.hl7_code,
            "application_code": finding.application_code,
            "text_fr": finding.text_fr,
            "text_en": finding.text_en,
        }
        for finding in findings
    ]


def _receive(envelope: Envelope, now: datetime) -> Callable[[sa.Connection], datetime]:
    key = key_of(envelope)

    def write(connection: sa.Connection) -> datetime:
        row = connection.execute(sa.select(messages.c.first_seen).where(messages.c.key == key)).first()
        if row is not None:
            connection.execute(
                sa.update(messages)
                .where(messages.c.key == key)
                .values(attempts=envelope.attempt, updated_at=now, stage=Stage.RECEIVED, outcome="")
            )
            return aware(row.first_seen)
        connection.execute(
            sa.insert(messages).values(
                key=key,
                message_id=envelope.message_id[:255],
                facility=envelope.facility[:64],
                routing_key=envelope.routing_key[:255],
                size=len(envelope.body),
                content_hash=envelope.content_hash,
                stage=Stage.RECEIVED,
                attempts=envelope.attempt,
                first_seen=envelope.first_seen,
                updated_at=now,
            )
        )
        return envelope.first_seen

    return write


def _settle(
    envelope: Envelope,
    settlement: Settlement,
    submission: Submission | None,
    patients: PatientHasher,
    now: datetime,
) -> Callable[[sa.Connection], None]:
    key = key_of(envelope)
    values = {"updated_at": now, "attempts": envelope.attempt, **_outcome(settlement)}
    if not isinstance(settlement, Retry):
        values["settled_at"] = now
    done = submission if isinstance(settlement, Ack) else None
    rows = _document_rows(key, done, patients) if done is not None else []
    replaced = _replacement_rows(key, done) if done is not None else []

    def write(connection: sa.Connection) -> None:
        connection.execute(sa.update(messages).where(messages.c.key == key).values(**values))
        if rows:
            connection.execute(sa.delete(documents).where(documents.c.message_key == key))
            connection.execute(sa.insert(documents), rows)
            connection.execute(sa.delete(replacements).where(replacements.c.message_key == key))
        if replaced:
            connection.execute(sa.insert(replacements), replaced)

    return write


def _outcome(settlement: Settlement) -> dict[str, Any]:
    match settlement:
        case Ack(receipts=receipts, note=note):
            return {
                "stage": Stage.SETTLED,
                "outcome": "submitted" if receipts else "recorded",
                "reason": "",
                "detail": note,
            }
        case Retry(reason=reason, detail=detail, stage=stage):
            return {"stage": stage, "outcome": "waiting", "reason": reason[:64], "detail": detail}
        case DeadLetter(reason=reason, stage=stage, findings=findings, detail=detail):
            return {
                "stage": stage,
                "outcome": "refused",
                "reason": reason[:64],
                "detail": detail,
                "findings": findings_as_data(findings),
            }


def _document_rows(key: str, submission: Submission, patients: PatientHasher) -> list[dict[str, Any]]:
    levels = submission.levels or (0,) * len(submission.entries)
    return [
        {
            "message_key": key,
            "position": position,
            "unique_id": entry.unique_id,
            "submission_set_id": submission.submission_set.unique_id,
            "action": submission.action.value,
            "type_code": entry.type_code.code,
            "class_code": entry.class_code.code,
            "format_code": entry.format_code.code,
            "rubrique": rubrique.value,
            "sha1": entry.hash,
            "size": entry.size,
            "patient_hash": patients.patient(entry.patient_id),
            "structure_id": _structure(submission.submission_set.author),
            "author_structures": " ".join(sorted({_structure(author) for author in entry.authors} - {""}))[
                :255
            ],
            "level": level,
        }
        for position, (entry, rubrique, level) in enumerate(
            zip(submission.entries, submission.rubriques, levels, strict=True), 1
        )
    ]


def _replacement_rows(key: str, submission: Submission) -> list[dict[str, Any]]:
    names = {entry.entry_id: entry.unique_id for entry in submission.entries}
    pairs = {(wish.predecessor_unique_id, names[wish.entry_id]) for wish in submission.replacements}
    return [
        {"message_key": key, "predecessor": predecessor, "successor": successor}
        for predecessor, successor in sorted(pairs)
    ]


def _structure(author: Author) -> str:
    """Struct_IdNat of the author's structure, empty when it has none."""
    institution = author.institution
    return institution.identifier.extension[:128] if institution and institution.identifier else ""
