"""A plain report completed: its CDA of level 1 (template XDS-SD): imaging, discharge, operation, visit.

The document id derives from what names the report, so that a later message can name it again: its TXA-12
(MDM) or SOP Instance UID (DICOM), else the order numbers (ORU). A corrected ORU adds the content, and
replaces the report of these numbers. The same message gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from gateway.model import Action, Code, Facility, Finding, Identifier, Location, Reading
from gateway.model.imaging import PlainReport, Source
from gateway.model.timestamps import is_timestamp
from gateway.routes import rules_report as rules
from gateway.routes.cda.header import NORMAL, DocumentFacts, clinical_document, derived_oid
from gateway.routes.cda.people import first_numbered
from gateway.routes.cda.report_body import act_title, body_of, services_of
from gateway.routes.cda.signers import Signers, signers_of
from gateway.routes.cda.times import cda_time, earliest, is_after, latest
from gateway.routes.lab_report import Completed, ReadDocument, content_hash

_TEMPLATES = (("1.3.6.1.4.1.19376.1.2.20", ""),)
_LONGEST_ROOT, _LONGEST_TITLE = 43, 128
# Types about a whole stay: its dates are those of the visit (PV1-44, PV1-45).
_STAYS = frozenset({"11490-0", "34112-3", "83981-1"})
_SYSTEM = "2.16.840.1.113883.5.25"
_CONFIDENTIALITIES = {"R": Code("R", _SYSTEM, "Restreint"), "V": Code("V", _SYSTEM, "Très restreint")}


def complete(
    reading: Reading, facility: Facility, read_document: ReadDocument, *, build: bool = True
) -> Completed:
    """The reading with its built document; as it is when it holds no plain report."""
    report = reading.report
    if report is None:
        return Completed(reading)
    signers = signers_of(report, facility)
    findings = tuple(_missing(report, facility, signers))
    if not build or report.type is None or any(finding.is_error for finding in findings):
        return Completed(reading, findings)
    content = build_document(reading, report, facility, signers)
    document = replace(read_document(content), action=_action(report), origin=_origin(report))
    if document.header is None:
        return Completed(reading, (*findings, rules.UNREADABLE.at(_origin(report))))
    return Completed(replace(reading, documents=(document,)), findings)


def build_document(reading: Reading, report: PlainReport, facility: Facility, signers: Signers) -> bytes:
    """The CDA bytes; the facts that :func:`complete` checks must be there."""
    if report.type is None or signers.author is None or signers.responsible is None:
        raise ValueError("the type of the document or its signer is not known")
    zone, title = facility.time_zone, _title(report, report.type)
    low, high = _period(report, zone)
    first, *others = services_of(report, facility, reading.patient_class)
    stop = cda_time(high, zone) if is_after(high, low, zone) else ""
    number, replaced = _ids(reading, report, facility)
    facts = DocumentFacts(
        unique_id=number,
        set_id=derived_oid(facility.document_root, "set", facility.code, *_set(report)),
        code=report.type,
        title=title,
        created=cda_time(created(report, zone), zone),
        patient=report.patient,
        facility=facility,
        author=signers.author,
        responsible=signers.responsible,
        templates=_TEMPLATES,
        services=(replace(first, low=cda_time(low, zone), high=stop), *others),
        version=2 if replaced else 1,
        replaces=replaced,
        patient_class=reading.patient_class,
        encounter_start=cda_time(report.visit_start or low, zone),
        encounter_stop=cda_time(report.visit_end, zone) if report.visit_start else "",
        prescriber=first_numbered(act.prescriber for act in report.acts),
        requests=_requests(report, facility),
        confidentiality=_confidentiality(report),
    )
    return clinical_document(facts, body_of(report, title))


def created(report: PlainReport, zone: str) -> str:
    """When the report was released: OBR-22, TXA-22 or TXA-6, else MSH-7."""
    notice = report.notice
    released = latest((act.reported for act in report.acts), zone)
    candidates = (released, notice.signed if notice else "", notice.originated if notice else "", report.sent)
    return next((time for time in candidates if is_timestamp(time, at_least=8)), "")


def _ids(reading: Reading, report: PlainReport, facility: Facility) -> tuple[str, str]:
    """The document's own id, and that of the one it replaces (empty without)."""
    root, notice = facility.document_root, report.notice
    if notice is not None and notice.number:
        own = derived_oid(root, "document", facility.code, notice.number)
        named = notice.parent if report.corrects else ""
        return own, derived_oid(root, "document", facility.code, named) if named else ""
    names = ("report", facility.code, report.type.code if report.type else "", *_numbers(report))
    first = derived_oid(root, *names)
    return (derived_oid(root, *names, content_hash(reading)), first) if report.corrects else (first, "")


