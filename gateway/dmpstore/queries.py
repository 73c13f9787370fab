"""ITI-18 over the store: FindDocuments with its filters, and GetDocuments.

A patient's entries are few, so they are read by index and filtered here: no value of a query ever becomes
part of an SQL text or pattern. Deleted entries are found only by a FindDocuments that asks for them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from gateway.dmpstore.frozen import from_json
from gateway.dmpstore.refusal import Refused
from gateway.dmpstore.schema import documents, records
from gateway.dmpstore.storage import DELETED, documents_by
from gateway.model import Code, DocumentEntry, RegistryError
from gateway.model.timestamps import to_moment
from gateway.xds import metadata, names
from gateway.xds.iti18 import Query

MOST_RESULTS = 5000
STATUS_URNS = {
    "Approved": names.STATUS_APPROVED,
    "Deprecated": names.STATUS_DEPRECATED,
    "Archived": names.STATUS_ARCHIVED,
    "Deleted": names.STATUS_DELETED,
}
STATUS_NAMES = {urn: name for name, urn in STATUS_URNS.items()}
_PREFIX = "$XDSDocumentEntry"
_CODES: dict[str, Callable[[DocumentEntry], Sequence[Code]]] = {
    "ClassCode": lambda entry: (entry.class_code,),
    "TypeCode": lambda entry: (entry.type_code,),
    "FormatCode": lambda entry: (entry.format_code,),
    "PracticeSettingCode": lambda entry: (entry.practice_setting_code,),
    "HealthcareFacilityTypeCode": lambda entry: (entry.healthcare_facility_type_code,),
    "ConfidentialityCode": lambda entry: entry.confidentiality_codes,
    "EventCodeList": lambda entry: entry.event_codes,
}
_TIMES: dict[str, Callable[[DocumentEntry], str]] = {
    "CreationTime": lambda entry: entry.creation_time,
    "ServiceStartTime": lambda entry: entry.service_start_time,
    "ServiceStopTime": lambda entry: entry.service_stop_time,
}


def get_documents(connection: Connection, query: Query) -> list[DocumentEntry]:
    """Entries by uniqueId, entryUUID or logicalID, of any status but Deleted; unknown ids are no error."""
    found: list[DocumentEntry] = []
    for stem, column in (("UniqueId", "unique_id"), ("EntryUUID", "entry_uuid"), ("LogicalID", "logical_id")):
        values = query.values(f"{_PREFIX}{stem}")[:MOST_RESULTS]
        rows = documents_by(connection, column, values) if values else []
        found.extend(entry_of(row) for row in rows if row.status != DELETED)
    _bounded(found)
    patients = {(entry.patient_id.value, entry.patient_id.authority) for entry in found}
    if query.return_type == "LeafClass" and len(patients) > 1:
        raise _refused("XDSResultNotSinglePatient", "plusieurs patients / more than one patient")
    return found


def find_documents(connection: Connection, query: Query) -> list[DocumentEntry]:
    """Entries of one patient that pass every filter; an unknown patient has none. Raises Refused."""
    patient = metadata.parse_cx(query.values(f"{_PREFIX}PatientId")[0])
    statuses = [STATUS_NAMES.get(urn, "") for urn in query.values(f"{_PREFIX}Status")]
    tests = list(_tests(query))
    rows = connection.execute(
        select(documents, records.c.ins, records.c.authority)
        .join_from(documents, records, records.c.id == documents.c.record_id)
        .where(records.c.ins == patient.value, records.c.authority == patient.authority)
        .where(documents.c.status.in_(statuses))
        .order_by(documents.c.id)
    )
    found = [entry for entry in map(entry_of, rows) if all(test(entry) for test in tests)]
    _bounded(found)
    return found


def entry_of(row: Row[Any]) -> DocumentEntry:
    """The entry as the registry answers it, with its present status."""
    entry = from_json(DocumentEntry, row.entry)
    return replace(entry, availability_status=STATUS_URNS[row.status], version=str(row.version))


Test = Callable[[DocumentEntry], bool]


def _tests(query: Query) -> Iterator[Test]:
    for stem, codes in _CODES.items():
        for group in query.parameters.get(f"{_PREFIX}{stem}", ()):
            yield _one_of_codes(codes, frozenset(group))
    for stem, time in _TIMES.items():
        for value in query.values(f"{_PREFIX}{stem}From"):
            yield _not_before(time, _moment(value, f"{_PREFIX}{stem}From"))
        for value in query.values(f"{_PREFIX}{stem}To"):
            yield _before(time, _moment(value, f"{_PREFIX}{stem}To"))
    for group in query.parameters.get(f"{_PREFIX}ReferenceIdList", ()):
        yield _one_of_references(frozenset(group))
    for group in query.parameters.get(f"{_PREFIX}AuthorPerson", ()):
        yield _one_of_authors(group)
    kinds = query.values(f"{_PREFIX}Type")
    if kinds and names.OBJECT_STABLE not in kinds:
        yield lambda _entry: False


def _one_of_codes(codes: Callable[[DocumentEntry], Sequence[Code]], wanted: frozenset[str]) -> Test:
    return lambda entry: any(f"{code.code}^^{code.system}" in wanted for code in codes(entry))


def _not_before(time: Callable[[DocumentEntry], str], bound: datetime) -> Test:
    return lambda entry: bool(time(entry)) and to_moment(time(entry), "UTC") >= bound


def _before(time: Callable[[DocumentEntry], str], bound: datetime) -> Test:
    return lambda entry: bool(time(entry)) and to_moment(time(entry), "UTC") < bound


def _one_of_references(wanted: frozenset[str]) -> Test:
    return lambda entry: not wanted.isdisjoint(entry.reference_ids)


def _one_of_authors(patterns: Sequence[str]) -> Test:
    def matches(entry: DocumentEntry) -> bool:
        people = [
            metadata.format_xcn(author.person, author.person_type)
            for author in entry.authors
            if author.person is not None
        ]
        return any(_like(person, pattern) for pattern in patterns for person in people)

    return matches


def _like(text: str, pattern: str) -> bool:
    """SQL LIKE: ``%`` is any text, ``_`` one character. At most len(text) x len(pattern) steps."""
    at = here = 0
    star, mark = -1, 0
    while at < len(text):
        if here < len(pattern) and pattern[here] == "%":
            star, mark, here = here, at, here + 1
        elif here < len(pattern) and pattern[here] in ("_", text[at]):
            at, here = at + 1, here + 1
        elif star >= 0:
            mark += 1
            at, here = mark, star + 1
        else:
            return False
    return not pattern[here:].strip("%")


def _moment(value: str, parameter: str) -> datetime:
    try:
        return to_moment(value, "UTC")
    except ValueError:
        raise _refused("XDSRegistryError", "DTM attendu / DTM expected", parameter) from None


def _bounded(found: Sequence[DocumentEntry]) -> None:
    if len(found) > MOST_RESULTS:
        raise _refused("XDSTooManyResults", f"plus de {MOST_RESULTS} résultats / results")


def _refused(code: str, text: str, location: str = "") -> Refused:
    return Refused([RegistryError(code, text, location)])
