"""ITI-57: new versions of metadata, and what they do to everything else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from gateway.model import Code, DocumentEntry, Receipt
from gateway.xds import iti18, iti57, names
from gateway.xds.iti57 import EntryUpdate, StatusChange
from gateway.xds.slot_values import quote_list
from gateway.xds.wire import HttpMessage

from .conftest import Client
from .samples import OTHER_PATIENT, PATIENT, ROOT, document, entry, submission
from .test_queries import ask

MASKED = (
    Code("N", "2.16.840.1.113883.5.25", "Normal"),
    Code("MASQUE_PS", "1.2.250.1.213.1.1.4.13", "Masqué aux professionnels de santé"),
)


def message(
    store: Client,
    *updates: EntryUpdate,
    number: int = 50,
    changes: tuple[StatusChange, ...] = (),
    **changed: Any,
) -> HttpMessage:
    submission_set = replace(submission().submission_set, unique_id=f"{ROOT}.9.{number}", **changed)
    return iti57.build_request(submission_set, changes, updates, to=store.base_url, message_id="urn:uuid:57")


def registered(store: Client, number: int = 1) -> DocumentEntry:
    """The present version of a document."""
    return store.entries(f"{ROOT}.1.{number}")[-1]


def masked(store: Client, number: int = 1, **changes: Any) -> EntryUpdate:
    """The present version with a mask, to be altered."""
    present = registered(store, number)
    wanted = replace(
        present,
        entry_id=f"Document{number:02d}",
        availability_status="",
        version="",
        confidentiality_codes=MASKED,
    )
    return EntryUpdate(replace(wanted, **changes), present.version)


def codes(receipt: Receipt) -> list[tuple[str, str]]:
    return [(error.code, error.location) for error in receipt.errors]


def test_a_mask_is_a_new_version_over_the_same_bytes(store: Client) -> None:
    store.submit(submission())
    before = registered(store)

    assert store.update(message(store, masked(store))).success

    old, new = store.entries(f"{ROOT}.1.1")
    assert (old.entry_uuid, old.version, old.availability_status) == (
        before.entry_uuid,
        "1",
        names.STATUS_DEPRECATED,
    )
    assert (new.version, new.availability_status) == ("2", names.STATUS_APPROVED)
    assert new.entry_uuid not in ("", old.entry_uuid)
    assert (new.logical_id, new.hash, new.size) == (old.logical_id, old.hash, old.size)
    assert new.repository_unique_id == old.repository_unique_id
    assert [code.code for code in new.confidentiality_codes] == ["N", "MASQUE_PS"]
    assert [code.code for code in old.confidentiality_codes] == ["N"]
    assert store.get(f"/api/documents/{ROOT}.1.1/content").body == document(1)
    assert store.counts()["distinct_hashes"] == 1


def test_only_the_new_version_is_found_as_approved(store: Client) -> None:
    store.submit(submission())
    store.update(message(store, masked(store)))
    new = registered(store)

    answer = store.query(iti18.find_documents(PATIENT))
    (found,) = iti18.read_response(answer.headers["content-type"], answer.body)

    assert found.entry_uuid == new.entry_uuid
    by_lid = ask(store, names.GET_DOCUMENTS, {"$XDSDocumentEntryLogicalID": f"('{new.logical_id}')"})
    assert [each.version for each in by_lid.objects.entries] == ["1", "2"]


def test_the_new_version_is_a_member_of_its_set_and_keeps_its_relations(store: Client) -> None:
    store.submit(submission())
    store.submit(submission(entry(2), number=2, replaces={"Document02": f"{ROOT}.1.1"}))
    old = registered(store, 2)

    assert store.update(message(store, masked(store, 2))).success

    new = registered(store, 2)
    found = ask(store, names.GET_ASSOCIATIONS, {"$uuid": quote_list([new.entry_uuid])}).objects.associations
    assert [(each.type, each.target) for each in found] == [
        (names.HAS_MEMBER, new.entry_uuid),
        (names.RPLC, registered(store, 1).entry_uuid),
    ]
    assert found[0].slots["PreviousVersion"] == ("1",)
    still = ask(store, names.GET_ASSOCIATIONS, {"$uuid": quote_list([old.entry_uuid])})
    assert still.kinds == ["HasMember", "RPLC"]
    first, *_, last = store.documents()
    assert (first["replaced_by"], last["replaces"]) == (f"{ROOT}.1.2", f"{ROOT}.1.1")


def test_relations_stay_behind_when_the_sender_says_so(store: Client) -> None:
    store.submit(submission())
    store.submit(submission(entry(2), number=2, replaces={"Document02": f"{ROOT}.1.1"}))
    request = message(store, masked(store, 2))
    slot = b'<rim:Slot name="PreviousVersion">'
    no = (
        b'<rim:Slot name="AssociationPropagation"><rim:ValueList><rim:Value>no</rim:Value></rim:ValueList>'
        b"</rim:Slot>"
    )
    assert slot in request.body
    body = request.body.replace(slot, no + slot)

    assert store.update(HttpMessage(request.content_type, (body,), len(body))).success

    new = registered(store, 2)
    assert ask(store, names.GET_ASSOCIATIONS, {"$uuid": f"('{new.entry_uuid}')"}).kinds == ["HasMember"]


def test_versions_follow_each_other(store: Client) -> None:
    store.submit(submission())
    assert store.update(message(store, masked(store), number=50)).success
    assert store.update(message(store, masked(store, title="Bilan"), number=51)).success

    assert [(each.version, each.title) for each in store.entries(f"{ROOT}.1.1")] == [
        ("1", "Bilan sanguin"),
        ("2", "Bilan sanguin"),
        ("3", "Bilan"),
    ]


def test_an_archived_document_stays_archived(store: Client) -> None:
    store.submit(submission())
    archive = StatusChange(registered(store).entry_uuid, names.STATUS_APPROVED, names.STATUS_ARCHIVED)
    assert store.update(message(store, changes=(archive,))).success

    assert store.update(message(store, masked(store), number=51)).success

    assert registered(store).availability_status == names.STATUS_ARCHIVED


@pytest.mark.parametrize("previous", ["0", "2", "1.0", "x", "1 OR 1=1"])
def test_a_version_made_from_another_one_than_the_present_is_refused(store: Client, previous: str) -> None:
    store.submit(submission())

    receipt = store.update(message(store, replace(masked(store), previous_version=previous)))

    assert codes(receipt) == [("XDSMetadataVersionError", "Document01/PreviousVersion")]
    assert len(store.entries(f"{ROOT}.1.1")) == 1


@pytest.mark.parametrize("logical_id", ["", "urn:uuid:47ab75ca-9e83-4abc-bc01-b342156b07e4", "' OR 1=1 --"])
def test_a_version_of_nothing_is_refused(store: Client, logical_id: str) -> None:
    store.submit(submission())

    receipt = store.update(message(store, masked(store, logical_id=logical_id)))

    assert codes(receipt) == [("XDSMetadataVersionError", "Document01/lid")]


@pytest.mark.parametrize(
    ("changes", "attribute"),
    [
        ({"unique_id": f"{ROOT}.1.77"}, "uniqueId"),
        ({"hash": "0" * 40}, "hash"),
        ({"size": 9999}, "size"),
        ({"repository_unique_id": "1.2.3"}, "repositoryUniqueId"),
        ({"mime_type": "application/pdf"}, "mimeType"),
    ],
)
def test_what_describes_the_bytes_cannot_be_changed(
    store: Client, changes: dict[str, Any], attribute: str
) -> None:
    store.submit(submission())

    receipt = store.update(message(store, masked(store, **changes)))

    assert codes(receipt) == [("UnmodifiableMetadataError", f"Document01/{attribute}")]
    assert registered(store).version == "1"


def test_hash_and_size_may_be_left_out(store: Client) -> None:
    store.submit(submission())
    before = registered(store)

    assert store.update(message(store, masked(store, hash="", size=-1, repository_unique_id=""))).success

    after = registered(store)
    assert (after.hash, after.size, after.repository_unique_id) == (
        before.hash,
        before.size,
        before.repository_unique_id,
    )


def test_the_patient_of_a_document_cannot_be_changed(store: Client) -> None:
    store.submit(submission())

    receipt = store.update(message(store, masked(store, patient_id=OTHER_PATIENT)))
    assert codes(receipt) == [("XDSPatientIDReconciliationError", "Document01/patientId")]

    receipt = store.update(message(store, masked(store), patient_id=OTHER_PATIENT))
    assert codes(receipt) == [("XDSPatientIdDoesNotMatch", "Document01/patientId")]
    assert registered(store).version == "1"


def test_a_new_version_is_judged_like_a_deposit(store: Client) -> None:
    store.submit(submission())
    unknown = Code("MASQUE", "1.2.3", "?")

    receipt = store.update(message(store, masked(store, confidentiality_codes=(unknown,), title="")))

    assert codes(receipt) == [
        ("XDSRegistryMetadataError", "Document01/title"),
        ("XDSRegistryMetadataError", "Document01/confidentialityCode"),
    ]


def test_a_document_that_is_no_longer_in_force_gets_no_new_version(store: Client) -> None:
    store.submit(submission())
    store.submit(submission(entry(2), number=2, replaces={"Document02": f"{ROOT}.1.1"}))

    assert codes(store.update(message(store, masked(store)))) == [
        ("XDSMetadataVersionError", "Document01/lid")
    ]


def test_one_wrong_version_stops_all_of_the_message(store: Client) -> None:
    store.submit(submission(entry(1), entry(2)))
    bad = replace(masked(store, 2), previous_version="7")

    receipt = store.update(message(store, masked(store), bad))

    assert codes(receipt) == [("XDSMetadataVersionError", "Document02/PreviousVersion")]
    assert [each["status"] for each in store.documents()] == ["Approved", "Approved"]


def test_a_document_cannot_be_changed_twice_in_one_message(store: Client) -> None:
    store.submit(submission())
    twice = masked(store)
    archive = StatusChange(registered(store).entry_uuid, names.STATUS_APPROVED, names.STATUS_ARCHIVED)

    receipt = store.update(message(store, twice, changes=(archive,)))

    assert [code for code, _ in codes(receipt)] == ["XDSMetadataUpdateOperationError"]


def test_an_old_version_is_neither_replaced_nor_brought_back(store: Client) -> None:
    store.submit(submission())
    replacing = store.message(submission(entry(2), number=2, replaces={"Document02": f"{ROOT}.1.1"}))
    old = registered(store)
    store.update(message(store, masked(store)))

    assert codes(store.deposit(replacing)) == [("XDSRegistryDeprecatedDocumentError", "Document02/RPLC")]
    delete = StatusChange(old.entry_uuid, names.STATUS_DEPRECATED, names.STATUS_DELETED)
    receipt = store.update(message(store, changes=(delete,), number=51))
    assert codes(receipt) == [("XDSMetadataUpdateOperationError", "as01/targetObject")]


def test_a_deletion_takes_all_versions(store: Client) -> None:
    store.submit(submission())
    store.update(message(store, masked(store)))
    present = {each.entry_uuid: each.availability_status for each in store.entries(f"{ROOT}.1.1")}
    submission_set = replace(submission().submission_set, unique_id=f"{ROOT}.9.51")

    receipt = store.update(
        iti57.build_delete(submission_set, present, to=store.base_url, message_id="urn:uuid:57")
    )

    assert receipt.success
    assert store.entries(f"{ROOT}.1.1") == ()
    assert [each["status"] for each in store.documents(status="all")] == ["Deleted", "Deleted"]
    assert store.get(f"/api/documents/{ROOT}.1.1/content").status == 404


def test_the_same_update_twice_is_made_once(store: Client) -> None:
    store.submit(submission())
    request = message(store, masked(store))
    assert store.update(request).success

    assert "XDSDuplicateUniqueIdInRegistry" in [code for code, _ in codes(store.update(request))]
    assert registered(store).version == "2"
