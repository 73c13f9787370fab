"""The queries that start from ids. Unknown ids are no error: there is just nothing to answer about them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, or_, select

from gateway.dmpstore.queries.filters import ENTRY, SET, entry_tests, passing
from gateway.dmpstore.queries.found import MOST_RESULTS, Found, entry_of
from gateway.dmpstore.schema import associations, documents, submission_sets
from gateway.dmpstore.statuses import DELETED
from gateway.xds import names
from gateway.xds.iti18 import Query

_IDS = (("UniqueId", "unique_id"), ("EntryUUID", "entry_uuid"), ("LogicalID", "logical_id"))
_ASSOCIATION_STATUS = "$XDSAssociationStatus"


def get_documents(found: Found, query: Query) -> None:
    """Entries of any status but Deleted, all metadata versions of them."""
    for stem, column in _IDS:
        values = query.values(f"{ENTRY}{stem}")[:MOST_RESULTS]
        if values:
            found.add_entries(_documents(found, documents.c[column].in_(values)))


def get_associations(found: Found, query: Query) -> None:
    """All associations that start or end at one of the ids."""
    _touching(found, query, query.values("$uuid")[:MOST_RESULTS])


def get_documents_and_associations(found: Found, query: Query) -> None:
    get_documents(found, query)
    _touching(found, query, list(found.entries))


def get_submission_sets(found: Found, query: Query) -> None:
    """The sets that have one of the ids as a member, and those memberships."""
    members = query.values("$uuid")[:MOST_RESULTS]
    _add_associations(
        found, query, associations.c.type == names.HAS_MEMBER, associations.c.target.in_(members)
    )
    sources = {row.source for row in found.associations.values()}
    found.add_sets(_sets(found, submission_sets.c.entry_uuid.in_(sources)))


def get_submission_set_and_contents(found: Found, query: Query) -> None:
    """A set, its members that pass the filters, their memberships and the associations among them."""
    for stem, column in _IDS[:2]:
        values = query.values(f"{SET}{stem}")
        if values:
            found.add_sets(_sets(found, submission_sets.c[column].in_(values)))
    members = associations.c.type == names.HAS_MEMBER, associations.c.source.in_(list(found.sets))
    targets = [row.target for row in _associations(found, *members)]
    rows = _documents(found, documents.c.entry_uuid.in_(targets))
    found.add_entries(passing(rows, entry_tests(query), entry_of))
    inside = [*found.sets, *found.entries]
    _add_associations(found, query, associations.c.source.in_(inside), associations.c.target.in_(inside))


def get_related_documents(found: Found, query: Query) -> None:
    """The document, those at the other end of the associations of these types, and the associations.

    Nothing at all when no such association leads to another document.
    """
    get_documents(found, query)
    own = list(found.entries)
    kinds = set(query.values("$AssociationTypes")) & names.ASSOCIATION_TYPES
    rows = list(_associations(found, associations.c.type.in_(kinds), _ends_at(own)))
    others = _documents(found, documents.c.entry_uuid.in_(_ends(rows) - set(own)))
    found.add_entries(passing(others, entry_tests(query), entry_of))
    known = [row for row in rows if row.source in found.entries and row.target in found.entries]
    if known:
        found.add_associations(known)
    else:
        found.entries.clear()


def _touching(found: Found, query: Query, uuids: Sequence[str]) -> None:
    _add_associations(found, query, _ends_at(uuids))


def _add_associations(found: Found, query: Query, *conditions: ColumnElement[bool]) -> None:
    statuses = query.values(_ASSOCIATION_STATUS)
    if not statuses or names.STATUS_APPROVED in statuses:  # every association that is kept is Approved
        found.add_associations(_associations(found, *conditions))


def _associations(found: Found, *conditions: ColumnElement[bool]) -> Iterator[Row[Any]]:
    yield from found.connection.execute(select(associations).where(*conditions).order_by(associations.c.id))


def _ends_at(uuids: Collection[str]) -> ColumnElement[bool]:
    return or_(associations.c.source.in_(uuids), associations.c.target.in_(uuids))


def _ends(rows: Sequence[Row[Any]]) -> set[str]:
    return {end for row in rows for end in (row.source, row.target)}


def _documents(found: Found, condition: ColumnElement[bool]) -> Iterator[Row[Any]]:
    query = select(documents).where(condition, documents.c.status != DELETED).order_by(documents.c.id)
    yield from found.connection.execute(query)


def _sets(found: Found, condition: ColumnElement[bool]) -> Iterator[Row[Any]]:
    yield from found.connection.execute(
        select(submission_sets).where(condition).order_by(submission_sets.c.id)
    )
