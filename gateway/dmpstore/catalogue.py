"""What the store holds, as lists: documents as flat JSON-ready facts, and counts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, select

from gateway.dmpstore.schema import blobs, deposits, documents, records, submission_sets
from gateway.model import Rubrique

DELETED = "Deleted"
SIGNATURE = documents.c.type_code == "E1762"
"""The XAdES signature of a deposit: stored and found by ITI-18, but no document of the patient."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which documents. Empty means no restriction; ``status`` empty means all but Deleted, ``all`` means all.

    Signatures of deposits come only when asked for by ``unique_id``.
    ``patient`` is a CX (``INS^^^&oid&ISO^NH``) or the bare INS. ``after`` is the ``cursor`` of the last
    document already read; documents come in the order of their storing.
    """

    patient: str = ""
    rubrique: str = ""
    unique_id: str = ""
    status: str = ""
    after: int = 0
    limit: int = 100


@dataclass(frozen=True, slots=True)
class Page:
    """One page of documents; ``next_cursor`` is None on the last one."""

    documents: tuple[dict[str, Any], ...]
    next_cursor: int | None


def alive(connection: Connection) -> None:
    """Returns when the database answers; raises SQLAlchemyError otherwise."""
    connection.execute(select(1))


def find_documents(connection: Connection, wanted: Wanted) -> Page:
    query = (
        select_documents()
        .where(documents.c.id > wanted.after, *_conditions(wanted))
        .order_by(documents.c.id)
        .limit(wanted.limit + 1)
    )
    rows = connection.execute(query).all()
    kept = rows[: wanted.limit]
    more = kept[-1].id if len(rows) > wanted.limit else None
    return Page(tuple(document_facts(row) for row in kept), more)


def select_documents() -> Select[Any]:
    """Documents with their set and their record; predecessors and successors by their uniqueId."""
    older, newer = documents.alias("older"), documents.alias("newer")
    return select(
        *(column for column in documents.c if column.name not in {"replaces", "replaced_by", "entry"}),
        submission_sets.c.unique_id.label("submission_set_id"),
        submission_sets.c.submission_time,
        submission_sets.c.stored_at,
        records.c.ins,
        records.c.authority,
        older.c.unique_id.label("replaces"),
        newer.c.unique_id.label("replaced_by"),
    ).select_from(
        documents.join(submission_sets, submission_sets.c.id == documents.c.set_id)
        .join(records, records.c.id == documents.c.record_id)
        .outerjoin(older, older.c.entry_uuid == documents.c.replaces)
        .outerjoin(newer, newer.c.entry_uuid == documents.c.replaced_by)
    )


def document_facts(row: Row[Any]) -> dict[str, Any]:
    """One document as the JSON interface shows it."""
    return {
        "unique_id": row.unique_id,
        "entry_uuid": row.entry_uuid,
        "submission_set_id": row.submission_set_id,
        "patient_id": f"{row.ins}^^^&{row.authority}&ISO^NH",
        "type_code": row.type_code,
        "class_code": row.class_code,
        "format_code": row.format_code,
        "rubrique": row.rubrique,
        "title": row.title,
        "mime_type": row.mime_type,
        "hash": row.sha1,
        "sha256": row.sha256,
        "size": row.size,
        "status": row.status,
        "creation_time": row.creation_time,
        "service_start_time": row.service_start_time,
        "submission_time": row.submission_time,
        "confidentiality": json.loads(row.confidentiality),
        "practice_setting": row.practice_setting,
        "facility_type": row.facility_type,
        "author_institution": row.author_institution or None,
        "replaces": row.replaces,
        "replaced_by": row.replaced_by,
    }


def content(connection: Connection, unique_id: str, *, deleted_too: bool = False) -> tuple[bytes, str] | None:
    """The exact bytes and the media type of a document; all entries of one uniqueId share their bytes."""
    query = (
        select(blobs.c.data, documents.c.mime_type)
        .join_from(documents, blobs, blobs.c.sha256 == documents.c.sha256)
        .where(documents.c.unique_id == unique_id)
        .order_by(documents.c.id.desc())
        .limit(1)
    )
    if not deleted_too:
        query = query.where(documents.c.status != DELETED)
    row = connection.execute(query).first()
    return None if row is None else (bytes(row.data), row.mime_type)


def summary(connection: Connection) -> dict[str, Any]:
    """Counts over the whole store, deleted documents included (they stay stored).

    ``documents``, ``unique_ids``, ``rubriques``, ``statuses`` and ``distinct_hashes`` are of the patients'
    documents; ``signatures`` are the others.
    """
    per_rubrique = dict.fromkeys((str(rubrique) for rubrique in Rubrique), 0)
    per_rubrique |= _grouped(connection, documents.c.rubrique)
    per_rubrique.pop("", None)
    return {
        "documents": _one(connection, select(func.count()).select_from(documents).where(~SIGNATURE)),
        "signatures": _one(connection, select(func.count()).select_from(documents).where(SIGNATURE)),
        "unique_ids": _one(
            connection, select(func.count(documents.c.unique_id.distinct())).where(~SIGNATURE)
        ),
        "rubriques": per_rubrique,
        "statuses": _grouped(connection, documents.c.status),
        "submission_sets": _one(connection, select(func.count()).select_from(submission_sets)),
        "deposits": _one(connection, select(func.count()).select_from(deposits)),
        "distinct_hashes": _one(
            connection, select(func.count(documents.c.sha256.distinct())).where(~SIGNATURE)
        ),
        "records": _one(connection, select(func.count()).select_from(records)),
    }


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.patient:
        found += _is_patient(wanted.patient)
    if wanted.rubrique:
        found.append(documents.c.rubrique == wanted.rubrique)
    if wanted.unique_id:
        found.append(documents.c.unique_id == wanted.unique_id)
    else:
        found.append(~SIGNATURE)
    if not wanted.status:
        found.append(documents.c.status != DELETED)
    elif wanted.status != "all":
        found.append(documents.c.status == wanted.status)
    return found


def _is_patient(patient: str) -> Sequence[ColumnElement[bool]]:
    parts = patient.split("^")
    authority = parts[3].split("&") if len(parts) > 3 else []
    conditions: list[ColumnElement[bool]] = [records.c.ins == parts[0]]
    if len(authority) > 1:
        conditions.append(records.c.authority == authority[1])
    return conditions


def _grouped(connection: Connection, column: ColumnElement[Any]) -> dict[str, int]:
    query = select(column, func.count()).select_from(documents).where(~SIGNATURE).group_by(column)
    rows = connection.execute(query).all()
    return {name or "": count for name, count in rows}


def _one(connection: Connection, query: Select[Any]) -> int:
    return int(connection.execute(query).scalar_one())
