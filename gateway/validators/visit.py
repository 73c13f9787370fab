"""The visit: PV1 (CI-SIS CDA-HL7v2 2.1; PAM.fr 2.11 §6.10)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gateway.model import Finding, Segment, Severity
from gateway.model.timestamps import has_offset, is_timestamp, to_moment
from gateway.validators import rules_patient as rules
from gateway.validators.index import MessageIndex, place, required

NUMBERED_CLASSES = frozenset("EIOR")
PATIENT_CLASSES = NUMBERED_CLASSES | {"N"}
REMOTE_MONITORING = "V"
_DIGITS = re.compile("[0-9]+")


def judge_visit(index: MessageIndex) -> Iterator[Finding]:
    """R.PV1.* of the first PV1; its absence is R.STR.04."""
    visit = index.first("PV1")
    if visit is None:
        return
    patient_class = visit.value(2)
    yield from required(rules.PV1_01, visit, 2)
    if patient_class == REMOTE_MONITORING:
        yield rules.PV1_02.at(place(visit, 2), severity=Severity.WARNING)
    elif patient_class and patient_class not in PATIENT_CLASSES:
        yield rules.PV1_02.at(place(visit, 2))
    yield from _visit_number(visit, patient_class)
    yield from _stay(visit)


def _visit_number(visit: Segment, patient_class: str) -> Iterator[Finding]:
    if not visit.value(19, 1):
        if patient_class in NUMBERED_CLASSES:
            yield rules.PV1_03.at(place(visit, 19, 1))
        return
    if not visit.value(19, 4):
        yield rules.PV1_04.at(place(visit, 19, 4))
    if visit.value(19, 5) != "VN":
        yield rules.PV1_04.at(place(visit, 19, 5))


def _stay(visit: Segment) -> Iterator[Finding]:
    dates = {number: text for number in (44, 45) if (text := visit.value(number))}
    wrong = [number for number, text in dates.items() if not is_timestamp(text)]
    for number in wrong:
        yield rules.PV1_05.at(place(visit, number))
    if len(dates) == 2 and not wrong and _is_before(dates[45], dates[44]):
        yield rules.PV1_05.at(place(visit, 45))


def _is_before(left: str, right: str) -> bool:
    """Compared to the precision that both have: a day is not before an hour of the same day."""
    if has_offset(left) or has_offset(right):
        return to_moment(left) < to_moment(right)
    first, second = (found.group() if (found := _DIGITS.match(text)) else "" for text in (left, right))
    shared = min(len(first), len(second))
    return first[:shared] < second[:shared]