def _numbers(report: PlainReport) -> list[str]:
    found = (act.accession or act.filler or act.placer for act in report.acts)
    return sorted({one.extension for one in found if one})


def _set(report: PlainReport) -> tuple[str, ...]:
    """What all versions of a report have in common: the order numbers, else the first document's number."""
    numbers = _numbers(report)
    if numbers or report.notice is None:
        return (report.type.code if report.type else "", *numbers)
    return (report.notice.parent or report.notice.number,)


def _action(report: PlainReport) -> Action:
    if report.deletes:
        return Action.DELETE
    return Action.REPLACE if report.corrects else Action.SUBMIT


def _title(report: PlainReport, kind: Code) -> str:
    acts = ", ".join(dict.fromkeys(name for act in report.acts if (name := act_title(act))))
    title = f"{kind.display} - {acts}" if acts else kind.display
    return title if len(title) <= _LONGEST_TITLE else f"{title[: _LONGEST_TITLE - 1].rstrip()}…"


def _period(report: PlainReport, zone: str) -> tuple[str, str]:
    """When the act, or the stay, began and ended; HL7 TS as sent."""
    starts = [act.observed for act in report.acts]
    start, end = earliest(starts, zone), latest((act.ended for act in report.acts), zone)
    if report.type is not None and report.type.code in _STAYS and is_timestamp(report.visit_start):
        start, end = report.visit_start, report.visit_end
    activity = report.notice.activity if report.notice else ""
    candidates = (start, activity, report.visit_start)
    return next((time for time in candidates if is_timestamp(time, at_least=8)), ""), end


def _requests(
    report: PlainReport, facility: Facility
) -> tuple[tuple[Identifier | None, Identifier | None], ...]:
    """(prescription number, accession number) of each act, without those whose authority is not known."""
    pairs = [
        (_rooted(act.placer, facility), _rooted(act.accession or act.filler, facility)) for act in report.acts
    ]
    return tuple(dict.fromkeys(pair for pair in pairs if pair != (None, None)))


def _rooted(found: Identifier | None, facility: Facility) -> Identifier | None:
    root = (found.root or facility.order_root) if found else ""
    return Identifier(root, found.extension) if found and root else None


def _confidentiality(report: PlainReport) -> Code:
    said = report.notice.confidentiality if report.notice else ""
    return _CONFIDENTIALITIES.get(said, NORMAL)


def _origin(report: PlainReport) -> Location:
    if report.source is Source.DICOM:
        return Location(detail="DICOM")
    return Location(segment="OBX", sequence=report.files[0].sequence if report.files else 1)


def _missing(report: PlainReport, facility: Facility, signers: Signers) -> Iterator[Finding]:
    """Everything that neither the message nor the declaration says."""
    declaration = Location(detail=f"facility {facility.code}")
    checks = (
        (rules.RESPONSIBLE, signers.author and signers.responsible),
        (rules.STRUCTURE, facility.name and facility.structure_id),
        (rules.FACILITY_TYPE, facility.facility_type),
        (rules.PRACTICE_SETTING, facility.practice_setting),
        (rules.DOCUMENT_ROOT, 0 < len(facility.document_root) <= _LONGEST_ROOT),
    )
    for rule, there in checks:
        if not there:
            yield rule.at(declaration)
    here = report.source is not Source.DICOM
    if not _period(report, facility.time_zone)[0]:
        yield rules.NO_DATE.at(
            Location("OBR" if report.acts else "TXA", field=7 if report.acts else 4)
            if here
            else Location(detail="(0008,0020) StudyDate")
        )
    if signers.nameless:
        yield rules.NOT_NATIONAL.at(Location("OBR", field=32) if report.acts and here else declaration)
    if any(not one.root for one in report.patient.local) and not facility.patient_id_root:
        yield rules.LOCAL_ID.at(Location("PID", field=3) if here else declaration)
    numbers = [one for act in report.acts for one in (act.placer, act.accession or act.filler)]
    if any(one is not None and _rooted(one, facility) is None for one in numbers):
        yield rules.ORDER_ID.at(Location("OBR", field=3) if here else declaration)
