"""ITI-41: accept a submission whole, or refuse it whole with everything that is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Row

from gateway.dmpstore import checks, storage
from gateway.dmpstore.database import Database
from gateway.dmpstore.refusal import Refused, is_oid, of_entry, of_set
from gateway.model import DocumentEntry, RegistryError, SubmissionSet
from gateway.xds.names import RPLC
from gateway.xds.objects import RegistryObjects


class Deposits:
    """The write side of the repository."""

    def __init__(self, database: Database, repository_unique_id: str) -> None:
        self._database = database
        self._repository_unique_id = repository_unique_id

    def accept(self, objects: RegistryObjects, contents: Mapping[str, bytes]) -> None:
        """Store set, entries and bytes in one transaction. Raises Refused; then nothing was stored."""
        submission_set = objects.submission_sets[0]
        errors = list(_before_storing(submission_set, objects, contents))
        if errors:
            with self._database.reading() as connection:
                raise Refused([*errors, *_in_registry(connection, submission_set, objects, contents)])
        entries = {
            entry.entry_id: storage.registered(
                entry,
                contents[entry.entry_id],
                checks.sha1(contents[entry.entry_id]),
                self._repository_unique_id,
            )
            for entry in objects.entries
        }
        with self._database.writing() as connection:
            errors = list(_in_registry(connection, submission_set, objects, contents))
            if errors:
                raise Refused(errors)
            _store(connection, submission_set, objects, contents, entries)


def _before_storing(
    submission_set: SubmissionSet, objects: RegistryObjects, contents: Mapping[str, bytes]
) -> Iterator[RegistryError]:
    entries = objects.entries
    if not entries:
        yield of_set(
            submission_set, "DocumentEntry", "XDSRegistryMetadataError", "aucun document / no document"
        )
    yield from checks.patient_errors(submission_set, entries)
    yield from checks.identity_errors(submission_set, entries, objects.associations, contents)
    yield from checks.association_errors(submission_set, objects.associations)
    for entry in entries:
        if entry.entry_id in contents:
            yield from checks.content_errors(entry, contents[entry.entry_id])
    yield from checks.set_errors(submission_set)
    for entry in entries:
        yield from checks.entry_errors(entry)


def _in_registry(
    connection: Connection,
    submission_set: SubmissionSet,
    objects: RegistryObjects,
    contents: Mapping[str, bytes],
) -> Iterator[RegistryError]:
    """What only the registry knows: uniqueIds already used, and the targets of replacements."""
    if is_oid(submission_set.unique_id) and storage.set_exists(connection, submission_set.unique_id):
        yield of_set(
            submission_set,
            "uniqueId",
            "XDSDuplicateUniqueIdInRegistry",
            "ce SubmissionSet est déjà enregistré / this SubmissionSet is already registered",
        )
        return
    for entry in objects.entries:
        if is_oid(entry.unique_id) and entry.entry_id in contents:
            yield from _other_content(connection, entry, contents[entry.entry_id])
    yield from _association_errors(connection, submission_set, objects)


def _other_content(connection: Connection, entry: DocumentEntry, data: bytes) -> Iterator[RegistryError]:
    known = storage.documents_by(connection, "unique_id", [entry.unique_id])
    if any(row.sha1 != checks.sha1(data) for row in known):
        yield of_entry(
            entry,
            "hash",
            "XDSNonIdenticalHash",
            "uniqueId déjà enregistré avec un autre contenu: remplacer (nouveau uniqueId et RPLC) / this "
            "uniqueId is registered with other content: replace it (new uniqueId and RPLC)",
        )


def _association_errors(
    connection: Connection, submission_set: SubmissionSet, objects: RegistryObjects
) -> Iterator[RegistryError]:
    entries = {entry.entry_id: entry for entry in objects.entries}
    wishes = [each for each in objects.associations if each.type == RPLC]
    sources, targets = Counter(each.source for each in wishes), Counter(each.target for each in wishes)
    for wish in wishes:
        entry = entries.get(wish.source)
        if entry is None or sources[wish.source] > 1 or targets[wish.target] > 1:
            yield of_set(
                submission_set,
                "RPLC",
                "XDSReplaceFailed",
                "un document du message en remplace un seul, enregistré / one document of the message "
                "replaces one registered document",
            )
        else:
            yield from _target_errors(connection, entry, wish.target)


def _target_errors(connection: Connection, entry: DocumentEntry, target: str) -> Iterator[RegistryError]:
    row = _target(connection, target)
    if row is None or row.status == storage.DELETED:
        yield of_entry(
            entry, "RPLC", "XDSReplaceFailed", "document à remplacer inconnu / document to replace unknown"
        )
    elif row.status != storage.APPROVED:
        yield of_entry(
            entry,
            "RPLC",
            "XDSRegistryDeprecatedDocumentError",
            "le document à remplacer n'est plus en vigueur / the document to replace is no longer in force",
        )
    elif (row.ins, row.authority) != (entry.patient_id.value, entry.patient_id.authority):
        yield of_entry(
            entry,
            "RPLC",
            "XDSPatientIdDoesNotMatch",
            "le document à remplacer est d'un autre patient / the document to replace is another patient's",
        )


def _target(connection: Connection, entry_uuid: str) -> Row[Any] | None:
    rows = storage.documents_by(connection, "entry_uuid", [entry_uuid])
    return rows[0] if rows else None


def _store(
    connection: Connection,
    submission_set: SubmissionSet,
    objects: RegistryObjects,
    contents: Mapping[str, bytes],
    entries: Mapping[str, DocumentEntry],
) -> None:
    replaced = {each.source: each.target for each in objects.associations if each.type == RPLC}
    stored = storage.store_set(connection, submission_set, "deposit")
    for symbol, entry in entries.items():
        predecessor = _target(connection, replaced[symbol]) if symbol in replaced else None
        storage.store_document(connection, stored, entry, contents[symbol], predecessor)
        if predecessor is not None:
            storage.deprecate(connection, predecessor.entry_uuid, entry.entry_uuid)
    storage.log_deposit(connection, stored, [entry.size for entry in entries.values()])
