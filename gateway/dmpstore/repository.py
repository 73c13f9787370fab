"""The repository service: ITI-41 Provide and Register Document Set-b."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from gateway.dmpstore.actors import Witness
from gateway.dmpstore.deposits import Deposits
from gateway.dmpstore.refusal import Refused, shown
from gateway.errors import MalformedMetadata, MalformedSoap
from gateway.model import RegistryError
from gateway.xds import iti41, names
from gateway.xds.objects import read_objects
from gateway.xds.wire import HttpMessage, Incoming
from gateway.xds.xml import child

_REQUEST = f"{{{names.XDSB}}}ProvideAndRegisterDocumentSetRequest"
_log = logging.getLogger("gateway.dmpstore")


class RepositoryService:
    def __init__(self, deposits: Deposits, witness: Witness) -> None:
        self._deposits = deposits
        self._witness = witness

    def provide_and_register(self, incoming: Incoming) -> HttpMessage:
        """Success, perhaps with warnings, or Failure with every error found.

        Raises MalformedSoap when the body is another one.
        """
        if incoming.envelope.body_element.tag != _REQUEST:
            raise MalformedSoap("ProvideAndRegisterDocumentSetRequest attendu / expected (ITI-41)")
        errors = self._deposit(incoming)
        status = "Failure" if any(error.severity == "Error" for error in errors) else "Success"
        _log.info("ITI-41 %s %s", status, sorted({error.code for error in errors}))
        return iti41.build_response(
            incoming.envelope.message_id, status, errors, mtom=incoming.multipart is not None
        )

    def _deposit(self, incoming: Incoming) -> tuple[RegistryError, ...]:
        try:
            objects, contents = iti41.read_body(incoming.envelope.body_element, incoming.multipart)
            return self._deposits.accept(objects, contents, self._witness.actor_of(incoming.envelope))
        except MalformedMetadata as error:
            return _named(error.problems, _unique_ids(incoming))
        except Refused as refusal:
            return refusal.errors


def _unique_ids(incoming: Incoming) -> dict[str, str]:
    """uniqueIds by object id, from metadata too incomplete to be a submission."""
    submit = child(incoming.envelope.body_element, names.LCM, "SubmitObjectsRequest")
    listing = child(submit, names.RIM, "RegistryObjectList")
    if listing is None:
        return {}
    try:
        objects = read_objects(listing, answer=True)
    except MalformedMetadata:
        return {}
    entries = {entry.entry_id: entry.unique_id for entry in objects.entries}
    return entries | {each.entry_id: each.unique_id for each in objects.submission_sets}


def _named(problems: Iterable[RegistryError], unique_ids: dict[str, str]) -> tuple[RegistryError, ...]:
    """The problems with the uniqueId of their document in ``codeContext``."""
    found = []
    for problem in problems:
        identity, slash, attribute = problem.location.partition("/")
        unique_id = shown(unique_ids.get(identity, ""))
        place = f"{shown(identity)}{slash}{attribute}" if problem.location else ""
        context = f"{unique_id}, {problem.context}" if unique_id != "?" else problem.context
        found.append(RegistryError(problem.code, context, place, problem.severity))
    return tuple(found)
