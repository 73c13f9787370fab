"""One result as CDA data: PQ, IVL_PQ, RTO, CD, ST, TS; what is abnormal; what is normal."""

from __future__ import annotations

from lxml.etree import _Element

from gateway.model import Code
from gateway.model.lab import LabResult, LabValue
from gateway.model.plain import PlainConcept
from gateway.nomenclature import code_system_of_hl7
from gateway.routes.cda.lab_ranges import Interval, read_range
from gateway.routes.cda.markup import coded, el, original, reference
from gateway.routes.cda.times import cda_time
from gateway.routes.cda.units import ucum, unit_text

INTERPRETATION = "2.16.840.1.113883.5.83"
# JDV_HL7_ObservationInterpretation_CISIS, the part that HL7 table 0078 has too.
INTERPRETATIONS = {
    "N": "Normal",
    "A": "Anormal",
    "AA": "Très anormal, alerte",
    "H": "Anormalement haut",
    "HH": "Très anormalement haut, alerte",
    "L": "Anormalement bas",
    "LL": "Très anormalement bas, alerte",
    "<": "Inférieur à la limite de détection",
    ">": "Supérieur à la limite maximale de mesure",
    "S": "Sensible",
    "I": "Intermédiaire",
    "R": "Résistant",
    "NS": "Non sensible",
    "SDD": "Sensible à forte dose",
    "U": "Augmentation significative par rapport au résultat antérieur",
    "D": "Diminution significative par rapport au résultat antérieur",
    "B": "Amélioration",
    "W": "Dégradation",
    "POS": "Positif",
    "NEG": "Négatif",
    "DET": "Détecté",
    "ND": "Non détecté",
    "IND": "Indéterminé",
    "E": "Équivoque",
}
_SYSTEMS = {
    "SCT": "2.16.840.1.113883.6.96", "SNOMED-CT": "2.16.840.1.113883.6.96", "SNM": "2.16.840.1.113883.6.5",
    "SNM3": "2.16.840.1.113883.6.5", "I10": "2.16.840.1.113883.6.3", "NABM": "1.2.250.1.213.2.7",
    "HL70487": "2.16.840.1.113883.18.311", "HL70070": "2.16.840.1.113883.12.70",
    "HL70078": "2.16.840.1.113883.5.83", "HL70136": "2.16.840.1.113883.12.136",
}  # fmt: skip


def system_of(code: Code) -> str:
    """The OID of the code system that CE-3 names; empty for a local or unknown one."""
    name = code.system
    if name.count(".") > 2 and name.replace(".", "").isdigit():
        return name
    return code_system_of_hl7(name) or _SYSTEMS.get(name.upper(), "")


def known_code(concept: PlainConcept) -> Code | None:
    """The first coding whose system has an OID, with something to display."""
    for code in concept.codings:
        if system := system_of(code):
            return Code(code.code, system, code.display or concept.text)
    return None


def concept_element(
    tag: str, concept: PlainConcept, target: str = "", local_root: str = "", **attributes: str
) -> _Element:
    """A CD or CE; a local code is a translation, and the words are always pointed at."""
    pointer = original(target) if target else None
    known = known_code(concept)
    if known is not None:
        return coded(tag, known, pointer, **attributes)
    local = [
        el(
            "translation", code=code.code, displayName=code.display or concept.text,
            codeSystem=local_root, codeSystemName=code.system,
        )
        for code in concept.codings
    ]  # fmt: skip
    return el(tag, pointer, *local, nullFlavor="OTH", **attributes)


def value_elements(result: LabResult, target: str, zone: str) -> list[_Element]:
    """``value`` of the observation, one for each repetition; none for a result that was not obtained."""
    return [_value(result, value, target, zone) for value in result.values]


def _value(result: LabResult, value: LabValue, target: str, zone: str) -> _Element:
    if value.concept is not None:
        return concept_element("value", value.concept, target, xsi_type="CD")
    if value.time and (moment := cda_time(value.time, zone)):
        return el("value", xsi_type="TS", value=moment)
    if value.number and (number := _numeric(result, value)) is not None:
        return number
    return el("value", _with_unit(result, value), xsi_type="ST")


def _with_unit(result: LabResult, value: LabValue) -> str:
    unit = unit_text(result.unit)
    measured = any(sign.isdigit() for sign in value.text)
    return f"{value.text} {unit}" if unit and measured else value.text


def _numeric(result: LabResult, value: LabValue) -> _Element | None:
    """PQ or REAL, an interval of them, a ratio; None for what is better left as words (2+, <>)."""
    unit, local = ucum(result.unit), unit_text(result.unit)
    if value.separator in (":", "/"):
        parts = [
            el(tag, value=text) for tag, text in (("numerator", value.number), ("denominator", value.second))
        ]
        return el("value", *parts, xsi_type="RTO_PQ_PQ") if not local and not value.comparator else None
    if value.separator not in ("", "-") or value.comparator == "<>":
        return None
    interval = _interval(value)
    if interval is not None:
        return None if local and not unit else interval_element("value", interval, unit)
    if local and not unit:
        foreign = el("translation", el("originalText", local), value=value.number)
        return el("value", foreign, xsi_type="PQ", nullFlavor="OTH")
    if unit:
        return el("value", xsi_type="PQ", value=value.number, unit=unit)
    return el("value", xsi_type="REAL", value=value.number)


def _interval(value: LabValue) -> Interval | None:
    if value.separator == "-":
        return Interval(value.number, value.second)
    inclusive = "=" in value.comparator
    if value.comparator.startswith("<"):
        return Interval(high=value.number, high_inclusive=inclusive)
    if value.comparator.startswith(">"):
        return Interval(low=value.number, low_inclusive=inclusive)
    return None


def interval_element(tag: str, interval: Interval, unit: str) -> _Element:
    """IVL_PQ with a unit, IVL_REAL without."""
    low = (
        el("low", value=interval.low, unit=unit, inclusive=_said(interval.low_inclusive))
        if interval.low
        else None
    )
    high = (
        el("high", value=interval.high, unit=unit, inclusive=_said(interval.high_inclusive))
        if interval.high
        else None
    )
    return el(tag, low, high, xsi_type="IVL_PQ" if unit else "IVL_REAL")


def _said(true: bool) -> str:
    return "true" if true else "false"


def interpretation_elements(result: LabResult) -> list[_Element]:
    """``interpretationCode`` of each flag of the value set; the others are in the narrative only."""
    known = [flag for flag in dict.fromkeys(result.flags) if flag in INTERPRETATIONS]
    return [coded("interpretationCode", Code(flag, INTERPRETATION, INTERPRETATIONS[flag])) for flag in known]


def reference_element(result: LabResult, target: str) -> _Element | None:
    """``referenceRange``: the words always, the interval when they are one and the unit is known."""
    if not result.reference:
        return None
    interval, unit = read_range(result.reference), ucum(result.unit)
    usable = interval is not None and bool(unit or not unit_text(result.unit))
    bounds = interval_element("value", interval, unit) if interval is not None and usable else None
    normal = coded("interpretationCode", Code("N", INTERPRETATION, "Normal")) if bounds is not None else None
    words = el("text", reference(target))
    inside = el("observationRange", words, bounds, normal, classCode="OBS", moodCode="EVN.CRT")
    return el("referenceRange", inside, typeCode="REFV")


def flags_text(result: LabResult) -> str:
    """What people read of OBX-8: the code and its meaning."""
    return ", ".join(
        f"{flag} ({INTERPRETATIONS[flag]})" if flag in INTERPRETATIONS else flag for flag in result.flags
    )
