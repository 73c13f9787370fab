"""ITI-41 over real HTTP: start from a valid submission, break one thing, look at the answer and the store."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from gateway.model import Code, DocumentEntry, PatientId, Receipt
from gateway.xds import names
from gateway.xds.wire import HttpMessage

from .conftest import Client
from .samples import LOINC, OTHER_PATIENT, PATIENT, ROOT, document, entry, sha1, submission


def refused(receipt: Receipt) -> list[tuple[str, str]]:
    """(code, location) of every error."""
    assert receipt.status == "Failure"
    return [(error.code, error.location) for error in receipt.errors]


def altered(message: HttpMessage, before: str, after: str) -> HttpMessage:
    """The same request with one text of its envelope changed."""
    assert before.encode() in message.body
    body = message.body.replace(before.encode(), after.encode())
    return HttpMessage(message.content_type, (body,), len(body))


def test_a_deposit_is_stored_with_its_exact_bytes_and_metadata(store: Client) -> None:
    assert store.submit(submission()).success

    (found,) = store.documents()
    assert found["unique_id"] == f"{ROOT}.1.1"
    assert found["patient_id"] == "279035121518989^^^&1.2.250.1.213.1.4.10&ISO^NH"
    assert found["rubrique"] == "analyses"
    assert found["status"] == "Approved"
    assert found["hash"] == sha1(document(1))
    assert found["sha256"] == hashlib.sha256(document(1)).hexdigest()
    assert found["confidentiality"] == ["N"]
    assert found["author_institution"] == "CH EXEMPLE"
    assert found["submission_set_id"] == f"{ROOT}.9.1"
    answer = store.get(f"/api/documents/{ROOT}.1.1/content")
    assert answer.body == document(1)
    assert answer.headers["content-type"] == "text/xml"


def test_the_registry_assigns_uuid_version_status_and_repository(store: Client) -> None:
    store.submit(submission())

    (found,) = store.entries(f"{ROOT}.1.1")
    assert found.entry_uuid.startswith("urn:uuid:")
    assert found.logical_id == found.entry_uuid
    assert found.version == "1"
    assert found.availability_status == names.STATUS_APPROVED
    assert found.repository_unique_id.startswith("2.25.")
    assert (found.hash, found.size) == (sha1(document(1)), len(document(1)))


@pytest.mark.parametrize("size", [0, 1, 200_000, 5_000_000])
def test_bytes_of_any_size_and_kind_come_back_unchanged(store: Client, size: int) -> None:
    data = (b"\r\n--uuid-\x00\xff" * (size // 10 + 1))[:size]

    assert store.submit(submission(entry(1, data), contents={"Document01": data})).success

    assert store.get(f"/api/documents/{ROOT}.1.1/content").body == data


def test_hash_and_size_are_computed_when_the_sender_gives_none(store: Client) -> None:
    message = store.message(submission())
    for name, value in (("hash", sha1(document(1))), ("size", str(len(document(1))))):
        values = f"<rim:ValueList><rim:Value>{value}</rim:Value></rim:ValueList>"
        message = altered(message, f'<rim:Slot name="{name}">{values}</rim:Slot>', "")

    assert store.deposit(message).success

    (found,) = store.documents()
    assert (found["hash"], found["size"]) == (sha1(document(1)), len(document(1)))


def test_an_upper_case_hash_is_accepted(store: Client) -> None:
    message = altered(store.message(submission()), sha1(document(1)), sha1(document(1)).upper())

    assert store.deposit(message).success


def test_a_wrong_hash_is_refused_and_named(store: Client) -> None:
    receipt = store.submit(submission(entry(hash="0" * 40)))

    assert refused(receipt) == [("XDSRepositoryMetadataError", "Document01/hash")]
    assert f"{ROOT}.1.1" in receipt.errors[0].context
    assert store.documents() == []


def test_a_wrong_size_is_refused_and_named(store: Client) -> None:
    size = str(len(document(1)))
    message = altered(store.message(submission()), f"<rim:Value>{size}<", "<rim:Value>9999<")

    assert refused(store.deposit(message)) == [("XDSRepositoryMetadataError", "Document01/size")]


UNKNOWN = Code("99999-9", LOINC, "?")


@pytest.mark.parametrize(
    ("changes", "attribute"),
    [
        ({"type_code": UNKNOWN}, "typeCode"),
        ({"class_code": UNKNOWN}, "classCode"),
        ({"format_code": UNKNOWN}, "formatCode"),
        ({"healthcare_facility_type_code": UNKNOWN}, "healthcareFacilityTypeCode"),
        ({"practice_setting_code": UNKNOWN}, "practiceSettingCode"),
        ({"confidentiality_codes": (UNKNOWN,)}, "confidentialityCode"),
        ({"title": ""}, "title"),
        ({"service_start_time": ""}, "serviceStartTime"),
        ({"service_start_time": "20261399"}, "serviceStartTime"),
        ({"legal_authenticator": None}, "legalAuthenticator"),
        ({"unique_id": "1.2.3^4"}, "uniqueId"),
        ({"mime_type": "text/xml; charset=utf-8"}, "mimeType"),
        ({"title": "x" * 1025}, "title"),
    ],
)
def test_a_wrong_or_missing_attribute_is_refused_and_named(
    store: Client, changes: dict[str, object], attribute: str
) -> None:
    receipt = store.submit(submission(entry(**changes)))

    assert refused(receipt) == [("XDSRegistryMetadataError", f"Document01/{attribute}")]
    assert store.counts()["documents"] == 0


@pytest.mark.parametrize(
    ("slot", "attribute"), [("languageCode", "languageCode"), ("sourcePatientId", "sourcePatientId")]
)
def test_an_attribute_that_ihe_requires_is_refused_with_the_uniqueid(
    store: Client, slot: str, attribute: str
) -> None:
    message = altered(store.message(submission()), f'Slot name="{slot}"', 'Slot name="other"')

    receipt = store.deposit(message)

    assert refused(receipt) == [("XDSRepositoryMetadataError", f"Document01/{attribute}")]
    assert f"{ROOT}.1.1" in receipt.errors[0].context


@pytest.mark.parametrize(
    "patient",
    [
        PatientId("279035121518989", "1.2.250.1.213.1.4.2"),
        PatientId("279035121518989", "1.2.3"),
        PatientId("27903512151898", "1.2.250.1.213.1.4.10"),
        PatientId("PATIENT-7", "1.2.250.1.213.1.4.8"),
    ],
)
def test_a_patient_without_an_ins_is_unknown(store: Client, patient: PatientId) -> None:
    receipt = store.submit(submission(entry(patient_id=patient)))

    assert refused(receipt) == [("XDSUnknownPatientId", "SubmissionSet01/patientId")]
    assert patient.value not in receipt.errors[0].context


def test_an_entry_of_another_patient_than_the_set_is_refused(store: Client) -> None:
    receipt = store.submit(submission(entry(patient_id=OTHER_PATIENT), patient_id=PATIENT))

    assert refused(receipt) == [("XDSPatientIdDoesNotMatch", "Document01/patientId")]


def test_two_documents_one_bad_and_nothing_is_stored(store: Client) -> None:
    bad = entry(2, hash="0" * 40, title="")

    receipt = store.submit(submission(entry(1), bad))

    assert refused(receipt) == [
        ("XDSRepositoryMetadataError", "Document02/hash"),
        ("XDSRegistryMetadataError", "Document02/title"),
    ]
    assert store.counts() | {"rubriques": {}, "statuses": {}} == {
        **dict.fromkeys(("documents", "unique_ids", "submission_sets", "deposits", "distinct_hashes"), 0),
        "records": 0,
        "signatures": 0,
        "rubriques": {},
        "statuses": {},
    }


def test_two_documents_of_one_set_are_both_stored(store: Client) -> None:
    assert store.submit(submission(entry(1), entry(2))).success

    assert [found["submission_set_id"] for found in store.documents()] == [f"{ROOT}.9.1"] * 2
    assert store.counts()["deposits"] == 1


def test_the_same_set_again_is_a_duplicate_and_is_stored_once(store: Client) -> None:
    store.submit(submission())

    receipt = store.submit(submission())

    assert refused(receipt) == [("XDSDuplicateUniqueIdInRegistry", "SubmissionSet01/uniqueId")]
    assert f"{ROOT}.9.1" in receipt.errors[0].context
    assert (store.counts()["deposits"], store.counts()["documents"]) == (1, 1)


def test_a_known_document_with_the_same_bytes_is_accepted_in_a_new_set(store: Client) -> None:
    store.submit(submission())

    assert store.submit(submission(number=2)).success

    counts = store.counts()
    assert (counts["deposits"], counts["unique_ids"], counts["distinct_hashes"]) == (2, 1, 1)


def test_a_known_document_with_other_bytes_is_refused(store: Client) -> None:
    store.submit(submission())
    other = document(1, "changed")

    receipt = store.submit(submission(entry(1, other), number=2, contents={"Document01": other}))

    assert refused(receipt) == [("XDSNonIdenticalHash", "Document01/hash")]
    assert store.get(f"/api/documents/{ROOT}.1.1/content").body == document(1)


def test_a_uniqueid_used_twice_in_one_message_is_refused(store: Client) -> None:
    message = altered(store.message(submission(entry(1), entry(2))), f'"{ROOT}.1.2"', f'"{ROOT}.1.1"')

    assert ("XDSRepositoryDuplicateUniqueIdInMessage", "Document02/uniqueId") in refused(
        store.deposit(message)
    )


def test_a_replacement_deprecates_its_target(store: Client) -> None:
    store.submit(submission())

    receipt = store.submit(submission(entry(2), number=2, replaces={"Document02": f"{ROOT}.1.1"}))

    assert receipt.success
    old, new = store.documents()
    assert (old["status"], old["replaced_by"], old["replaces"]) == ("Deprecated", f"{ROOT}.1.2", None)
    assert (new["status"], new["replaced_by"], new["replaces"]) == ("Approved", None, f"{ROOT}.1.1")


def test_a_document_that_is_no_longer_in_force_cannot_be_replaced(store: Client) -> None:
    store.submit(submission())
    store.submit(submission(entry(2), number=2, replaces={"Document02": f"{ROOT}.1.1"}))

    receipt = store.submit(submission(entry(3), number=3, replaces={"Document03": f"{ROOT}.1.1"}))

    assert refused(receipt) == [("XDSRegistryDeprecatedDocumentError", "Document03/RPLC")]
    assert len(store.documents()) == 2


def test_an_unknown_document_cannot_be_replaced(store: Client) -> None:
    store.submit(submission())
    message = store.message(submission(entry(2), number=2, replaces={"Document02": f"{ROOT}.1.1"}))
    known = store.entries(f"{ROOT}.1.1")[0].entry_uuid

    receipt = store.deposit(altered(message, known, "urn:uuid:7edca82f-0000-47f2-a032-9b2a5b5186c1"))

    assert refused(receipt) == [("XDSReplaceFailed", "Document02/RPLC")]


def test_the_document_of_another_patient_cannot_be_replaced(store: Client) -> None:
    store.submit(submission())

    receipt = store.submit(
        submission(entry(2, patient_id=OTHER_PATIENT), number=2, replaces={"Document02": f"{ROOT}.1.1"})
    )

    assert refused(receipt) == [("XDSPatientIdDoesNotMatch", "Document02/RPLC")]
    assert store.documents()[0]["status"] == "Approved"


def test_an_association_that_the_store_would_not_honour_is_refused(store: Client) -> None:
    store.submit(submission())
    message = store.message(submission(entry(2), number=2, replaces={"Document02": f"{ROOT}.1.1"}))

    receipt = store.deposit(altered(message, names.RPLC, names.XFRM_RPLC))

    assert refused(receipt) == [("XDSRegistryMetadataError", "SubmissionSet01/associationType")]


def test_an_entry_that_is_no_member_of_the_set_is_refused(store: Client) -> None:
    message = altered(store.message(submission()), names.HAS_MEMBER, names.SIGNS)

    assert refused(store.deposit(message)) == [("XDSRegistryMetadataError", "Document01/HasMember")]


def test_a_cid_that_matches_no_part_is_a_missing_document(store: Client) -> None:
    message = altered(store.message(submission()), "cid:document1", "cid:nothing")

    assert refused(store.deposit(message)) == [("XDSMissingDocument", "Document01")]


def test_the_signature_of_a_set_is_stored_without_a_rubrique(store: Client) -> None:
    signature = signature_entry()

    receipt = store.submit(submission(entry(1), signature))

    assert receipt.errors == ()
    assert [found["rubrique"] for found in store.documents()] == ["analyses"]
    assert store.counts()["signatures"] == 1
    assert [found["rubrique"] for found in store.documents(unique_id=f"{ROOT}.1.2")] == [None]


def signature_entry() -> DocumentEntry:
    """XDS-DMP part (b) 5."""
    return replace(
        entry(2),
        class_code=Code("urn:oid:1.3.6.1.4.1.19376.1.2.1.1.1", "URN", "Digital Signature"),
        type_code=Code("E1762", "ASTM", "Full Document"),
        format_code=Code("http://www.w3.org/2000/09/xmldsig#", "URN", "Default Signature Style"),
        language_code="art",
        title="Source",
    )
