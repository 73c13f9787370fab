"""A plain laboratory message completed: its CDA report (BIO-CR-BIO 2024.01, LOINC 11502-2).

The document id derives from the facility's root, MSH-10, the order numbers and the content, so that a retry
gives the same bytes and another content another id. setId derives from the root and the order numbers alone:
all reports of an order belong together.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from gateway.model import Action, Code, Document, Facility, Finding, Identifier, Location, Reading
from gateway.model.lab import LabReport
from gateway.model.timestamps import is_timestamp
from gateway.routes.cda import rules
from gateway.routes.cda.header import DocumentFacts, Service, clinical_document, derived_oid, same_ids
from gateway.routes.cda.lab_body import GENERAL, lab_body
from gateway.routes.cda.lab_entries import OBSERVATION
from gateway.routes.cda.markup import CDA, LOINC
from gateway.routes.cda.people import first_numbered
from gateway.routes.cda.times import cda_time, earliest, is_after, latest

REPORT = Code("11502-2", LOINC, "CR d'examens biologiques")
TITLE = "Compte rendu d'examens biologiques"
_TEMPLATES = (("1.3.6.1.4.1.19376.1.3.3", ""), ("1.2.250.1.213.1.1.1.55", "2024.01"))
_LONGEST_ROOT = 43  # leaves 20 digits for the number

ReadDocument = Callable[[bytes], Document]


@dataclass(frozen=True, slots=True)
class Completed:
    """``reading`` has its document when nothing was missing; ``findings`` say what was."""

    reading: Reading
    findings: tuple[Finding, ...] = ()


def complete(
    reading: Reading, facility: Facility, read_document: ReadDocument, *, build: bool = True
) -> Completed:
    """The reading with its built document. A reading without a laboratory report is returned as it is.

    ``read_document`` reads a CDA as the parsers do. With ``build`` false only what is missing is told.
    """
    report = reading.lab
    if report is None:
        return Completed(reading)
    findings = tuple(_missing(report, facility))
    if not build or any(finding.is_error for finding in findings):
        return Completed(reading, findings)
    content = build_document(reading, report, facility)
    document = replace(read_document(content), action=Action.SUBMIT, origin=_origin(report))
    wrong = tuple(_miscounted(report, document))
    if wrong:
        return Completed(reading, (*findings, *wrong))
    return Completed(replace(reading, documents=(document,)), findings)


def build_document(reading: Reading, report: LabReport, facility: Facility) -> bytes:
    """The CDA bytes; the facts that :func:`complete` checks must be there."""
    responsible, author = facility.responsible, facility.writer
    if responsible is None or author is None:
        raise ValueError("the facility declares nobody responsible")
    zone = facility.time_zone
    body = lab_body(report, facility, TITLE)
    numbers = _numbers(report)
    digest = content_hash(reading)
    start, end = _period(report, zone)
    services = _services(report, facility, body.chapters, start, end)
    prescriber = first_numbered(order.prescriber for order in report.orders)
    ordered = next((order.ordered for order in report.orders if order.ordered), "")
    facts = DocumentFacts(
        unique_id=derived_oid(facility.document_root, "document", reading.control_id, *numbers, digest),
        set_id=derived_oid(facility.document_root, "set", facility.code, *numbers),
        code=REPORT,
        title=TITLE,
        created=cda_time(_created(report, zone), zone),
        patient=report.patient,
        facility=facility,
        author=author,
        responsible=responsible,
        templates=_TEMPLATES,
        services=services,
        patient_class=reading.patient_class,
        encounter_start=cda_time(start, zone),
        prescriber=prescriber,
        prescribed=cda_time(ordered, zone),
        orders=_orders(report, facility),
        performer_templates=("1.3.6.1.4.1.19376.1.3.3.1.7",),
        referrer_templates=("1.3.6.1.4.1.19376.1.3.3.1.6",),
    )
    return clinical_document(facts, body.element)


def _services(
    report: LabReport, facility: Facility, chapters: tuple[Code, ...], start: str, end: str
) -> tuple[Service, ...]:
    """One documented act a chapter; the first has the times and the laboratory."""
    zone = facility.time_zone
    high = cda_time(end, zone) if is_after(end, start, zone) else ""
    number = next((order.filler for order in report.orders if order.filler), None)
    known = Identifier(number.root or facility.order_root, number.extension) if number else None
    first, *others = chapters or (GENERAL,)
    main = Service(
        first, cda_time(start, zone), high, known if known and known.root else None, completed=True
    )
    return (main, *(Service(chapter) for chapter in others))


def _period(report: LabReport, zone: str) -> tuple[str, str]:
    """From the first thing that happened to the release of the last result."""
    starts = [time for order in report.orders for time in (order.observed, order.received)]
    starts += [order.specimen.collected for order in report.orders if order.specimen]
    start = earliest(starts, zone) or earliest((r.observed for r in report.results), zone)
    return start, _created(report, zone)


def _created(report: LabReport, zone: str) -> str:
    """MSH-7, the release of what is sent; the last OBR-22 when MSH-7 has no time."""
    released = latest((order.reported for order in report.orders), zone)
    return report.sent if is_timestamp(report.sent, at_least=8) else released


def _orders(report: LabReport, facility: Facility) -> tuple[Identifier, ...]:
    """The prescription numbers whose authority is known."""
    placers = [order.placer for order in report.orders if order.placer]
    found = [Identifier(one.root or facility.order_root, one.extension) for one in placers]
    return same_ids([one for one in found if one.root])


def _numbers(report: LabReport) -> list[str]:
    return sorted({order.number for order in report.orders if order.number})


def content_hash(reading: Reading) -> str:
    """SHA-256 of every field of the message, lower-case hexadecimal."""
    digest = hashlib.sha256()
    for segment in reading.message.segments if reading.message else ():
        digest.update("\x1f".join(segment.fields).encode("utf-8", errors="surrogatepass") + b"\x1e")
    return digest.hexdigest()


def _origin(report: LabReport) -> Location:
    return Location(segment="OBR", sequence=report.orders[0].sequence)


def _missing(report: LabReport, facility: Facility) -> Iterator[Finding]:
    """Everything that neither the message nor the declaration says."""
    declaration = Location(detail=f"facility {facility.code}")
    checks = (
        (rules.RESPONSIBLE, facility.responsible),
        (rules.STRUCTURE, facility.name and facility.structure_id),
        (rules.FACILITY_TYPE, facility.facility_type),
        (rules.PRACTICE_SETTING, facility.practice_setting),
        (rules.DOCUMENT_ROOT, 0 < len(facility.document_root) <= _LONGEST_ROOT),
    )
    for rule, there in checks:
        if not there:
            yield rule.at(declaration)
    if report.orders and not _period(report, facility.time_zone)[0]:
        yield rules.NO_DATE.at(Location(segment="OBR", field=7))
    if any(not one.root for one in report.patient.local) and not facility.patient_id_root:
        yield rules.LOCAL_ID.at(Location(segment="PID", field=3))
    corrected = [order for order in report.orders if order.status == "C"]
    if corrected:
        yield rules.CORRECTION.at(Location(segment="OBR", sequence=corrected[0].sequence, field=25))
    elif found := [result for result in report.results if result.status == "C"]:
        yield rules.CORRECTION.at(Location(segment="OBX", sequence=found[0].sequence, field=11))


def _miscounted(report: LabReport, document: Document) -> Iterator[Finding]:
    """As many observations and PDFs in the document as OBX in the message."""
    if document.root is None:
        yield rules.COUNT.at(_origin(report))
        return
    observations = sum(
        1
        for element in document.root.iter(f"{{{CDA}}}observation")
        if any(t.get("root") == OBSERVATION for t in element.iterchildren(f"{{{CDA}}}templateId"))
    )
    expected = report.observations - len(report.orphans) - len(report.files)
    media = sum(1 for _ in document.root.iter(f"{{{CDA}}}observationMedia"))
    if observations != expected or media != max(len(report.files), 1):
        yield rules.COUNT.at(_origin(report))
