"""ITI-57: changes of status and new versions of metadata, all of a message or none.

Nothing is ever removed: a deleted entry stays, with the status Deleted, and so do older versions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Row

from gateway.dmpstore import attributes, checks, storage, traces, versions
from gateway.dmpstore.database import Database
from gateway.dmpstore.refusal import Refused, of_set, shown
from gateway.dmpstore.rules import Rules
from gateway.dmpstore.statuses import DELETED, STATUS_NAMES
from gateway.dmpstore.traces import TRIAL, Access, Actor, Did
from gateway.model import Association, RegistryError, SubmissionSet
from gateway.xds.iti57 import MetadataUpdate, StatusChange
from gateway.xds.names import UPDATE_AVAILABILITY_STATUS

_OPERATION = "XDSMetadataUpdateOperationError"


def apply(database: Database, update: MetadataUpdate, rules: Rules, actor: Actor = TRIAL) -> None:
    """Make every change in one transaction. Raises Refused with all errors; then nothing has changed."""
    submission_set = update.objects.submission_sets[0]
    errors = [*_general_errors(submission_set, update, rules)]
    with database.writing() as connection:
        errors += _registry_errors(connection, submission_set, update, rules)
        if errors:
            raise Refused(errors)
        stored = storage.store_set(connection, submission_set, "update")
        for wish in update.entry_updates:
            versions.store(connection, stored, update.objects, wish)
        storage.store_associations(connection, stored, _status_associations(update, stored))
        for change in update.status_changes:
            _change(connection, change)
        uuids = [each.entry_uuid for each in update.status_changes]
        touched = [unique_id for _, unique_id in traces.seen_by_uuid(connection, uuids)]
        touched += [wish.entry.unique_id for wish in update.entry_updates]
        access = Access(actor, Did.UPDATE, "ITI-57", _detail(update))
        traces.leave(connection, access, stored.record_key, filter(None, touched))


def _detail(update: MetadataUpdate) -> str:
    """The new statuses, as the database names them."""
    return ", ".join(sorted({STATUS_NAMES[each.new_status] for each in update.status_changes}))


def _general_errors(
    submission_set: SubmissionSet, update: MetadataUpdate, rules: Rules
) -> Iterator[RegistryError]:
    yield from checks.patient_errors(submission_set, (), rules)
    yield from attributes.set_errors(submission_set, rules)
    for wish in update.entry_updates:
        yield from attributes.entry_errors(wish.entry, rules)
    if not update.status_changes and not update.entry_updates:
        yield of_set(
            submission_set, "Association", "XDSMetadataUpdateError", "aucun changement / nothing to change"
        )


def _registry_errors(
    connection: Connection, submission_set: SubmissionSet, update: MetadataUpdate, rules: Rules
) -> Iterator[RegistryError]:
    if storage.set_exists(connection, submission_set.unique_id):
        yield of_set(
            submission_set,
            "uniqueId",
            "XDSDuplicateUniqueIdInRegistry",
            "ce SubmissionSet est déjà enregistré / this SubmissionSet is already registered",
        )
        return
    own = [submission_set.entry_id, *(wish.entry.entry_id for wish in update.entry_updates)]
    if storage.uuids_in_use(connection, [each for each in own if storage.is_uuid(each)]):
        yield of_set(submission_set, "id", "XDSMetadataUpdateError", "entryUUID déjà utilisé / in use")
    yield from versions.errors(connection, submission_set, update.entry_updates)
    yield from _status_errors(connection, submission_set, update, rules)


def _status_errors(
    connection: Connection, submission_set: SubmissionSet, update: MetadataUpdate, rules: Rules
) -> Iterator[RegistryError]:
    found = storage.documents_by(
        connection, "entry_uuid", [each.entry_uuid for each in update.status_changes]
    )
    rows: dict[str, Row[Any]] = {row.entry_uuid: row for row in found}
    newest = {row.logical_id: row for row in versions.newest(connection, [row.logical_id for row in found])}
    deleted = {
        rows[each.entry_uuid].logical_id
        for each in update.status_changes
        if STATUS_NAMES.get(each.new_status) == DELETED
        and any(row.entry_uuid == each.entry_uuid for row in newest.values())
    }
    updated = {wish.entry.logical_id for wish in update.entry_updates}
    for change in update.status_changes:
        row = rows.pop(change.entry_uuid, None)  # a second change of one entry finds nothing
        yield from _change_errors(submission_set, change, row, rules)
        if row is None:
            continue
        if row.entry_uuid != newest[row.logical_id].entry_uuid and row.logical_id not in deleted:
            yield _wrong(change, "targetObject", _OPERATION, "version dépassée / not the present version")
        if row.logical_id in updated:
            yield _wrong(change, "targetObject", _OPERATION, "deux changements / changed twice")


def _change_errors(
    submission_set: SubmissionSet, change: StatusChange, row: Row[Any] | None, rules: Rules
) -> Iterator[RegistryError]:
    if row is None or row.status == DELETED:
        yield _wrong(change, "targetObject", "XDSMetadataUpdateError", "document inconnu / unknown document")
        return
    patient = submission_set.patient_id
    if (row.ins, row.authority) != (patient.value, patient.authority):
        yield _wrong(change, "targetObject", "XDSPatientIdDoesNotMatch", "autre patient / another patient's")
    if STATUS_NAMES.get(change.original_status) != row.status:
        yield _wrong(
            change, "OriginalStatus", _OPERATION, "ce n'est pas le statut actuel / not the present status"
        )
    if STATUS_NAMES.get(change.new_status) not in rules.moves(row.status):
        yield _wrong(change, "NewStatus", _OPERATION, "changement non permis / change not allowed")


def _change(connection: Connection, change: StatusChange) -> None:
    """A document is deleted with all versions of its metadata."""
    status = STATUS_NAMES[change.new_status]
    if status != DELETED:
        storage.change_status(connection, change.entry_uuid, status)
        return
    for row in storage.documents_by(connection, "entry_uuid", [change.entry_uuid]):
        storage.change_all_versions(connection, row.logical_id, status)


def _status_associations(update: MetadataUpdate, stored: storage.StoredSet) -> Iterator[Association]:
    """Kept as the trace of who changed what; the registry gives them ids of its own."""
    for change in update.status_changes:
        slots: Mapping[str, tuple[str, ...]] = {
            "OriginalStatus": (change.original_status,),
            "NewStatus": (change.new_status,),
        }
        yield Association("", UPDATE_AVAILABILITY_STATUS, stored.entry_uuid, change.entry_uuid, slots)


def _wrong(change: StatusChange, attribute: str, code: str, text: str) -> RegistryError:
    return RegistryError(
        code,
        f"{shown(change.entry_uuid)}, {attribute}: {text}",
        f"{shown(change.association_id)}/{attribute}",
    )
