"""Small builders of CDA elements (namespace urn:hl7-org:v3)."""

from __future__ import annotations

import re

from lxml import etree
from lxml.etree import _Element

from gateway.model import Code, Identifier

CDA = "urn:hl7-org:v3"
LAB = "urn:oid:1.3.6.1.4.1.19376.1.3.2"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
LOINC = "2.16.840.1.113883.6.1"
_NAMES = {None: CDA, "lab": LAB, "xsi": XSI}
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Content = _Element | str | None


def el(tag: str, *content: Content, **attributes: str) -> _Element:
    """An element; None is left out, an empty attribute too. ``xsi_type`` is xsi:type, ``class_`` is class."""
    element = etree.Element(f"{{{CDA}}}{tag}", nsmap=_NAMES)  # type: ignore[arg-type]
    for name, value in attributes.items():
        if value:
            element.set(f"{{{XSI}}}type" if name == "xsi_type" else name, clean(value))
    for part in content:
        if isinstance(part, str):
            append_text(element, part)
        elif part is not None:
            element.append(part)
    return element


def append_text(element: _Element, text: str) -> None:
    """Text after the last child."""
    text = clean(text)
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text


def clean(text: str) -> str:
    """Without the characters that XML 1.0 cannot hold."""
    return _NOT_XML.sub("", text)


def coded(tag: str, code: Code, *content: Content, **attributes: str) -> _Element:
    """A CD or CE with its code."""
    name = {LOINC: "LOINC"}.get(code.system, "")
    return el(
        tag,
        *content,
        **attributes,
        code=code.code,
        displayName=code.display,
        codeSystem=code.system,
        codeSystemName=name,
    )


def identifier(tag: str, found: Identifier) -> _Element:
    return el(tag, root=found.root, extension=found.extension)


def templates(*roots: str) -> list[_Element]:
    return [el("templateId", root=root) for root in roots]


def reference(target: str) -> _Element:
    """A pointer to a ``content`` of the narrative."""
    return el("reference", value=f"#{target}")


def original(target: str) -> _Element:
    return el("originalText", reference(target))


def lab_status(code: str) -> _Element:
    """The lab:statusCode that the laboratory extension of CDA adds to serviceEvent."""
    element = etree.Element(f"{{{LAB}}}statusCode", nsmap=_NAMES)  # type: ignore[arg-type]
    element.set("code", code)
    return element


def serialised(root: _Element) -> bytes:
    """UTF-8 with declaration; namespaces are declared once, on the root."""
    etree.cleanup_namespaces(root, keep_ns_prefixes=["xsi"])
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=False)
