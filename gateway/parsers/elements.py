"""Small, fast readings of CDA elements. A missing element, or one with a nullFlavor, reads as empty."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from lxml import etree
from lxml.etree import _Element

from gateway.model import Code, Identifier

NAMESPACE = "{urn:hl7-org:v3}"
_TEXTS = etree.XPath("descendant::text()")


class Children:
    """The children of one element by local name (namespace urn:hl7-org:v3 only), document order kept."""

    def __init__(self) -> None:
        self._lists: dict[str, list[_Element]] = {}

    def add(self, element: _Element) -> None:
        self._lists.setdefault(str(element.tag), []).append(element)

    def first(self, name: str) -> _Element | None:
        found = self._lists.get(NAMESPACE + name)
        return found[0] if found else None

    def all(self, name: str) -> list[_Element]:
        return self._lists.get(NAMESPACE + name, [])


def grouped(element: _Element) -> Children:
    """All element children of ``element``, in one pass."""
    parts = Children()
    for part in element.iterchildren(etree.Element):
        parts.add(part)
    return parts


def child(element: _Element | None, name: str) -> _Element | None:
    """The first child of that name."""
    return None if element is None else next(element.iterchildren(NAMESPACE + name), None)


def children(element: _Element | None, name: str) -> Iterator[_Element]:
    return iter(()) if element is None else element.iterchildren(NAMESPACE + name)


def descend(element: _Element | None, *names: str) -> _Element | None:
    """First child of first child, along ``names``."""
    for name in names:
        element = child(element, name)
    return element


def attribute(element: _Element | None, name: str) -> str:
    """The attribute, trimmed; empty when the element is absent or null."""
    if element is None or element.get("nullFlavor") is not None:
        return ""
    return (element.get(name) or "").strip()


def text_of(element: _Element | None) -> str:
    """The text of an element without its comments, trimmed; empty when absent or null."""
    if element is None or element.get("nullFlavor") is not None:
        return ""
    if not len(element):
        return (element.text or "").strip()
    return "".join(cast(list[str], _TEXTS(element))).strip()


def code_of(element: _Element | None) -> Code | None:
    """A coded value; None when there is no code."""
    code = attribute(element, "code")
    if element is None or not code:
        return None
    return Code(code, element.get("codeSystem") or "", element.get("displayName") or "")


def identifier_of(element: _Element | None) -> Identifier | None:
    """An II; None when it has neither root nor extension."""
    root, extension = attribute(element, "root"), attribute(element, "extension")
    return Identifier(root, extension) if root or extension else None


def identifiers_of(element: _Element | None) -> list[Identifier]:
    """Every id child that says something."""
    found = (identifier_of(part) for part in children(element, "id"))
    return [identifier for identifier in found if identifier is not None]


def interval(element: _Element | None) -> tuple[str, str]:
    """IVL_TS: low and high; a plain value is its own beginning."""
    if element is None or element.get("nullFlavor") is not None:
        return "", ""
    low = attribute(child(element, "low"), "value") or attribute(element, "value")
    return low, attribute(child(element, "high"), "value")
