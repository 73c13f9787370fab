"""The message against the document that it carries (R.CDA.*, R.DMP.04); PID for the DMP (R.DMP.01, .09)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from gateway.model import Finding, Location, Segment, Severity
from gateway.nomenclature import code_system_of_hl7
from gateway.validators import header_places as places
from gateway.validators import rules_dmp as rules
from gateway.validators.header_places import HeaderView, Place, attribute, text_of
from gateway.validators.identity import INS_OIDS, NIA, CdaPatient, preferred_ins, same_name
from gateway.validators.index import place


@dataclass(frozen=True, slots=True)
class MessagePatient:
    """PID as far as it identifies: ``ins`` by OID, and where each INS was found."""

    pid: Segment = field(repr=False)
    ins: dict[str, str] = field(repr=False)
    repetition: dict[str, int]
    qualified: bool

    @property
    def ins_value(self) -> str:
        found = preferred_ins(self.ins)
        return found[1] if found else ""


def read_patient(pid: Segment) -> MessagePatient:
    """The INS are the repetitions of PID-3 of type INS; the identity is qualified when PID-32 has VALI."""
    ins: dict[str, str] = {}
    repetition: dict[str, int] = {}
    for number in range(1, len(pid.repetitions(3)) + 1):
        oid, value = pid.value(3, 4, 2, number), pid.value(3, 1, 1, number)
        if pid.value(3, 5, 1, number) == "INS" and value and oid not in ins:
            ins[oid], repetition[oid] = value, number
    statuses = {pid.value(32, repetition=n) for n in range(1, len(pid.repetitions(32)) + 1)}
    return MessagePatient(pid, ins, repetition, "VALI" in statuses)


def judge_qualified(patient: MessagePatient) -> Iterator[Finding]:
    """R.DMP.01 and R.DMP.09, for a message that asks for the DMP."""
    if not patient.ins:
        yield rules.DMP_01.at(place(patient.pid, 3))
    elif not patient.qualified:
        yield rules.DMP_01.at(place(patient.pid, 32), application_code="906")
    if set(patient.ins) == {NIA}:
        yield rules.DMP_09.at(place(patient.pid, 3, 4, patient.repetition[NIA]))


def judge_type(view: HeaderView, obx: Segment) -> Iterator[Finding]:
    """R.CDA.02: OBX-3 announces the code of the document."""
    element = places.CODE.first(view.root)
    code, system = attribute(element, "code"), attribute(element, "codeSystem")
    announced, oid = obx.value(3), code_system_of_hl7(obx.value(3, 3))
    if not code or not system or not announced:
        return
    if announced != code or (oid is not None and oid != system):
        yield rules.CDA_02.at(_both(place(obx, 3, 1), view, places.CODE, element))


def judge_same_patient(view: HeaderView, patient: MessagePatient, cda: CdaPatient) -> Iterator[Finding]:
    """R.DMP.04 and R.CDA.01. What is missing on one side has a rule of its own."""
    severity = None if view.dmp else Severity.WARNING
    for spot in (*_ins_differs(view, patient, cda), *_traits_differ(view, patient.pid, cda)):
        yield rules.DMP_04.at(spot, severity=severity)
    yield from _local_identifiers(view, patient.pid, cda)


def _ins_differs(view: HeaderView, patient: MessagePatient, cda: CdaPatient) -> Iterator[Location]:
    sent = preferred_ins(patient.ins)
    held = preferred_ins({oid: attribute(element, "extension") for oid, element in cda.ins.items()})
    if sent and held and sent != held:
        component = 1 if sent[1] != held[1] else 4
        where = place(patient.pid, 3, component, patient.repetition[sent[0]])
        yield _both(where, view, places.PATIENT_ID, cda.ins[held[0]])


def _traits_differ(view: HeaderView, pid: Segment, cda: CdaPatient) -> Iterator[Location]:
    name, birth = _repetition(pid, 5, 7, "L"), _repetition(pid, 11, 7, "BDL")
    if name:
        for component, spot, element in (
            (1, places.FAMILY, cda.birth_family),
            (2, places.GIVEN, cda.first_given),
        ):
            sent, held = pid.value(5, component, 1, name), text_of(element)
            if sent and held and not same_name(sent, held):
                yield _both(place(pid, 5, component, name), view, spot, element)
    day, held_day = pid.value(7)[:8], attribute(cda.first(places.BIRTH_TIME), "value")[:8]
    if len(day) == len(held_day) == 8 and day != held_day:
        yield _both(place(pid, 7), view, places.BIRTH_TIME, cda.first(places.BIRTH_TIME))
    sex, held_sex = pid.value(8), attribute(cda.first(places.GENDER), "code")
    if sex and held_sex and sex != held_sex:
        yield _both(place(pid, 8), view, places.GENDER, cda.first(places.GENDER))
    town, held_town = pid.value(11, 9, 1, birth) if birth else "", text_of(cda.first(places.COUNTY))
    if town and held_town and town != held_town:
        yield _both(place(pid, 11, 9, birth), view, places.COUNTY, cda.first(places.COUNTY))


def _local_identifiers(view: HeaderView, pid: Segment, cda: CdaPatient) -> Iterator[Finding]:
    """R.CDA.01: by OID and value when CX-4.3 is ISO, else by value alone."""
    held = {
        (attribute(e, "root"), attribute(e, "extension")): e
        for e in cda.identifiers
        if attribute(e, "root") not in INS_OIDS and attribute(e, "extension")
    }
    known = {value for _, value in held}
    matched: set[str] = set()
    for number in range(1, len(pid.repetitions(3)) + 1):
        value, iso = pid.value(3, 1, 1, number), pid.value(3, 4, 3, number) == "ISO"
        if not value or pid.value(3, 5, 1, number) == "INS":
            continue
        if (pid.value(3, 4, 2, number), value) in held if iso else value in known:
            matched.add(value)
        else:
            yield rules.CDA_01.at(place(pid, 3, None, number))
    for (_, value), element in held.items():
        if value not in matched:
            yield rules.CDA_01.at(view.at(places.PATIENT_ID, element))


def _repetition(pid: Segment, number: int, component: int, wanted: str) -> int:
    """The first repetition of a field whose component is ``wanted``; 0 when there is none."""
    count = len(pid.repetitions(number))
    return next((n for n in range(1, count + 1) if pid.value(number, component, 1, n) == wanted), 0)


def _both(where: Location, view: HeaderView, spot: Place, element: etree._Element | None) -> Location:
    """One location that names the field of the message and the element of the document."""
    there = view.at(spot, element)
    return replace(where, xpath=there.xpath, line=there.line)
