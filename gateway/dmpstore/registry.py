"""The registry service: ITI-18 Registry Stored Query and ITI-57 Update Document Set."""

from __future__ import annotations

import logging

from gateway.dmpstore import queries, traces, updates
from gateway.dmpstore.actors import Witness
from gateway.dmpstore.database import Database
from gateway.dmpstore.refusal import Refused
from gateway.dmpstore.rules import Rules
from gateway.dmpstore.traces import Access, Did
from gateway.errors import MalformedMetadata
from gateway.model import RegistryError
from gateway.xds import iti18, iti57
from gateway.xds.wire import HttpMessage, Incoming

_log = logging.getLogger("gateway.dmpstore")


class RegistryService:
    def __init__(self, database: Database, rules: Rules, witness: Witness) -> None:
        self._witness = witness
        self._database = database
        self._rules = rules

    def stored_query(self, incoming: Incoming) -> HttpMessage:
        """Success with whole objects or ObjectRefs, or Failure with every error found."""
        relates_to = incoming.envelope.message_id
        try:
            query = iti18.read_body(incoming.envelope.body_element)
            with self._database.reading() as connection:
                objects = queries.answer(connection, query)
        except MalformedMetadata as error:
            return iti18.build_response(relates_to, (), "Failure", error.problems)
        except Refused as refusal:
            return iti18.build_response(relates_to, (), "Failure", refusal.errors)
        self._trace(incoming, [each.get("id", "") for each in objects])
        return iti18.build_response(relates_to, objects)

    def update(self, incoming: Incoming) -> HttpMessage:
        """Success, or Failure with every error found."""
        errors: tuple[RegistryError, ...] = ()
        try:
            update = iti57.read_body(incoming.envelope.body_element)
            updates.apply(self._database, update, self._rules, self._witness.actor_of(incoming.envelope))
        except MalformedMetadata as error:
            errors = error.problems
        except Refused as refusal:
            errors = refusal.errors
        status = "Failure" if errors else "Success"
        _log.info("ITI-57 %s %s", status, sorted({error.code for error in errors}))
        return iti57.build_response(incoming.envelope.message_id, status, errors)

    def _trace(self, incoming: Incoming, uuids: list[str]) -> None:
        """Nothing was seen when nothing was found."""
        if uuids:
            access = Access(self._witness.actor_of(incoming.envelope), Did.LIST, "ITI-18")
            with self._database.writing() as connection:
                traces.leave_each(connection, access, traces.seen_by_uuid(connection, uuids))
