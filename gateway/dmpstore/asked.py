"""The facts of a request that faults on demand ask for: transaction, structures, patients, type codes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gateway.dmpstore.faults import TRANSACTIONS, Asked, patient_hash
from gateway.errors import MalformedMultipart, MalformedSoap
from gateway.xds import names, vihf, wire
from gateway.xds.xml import children, text

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_PATIENTS = frozenset({names.ENTRY_PATIENT_ID, names.SET_PATIENT_ID, names.FOLDER_PATIENT_ID})
_PATIENT_PARAMETERS = frozenset(
    {"$patientId", *(f"$XDS{each}PatientId" for each in ("DocumentEntry", "SubmissionSet", "Folder"))}
)
_TYPE_PARAMETER = "$XDSDocumentEntryTypeCode"
_ACTIONS = {action: name for name, action in TRANSACTIONS.items()}


def read_asked(content_type: str, body: bytes) -> Asked | None:
    """None when the request cannot be read or is of no transaction: it is answered as ever."""
    try:
        incoming = wire.read(content_type, body)
    except (MalformedMultipart, MalformedSoap):
        return None
    envelope = incoming.envelope
    transaction = _ACTIONS.get(envelope.action)
    if transaction is None:
        return None
    root = envelope.body_element
    return Asked(
        transaction,
        envelope.message_id,
        incoming.multipart is not None,
        frozenset({*_author_structures(root), *_vihf_structures(envelope.security)}),
        frozenset(patient_hash(each.split("^")[0]) for each in _patients(root)),
        frozenset(_type_codes(root)),
    )


def _author_structures(root: Element) -> Iterator[str]:
    """XON-10 of the author of the set."""
    for author in root.iter(f"{{{names.RIM}}}Classification"):
        if author.get("classificationScheme") == names.SET_AUTHOR:
            for value in _slot_values(author, "authorInstitution"):
                components = value.split("^")
                yield components[9] if len(components) > 9 else ""


def _vihf_structures(security: Element | None) -> Iterator[str]:
    if security is None:
        return
    for attribute in security.iter(f"{{{vihf.SAML}}}Attribute"):
        if attribute.get("Name") == vihf.STRUCTURE:
            yield from (text(value) for value in attribute)


def _patients(root: Element) -> Iterator[str]:
    for identifier in root.iter(f"{{{names.RIM}}}ExternalIdentifier"):
        if identifier.get("identificationScheme") in _PATIENTS:
            yield identifier.get("value", "")
    for name in _PATIENT_PARAMETERS:
        for value in _parameters(root, name):
            yield value.strip("('\") ")


def _type_codes(root: Element) -> Iterator[str]:
    for code in root.iter(f"{{{names.RIM}}}Classification"):
        if code.get("classificationScheme") == names.ENTRY_TYPE_CODE:
            yield code.get("nodeRepresentation", "")
    for value in _parameters(root, _TYPE_PARAMETER):
        yield from (each.strip("('\") ").partition("^")[0] for each in value.split(","))


def _parameters(root: Element, name: str) -> Iterator[str]:
    for query in root.iter(f"{{{names.RIM}}}AdhocQuery"):
        yield from _slot_values(query, name)


def _slot_values(owner: Element, name: str) -> Iterator[str]:
    for slot in children(owner, names.RIM, "Slot"):
        if slot.get("name") == name:
            for values in children(slot, names.RIM, "ValueList"):
                yield from (text(value) for value in children(values, names.RIM, "Value"))
