"""ITI-18 and ITI-57 over real HTTP."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.model import Receipt, SubmissionSet
from gateway.xds import iti18, iti57, names

from .conftest import Client
from .samples import LOINC, OTHER_PATIENT, PATIENT, ROOT, entry, submission


def found(store: Client, query: tuple[str, dict[str, list[str]]]) -> list[str]:
    """uniqueIds of a LeafClass answer."""
    answer = store.query(query)
    assert answer.status == 200, answer.text
    return [each.unique_id for each in iti18.read_response(answer.headers["content-type"], answer.body)]


def codes(
    store: Client, query: tuple[str, dict[str, list[str]]], return_type: str = "LeafClass"
) -> list[str]:
    answer = store.query(query, return_type)
    receipt = iti18.read_answer(answer.headers["content-type"], answer.body).receipt
    return [error.code for error in receipt.errors]


def update_set(number: int = 50) -> SubmissionSet:
    return replace(submission().submission_set, unique_id=f"{ROOT}.9.{number}")


def change(
    store: Client, unique_id: str, before: str, after: str, submission_set: SubmissionSet | None = None
) -> Receipt:
    uuid = store.entries(unique_id)[0].entry_uuid
    return store.update(
        iti57.build_request(
            submission_set or update_set(),
            [iti57.StatusChange(uuid, before, after)],
            to=store.base_url,
            message_id="urn:uuid:57",
        )
    )


def test_get_documents_finds_by_uniqueid_and_by_entryuuid(store: Client) -> None:
    store.submit(submission(entry(1), entry(2)))
    (first,) = store.entries(f"{ROOT}.1.1")

    assert found(store, iti18.get_documents(unique_ids=[f"{ROOT}.1.2", "1.2.3"])) == [f"{ROOT}.1.2"]
    assert found(store, iti18.get_documents(entry_uuids=[first.entry_uuid])) == [f"{ROOT}.1.1"]


def test_an_entry_comes_back_with_everything_that_was_sent(store: Client) -> None:
    sent = entry(1, comments="vu le 12 & signé", source_patient_info=("PID-7|19790328", "PID-8|F"))
    store.submit(submission(sent))

    (back,) = store.entries(sent.unique_id)

    assigned = {
        name: getattr(back, name)
        for name in (
            "entry_id",
            "entry_uuid",
            "logical_id",
            "availability_status",
            "repository_unique_id",
            "version",
        )
    }
    assert back == replace(sent, **assigned)


def test_an_unknown_patient_has_no_documents(store: Client) -> None:
    assert found(store, iti18.find_documents(PATIENT)) == []


def test_find_documents_keeps_to_the_patient_and_the_status(store: Client) -> None:
    store.submit(submission(entry(1)))
    store.submit(submission(entry(2, patient_id=OTHER_PATIENT), number=2))
    store.submit(submission(entry(3), number=3, replaces={"Document03": f"{ROOT}.1.1"}))

    assert found(store, iti18.find_documents(PATIENT)) == [f"{ROOT}.1.3"]
    assert found(store, iti18.find_documents(PATIENT, [names.STATUS_DEPRECATED])) == [f"{ROOT}.1.1"]
    assert found(store, iti18.find_documents(OTHER_PATIENT)) == [f"{ROOT}.1.2"]


@pytest.mark.parametrize(
    ("filters", "matches"),
    [
        ({"TypeCode": [f"11502-2^^{LOINC}"]}, True),
        ({"TypeCode": ["11502-2^^1.2.3"]}, False),
        ({"ClassCode": ["10^^1.2.250.1.213.1.1.4.1", f"x^^{LOINC}"]}, True),
        ({"ConfidentialityCode": ["V^^2.16.840.1.113883.5.25"]}, False),
        ({"CreationTimeFrom": ["20260312091500"]}, True),
        ({"CreationTimeTo": ["20260312091500"]}, False),
        ({"CreationTimeFrom": ["2026"], "CreationTimeTo": ["2027"]}, True),
        ({"AuthorPerson": ["%MEDECIN%"]}, True),
        ({"AuthorPerson": ["MEDECIN%"]}, False),
        ({"AuthorPerson": ["%a" * 250]}, False),
        ({"AuthorPerson": ["%' OR '1'='1"]}, False),
    ],
)
def test_find_documents_applies_each_filter(
    store: Client, filters: dict[str, list[str]], matches: bool
) -> None:
    store.submit(submission())

    expected = [f"{ROOT}.1.1"] if matches else []
    assert found(store, iti18.find_documents(PATIENT, filters=filters)) == expected


def test_an_impossible_time_in_a_filter_is_an_error(store: Client) -> None:
    query = iti18.find_documents(PATIENT, filters={"CreationTimeFrom": ["20269999"]})

    assert codes(store, query) == ["XDSRegistryError"]


def test_object_refs_are_answered_when_asked_for(store: Client) -> None:
    store.submit(submission())

    answer = store.query(iti18.find_documents(PATIENT), "ObjectRef")

    references = iti18.read_answer(answer.headers["content-type"], answer.body).objects.references
    assert references == (store.entries(f"{ROOT}.1.1")[0].entry_uuid,)


def test_an_answer_never_mixes_the_entries_of_two_patients(store: Client) -> None:
    store.submit(submission(entry(1)))
    store.submit(submission(entry(2, patient_id=OTHER_PATIENT), number=2))
    query = iti18.get_documents(unique_ids=[f"{ROOT}.1.1", f"{ROOT}.1.2"])

    assert codes(store, query) == ["XDSResultNotSinglePatient"]
    assert codes(store, query, "ObjectRef") == []


def test_an_unknown_query_is_told_as_such(store: Client) -> None:
    assert codes(store, ("urn:uuid:0", {})) == ["XDSUnknownStoredQuery"]


def test_a_deleted_document_stays_but_is_no_longer_found(store: Client) -> None:
    store.submit(submission())

    assert change(store, f"{ROOT}.1.1", names.STATUS_APPROVED, names.STATUS_DELETED).success

    assert found(store, iti18.find_documents(PATIENT)) == []
    assert found(store, iti18.get_documents(unique_ids=[f"{ROOT}.1.1"])) == []
    assert found(store, iti18.find_documents(PATIENT, [names.STATUS_DELETED])) == [f"{ROOT}.1.1"]
    assert store.documents() == []
    assert [each["status"] for each in store.documents(status="all")] == ["Deleted"]
    assert store.get(f"/api/documents/{ROOT}.1.1/content").status == 404
    assert store.get(f"/api/documents/{ROOT}.1.1/content?status=all").status == 200


def test_a_document_is_archived_and_taken_out_of_the_archive(store: Client) -> None:
    store.submit(submission())

    assert change(store, f"{ROOT}.1.1", names.STATUS_APPROVED, names.STATUS_ARCHIVED).success
    assert store.documents()[0]["status"] == "Archived"
    assert change(store, f"{ROOT}.1.1", names.STATUS_ARCHIVED, names.STATUS_APPROVED, update_set(51)).success
    assert store.documents()[0]["status"] == "Approved"


@pytest.mark.parametrize(
    ("before", "after", "location"),
    [
        (names.STATUS_ARCHIVED, names.STATUS_DELETED, "as01/OriginalStatus"),
        (names.STATUS_APPROVED, names.STATUS_DEPRECATED, "as01/NewStatus"),
        (names.STATUS_APPROVED, "urn:nothing", "as01/NewStatus"),
    ],
)
def test_a_status_change_that_does_not_fit_is_refused(
    store: Client, before: str, after: str, location: str
) -> None:
    store.submit(submission())

    receipt = change(store, f"{ROOT}.1.1", before, after)

    assert [(error.code, error.location) for error in receipt.errors] == [
        ("XDSMetadataUpdateOperationError", location)
    ]
    assert store.documents()[0]["status"] == "Approved"


def test_the_document_of_another_patient_cannot_be_deleted(store: Client) -> None:
    store.submit(submission())

    receipt = change(
        store,
        f"{ROOT}.1.1",
        names.STATUS_APPROVED,
        names.STATUS_DELETED,
        replace(update_set(), patient_id=OTHER_PATIENT),
    )

    assert [error.code for error in receipt.errors] == ["XDSPatientIdDoesNotMatch"]
    assert len(store.documents()) == 1


def test_one_impossible_change_stops_all_changes_of_the_set(store: Client) -> None:
    store.submit(submission())
    known = store.entries(f"{ROOT}.1.1")[0].entry_uuid

    receipt = store.update(
        iti57.build_delete(
            update_set(),
            {known: names.STATUS_APPROVED, "urn:uuid:unknown": names.STATUS_APPROVED},
            to=store.base_url,
            message_id="urn:uuid:57",
        )
    )

    assert [error.code for error in receipt.errors] == ["XDSMetadataUpdateError"]
    assert store.documents()[0]["status"] == "Approved"


def test_a_deleted_document_cannot_be_replaced(store: Client) -> None:
    store.submit(submission())
    message = store.message(submission(entry(2), number=2, replaces={"Document02": f"{ROOT}.1.1"}))
    change(store, f"{ROOT}.1.1", names.STATUS_APPROVED, names.STATUS_DELETED)

    assert [error.code for error in store.deposit(message).errors] == ["XDSReplaceFailed"]
