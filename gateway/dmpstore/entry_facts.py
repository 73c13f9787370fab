"""Every attribute of a DocumentEntry and of its SubmissionSet, as rows that a person can read.

Labels are keys of ``wording`` (``xds.title``...); the names of the attributes are those of ITI TF-3 §4.2.3.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from gateway.dmpstore.history import OneDocument
from gateway.dmpstore.texts import Texts
from gateway.model import Author, Code, DocumentEntry, Organization, PatientId, Person
from gateway.nomenclature import code_system_name, value_set
from gateway.xds import metadata

# The value set of a coded attribute, for the official label of a code that came without one.
_VALUE_SETS = {
    "classCode": "J57",
    "typeCode": "J66",
    "formatCode": "J60",
    "confidentialityCode": "J58",
    "healthcareFacilityTypeCode": "J61",
    "practiceSettingCode": "J62",
    "contentTypeCode": "J59",
}


@dataclass(frozen=True, slots=True)
class Value:
    """What is said, and the exact code or id behind it."""

    text: str = field(default="", repr=False)
    code: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Fact:
    """One attribute by its XDS name; no values means that it was not given."""

    attribute: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """``title`` is a key of ``wording``."""

    title: str
    facts: tuple[Fact, ...]


def facts_of(document: OneDocument, texts: Texts) -> tuple[Group, ...]:
    """All attributes; an optional one that was not given is there, without values."""
    entry = document.entry
    return (
        Group("facts.what", tuple(_what(entry))),
        Group("facts.who", (*_people(entry), *_patient(entry))),
        Group("facts.when", tuple(_times(entry, texts))),
        Group("facts.bytes", tuple(_bytes(entry, texts))),
        Group("facts.deposit", tuple(_deposit(document, texts))),
    )


def _what(entry: DocumentEntry) -> Iterable[Fact]:
    yield _text("title", entry.title)
    yield _coded("typeCode", entry.type_code)
    yield _coded("classCode", entry.class_code)
    yield _coded("formatCode", entry.format_code)
    yield _coded("confidentialityCode", *entry.confidentiality_codes)
    yield _coded("healthcareFacilityTypeCode", entry.healthcare_facility_type_code)
    yield _coded("practiceSettingCode", entry.practice_setting_code)
    yield _coded("eventCodeList", *entry.event_codes)
    yield _ids("referenceIdList", *entry.reference_ids)
    yield _text("languageCode", entry.language_code)
    yield _text("comments", entry.comments)


def _people(entry: DocumentEntry) -> Iterable[Fact]:
    for author in entry.authors:
        yield from _author(author)
    signer = entry.legal_authenticator
    yield Fact("legalAuthenticator", _person(signer.person) if signer is not None else ())


def _author(author: Author) -> Iterable[Fact]:
    yield Fact("authorPerson", _person(author.person))
    places = [each for each in (author.institution, *author.more_institutions) if each is not None]
    yield Fact("authorInstitution", tuple(_institution(each) for each in places))
    yield Fact("authorRole", tuple(Value(each) for each in author.roles))
    yield _coded("authorSpecialty", *author.specialties)


def _patient(entry: DocumentEntry) -> Iterable[Fact]:
    yield _ids("patientId", _cx(entry.patient_id))
    yield _ids("sourcePatientId", _cx(entry.source_patient_id))
    yield _ids("sourcePatientInfo", *entry.source_patient_info)


def _times(entry: DocumentEntry, texts: Texts) -> Iterable[Fact]:
    yield _moment("creationTime", entry.creation_time, texts)
    yield _moment("serviceStartTime", entry.service_start_time, texts)
    yield _moment("serviceStopTime", entry.service_stop_time, texts)


def _bytes(entry: DocumentEntry, texts: Texts) -> Iterable[Fact]:
    yield _ids("uniqueId", entry.unique_id)
    yield _ids("entryUUID", entry.entry_uuid)
    yield _ids("logicalId", entry.logical_id)
    yield _text("version", entry.version)
    yield _ids("availabilityStatus", entry.availability_status)
    yield _ids("mimeType", entry.mime_type)
    yield Fact("size", (Value(texts.size(entry.size), str(entry.size)),))
    yield _ids("hash", entry.hash)
    yield _ids("repositoryUniqueId", entry.repository_unique_id)


def _deposit(document: OneDocument, texts: Texts) -> Iterable[Fact]:
    deposit = document.submission_set
    yield _ids("submissionSet.uniqueId", deposit.unique_id)
    yield _ids("sourceId", deposit.source_id)
    yield _moment("submissionTime", deposit.submission_time, texts)
    yield _moment("storedAt", document.row.stored_at, texts)
    yield _coded("contentTypeCode", deposit.content_type_code)
    yield from (Fact(f"set.{each.attribute}", each.values) for each in _author(deposit.author) if each.values)
    yield _text("submissionSet.title", deposit.title)
    yield _text("submissionSet.comments", deposit.comments)


def _text(attribute: str, text: str) -> Fact:
    return Fact(attribute, (Value(text),) if text else ())


def _ids(attribute: str, *texts: str) -> Fact:
    return Fact(attribute, tuple(Value(code=text) for text in texts if text))


def _moment(attribute: str, dtm: str, texts: Texts) -> Fact:
    return Fact(attribute, (Value(texts.date(dtm), dtm),) if dtm else ())


def _coded(attribute: str, *codes: Code) -> Fact:
    return Fact(attribute, tuple(_code(_VALUE_SETS.get(attribute, ""), code) for code in codes if code.code))


def _code(name: str, code: Code) -> Value:
    concept = value_set(name).get(code.code, code.system) if name else None
    display = code.display or (concept.display if concept is not None else "")
    system = code_system_name(code.system) or code.system
    return Value(display, f"{code.code} ({system})" if system else code.code)


def _person(person: Person | None) -> tuple[Value, ...]:
    if person is None:
        return ()
    name = " ".join(part for part in (person.given, person.family) if part)
    return (Value(name, person.identifier.extension if person.identifier else ""),)


def _institution(place: Organization) -> Value:
    return Value(place.name, place.identifier.extension if place.identifier else "")


def _cx(patient: PatientId) -> str:
    return metadata.format_cx(patient) if patient.value else ""
