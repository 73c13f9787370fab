"""The consent feed: ADT messages of IHE PAM France with ZFA (PAM.fr 2.11 §6.13 and §6.14)."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.model import Finding, Rule, Segment, Severity
from gateway.model.timestamps import is_timestamp
from gateway.validators import rules_consent as rules
from gateway.validators.index import MessageIndex, place

CONSENT_STRUCTURES = {
    **dict.fromkeys(("A01", "A04", "Z99"), "ADT_A01"),
    **dict.fromkeys(("A05", "A14", "A28", "A31"), "ADT_A05"),
}
EXCLUDED_EVENTS = frozenset({"", "A08"})
OLDEST_PROFILE = (2, 10)
DMP_STATUSES = frozenset({"ACTIF", "FERME", "INEXISTANT"})
FEEDING = frozenset({"NA", "IO", "INO"})
# PAM.fr 2.11.0 gave ZFA-11 the codes of ZFA-9; 2.11.1 changed them. Both are read.
CONSULTATION = frozenset({"NA", "INC", "IC", "IO", "INO"})
MOVEMENT_ACTIONS = frozenset({"INSERT", "UPDATE", "CANCEL"})
MOVEMENT_NATURES = frozenset({"S", "H", "M", "L", "D", "SM", "SH", "MH", "LD", "HMS", "C"})


def judge_consent(index: MessageIndex) -> Iterator[Finding]:
    """R.PAM.* of an ADT. Whose consent wins over time (R.PAM.08) is for the consent store."""
    yield from _event(index)
    yield from _version(index.msh)
    movement, consent = index.first("ZBE"), index.first("ZFA")
    if movement is not None:
        strict = Severity.ERROR if index.settings.strict_matrix else None
        yield from _movement(movement, index.event, strict)
    if consent is not None:
        yield from _statement(consent)
    elif index.event in CONSENT_STRUCTURES and index.event != "Z99":
        yield rules.PAM_03.at(place(index.msh, 9, 2))


def _event(index: MessageIndex) -> Iterator[Finding]:
    expected = CONSENT_STRUCTURES.get(index.event)
    if index.event in EXCLUDED_EVENTS:
        yield rules.PAM_01.at(place(index.msh, 9, 2))
    elif expected is not None and index.msh.value(9, 3) != expected:
        yield rules.PAM_01.at(place(index.msh, 9, 3), hl7_code="200")


def _version(msh: Segment) -> Iterator[Finding]:
    if msh.value(12, 1) != "2.5":
        yield rules.PAM_02.at(place(msh, 12, 1))
    elif msh.value(12, 2) != "FRA":
        yield rules.PAM_02.at(place(msh, 12, 2))
    elif not _recent(msh.value(12, 3)):
        yield rules.PAM_02.at(place(msh, 12, 3))


def _recent(version: str) -> bool:
    parts = version.split(".")[:2]
    if not all(part.isascii() and part.isdigit() and len(part) < 4 for part in parts):
        return False
    return tuple(map(int, parts)) >= OLDEST_PROFILE


def _statement(zfa: Segment) -> Iterator[Finding]:
    status = zfa.value(1)
    if status and status not in DMP_STATUSES:
        yield rules.PAM_04.at(place(zfa, 1))
    for number in (2, 3):
        if zfa.raw(number) and not is_timestamp(zfa.value(number)):
            yield rules.PAM_04.at(place(zfa, number), hl7_code="102")
    for number in range(4, 9):
        if zfa.raw(number):
            yield rules.PAM_05.at(place(zfa, number))
    yield from _position(rules.PAM_06, zfa, 9, FEEDING)
    yield from _position(rules.PAM_07, zfa, 11, CONSULTATION)


def _position(rule: Rule, zfa: Segment, number: int, allowed: frozenset[str]) -> Iterator[Finding]:
    """A position and, in the next field, the date on which it was collected."""
    position, collected = zfa.value(number), zfa.value(number + 1)
    if position and position not in allowed:
        yield rule.at(place(zfa, number))
    if collected and not is_timestamp(collected):
        yield rule.at(place(zfa, number + 1), hl7_code="102")
    elif not collected and position in allowed - {"NA"}:
        yield rule.at(place(zfa, number + 1), hl7_code="101", severity=Severity.WARNING)


def _movement(zbe: Segment, event: str, strict: Severity | None) -> Iterator[Finding]:
    """Faults of the movement do not block unless the profile is strict: only PID and ZFA are used here."""
    if not zbe.value(1):
        yield rules.PAM_09.at(place(zbe, 1), severity=strict)
    started = zbe.value(2)
    if not is_timestamp(started):
        yield rules.PAM_09.at(place(zbe, 2), severity=strict, hl7_code="102" if started else None)
    if zbe.raw(3):
        yield rules.PAM_10.at(place(zbe, 3))
    corrects, action = event == "Z99", zbe.value(4)
    actions = MOVEMENT_ACTIONS if corrects else MOVEMENT_ACTIONS - {"UPDATE"}
    natures = MOVEMENT_NATURES if corrects else MOVEMENT_NATURES - {"C"}
    for number, allowed in ((4, actions), (5, frozenset("YN")), (9, natures)):
        value = zbe.value(number)
        if value not in allowed:
            yield rules.PAM_11.at(place(zbe, number), severity=strict, hl7_code=None if value else "101")
    if action in ("UPDATE", "CANCEL") and not zbe.value(6):
        yield rules.PAM_11.at(place(zbe, 6), severity=strict, hl7_code="101")
