"""One document of a record: its entry, its bytes, its set, and the documents before and after it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, select

from gateway.dmpstore.catalogue import select_documents
from gateway.dmpstore.frozen import from_json
from gateway.dmpstore.queries.found import entry_of
from gateway.dmpstore.records import by_public_id
from gateway.dmpstore.schema import blobs, documents, records, submission_sets
from gateway.dmpstore.statuses import DELETED
from gateway.model import DocumentEntry, SubmissionSet

_MOST_VERSIONS = 100


@dataclass(frozen=True, slots=True)
class OneDocument:
    """``row`` is the last metadata version, as ``select_documents`` gives it; ``chain`` is oldest first and
    holds the document itself; ``metadata_versions`` are all rows over the same bytes, oldest first.
    """

    record: Row[Any]
    row: Row[Any]
    entry: DocumentEntry = field(repr=False)
    submission_set: SubmissionSet = field(repr=False)
    chain: tuple[Row[Any], ...]
    metadata_versions: tuple[Row[Any], ...]

    @property
    def deleted(self) -> bool:
        return bool(self.row.status == DELETED)


def one_document(connection: Connection, public_id: str, unique_id: str) -> OneDocument | None:
    """A document of a record, deleted ones too; None when the record has no such document."""
    record = by_public_id(connection, public_id)
    if record is None:
        return None
    rows = _rows(connection, record.id, unique_id)
    if not rows:
        return None
    row = rows[-1]
    stored = connection.execute(select(documents).where(documents.c.id == row.id)).one()
    content = connection.execute(
        select(submission_sets.c.content).where(submission_sets.c.id == row.set_id)
    ).scalar_one()
    return OneDocument(
        record,
        row,
        entry_of(stored),
        from_json(SubmissionSet, content),
        _chain(connection, row),
        tuple(rows),
    )


def newest_row(connection: Connection, public_id: str, unique_id: str) -> Row[Any] | None:
    """The last metadata version of a document of a record, with ``record_id``, ``status`` and ``sha256``."""
    query = (
        select(documents)
        .join_from(documents, records, records.c.id == documents.c.record_id)
        .where(records.c.public_id == public_id, documents.c.unique_id == unique_id)
        .order_by(documents.c.id.desc())
        .limit(1)
    )
    return connection.execute(query).first()


def data_of(connection: Connection, row: Row[Any]) -> bytes:
    """The exact bytes of a document row."""
    return bytes(connection.execute(select(blobs.c.data).where(blobs.c.sha256 == row.sha256)).scalar_one())


def _chain(connection: Connection, row: Row[Any]) -> tuple[Row[Any], ...]:
    """Along ``replaces`` and ``replaced_by``; a document is met once, however the rows point."""
    found = {row.unique_id: row}
    before = _follow(connection, row, "replaces", found)
    after = _follow(connection, row, "replaced_by", found)
    return (*reversed(before), row, *after)


def _follow(connection: Connection, row: Row[Any], column: str, found: dict[str, Row[Any]]) -> list[Row[Any]]:
    steps: list[Row[Any]] = []
    while (name := getattr(row, column)) and name not in found and len(steps) < _MOST_VERSIONS:
        rows = _rows(connection, row.record_id, name)
        if not rows:
            break
        row = found[name] = rows[-1]
        steps.append(row)
    return steps


def _rows(connection: Connection, record: int, unique_id: str) -> list[Row[Any]]:
    query = (
        select_documents()
        .where(documents.c.record_id == record, documents.c.unique_id == unique_id)
        .order_by(documents.c.id)
    )
    return list(connection.execute(query))
