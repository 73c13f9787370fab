"""DICOM files written for these tests."""

from __future__ import annotations

from fixtures.build.dicom import EXPLICIT, Dataset, part10
from fixtures.build.people import CAMILLE, INS_TEST
from fixtures.build.plain_report import ENCAPSULATED_PDF
from tests.plain_imaging.samples import PDF

BASIC_TEXT_SR = "1.2.840.10008.5.1.4.1.1.88.11"
ENHANCED_SR = "1.2.840.10008.5.1.4.1.1.88.22"
ENCAPSULATED_CDA = "1.2.840.10008.5.1.4.1.1.104.2"
STUDY = "1.2.250.1.999.20.9"
NAME, ID, ISSUER, BORN = (0x10, 0x10, "PN"), (0x10, 0x20, "LO"), (0x10, 0x21, "LO"), (0x10, 0x30, "DA")
SEX, VERIFIED, COMPLETE = (0x10, 0x40, "CS"), (0x40, 0xA493, "CS"), (0x40, 0xA491, "CS")
PREDECESSORS, DOCUMENT, LENGTH = (0x40, 0xA360, "SQ"), (0x42, 0x11, "OB"), (0x42, 0x15, "UL")
CONTENT, STUDY_DATE, CHARSET = (0x40, 0xA730, "SQ"), (0x08, 0x20, "DA"), (0x08, 0x05, "CS")


def header() -> Dataset:
    return {
        CHARSET: "ISO_IR 192",
        STUDY_DATE: "20261019",
        (0x08, 0x23, "DA"): "20261019",
        (0x08, 0x30, "TM"): "102000.000000",
        (0x08, 0x33, "TM"): "142500",
        (0x08, 0x50, "SH"): "A2026-009",
        (0x08, 0x61, "CS"): "CT\\SR",
        (0x08, 0x80, "LO"): "IMAGERIE-EXEMPLE",
        (0x08, 0x1030, "LO"): "Scanner thoracique",
        NAME: f"{CAMILLE.used_family}^{CAMILLE.givens[0]}",
        ID: CAMILLE.ins,
        ISSUER: INS_TEST,
        BORN: CAMILLE.birth,
        SEX: CAMILLE.gender,
        (0x10, 0x1005, "PN"): f"{CAMILLE.family}^{CAMILLE.givens[0]}^MARIE JOSEPHE",
        (0x18, 0x15, "CS"): "CHEST",
        (0x20, 0x0D, "UI"): STUDY,
    }


def code(value: str, scheme: str, meaning: str) -> list[Dataset]:
    return [{(0x08, 0x100, "SH"): value, (0x08, 0x102, "SH"): scheme, (0x08, 0x104, "LO"): meaning}]


def item(kind: str, name: str, more: Dataset) -> Dataset:
    return {(0x40, 0xA040, "CS"): kind, (0x40, 0xA043, "SQ"): code("1", "99T", name), **more}


def content() -> list[Dataset]:
    """A section with a text, a code, a number, a reference to an image and a person; then a conclusion."""
    number: Dataset = {(0x40, 0x08EA, "SQ"): code("mm", "UCUM", "millimètre"), (0x40, 0xA30A, "DS"): "4"}
    return [
        item("CONTAINER", "Résultats", {CONTENT: [
            item("TEXT", "Poumons", {(0x40, 0xA160, "UT"): "Nodule du lobe inférieur."}),
            item("CODE", "Latéralité", {(0x40, 0xA168, "SQ"): code("24028007", "SCT", "Droit")}),
            item("NUM", "Diamètre", {(0x40, 0xA300, "SQ"): [number]}),
            item("IMAGE", "Image", {}),
            item("PNAME", "Lecteur", {(0x40, 0xA123, "PN"): "PS-RADIOLOGUE^Karim"}),
        ]}),
        item("TEXT", "Conclusion", {(0x40, 0xA160, "UT"): "Contrôle à un an."}),
    ]  # fmt: skip


def sr(changes: Dataset | None = None, sop_class: str = BASIC_TEXT_SR, syntax: str = EXPLICIT) -> bytes:
    """A verified SR; ``changes`` replace attributes, an empty text removes one."""
    observer: Dataset = {
        (0x40, 0xA030, "DT"): "20261019142000",
        (0x40, 0xA075, "PN"): "PS-RADIOLOGUE^Karim",
        (0x40, 0xA088, "SQ"): code("99000000033", "RPPS", "RPPS"),
    }
    dataset: Dataset = {
        **header(),
        (0x40, 0xA040, "CS"): "CONTAINER",
        (0x40, 0xA043, "SQ"): code("18748-4", "LN", "Diagnostic imaging report"),
        (0x40, 0xA073, "SQ"): [observer],
        COMPLETE: "COMPLETE",
        VERIFIED: "VERIFIED",
        CONTENT: content(),
        **(changes or {}),
    }
    return part10(sop_class, f"{STUDY}.1.1", {tag: value for tag, value in dataset.items() if value}, syntax)


def basic_text_sr() -> bytes:
    return sr()


def encapsulated(
    data: bytes = PDF, sop_class: str = ENCAPSULATED_PDF, changes: Dataset | None = None
) -> bytes:
    dataset: Dataset = {
        **header(),
        DOCUMENT: data,
        LENGTH: len(data).to_bytes(4, "little"),
        **(changes or {}),
    }
    return part10(sop_class, f"{STUDY}.2.1", {tag: value for tag, value in dataset.items() if value})
