"""The patient of a document as XDS wants it: patientId, sourcePatientId, sourcePatientInfo."""

from __future__ import annotations

from gateway.model import HeaderPatient, PatientId
from gateway.nomenclature import ins_authority

_NIR_FIRST = (
    "1.2.250.1.213.1.4.8",
    "1.2.250.1.213.1.4.10",
    "1.2.250.1.213.1.4.11",
    "1.2.250.1.213.1.4.9",
)
"""NIR, NIR of test, NIR of demonstration, then NIA: with both, the NIR is used (PFI guide §5.2)."""
_ESCAPES = {"\\": "\\E\\", "|": "\\F\\", "^": "\\S\\", "&": "\\T\\", "~": "\\R\\"}


def patient_id(patient: HeaderPatient) -> PatientId | None:
    """The INS, a NIR rather than a NIA; None without one. Whether a test INS may pass is judged elsewhere."""
    values = {one.root: one.extension for one in patient.identifiers if one.extension}
    for root in _NIR_FIRST:
        if root in values:
            return PatientId(values[root], root, "NH")
    return None


def source_patient_id(patient: HeaderPatient) -> PatientId | None:
    """The first identifier that is not an INS, as ``PI``; else the INS itself (CI-SIS, sourcePatientId)."""
    for one in patient.identifiers:
        if one.root and one.extension and ins_authority(one.root) is None:
            return PatientId(one.extension, one.root, "PI")
    return patient_id(patient)


def source_patient_info(patient: HeaderPatient) -> tuple[str, ...]:
    """The slot values ``PID-5|…``, ``PID-7|…``, ``PID-8|…``, escaped as in HL7; empty without birth name."""
    if not patient.birth_family:
        return ()
    given = escaped(patient.birth_given or next(iter(patient.givens), ""))
    values = [f"PID-5|{escaped(patient.birth_family)}^{given}^^^^^L"]
    if patient.used_family:
        values.append(f"PID-5|{escaped(patient.used_family)}^{given}^^^^^D")
    if patient.birth_time[:8].isdigit():
        values.append(f"PID-7|{patient.birth_time[:8]}")
    if patient.gender:
        values.append(f"PID-8|{patient.gender if patient.gender in ('F', 'M') else 'U'}")
    return tuple(values)


def escaped(text: str) -> str:
    """The text with the HL7 delimiters escaped (HL7 2.5 §2.7)."""
    return "".join(_ESCAPES.get(character, character) for character in text)
