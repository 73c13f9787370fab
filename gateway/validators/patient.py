"""Who the patient is: PID (CI-SIS CDA-HL7v2 2.1; PAM.fr 2.11 §6.6; French data types)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from gateway.model import Finding, Location, Rule, Segment, Severity
from gateway.model.hl7 import pick
from gateway.validators import rules_patient as rules
from gateway.validators.index import MessageIndex, place
from gateway.validators.traits import judge_birth_and_sex, judge_names, judge_traits

INS_NIR, INS_NIA = "1.2.250.1.213.1.4.8", "1.2.250.1.213.1.4.9"
TEST_INS = frozenset({"1.2.250.1.213.1.4.10", "1.2.250.1.213.1.4.11"})
INS_AUTHORITIES = TEST_INS | {INS_NIR, INS_NIA}
# Table 0203, the part of CX (IHE-FR data types 1.8 §N.1).
IDENTIFIER_TYPES = frozenset(
    [
        "EI",
        "NH",
        "INS-C",
        "INS",
        "NNFRA",
        "PPN",
        "PI",
        "NDP",
        "PN",
        "RRI",
        "ADELI",
        "RPPS",
        "IDNPS",
        "MR",
        "AN",
        "VN",
    ]
)
# Table 0445 (PAM.fr 2.11 §6.6.15).
IDENTITY_STATUSES = frozenset(
    [
        "VIDE",
        "PROV",
        "VALI",
        "DOUB",
        "DESA",
        "DPOT",
        "DOUA",
        "COLP",
        "COLV",
        "FILI",
        "CACH",
        "ANOM",
        "IDVER",
        "RECD",
        "IDRA",
        "USUR",
        "HOMD",
        "HOMA",
        "INVA",
        "FICT",
        "DOUT",
    ]
)
FORBIDDEN_FIELDS = {"PID": (2, 4, 9, 10, 12, 17, 19, 20, 22), "PV1": (9, 40, 52)}
_INS_SHAPE = re.compile(r"[0-9]{5}(?:[0-9]{2}|2[AB])[0-9]{8}")


@dataclass(frozen=True, slots=True)
class PatientIdentifier:
    """One repetition of PID-3: CX-1, CX-4.1/.2/.3, CX-5, and whether CX-7 and CX-8 are filled."""

    repetition: int
    value: str = field(repr=False)
    namespace: str
    authority: str
    authority_type: str
    type_code: str
    dated: tuple[bool, bool]

    @property
    def is_ins(self) -> bool:
        return self.type_code == "INS"


def read_identifiers(pid: Segment) -> list[PatientIdentifier]:
    """PID-3, each repetition split once."""
    marks = pid.separators
    return [
        PatientIdentifier(
            repetition=number,
            value=pick(text, 1, 1, marks),
            namespace=pick(text, 4, 1, marks),
            authority=pick(text, 4, 2, marks),
            authority_type=pick(text, 4, 3, marks),
            type_code=pick(text, 5, 1, marks),
            dated=(bool(pick(text, 7, 1, marks)), bool(pick(text, 8, 1, marks))),
        )
        for number, text in enumerate(pid.repetitions(3), 1)
    ]


def ins_key_is_right(ins: str) -> bool:
    """True when the two last digits are 97 - (13 first mod 97), with 2A read as 19 and 2B as 18."""
    digits = ins.replace("2A", "19", 1) if ins[5:7] == "2A" else ins.replace("2B", "18", 1)
    return int(digits[13:]) == 97 - int(digits[:13]) % 97


def judge_patient(index: MessageIndex) -> Iterator[Finding]:
    """R.PID.* of the first PID. A missing PID is R.STR.03 in an ORU or MDM, R.PID.01 in an ADT."""
    pid = index.first("PID")
    if pid is None:
        if index.code == "ADT":
            yield rules.PID_01.at(Location("PID", field=3))
        return
    identifiers = read_identifiers(pid)
    statuses = [pick(text, 1, 1, pid.separators) for text in pid.repetitions(32)]
    yield from _forbidden(pid)
    yield from _identifiers(pid, identifiers)
    yield from judge_ins(pid, [cx for cx in identifiers if cx.is_ins])
    yield from judge_names(pid)
    yield from judge_birth_and_sex(pid)
    yield from _statuses(index, pid, statuses, any(cx.is_ins for cx in identifiers))
    usable = [cx for cx in identifiers if cx.is_ins and cx.authority in INS_AUTHORITIES]
    if usable and "VALI" not in statuses:
        yield rules.PID_10.at(place(pid, 32))
    if index.code == "ADT":
        return
    yield from _account(pid)
    yield from judge_test_identity(index, pid, usable)
    if usable and "VALI" in statuses:
        yield from judge_traits(pid)


def _forbidden(segment: Segment) -> Iterator[Finding]:
    for number in FORBIDDEN_FIELDS[segment.name]:
        if segment.raw(number):
            yield rules.PID_19.at(place(segment, number))


def judge_visit_fields(index: MessageIndex) -> Iterator[Finding]:
    """R.PID.19 for the fields of PV1 that are forbidden in France."""
    visit = index.first("PV1")
    if visit is not None:
        yield from _forbidden(visit)


def _identifiers(pid: Segment, identifiers: Sequence[PatientIdentifier]) -> Iterator[Finding]:
    if not identifiers:
        yield rules.PID_01.at(place(pid, 3))
    for cx in identifiers:
        if not cx.value:
            yield _at_identifier(rules.PID_02, pid, cx, 1)
        if not cx.namespace:
            yield _at_identifier(rules.PID_02, pid, cx, 4)
        if cx.type_code and cx.type_code not in IDENTIFIER_TYPES:
            yield _at_identifier(rules.PID_03, pid, cx, 5)


def judge_ins(pid: Segment, candidates: Sequence[PatientIdentifier]) -> Iterator[Finding]:
    """R.PID.04 to R.PID.08 of the repetitions of type INS."""
    seen: set[str] = set()
    for cx in candidates:
        if cx.authority not in INS_AUTHORITIES:
            yield _at_identifier(rules.PID_04, pid, cx, 4, 2)
            continue
        if cx.authority_type != "ISO":
            yield _at_identifier(rules.PID_04, pid, cx, 4, 3)
        if cx.authority in seen:
            yield rules.PID_05.at(place(pid, 3, repetition=cx.repetition))
        seen.add(cx.authority)
        yield from _matricule(pid, cx)
        for component, dated in zip((7, 8), cx.dated, strict=True):
            if dated:
                yield _at_identifier(rules.PID_08, pid, cx, component)


def _matricule(pid: Segment, cx: PatientIdentifier) -> Iterator[Finding]:
    if not cx.value:
        return
    if _INS_SHAPE.fullmatch(cx.value) is None:
        yield _at_identifier(rules.PID_06, pid, cx, 1)
    elif not ins_key_is_right(cx.value):
        # A real INS cannot have a wrong key; test identities often do.
        severity = Severity.WARNING if cx.authority in TEST_INS else Severity.ERROR
        yield _at_identifier(rules.PID_07, pid, cx, 1, severity=severity)


def _at_identifier(
    rule: Rule,
    pid: Segment,
    cx: PatientIdentifier,
    component: int,
    subcomponent: int | None = None,
    severity: Severity | None = None,
) -> Finding:
    where = Location("PID", pid.occurrence, 3, cx.repetition, component, subcomponent)
    return rule.at(where, severity=severity)


def _statuses(index: MessageIndex, pid: Segment, statuses: Sequence[str], ins: bool) -> Iterator[Finding]:
    wanted = ins or (index.code != "ADT" and index.reading.flags.destdmp)
    severity = Severity.ERROR if wanted else Severity.WARNING
    if not any(statuses):
        yield rules.PID_09.at(place(pid, 32), severity=severity, hl7_code="101")
        return
    for number, status in enumerate(statuses, 1):
        if status not in IDENTITY_STATUSES:
            yield rules.PID_09.at(place(pid, 32, repetition=number), severity=severity)


def _account(pid: Segment) -> Iterator[Finding]:
    if not pid.value(18):
        yield rules.PID_16.at(place(pid, 18))
        return
    if len(pid.repetitions(18)) > 1:
        yield rules.PID_16.at(place(pid, 18, repetition=2), hl7_code="198")
    if not pid.value(18, 4):
        yield rules.PID_17.at(place(pid, 18, 4))
    if pid.value(18, 5) != "AN":
        yield rules.PID_17.at(place(pid, 18, 5))


def judge_test_identity(
    index: MessageIndex, pid: Segment, usable: Sequence[PatientIdentifier]
) -> Iterator[Finding]:
    """R.PID.18: a test INS in processing mode P."""
    if index.msh.value(11) != "P":
        return
    severity = Severity.ERROR if index.settings.environment == "production" else Severity.WARNING
    for cx in usable:
        if cx.authority in TEST_INS:
            yield _at_identifier(rules.PID_18, pid, cx, 4, 2, severity)
