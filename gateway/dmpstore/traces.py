"""Traces of access: who saw or changed what, when and why. They are added, never altered.

A trace is written before its answer leaves: a read that cannot be traced is not answered. It holds ids of
documents and of professionals, nothing that a document says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from gateway.dmpstore.schema import documents, submission_sets, traced_documents, traces
from gateway.dmpstore.storage import now

ON_A_PAGE = 50


class Did(StrEnum):
    """What was done. Values are stable: they are in the database and in the JSON interface."""

    DEPOSIT = "deposit"
    UPDATE = "update"
    LIST = "list"
    VIEW = "view"
    READ = "read"
    STATE = "state"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. ``kind`` is ``assertion`` (VIHF, verified), ``claim`` (VIHF, not verified), ``account``
    (signed in) or ``trial`` (nobody known).

    Of an assertion: ``name`` its subject-id, ``structure`` and ``person`` national ids, ``role`` the display
    of its roles, ``purpose`` its access mode.
    """

    kind: str
    name: str = field(default="", repr=False)
    structure: str = ""
    person: str = field(default="", repr=False)
    role: str = ""
    purpose: str = ""


TRIAL = Actor("trial")


@dataclass(frozen=True, slots=True)
class Access:
    """One access as it is about to be traced; ``interface`` is ``ITI-41``..., ``page`` or ``API``."""

    actor: Actor
    action: Did
    interface: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class TracePage:
    """Traces, the newest first, with the uniqueIds of their documents; ``older`` continues the list."""

    rows: tuple[Row[Any], ...]
    documents: Mapping[int, tuple[str, ...]]
    older: int | None


def leave(connection: Connection, access: Access, record: int, unique_ids: Iterable[str] = ()) -> None:
    """Add one trace to a record."""
    actor = _within_columns(access.actor)
    values = {
        "record_id": record,
        "at": now(),
        "action": access.action.value,
        "interface": access.interface,
        "actor_kind": actor.kind,
        "actor": actor.name,
        "structure": actor.structure,
        "person": actor.person,
        "role": actor.role,
        "purpose": actor.purpose,
        "detail": access.detail,
    }
    result = connection.execute(insert(traces).values(**values))
    key = int(result.inserted_primary_key[0])  # type: ignore[index]
    rows = [{"trace_id": key, "unique_id": each} for each in dict.fromkeys(unique_ids)]
    if rows:
        connection.execute(insert(traced_documents), rows)


def leave_each(connection: Connection, access: Access, seen: Iterable[tuple[int, str]]) -> None:
    """One trace for each record of these (record key, uniqueId or empty)."""
    found: dict[int, list[str]] = {}
    for record, unique_id in seen:
        found.setdefault(record, []).append(unique_id)
    for record, unique_ids in found.items():
        leave(connection, access, record, filter(None, unique_ids))


def seen_by_unique_id(connection: Connection, unique_ids: Sequence[str]) -> list[tuple[int, str]]:
    """The records of documents, by uniqueId."""
    query = select(documents.c.record_id, documents.c.unique_id).where(documents.c.unique_id.in_(unique_ids))
    return [(row.record_id, row.unique_id) for row in connection.execute(query.distinct())]


def seen_by_uuid(connection: Connection, uuids: Sequence[str]) -> list[tuple[int, str]]:
    """The records of documents and of sets, by entryUUID; a set gives no uniqueId of a document."""
    query = select(documents.c.record_id, documents.c.unique_id).where(documents.c.entry_uuid.in_(uuids))
    found = [(row.record_id, row.unique_id) for row in connection.execute(query)]
    query = select(submission_sets.c.record_id).where(submission_sets.c.entry_uuid.in_(uuids))
    return found + [(row.record_id, "") for row in connection.execute(query)]


def just_viewed(connection: Connection, actor: Actor, record: int, unique_id: str, since: str) -> bool:
    """True when the same actor was shown the page of this document since then (UTC, as ``now`` writes it)."""
    query = (
        select(traces.c.id)
        .join(traced_documents, traced_documents.c.trace_id == traces.c.id)
        .where(
            traced_documents.c.unique_id == unique_id,
            traces.c.record_id == record,
            traces.c.action == Did.VIEW.value,
            traces.c.actor_kind == actor.kind,
            traces.c.actor == actor.name,
            traces.c.at >= since,
        )
        .limit(1)
    )
    return connection.execute(query).first() is not None


def page(
    connection: Connection,
    record: int,
    unique_id: str = "",
    before: int | None = None,
    limit: int = ON_A_PAGE,
) -> TracePage:
    """Traces of a record, or of one of its documents."""
    query = select(traces).where(traces.c.record_id == record).order_by(traces.c.id.desc()).limit(limit + 1)
    if unique_id:
        query = query.join(traced_documents, traced_documents.c.trace_id == traces.c.id).where(
            traced_documents.c.unique_id == unique_id
        )
    if before is not None:
        query = query.where(traces.c.id < before)
    rows = tuple(connection.execute(query))
    shown = rows[:limit]
    return TracePage(shown, _documents_of(connection, shown), shown[-1].id if len(rows) > limit else None)


def titles(connection: Connection, record: int, page: TracePage) -> dict[str, str]:
    """The titles of the documents of these traces, by uniqueId."""
    wanted = {unique_id for names in page.documents.values() for unique_id in names}
    query = select(documents.c.unique_id, documents.c.title).where(
        documents.c.record_id == record, documents.c.unique_id.in_(wanted)
    )
    return {row.unique_id: row.title for row in connection.execute(query)}


def _documents_of(connection: Connection, rows: Sequence[Row[Any]]) -> dict[int, tuple[str, ...]]:
    query = (
        select(traced_documents)
        .where(traced_documents.c.trace_id.in_([row.id for row in rows]))
        .order_by(traced_documents.c.unique_id)
    )
    found: dict[int, tuple[str, ...]] = {}
    for row in connection.execute(query):
        found[row.trace_id] = (*found.get(row.trace_id, ()), row.unique_id)
    return found


def _within_columns(actor: Actor) -> Actor:
    """What others wrote, no longer than the columns are."""
    return replace(
        actor,
        name=actor.name[:256],
        structure=actor.structure[:64],
        person=actor.person[:64],
        role=actor.role[:128],
        purpose=actor.purpose[:32],
    )
