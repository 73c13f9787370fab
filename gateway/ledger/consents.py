"""What patients said about feeding their DMP: a history of notices under keyed hashes, never erased."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from gateway.ledger.keys import aware, key_of
from gateway.ledger.patients import PatientHasher
from gateway.ledger.schema import consents
from gateway.ledger.writer import GroupWriter, reading_from
from gateway.model import ConsentNotice, Envelope, Feeding, FeedingStatement, Movement, PatientId
from gateway.model.timestamps import is_timestamp, to_moment
from gateway.ports import Clock

_STATEMENT = (
    consents.c.feeding,
    consents.c.collected_at,
    consents.c.stated_at,
    consents.c.movement_hash,
    consents.c.movement_action,
)


class SqlConsents:
    """Implements :class:`gateway.ports.Consents`. Writes go with those of the ledger."""

    def __init__(self, engine: sa.Engine, writer: GroupWriter, clock: Clock, patients: PatientHasher) -> None:
        self._engine, self._writer, self._clock, self._patients = engine, writer, clock, patients

    async def record(self, envelope: Envelope, notice: ConsentNotice) -> None:
        """Keep a notice under each identifier of its patient; once, however often it is delivered.

        Returns when it is durable. Raises LedgerUnavailable.
        """
        rows = _rows(envelope, notice, self._patients, self._clock.now())
        await self._writer.write(_record(key_of(envelope), rows))

    async def statements(self, patients: Sequence[PatientId]) -> tuple[FeedingStatement, ...]:
        """All positions known under any of these identifiers, in the order received."""
        hashes = {found for patient in patients if (found := self._patients.patient(patient))}
        if not hashes:
            return ()
        return await asyncio.to_thread(self._statements, hashes)

    def _statements(self, hashes: set[str]) -> tuple[FeedingStatement, ...]:
        query = sa.select(*_STATEMENT).where(consents.c.patient_hash.in_(hashes)).order_by(consents.c.id)
        with reading_from(self._engine) as connection:
            rows = connection.execute(query).all()
        return tuple(
            FeedingStatement(
                feeding=Feeding(row.feeding),
                collected=aware(row.collected_at),
                stated=aware(row.stated_at),
                movement=row.movement_hash,
                movement_action=Movement(row.movement_action),
            )
            for row in rows
        )


def _record(key: str, rows: list[dict[str, Any]]) -> Callable[[sa.Connection], None]:
    def write(connection: sa.Connection) -> None:
        known = connection.execute(sa.select(consents.c.id).where(consents.c.message_key == key).limit(1))
        if rows and known.first() is None:
            connection.execute(sa.insert(consents), rows)

    return write


def _rows(
    envelope: Envelope, notice: ConsentNotice, patients: PatientHasher, now: datetime
) -> list[dict[str, Any]]:
    """One row an identifier. Without ZFA-10 (a warning), the position dates from the message itself."""
    stated = _moment(notice.stated_time) or envelope.first_seen
    common = {
        "message_key": key_of(envelope),
        "feeding": notice.feeding.value,
        "collected_at": _moment(notice.feeding_time) or stated,
        "stated_at": stated,
        "consultation": notice.consultation.value,
        "consultation_at": _moment(notice.consultation_time),
        "visit_hash": patients.name("visit", notice.visit),
        "movement_hash": patients.name("movement", notice.movement),
        "movement_action": notice.movement_action.value,
        "dmp_status": notice.dmp_status[:16],
        "dmp_status_at": _moment(notice.dmp_status_time),
        "recorded_at": now,
    }
    hashes = {patients.patient(patient) for patient in notice.patients} - {""}
    return [common | {"patient_hash": one} for one in sorted(hashes)]


def _moment(text: str) -> datetime | None:
    return to_moment(text).astimezone(UTC) if is_timestamp(text) else None
