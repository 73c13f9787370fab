"""The JSON interface, the server around it, and what the store keeps to itself."""

from __future__ import annotations

import json
import logging
import sqlite3
import ssl
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.dmpstore import StoreSettings, create_app
from gateway.dmpstore.frozen import from_json, to_json
from gateway.dmpstore.listing import StoreUnreachable, fetch_documents, fetch_summary
from gateway.dmpstore.server import EmbeddedStore
from gateway.errors import ConfigurationError
from gateway.model import DocumentEntry

from .conftest import Client
from .samples import OTHER_PATIENT, PATIENT, ROOT, document, entry, submission

REPOSITORY = Path(__file__).resolve().parents[2]


def test_documents_are_listed_by_patient_rubrique_and_uniqueid(store: Client) -> None:
    store.submit(submission(entry(1)))
    store.submit(submission(entry(2, patient_id=OTHER_PATIENT), number=2))
    cx = f"{PATIENT.value}^^^&{PATIENT.authority}&ISO^NH"

    assert [each["unique_id"] for each in store.documents(patient=PATIENT.value)] == [f"{ROOT}.1.1"]
    assert [each["unique_id"] for each in store.documents(patient=cx)] == [f"{ROOT}.1.1"]
    assert store.documents(patient=cx.replace(".10&", ".8&")) == []
    assert len(store.documents(rubrique="analyses")) == 2
    assert store.documents(rubrique="imagerie") == []
    assert len(store.documents(unique_id=f"{ROOT}.1.2")) == 1
    assert store.documents(patient="' OR 1=1 --") == []


@pytest.mark.parametrize("query", ["rubrique=x", "status=x", "limit=x", "after=-1", "after=1e3"])
def test_a_query_that_cannot_be_understood_is_named(store: Client, query: str) -> None:
    answer = store.get(f"/api/documents?{query}")

    assert answer.status == 400
    assert json.loads(answer.body)["error"].startswith(query.partition("=")[0])


def test_a_long_list_comes_in_pages_and_the_client_reads_them_all(
    store: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(1, 6):
        store.submit(submission(entry(number), number=number))
    page = store.get("/api/documents?limit=2")

    assert len(json.loads(page.body)) == 2
    assert page.headers["link"].endswith('rel="next"')
    monkeypatch.setattr("gateway.dmpstore.listing._PAGE", 2)
    assert [each["unique_id"] for each in store.documents()] == [f"{ROOT}.1.{n}" for n in range(1, 6)]


def test_a_document_is_served_so_that_nothing_in_it_can_run(store: Client) -> None:
    data = b"<html xmlns='http://www.w3.org/1999/xhtml'><script>alert(1)</script></html>"
    store.submit(submission(entry(1, data, mime_type="text/html"), contents={"Document01": data}))

    answer = store.get(f"/api/documents/{ROOT}.1.1/content")

    assert answer.body == data
    assert answer.headers["content-type"] == "text/html"
    assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"] == f'attachment; filename="{ROOT}.1.1.html"'


def test_an_unknown_document_has_no_content(store: Client) -> None:
    assert store.get("/api/documents/1.2.3/content").status == 404


def test_the_store_is_healthy(store: Client) -> None:
    assert json.loads(store.get("/healthz").body) == {"status": "ok"}


def test_deposits_at_the_same_time_are_each_stored_once(store: Client) -> None:
    messages = [store.message(submission(entry(n), number=n)) for n in range(1, 9)]

    with ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(store.deposit, messages * 2))

    assert sum(receipt.success for receipt in receipts) == 8
    assert {error.code for receipt in receipts for error in receipt.errors} == {
        "XDSDuplicateUniqueIdInRegistry"
    }
    assert (store.counts()["deposits"], store.counts()["records"]) == (8, 1)


def test_what_was_stored_is_there_after_a_restart(settings: StoreSettings) -> None:
    first = EmbeddedStore(settings)
    first.launch()
    Client(first.base_url).submit(submission())
    first.shutdown()

    second = EmbeddedStore(settings)
    second.launch()
    try:
        assert Client(second.base_url).get(f"/api/documents/{ROOT}.1.1/content").body == document(1)
    finally:
        second.shutdown()


def test_a_failing_database_is_a_receiver_fault_without_details(store: Client, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "store.sqlite") as database:
        database.execute("DROP TABLE deposits")
    database.close()

    answer = store.post("/services/repository", store.message(submission()))

    assert answer.status == 500
    assert "soap:Receiver" in answer.text
    assert PATIENT.value not in answer.text
    assert store.documents() == []


