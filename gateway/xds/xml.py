"""Reading and writing XML without surprises: no DTD, no entity, no network, bounded depth and text.

libxml2's own limits stay on (256 levels, 10 million characters in one text), so a document inside the XML as
Base64 may have 7.5 MB; a larger one travels as an MTOM part.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lxml import etree

from gateway.errors import MalformedMetadata, MalformedSoap

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_DOCTYPES = tuple("<!DOCTYPE".encode(charset) for charset in ("ascii", "utf-16-le", "utf-16-be"))


def parse(data: bytes) -> Element:
    """The root element; comments and processing instructions are dropped. Raises MalformedSoap."""
    # Looked for before parsing too: libxml2 would already have read the DTD when docinfo tells of it.
    if any(mark in data for mark in _DOCTYPES):
        raise MalformedSoap("DOCTYPE interdit / a DOCTYPE is not allowed (SOAP 1.2 §5)")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line, column = getattr(error, "position", (0, 0))
        # libxml2's sentence may quote the document, so only the place is told.
        raise MalformedSoap(
            f"XML mal formé / XML is not well formed (ligne/line {line}, colonne/column {column})"
        ) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise MalformedSoap("DOCTYPE interdit / a DOCTYPE is not allowed (SOAP 1.2 §5)")
    return root


def element(
    parent: Element | None, namespace: str, name: str, text: str = "", /, **attributes: str
) -> Element:
    """A new element, appended to ``parent`` if there is one. MalformedMetadata on control characters."""
    tag = f"{{{namespace}}}{name}"
    try:
        made = etree.Element(tag, attributes) if parent is None else etree.SubElement(parent, tag, attributes)
        if text:
            made.text = text
    except ValueError:
        raise MalformedMetadata(
            f"caractère interdit en XML / character not allowed in XML ({name})", location=name
        ) from None
    return made


def serialise(root: Element) -> bytes:
    """UTF-8 with an XML declaration, nothing reformatted."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def children(parent: Element | None, namespace: str, name: str) -> Iterator[Element]:
    """The children of that name; nothing when there is no parent."""
    if parent is not None:
        yield from parent.iterchildren(f"{{{namespace}}}{name}")


def child(parent: Element | None, namespace: str, name: str) -> Element | None:
    return next(children(parent, namespace, name), None)


def text(parent: Element | None) -> str:
    """The trimmed text of an element, empty when there is no element."""
    return (parent.text or "").strip() if parent is not None else ""
