"""Runs our Schematron of the CDA header, compiled once by ``lxml.isoschematron``, and tells its findings.

The stylesheet sees a copy of the header alone, so that a verdict costs the same whatever the body weighs;
each element of the copy bears its rank, by which a failed assert is found again in the document.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from importlib import import_module
from threading import Lock
from typing import Any

from lxml import etree

from gateway.model import Finding, Severity
from gateway.validators.header_places import HeaderView
from gateway.validators.rules_cda_header import ASSERTS, Assert, schematron
from gateway.validators.rules_hdr import HDR_52
from gateway.validators.subjects import Subject

MOST_ELEMENTS = 10_000
MOST_OF_AN_ASSERT = 50

_HL7 = "{urn:hl7-org:v3}"
_XSL = "{http://www.w3.org/1999/XSL/Transform}"
_SVRL = "{http://purl.oclc.org/dsdl/svrl}"
_RANK = "rank"
_BODIES = (f"{_HL7}nonXMLBody", f"{_HL7}structuredBody")
_COMPONENT = f"{_HL7}component"
_COMPILING = Lock()
# The type stubs know neither: hence by name.
_ISO: Any = import_module("lxml.isoschematron")
_ACCESS: Any = etree.XSLTAccessControl


def judge_schematron(view: HeaderView, *, replacement: bool | None) -> Iterator[Finding]:
    """The rules of ``rules_cda_header`` on one document, in the order of the document's elements.

    ``replacement`` is what the message asks for; None for a bare CDA, where relatedDocument itself asks. A
    header of more than 10,000 elements is R.HDR.52 and nothing else.
    """
    header = _header(view.root)
    if header is None:
        yield HDR_52.at(view.spot("/ClinicalDocument", view.root))
        return
    failed = _failed(header, dmp=view.dmp, replacement=replacement)
    if not failed:
        return
    elements, told = list(_header_elements(view.root)), Counter[str]()
    for rank, name in sorted(failed):
        told[name] += 1
        if told[name] <= MOST_OF_AN_ASSERT:
            yield _finding(view, ASSERTS[name], elements[rank], _subjects()[name])


def _finding(view: HeaderView, broken: Assert, context: etree._Element, subject: Subject) -> Finding:
    place, element = subject.look(context)
    lowered = Severity.WARNING if broken.dmp and not view.dmp else None
    return broken.rule.at(view.spot(place, element), severity=lowered)


def _failed(header: etree._Element, *, dmp: bool, replacement: bool | None) -> list[tuple[int, str]]:
    """(rank of the context, id of the assert) of every failed assert, in the order of the schematron."""
    asked = {None: "as-written", True: "wanted", False: "unwanted"}[replacement]
    report = stylesheet()(
        header,
        destination=etree.XSLT.strparam("dmp" if dmp else "other"),
        replacement=etree.XSLT.strparam(asked),
    )
    found = report.getroot().iter(f"{_SVRL}failed-assert")
    return [(int(one.get("location") or 0), one.get("id") or "") for one in found]


def _header(root: etree._Element) -> etree._Element | None:
    """The header alone, each element with its rank in document order; None when it is beyond all measure."""
    header = etree.Element(root.tag)
    for name, value in root.attrib.items():
        header.set(name, value)
    for child in root.iterchildren(etree.Element):
        if child.tag == _COMPONENT:
            component = etree.SubElement(header, _COMPONENT)
            for body in _bodies(child):
                etree.SubElement(component, body.tag)
        else:
            header.append(deepcopy(child))
    for rank, element in enumerate(header.iter(etree.Element)):
        if rank > MOST_ELEMENTS:
            return None
        element.set(_RANK, str(rank))
    return header


def _header_elements(root: etree._Element) -> Iterator[etree._Element]:
    """The elements of the document in the order of the copy's ranks."""
    yield root
    for child in root.iterchildren(etree.Element):
        if child.tag == _COMPONENT:
            yield child
            yield from _bodies(child)
        else:
            yield from child.iter(etree.Element)


def _bodies(component: etree._Element) -> Iterator[etree._Element]:
    return component.iterchildren(*_BODIES)


@cache
def _subjects() -> dict[str, Subject]:
    return {name: Subject(one.subject) for name, one in ASSERTS.items()}


def stylesheet() -> etree.XSLT:
    """The compiled schematron; made at the first call, then shared by all threads."""
    with _COMPILING:
        return _compiled()


@cache
def _compiled() -> etree.XSLT:
    made: etree._ElementTree = _ISO.iso_svrl_for_xslt1(_ISO.iso_abstract_expand(schematron()))
    _lighten(made.getroot())
    return etree.XSLT(made, access_control=_ACCESS.DENY_ALL)


def _lighten(root: etree._Element) -> None:
    """Say only which assert failed at which rank; walk over elements only."""
    spare = (f"{_SVRL}fired-rule", f"{_SVRL}active-pattern", f"{_SVRL}text", f"{_SVRL}diagnostic-reference")
    for one in list(root.iter(*spare)):
        parent = one.getparent()
        if parent is not None:
            parent.remove(one)
    for failure in root.iter(f"{_SVRL}failed-assert"):
        failure.attrib.pop("test", "")
        failure.set("location", f"{{@{_RANK}}}")
        for attribute in failure.findall(f"{_XSL}attribute[@name='location']"):
            failure.remove(attribute)
    for walk in root.iter(f"{_XSL}apply-templates"):
        if walk.get("select", "").startswith("@*|*"):
            walk.set("select", "*")
