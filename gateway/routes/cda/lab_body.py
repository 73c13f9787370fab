"""The structured body of a laboratory report: chapters, comments, copy of the document in PDF."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID, uuid5

from lxml.etree import _Element

from gateway.model import Code, Facility
from gateway.model.lab import EmbeddedFile, LabReport
from gateway.model.lab_tree import Group, groups_of
from gateway.routes.cda.lab_entries import EntryWriter
from gateway.routes.cda.lab_narrative import Table, comments_element, order_title, tables_of, text_element
from gateway.routes.cda.markup import LOINC, coded, el, templates
from gateway.routes.cda.pdf_copy import report_pdf

_CHAPTER = ("1.3.6.1.4.1.19376.1.3.3.2.1", "1.2.250.1.213.1.1.2.70")
_PART = ("1.3.6.1.4.1.19376.1.3.3.2.2", "1.2.250.1.213.1.1.2.71")
_REMARKS = ("2.16.840.1.113883.10.12.201", "1.3.6.1.4.1.19376.1.4.1.2.16", "1.2.250.1.213.1.1.2.73")
_COPY = "1.2.250.1.213.1.1.2.243"
_ATTACHED = "1.2.250.1.213.1.1.3.18"
_ABOUT = ("1.3.6.1.4.1.19376.1.5.3.1.4.13", "1.2.250.1.213.1.1.3.48", "1.2.250.1.213.1.1.3.48.18")
_ATTACHMENTS = UUID("0b5c6f0e-3f0c-5a51-9b1c-7f2d1f5a9a11")
_COPY_CODE = Code("55108-5", LOINC, "Copie du document")
GENERAL = Code("26436-6", LOINC, "Examens de laboratoire")
_CHEMISTRY = Code("18719-5", LOINC, "Biochimie")
_HEMATOLOGY = Code("18723-7", LOINC, "Hématologie")
_MICROBIOLOGY = Code("18725-2", LOINC, "Microbiologie")
_SEROLOGY = Code("18727-8", LOINC, "Sérologie")
# HL7 table 0074 (OBR-24) to the LOINC chapter of the report.
CHAPTERS = {
    "CH": _CHEMISTRY,
    "HM": _HEMATOLOGY,
    "MB": _MICROBIOLOGY,
    "MCB": _MICROBIOLOGY,
    "MYC": _MICROBIOLOGY,
    "VR": _MICROBIOLOGY,
    "SR": _SEROLOGY,
    "IMM": _SEROLOGY,
    "BG": Code("18767-4", LOINC, "Gaz du sang"),
    "BLB": Code("18717-9", LOINC, "Immunohématologie"),
    "TX": Code("18728-6", LOINC, "Toxicologie"),
}


@dataclass(frozen=True, slots=True)
class LabBody:
    """``element`` is structuredBody; ``chapters`` are its LOINC chapters in order."""

    element: _Element
    chapters: tuple[Code, ...]


def lab_body(report: LabReport, facility: Facility, title: str) -> LabBody:
    """The body of ``report``; its PDF is the one that the laboratory embedded, else one of ours."""
    writer, zone = EntryWriter(facility), facility.time_zone
    groups = groups_of(report)
    by_chapter: dict[Code, list[Group]] = {}
    for group in groups:
        by_chapter.setdefault(chapter_of(group), []).append(group)
    sections = [_chapter(chapter, found, writer) for chapter, found in by_chapter.items()]
    if report.comments:
        sections.append(_remarks(report))
    tables = [table for group in groups for table in tables_of(group, zone)]
    sections.append(_copy(report.files, tables, _head(report, facility), title))
    return LabBody(el("structuredBody", *[el("component", part) for part in sections]), tuple(by_chapter))


def chapter_of(group: Group) -> Code:
    """OBR-24 of the order, else of one that came from it; a report with germs is microbiology."""
    for order in group.all_orders:
        if order.section in CHAPTERS:
            return CHAPTERS[order.section]
    return _MICROBIOLOGY if group.isolates else GENERAL


def _chapter(chapter: Code, groups: Sequence[Group], writer: EntryWriter) -> _Element:
    parts = [el("component", _part(group, chapter, writer)) for group in groups]
    return el("section", *templates(*_CHAPTER), coded("code", chapter), el("title", chapter.display), *parts)


def _part(group: Group, chapter: Code, writer: EntryWriter) -> _Element:
    service = group.order.service
    known = writer.loinc(service) if service is not None else None
    return el(
        "section",
        *templates(*_PART),
        coded("code", known or chapter),
        el("title", order_title(group.order)),
        text_element(list(tables_of(group, writer.zone))),
        writer.entry(group, known or chapter),
    )


def _remarks(report: LabReport) -> _Element:
    code = Code("55112-7", LOINC, "Commentaire")
    text = comments_element(report)
    return el("section", *templates(*_REMARKS), coded("code", code), el("title", "Commentaire"), text)


def _head(report: LabReport, facility: Facility) -> list[str]:
    who = report.patient
    name = f"{who.birth_family} {who.birth_given}".strip()
    return [facility.name, f"Patient : {name}", *report.comments]


def _copy(files: Sequence[EmbeddedFile], tables: Sequence[Table], head: list[str], title: str) -> _Element:
    """The section that CR-BIO 2024.01 requires, with one entry for each PDF."""
    contents = [file.content for file in files] or [report_pdf(title, head, tables)]
    cells = [
        el("tr", el("td", el("content", _title(files, n), ID=f"d{n}"), _shown(f"doc-{n}")))
        for n in range(1, len(contents) + 1)
    ]
    return el(
        "section",
        *templates(_COPY),
        coded("code", _COPY_CODE),
        el("title", "Copie du document"),
        el("text", el("table", el("tbody", *cells), border="0")),
        *[el("entry", _attached(n, content)) for n, content in enumerate(contents, 1)],
    )


def _title(files: Sequence[EmbeddedFile], number: int) -> str:
    return (files[number - 1].title if files else "") or "Compte rendu en PDF"


def _shown(target: str) -> _Element:
    return el("renderMultiMedia", referencedObject=target)


def _id(content: bytes, role: str) -> _Element:
    """A UUID that is the same for the same bytes in the same role (RFC 9562, version 5)."""
    return el("id", root=str(uuid5(_ATTACHMENTS, f"{role} {sha256(content).hexdigest()}")).upper())


def _attached(number: int, content: bytes) -> _Element:
    data = base64.b64encode(content).decode("ascii")
    kind = coded("value", _COPY_CODE, xsi_type="CD")
    about = el(
        "observation",
        *templates(*_ABOUT),
        _id(content, "type"),
        coded("code", Code("69764-9", LOINC, "Type de document")),
        el("text", el("reference", value=f"#d{number}")),
        el("statusCode", code="completed"),
        el("effectiveTime", nullFlavor="NA"),
        kind,
        classCode="OBS",
        moodCode="EVN",
    )
    media = el(
        "observationMedia",
        el("value", data, mediaType="application/pdf", representation="B64"),
        classCode="OBS",
        moodCode="EVN",
        ID=f"doc-{number}",
    )
    return el(
        "organizer",
        *templates(_ATTACHED),
        _id(content, "copie"),
        coded("code", Code("55107-7", LOINC, "Document attaché")),
        el("statusCode", code="completed"),
        el("component", about),
        el("component", media),
        classCode="CLUSTER",
        moodCode="EVN",
    )
