"""What kind of stay a message is about: PV1-2 as the code of an encounter (HL7 ActCode)."""

from __future__ import annotations

from gateway.model import Code

_ACT_CODES = "2.16.840.1.113883.5.4"
_ENCOUNTERS = {
    "I": Code("IMP", _ACT_CODES, "Hospitalisation"),
    "E": Code("EMER", _ACT_CODES, "Urgences"),
}
_AMBULATORY = Code("AMB", _ACT_CODES, "Ambulatoire")


def encounter_code(patient_class: str) -> Code:
    """What kind of stay PV1-2 tells: hospital, emergency, else ambulatory."""
    return _ENCOUNTERS.get(patient_class, _AMBULATORY)
