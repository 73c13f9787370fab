"""The DocumentEntry of one document: every attribute that the French profile requires, or why not."""

from __future__ import annotations

import hashlib
import re

from gateway.model import (
    CdaHeader,
    Code,
    Document,
    DocumentEntry,
    Facility,
    Finding,
    Flags,
    Identifier,
    PatientId,
)
from gateway.nomenclature import value_set
from gateway.routes import rules
from gateway.routes.author import document_authors, legal_authenticator
from gateway.routes.flags import confidentiality_codes
from gateway.routes.patient import escaped, patient_id, source_patient_id, source_patient_info
from gateway.routes.places import Reporter
from gateway.routes.table import Classification
from gateway.routes.times import EVENT, creation_time, main_event, service_start, service_stop

LANGUAGE = "fr-FR"
LONGEST_TITLE = 128
ORDER = "urn:ihe:iti:xds:2013:order"
ACCESSION = "urn:ihe:iti:xds:2013:accession"
STUDY = "urn:ihe:iti:xds:2016:studyInstanceUID"
IMAGING_CLASS = "31"
_OID = re.compile(r"[0-2](?:\.(?:0|[1-9]\d*))+")


def is_oid(text: str) -> bool:
    """True for an OID of at most 64 characters without leading zeros (ITI TF-3 §4.2.3.1.6)."""
    return len(text) <= 64 and _OID.fullmatch(text) is not None


def document_entry(
    document: Document, classification: Classification, facility: Facility, flags: Flags
) -> tuple[DocumentEntry | None, tuple[Finding, ...]]:
    """The entry ``DocumentNN`` (NN = position in the message), None when a required attribute is missing.

    What the header says is used as it is; the declaration of the facility only fills in a facility type or
    a practice setting that the header leaves out.
    """
    reporter = Reporter(document)
    header = document.header
    if header is None:
        reporter.findings.append(rules.NO_DOCUMENT.at(document.origin))
        return None, tuple(reporter.findings)
    entry = _entry(reporter, header, classification, facility, flags)
    findings = tuple(reporter.findings)
    return (None if any(finding.is_error for finding in findings) else entry), findings


def _entry(
    reporter: Reporter, header: CdaHeader, classification: Classification, facility: Facility, flags: Flags
) -> DocumentEntry:
    document, zone, event = reporter.document, facility.time_zone, main_event(header)
    patient = _patient(reporter, header)
    return DocumentEntry(
        entry_id=f"Document{document.position:02d}",
        unique_id=_unique_id(reporter, header.unique_id),
        patient_id=patient,
        source_patient_id=source_patient_id(header.patient) or patient,
        source_patient_info=_patient_info(reporter, header),
        class_code=classification.class_code,
        type_code=classification.type_code,
        format_code=classification.format_code,
        confidentiality_codes=_confidentiality(reporter, header, flags),
        healthcare_facility_type_code=_facility_type(reporter, header, facility),
        practice_setting_code=_practice_setting(reporter, header, facility),
        creation_time=creation_time(reporter, header, zone),
        service_start_time=service_start(reporter, event, zone),
        service_stop_time=service_stop(reporter, event, zone),
        language_code=_language(reporter, header),
        title=_title(reporter, header),
        mime_type=document.mime_type,
        hash=hashlib.sha1(document.content, usedforsecurity=False).hexdigest(),
        size=len(document.content),
        authors=document_authors(reporter, header),
        legal_authenticator=legal_authenticator(reporter, header),
        event_codes=_event_codes(header),
        reference_ids=_reference_ids(header, classification),
    )


def _unique_id(reporter: Reporter, identifier: Identifier | None) -> str:
    if identifier is None or identifier.extension or not is_oid(identifier.root):
        reporter.report(rules.UNIQUE_ID, "id")
        return ""
    return identifier.root


def _patient(reporter: Reporter, header: CdaHeader) -> PatientId:
    found = patient_id(header.patient)
    if found is None:
        reporter.report(rules.PATIENT_ID, "recordTarget/patientRole/id")
        return PatientId("", "")
    return found


def _patient_info(reporter: Reporter, header: CdaHeader) -> tuple[str, ...]:
    found = source_patient_info(header.patient)
    if not found:
        reporter.report(rules.PATIENT_NAME, "recordTarget/patientRole/patient/name")
    return found


def _confidentiality(reporter: Reporter, header: CdaHeader, flags: Flags) -> tuple[Code, ...]:
    found = confidentiality_codes(header.confidentiality, flags)
    if not found:
        reporter.report(rules.CONFIDENTIALITY, "confidentialityCode")
    return found


def _facility_type(reporter: Reporter, header: CdaHeader, facility: Facility) -> Code:
    found = _said_or_declared("J61", header.facility_type, facility.facility_type)
    if found is None:
        path = "componentOf/encompassingEncounter/location/healthCareFacility/code"
        reporter.report(rules.FACILITY_TYPE, path)
    return found or Code("", "")


def _practice_setting(reporter: Reporter, header: CdaHeader, facility: Facility) -> Code:
    event = main_event(header)
    found = _said_or_declared("J62", event.practice_setting if event else None, facility.practice_setting)
    if found is None:
        path = f"{EVENT}/performer/assignedEntity/representedOrganization/standardIndustryClassCode"
        reporter.report(rules.PRACTICE_SETTING, path)
    return found or Code("", "")


def _said_or_declared(name: str, said: Code | None, declared: str) -> Code | None:
    """The concept that the header names; the declared one only when the header names none."""
    allowed = value_set(name)
    if said is not None and said.code:
        concept = allowed.get(said.code, said.system)
        return concept.coded if concept else None
    candidates = allowed.by_code(declared)
    return candidates[0].coded if len(candidates) == 1 else None


def _language(reporter: Reporter, header: CdaHeader) -> str:
    if header.language != LANGUAGE:
        reporter.report(rules.LANGUAGE, "languageCode")
    return header.language


def _title(reporter: Reporter, header: CdaHeader) -> str:
    title = header.title.strip()
    if not 0 < len(title) <= LONGEST_TITLE:
        reporter.report(rules.TITLE, "title")
    return title


def _event_codes(header: CdaHeader) -> tuple[Code, ...]:
    """Every coded event and its translations once, in order; uncoded ones (nullFlavor) have no place here."""
    every = [
        code
        for event in header.service_events
        for code in ((event.code, *event.translations) if event.code else event.translations)
    ]
    coded = {(code.code, code.system): code for code in reversed(every) if code.code and code.system}
    return tuple(reversed(coded.values()))


def _reference_ids(header: CdaHeader, classification: Classification) -> tuple[str, ...]:
    """Orders, accession numbers and, in an imaging report, the studies it is about (JDV_J231)."""
    studies: list[Identifier] = []
    if classification.class_code.code == IMAGING_CLASS:
        named = [event.identifier for event in header.service_events if event.identifier]
        studies = [one for one in named if is_oid(one.root) and not one.extension]
    found = [
        *(_reference_id(one, ORDER) for one in header.order_ids if one.root),
        *(_reference_id(one, ACCESSION) for one in header.accession_numbers if one.root),
        *(_reference_id(one, STUDY) for one in studies),
    ]
    return tuple(dict.fromkeys(found))


def _reference_id(identifier: Identifier, kind: str) -> str:
    """CXi (ITI TF-3 table 4.2.3.1.7-2); a root alone is unique and needs no authority."""
    if not identifier.extension:
        return f"{identifier.root}^^^^{kind}"
    return f"{escaped(identifier.extension)}^^^&{identifier.root}&ISO^{kind}"
