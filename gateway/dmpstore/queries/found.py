"""What a query has found so far, each object once, and the answer made of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row

from gateway.dmpstore.frozen import from_json
from gateway.dmpstore.refusal import Refused
from gateway.dmpstore.statuses import STATUS_URNS
from gateway.model import Association, DocumentEntry, RegistryError, SubmissionSet
from gateway.xds import ebxml, names

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

MOST_RESULTS = 5000
_ASSOCIATION = "urn:oasis:names:tc:ebxml-regrep:ObjectType:RegistryObject:Association"


class Found:
    """Rows by entryUUID, in the order in which they were found."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.sets: dict[str, Row[Any]] = {}
        self.entries: dict[str, Row[Any]] = {}
        self.associations: dict[str, Row[Any]] = {}

    def add_sets(self, rows: Iterable[Row[Any]]) -> None:
        self._add(self.sets, rows)

    def add_entries(self, rows: Iterable[Row[Any]]) -> None:
        self._add(self.entries, rows)

    def add_associations(self, rows: Iterable[Row[Any]]) -> None:
        self._add(self.associations, rows)

    def elements(self, return_type: str) -> Sequence[Element]:
        """The answer's objects. Raises Refused (XDSResultNotSinglePatient) when whole ones mix patients."""
        if return_type == "ObjectRef":
            uuids = (*self.sets, *self.entries, *self.associations)
            return [ebxml.object_ref(each) for each in uuids]
        rows = (*self.sets.values(), *self.entries.values(), *self.associations.values())
        if len({row.record_id for row in rows}) > 1:
            raise _refused("XDSResultNotSinglePatient", "plusieurs patients / more than one patient")
        return [
            *map(_set_element, self.sets.values()),
            *(ebxml.document_entry_object(entry_of(row)) for row in self.entries.values()),
            *map(_association_element, self.associations.values()),
        ]

    def _add(self, place: dict[str, Row[Any]], rows: Iterable[Row[Any]]) -> None:
        for row in rows:
            place[row.entry_uuid] = row
            if len(self.sets) + len(self.entries) + len(self.associations) > MOST_RESULTS:
                raise _refused("XDSTooManyResults", f"plus de {MOST_RESULTS} résultats / results")


def entry_of(row: Row[Any]) -> DocumentEntry:
    """The entry as the registry answers it, with its present status."""
    entry = from_json(DocumentEntry, row.entry)
    return replace(entry, availability_status=STATUS_URNS[row.status], version=str(row.version))


def set_of(row: Row[Any]) -> SubmissionSet:
    return from_json(SubmissionSet, row.content)


def _set_element(row: Row[Any]) -> Element:
    return ebxml.submission_set_object(set_of(row), names.STATUS_APPROVED, row.entry_uuid)


def _association_element(row: Row[Any]) -> Element:
    slots = {name: tuple(values) for name, values in json.loads(row.slots).items()}
    made = ebxml.association_object(Association(row.entry_uuid, row.type, row.source, row.target, slots))
    made.set("lid", row.entry_uuid)
    made.set("objectType", _ASSOCIATION)
    made.set("status", names.STATUS_APPROVED)
    return made


def _refused(code: str, text: str) -> Refused:
    return Refused([RegistryError(code, text)])
