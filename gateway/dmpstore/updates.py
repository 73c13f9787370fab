"""ITI-57: changes of status. Nothing is ever removed: a deleted entry stays, with the status Deleted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Row

from gateway.dmpstore import checks, storage
from gateway.dmpstore.database import Database
from gateway.dmpstore.queries import STATUS_NAMES
from gateway.dmpstore.refusal import Refused, is_oid, of_set, shown
from gateway.model import RegistryError, SubmissionSet
from gateway.xds.iti57 import MetadataUpdate, StatusChange

# Deprecated is not among them: only a replacement deprecates (DMP transactions 3.3c and 3.3d).
_MOVES = {
    "Approved": ("Deleted", "Archived"),
    "Archived": ("Deleted", "Approved"),
    "Deprecated": ("Deleted",),
    "Deleted": (),
}


def apply(database: Database, update: MetadataUpdate) -> None:
    """Make every change in one transaction. Raises Refused with all errors; then nothing has changed."""
    submission_set = update.objects.submission_sets[0]
    errors = [*_general_errors(submission_set, update)]
    with database.writing() as connection:
        errors += _registry_errors(connection, submission_set, update)
        if errors:
            raise Refused(errors)
        storage.store_set(connection, submission_set, "update")
        for change in update.status_changes:
            storage.change_status(connection, change.entry_uuid, STATUS_NAMES[change.new_status])


def _general_errors(submission_set: SubmissionSet, update: MetadataUpdate) -> Iterator[RegistryError]:
    yield from checks.patient_errors(submission_set, ())
    yield from checks.set_errors(submission_set)
    if update.entry_updates:
        yield of_set(
            submission_set,
            "DocumentEntry",
            "LocalPolicyRestrictionError",
            "nouvelle version de métadonnées non admise: remplacer le document / a new version of metadata "
            "is not admitted: replace the document",
        )
    elif not update.status_changes:
        yield of_set(
            submission_set, "Association", "XDSMetadataUpdateError", "aucun changement / nothing to change"
        )


def _registry_errors(
    connection: Connection, submission_set: SubmissionSet, update: MetadataUpdate
) -> Iterator[RegistryError]:
    if is_oid(submission_set.unique_id) and storage.set_exists(connection, submission_set.unique_id):
        yield of_set(
            submission_set,
            "uniqueId",
            "XDSDuplicateUniqueIdInRegistry",
            "ce SubmissionSet est déjà enregistré / this SubmissionSet is already registered",
        )
        return
    seen: set[str] = set()
    for change in update.status_changes:
        rows = storage.documents_by(connection, "entry_uuid", [change.entry_uuid])
        row = rows[0] if rows and change.entry_uuid not in seen else None
        yield from _change_errors(submission_set, change, row)
        seen.add(change.entry_uuid)


def _change_errors(
    submission_set: SubmissionSet, change: StatusChange, row: Row[Any] | None
) -> Iterator[RegistryError]:
    if row is None or row.status == storage.DELETED:
        yield _wrong(change, "targetObject", "XDSMetadataUpdateError", "document inconnu / unknown document")
        return
    patient = submission_set.patient_id
    if (row.ins, row.authority) != (patient.value, patient.authority):
        yield _wrong(change, "targetObject", "XDSPatientIdDoesNotMatch", "autre patient / another patient's")
    operation = "XDSMetadataUpdateOperationError"
    if STATUS_NAMES.get(change.original_status) != row.status:
        yield _wrong(
            change, "OriginalStatus", operation, "ce n'est pas le statut actuel / not the present status"
        )
    if STATUS_NAMES.get(change.new_status) not in _MOVES[row.status]:
        yield _wrong(change, "NewStatus", operation, "changement non permis / change not allowed")


def _wrong(change: StatusChange, attribute: str, code: str, text: str) -> RegistryError:
    return RegistryError(
        code,
        f"{shown(change.entry_uuid)}, {attribute}: {text}",
        f"{shown(change.association_id)}/{attribute}",
    )
