"""Writing and finding rows. Every function works inside the transaction that it is given."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from gateway.dmpstore.columns import columns_of
from gateway.dmpstore.frozen import to_json
from gateway.dmpstore.schema import associations, blobs, deposits, documents, records, submission_sets
from gateway.dmpstore.statuses import APPROVED, DEPRECATED
from gateway.model import Association, DocumentEntry, PatientId, SubmissionSet

_UUID = re.compile(r"urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


@dataclass(frozen=True, slots=True)
class StoredSet:
    """A SubmissionSet as a row: its key, its entryUUID and the key of its record."""

    key: int
    entry_uuid: str
    record_key: int


def is_uuid(identity: str) -> bool:
    """True for an id that the registry keeps; any other one is symbolic (ITI TF-3 §4.2.3.1.5)."""
    return _UUID.fullmatch(identity) is not None


def assigned_uuid(identity: str) -> str:
    return identity if is_uuid(identity) else uuid.uuid4().urn


def now() -> str:
    """UTC, ``YYYYMMDDhhmmss``."""
    return datetime.now(UTC).strftime("%Y%m%d%H%M%S")


def set_exists(connection: Connection, unique_id: str) -> bool:
    query = select(submission_sets.c.id).where(submission_sets.c.unique_id == unique_id)
    return connection.execute(query).first() is not None


def uuids_in_use(connection: Connection, uuids: Sequence[str]) -> set[str]:
    """Those that an entry, a set or an association already has."""
    if not uuids:
        return set()
    return {
        found
        for table in (documents, submission_sets, associations)
        for found in connection.execute(
            select(table.c.entry_uuid).where(table.c.entry_uuid.in_(uuids))
        ).scalars()
    }


def record_key(connection: Connection, patient: PatientId) -> int | None:
    """The key of a patient's record, None when nothing was ever deposited for them."""
    query = select(records.c.id).where(
        records.c.ins == patient.value, records.c.authority == patient.authority
    )
    return connection.execute(query).scalar()


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
    record = _record(connection, submission_set.patient_id)
    entry_uuid = assigned_uuid(submission_set.entry_id)
    values = {
        "entry_uuid": entry_uuid,
        "unique_id": submission_set.unique_id,
        "record_id": record,
        "kind": kind,
        "submission_time": submission_set.submission_time,
        "stored_at": now(),
        "content": to_json(submission_set),
    }
    result = connection.execute(insert(submission_sets).values(**values))
    return StoredSet(_key(result), entry_uuid, record)


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
        **columns_of(entry),
    }
    connection.execute(insert(documents).values(**values))


def store_version(
    connection: Connection, stored: StoredSet, entry: DocumentEntry, previous: Row[Any]
) -> None:
    """Add a new metadata version over the same bytes; it takes over the status, the old one is Deprecated."""
    values = {
        "record_id": stored.record_key,
        "set_id": stored.key,
        "sha256": previous.sha256,
        "status": previous.status,
        "replaces": previous.replaces,
        "revision": previous.revision,
        **columns_of(entry),
    }
    connection.execute(insert(documents).values(**values))
    change_status(connection, previous.entry_uuid, DEPRECATED)


def store_associations(connection: Connection, stored: StoredSet, wishes: Iterable[Association]) -> None:
    """Add associations whose ends are entryUUIDs; an id that is symbolic is replaced."""
    rows = [
        {
            "entry_uuid": assigned_uuid(each.association_id),
            "type": each.type,
            "source": each.source,
            "target": each.target,
            "record_id": stored.record_key,
            "set_id": stored.key,
            "slots": _slots(each.slots),
        }
        for each in wishes
    ]
    if rows:
        connection.execute(insert(associations), rows)


def associations_of(connection: Connection, entry_uuid: str) -> list[Association]:
    """Those that start or end at an object, in the order of storing."""
    query = (
        select(associations)
        .where((associations.c.source == entry_uuid) | (associations.c.target == entry_uuid))
        .order_by(associations.c.id)
    )
    return [
        Association(row.entry_uuid, row.type, row.source, row.target, json.loads(row.slots))
        for row in connection.execute(query)
    ]


def deprecate(connection: Connection, entry_uuid: str, successor_uuid: str) -> None:
    connection.execute(
        update(documents)
        .where(documents.c.entry_uuid == entry_uuid)
        .values(status=DEPRECATED, replaced_by=successor_uuid)
    )


def change_status(connection: Connection, entry_uuid: str, status: str) -> None:
    connection.execute(update(documents).where(documents.c.entry_uuid == entry_uuid).values(status=status))


def change_all_versions(connection: Connection, logical_id: str, status: str) -> None:
    connection.execute(update(documents).where(documents.c.logical_id == logical_id).values(status=status))


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
    entry_uuid = assigned_uuid(entry.entry_id)
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
    found = record_key(connection, patient)
    if found is not None:
        return found
    values = {
        "public_id": secrets.token_hex(12),
        "ins": patient.value,
        "authority": patient.authority,
        "fed": 0,
        "fed_at": now(),
    }
    return _key(connection.execute(insert(records).values(**values)))


def _slots(slots: Mapping[str, Sequence[str]]) -> str:
    return json.dumps({name: list(values) for name, values in slots.items()}, ensure_ascii=False)


def _key(result: Any) -> int:
    return int(result.inserted_primary_key[0])
