"""ITI-18 Registry Stored Query: request and answer, both directions (ITI TF-2 §3.18)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lxml import etree

from gateway.errors import MalformedMetadata, MalformedSoap
from gateway.model import DocumentEntry, PatientId, Receipt, RegistryError
from gateway.xds import ebxml, metadata, names, soap, wire
from gateway.xds.answers import answer_element, append_errors, read_registry_response
from gateway.xds.queries import STORED_QUERIES, Parameter, StoredQuery, ValueKind
from gateway.xds.slot_values import quote, quote_list, read_value
from gateway.xds.wire import HttpMessage
from gateway.xds.xml import child, children, element, text

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

RETURN_TYPES = ("LeafClass", "ObjectRef")


@dataclass(frozen=True, slots=True)
class Query:
    """A stored query as received: for each parameter an AND (outer) of ORs (inner) of unquoted values."""

    definition: StoredQuery
    parameters: Mapping[str, tuple[tuple[str, ...], ...]] = field(repr=False)
    return_type: str
    message_id: str = ""
    security: Element | None = field(default=None, repr=False)

    def values(self, name: str) -> tuple[str, ...]:
        """All values of a parameter that is not repeated; empty when absent."""
        return tuple(value for group in self.parameters.get(name, ()) for value in group)


@dataclass(frozen=True, slots=True)
class QueryAnswer:
    """What a registry answered: the receipt, and the objects read leniently."""

    receipt: Receipt
    objects: ebxml.RegistryObjects


def get_documents(
    *, unique_ids: Sequence[str] = (), entry_uuids: Sequence[str] = ()
) -> tuple[str, dict[str, list[str]]]:
    """The query id and slots of GetDocuments, by uniqueId or else by entryUUID."""
    if unique_ids:
        return names.GET_DOCUMENTS, {"$XDSDocumentEntryUniqueId": [quote_list(unique_ids)]}
    return names.GET_DOCUMENTS, {"$XDSDocumentEntryEntryUUID": [quote_list(entry_uuids)]}


def find_documents(
    patient: PatientId,
    statuses: Sequence[str] = (names.STATUS_APPROVED,),
    filters: Mapping[str, Sequence[str]] | None = None,
) -> tuple[str, dict[str, list[str]]]:
    """The query id and slots of FindDocuments; ``filters`` maps ``ClassCode``... to ``code^^scheme`` values.

    The CX has no type, as in the DMP's samples; times (``CreationTimeFrom``...) are one unquoted DTM.
    """
    bare = PatientId(patient.value, patient.authority, "")
    slots = {
        "$XDSDocumentEntryPatientId": [quote(metadata.format_cx(bare))],
        "$XDSDocumentEntryStatus": [quote_list(statuses)],
    }
    for stem, values in (filters or {}).items():
        name = f"$XDSDocumentEntry{stem}"
        known = STORED_QUERIES[names.FIND_DOCUMENTS].parameter(name)
        if known is None:
            raise MalformedMetadata("filtre inconnu / unknown filter", "XDSStoredQueryParamNumber", name)
        is_time = known.kind is ValueKind.TIME
        slots[name] = [values[0] if is_time else quote_list(values)]
    return names.FIND_DOCUMENTS, slots


def build_request(
    query: tuple[str, Mapping[str, Sequence[str]]],
    *,
    to: str,
    message_id: str,
    return_type: str = "LeafClass",
    security: Element | None = None,
) -> HttpMessage:
    """A plain SOAP request for a query made by ``get_documents`` or ``find_documents``."""
    query_id, slots = query
    request = etree.Element(
        f"{{{names.QUERY}}}AdhocQueryRequest", nsmap={"query": names.QUERY, "rim": names.RIM}
    )
    option = element(request, names.QUERY, "ResponseOption", returnComposedObjects="true")
    option.set("returnType", return_type)
    adhoc = element(request, names.RIM, "AdhocQuery", id=query_id)
    for name, values in slots.items():
        ebxml.slot(adhoc, name, values)
    envelope = soap.build_request(
        names.ACTION_ITI18, request, to=to, message_id=message_id, security=security
    )
    return wire.plain(envelope, names.ACTION_ITI18)


def read_request(content_type: str, body: bytes) -> Query:
    """Raises MalformedMultipart or MalformedSoap (answer a fault), MalformedMetadata (answer a Failure)."""
    envelope = wire.read(content_type, body).envelope
    query = read_body(envelope.body_element)
    return Query(
        query.definition, query.parameters, query.return_type, envelope.message_id, envelope.security
    )


def read_body(request: Element) -> Query:
    """The query of a query:AdhocQueryRequest. Parameters that the standard does not know are ignored.

    Raises MalformedMetadata with all problems: XDSUnknownStoredQuery, XDSStoredQueryMissingParam,
    XDSStoredQueryParamNumber, or XDSRegistryError for a value whose syntax is wrong.
    """
    if request.tag != f"{{{names.QUERY}}}AdhocQueryRequest":
        raise MalformedSoap("AdhocQueryRequest attendu / expected (ITI-18)")
    adhoc = child(request, names.RIM, "AdhocQuery")
    definition = STORED_QUERIES.get(adhoc.get("id", "") if adhoc is not None else "")
    if adhoc is None or definition is None:
        raise MalformedMetadata(
            "requête inconnue / unknown stored query", "XDSUnknownStoredQuery", "AdhocQuery/@id"
        )
    problems: list[RegistryError] = []
    parameters = _parameters(definition, adhoc, problems)
    problems.extend(_missing(definition, adhoc))
    problems.extend(_return_type_problem(request))
    if problems:
        first = problems[0]
        raise MalformedMetadata(first.context, first.code, first.location, problems)
    return Query(definition, parameters, _return_type(request))


def build_response(
    relates_to: str,
    objects: Sequence[Element],
    status: str = "Success",
    errors: Sequence[RegistryError] = (),
) -> HttpMessage:
    """The answer with ready objects (``ebxml.document_entry_object``, ``object_ref``...)."""
    response = etree.Element(
        f"{{{names.QUERY}}}AdhocQueryResponse",
        nsmap={"query": names.QUERY, "rim": names.RIM, "rs": names.RS},
    )
    response.set("status", names.RESPONSE_STATUS[status])
    response.set("startIndex", "0")
    response.set("totalResultCount", str(len(objects)))
    append_errors(response, errors)
    response.append(ebxml.object_list(*objects))
    envelope = soap.build_answer(names.ACTION_ITI18_RESPONSE, response, relates_to=relates_to)
    return wire.plain(envelope, names.ACTION_ITI18_RESPONSE)


def read_response(content_type: str, body: bytes) -> tuple[DocumentEntry, ...]:
    """The entries of a LeafClass answer. Raises as ``read_answer``, and ``errors.classify`` on a Failure."""
    return read_answer(content_type, body).objects.entries


def read_answer(content_type: str, body: bytes) -> QueryAnswer:
    """Any answer. Raises SoapFaultReceived, Unknown, MalformedMultipart, MalformedSoap, MalformedMetadata."""
    envelope = wire.read(content_type, body).envelope
    return read_answer_body(answer_element(envelope, names.QUERY, "AdhocQueryResponse"))


def read_answer_body(response: Element) -> QueryAnswer:
    receipt = read_registry_response(response)
    listing = child(response, names.RIM, "RegistryObjectList")
    objects = ebxml.RegistryObjects() if listing is None else ebxml.read_objects(listing, answer=True)
    return QueryAnswer(receipt, objects)


def _parameters(
    definition: StoredQuery, adhoc: Element, problems: list[RegistryError]
) -> dict[str, tuple[tuple[str, ...], ...]]:
    found: dict[str, tuple[tuple[str, ...], ...]] = {}
    for slot in children(adhoc, names.RIM, "Slot"):
        parameter = definition.parameter(slot.get("name", ""))
        if parameter is None:
            continue
        try:
            group = _group(parameter, slot)
        except MalformedMetadata as error:
            problems.extend(error.problems)
            continue
        if parameter.name in found and not parameter.repeatable:
            problems.append(_count(parameter.name))
        found[parameter.name] = (*found.get(parameter.name, ()), group)
    return found


def _group(parameter: Parameter, slot: Element) -> tuple[str, ...]:
    """The OR of one slot. One value may stand with or without parentheses, whatever the parameter."""
    values: list[str] = []
    for each in children(child(slot, names.RIM, "ValueList"), names.RIM, "Value"):
        values.extend(read_value(text(each), parameter.name))
    if not values or (len(values) > 1 and not parameter.many):
        raise MalformedMetadata(_count(parameter.name).context, "XDSStoredQueryParamNumber", parameter.name)
    if parameter.kind is ValueKind.CODE:
        _check_codes(parameter, values)
    return tuple(values)


def _check_codes(parameter: Parameter, values: Sequence[str]) -> None:
    for value in values:
        code, _, scheme = value.partition("^^")
        if not code or not scheme:
            raise MalformedMetadata(
                "code^^scheme attendu / expected (ITI TF-2 §3.18.4.1.2.3.4)",
                "XDSRegistryError",
                parameter.name,
            )


def _count(name: str) -> RegistryError:
    return RegistryError(
        "XDSStoredQueryParamNumber", "nombre de valeurs non permis / number of values not allowed", name
    )


def _missing(definition: StoredQuery, adhoc: Element) -> Iterator[RegistryError]:
    given = {slot.get("name", "") for slot in children(adhoc, names.RIM, "Slot")}
    for group in definition.required:
        present = [name for name in group if name in given]
        if not present:
            yield RegistryError(
                "XDSStoredQueryMissingParam", "paramètre obligatoire absent / missing", " | ".join(group)
            )
        elif definition.exclusive and len(present) > 1:
            yield RegistryError(
                "XDSStoredQueryParamNumber",
                "un seul de ces paramètres / only one of these",
                " | ".join(present),
            )


def _return_type(request: Element) -> str:
    option = child(request, names.QUERY, "ResponseOption")
    return option.get("returnType", "") if option is not None else ""


def _return_type_problem(request: Element) -> Iterator[RegistryError]:
    if _return_type(request) not in RETURN_TYPES:
        yield RegistryError(
            "XDSRegistryError", "LeafClass ou/or ObjectRef attendu/expected", "ResponseOption/@returnType"
        )
