"""The names and traits of a patient: PID-5, PID-7, PID-8 and PID-11 (PAM.fr 2.11 §6.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gateway.model import Finding, Segment
from gateway.model.hl7 import pick
from gateway.model.timestamps import is_timestamp
from gateway.validators import rules_patient as rules
from gateway.validators.index import place

NAME_TYPES = frozenset("LDSU")
_INSEE_CODE = re.compile(r"[0-9][0-9AB][0-9]{3}")


def judge_names(pid: Segment) -> Iterator[Finding]:
    """R.PID.11 and R.PID.12: the birth name is there and every name says what it is."""
    marks, birth_name = pid.separators, False
    for number, text in enumerate(pid.repetitions(5), 1):
        name_type = pick(text, 7, 1, marks)
        if name_type not in NAME_TYPES:
            code = None if name_type else "101"
            yield rules.PID_12.at(place(pid, 5, 7, number), hl7_code=code)
        birth_name = birth_name or (name_type == "L" and bool(pick(text, 1, 1, marks)))
    if not birth_name:
        yield rules.PID_11.at(place(pid, 5))


def judge_birth_and_sex(pid: Segment) -> Iterator[Finding]:
    """R.PID.15: what is there can be read."""
    if pid.raw(7) and not is_timestamp(pid.value(7)):
        yield rules.PID_15.at(place(pid, 7))
    if pid.value(8) not in ("", "F", "M", "U"):
        yield rules.PID_15.at(place(pid, 8), hl7_code="103")


def judge_traits(pid: Segment) -> Iterator[Finding]:
    """The five traits that go with a qualified INS (R.PID.13, R.PID.14)."""
    marks = pid.separators
    names = enumerate(pid.repetitions(5), 1)
    birth = next(((n, text) for n, text in names if pick(text, 7, 1, marks) == "L"), None)
    if birth is not None:
        yield from _given_names(pid, *birth)
    born = pid.value(7)
    if not born or (is_timestamp(born) and not is_timestamp(born, at_least=8)):
        yield rules.PID_13.at(place(pid, 7))
    if pid.value(8) in ("", "U"):
        yield rules.PID_13.at(place(pid, 8))
    yield from _birthplace(pid)


def _given_names(pid: Segment, repetition: int, text: str) -> Iterator[Finding]:
    first = pick(text, 2, 1, pid.separators).casefold()
    listed = pick(text, 3, 1, pid.separators).casefold()
    if not first:
        yield rules.PID_13.at(place(pid, 5, 2, repetition))
    if not listed or not f"{listed} ".startswith(f"{first} "):
        yield rules.PID_14.at(place(pid, 5, 3, repetition))


def _birthplace(pid: Segment) -> Iterator[Finding]:
    marks, found = pid.separators, False
    for number, text in enumerate(pid.repetitions(11), 1):
        if pick(text, 7, 1, marks) == "BDL":
            if _INSEE_CODE.fullmatch(pick(text, 9, 1, marks)):
                return
            found = True
            yield rules.PID_13.at(place(pid, 11, 9, number))
    if not found:
        yield rules.PID_13.at(place(pid, 11, 7))
