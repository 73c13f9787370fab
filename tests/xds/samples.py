"""One synthetic submission that every test of the codec starts from. All identities are invented."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from gateway.model import (
    Action,
    Author,
    Code,
    Content,
    DocumentEntry,
    Identifier,
    Organization,
    PatientId,
    Person,
    Replacement,
    Rubrique,
    Submission,
    SubmissionSet,
)

PUBLIC = Path(__file__).resolve().parents[2] / ".." / "shared" / "examples" / "xds"
GOLDEN = Path(__file__).resolve().parent / "golden"
TO = "https://dmp.example/si-dmp-server/v2/services/repository"
MESSAGE_ID = "urn:uuid:7f3c2a10-6a1e-5d0b-9c55-0a4d3b2c1e0f"
CDA = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<ClinicalDocument xmlns="urn:hl7-org:v3">é\r\n--fin'
    "</ClinicalDocument>\n"
).encode()

PATIENT = PatientId("299010000000011", "1.2.250.1.213.1.4.10", "NH")
DOCTOR = Author(
    person=Person(Identifier("1.2.250.1.71.4.2.1", "899700000017"), "D'ARC & FILS", "Éléonore"),
    institution=Organization(Identifier("1.2.250.1.71.4.2.2", "1990000001"), "Centre Hospitalier Exemple"),
    roles=("Responsable du patient",),
    specialties=(
        Code("G15_10/SM26", "1.2.250.1.213.1.1.4.5", "Médecin - Qualifié en médecine générale (SM)"),
    ),
)
MACHINE = Author(
    person=Person(Identifier("1.2.250.1.71.4.2.1", "3990000001/7"), "Modèle 1", "Passerelle", device=True),
    person_type="RI",
)


def entry(number: int = 1, data: bytes = CDA) -> DocumentEntry:
    return DocumentEntry(
        entry_id=f"Document{number:02d}",
        unique_id=f"1.2.250.1.999.1.{number}",
        patient_id=PATIENT,
        source_patient_id=PatientId("IPP^0001", "1.2.250.1.999.2", "PI"),
        class_code=Code("10", "1.2.250.1.213.1.1.4.1", "Compte rendu"),
        type_code=Code("11502-2", "2.16.840.1.113883.6.1", "CR d'examens biologiques"),
        format_code=Code("urn:ihe:lab:xd-lab:2008", "1.3.6.1.4.1.19376.1.2.3", "Biologie"),
        confidentiality_codes=(
            Code("N", "2.16.840.1.113883.5.25", "Normal"),
            Code("MASQUE_PS", "1.2.250.1.213.1.1.4.13", "Masqué aux professionnels de santé"),
        ),
        healthcare_facility_type_code=Code("SA01", "1.2.250.1.71.4.2.4", "Établissement public de santé"),
        practice_setting_code=Code("ETABLISSEMENT", "1.2.250.1.213.1.1.4.9", "Établissement de santé"),
        creation_time="20260302081530",
        service_start_time="20260301",
        service_stop_time="20260302",
        language_code="fr-FR",
        title="Compte rendu d'examens <1>",
        mime_type="text/xml",
        hash=hashlib.sha1(data).hexdigest(),
        size=len(data),
        authors=(DOCTOR, MACHINE),
        legal_authenticator=Author(person=DOCTOR.person),
        source_patient_info=("PID-5|PATTEST^ALIX^^^^^L", "PID-7|19900101", "PID-8|F"),
        event_codes=(Code("26436-6", "2.16.840.1.113883.6.1", "Biologie"),),
        reference_ids=("PR-77^^^&1.2.250.1.999.3&ISO^urn:ihe:iti:xds:2013:order",),
        comments="Résultats complets",
    )


def submission(*, action: Action = Action.SUBMIT, data: bytes = CDA, documents: int = 1) -> Submission:
    entries = tuple(entry(number, data) for number in range(1, documents + 1))
    return Submission(
        action=action,
        submission_set=SubmissionSet(
            unique_id="1.2.250.1.999.9.1",
            source_id="1.2.250.1.999.9",
            patient_id=PATIENT,
            submission_time="20260302081600",
            content_type_code=Code("07", "1.2.250.1.213.2.2", "Consultation externe"),
            author=DOCTOR,
            title="Dépôt",
        ),
        entries=entries,
        contents=tuple(Content(each.entry_id, data) for each in entries),
        rubriques=(Rubrique.ANALYSES,),
    )


def replacement() -> Submission:
    """The same submission, replacing the document 1.2.250.1.999.1.0."""
    wishes = (Replacement("Document01", "1.2.250.1.999.1.0"),)
    return replace(submission(action=Action.REPLACE), replacements=wishes)
