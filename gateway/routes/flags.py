"""From the flags of the message to codes: confidentialityCode of the entry, contentTypeCode of the set."""

from __future__ import annotations

from gateway.model import Code, Facility, Flags
from gateway.nomenclature import value_set, visibility_code

HL7_CONFIDENTIALITY = "2.16.840.1.113883.5.25"

# PFI guide §12, "Lot de soumission": PV1-2 -> JDV_J59. V (remote monitoring) has no code of its own.
_ACTIVITIES = {"I": "03", "O": "07", "R": "19", "N": "97", "E": "07"}
_ACTIVITY_TYPES = "1.2.250.1.213.2.2"
"""TRE_R209, the system of the five codes above; J59 has other systems too."""
WITHOUT_ACTIVITY = frozenset({"", "V"})


def confidentiality_codes(header: Code | None, flags: Flags) -> tuple[Code, ...]:
    """N, R or V of the CDA first, then the visibility codes asked for by the flags set to Y.

    Empty when the CDA has none of N, R, V: a confidentiality is never supposed.
    """
    allowed = value_set("J58")
    if header is None or header.system != HL7_CONFIDENTIALITY:
        return ()
    first = allowed.get(header.code, header.system)
    if first is None:
        return ()
    asked = [
        name
        for name, wanted in (
            ("MASQUE_PS", flags.masque_ps),
            ("INVISIBLE_PATIENT", flags.invisible_patient),
            ("INVISIBLE_REP_LEGAUX", flags.invisible_rep_legaux),
        )
        if wanted
    ]
    codes = [code for code in map(visibility_code, asked) if code is not None]
    concepts = [allowed.get(code.code, code.system) for code in codes]
    return (first.coded, *(concept.coded for concept in concepts if concept is not None))


def is_patient_class(patient_class: str) -> bool:
    """True when PV1-2 is empty or a class of the French table (E, I, N, O, R, V)."""
    return patient_class in _ACTIVITIES or patient_class in WITHOUT_ACTIVITY


def content_type_code(patient_class: str, facility: Facility) -> Code | None:
    """The contentTypeCode for PV1-2, else the facility's default; None when that is not one code of J59."""
    allowed = value_set("J59")
    activity = _ACTIVITIES.get(patient_class)
    if activity is not None:
        concept = allowed.get(activity, _ACTIVITY_TYPES)
        return concept.coded if concept else None
    candidates = allowed.by_code(facility.default_content_type)
    return candidates[0].coded if len(candidates) == 1 else None
