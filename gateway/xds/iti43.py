"""ITI-43 Retrieve Document Set: request and answer, both directions (ITI TF-2 §3.43). MTOM both ways."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote

from lxml import etree

from gateway.errors import MalformedMetadata, MalformedMultipart, MalformedSoap
from gateway.model import Receipt, RegistryError
from gateway.xds import names, soap, wire
from gateway.xds.answers import answer_element, read_registry_response, registry_response
from gateway.xds.mtom import MAX_PARTS, Multipart, Part
from gateway.xds.wire import HttpMessage
from gateway.xds.xml import child, children, element, text

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

MOST_DOCUMENTS = MAX_PARTS - 1
"""How many documents one exchange may carry: every part but the root."""
_PREFIXES = {"xdsb": names.XDSB, "rs": names.RS, "xop": names.XOP}
_BASE64_BLANKS = str.maketrans("", "", " \t\r\n")
_DEFAULT_TYPE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class DocumentRequest:
    """Which document of which repository; ``unique_id`` is the XDS uniqueId, not the entryUUID."""

    repository_unique_id: str
    unique_id: str
    home_community_id: str = ""


@dataclass(frozen=True, slots=True)
class RetrievedDocument:
    """One document as its repository delivered it."""

    repository_unique_id: str
    unique_id: str
    mime_type: str
    data: bytes = field(repr=False)
    home_community_id: str = ""


@dataclass(frozen=True, slots=True)
class Retrieved:
    """What a repository answered: ``receipt`` tells what is missing (PartialSuccess or Failure)."""

    receipt: Receipt
    documents: tuple[RetrievedDocument, ...] = ()


def build_request(
    wanted: Iterable[DocumentRequest], *, to: str, message_id: str, security: Element | None = None
) -> HttpMessage:
    """The request; the same arguments give the same bytes."""
    request = etree.Element(f"{{{names.XDSB}}}RetrieveDocumentSetRequest", nsmap={"xdsb": names.XDSB})
    for each in wanted:
        _identified(
            element(request, names.XDSB, "DocumentRequest"),
            (each.home_community_id, each.repository_unique_id, each.unique_id),
        )
    envelope = soap.build_request(
        names.ACTION_ITI43, request, to=to, message_id=message_id, security=security
    )
    return wire.package(envelope, (), names.ACTION_ITI43, message_id)


def read_request(content_type: str, body: bytes) -> tuple[DocumentRequest, ...]:
    """Raises MalformedMultipart or MalformedSoap (answer a fault), MalformedMetadata (answer a Failure)."""
    return read_body(wire.read(content_type, body).envelope.body_element)


def read_body(request: Element) -> tuple[DocumentRequest, ...]:
    """The documents wanted, each once.

    Raises MalformedMetadata (XDSRepositoryError) when there is none, more than MOST_DOCUMENTS, or one
    without an id.
    """
    if request.tag != f"{{{names.XDSB}}}RetrieveDocumentSetRequest":
        raise MalformedSoap("RetrieveDocumentSetRequest attendu / expected (ITI-43)")
    wanted = dict.fromkeys(_wanted(each) for each in children(request, names.XDSB, "DocumentRequest"))
    if not wanted or len(wanted) > MOST_DOCUMENTS:
        raise MalformedMetadata(
            f"1 à/to {MOST_DOCUMENTS} DocumentRequest attendus/expected",
            "XDSRepositoryError",
            "DocumentRequest",
        )
    for each in wanted:
        if not each.unique_id or not each.repository_unique_id:
            raise MalformedMetadata(
                "RepositoryUniqueId ou/or DocumentUniqueId absent / missing",
                "XDSRepositoryError",
                "DocumentRequest",
            )
    return tuple(wanted)


def build_response(
    relates_to: str,
    status: str,
    documents: Sequence[RetrievedDocument] = (),
    errors: Sequence[RegistryError] = (),
) -> HttpMessage:
    """The answer in a package, with the exact bytes of each document as a part of its own."""
    response = etree.Element(f"{{{names.XDSB}}}RetrieveDocumentSetResponse", nsmap=_PREFIXES)
    response.append(registry_response(status, errors))
    parts = []
    for number, document in enumerate(documents, start=1):
        content_id = f"document{number}@dmp-gateway"
        made = element(response, names.XDSB, "DocumentResponse")
        _identified(made, (document.home_community_id, document.repository_unique_id, document.unique_id))
        element(made, names.XDSB, "mimeType", document.mime_type)
        content = element(made, names.XDSB, "Document")
        element(content, names.XOP, "Include", href=f"cid:{quote(content_id, safe='')}")
        parts.append(Part(content_id, document.mime_type or _DEFAULT_TYPE, document.data))
    envelope = soap.build_answer(names.ACTION_ITI43_RESPONSE, response, relates_to=relates_to)
    return wire.package(envelope, parts, names.ACTION_ITI43_RESPONSE, relates_to)


def read_response(content_type: str, body: bytes) -> Retrieved:
    """Documents as parts or as inline Base64, in the order of the answer.

    Raises SoapFaultReceived, Unknown, MalformedSoap, or MalformedMultipart when a document has no content.
    """
    incoming = wire.read(content_type, body)
    response = answer_element(incoming.envelope, names.XDSB, "RetrieveDocumentSetResponse")
    status = child(response, names.RS, "RegistryResponse")
    if status is None:
        raise MalformedSoap("RegistryResponse absent / missing (ITI-43)")
    documents = [
        _document(each, incoming.multipart) for each in children(response, names.XDSB, "DocumentResponse")
    ]
    return Retrieved(read_registry_response(status), tuple(documents))


def _identified(parent: Element, identity: tuple[str, str, str]) -> None:
    for name, value in zip(
        ("HomeCommunityId", "RepositoryUniqueId", "DocumentUniqueId"), identity, strict=True
    ):
        if value:
            element(parent, names.XDSB, name, value)


def _identity(parent: Element) -> tuple[str, str, str]:
    """Repository, document, home community."""
    return (
        text(child(parent, names.XDSB, "RepositoryUniqueId")),
        text(child(parent, names.XDSB, "DocumentUniqueId")),
        text(child(parent, names.XDSB, "HomeCommunityId")),
    )


def _wanted(request: Element) -> DocumentRequest:
    return DocumentRequest(*_identity(request))


def _document(response: Element, multipart: Multipart | None) -> RetrievedDocument:
    repository, unique_id, home = _identity(response)
    mime_type = text(child(response, names.XDSB, "mimeType"))
    data = _content(child(response, names.XDSB, "Document"), multipart)
    return RetrievedDocument(repository, unique_id, mime_type, data, home)


def _content(document: Element | None, multipart: Multipart | None) -> bytes:
    include = child(document, names.XOP, "Include")
    if include is not None and multipart is not None:
        return multipart.resolve(include.get("href", "")).data
    if document is None or len(document):
        raise MalformedMultipart("document sans contenu / document without content (XOP, Base64)")
    try:
        return base64.b64decode((document.text or "").translate(_BASE64_BLANKS), validate=True)
    except (binascii.Error, ValueError):
        raise MalformedMultipart("Base64 invalide / invalid Base64") from None
