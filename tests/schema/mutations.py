"""Systematic mutations of a CDA: each changes one thing in the tree, and can be undone.

A mutation takes an element and a source of choices, changes the tree in place, and gives back what restores
it; None when it cannot apply to that element.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from random import Random

from lxml import etree

Undo = Callable[[], object]
Mutation = Callable[[etree._Element, Random], Undo | None]

V3 = "{urn:hl7-org:v3}"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
SDTC, PHARM = "{urn:hl7-org:sdtc}", "{urn:ihe:pharm:medication}"
# fmt: off
TYPES = (
    "ANY", "BL", "BN", "ED", "ST", "SC", "CD", "CE", "CV", "CS", "CO", "II", "TEL", "AD", "EN", "PN",
    "ON", "TN", "INT", "REAL", "PQ", "MO", "TS", "RTO", "RTO_PQ_PQ", "IVL_TS", "IVL_PQ", "IVL_INT",
    "IVL_REAL", "PIVL_TS", "EIVL_TS", "SXPR_TS", "SXCM_TS", "SXCM_PQ", "GLIST_PQ", "SLIST_PQ", "URL",
    "QTY", "NONE", "x:PQ", "",
)
NAMES = (
    "id", "code", "title", "text", "effectiveTime", "value", "time", "name", "addr", "telecom",
    "templateId", "realmCode", "typeId", "statusCode", "languageCode", "author", "performer",
    "participant", "component", "section", "entry", "observation", "act", "organizer",
    "entryRelationship", "reference", "translation", "qualifier", "originalText", "low", "high",
    "width", "center", "paragraph", "list", "item", "table", "br", "content", "caption", "footnote",
    "sup", "assignedEntity", "assignedPerson", "patient", "subject", "methodCode", "priorityCode",
    "interpretationCode", "repeatNumber", "independentInd", "precondition", "family", "given",
    "prefix", "city", "streetName", "postBox", "validTime", "useablePeriod", "numerator",
    SDTC + "id", SDTC + "desc", SDTC + "raceCode", SDTC + "text", SDTC + "statusCode",
    SDTC + "deceasedInd", SDTC + "functionCode", PHARM + "formCode", PHARM + "desc",
    "{urn:dicom-org:ps3-20}accessionNumber", "{urn:oid:1.3.6.1.4.1.19376.1.3.2}statusCode",
    "{urn:oid:1.3.6.1.4.1.19376.1.3.2}precondition", "{urn:unknown}thing", "{}thing",
)
ATTRIBUTES = (
    "nullFlavor", "classCode", "moodCode", "typeCode", "determinerCode", "contextControlCode", "use",
    "value", "code", "codeSystem", "codeSystemName", "displayName", "unit", "root", "extension",
    "ID", "styleCode", "negationInd", "inversionInd", "contextConductionInd", "operator",
    "inclusive", "mediaType", "language", "representation", "partType", "qualifier", "align",
    "colspan", "border", "listType", "href", "unsorted", SDTC + "valueSet", XSI + "nil",
    XSI + "type", "{urn:unknown}thing", "thing",
)
VALUES = (
    "", " ", "a b", "x", "0", "1", "-1", "1.5", "1,5", "1e3", "NaN", "true", "false", "TRUE", "UNK",
    "XX", "MSK", "20240131", "2024-01-31", "202401311200", "20240131120000+0100", "20240131120000.5",
    "2024013112000+01000", "1.2.3", "1.02.3", "1..2", "9.1", "1.2.3.", "2.16.840.1.113883.5.6",
    "abc-def", "-abc", "QUJD", "QUJD=", "550e8400-e29b-41d4-a716-446655440000", "EVN", "RQO", "OBS",
    "ACT", "COMP", "SUBJ", "RPLC", "AUT", "LA", "PSN", "ORG", "INSTANCE", "KIND", "ASSIGNED", "PAT",
    "TXT", "B64", "text/plain", "text/html", "left", "I", "tel:+33100000000", "not a uri %", "HP WP",
    "HP XX", "BR", "L", "urn:oid:1.2.3", "é", "a\nb", " UNK ",
)
# fmt: on


def _elements(element: etree._Element) -> list[etree._Element]:
    return [child for child in element if isinstance(child.tag, str)]


def delete_element(element: etree._Element, pick: Random) -> Undo | None:
    parent = element.getparent()
    if parent is None:
        return None
    position = parent.index(element)
    parent.remove(element)
    return lambda: parent.insert(position, element)


def duplicate_element(element: etree._Element, pick: Random) -> Undo | None:
    parent = element.getparent()
    if parent is None:
        return None
    twin = copy.deepcopy(element)
    parent.insert(parent.index(element) + 1, twin)
    return lambda: parent.remove(twin)


def swap_neighbours(element: etree._Element, pick: Random) -> Undo | None:
    parent, other = element.getparent(), element.getnext()
    if parent is None or other is None or not isinstance(other.tag, str):
        return None
    position = parent.index(element)
    parent.insert(position, other)
    return lambda: parent.insert(position, element)


def rename_element(element: etree._Element, pick: Random) -> Undo | None:
    if element.getparent() is None:
        return None
    return _retag(
        element, pick.choice([V3 + "nom", V3 + "Code", V3 + str(etree.QName(element).localname) + "s"])
    )


def rename_element_to_another(element: etree._Element, pick: Random) -> Undo | None:
    return _retag(element, _name(pick)) if element.getparent() is not None else None


def change_namespace(element: etree._Element, pick: Random) -> Undo | None:
    namespaces = ["urn:hl7-org:sdtc", "urn:unknown", "urn:ihe:pharm:medication", "urn:hl7-org:v3"]
    return _retag(element, f"{{{pick.choice(namespaces)}}}{etree.QName(element).localname}")


def _retag(element: etree._Element, tag: str) -> Undo | None:
    before = element.tag
    if tag == before:
        return None
    element.tag = tag
    return lambda: setattr(element, "tag", before)


def _name(pick: Random) -> str:
    name = pick.choice(NAMES)
    return name.removeprefix("{}") if name.startswith("{") else V3 + name


def remove_attribute(element: etree._Element, pick: Random) -> Undo | None:
    if not element.attrib:
        return None
    name = pick.choice(sorted(element.attrib))
    value = element.attrib.pop(name)
    return lambda: element.set(name, value)


def rename_attribute(element: etree._Element, pick: Random) -> Undo | None:
    if not element.attrib:
        return None
    name = pick.choice(sorted(element.attrib))
    value, other = element.get(name), pick.choice([*ATTRIBUTES, "Code", "valeur"])
    if other in element.attrib or value is None:
        return None
    del element.attrib[name]
    element.set(other, value)
    return lambda: (element.attrib.pop(other), element.set(name, value))


def add_unknown_attribute(element: etree._Element, pick: Random) -> Undo | None:
    return _set(element, pick.choice(["thing", "{urn:unknown}thing", "Code", "nullflavor"]), "x")


def add_attribute(element: etree._Element, pick: Random) -> Undo | None:
    name = pick.choice(ATTRIBUTES)
    return None if name in element.attrib else _set(element, name, pick.choice(VALUES))


def change_value(element: etree._Element, pick: Random) -> Undo | None:
    if not element.attrib:
        return None
    return _set(element, pick.choice(sorted(element.attrib)), pick.choice(VALUES))


def change_null_flavor(element: etree._Element, pick: Random) -> Undo | None:
    return _set(element, "nullFlavor", pick.choice(["UNK", "NA", "NULL", "unk", "", "N A", "MSK"]))


def change_xsi_type(element: etree._Element, pick: Random) -> Undo | None:
    if element.get(XSI + "type") is None:
        return None
    return _set(element, XSI + "type", pick.choice(TYPES))


def remove_xsi_type(element: etree._Element, pick: Random) -> Undo | None:
    before = element.attrib.pop(XSI + "type", None)
    return None if before is None else lambda: element.set(XSI + "type", before)


def add_xsi_type(element: etree._Element, pick: Random) -> Undo | None:
    return None if element.get(XSI + "type") else _set(element, XSI + "type", pick.choice(TYPES))


def add_nil(element: etree._Element, pick: Random) -> Undo | None:
    return _set(element, XSI + "nil", pick.choice(["true", "false", "yes"]))


def _set(element: etree._Element, name: str, value: str) -> Undo:
    before = element.get(name)
    element.set(name, value)
    if before is None:
        return lambda: element.attrib.pop(name)
    return lambda: element.set(name, before)


def add_text(element: etree._Element, pick: Random) -> Undo | None:
    before = element.text
    element.text = pick.choice(["texte", "0", "\u00a0"])
    return lambda: setattr(element, "text", before)


def remove_text(element: etree._Element, pick: Random) -> Undo | None:
    before = element.text
    if not before or not before.strip():
        return None
    element.text = None
    return lambda: setattr(element, "text", before)


def insert_element(element: etree._Element, pick: Random) -> Undo | None:
    child = etree.Element(_name(pick))
    if pick.random() < 0.5:
        child.set(pick.choice(ATTRIBUTES), pick.choice(VALUES))
    return _insert(element, child, pick)


def graft_element(element: etree._Element, pick: Random) -> Undo | None:
    """A copy of an element from elsewhere in the document, among the children of this one."""
    everywhere = list(element.getroottree().getroot().iter(V3 + "*"))
    other = copy.deepcopy(pick.choice(everywhere[1:]))
    return _insert(element, other, pick) if sum(1 for _ in other.iter()) < 200 else None


def _insert(element: etree._Element, child: etree._Element, pick: Random) -> Undo:
    element.insert(pick.randint(0, len(element)), child)
    return lambda: element.remove(child)


def move_first_child_last(element: etree._Element, pick: Random) -> Undo | None:
    children = _elements(element)
    if len(children) < 3:
        return None
    position = element.index(children[0])
    element.append(children[0])
    return lambda: element.insert(position, children[0])


def empty_element(element: etree._Element, pick: Random) -> Undo | None:
    children, text = list(element), element.text
    if not children:
        return None
    for child in children:
        element.remove(child)
    element.text = None
    return lambda: (setattr(element, "text", text), element.extend(children))


def unwrap_element(element: etree._Element, pick: Random) -> Undo | None:
    """The element gives way to its only child."""
    parent, children = element.getparent(), _elements(element)
    if parent is None or len(children) != 1:
        return None
    position = parent.index(element)
    (child,) = children
    inside = element.index(child)
    parent.replace(element, child)

    def undo() -> None:
        parent.insert(position, element)
        element.insert(inside, child)

    return undo


MUTATIONS: tuple[Mutation, ...] = (
    delete_element,
    duplicate_element,
    swap_neighbours,
    rename_element,
    rename_element_to_another,
    change_namespace,
    remove_attribute,
    rename_attribute,
    add_unknown_attribute,
    add_attribute,
    change_value,
    change_null_flavor,
    change_xsi_type,
    remove_xsi_type,
    add_xsi_type,
    add_nil,
    add_text,
    remove_text,
    insert_element,
    graft_element,
    move_first_child_last,
    empty_element,
    unwrap_element,
)
