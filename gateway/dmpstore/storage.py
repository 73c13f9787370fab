"""Writing and finding rows. Every function works inside the transaction that it is given."""

from __future__ import annotations

import hashlib
import json
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from gateway.dmpstore.frozen import to_json
from gateway.dmpstore.schema import blobs, deposits, documents, records, submission_sets
from gateway.model import DocumentEntry, PatientId, SubmissionSet
from gateway.nomenclature import rubrique_of, value_set

APPROVED, DEPRECATED, ARCHIVED, DELETED = "Approved", "Deprecated", "Archived", "Deleted"


@dataclass(frozen=True, slots=True)
class StoredSet:
    """A SubmissionSet as a row: its key and that of its record."""

    key: int
    record_key: int


def new_uuid() -> str:
    return uuid.uuid4().urn


def now() -> str:
    """UTC, ``YYYYMMDDhhmmss``."""
    return datetime.now(UTC).strftime("%Y%m%d%H%M%S")


def set_exists(connection: Connection, unique_id: str) -> bool:
    query = select(submission_sets.c.id).where(submission_sets.c.unique_id == unique_id)
    return connection.execute(query).first() is not None


def documents_by(connection: Connection, column: str, values: Sequence[str]) -> list[Row[Any]]:
    """Document rows with their patient, in the order of storing; ``column`` is a column of documents."""
    query = (
        select(documents, records.c.ins, records.c.authority)
        .join_from(documents, records, records.c.id == documents.c.record_id)
        .where(documents.c[column].in_(values))
        .order_by(documents.c.id)
    )
    return list(connection.execute(query))


def store_set(connection: Connection, submission_set: SubmissionSet, kind: str) -> StoredSet:
    """Add a set, and the record of its patient when it is the first one."""
    record_key = _record(connection, submission_set.patient_id)
    values = {
        "entry_uuid": new_uuid(),
        "unique_id": submission_set.unique_id,
        "record_id": record_key,
        "kind": kind,
        "submission_time": submission_set.submission_time,
        "stored_at": now(),
        "content": to_json(submission_set),
    }
    result = connection.execute(insert(submission_sets).values(**values))
    return StoredSet(_key(result), record_key)


def store_document(
    connection: Connection, stored: StoredSet, entry: DocumentEntry, data: bytes, predecessor: Row[Any] | None
) -> None:
    """Add an Approved entry and its bytes. ``entry`` has its entryUUID, hash, size and repository."""
    sha256 = hashlib.sha256(data).hexdigest()
    if connection.execute(select(blobs.c.sha256).where(blobs.c.sha256 == sha256)).first() is None:
        connection.execute(insert(blobs).values(sha256=sha256, size=len(data), data=data))
    values = {
        "record_id": stored.record_key,
        "set_id": stored.key,
        "sha256": sha256,
        "status": APPROVED,
        "replaces": predecessor.entry_uuid if predecessor is not None else None,
        "revision": predecessor.revision + 1 if predecessor is not None else 1,
        **_columns(entry),
    }
    connection.execute(insert(documents).values(**values))


def deprecate(connection: Connection, entry_uuid: str, successor_uuid: str) -> None:
    connection.execute(
        update(documents)
        .where(documents.c.entry_uuid == entry_uuid)
        .values(status=DEPRECATED, replaced_by=successor_uuid)
    )


def change_status(connection: Connection, entry_uuid: str, status: str) -> None:
    connection.execute(update(documents).where(documents.c.entry_uuid == entry_uuid).values(status=status))


def log_deposit(connection: Connection, stored: StoredSet, sizes: Sequence[int]) -> None:
    """Count an accepted deposit and move its record to the top of the list."""
    values = {"set_id": stored.key, "stored_at": now(), "documents": len(sizes), "bytes": sum(sizes)}
    number = _key(connection.execute(insert(deposits).values(**values)))
    connection.execute(
        update(records)
        .where(records.c.id == stored.record_key)
        .values(fed=number, fed_at=values["stored_at"])
    )


def registered(entry: DocumentEntry, data: bytes, sha1: str, repository_unique_id: str) -> DocumentEntry:
    """The entry as the registry keeps it: entryUUID, lid, version, hash, size, repository (ITI-42)."""
    entry_uuid = new_uuid()
    return replace(
        entry,
        entry_id=entry_uuid,
        entry_uuid=entry_uuid,
        logical_id=entry_uuid,
        version="1",
        hash=sha1,
        size=len(data),
        repository_unique_id=repository_unique_id,
    )


def _record(connection: Connection, patient: PatientId) -> int:
    query = select(records.c.id).where(
        records.c.ins == patient.value, records.c.authority == patient.authority
    )
    found = connection.execute(query).scalar()
    if found is not None:
        return int(found)
    values = {
        "public_id": secrets.token_hex(12),
        "ins": patient.value,
        "authority": patient.authority,
        "fed": 0,
        "fed_at": now(),
    }
    return _key(connection.execute(insert(records).values(**values)))


def _columns(entry: DocumentEntry) -> dict[str, Any]:
    institution = next((author.institution for author in entry.authors if author.institution), None)
    return {
        "entry_uuid": entry.entry_uuid,
        "logical_id": entry.logical_id,
        "version": int(entry.version),
        "unique_id": entry.unique_id,
        "sha1": entry.hash,
        "size": entry.size,
        "mime_type": entry.mime_type,
        "type_code": entry.type_code.code,
        "type_display": _display(entry),
        "class_code": entry.class_code.code,
        "format_code": entry.format_code.code,
        "practice_setting": entry.practice_setting_code.code,
        "facility_type": entry.healthcare_facility_type_code.code,
        "rubrique": rubrique_of(entry.type_code.code, entry.type_code.system),
        "title": entry.title,
        "author_institution": institution.name if institution is not None else "",
        "confidentiality": json.dumps([code.code for code in entry.confidentiality_codes]),
        "creation_time": entry.creation_time,
        "service_start_time": entry.service_start_time,
        "service_stop_time": entry.service_stop_time,
        "entry": to_json(entry),
    }


def _display(entry: DocumentEntry) -> str:
    """The official label of the type; a sender's own wording is only the fallback."""
    concept = value_set("J66").get(entry.type_code.code, entry.type_code.system)
    return concept.display if concept is not None else entry.type_code.display


def _key(result: Any) -> int:
    return int(result.inserted_primary_key[0])
