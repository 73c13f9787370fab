"""ITI-41: accept a submission whole, or refuse it whole with everything that is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row

from gateway.dmpstore import attributes, checks, states, storage, traces
from gateway.dmpstore.database import Database
from gateway.dmpstore.refusal import Refused, of_entry, of_set
from gateway.dmpstore.rules import Rules
from gateway.dmpstore.statuses import APPROVED, DELETED
from gateway.dmpstore.traces import TRIAL, Access, Actor, Did
from gateway.model import Association, DocumentEntry, RegistryError, SubmissionSet
from gateway.xds.objects import RegistryObjects


class Deposits:
    """The write side of the repository."""

    def __init__(
        self, database: Database, repository_unique_id: str, rules: Rules, *, open_records: bool = True
    ) -> None:
        self._database = database
        self._repository_unique_id = repository_unique_id
        self._rules = rules
        self._open_records = open_records

    def accept(
        self, objects: RegistryObjects, contents: Mapping[str, bytes], actor: Actor = TRIAL
    ) -> tuple[RegistryError, ...]:
        """Store set, entries, bytes and trace in one transaction; returns warnings.

        Raises Refused; then nothing was stored.
        """
        submission_set = objects.submission_sets[0]
        errors = list(_before_storing(submission_set, objects, contents, self._rules))
        if errors:
            with self._database.reading() as connection:
                raise Refused([*errors, *self._refusals(connection, submission_set, objects, contents)])
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
            errors = list(self._refusals(connection, submission_set, objects, contents))
            if errors:
                raise Refused(errors)
            record = _store(connection, submission_set, objects, contents, entries)
            unique_ids = [entry.unique_id for entry in entries.values()]
            traces.leave(connection, Access(actor, Did.DEPOSIT, "ITI-41"), record, unique_ids)
        return tuple(checks.unsaved_slots(objects))

    def _refusals(
        self,
        connection: Connection,
        submission_set: SubmissionSet,
        objects: RegistryObjects,
        contents: Mapping[str, bytes],
    ) -> Iterator[RegistryError]:
        """A record that cannot be fed says nothing else: what it holds is nobody's business then."""
        closed = list(states.feeding_errors(connection, submission_set, open_records=self._open_records))
        yield from closed or _in_registry(connection, submission_set, objects, contents)


def _before_storing(
    submission_set: SubmissionSet, objects: RegistryObjects, contents: Mapping[str, bytes], rules: Rules
) -> Iterator[RegistryError]:
    entries = objects.entries
    if not entries:
        yield of_set(
            submission_set, "DocumentEntry", "XDSRegistryMetadataError", "aucun document / no document"
        )
    yield from checks.patient_errors(submission_set, entries, rules)
    yield from checks.identity_errors(submission_set, entries, objects.associations, contents)
    yield from checks.association_errors(submission_set, objects, rules)
    for entry in entries:
        if entry.entry_id in contents:
            yield from checks.content_errors(entry, contents[entry.entry_id])
    yield from attributes.set_errors(submission_set, rules)
    for entry in entries:
        yield from attributes.entry_errors(entry, rules)


def _in_registry(
    connection: Connection,
    submission_set: SubmissionSet,
    objects: RegistryObjects,
    contents: Mapping[str, bytes],
) -> Iterator[RegistryError]:
    """What only the registry knows: ids already used, and what associations point at."""
    if storage.set_exists(connection, submission_set.unique_id):
        yield of_set(
            submission_set,
            "uniqueId",
            "XDSDuplicateUniqueIdInRegistry",
            "ce SubmissionSet est déjà enregistré / this SubmissionSet is already registered",
        )
        return
    own = checks.own_ids(submission_set, objects)
    if storage.uuids_in_use(connection, [each for each in own if storage.is_uuid(each)]):
        yield of_set(
            submission_set, "id", "XDSRegistryMetadataError", "entryUUID déjà utilisé / already in use"
        )
    for entry in objects.entries:
        if entry.entry_id in contents:
            yield from _other_content(connection, entry, contents[entry.entry_id])
    yield from _replacement_errors(connection, submission_set, objects)
    for association in objects.associations:
        if association.type not in checks.REPLACING and association.target not in own:
            yield from _end_errors(connection, submission_set, association)


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


def _replacement_errors(
    connection: Connection, submission_set: SubmissionSet, objects: RegistryObjects
) -> Iterator[RegistryError]:
    entries = {entry.entry_id: entry for entry in objects.entries}
    wishes = [each for each in objects.associations if each.type in checks.REPLACING]
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
    if row is None or row.status == DELETED:
        yield of_entry(
            entry, "RPLC", "XDSReplaceFailed", "document à remplacer inconnu / document to replace unknown"
        )
    elif row.status != APPROVED:
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


def _end_errors(
    connection: Connection, submission_set: SubmissionSet, association: Association
) -> Iterator[RegistryError]:
    """The registered object that an association ends at is a document of the same patient."""
    row = _target(connection, association.target)
    patient = submission_set.patient_id
    kind = association.type.rpartition(":")[2]
    if row is None or row.status == DELETED:
        yield of_set(
            submission_set,
            kind,
            "XDSRegistryMetadataError",
            "association vers un document inconnu / association with an unknown document",
        )
    elif (row.ins, row.authority) != (patient.value, patient.authority):
        yield of_set(
            submission_set,
            kind,
            "XDSPatientIdDoesNotMatch",
            "document d'un autre patient / another patient's",
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
) -> int:
    """Returns the key of the record."""
    replaced = {each.source: each.target for each in objects.associations if each.type in checks.REPLACING}
    stored = storage.store_set(connection, submission_set, "deposit")
    for symbol, entry in entries.items():
        predecessor = _target(connection, replaced[symbol]) if symbol in replaced else None
        storage.store_document(connection, stored, entry, contents[symbol], predecessor)
        if predecessor is not None:
            storage.deprecate(connection, predecessor.entry_uuid, entry.entry_uuid)
    uuids = {symbol: entry.entry_uuid for symbol, entry in entries.items()}
    uuids[submission_set.entry_id] = stored.entry_uuid
    storage.store_associations(connection, stored, _registered(objects.associations, uuids))
    storage.log_deposit(connection, stored, [entry.size for entry in entries.values()])
    return stored.record_key


def _registered(wishes: tuple[Association, ...], uuids: Mapping[str, str]) -> Iterator[Association]:
    """The associations with entryUUIDs in place of symbolic ids, their own among them."""
    symbols = [each.association_id for each in wishes if each.association_id]
    names = {**{symbol: storage.assigned_uuid(symbol) for symbol in symbols}, **uuids}
    for each in wishes:
        yield replace(
            each,
            association_id=names.get(each.association_id, ""),
            source=names.get(each.source, each.source),
            target=names.get(each.target, each.target),
        )
