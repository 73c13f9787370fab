"""ITI-18 over the store: all 14 stored queries (ITI TF-2 §3.18.4.1.2.3.7).

A patient's objects are few, so they are read by index and filtered here: every value of a query is a bound
parameter or is compared in Python, never part of an SQL text or pattern. Deleted entries are found only by a
query that asks for that status. The DMP has no folders: queries for them find none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from gateway.dmpstore.queries import by_id, by_patient
from gateway.dmpstore.queries.found import Found
from gateway.xds import names
from gateway.xds.iti18 import Query

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["answer"]


def answer(connection: Connection, query: Query) -> Sequence[Element]:
    """The objects of the answer, whole or as references as the query wants. Raises Refused."""
    found = Found(connection)
    _ANSWERS[query.definition.query_id](found, query)
    return found.elements(query.return_type)


def _no_folder(_found: Found, _query: Query) -> None:
    """Nothing: folders cannot be submitted."""


_ANSWERS: Mapping[str, Callable[[Found, Query], None]] = {
    names.FIND_DOCUMENTS: by_patient.find_documents,
    names.FIND_DOCUMENTS_BY_REFERENCE_ID: by_patient.find_documents,
    names.FIND_SUBMISSION_SETS: by_patient.find_submission_sets,
    names.FIND_FOLDERS: _no_folder,
    names.GET_ALL: by_patient.get_all,
    names.GET_DOCUMENTS: by_id.get_documents,
    names.GET_FOLDERS: _no_folder,
    names.GET_ASSOCIATIONS: by_id.get_associations,
    names.GET_DOCUMENTS_AND_ASSOCIATIONS: by_id.get_documents_and_associations,
    names.GET_SUBMISSION_SETS: by_id.get_submission_sets,
    names.GET_SUBMISSION_SET_AND_CONTENTS: by_id.get_submission_set_and_contents,
    names.GET_FOLDER_AND_CONTENTS: _no_folder,
    names.GET_FOLDERS_FOR_DOCUMENT: _no_folder,
    names.GET_RELATED_DOCUMENTS: by_id.get_related_documents,
}
