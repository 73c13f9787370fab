"""The signature of a set as a second document of it: its DocumentEntry, its content, what it signs.

CI-SIS, DMP transaction TD2.1: a deposit always carries the XAdES signature of its SubmissionSet.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from uuid import UUID, uuid5

from gateway.model import Author, Code, Content, DocumentEntry, Submission
from gateway.model.timestamps import to_moment
from gateway.nomenclature import value_set
from gateway.xds import xades
from gateway.xds.certificates import SigningIdentity
from gateway.xds.xades import SignedDocument

ENTRY_ID = "Signature01"
CLASS = Code("urn:oid:1.3.6.1.4.1.19376.1.2.1.1.1", "URN", "Digital Signature")
TYPE = Code("E1762", "ASTM", "Full Document")
FORMAT = Code("http://www.w3.org/2000/09/xmldsig#", "URN", "Default Signature Style")
EVENT = Code("1.2.840.10065.1.12.1.14", "1.2.840.10065.1.12", "Source")
_SIGNATURES = UUID("0c7b6e0e-3c5f-5a54-9a2e-6f0d6a1a7b53")
"""Namespace of the ids of signatures. Never change it: a retry must give the id of the first attempt."""
_CONFIDENTIALITY = (
    ("N", "2.16.840.1.113883.5.25"),
    ("MASQUE_PS", "1.2.250.1.213.1.1.4.13"),
    ("INVISIBLE_PATIENT", "1.2.250.1.213.1.1.4.13"),
)


def signed(submission: Submission, identity: SigningIdentity, algorithm: str = "sha256") -> Submission:
    """The deposit with its signature. The signing time is the submission time: the same on every retry.

    Raises MalformedMetadata when a document said to be XML is not.
    """
    by_id = {content.entry_id: content.data for content in submission.contents}
    documents = [
        SignedDocument(entry.unique_id, entry.mime_type, by_id[entry.entry_id])
        for entry in submission.entries
        if entry.entry_id in by_id
    ]
    submission_set = submission.submission_set
    moment = to_moment(submission_set.submission_time, "UTC")
    data = xades.sign_set(submission_set.unique_id, documents, identity, moment, algorithm)
    return replace(
        submission,
        entries=(*submission.entries, signature_entry(submission, data)),
        contents=(*submission.contents, Content(ENTRY_ID, data)),
        signatures=(*submission.signatures, ENTRY_ID),
    )


def signature_entry(submission: Submission, data: bytes) -> DocumentEntry:
    """The DocumentEntry of the signature ``data``; what nothing else says is as in the first document."""
    first, submission_set = submission.entries[0], submission.submission_set
    author = submission_set.author
    time = submission_set.submission_time
    return DocumentEntry(
        entry_id=ENTRY_ID,
        unique_id=f"2.25.{uuid5(_SIGNATURES, submission_set.unique_id).int}",
        patient_id=submission_set.patient_id,
        source_patient_id=submission_set.patient_id,
        source_patient_info=first.source_patient_info,
        class_code=CLASS,
        type_code=TYPE,
        format_code=FORMAT,
        confidentiality_codes=tuple(_confidentiality(*one) for one in _CONFIDENTIALITY),
        healthcare_facility_type_code=first.healthcare_facility_type_code,
        practice_setting_code=first.practice_setting_code,
        creation_time=time,
        service_start_time=time,
        service_stop_time=time,
        language_code="art",
        title="Source",
        mime_type="text/xml",
        hash=hashlib.sha1(data, usedforsecurity=False).hexdigest(),
        size=len(data),
        authors=(author,),
        legal_authenticator=Author(person=author.person, person_type=author.person_type),
        event_codes=(EVENT,),
    )


def _confidentiality(code: str, system: str) -> Code:
    concept = value_set("J58").get(code, system)
    return concept.coded if concept is not None else Code(code, system)
