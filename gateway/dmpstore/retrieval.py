"""ITI-43 Retrieve Document Set: the exact bytes of documents that are not deleted."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, select

from gateway.dmpstore import traces
from gateway.dmpstore.actors import Witness
from gateway.dmpstore.database import Database
from gateway.dmpstore.refusal import shown
from gateway.dmpstore.schema import blobs, documents
from gateway.dmpstore.statuses import DELETED
from gateway.dmpstore.traces import Access, Did
from gateway.errors import MalformedMetadata
from gateway.model import RegistryError
from gateway.xds import iti43
from gateway.xds.iti43 import DocumentRequest, RetrievedDocument
from gateway.xds.wire import HttpMessage, Incoming

_log = logging.getLogger("gateway.dmpstore")


class RetrievalService:
    """The read side of the repository; one answer holds at most ``most_bytes`` of documents."""

    def __init__(
        self, database: Database, repository_unique_id: str, most_bytes: int, witness: Witness
    ) -> None:
        self._witness = witness
        self._database = database
        self._repository_unique_id = repository_unique_id
        self._most_bytes = most_bytes

    def retrieve(self, incoming: Incoming) -> HttpMessage:
        """What is there, and an error for each document that is not: Success, PartialSuccess or Failure."""
        relates_to = incoming.envelope.message_id
        try:
            wanted = iti43.read_body(incoming.envelope.body_element)
        except MalformedMetadata as error:
            return iti43.build_response(relates_to, "Failure", (), error.problems)
        found, errors = self._collect(wanted)
        self._trace(incoming, [each.unique_id for each in found])
        status = "Success" if not errors else "PartialSuccess" if found else "Failure"
        _log.info("ITI-43 %s %s", status, sorted({error.code for error in errors}))
        return iti43.build_response(relates_to, status, found, errors)

    def _trace(self, incoming: Incoming, unique_ids: list[str]) -> None:
        if unique_ids:
            access = Access(self._witness.actor_of(incoming.envelope), Did.READ, "ITI-43")
            with self._database.writing() as connection:
                traces.leave_each(connection, access, traces.seen_by_unique_id(connection, unique_ids))

    def _collect(
        self, wanted: Sequence[DocumentRequest]
    ) -> tuple[list[RetrievedDocument], list[RegistryError]]:
        found: list[RetrievedDocument] = []
        errors: list[RegistryError] = []
        room = self._most_bytes
        with self._database.reading() as connection:
            for request in wanted:
                document = self._document(connection, request, room)
                if isinstance(document, RegistryError):
                    errors.append(document)
                else:
                    found.append(document)
                    room -= len(document.data)
        return found, errors

    def _document(
        self, connection: Connection, request: DocumentRequest, room: int
    ) -> RetrievedDocument | RegistryError:
        if request.repository_unique_id != self._repository_unique_id:
            return _wrong(request, "XDSUnknownRepositoryId", "entrepôt inconnu / unknown repository")
        row = connection.execute(_last_of(request.unique_id)).first()
        if row is None:
            return _wrong(request, "XDSDocumentUniqueIdError", "document inconnu / unknown document")
        if row.size > room:
            return _wrong(
                request,
                "XDSRepositoryOutOfResources",
                "réponse trop volumineuse: demander moins de documents / answer too large: ask for fewer",
            )
        data = connection.execute(select(blobs.c.data).where(blobs.c.sha256 == row.sha256)).scalar_one()
        return RetrievedDocument(self._repository_unique_id, request.unique_id, row.mime_type, bytes(data))


def _last_of(unique_id: str) -> Select[Any]:
    """All entries of one uniqueId share their bytes; the last one tells the media type."""
    return (
        select(documents.c.sha256, documents.c.size, documents.c.mime_type)
        .where(documents.c.unique_id == unique_id, documents.c.status != DELETED)
        .order_by(documents.c.id.desc())
        .limit(1)
    )


def _wrong(request: DocumentRequest, code: str, text: str) -> RegistryError:
    return RegistryError(code, f"Document {shown(request.unique_id)}: {text}", shown(request.unique_id))
