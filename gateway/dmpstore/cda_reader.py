"""Taking a stored CDA document apart for reading: its tree within bounds, its body, its attached objects."""

from __future__ import annotations

import base64
import binascii
import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lxml import etree

from gateway.errors import MalformedSoap
from gateway.xds import xml

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_HL7 = "urn:hl7-org:v3"
_MOST_BYTES = 48 * 1024 * 1024
_MOST_DEPTH = 200
_MOST_ELEMENTS = 250_000
# libxml2 refuses a text of 10 million characters unless it is told that large ones may come.
_LARGE = 9_000_000


class NotReadable(Exception):
    """The bytes are no CDA document, or one that is too large or too deep to be shown."""


@dataclass(frozen=True, slots=True)
class Attached:
    """Something carried inside a document as Base64 or text: a body of level 1, a picture, a PDF."""

    media_type: str
    data: bytes = field(repr=False)


def read_cda(data: bytes) -> Element:
    """The ClinicalDocument; in a self-presenting document (a stylesheet around it), the one inside.

    Raises NotReadable.
    """
    if len(data) > _MOST_BYTES:
        raise NotReadable
    root = _parse(data)
    if root.tag != f"{{{_HL7}}}ClinicalDocument":
        inside = root.find(f".//{{{_HL7}}}ClinicalDocument")
        if inside is None:
            raise NotReadable
        root = copy.deepcopy(inside)  # libxslt wants a document of its own
    _check_bounds(root)
    return root


def is_structured(document: Element) -> bool:
    return document.find(f"{{{_HL7}}}component/{{{_HL7}}}structuredBody") is not None


def unstructured_body(document: Element) -> Attached | None:
    """The body of a level 1 document, decoded; None when there is none or it cannot be decoded."""
    text = document.find(f"{{{_HL7}}}component/{{{_HL7}}}nonXMLBody/{{{_HL7}}}text")
    return None if text is None else _attached(text)


def attached_object(document: Element, place: int) -> Attached | None:
    """The value of the nth observationMedia of the document, counted from 1."""
    for number, media in enumerate(document.iter(f"{{{_HL7}}}observationMedia"), start=1):
        if number == place:
            value = media.find(f"{{{_HL7}}}value")
            return None if value is None else _attached(value)
    return None


def _attached(element: Element) -> Attached | None:
    media_type = element.get("mediaType", "text/plain").strip().lower()
    text = "".join(str(part) for part in element.itertext())
    if element.get("representation") != "B64":
        return Attached(media_type, text.encode())
    try:
        return Attached(media_type, base64.b64decode("".join(text.split()), validate=True))
    except (binascii.Error, ValueError):
        return None


def _parse(data: bytes) -> Element:
    try:
        return xml.parse(data)
    except MalformedSoap:
        if len(data) < _LARGE or b"<!DOCTYPE" in data:
            raise NotReadable from None
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=True,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise NotReadable from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise NotReadable
    return root


def _check_bounds(root: Element) -> None:
    depth = count = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        count += event == "start"
        if depth > _MOST_DEPTH or count > _MOST_ELEMENTS:
            raise NotReadable
