"""The judge of plain laboratory results: what the profile of the CDA interface does not say of them."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.model import Code, Finding, Location
from gateway.model.lab import EmbeddedFile, LabOrder, LabReport, LabResult
from gateway.model.lab_tree import parent_of
from gateway.model.timestamps import is_timestamp
from gateway.nomenclature.loinc import NAMES, is_loinc
from gateway.validators import rules_plain as rules
from gateway.validators import rules_structure
from gateway.validators.index import MessageIndex, place
from gateway.validators.plain_header import judge_plain_header
from gateway.validators.plain_patient import judge_plain_patient

NUMERIC = frozenset({"NM", "SI", "SN"})
TYPES = NUMERIC | {
    "ST", "TX", "FT", "ID", "IS", "CE", "CWE", "CNE", "CF", "DT", "TM", "TS", "DTM",
}  # fmt: skip
VALIDATED, WITHDRAWN = frozenset("FCX"), frozenset("DW")
CANCELLING = frozenset({"CA", "OC", "CR", "OD", "DR", "UA"})
FLAGS = frozenset([
    *("<", ">", "A", "AA", "B", "CAR", "D", "DET", "E", "EX", "EXP", "H", "HH", "HU", "HX", "I", "IE", "IND"),
    *("L", "LL", "LU", "LX", "N", "NCL", "ND", "NEG", "NR", "NS", "POS", "R", "RR", "S", "SDD", "SYN-R"),
    *("SYN-S", "U", "UNE", "W", "WR"),
])  # fmt: skip


def judge_plain(index: MessageIndex, report: LabReport) -> Iterator[Finding]:
    """R.LAB.01 to .16, the identity rules, and the few rules of MSH that hold for every message."""
    yield from judge_plain_header(index, rules.LAB_02)
    pids = index.named("PID")
    if len(pids) != 1:
        where = place(pids[1]) if pids else Location("PID")
        yield rules_structure.STR_03.at(where, hl7_code="198" if pids else None)
    if pids:
        yield from judge_plain_patient(index, pids[0])
    for sequence in report.orphans:
        yield rules.LAB_03.at(Location("OBX", sequence))
    if not report.results and not report.orphans:
        yield rules.LAB_01.at(Location("OBX"))
    if report.orders and not any(order.number for order in report.orders):
        yield rules.LAB_13.at(_obr(report.orders[0], 3))
    for order in report.orders:
        yield from _order(report, order)
    for file in report.files:
        yield from _file(file)


def _order(report: LabReport, order: LabOrder) -> Iterator[Finding]:
    if order.control in CANCELLING:
        yield rules.LAB_14.at(_obr(order, None))
    if order.status and order.status not in VALIDATED:
        yield rules.LAB_05.at(_obr(order, 25))
    for number, text in ((7, order.observed), (14, order.received), (22, order.reported)):
        if text and not is_timestamp(text):
            yield rules.LAB_09.at(_obr(order, number))
    if order.specimen and order.specimen.collected and not is_timestamp(order.specimen.collected):
        yield rules.LAB_09.at(Location("SPM", field=17, detail=f"OBR[{order.sequence}]"))
    if order.service is not None and _wrong_loinc(order.service.codings):
        yield rules.LAB_10.at(_obr(order, 4))
    if order.parent is not None and parent_of(report, order) is None:
        named = bool(order.parent.code)
        yield (rules.LAB_12 if named else rules.LAB_16).at(_obr(order, 26 if named else 29))
    for result in order.results:
        yield from _result(result)


def _result(result: LabResult) -> Iterator[Finding]:
    concept = result.concept
    if concept is None or not concept.text:
        yield rules.LAB_04.at(_obx(result, 3))
    elif _wrong_loinc(concept.codings):
        yield rules.LAB_10.at(_obx(result, 3))
    yield from _status(result.status, result.sequence)
    yield from _value(result)
    if result.observed and not is_timestamp(result.observed):
        yield rules.LAB_09.at(_obx(result, 14))
    if any(flag not in FLAGS for flag in result.flags):
        yield rules.LAB_15.at(_obx(result, 8))


def _status(status: str, sequence: int) -> Iterator[Finding]:
    where = Location("OBX", sequence, 11)
    if status in WITHDRAWN:
        yield rules.LAB_14.at(where)
    elif status not in VALIDATED:
        yield rules.LAB_05.at(where, hl7_code=None if status else "101")


def _value(result: LabResult) -> Iterator[Finding]:
    if not result.data_type and not result.values and (result.status == "X" or result.comments):
        return
    if result.data_type not in TYPES:
        yield rules.LAB_06.at(_obx(result, 2), hl7_code=None if result.data_type else "101")
        return
    if not result.values and result.status != "X" and not result.comments:
        yield rules.LAB_07.at(_obx(result, 5))
    wrong = [number for number, value in enumerate(result.values, 1) if not value.readable]
    for number in wrong:
        rule = rules.LAB_08 if result.data_type in NUMERIC else rules.LAB_09
        yield rule.at(Location("OBX", result.sequence, 5, number))


def _file(file: EmbeddedFile) -> Iterator[Finding]:
    yield from _status(file.status, file.sequence)
    if not file.is_pdf:
        yield rules.LAB_11.at(Location("OBX", file.sequence, 5))


def _wrong_loinc(codings: tuple[Code, ...]) -> bool:
    return any(code.system in NAMES and not is_loinc(code.code) for code in codings)


def _obr(order: LabOrder, number: int | None) -> Location:
    return Location("OBR", order.sequence, number)


def _obx(result: LabResult, number: int) -> Location:
    return Location("OBX", result.sequence, number)
