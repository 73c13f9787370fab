"""What can be said of a submission without the database, in the order of the DMP's own checks.

Each check yields every error that it finds in every document; none stops the others.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping

from gateway.dmpstore.refusal import of_entry, of_set, shown
from gateway.dmpstore.rules import Rules
from gateway.dmpstore.storage import is_uuid
from gateway.model import Association, DocumentEntry, PatientId, RegistryError, SubmissionSet
from gateway.xds.names import HAS_MEMBER, REFERENCE_ID_LIST, RPLC, XFRM_RPLC
from gateway.xds.objects import RegistryObjects
from gateway.xds.rim import Problems, RimObject

REPLACING = frozenset({RPLC, XFRM_RPLC})
_METADATA = "XDSRegistryMetadataError"
# A part that is not what its own metadata say (ITI TF-2 §3.41.4.1.3); XDSNonIdenticalHash is about a uniqueId
# that is registered already (ITI TF-3 table 4.2.4.1-2).
_CONTENT = "XDSRepositoryMetadataError"


def patient_errors(
    submission_set: SubmissionSet, entries: tuple[DocumentEntry, ...], rules: Rules
) -> Iterator[RegistryError]:
    """The patient is one that this store may know, and all objects speak of the same one."""
    problem = rules.patient_problem(submission_set.patient_id)
    if problem:
        yield of_set(submission_set, "patientId", "XDSUnknownPatientId", problem)
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
    submission_set: SubmissionSet, objects: RegistryObjects, rules: Rules
) -> Iterator[RegistryError]:
    """Only what the store honours: it never accepts a wish that it would not fulfil."""
    if objects.folders:
        yield of_set(
            submission_set, "Folder", _METADATA, "classeur non géré par le DMP / the DMP has no folders"
        )
    own = own_ids(submission_set, objects)
    if len(own) < len(_all_ids(submission_set, objects)):
        yield of_set(submission_set, "id", _METADATA, "identifiant d'objet répété / object id used twice")
    for association in objects.associations:
        if association.type not in rules.association_types:
            known = ", ".join(sorted(each.rpartition(":")[2] for each in rules.association_types))
            yield of_set(
                submission_set,
                "associationType",
                _METADATA,
                f"association non gérée / association not supported ({known})",
            )
        elif association.type not in REPLACING and not _joined(association, own):
            yield of_set(
                submission_set,
                association.type.rpartition(":")[2],
                _METADATA,
                "association dont une extrémité est inconnue / association with an unknown end",
            )


def own_ids(submission_set: SubmissionSet, objects: RegistryObjects) -> frozenset[str]:
    """The ids of everything in the message that an association can join."""
    return frozenset(_all_ids(submission_set, objects))


def unsaved_slots(objects: RegistryObjects) -> Iterator[RegistryError]:
    """A warning for each object with slots of its sender's own (ITI TF-3 §4.2.3.1.6): they are not kept."""
    for identity, element in objects.elements.items():
        slots = RimObject(element, Problems(""), identity).all_slots()
        if any(name.startswith("urn:") and name != REFERENCE_ID_LIST for name in slots):
            yield RegistryError(
                "XDSExtraMetadataNotSaved",
                "slots propres à l'émetteur non conservés / the sender's own slots are not kept",
                shown(identity),
                "Warning",
            )


def content_errors(entry: DocumentEntry, data: bytes) -> Iterator[RegistryError]:
    """Hash and size are compared when the sender gave them (SHA-1 of the bytes of the part)."""
    if entry.hash and entry.hash.lower() != sha1(data):
        yield of_entry(
            entry,
            "hash",
            _CONTENT,
            "le SHA-1 annoncé n'est pas celui des octets reçus / the SHA-1 is not that of the bytes received",
        )
    if entry.size >= 0 and entry.size != len(data):
        yield of_entry(
            entry,
            "size",
            _CONTENT,
            f"la taille annoncée n'est pas celle reçue / the size is not the one received ({len(data)})",
        )


def sha1(data: bytes) -> str:
    """Lower-case hexadecimal SHA-1: the hash of XDS metadata, not a protection (that is SHA-256)."""
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()


def _all_ids(submission_set: SubmissionSet, objects: RegistryObjects) -> list[str]:
    entries = dict.fromkeys(entry.entry_id for entry in objects.entries)
    associations = [each.association_id for each in objects.associations if each.association_id]
    return [submission_set.entry_id, *entries, *associations]


def _joined(association: Association, own: frozenset[str]) -> bool:
    """It starts in the message and ends there or at something registered, which is looked up later."""
    return association.source in own and (association.target in own or is_uuid(association.target))


def _person(patient: PatientId) -> tuple[str, str]:
    return patient.value, patient.authority
