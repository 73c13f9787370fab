"""Reading the ledger: listings for people and counts for reconciliation."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from gateway.ledger.schema import documents, messages


class LedgerReader:
    """Paged reads on an open database. Times come back as ISO 8601 in UTC."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def messages(
        self, *, outcome: str = "", facility: str = "", reason: str = "", limit: int = 100, after: int = 0
    ) -> list[dict[str, Any]]:
        """At most ``limit`` messages with an id above ``after``, oldest first."""
        query = sa.select(messages).where(messages.c.id > after).order_by(messages.c.id).limit(limit)
        for column, wanted in (("outcome", outcome), ("facility", facility), ("reason", reason)):
            if wanted:
                query = query.where(messages.c[column] == wanted)
        with self._engine.connect() as connection:
            return [_as_data(row) for row in connection.execute(query).mappings()]

    def message(self, wanted: str) -> dict[str, Any] | None:
        """One message by ledger id, message id or control id, with its documents."""
        match = sa.or_(messages.c.message_id == wanted, messages.c.control_id == wanted)
        if wanted.isdecimal() and len(wanted) < 19:
            match = sa.or_(match, messages.c.id == int(wanted))
        with self._engine.connect() as connection:
            row = connection.execute(
                sa.select(messages).where(match).order_by(messages.c.id.desc())
            ).mappings()
            found = row.first()
            if found is None:
                return None
            rows = connection.execute(
                sa.select(documents)
                .where(documents.c.message_key == found["key"])
                .order_by(documents.c.position)
            ).mappings()
            return _as_data(found) | {
                "documents": [_without(dict(item), "id", "message_key", "patient_hash") for item in rows]
            }

    def documents_of(self, message_keys: list[str]) -> list[dict[str, Any]]:
        """The documents of these messages, in message order."""
        query = sa.select(documents).where(documents.c.message_key.in_(message_keys)).order_by(documents.c.id)
        with self._engine.connect() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def counts(self) -> dict[str, int]:
        """Messages by outcome; those still on their way are under ``unsettled``."""
        query = sa.select(messages.c.outcome, sa.func.count()).group_by(messages.c.outcome)
        with self._engine.connect() as connection:
            return {outcome or "unsettled": count for outcome, count in connection.execute(query)}


def _as_data(row: sa.RowMapping) -> dict[str, Any]:
    return {name: _iso(value) if isinstance(value, datetime) else value for name, value in row.items()}


def _iso(moment: datetime) -> str:
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat(timespec="milliseconds")


def _without(row: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}
