"""The queries that start from a patient: FindDocuments, FindSubmissionSets, GetAll. No patient, no result."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select

from gateway.dmpstore import storage
from gateway.dmpstore.queries.filters import ENTRY, SET, entry_tests, passing, set_tests
from gateway.dmpstore.queries.found import Found, entry_of, set_of
from gateway.dmpstore.schema import associations, documents, submission_sets
from gateway.dmpstore.statuses import STATUS_NAMES
from gateway.xds import metadata, names
from gateway.xds.iti18 import Query

_MOST_CODES = 500
# The columns hold codes without their scheme: a first sieve by index, the exact test comes after.
_SIEVES = {
    "ClassCode": documents.c.class_code,
    "TypeCode": documents.c.type_code,
    "FormatCode": documents.c.format_code,
    "PracticeSettingCode": documents.c.practice_setting,
    "HealthcareFacilityTypeCode": documents.c.facility_type,
}


def find_documents(found: Found, query: Query) -> None:
    """FindDocuments and FindDocumentsByReferenceId."""
    record = _record(found.connection, query, f"{ENTRY}PatientId")
    tests = entry_tests(query)
    if record is not None:
        rows = _entries(found.connection, record, query)
        found.add_entries(passing(rows, tests, entry_of))


def find_submission_sets(found: Found, query: Query) -> None:
    record = _record(found.connection, query, f"{SET}PatientId")
    tests = set_tests(query)
    if record is not None and _sets_wanted(query):
        found.add_sets(passing(_sets(found.connection, record), tests, set_of))


def get_all(found: Found, query: Query) -> None:
    """Sets and entries of the statuses asked for, and the associations that touch one of them."""
    record = _record(found.connection, query, "$patientId")
    tests = entry_tests(query)
    if record is None:
        return
    if _sets_wanted(query):
        found.add_sets(_sets(found.connection, record))
    found.add_entries(passing(_entries(found.connection, record, query), tests, entry_of))
    known = {*found.sets, *found.entries}
    rows = found.connection.execute(
        select(associations).where(associations.c.record_id == record).order_by(associations.c.id)
    )
    found.add_associations(row for row in rows if row.source in known or row.target in known)


def _record(connection: Connection, query: Query, parameter: str) -> int | None:
    patient = metadata.parse_cx(query.values(parameter)[0])
    return storage.record_key(connection, patient)


def _entries(connection: Connection, record: int, query: Query) -> Iterator[Row[Any]]:
    statuses = {STATUS_NAMES.get(urn, "") for urn in query.values(f"{ENTRY}Status")}
    conditions: list[ColumnElement[bool]] = [
        documents.c.record_id == record,
        documents.c.status.in_(statuses),
    ]
    for stem, column in _SIEVES.items():
        conditions += [
            column.in_([value.partition("^^")[0] for value in group])
            for group in query.parameters.get(f"{ENTRY}{stem}", ())
            if len(group) <= _MOST_CODES
        ]
    yield from connection.execute(select(documents).where(*conditions).order_by(documents.c.id))


def _sets(connection: Connection, record: int) -> Iterator[Row[Any]]:
    yield from connection.execute(
        select(submission_sets).where(submission_sets.c.record_id == record).order_by(submission_sets.c.id)
    )


def _sets_wanted(query: Query) -> bool:
    """A set is always Approved: nothing deprecates it."""
    return names.STATUS_APPROVED in query.values(f"{SET}Status")
