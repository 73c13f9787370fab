"""Records: who has one, which may be fed, and the traces that every access leaves in it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from gateway.dmpstore import StoreSettings
from gateway.dmpstore.listing import StoreUnreachable, change_record
from gateway.dmpstore.server import EmbeddedStore
from gateway.dmpstore.states import has_right_key
from gateway.errors import ConfigurationError, Permanent
from gateway.model import PatientId, Receipt
from gateway.xds import iti18, iti43, iti57, names
from gateway.xds.errors import classify
from tests.dmpstore.conftest import Client
from tests.dmpstore.samples import PATIENT, ROOT, document, entry, submission

from .content import record_path

REPOSITORY = Path(__file__).resolve().parents[3]
CX = f"{PATIENT.value}^^^&{PATIENT.authority}&ISO^NH"


def api(store: Client, method: str, path: str, data: Any = None) -> tuple[int, Any]:
    answer = store.request(method, path, json.dumps(data).encode() if data is not None else b"")
    return answer.status, json.loads(answer.body)


def traces(store: Client, **query: str) -> list[dict[str, Any]]:
    text = "&".join(f"{name}={value}" for name, value in query.items())
    status, found = api(store, "GET", f"/api{record_path(store)}/traces?{text}")
    assert status == 200
    return list(found)


def did(store: Client, **query: str) -> list[tuple[str, str]]:
    return [(each["action"], each["interface"]) for each in traces(store, **query)]


@pytest.mark.parametrize("state", ["opposed", "closed"])
def test_a_record_that_is_not_open_refuses_deposits_for_good(store: Client, state: str) -> None:
    store.submit(submission(entry(1)))
    change_record(store.base_url, CX, state)

    receipt = store.submit(submission(entry(2), number=2))

    assert [(error.code, error.location) for error in receipt.errors] == [
        ("DMPClosed", "SubmissionSet01/patientId")
    ]
    with pytest.raises(Permanent) as caught:
        classify(receipt)
    assert caught.value.reaction == "reject"
    assert len(store.documents()) == 1


def test_a_closed_record_tells_nothing_else_about_a_deposit(store: Client) -> None:
    store.submit(submission(entry(1)))
    change_record(store.base_url, CX, "closed")

    assert [error.code for error in store.submit(submission(entry(1))).errors] == ["DMPClosed"]


def test_a_closed_record_is_still_read_and_its_documents_are_still_deleted(store: Client) -> None:
    store.submit(submission(entry(1)))
    change_record(store.base_url, CX, "closed")

    (known,) = store.entries(f"{ROOT}.1.1")
    receipt = store.update(
        iti57.build_delete(
            replace(submission().submission_set, unique_id=f"{ROOT}.9.57"),
            {known.entry_uuid: names.STATUS_APPROVED},
            to=store.base_url,
            message_id="urn:uuid:57",
        )
    )

    assert receipt == Receipt("Success")


def test_a_record_that_is_opened_again_takes_deposits(store: Client) -> None:
    change_record(store.base_url, CX, "closed")
    status, found = api(store, "PUT", f"/api{record_path(store)}/state", {"state": "open"})

    assert (status, found["state"]) == (200, "open")
    assert store.submit(submission()).success


def test_a_key_that_is_wrong_belongs_to_nobody(store: Client) -> None:
    wrong = PatientId("279035121518990", "1.2.250.1.213.1.4.8")

    receipt = store.submit(submission(entry(patient_id=wrong)))

    assert [error.code for error in receipt.errors] == ["XDSUnknownPatientId"]
    assert "clé" in receipt.errors[0].context
    assert wrong.value not in receipt.errors[0].context


@pytest.mark.parametrize(
    ("ins", "authority", "right"),
    [
        ("279035121518989", "8", True),
        ("279035121518988", "8", False),
        ("279035121518988", "10", True),
        ("279035121518988", "11", True),
        ("279035121518989", "9", True),
        ("143010A00499415", "8", False),
    ],
)
def test_the_key_counts_where_numbers_are_real(ins: str, authority: str, right: bool) -> None:
    assert has_right_key(PatientId(ins, f"1.2.250.1.213.1.4.{authority}")) is right


@pytest.mark.parametrize(("department", "stands_for"), [("2A", "19"), ("2B", "18")])
def test_the_departments_of_corsica_count_as_numbers(department: str, stands_for: str) -> None:
    key = 97 - int(f"14301{stands_for}004994") % 97

    assert has_right_key(PatientId(f"14301{department}004994{key:02d}", "1.2.250.1.213.1.4.8"))


@pytest.fixture
def reserved(settings: StoreSettings) -> Iterator[Client]:
    """A store where only those have a record for whom one was opened."""
    embedded = EmbeddedStore(replace(settings, open_records=False))
    embedded.launch()
    try:
        yield Client(embedded.base_url)
    finally:
        embedded.shutdown()


def test_without_a_declared_record_nobody_can_be_fed(reserved: Client) -> None:
    refused = reserved.submit(submission())
    change_record(reserved.base_url, CX, "open")

    assert [error.code for error in refused.errors] == ["XDSUnknownPatientId"]
    assert "Encore aucun dépôt" in reserved.get("/").text
    assert reserved.submit(submission()).success


def test_the_interface_of_records_says_what_is_wrong(store: Client) -> None:
    store.submit(submission())
    path = f"/api{record_path(store)}"

    assert api(store, "GET", path)[1]["state"] == "open"
    assert [each["id"] for each in api(store, "GET", f"/api/records?patient={PATIENT.value}")[1]] == [
        path.rpartition("/")[2]
    ]
    assert api(store, "PUT", f"{path}/state", {"state": "asleep"})[0] == 400
    assert api(store, "PUT", f"{path}/state", ["open"])[0] == 400
    assert api(store, "PUT", "/api/records", {"state": "open"})[0] == 400
    assert api(store, "PUT", "/api/records", {"patient": "123^^^&1.2&ISO", "state": "open"})[0] == 400
    assert store.request("PUT", "/api/records", b"{" * 9000).status == 400
    for missing in ("/api/records/0", "/api/records/0/traces"):
        assert api(store, "GET", missing)[0] == 404
    assert api(store, "PUT", "/api/records/0/state", {"state": "open"})[0] == 404
    assert PATIENT.value not in store.get("/api/records").text


def test_every_way_of_reading_leaves_its_trace(store: Client) -> None:
    store.submit(submission())
    unique_id = f"{ROOT}.1.1"
    path = record_path(store)
    store.get(path)
    store.get(f"{path}/documents/{unique_id}")
    store.documents()
    store.get(f"/api/documents/{unique_id}/content")
    store.query(iti18.find_documents(PATIENT))
    store.post(
        "/services/repository",
        iti43.build_request(
            [iti43.DocumentRequest(StoreSettings().repository_unique_id, unique_id)],
            to=store.base_url,
            message_id="urn:uuid:43",
        ),
    )

    assert did(store, document=unique_id) == [
        ("read", "ITI-43"),
        ("list", "ITI-18"),
        ("read", "API"),
        ("list", "API"),
        ("view", "page"),
        ("list", "page"),
        ("deposit", "ITI-41"),
    ]


def test_a_change_of_status_and_of_state_is_traced_with_what_it_became(store: Client) -> None:
    store.submit(submission())
    (known,) = store.entries(f"{ROOT}.1.1")
    store.update(
        iti57.build_delete(
            replace(submission().submission_set, unique_id=f"{ROOT}.9.57"),
            {known.entry_uuid: names.STATUS_APPROVED},
            to=store.base_url,
            message_id="urn:uuid:57",
        )
    )
    change_record(store.base_url, CX, "closed")

    found = [(each["action"], each["detail"]) for each in traces(store)]

    assert found[:2] == [("state", "closed"), ("update", "Deleted")]


def test_what_is_refused_or_not_found_leaves_no_trace(store: Client) -> None:
    store.submit(submission())
    before = len(traces(store))
    store.submit(submission(entry(hash="0" * 40), number=2))
    store.get("/api/documents/1.2.3/content")
    store.entries("1.2.3")

    assert len(traces(store)) == before


def test_traces_come_in_pages(store: Client) -> None:
    for number in range(1, 6):
        store.submit(submission(entry(number), number=number))
    path = f"/api{record_path(store)}/traces"

    first = store.get(f"{path}?limit=2")
    second = store.get(first.headers["link"].partition("<")[2].partition(">")[0])

    ids = [each["id"] for page in (first, second) for each in json.loads(page.body)]
    assert ids == sorted(ids, reverse=True)
    assert len(set(ids)) == 4
    assert "link" not in store.get(f"{path}?limit=500").headers


def test_a_trace_can_be_neither_changed_nor_removed(store: Client, database_url: str) -> None:
    store.submit(submission())
    engine = sa.create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    try:
        for statement in (
            "UPDATE traces SET actor = 'x'",
            "DELETE FROM traces",
            "DELETE FROM traced_documents",
            "UPDATE traced_documents SET unique_id = 'x'",
        ):
            with pytest.raises(sa.exc.DBAPIError, match="append-only"), engine.begin() as connection:
                connection.execute(sa.text(statement))
    finally:
        engine.dispose()
    assert did(store) == [("deposit", "ITI-41")]


def test_a_document_of_two_records_is_traced_in_each_where_it_was_seen(store: Client) -> None:
    store.submit(submission(entry(1)))
    other = replace(PATIENT, value="160115412345671")
    store.submit(submission(entry(1, patient_id=other), number=2))

    store.get(f"/api/documents/{ROOT}.1.1/content")

    for patient in (PATIENT, other):
        (record,) = api(store, "GET", f"/api/records?patient={patient.value}")[1]
        found = api(store, "GET", f"/api/records/{record['id']}/traces")[1]
        assert [each["action"] for each in found] == ["read", "deposit"]


def test_traces_name_documents_and_say_nothing_of_them(store: Client) -> None:
    store.submit(submission(entry(1, title="Bilan de Madame Tilleul")))

    (trace,) = traces(store)

    assert trace["documents"] == [f"{ROOT}.1.1"]
    assert trace["who"]["kind"] == "trial"
    assert "Tilleul" not in json.dumps(trace)
    assert PATIENT.value not in json.dumps(trace)


def test_the_page_of_traces_reads_in_both_languages(store: Client) -> None:
    store.submit(submission())
    path = f"{record_path(store)}/traces"

    assert "Essai, sans identification" in store.get(path).text
    assert "Trial, without sign-in" in store.get(f"{path}?lang=en").text
    assert store.get("/records/0/traces").status == 404


def run(store: Client, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gateway", "dmpstore", "record", *words, "--url", store.base_url],
        env={"PYTHONPATH": str(REPOSITORY), "COLUMNS": "200", "PATH": ""},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_closes_opposes_and_opens(store: Client, tmp_path: Path) -> None:
    store.submit(submission(contents={"Document01": document(1)}))

    for word, state in (("close", "closed"), ("oppose", "opposed"), ("open", "open")):
        done = run(store, tmp_path, word, PATIENT.value)
        assert (done.returncode, done.stdout.split()[-1]) == (0, state), done.stderr
        assert api(store, "GET", f"/api{record_path(store)}")[1]["state"] == state
    wrong = run(store, tmp_path, "close", "123")
    assert wrong.returncode != 0
    assert "not an INS" in wrong.stdout + wrong.stderr


def test_the_client_of_records_names_what_it_met(store: Client) -> None:
    with pytest.raises(ConfigurationError, match="not an INS"):
        change_record(store.base_url, "1^^^&1.2.250.1.213.1.4.8&ISO", "open")
    with pytest.raises(StoreUnreachable):
        change_record("http://127.0.0.1:9", CX, "open")
