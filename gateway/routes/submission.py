"""One message, one Submission: the set, its one or two entries, their bytes, and what they replace.

Nothing here depends on when or where it runs: the same message gives the same Submission, ids included.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from gateway.model import (
    Action,
    Code,
    Content,
    Document,
    DocumentEntry,
    Facility,
    Finding,
    Location,
    Reading,
    Replacement,
    Submission,
    SubmissionSet,
)
from gateway.routes import rules
from gateway.routes.author import submission_author
from gateway.routes.depositor import depositor
from gateway.routes.entry import document_entry, is_oid
from gateway.routes.flags import content_type_code, is_patient_class
from gateway.routes.places import Reporter, place
from gateway.routes.table import Classification

_SETS = UUID("6f2c7a34-5d0e-5b8a-9c41-d1a7e0c4b893")
"""Namespace of our SubmissionSet ids. Never change it: a retry must give the ids of the first attempt."""


@dataclass(frozen=True, slots=True)
class Built:
    """``submission`` is None when, and only when, one of the findings is an error."""

    submission: Submission | None
    findings: tuple[Finding, ...] = ()


def build_submission(
    reading: Reading, classified: Sequence[Classification], facility: Facility, submission_time: str
) -> Built:
    """The deposit, replacement or deletion that the message asks for.

    ``classified`` has one classification for each document, in order (ValueError otherwise).
    ``submission_time`` is a DTM in UTC, the same on every retry. Every missing fact is reported at once.
    """
    pairs = list(zip(reading.documents, classified, strict=True))
    if not pairs:
        return Built(None, (rules.NO_DOCUMENT.at(Location()),))
    built = [document_entry(document, what, facility, reading.flags) for document, what in pairs]
    entries = [entry for entry, _ in built if entry is not None]
    replacements, unclear = _replacements(reading)
    findings = [finding for _, found in built for finding in found]
    content_type = content_type_code(reading.patient_class, facility)
    findings += [*unclear, *_across(reading.documents, entries)]
    findings += _about_the_set(reading, facility, content_type)
    if content_type is None or any(finding.is_error for finding in findings):
        return Built(None, tuple(findings))
    submission_set = _submission_set(reading, entries, replacements, facility, submission_time, content_type)
    made = _assemble(reading, pairs, entries, replacements, submission_set, facility)
    return Built(made, tuple(findings))


def submission_unique_id(reading: Reading, facility: Facility, action: Action) -> str:
    """The uniqueId of the set: the same for the same message of the same facility, at most 64 characters.

    It hangs under the facility's ``oid_root`` when that leaves room for 20 digits, else under ``2.25``.
    """
    hashes = [hashlib.sha256(document.content).hexdigest() for document in reading.documents]
    name = "\n".join([facility.code, reading.control_id, str(action), *hashes])
    number = uuid5(_SETS, name).int
    room = 64 - len(facility.oid_root) - 1
    if not facility.oid_root or room < 20:
        return f"2.25.{number}"
    return f"{facility.oid_root}.{number % 10**room}"


def _submission_set(
    reading: Reading,
    entries: Sequence[DocumentEntry],
    replacements: tuple[Replacement, ...],
    facility: Facility,
    submission_time: str,
    content_type: Code,
) -> SubmissionSet:
    headers = tuple(document.header for document in reading.documents if document.header)
    action = _action(reading, replacements)
    return SubmissionSet(
        unique_id=submission_unique_id(reading, facility, action),
        source_id=facility.source_id,
        patient_id=entries[0].patient_id,
        submission_time=submission_time,
        content_type_code=content_type,
        author=submission_author(reading.sender, facility, headers),
    )


def _assemble(
    reading: Reading,
    pairs: Sequence[tuple[Document, Classification]],
    entries: Sequence[DocumentEntry],
    replacements: tuple[Replacement, ...],
    submission_set: SubmissionSet,
    facility: Facility,
) -> Submission:
    action = _action(reading, replacements)
    contents = [Content(entry.entry_id, doc.content) for entry, (doc, _) in zip(entries, pairs, strict=True)]
    return Submission(
        action=action,
        submission_set=submission_set,
        entries=tuple(entries),
        contents=() if action is Action.DELETE else tuple(contents),
        rubriques=tuple(what.rubrique for _, what in pairs if what.rubrique is not None),
        replacements=replacements,
        levels=tuple(doc.header.body.level if doc.header and doc.header.body else 0 for doc, _ in pairs),
        secret_connection=reading.flags.connexion_secrete,
        depositor=depositor(submission_set.author, facility),
    )


def _action(reading: Reading, replacements: tuple[Replacement, ...]) -> Action:
    """What the message asks for; a deposit becomes a replacement when the CDA names a predecessor."""
    asked = reading.documents[0].action
    if asked is Action.DELETE or _asks_replacement(reading, reading.documents[0]):
        return asked
    return Action.REPLACE if replacements else Action.SUBMIT


def _asks_replacement(reading: Reading, document: Document) -> bool:
    """True when the message itself (ORC-1, OBX-11) asks for it, which a bare CDA cannot do."""
    return reading.message is not None and document.action is Action.REPLACE


def _replacements(reading: Reading) -> tuple[tuple[Replacement, ...], list[Finding]]:
    """The RPLC wishes of the documents to deposit; a document to delete keeps its own history to itself.

    The DMP only knows documents by an OID alone (CI-SIS, ClinicalDocument/id). So a predecessor named
    otherwise cannot be there: an error when the message asks to replace it, else a deposit as new.
    """
    wishes: list[Replacement] = []
    findings: list[Finding] = []
    for document in reading.documents:
        header = document.header
        if header is None or document.action is Action.DELETE:
            continue
        asked = _asks_replacement(reading, document)
        wrong = any(
            one.extension or not is_oid(one.root) or one == header.unique_id for one in header.replaces
        )
        if wrong or (asked and not header.replaces):
            rule = rules.PREDECESSOR if asked else rules.UNKNOWABLE_PREDECESSOR
            findings.append(rule.at(place(document, "relatedDocument/parentDocument/id")))
            continue
        entry_id = f"Document{document.position:02d}"
        wishes += [Replacement(entry_id, one.root) for one in header.replaces]
    return tuple(wishes), findings


def _across(documents: Sequence[Document], entries: Sequence[DocumentEntry]) -> list[Finding]:
    """What only shows when the documents of a message are seen together."""
    last = Reporter(documents[-1])
    if len({document.action for document in documents}) > 1:
        last.report(rules.MIXED_ACTIONS, "relatedDocument")
    if len({(entry.patient_id.value, entry.patient_id.authority) for entry in entries}) > 1:
        last.report(rules.TWO_PATIENTS, "recordTarget/patientRole/id")
    if len({entry.unique_id for entry in entries}) < len(entries):
        last.report(rules.SAME_ID_TWICE, "id")
    return last.findings


def _about_the_set(reading: Reading, facility: Facility, content_type: Code | None) -> list[Finding]:
    findings: list[Finding] = []
    declaration = Location(detail=f"facility {facility.code}")
    if not is_oid(facility.source_id) or not facility.structure_id:
        findings.append(rules.SENDING_STRUCTURE.at(declaration))
    if content_type is None:
        findings.append(rules.CONTENT_TYPE.at(declaration))
    if not is_patient_class(reading.patient_class):
        findings.append(rules.PATIENT_CLASS.at(Location(segment="PV1", field=2)))
    return findings
