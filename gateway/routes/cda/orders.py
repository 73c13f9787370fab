"""What an imaging report adds to a header: accession numbers, and codes that say what they are about."""

from __future__ import annotations

from lxml import etree
from lxml.etree import _Element

from gateway.model import Code, Identifier
from gateway.routes.cda.markup import LOINC, coded, el, identifier

DICOM = "urn:dicom-org:ps3-20"
DCM = "1.2.840.10008.2.16.4"
SNOMED = "2.16.840.1.113883.6.96"
CCAM = "1.2.250.1.215.300.1"
_NAMES = {DCM: "DCM", SNOMED: "SNOMED CT", CCAM: "CCAM"}
# CI-SIS IMG-CR-IMG 2024.01, serviceEvent/code/translation: what the translation is of.
_ABOUT = {
    DCM: Code("121139", DCM, "Modalité d'imagerie"),
    SNOMED: Code("39111-0", LOINC, "localisation anatomique"),
}


def order_element(placer: Identifier | None, accession: Identifier | None) -> _Element:
    """An order: the number of the prescription, and that of the imaging department (DICOM PS3.20)."""
    order = el("order", identifier("id", placer) if placer else el("id", nullFlavor="UNK"))
    if accession is not None:
        element = etree.SubElement(order, f"{{{DICOM}}}accessionNumber", nsmap={"ps3-20": DICOM})
        element.set("root", accession.root)
        element.set("extension", accession.extension)
    return order


def translation(code: Code) -> _Element:
    """Another code of the act; a modality and a region carry the qualifier that says so."""
    about = _ABOUT.get(code.system)
    qualifier = el("qualifier", named("name", about)) if about else None
    return named("translation", code, qualifier)


def named(tag: str, code: Code, *content: _Element | None) -> _Element:
    """A coded element with the name of its code system."""
    element = coded(tag, code, *content)
    if code.system in _NAMES:
        element.set("codeSystemName", _NAMES[code.system])
    return element
