"""The identity of a plain message: the INS and its traits as anywhere, the rest as its version allows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from gateway.model import Finding, Segment
from gateway.validators import rules_patient as rules
from gateway.validators.consistency import judge_qualified, read_patient
from gateway.validators.index import MessageIndex, place
from gateway.validators.patient import (
    IDENTITY_STATUSES,
    INS_AUTHORITIES,
    judge_ins,
    judge_test_identity,
    read_identifiers,
)
from gateway.validators.traits import judge_birth_and_sex, judge_names, judge_traits

# PID-32 says VALI since the French extension of HL7 2.5; older messages may have nothing there.
_OLD = frozenset({"2.3.1", "2.4"})


def judge_plain_patient(index: MessageIndex, pid: Segment) -> Iterator[Finding]:
    """R.PID.* and R.DMP.01, .09. Local identifiers may be without authority: the facility declares it.

    A message before HL7 2.5 without PID-32 is qualified only when its sender is declared so.
    """
    identifiers = read_identifiers(pid)
    if not identifiers:
        yield rules.PID_01.at(place(pid, 3))
    ins = [cx for cx in identifiers if cx.is_ins]
    yield from judge_ins(pid, ins)
    yield from judge_names(pid)
    yield from judge_birth_and_sex(pid)
    statuses = [pid.value(32, repetition=n) for n in range(1, len(pid.repetitions(32)) + 1)]
    supposed = not any(statuses) and _may_suppose(index)
    if not supposed:
        yield from _statuses(pid, statuses)
    qualified = supposed or "VALI" in statuses
    yield from judge_qualified(replace(read_patient(pid), qualified=qualified))
    usable = [cx for cx in ins if cx.authority in INS_AUTHORITIES]
    yield from judge_test_identity(index, pid, usable)
    if usable and qualified:
        yield from judge_traits(pid)


def _may_suppose(index: MessageIndex) -> bool:
    return index.settings.qualified_identity_by_default and index.msh.value(12) in _OLD


def _statuses(pid: Segment, statuses: Sequence[str]) -> Iterator[Finding]:
    if not any(statuses):
        yield rules.PID_09.at(place(pid, 32), hl7_code="101")
        return
    for number, status in enumerate(statuses, 1):
        if status not in IDENTITY_STATUSES:
            yield rules.PID_09.at(place(pid, 32, repetition=number))
