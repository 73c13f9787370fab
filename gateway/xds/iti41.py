"""ITI-41 Provide and Register Document Set-b: request and answer, both directions (ITI TF-2 §3.41)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote

from lxml import etree

from gateway.errors import MalformedMetadata, MalformedMultipart, MalformedSoap
from gateway.model import Content, DocumentEntry, Receipt, RegistryError, Submission
from gateway.xds import ebxml, names, soap, wire
from gateway.xds.answers import answer_element, read_registry_response, registry_response
from gateway.xds.mtom import Multipart, Part
from gateway.xds.wire import HttpMessage
from gateway.xds.xml import child, children, element

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_PREFIXES = {"xdsb": names.XDSB, "lcm": names.LCM, "rim": names.RIM, "xop": names.XOP}
_BASE64_BLANKS = str.maketrans("", "", " \t\r\n")


@dataclass(frozen=True, slots=True)
class ProvideAndRegister:
    """A deposit as received. ``contents`` has the bytes of every entry of ``objects``, by entry id.

    ``security`` is the unverified wsse:Security element.
    """

    objects: ebxml.RegistryObjects
    contents: Mapping[str, bytes] = field(repr=False)
    message_id: str
    security: Element | None = field(repr=False)


def build_request(
    submission: Submission,
    *,
    to: str,
    message_id: str,
    predecessors: Mapping[str, str] | None = None,
    security: Element | None = None,
) -> HttpMessage:
    """The MTOM request of one submission; the same arguments give the same bytes.

    Raises MalformedMetadata when contents and entries do not match one to one, when a size differs from its
    content, or when the entryUUID of a predecessor is missing.
    """
    contents = _matched(submission.entries, submission.contents)
    request = etree.Element(f"{{{names.XDSB}}}ProvideAndRegisterDocumentSetRequest", nsmap=_PREFIXES)
    submit = element(request, names.LCM, "SubmitObjectsRequest")
    submit.append(ebxml.registry_objects(submission, predecessors or {}))
    parts = []
    for number, entry in enumerate(submission.entries, start=1):
        content_id = f"document{number}@dmp-gateway"
        document = element(request, names.XDSB, "Document", id=entry.entry_id)
        element(document, names.XOP, "Include", href=f"cid:{quote(content_id, safe='')}")
        parts.append(Part(content_id, entry.mime_type, contents[entry.entry_id]))
    envelope = soap.build_request(
        names.ACTION_ITI41, request, to=to, message_id=message_id, security=security
    )
    return wire.package(envelope, parts, names.ACTION_ITI41, submission.submission_set.unique_id)


def read_request(content_type: str, body: bytes) -> ProvideAndRegister:
    """Read a deposit: XOP parts, inline Base64, or plain SOAP without MTOM.

    Raises MalformedMultipart or MalformedSoap (answer with a fault), or MalformedMetadata with all problems
    (answer with a RegistryResponse), among them XDSMissingDocument and XDSMissingDocumentMetadata.
    """
    incoming = wire.read(content_type, body)
    request = incoming.envelope.body_element
    if request.tag != f"{{{names.XDSB}}}ProvideAndRegisterDocumentSetRequest":
        raise MalformedSoap("ProvideAndRegisterDocumentSetRequest attendu / expected (ITI-41)")
    objects, contents = read_body(request, incoming.multipart)
    return ProvideAndRegister(objects, contents, incoming.envelope.message_id, incoming.envelope.security)


def read_body(
    request: Element, multipart: Multipart | None
) -> tuple[ebxml.RegistryObjects, dict[str, bytes]]:
    """Objects and contents of the body element. Raises MalformedMetadata with all problems."""
    problems: list[RegistryError] = []
    contents = _contents(request, multipart, problems)
    listing = child(child(request, names.LCM, "SubmitObjectsRequest"), names.RIM, "RegistryObjectList")
    objects = ebxml.RegistryObjects()
    if listing is None:
        problems.append(RegistryError("XDSRepositoryMetadataError", "RegistryObjectList absent / missing"))
    else:
        problems.extend(_one_to_one(listing, contents))
        try:
            objects = ebxml.read_objects(listing)
        except MalformedMetadata as error:
            problems.extend(error.problems)
    if problems:
        first = problems[0]
        raise MalformedMetadata(first.context, first.code, first.location, problems)
    return objects, {identity: data for identity, data in contents.items() if data is not None}


def build_response(
    relates_to: str, status: str, errors: Sequence[RegistryError] = (), *, mtom: bool = False
) -> HttpMessage:
    """The RegistryResponse; with ``mtom`` in a package without documents, as a request with MTOM expects."""
    action = names.ACTION_ITI41_RESPONSE
    envelope = soap.build_answer(action, registry_response(status, errors), relates_to=relates_to)
    return wire.package(envelope, (), action, relates_to) if mtom else wire.plain(envelope, action)


def read_response(content_type: str, body: bytes) -> Receipt:
    """The receipt. Raises SoapFaultReceived, Unknown, MalformedMultipart, MalformedSoap."""
    envelope = wire.read(content_type, body).envelope
    return read_registry_response(answer_element(envelope, names.RS, "RegistryResponse"))


def _matched(entries: Sequence[DocumentEntry], contents: Sequence[Content]) -> dict[str, bytes]:
    by_id = {content.entry_id: content.data for content in contents}
    if len(by_id) < len(contents) or by_id.keys() != {entry.entry_id for entry in entries}:
        raise MalformedMetadata(
            "contenus et entrées ne correspondent pas / contents and entries do not match",
            "XDSMissingDocument",
        )
    for entry in entries:
        if len(by_id[entry.entry_id]) != entry.size:
            raise MalformedMetadata(
                "size ne vaut pas la taille du contenu / size is not the length of the content",
                "XDSNonIdenticalSize",
                f"{entry.entry_id}/size",
            )
    return by_id


def _contents(
    request: Element, multipart: Multipart | None, problems: list[RegistryError]
) -> dict[str, bytes | None]:
    """Bytes by Document id; None where they could not be found, which is then among the problems."""
    found: dict[str, bytes | None] = {}
    for document in children(request, names.XDSB, "Document"):
        identity = document.get("id", "")
        if identity in found or not identity:
            problems.append(
                RegistryError(
                    "XDSRepositoryMetadataError",
                    "Document/@id absent ou répété / missing or repeated",
                    identity,
                )
            )
            continue
        found[identity] = _content(document, multipart)
        if found[identity] is None:
            problems.append(
                RegistryError(
                    "XDSMissingDocument",
                    "contenu introuvable ou illisible / content not found or not readable (XOP, Base64)",
                    identity,
                )
            )
    return found


def _content(document: Element, multipart: Multipart | None) -> bytes | None:
    include = child(document, names.XOP, "Include")
    try:
        if include is not None:
            return multipart.resolve(include.get("href", "")).data if multipart is not None else None
        inline = (document.text or "").translate(_BASE64_BLANKS)
        return base64.b64decode(inline, validate=True) if len(document) == 0 else None
    except (MalformedMultipart, binascii.Error, ValueError):
        return None


def _one_to_one(listing: Element, contents: Mapping[str, bytes | None]) -> list[RegistryError]:
    entries = [each.get("id", "") for each in children(listing, names.RIM, "ExtrinsicObject")]
    missing = [
        RegistryError("XDSMissingDocument", "entrée sans document / entry without document", each)
        for each in entries
        if each not in contents
    ]
    known = set(entries)
    orphans = [
        RegistryError("XDSMissingDocumentMetadata", "document sans entrée / document without entry", each)
        for each in contents
        if each not in known
    ]
    return [*missing, *orphans]
