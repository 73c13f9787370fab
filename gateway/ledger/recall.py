"""Remembering: one grouped read of what the ledger knows that matters for one message."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from gateway.ledger.keys import key_of, sender_key_of
from gateway.ledger.patients import PatientHasher
from gateway.ledger.schema import documents, messages, replacements
from gateway.model import Action, Envelope, KnownDocument, Memory, Reading, Submission

SETTLED_WELL = ("submitted", "recorded")


def recall(
    connection: sa.Connection,
    envelope: Envelope,
    reading: Reading,
    submission: Submission | None,
    patients: PatientHasher,
) -> Memory:
    """What other messages left behind. What this very message did (a redelivery, a retry) is left out."""
    own, sender_key = key_of(envelope), sender_key_of(envelope, reading)
    known: tuple[KnownDocument, ...] = ()
    if submission is not None and submission.entries:
        patient = patients.patient(submission.entries[0].patient_id)
        known = tuple(_documents(connection, own, _named(submission), patient))
    if not sender_key:
        return Memory(documents=known)
    twin = _other(connection, own, sender_key, messages.c.content_hash == envelope.content_hash)
    other = _other(connection, own, sender_key, messages.c.content_hash != envelope.content_hash)
    return Memory(twin, twin is None and other is not None, known)


def _named(submission: Submission) -> list[str]:
    """The uniqueIds of the documents and of those that they replace."""
    ids = [entry.unique_id for entry in submission.entries]
    return [*ids, *(wish.predecessor_unique_id for wish in submission.replacements)]


def _other(
    connection: sa.Connection, own: str, sender_key: str, content: sa.ColumnElement[bool]
) -> int | None:
    """The first accepted message of this sender under this MSH-10. A refused one may be sent again."""
    query = sa.select(messages.c.id).where(
        messages.c.sender_key == sender_key,
        content,
        messages.c.key != own,
        messages.c.outcome.in_(SETTLED_WELL),
    )
    return connection.scalar(query.order_by(messages.c.id).limit(1))


def _documents(connection: sa.Connection, own: str, ids: Sequence[str], patient: str) -> list[KnownDocument]:
    rows = (
        connection.execute(
            sa.select(documents)
            .where(documents.c.unique_id.in_(ids), documents.c.message_key != own)
            .order_by(documents.c.id)
        )
        .mappings()
        .all()
    )
    if not rows:
        return []
    successors = _successors(connection, own, ids)
    levels = _levels(connection, {str(row["message_key"]) for row in rows})
    grouped: defaultdict[str, list[sa.RowMapping]] = defaultdict(list)
    for row in rows:
        grouped[row["unique_id"]].append(row)
    return [_known(name, found, successors, levels, patient) for name, found in grouped.items()]


def _successors(connection: sa.Connection, own: str, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    query = sa.select(replacements.c.predecessor, replacements.c.successor).where(
        replacements.c.predecessor.in_(ids), replacements.c.message_key != own
    )
    found: defaultdict[str, set[str]] = defaultdict(set)
    for predecessor, successor in connection.execute(query):
        found[predecessor].add(successor)
    return {name: tuple(sorted(names)) for name, names in found.items()}


def _levels(connection: sa.Connection, keys: set[str]) -> dict[str, tuple[int, ...]]:
    query = sa.select(documents.c.message_key, documents.c.level).where(documents.c.message_key.in_(keys))
    found: defaultdict[str, set[int]] = defaultdict(set)
    for key, level in connection.execute(query):
        found[key].add(level)
    return {key: tuple(sorted(levels - {0})) for key, levels in found.items()}


def _known(
    unique_id: str,
    rows: Sequence[Any],
    successors: dict[str, tuple[str, ...]],
    levels: dict[str, tuple[int, ...]],
    patient: str,
) -> KnownDocument:
    """The last acceptance says what the document is; any deletion says that it is gone."""
    accepted = [row for row in rows if row["action"] != Action.DELETE]
    origin = (accepted or rows)[-1]
    structures = (origin["structure_id"], *origin["author_structures"].split())
    known = origin["patient_hash"]
    return KnownDocument(
        unique_id=unique_id,
        sha1=origin["sha1"] if accepted else "",
        deleted=len(accepted) < len(rows),
        successors=successors.get(unique_id, ()),
        structures=tuple(dict.fromkeys(one for one in structures if one)),
        levels=levels.get(origin["message_key"], ()),
        same_patient=known == patient if known else None,
    )
