"""What can be said of the attributes of a set or an entry: required ones, formats, lengths, value sets.

Each check yields every error that it finds; none stops the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gateway.dmpstore.frozen import to_json
from gateway.dmpstore.refusal import of_entry, of_set
from gateway.dmpstore.rules import Rules
from gateway.model import Code, DocumentEntry, RegistryError, SubmissionSet
from gateway.model.timestamps import is_timestamp
from gateway.nomenclature import value_set

_METADATA = "XDSRegistryMetadataError"
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9][\w.+-]*/[A-Za-z0-9][\w.+-]*", re.ASCII)
_ABSENT = "attribut obligatoire absent / required attribute missing"
_IDENTIFIER = "OID attendu (64 caractères au plus) / OID expected (64 characters at most)"
_TOO_LONG = "métadonnées trop longues / metadata too long"
_LONGEST_TITLE = 1024
_LONGEST_ENTRY = 256 * 1024
_LONGEST_MEDIA_TYPE = 128
_LONGEST_CODE = 64
_LONGEST_FORMAT_CODE = 256


def set_errors(submission_set: SubmissionSet, rules: Rules) -> Iterator[RegistryError]:
    """A SubmissionSet by itself."""
    for attribute, value in (("uniqueId", submission_set.unique_id), ("sourceId", submission_set.source_id)):
        if not rules.is_identifier(value):
            yield of_set(submission_set, attribute, _METADATA, _IDENTIFIER)
    if not _is_dtm(submission_set.submission_time):
        yield of_set(submission_set, "submissionTime", _METADATA, "DTM attendu / DTM expected")
    if submission_set.author.institution is None and submission_set.author.person is None:
        yield of_set(submission_set, "author", _METADATA, _ABSENT)
    if len(to_json(submission_set)) > _LONGEST_ENTRY:
        yield of_set(submission_set, "SubmissionSet", _METADATA, _TOO_LONG)
    if rules.french and not _known("J59", submission_set.content_type_code):
        yield of_set(submission_set, "contentTypeCode", _METADATA, _not_in("J59"))


def entry_errors(entry: DocumentEntry, rules: Rules) -> Iterator[RegistryError]:
    """A DocumentEntry by itself; what IHE requires of every one was judged when it was read."""
    if not rules.is_identifier(entry.unique_id):
        yield of_entry(entry, "uniqueId", _METADATA, _IDENTIFIER)
    if rules.french:
        for attribute, present in _required(entry):
            if not present:
                yield of_entry(entry, attribute, _METADATA, _ABSENT)
    yield from _format_errors(entry)
    yield from _code_errors(entry, rules)


def _format_errors(entry: DocumentEntry) -> Iterator[RegistryError]:
    for attribute, value in _times(entry):
        if value and not _is_dtm(value):
            yield of_entry(entry, attribute, _METADATA, "DTM attendu / DTM expected")
    if entry.mime_type and not _is_media_type(entry.mime_type):
        yield of_entry(entry, "mimeType", _METADATA, "type de média illisible / unreadable media type")
    if len(entry.title) > _LONGEST_TITLE:
        yield of_entry(entry, "title", _METADATA, f"plus de {_LONGEST_TITLE} caractères / characters")
    if len(to_json(entry)) > _LONGEST_ENTRY:
        yield of_entry(entry, "DocumentEntry", _METADATA, _TOO_LONG)


def _code_errors(entry: DocumentEntry, rules: Rules) -> Iterator[RegistryError]:
    for attribute, name, code in _coded(entry):
        longest = _LONGEST_FORMAT_CODE if attribute == "formatCode" else _LONGEST_CODE
        if rules.french and not _known(name, code):
            yield of_entry(entry, attribute, _METADATA, _not_in(name))
        elif len(code.code) > longest:
            yield of_entry(entry, attribute, _METADATA, f"plus de {longest} caractères / characters")


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


def _is_dtm(text: str) -> bool:
    """XDS DTM: digits only, UTC, to the second at most (ITI TF-3 table 4.2.3.1.7-2)."""
    return text.isascii() and text.isdigit() and is_timestamp(text)