def test_no_patient_data_is_logged(store: Client, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    title = "Bilan de Madame Tilleul"
    store.submit(submission(entry(title=title)))
    store.submit(submission(entry(title=title, hash="0" * 40), number=2))
    store.get(f"/api/documents?patient={PATIENT.value}")
    store.get("/")
    with sqlite3.connect(tmp_path / "store.sqlite") as database:
        database.execute("DROP TABLE deposits")
    database.close()
    store.post("/services/repository", store.message(submission(entry(3, title=title), number=3)))

    assert any("ITI-41 Success" in record.getMessage() for record in caplog.records)
    assert any("request failed" in record.getMessage() for record in caplog.records)
    for secret in (PATIENT.value, "Tilleul", "MEDECIN"):
        assert secret not in caplog.text


async def test_the_store_runs_beside_an_asyncio_program(settings: StoreSettings) -> None:
    async with EmbeddedStore(settings) as store:
        # A blocking call on this loop: the store must not need it.
        assert fetch_documents(store.base_url) == []
    with pytest.raises(StoreUnreachable):
        fetch_summary(store.base_url)


def test_nothing_is_left_behind_after_stopping(settings: StoreSettings) -> None:
    before = threading.active_count()
    store = EmbeddedStore(settings)
    store.launch()
    fetch_summary(store.base_url)
    store.shutdown()
    store.shutdown()

    assert not [thread for thread in threading.enumerate() if thread.name == "dmpstore"]
    deadline = time.monotonic() + 10
    while threading.active_count() > before:  # worker threads end just after their loop
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_served_store_ends_well_on_sigterm(settings: StoreSettings) -> None:
    program = (
        "import sys; from gateway.dmpstore import StoreSettings; "
        "from gateway.dmpstore.server import run_store; "
        "run_store(StoreSettings(database_url=sys.argv[1], trial=True), lambda url: print(url, flush=True)); "
        "print('end')"
    )
    command = [sys.executable, "-c", program, settings.database_url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY) as process:
        assert process.stdout is not None
        base_url = process.stdout.readline().strip()
        assert fetch_summary(base_url)["documents"] == 0
        process.terminate()
        assert process.stdout.read() == "end\n"
    assert process.returncode == 0


def test_a_port_in_use_is_one_clear_error(settings: StoreSettings, store: Client) -> None:
    taken = replace(settings, port=int(store.base_url.rpartition(":")[2]))

    with pytest.raises(ConfigurationError, match=r"cannot listen on 127\.0\.0\.1 port"):
        EmbeddedStore(taken).launch()


@pytest.mark.parametrize(
    "url", ["sqlite://", "nothing", "nodb://x/y", "sqlite:////proc/nothing/store.sqlite"]
)
def test_a_database_that_cannot_be_opened_is_one_clear_error(url: str) -> None:
    with pytest.raises(ConfigurationError, match="database"):
        create_app(StoreSettings(database_url=url))


def test_a_file_that_is_no_database_is_one_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    path.write_bytes(b"something else" * 100)

    with pytest.raises(ConfigurationError, match="not a database"):
        create_app(StoreSettings(database_url=f"sqlite:///{path}"))


def test_the_store_speaks_https_with_a_certificate(settings: StoreSettings, tmp_path: Path) -> None:
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"),
            *("-days", "1", "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    secure = EmbeddedStore(replace(settings, tls_certificate=certificate, tls_key=key))
    secure.launch()
    try:
        assert secure.base_url.startswith("https://")
        context = ssl.create_default_context(cafile=certificate)
        assert fetch_documents(secure.base_url, context=context) == []
    finally:
        secure.shutdown()


def test_a_certificate_without_its_key_is_one_clear_error(settings: StoreSettings, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="both a TLS certificate and its key"):
        EmbeddedStore(replace(settings, tls_certificate=tmp_path / "cert.pem")).launch()


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "file:///etc/passwd", "nothing"])
def test_the_client_names_a_store_that_does_not_answer(url: str) -> None:
    with pytest.raises(StoreUnreachable):
        fetch_documents(url)


def test_an_entry_survives_json_unchanged() -> None:
    made = entry(source_patient_info=("PID-8|F",), legal_authenticator=None)

    assert from_json(DocumentEntry, to_json(made)) == made
