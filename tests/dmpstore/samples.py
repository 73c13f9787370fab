"""Valid submissions to start from; every test breaks one thing. All identities are invented."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

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
    Submission,
    SubmissionSet,
)
from gateway.nomenclature import rubrique_of, type_to_class

LOINC = "2.16.840.1.113883.6.1"
PATIENT = PatientId("279035121518989", "1.2.250.1.213.1.4.10")
OTHER_PATIENT = PatientId("160115412345671", "1.2.250.1.213.1.4.10")
ROOT = "1.2.250.1.999.1"
AUTHOR = Author(
    Person(Identifier("1.2.250.1.71.4.2.1", "899700000017"), "MEDECIN", "CAMILLE"),
    "IDNPS",
    Organization(Identifier("1.2.250.1.71.4.2.2", "1990000001"), "CH EXEMPLE"),
    "IDNST",
)


def sha1(data: bytes) -> str:
    return hashlib.sha1(data).hexdigest()


def document(number: int = 1, text: str = "") -> bytes:
    """Bytes of a small XML document; the store keeps bytes and does not read them."""
    return f"<ClinicalDocument><n>{number}</n><t>é {text}</t></ClinicalDocument>\n".encode()


def entry(number: int = 1, data: bytes | None = None, **changes: Any) -> DocumentEntry:
    data = document(number) if data is None else data
    code = changes.pop("type_code", Code("11502-2", LOINC, "CR d'examens biologiques"))
    made = DocumentEntry(
        entry_id=f"Document{number:02d}",
        unique_id=f"{ROOT}.1.{number}",
        patient_id=PATIENT,
        source_patient_id=PatientId("P12", "1.2.250.1.999.2", "PI"),
        class_code=type_to_class(code.code, code.system) or Code("10", "1.2.250.1.213.1.1.4.1"),
        type_code=code,
        format_code=Code("urn:ihe:lab:xd-lab:2008", "1.3.6.1.4.1.19376.1.2.3", "CR d'examens biologiques"),
        confidentiality_codes=(Code("N", "2.16.840.1.113883.5.25", "Normal"),),
        healthcare_facility_type_code=Code("SA01", "1.2.250.1.71.4.2.4", "Etablissement public de santé"),
        practice_setting_code=Code("ETABLISSEMENT", "1.2.250.1.213.1.1.4.9", "Etablissement de santé"),
        creation_time="20260312091500",
        service_start_time="20260312080000",
        language_code="fr-FR",
        title="Bilan sanguin",
        mime_type="text/xml",
        hash=sha1(data),
        size=len(data),
        authors=(AUTHOR,),
        legal_authenticator=replace(AUTHOR, institution=None),
    )
    return replace(made, **changes)


def submission(
    *entries: DocumentEntry,
    number: int = 1,
    contents: dict[str, bytes] | None = None,
    replaces: dict[str, str] | None = None,
    **changes: Any,
) -> Submission:
    """One set of these entries (default: one). ``contents`` defaults to ``document(n)`` of DocumentNN."""
    entries = entries or (entry(),)
    by_id = dict(contents or {})
    by_id |= {
        each.entry_id: document(int(each.entry_id[-2:])) for each in entries if each.entry_id not in by_id
    }
    made = SubmissionSet(
        unique_id=f"{ROOT}.9.{number}",
        source_id=f"{ROOT}.8",
        patient_id=entries[0].patient_id,
        submission_time="20260312091600",
        content_type_code=Code("07", "1.2.250.1.213.2.2", "Consultation externe"),
        author=AUTHOR,
    )
    return Submission(
        action=Action.REPLACE if replaces else Action.SUBMIT,
        submission_set=replace(made, **changes),
        entries=entries,
        contents=tuple(Content(each.entry_id, by_id[each.entry_id]) for each in entries),
        rubriques=tuple(
            found for each in entries if (found := rubrique_of(each.type_code.code, each.type_code.system))
        ),
        replacements=tuple(Replacement(*pair) for pair in (replaces or {}).items()),
    )
