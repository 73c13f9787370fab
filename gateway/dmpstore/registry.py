"""The registry service: ITI-18 Registry Stored Query and ITI-57 Update Document Set."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from sqlalchemy import Connection

from gateway.dmpstore import queries, updates
from gateway.dmpstore.database import Database
from gateway.dmpstore.refusal import Refused
from gateway.errors import MalformedMetadata
from gateway.model import DocumentEntry, RegistryError
from gateway.xds import ebxml, iti18, iti57, names
from gateway.xds.iti18 import Query
from gateway.xds.wire import HttpMessage, Incoming

_log = logging.getLogger("gateway.dmpstore")
_ANSWERS: Mapping[str, Callable[[Connection, Query], list[DocumentEntry]]] = {
    names.GET_DOCUMENTS: queries.get_documents,
    names.FIND_DOCUMENTS: queries.find_documents,
    names.FIND_DOCUMENTS_BY_REFERENCE_ID: queries.find_documents,
}


class RegistryService:
    def __init__(self, database: Database) -> None:
        self._database = database

    def stored_query(self, incoming: Incoming) -> HttpMessage:
        """Success with LeafClass entries or ObjectRefs, or Failure with every error found."""
        relates_to = incoming.envelope.message_id
        try:
            query = iti18.read_body(incoming.envelope.body_element)
            entries = self._ask(query)
        except MalformedMetadata as error:
            return iti18.build_response(relates_to, (), "Failure", error.problems)
        except Refused as refusal:
            return iti18.build_response(relates_to, (), "Failure", refusal.errors)
        if query.return_type == "ObjectRef":
            return iti18.build_response(relates_to, [ebxml.object_ref(each.entry_uuid) for each in entries])
        return iti18.build_response(relates_to, [ebxml.document_entry_object(each) for each in entries])

    def update(self, incoming: Incoming) -> HttpMessage:
        """Success, or Failure with every error found."""
        errors: tuple[RegistryError, ...] = ()
        try:
            updates.apply(self._database, iti57.read_body(incoming.envelope.body_element))
        except MalformedMetadata as error:
            errors = error.problems
        except Refused as refusal:
            errors = refusal.errors
        status = "Failure" if errors else "Success"
        _log.info("ITI-57 %s %s", status, sorted({error.code for error in errors}))
        return iti57.build_response(incoming.envelope.message_id, status, errors)

    def _ask(self, query: Query) -> list[DocumentEntry]:
        answer = _ANSWERS.get(query.definition.query_id)
        if answer is None:
            text = f"{query.definition.name}: requête non servie ici / query not served by this store"
            raise Refused([RegistryError("XDSUnknownStoredQuery", text, "AdhocQuery/@id")])
        with self._database.reading() as connection:
            return answer(connection, query)
