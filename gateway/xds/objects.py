"""Reading ebXML RIM 3.0 back into XDS metadata: everything that is wrong, at once.

Two strictnesses. A *submission* must have what IHE requires of a document source (ITI TF-3 table 4.3.1-3,
columns ITI-41); an *answer* of a registry needs only an id and a uniqueId, because the registry may know less
than we would send. French requirements are judged elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gateway.model import (
    Association,
    Author,
    Code,
    DocumentEntry,
    PatientId,
    RegistryError,
    SubmissionSet,
)
from gateway.xds import metadata, names
from gateway.xds.authors import read_authors, read_person
from gateway.xds.rim import Problems, RimObject
from gateway.xds.xml import children

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_DTM = re.compile(r"\d{4}(\d{2}){0,5}")
_SHA1 = re.compile(r"[0-9a-fA-F]{40}")
_NO_CODE = Code("", "")


@dataclass(frozen=True, slots=True)
class RegistryObjects:
    """One rim:RegistryObjectList. ``elements`` has the XML of each set and entry by id, for lossless keeping.

    ``folders`` stay XML. ``references`` are the ids of rim:ObjectRef.
    """

    submission_sets: tuple[SubmissionSet, ...] = ()
    entries: tuple[DocumentEntry, ...] = ()
    associations: tuple[Association, ...] = ()
    folders: tuple[Element, ...] = ()
    references: tuple[str, ...] = ()
    elements: Mapping[str, Element] = field(default_factory=dict, repr=False)

    @property
    def submission_set(self) -> SubmissionSet | None:
        """The set of a submission (a submission that was read has exactly one)."""
        return self.submission_sets[0] if self.submission_sets else None


def read_objects(
    list_element: Element, *, answer: bool = False, code: str = "XDSRepositoryMetadataError"
) -> RegistryObjects:
    """Read a submission, or with ``answer`` what a registry returned.

    Raises MalformedMetadata with all ``problems``: ``code`` and a location ``<entry id>/<attribute>`` each.
    """
    problems = Problems(code, required=not answer)
    found = _read(list_element, problems)
    if not answer:
        _one_set(found, problems)
        _unique_ids(found, problems)
    problems.raise_if_any()
    return found


def _read(list_element: Element, problems: Problems) -> RegistryObjects:
    packages = [RimObject(each, problems) for each in children(list_element, names.RIM, "RegistryPackage")]
    extrinsics = [RimObject(each, problems) for each in children(list_element, names.RIM, "ExtrinsicObject")]
    markers = _markers(list_element)
    folders = [each for each in packages if markers.get(each.identity) == names.FOLDER_NODE]
    sets = [each for each in packages if markers.get(each.identity) != names.FOLDER_NODE]
    return RegistryObjects(
        submission_sets=tuple(_submission_set(each) for each in sets),
        entries=tuple(_entry(each, problems) for each in extrinsics),
        associations=tuple(
            _association(each, problems) for each in children(list_element, names.RIM, "Association")
        ),
        folders=tuple(each.element for each in folders),
        references=tuple(each.get("id", "") for each in children(list_element, names.RIM, "ObjectRef")),
        elements={each.identity: each.element for each in (*sets, *extrinsics)},
    )


def _markers(list_element: Element) -> dict[str, str]:
    """Which package is a set and which a folder; the mark stands beside the package or inside it."""
    inside = list_element.iterfind(f"{{{names.RIM}}}RegistryPackage/{{{names.RIM}}}Classification")
    found: dict[str, str] = {}
    for mark in (*children(list_element, names.RIM, "Classification"), *inside):
        node = mark.get("classificationNode")
        if node:
            found[mark.get("classifiedObject", "")] = node
    return found


def _submission_set(rim: RimObject) -> SubmissionSet:
    authors = read_authors(rim, names.SET_AUTHOR)
    return SubmissionSet(
        unique_id=rim.identifier(names.SET_UNIQUE_ID, "uniqueId", always=True),
        source_id=rim.identifier(names.SET_SOURCE_ID, "sourceId"),
        patient_id=_patient(rim, rim.identifier(names.SET_PATIENT_ID, "patientId"), "patientId"),
        submission_time=_time(rim, "submissionTime", required=True),
        content_type_code=_code(rim, names.SET_CONTENT_TYPE_CODE, "contentTypeCode"),
        author=authors[0] if authors else Author(),
        title=rim.localized("Name"),
        comments=rim.localized("Description"),
        entry_id=rim.identity,
    )


def _entry(rim: RimObject, problems: Problems) -> DocumentEntry:
    if rim.attribute("objectType") != names.OBJECT_STABLE:
        problems.add(rim.identity, "objectType", "type d'objet non géré / object type not supported")
    legal = rim.slot("legalAuthenticator", "legalAuthenticator")
    return DocumentEntry(
        entry_id=rim.identity,
        unique_id=rim.identifier(names.ENTRY_UNIQUE_ID, "uniqueId", always=True),
        patient_id=_patient(rim, rim.identifier(names.ENTRY_PATIENT_ID, "patientId"), "patientId"),
        source_patient_id=metadata.parse_cx(rim.slot("sourcePatientId", "sourcePatientId", required=True)),
        class_code=_code(rim, names.ENTRY_CLASS_CODE, "classCode"),
        type_code=_code(rim, names.ENTRY_TYPE_CODE, "typeCode"),
        format_code=_code(rim, names.ENTRY_FORMAT_CODE, "formatCode"),
        confidentiality_codes=_some_codes(rim, names.ENTRY_CONFIDENTIALITY_CODE, "confidentialityCode"),
        healthcare_facility_type_code=_code(
            rim, names.ENTRY_FACILITY_TYPE_CODE, "healthcareFacilityTypeCode"
        ),
        practice_setting_code=_code(rim, names.ENTRY_PRACTICE_SETTING_CODE, "practiceSettingCode"),
        creation_time=_time(rim, "creationTime", required=True),
        service_start_time=_time(rim, "serviceStartTime"),
        service_stop_time=_time(rim, "serviceStopTime"),
        language_code=rim.slot("languageCode", "languageCode", required=True),
        title=rim.localized("Name"),
        comments=rim.localized("Description"),
        mime_type=rim.attribute("mimeType", required=True),
        hash=_hash(rim),
        size=_size(rim),
        authors=read_authors(rim, names.ENTRY_AUTHOR),
        legal_authenticator=read_person(legal) if legal else None,
        source_patient_info=rim.slots("sourcePatientInfo"),
        event_codes=rim.codes(names.ENTRY_EVENT_CODE, "eventCodeList"),
        reference_ids=rim.slots(names.REFERENCE_ID_LIST),
        entry_uuid=rim.identity if rim.identity.startswith("urn:uuid:") else "",
        logical_id=rim.attribute("lid"),
        availability_status=rim.attribute("status"),
        repository_unique_id=rim.slot("repositoryUniqueId", "repositoryUniqueId"),
        version=rim.version(),
    )


def _association(element: Element, problems: Problems) -> Association:
    rim = RimObject(element, problems)
    return Association(
        association_id=element.get("id", ""),
        type=rim.attribute("associationType", required=True, always=True),
        source=rim.attribute("sourceObject", required=True, always=True),
        target=rim.attribute("targetObject", required=True, always=True),
        slots=rim.all_slots(),
    )


def _patient(rim: RimObject, text: str, attribute: str) -> PatientId:
    patient = metadata.parse_cx(text)
    if text and not (patient.value and patient.authority):
        rim.wrong(
            attribute,
            "CX attendu / CX expected: id^^^&oid&ISO (ITI TF-3 §4.2.3.1.7)",
        )
    return patient


def _code(rim: RimObject, scheme: str, attribute: str) -> Code:
    found = rim.codes(scheme, attribute)
    if not found:
        rim.missing(attribute)
    elif len(found) > 1:
        rim.wrong(attribute, "une seule valeur permise / only one value allowed")
    return found[0] if found else _NO_CODE


def _some_codes(rim: RimObject, scheme: str, attribute: str) -> tuple[Code, ...]:
    found = rim.codes(scheme, attribute)
    if not found:
        rim.missing(attribute)
    return found


def _time(rim: RimObject, name: str, *, required: bool = False) -> str:
    value = rim.slot(name, name, required=required)
    if value and not _DTM.fullmatch(value):
        rim.wrong(
            name, "DTM attendu / DTM expected: YYYY[MM[DD[hh[mm[ss]]]]] UTC (ITI TF-3 table 4.2.3.1.7-2)"
        )
    return value


def _hash(rim: RimObject) -> str:
    value = rim.slot("hash", "hash")
    if value and not _SHA1.fullmatch(value):
        rim.wrong("hash", "SHA-1 hexadécimal attendu / SHA-1 in hexadecimal expected")
    # Upper case must be accepted when reading, lower case is what we compare and send.
    return value.lower()


def _size(rim: RimObject) -> int:
    value = rim.slot("size", "size")
    if not value:
        return -1
    if not (value.isascii() and value.isdigit() and len(value) <= 15):
        rim.wrong("size", "nombre d'octets attendu / number of bytes expected")
        return -1
    return int(value)


def _one_set(found: RegistryObjects, problems: Problems) -> None:
    if len(found.submission_sets) != 1:
        problems.add(
            "", "SubmissionSet", "un seul SubmissionSet attendu / exactly one SubmissionSet expected"
        )


def _unique_ids(found: RegistryObjects, problems: Problems) -> None:
    if len({each.entry_id for each in found.entries}) < len(found.entries):
        problems.add("", "id", "deux objets de même id / two objects with one id")
    seen: set[str] = set()
    sets = [(each.entry_id, each.unique_id) for each in found.submission_sets]
    for identity, unique_id in (*sets, *((each.entry_id, each.unique_id) for each in found.entries)):
        if unique_id and unique_id in seen:
            problems.errors.append(
                RegistryError(
                    "XDSRepositoryDuplicateUniqueIdInMessage",
                    "uniqueId présent deux fois / uniqueId used twice",
                    f"{identity}/uniqueId",
                )
            )
        seen.add(unique_id)
