"""New versions of a DocumentEntry's metadata (ITI TF-2 §3.57.4.1.3.3): masking, visibility, corrections.

A version has its own entryUUID, the ``lid`` of the first one and its number; the bytes stay the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row

from gateway.dmpstore import storage
from gateway.dmpstore.frozen import from_json
from gateway.dmpstore.refusal import of_entry
from gateway.dmpstore.statuses import APPROVED, ARCHIVED
from gateway.model import Association, DocumentEntry, RegistryError, SubmissionSet
from gateway.xds.iti57 import EntryUpdate
from gateway.xds.names import HAS_MEMBER, UPDATE_AVAILABILITY_STATUS
from gateway.xds.objects import RegistryObjects

_NOT_PROPAGATED = frozenset({HAS_MEMBER, UPDATE_AVAILABILITY_STATUS})


def newest(connection: Connection, logical_ids: Sequence[str]) -> list[Row[Any]]:
    """The last version of each document, with its patient."""
    rows = storage.documents_by(connection, "logical_id", logical_ids)
    last: dict[str, Row[Any]] = {}
    for row in rows:
        known = last.get(row.logical_id)
        if known is None or row.version > known.version:
            last[row.logical_id] = row
    return list(last.values())


def errors(
    connection: Connection, submission_set: SubmissionSet, wishes: Sequence[EntryUpdate]
) -> Iterator[RegistryError]:
    """Everything that speaks against these versions."""
    uses = Counter(wish.entry.logical_id for wish in wishes)
    present = {row.logical_id: row for row in newest(connection, list(uses))}
    for wish in wishes:
        row = present.get(wish.entry.logical_id)
        if row is None or row.status not in (APPROVED, ARCHIVED):
            yield of_entry(
                wish.entry,
                "lid",
                "XDSMetadataVersionError",
                "aucun document en vigueur de ce logicalId / no document in force with this logicalId",
            )
            continue
        if uses[wish.entry.logical_id] > 1:
            yield of_entry(wish.entry, "lid", "XDSMetadataUpdateError", "deux versions / updated twice")
        yield from _version_errors(submission_set, wish, row)


def store(
    connection: Connection, stored: storage.StoredSet, objects: RegistryObjects, wish: EntryUpdate
) -> None:
    """Add the version, its membership, and the associations that it takes over from the one before."""
    (row,) = newest(connection, [wish.entry.logical_id])
    entry_uuid = storage.assigned_uuid(wish.entry.entry_id)
    before = from_json(DocumentEntry, row.entry)
    entry = replace(
        wish.entry,
        entry_id=entry_uuid,
        entry_uuid=entry_uuid,
        version=str(row.version + 1),
        availability_status="",
        hash=before.hash,
        size=before.size,
        repository_unique_id=before.repository_unique_id,
    )
    kept = _propagated(connection, row.entry_uuid, entry_uuid) if _propagates(objects, wish) else ()
    storage.store_version(connection, stored, entry, row)
    slots = {"SubmissionSetStatus": ("Original",), "PreviousVersion": (wish.previous_version,)}
    member = Association("", HAS_MEMBER, stored.entry_uuid, entry_uuid, slots)
    storage.store_associations(connection, stored, [member, *kept])


def _version_errors(
    submission_set: SubmissionSet, wish: EntryUpdate, row: Row[Any]
) -> Iterator[RegistryError]:
    entry, patient = wish.entry, submission_set.patient_id
    if (patient.value, patient.authority) != (row.ins, row.authority):
        yield of_entry(entry, "patientId", "XDSPatientIdDoesNotMatch", "autre patient / another patient's")
    if (entry.patient_id.value, entry.patient_id.authority) != (row.ins, row.authority):
        yield of_entry(
            entry,
            "patientId",
            "XDSPatientIDReconciliationError",
            "le patient ne change pas par ITI-57 / the patient cannot be changed by ITI-57",
        )
    if wish.previous_version != str(row.version):
        yield of_entry(
            entry,
            "PreviousVersion",
            "XDSMetadataVersionError",
            f"la version actuelle est {row.version} / the present version is {row.version}",
        )
    for attribute, value, present in _fixed(entry, row):
        if value and value != present:
            yield of_entry(
                entry, attribute, "UnmodifiableMetadataError", "attribut non modifiable / cannot be changed"
            )


def _fixed(entry: DocumentEntry, row: Row[Any]) -> Iterator[tuple[str, str, str]]:
    """What is sent and what is registered; what is not sent is taken over."""
    before = from_json(DocumentEntry, row.entry)
    yield "uniqueId", entry.unique_id, before.unique_id
    yield "hash", entry.hash, before.hash
    yield "size", str(entry.size) if entry.size >= 0 else "", str(before.size)
    yield "repositoryUniqueId", entry.repository_unique_id, before.repository_unique_id
    yield "mimeType", entry.mime_type, before.mime_type


def _propagates(objects: RegistryObjects, wish: EntryUpdate) -> bool:
    """The slot AssociationPropagation of the membership; it is yes by default."""
    for each in objects.associations:
        if each.type == HAS_MEMBER and each.target == wish.entry.entry_id:
            return "no" not in [value.lower() for value in each.slots.get("AssociationPropagation", ())]
    return True


def _propagated(connection: Connection, old: str, new: str) -> tuple[Association, ...]:
    return tuple(
        replace(
            each,
            association_id="",
            source=new if each.source == old else each.source,
            target=new if each.target == old else each.target,
        )
        for each in storage.associations_of(connection, old)
        if each.type not in _NOT_PROPAGATED
    )
