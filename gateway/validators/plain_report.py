"""The judge of reports without CDA (imaging, discharge...): HL7 messages first, then DICOM files."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.model import Finding, Location
from gateway.model.imaging import Notice, PlainReport, ReportedAct, Source
from gateway.model.timestamps import is_timestamp
from gateway.nomenclature.loinc import NAMES, is_loinc
from gateway.validators import rules_imaging as rules
from gateway.validators import rules_structure
from gateway.validators.identity import INS_OIDS
from gateway.validators.index import MessageIndex, place
from gateway.validators.plain import CANCELLING
from gateway.validators.plain_header import judge_plain_header
from gateway.validators.plain_patient import judge_plain_patient
from gateway.validators.settings import JudgeSettings

FINAL, WITHDRAWN = frozenset("FC"), frozenset("DWX")
AUTHENTICATED = frozenset({"AU", "LA"})
EVENTS = frozenset({"T02", "T04", "T10"})
CONFIDENTIALITIES = frozenset({"", "U", "R", "V", "UC", "N"})
# What a DICOM file says of its completeness, as the parsers write it in Notice.completion.
NOT_FINAL = "DO"


def judge_plain_report(index: MessageIndex, report: PlainReport) -> Iterator[Finding]:
    """R.IMG.01 to .19, the identity rules, and the few rules of MSH that hold for every message."""
    yield from judge_plain_header(index, rules.IMG_01)
    pids = index.named("PID")
    if len(pids) != 1:
        where = place(pids[1]) if pids else Location("PID")
        yield rules_structure.STR_03.at(where, hl7_code="198" if pids else None)
    if pids:
        yield from judge_plain_patient(index, pids[0])
    if report.source is Source.MDM:
        yield from _notification(report)
    elif not _numbered(report):
        yield rules.IMG_10.at(Location("OBR", report.acts[0].sequence if report.acts else 1, 3))
    if report.type is None:
        yield rules.IMG_09.at(Location("TXA" if report.notice else "OBX", field=2 if report.notice else 3))
    for act in report.acts:
        yield from _act(report, act)
    yield from _content(report)


def judge_dicom_report(report: PlainReport, settings: JudgeSettings) -> Iterator[Finding]:
    """R.IMG.44 to .47: identity and status. The document built from the file is judged like any other."""
    who = report.patient
    if not any(one.root in INS_OIDS for one in who.ins):
        yield rules.IMG_44.at(Location(detail="(0010,0020) PatientID"))
    traits = (
        (who.birth_family and who.birth_given, "(0010,0010) PatientName"),
        (len(who.birth_time) == 8 and is_timestamp(who.birth_time), "(0010,0030) PatientBirthDate"),
        (who.gender in ("F", "M"), "(0010,0040) PatientSex"),
        (who.birthplace_code, "birthplace"),
    )
    for there, where in traits:
        if not there:
            yield rules.IMG_45.at(Location(detail=where))
    if not settings.qualified_identity_by_default:
        yield rules.IMG_46.at(Location(detail="identity status"))
    if report.notice is not None and report.notice.completion == NOT_FINAL:
        yield rules.IMG_47.at(Location(detail="(0040,A493) VerificationFlag"))


def _numbered(report: PlainReport) -> bool:
    return any(act.filler or act.accession or act.placer for act in report.acts)


def _notification(report: PlainReport) -> Iterator[Finding]:
    if report.event not in EVENTS:
        yield rules.IMG_02.at(Location("MSH", field=9, component=2))
        return
    notice = report.notice
    if notice is None:
        yield rules.IMG_16.at(Location("TXA"))
        return
    if not notice.number:
        yield rules.IMG_10.at(_txa(12))
    if report.event == "T10" and (not notice.parent or notice.parent == notice.number):
        yield rules.IMG_11.at(_txa(13))
    if report.deletes and notice.availability == "AV":
        yield rules.IMG_15.at(_txa(19))
    if not report.deletes and notice.completion not in AUTHENTICATED:
        yield rules.IMG_07.at(_txa(17), hl7_code=None if notice.completion else "101")
    if not report.deletes and notice.availability in ("CA", "OB"):
        yield rules.IMG_08.at(_txa(19))
    if notice.confidentiality not in CONFIDENTIALITIES:
        yield rules.IMG_18.at(_txa(18))
    yield from _dates(notice)


def _dates(notice: Notice) -> Iterator[Finding]:
    for number, text in ((4, notice.activity), (6, notice.originated), (22, notice.signed)):
        if text and not is_timestamp(text):
            yield rules.IMG_12.at(_txa(number))


def _act(report: PlainReport, act: ReportedAct) -> Iterator[Finding]:
    if act.service is None or not act.service.text:
        yield rules.IMG_13.at(_obr(act, 4))
    elif any(code.system in NAMES and not is_loinc(code.code) for code in act.service.codings):
        yield rules.IMG_17.at(_obr(act, 4))
    for number, text in ((7, act.observed), (8, act.ended), (22, act.reported)):
        if text and not is_timestamp(text):
            yield rules.IMG_12.at(_obr(act, number))
    if report.deletes:
        return
    if act.control in CANCELLING:
        yield rules.IMG_08.at(_obr(act, None))
    if act.status in WITHDRAWN:
        yield rules.IMG_08.at(_obr(act, 25))
    elif act.status and act.status not in FINAL:
        yield rules.IMG_06.at(_obr(act, 25))


def _content(report: PlainReport) -> Iterator[Finding]:
    """What the document will be made of. A deletion needs no content, and what it repeats is not read."""
    if report.deletes:
        return
    if not report.files and not report.words:
        yield rules.IMG_03.at(Location("OBX", field=5))
    for piece in report.texts:
        if not piece.readable:
            yield rules.IMG_14.at(Location("OBX", piece.sequence, 2))
        if piece.sequence:
            yield from _status(report, piece.status, piece.sequence)
    for file in report.files:
        yield from _status(report, file.status, file.sequence)
        if not file.is_pdf:
            yield rules.IMG_05.at(Location("OBX", file.sequence, 5))
    if len(report.files) > 1:
        yield rules.IMG_04.at(Location("OBX", report.files[1].sequence))
    if report.files and report.words:
        yield rules.IMG_19.at(Location("OBX", report.files[0].sequence, 5))


def _status(report: PlainReport, status: str, sequence: int) -> Iterator[Finding]:
    """OBX-11. In an MDM it may be empty: TXA-17 speaks for the whole document."""
    where = Location("OBX", sequence, 11)
    if status in WITHDRAWN:
        yield rules.IMG_08.at(where)
    elif status not in FINAL and (status or report.source is Source.ORU):
        yield rules.IMG_06.at(where, hl7_code=None if status else "101")


def _obr(act: ReportedAct, number: int | None) -> Location:
    return Location("OBR", act.sequence, number)


def _txa(number: int) -> Location:
    return Location("TXA", field=number)
