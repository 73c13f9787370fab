"""Writing XDS metadata as ebXML RIM 3.0. Children stand in schema order, identifiers are deterministic."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from lxml import etree

from gateway.errors import MalformedMetadata
from gateway.model import Association, Author, Code, DocumentEntry, Submission, SubmissionSet
from gateway.xds import metadata, names
from gateway.xds.authors import author_slots, person_value
from gateway.xds.objects import RegistryObjects, read_objects
from gateway.xds.xml import element

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = [
    "RegistryObjects",
    "association_object",
    "document_entry_object",
    "object_list",
    "object_ref",
    "read_objects",
    "registry_objects",
    "submission_set_object",
]


def registry_objects(submission: Submission, predecessors: Mapping[str, str]) -> Element:
    """The rim:RegistryObjectList of an ITI-41 request: set, entries, HasMember of each, signs, RPLC.

    ``predecessors`` gives the entryUUID of each uniqueId that is replaced. Raises MalformedMetadata when one
    is missing, or when a value has characters that XML cannot carry.
    """
    result = object_list(submission_set_object(submission.submission_set))
    result.append(set_marker(submission.submission_set))
    for entry in submission.entries:
        result.append(_extrinsic(entry, entry.entry_id))
    for number, association in enumerate(_associations(submission, predecessors), start=1):
        result.append(association_object(association, f"as{number:02d}"))
    return result


def object_list(*objects: Element) -> Element:
    """A rim:RegistryObjectList around ready objects."""
    result = etree.Element(f"{{{names.RIM}}}RegistryObjectList", nsmap={"rim": names.RIM})
    result.extend(objects)
    return result


def submission_set_object(submission_set: SubmissionSet, status: str = "", entry_uuid: str = "") -> Element:
    """The rim:RegistryPackage; ``status`` and ``entry_uuid`` only in answers of a registry."""
    identity = entry_uuid or submission_set.entry_id
    package = element(None, names.RIM, "RegistryPackage", id=identity)
    if status:
        package.set("objectType", "urn:oasis:names:tc:ebxml-regrep:ObjectType:RegistryObject:RegistryPackage")
        package.set("status", status)
    slot(package, "submissionTime", [submission_set.submission_time])
    _named(package, submission_set.title, submission_set.comments)
    writer = _Children(package, identity)
    writer.author(names.SET_AUTHOR, submission_set.author)
    writer.code(names.SET_CONTENT_TYPE_CODE, submission_set.content_type_code)
    if status:
        writer.node(names.SET_NODE)
    patient = metadata.format_cx(submission_set.patient_id)
    writer.identifier(names.SET_PATIENT_ID, "XDSSubmissionSet.patientId", patient)
    writer.identifier(names.SET_SOURCE_ID, "XDSSubmissionSet.sourceId", submission_set.source_id)
    writer.identifier(names.SET_UNIQUE_ID, "XDSSubmissionSet.uniqueId", submission_set.unique_id)
    return package


def set_marker(submission_set: SubmissionSet) -> Element:
    """The Classification that says that a package is a SubmissionSet, beside it as in the IHE examples."""
    return element(
        None,
        names.RIM,
        "Classification",
        id=f"{submission_set.entry_id}-node",
        classifiedObject=submission_set.entry_id,
        classificationNode=names.SET_NODE,
    )


def document_entry_object(entry: DocumentEntry) -> Element:
    """The rim:ExtrinsicObject of an answer, with entryUUID, lid, status, version and repository."""
    return _extrinsic(entry, entry.entry_uuid or entry.entry_id)


def association_object(association: Association, identity: str = "") -> Element:
    made = element(
        None,
        names.RIM,
        "Association",
        id=association.association_id or identity,
        associationType=association.type,
        sourceObject=association.source,
        targetObject=association.target,
    )
    for name, values in association.slots.items():
        slot(made, name, values)
    return made


def object_ref(identity: str) -> Element:
    return element(None, names.RIM, "ObjectRef", id=identity)


def slot(parent: Element, name: str, values: Sequence[str]) -> None:
    """A rim:Slot with its values; nothing at all without values."""
    kept = [value for value in values if value]
    if not kept:
        return
    value_list = element(element(parent, names.RIM, "Slot", name=name), names.RIM, "ValueList")
    for value in kept:
        element(value_list, names.RIM, "Value", value)


def _associations(submission: Submission, predecessors: Mapping[str, str]) -> Iterator[Association]:
    source = submission.submission_set.entry_id
    original = {"SubmissionSetStatus": ("Original",)}
    for entry in submission.entries:
        yield Association("", names.HAS_MEMBER, source, entry.entry_id, original)
    for signature in submission.signatures:
        yield Association("", names.SIGNS, signature, source)
    for wish in submission.replacements:
        target = predecessors.get(wish.predecessor_unique_id, "")
        if not target:
            raise MalformedMetadata(
                "entryUUID du prédécesseur inconnu / entryUUID of the predecessor unknown",
                "XDSReplaceFailed",
                wish.entry_id,
            )
        yield Association("", names.RPLC, wish.entry_id, target)


def _extrinsic(entry: DocumentEntry, identity: str) -> Element:
    made = element(None, names.RIM, "ExtrinsicObject", id=identity)
    _registry_attributes(made, entry)
    _entry_slots(made, entry)
    _named(made, entry.title, entry.comments)
    if entry.version:
        element(made, names.RIM, "VersionInfo", versionName=entry.version)
    writer = _Children(made, identity)
    for author in entry.authors:
        writer.author(names.ENTRY_AUTHOR, author)
    for scheme, code in _codes(entry):
        if code.code:
            writer.code(scheme, code)
    patient = metadata.format_cx(entry.patient_id)
    writer.identifier(names.ENTRY_PATIENT_ID, "XDSDocumentEntry.patientId", patient)
    writer.identifier(names.ENTRY_UNIQUE_ID, "XDSDocumentEntry.uniqueId", entry.unique_id)
    return made


def _registry_attributes(made: Element, entry: DocumentEntry) -> None:
    if entry.logical_id:
        made.set("lid", entry.logical_id)
    made.set("mimeType", entry.mime_type)
    made.set("objectType", names.OBJECT_STABLE)
    if entry.availability_status:
        made.set("status", entry.availability_status)
        made.set("isOpaque", "false")


def _entry_slots(made: Element, entry: DocumentEntry) -> None:
    size = str(entry.size) if entry.size >= 0 else ""
    slot(made, "creationTime", [entry.creation_time])
    slot(made, "languageCode", [entry.language_code])
    slot(made, "legalAuthenticator", [person_value(entry.legal_authenticator)])
    slot(made, "serviceStartTime", [entry.service_start_time])
    slot(made, "serviceStopTime", [entry.service_stop_time])
    slot(made, "sourcePatientId", [metadata.format_cx(entry.source_patient_id)])
    slot(made, "sourcePatientInfo", entry.source_patient_info)
    slot(made, "hash", [entry.hash])
    slot(made, "size", [size])
    slot(made, "repositoryUniqueId", [entry.repository_unique_id])
    slot(made, names.REFERENCE_ID_LIST, entry.reference_ids)


def _codes(entry: DocumentEntry) -> Iterator[tuple[str, Code]]:
    yield names.ENTRY_CLASS_CODE, entry.class_code
    for code in entry.confidentiality_codes:
        yield names.ENTRY_CONFIDENTIALITY_CODE, code
    for code in entry.event_codes:
        yield names.ENTRY_EVENT_CODE, code
    yield names.ENTRY_FORMAT_CODE, entry.format_code
    yield names.ENTRY_FACILITY_TYPE_CODE, entry.healthcare_facility_type_code
    yield names.ENTRY_PRACTICE_SETTING_CODE, entry.practice_setting_code
    yield names.ENTRY_TYPE_CODE, entry.type_code


def _named(parent: Element, title: str, comments: str) -> None:
    if title:
        _localized(element(parent, names.RIM, "Name"), title)
    if comments:
        _localized(element(parent, names.RIM, "Description"), comments)


def _localized(parent: Element, value: str) -> None:
    made = element(parent, names.RIM, "LocalizedString", charset="UTF8", value=value)
    made.set(f"{{{names.XML}}}lang", "FR")


class _Children:
    """Appends Classifications and ExternalIdentifiers to one object, numbering their ids."""

    def __init__(self, parent: Element, identity: str) -> None:
        self._parent = parent
        self._identity = identity
        self._number = 0

    def author(self, scheme: str, author: Author) -> None:
        made = self._classification(classificationScheme=scheme, nodeRepresentation="")
        for name, values in author_slots(author):
            slot(made, name, values)

    def code(self, scheme: str, code: Code) -> None:
        made = self._classification(classificationScheme=scheme, nodeRepresentation=code.code)
        slot(made, "codingScheme", [code.system])
        if code.display:
            _localized(element(made, names.RIM, "Name"), code.display)

    def node(self, node: str) -> None:
        self._classification(classificationNode=node)

    def identifier(self, scheme: str, name: str, value: str) -> None:
        made = element(
            self._parent,
            names.RIM,
            "ExternalIdentifier",
            id=self._next("ei"),
            identificationScheme=scheme,
            registryObject=self._identity,
            value=value,
        )
        _localized(element(made, names.RIM, "Name"), name)

    def _classification(self, **attributes: str) -> Element:
        return element(
            self._parent,
            names.RIM,
            "Classification",
            id=self._next("cl"),
            classifiedObject=self._identity,
            **attributes,
        )

    def _next(self, prefix: str) -> str:
        self._number += 1
        return f"{self._identity}-{prefix}{self._number:02d}"
