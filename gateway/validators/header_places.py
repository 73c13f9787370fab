"""Places of the CDA header: compiled once, found in every document, named as people read them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

from lxml import etree

from gateway.model import Document, Location

_STRING = etree.XPath("string()", smart_strings=False)
_NAMESPACES = {"h": "urn:hl7-org:v3"}


class Place:
    """Child steps in the CDA namespace (``recordTarget/patientRole``), looked for under a given element."""

    __slots__ = ("_find", "steps", "text")

    def __init__(self, steps: str, under: str = "/ClinicalDocument") -> None:
        self.steps = steps
        self.text = f"{under}/{steps}"
        compiled = "/".join(f"h:{step}" for step in steps.split("/"))
        self._find = cast(
            "Callable[[etree._Element], list[etree._Element]]",
            etree.XPath(compiled, namespaces=_NAMESPACES, smart_strings=False),
        )

    def inside(self, steps: str, *, whole: bool = False) -> Place:
        """A place below this one, looked for under an element found here (``whole``: from the same start)."""
        return Place(f"{self.steps}/{steps}") if whole else Place(steps, self.text)

    def all(self, element: etree._Element) -> list[etree._Element]:
        return self._find(element)

    def first(self, element: etree._Element) -> etree._Element | None:
        found = self._find(element)
        return found[0] if found else None


@dataclass(frozen=True, slots=True)
class HeaderView:
    """One document that could be read: its root, and how to say where something is in it.

    ``dmp`` says whether this document is meant for the DMP (a bare CDA always is).
    """

    document: Document = field(repr=False)
    root: etree._Element = field(repr=False)
    dmp: bool = True

    def at(self, place: Place, element: etree._Element | None = None, attribute: str = "") -> Location:
        """Where ``element`` is; for something missing, ``element`` is what should have held it."""
        path = f"{place.text}/@{attribute}" if attribute else place.text
        return self.spot(path, self.root if element is None else element)

    def spot(self, path: str, element: etree._Element) -> Location:
        """A place already in words, at the line of ``element``."""
        origin = self.document.origin
        return Location(
            segment=origin.segment,
            sequence=origin.sequence,
            field=None if origin.segment is None else 5,
            xpath=path,
            line=cast("int | None", element.sourceline),
        )


def attribute(element: etree._Element | None, name: str) -> str:
    """The trimmed attribute, empty when absent; an element with a nullFlavor counts as absent."""
    if element is None or element.get("nullFlavor") is not None:
        return ""
    value = element.get(name)
    return value.strip() if value else ""


def text_of(element: etree._Element | None) -> str:
    """The trimmed text of an element, empty when absent or when it has a nullFlavor."""
    if element is None or element.get("nullFlavor") is not None:
        return ""
    return str(_STRING(element)).strip()


def qualified(element: etree._Element, qualifier: str) -> bool:
    """True when ``@qualifier`` (a blank-separated set) holds ``qualifier``."""
    value = element.get("qualifier")
    return value is not None and qualifier in value.split()


RECORD_TARGET = Place("recordTarget")
PATIENT_ROLE = RECORD_TARGET.inside("patientRole")
PATIENT_ID = PATIENT_ROLE.inside("id")
PATIENT = PATIENT_ROLE.inside("patient")
FAMILY = PATIENT.inside("name/family")
GIVEN = PATIENT.inside("name/given")
GENDER = PATIENT.inside("administrativeGenderCode")
BIRTH_TIME = PATIENT.inside("birthTime")
COUNTY = PATIENT.inside("birthplace/place/addr/county")

AUTHOR = Place("author")
EVENT = Place("documentationOf/serviceEvent")

DOCUMENT_ID = Place("id")
CODE = Place("code")
CONFIDENTIALITY = Place("confidentialityCode")
RELATED = Place("relatedDocument")
PARENT_ID = RELATED.inside("parentDocument/id")
NON_XML_BODY = Place("component/nonXMLBody")
STRUCTURED_BODY = Place("component/structuredBody")


def body_level(root: etree._Element) -> int | None:
    """1 (nonXMLBody) or 3 (structuredBody); None when there is not exactly one body."""
    plain, structured = NON_XML_BODY.all(root), STRUCTURED_BODY.all(root)
    if len(plain) + len(structured) != 1:
        return None
    return 1 if plain else 3
