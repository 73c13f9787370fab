"""What can be said of a submission without the database, in the order of the DMP's own checks.

Each check yields every error that it finds in every document; none stops the others.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping

from gateway.dmpstore.frozen import to_json
from gateway.dmpstore.refusal import is_oid, of_entry, of_set
from gateway.model import Association, Code, DocumentEntry, PatientId, RegistryError, SubmissionSet
from gateway.model.timestamps import is_timestamp
from gateway.nomenclature import ins_authority, value_set
from gateway.xds.names import HAS_MEMBER, RPLC, SIGNS

_METADATA = "XDSRegistryMetadataError"
_ASSOCIATIONS = frozenset({HAS_MEMBER, RPLC, SIGNS})
# NIR or NIA with its key; 2A and 2B are the departments of Corsica.
_INS = re.compile(r"\d{6}[0-9AB]\d{8}", re.ASCII)
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9][\w.+-]*/[A-Za-z0-9][\w.+-]*", re.ASCII)
_ABSENT = "attribut obligatoire absent / required attribute missing"
_LONGEST_TITLE = 1024
_LONGEST_ENTRY = 256 * 1024
_LONGEST_MEDIA_TYPE = 128


def patient_errors(
    submission_set: SubmissionSet, entries: tuple[DocumentEntry, ...]
) -> Iterator[RegistryError]:
    """The patient has an INS, and all objects speak of the same one."""
    if not _is_ins(submission_set.patient_id):
        yield of_set(
            submission_set,
            "patientId",
            "XDSUnknownPatientId",
            "INS de 15 caractères attendu (1.2.250.1.213.1.4.8 à .11) / INS of 15 characters expected",
        )
    for entry in entries:
        if _person(entry.patient_id) != _person(submission_set.patient_id):
            yield of_entry(
                entry,
                "patientId",
                "XDSPatientIdDoesNotMatch",
                "patient différent de celui du SubmissionSet / not the patient of the SubmissionSet",
            )


def identity_errors(
    submission_set: SubmissionSet,
    entries: tuple[DocumentEntry, ...],
    associations: tuple[Association, ...],
    contents: Mapping[str, bytes],
) -> Iterator[RegistryError]:
    """Documents and entries one to one, each entry a member of the set (ITI TF-2 §3.41.4.1.2)."""
    members = {each.target for each in associations if each.type == HAS_MEMBER}
    uses = Counter(entry.entry_id for entry in entries)
    for entry in entries:
        if entry.entry_id not in contents:
            yield of_entry(
                entry, "Document", "XDSMissingDocument", "document absent / no document sent for it"
            )
        if entry.entry_id not in members:
            yield of_entry(entry, "HasMember", _METADATA, "association HasMember absente / missing")
        if uses[entry.entry_id] > 1:
            yield of_entry(entry, "id", _METADATA, "identifiant d'objet répété / object id used twice")
    if set(contents) - set(uses):
        yield of_set(
            submission_set,
            "Document",
            "XDSMissingDocumentMetadata",
            "document sans DocumentEntry / a document has no DocumentEntry",
        )


def association_errors(
    submission_set: SubmissionSet, associations: tuple[Association, ...]
) -> Iterator[RegistryError]:
    """Only associations that the store honours: it never accepts a wish that it would not fulfil."""
    for association in associations:
        if association.type not in _ASSOCIATIONS:
            yield of_set(
                submission_set,
                "associationType",
                _METADATA,
                "association non gérée (HasMember, RPLC, signs) / association not supported",
            )


def content_errors(entry: DocumentEntry, data: bytes) -> Iterator[RegistryError]:
    """Hash and size are compared when the sender gave them (SHA-1 of the bytes of the part)."""
    if entry.hash and entry.hash.lower() != sha1(data):
        yield of_entry(
            entry,
            "hash",
            "XDSNonIdenticalHash",
            "le SHA-1 annoncé n'est pas celui des octets reçus / the SHA-1 is not that of the bytes received",
        )
    if entry.size >= 0 and entry.size != len(data):
        yield of_entry(
            entry,
            "size",
            "XDSNonIdenticalSize",
            f"la taille annoncée n'est pas celle reçue / the size is not the one received ({len(data)})",
        )


def set_errors(submission_set: SubmissionSet) -> Iterator[RegistryError]:
    for attribute, value in (("uniqueId", submission_set.unique_id), ("sourceId", submission_set.source_id)):
        if not is_oid(value):
            yield of_set(submission_set, attribute, _METADATA, "OID attendu / OID expected")
    if not _is_dtm(submission_set.submission_time):
        yield of_set(submission_set, "submissionTime", _METADATA, "DTM attendu / DTM expected")
    if submission_set.author.institution is None and submission_set.author.person is None:
        yield of_set(submission_set, "author", _METADATA, _ABSENT)
    if len(to_json(submission_set)) > _LONGEST_ENTRY:
        yield of_set(
            submission_set, "SubmissionSet", _METADATA, "métadonnées trop longues / metadata too long"
        )
    if not _known("J59", submission_set.content_type_code):
        yield of_set(submission_set, "contentTypeCode", _METADATA, _not_in("J59"))


def entry_errors(entry: DocumentEntry) -> Iterator[RegistryError]:
    """Required attributes and value sets of the DMP for one document."""
    if not is_oid(entry.unique_id):
        yield of_entry(entry, "uniqueId", _METADATA, "OID sans extension attendu / OID expected")
    for attribute, present in _required(entry):
        if not present:
            yield of_entry(entry, attribute, _METADATA, _ABSENT)
    for attribute, value in _times(entry):
        if value and not _is_dtm(value):
            yield of_entry(entry, attribute, _METADATA, "DTM attendu / DTM expected")
    if entry.mime_type and not _is_media_type(entry.mime_type):
        yield of_entry(entry, "mimeType", _METADATA, "type de média illisible / unreadable media type")
    if len(entry.title) > _LONGEST_TITLE:
        yield of_entry(entry, "title", _METADATA, f"plus de {_LONGEST_TITLE} caractères / characters")
    if len(to_json(entry)) > _LONGEST_ENTRY:
        yield of_entry(entry, "DocumentEntry", _METADATA, "métadonnées trop longues / metadata too long")
    for attribute, name, code in _coded(entry):
        if not _known(name, code):
            yield of_entry(entry, attribute, _METADATA, _not_in(name))


def sha1(data: bytes) -> str:
    """Lower-case hexadecimal SHA-1: the hash of XDS metadata, not a protection (that is SHA-256)."""
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()


def _required(entry: DocumentEntry) -> Iterator[tuple[str, bool]]:
    yield "sourcePatientId", bool(entry.source_patient_id.value)
    yield "author", any(author.person is not None for author in entry.authors)
    yield "legalAuthenticator", entry.legal_authenticator is not None
    yield "title", bool(entry.title.strip())
    yield "mimeType", bool(entry.mime_type)
    yield "languageCode", bool(entry.language_code)
    yield "creationTime", bool(entry.creation_time)
    yield "serviceStartTime", bool(entry.service_start_time)
    yield "confidentialityCode", bool(entry.confidentiality_codes)


def _times(entry: DocumentEntry) -> Iterator[tuple[str, str]]:
    yield "creationTime", entry.creation_time
    yield "serviceStartTime", entry.service_start_time
    yield "serviceStopTime", entry.service_stop_time


def _coded(entry: DocumentEntry) -> Iterator[tuple[str, str, Code]]:
    yield "classCode", "J57", entry.class_code
    yield "typeCode", "J66", entry.type_code
    yield "formatCode", "J60", entry.format_code
    for code in entry.confidentiality_codes:
        yield "confidentialityCode", "J58", code
    yield "healthcareFacilityTypeCode", "J61", entry.healthcare_facility_type_code
    yield "practiceSettingCode", "J62", entry.practice_setting_code


def _known(name: str, code: Code) -> bool:
    return (code.code, code.system) in value_set(name)


def _not_in(name: str) -> str:
    return f"code absent du jeu de valeurs JDV_{name} / code not in value set JDV_{name}"


def _is_media_type(text: str) -> bool:
    return len(text) <= _LONGEST_MEDIA_TYPE and _MEDIA_TYPE.fullmatch(text) is not None


def _is_ins(patient: PatientId) -> bool:
    authority = ins_authority(patient.authority)
    return authority is not None and authority.environment != "legacy" and bool(_INS.fullmatch(patient.value))


def _person(patient: PatientId) -> tuple[str, str]:
    return patient.value, patient.authority


def _is_dtm(text: str) -> bool:
    """XDS DTM: digits only, UTC, to the second at most (ITI TF-3 table 4.2.3.1.7-2)."""
    return text.isascii() and text.isdigit() and is_timestamp(text)
