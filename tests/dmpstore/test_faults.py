"""Faults on demand: each kind over real HTTP, each condition, and never outside a trial."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.dmpstore import StoreSettings
from gateway.dmpstore.faults import Asked, Fault, FaultDesk, FaultKind, patient_hash
from gateway.dmpstore.faults_api import WrongFaults, read_faults
from gateway.dmpstore.faults_client import FaultsUnreachable, clear_faults, list_faults, set_faults
from gateway.dmpstore.server import EmbeddedStore
from gateway.errors import ConfigurationError, SoapFaultReceived
from gateway.model import Receipt
from gateway.xds import iti18, iti41, iti43, iti57, names
from gateway.xds.iti43 import DocumentRequest
from tests.dmpstore import samples
from tests.dmpstore.conftest import Client

REPOSITORY = Path(__file__).resolve().parents[2]
Command = Callable[..., "subprocess.CompletedProcess[str]"]
UNIQUE_ID = samples.entry().unique_id
STRUCTURE = "1990000001"


@pytest.fixture
def settings(database_url: str) -> StoreSettings:
    return StoreSettings(database_url=database_url, trial=True)


def put(store: Client, kind: str, **more: object) -> None:
    set_faults(store.base_url, [{"kind": kind, **more}])


def fault_of(store: Client) -> SoapFaultReceived:
    answer = store.post("/services/repository", store.message(samples.submission()))
    assert answer.status == (400 if b"Subcode" in answer.body else 500)
    with pytest.raises(SoapFaultReceived) as caught:
        iti41.read_response(answer.headers["content-type"], answer.body)
    return caught.value


def stored(store: Client) -> int:
    count = store.counts()["documents"]
    assert isinstance(count, int)
    return count


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"kind": "no-record"}, "XDSUnknownPatientId"),
        ({"kind": "closed"}, "DMPClosed"),
        ({"kind": "busy"}, "XDSRepositoryBusy"),
        ({"kind": "registry-error", "code": "XDSRegistryOutOfResources"}, "XDSRegistryOutOfResources"),
    ],
)
def test_a_refusal_stores_nothing_and_ends_after_its_times(
    store: Client, fault: dict[str, str], code: str
) -> None:
    put(store, **fault, times=1)
    receipt = store.submit(samples.submission())
    assert (receipt.status, [error.code for error in receipt.errors]) == ("Failure", [code])
    assert stored(store) == 0
    assert store.submit(samples.submission()) == Receipt("Success")


@pytest.mark.parametrize(
    ("fault", "code", "subcode"),
    [
        ({"kind": "access-denied"}, "Sender", "DMPAccessDeniedByRightsService"),
        ({"kind": "invalid-certificate"}, "Sender", "DMPInvalidCertificate"),
        ({"kind": "soap-fault"}, "Receiver", ""),
        ({"kind": "soap-fault", "code": "InvalidSecurity"}, "Sender", "InvalidSecurity"),
    ],
)
def test_security_and_rights_are_soap_faults(
    store: Client, fault: dict[str, str], code: str, subcode: str
) -> None:
    put(store, **fault)
    found = fault_of(store)
    assert (found.code, found.subcode) == (code, subcode)
    assert stored(store) == 0


@pytest.mark.parametrize("status", [503, 429, 403])
def test_an_http_status_stores_nothing(store: Client, status: int) -> None:
    put(store, "http-status", status=status)
    answer = store.post("/services/repository", store.message(samples.submission()))
    assert (answer.status, stored(store)) == (status, 0)


@pytest.mark.parametrize(("kind", "documents"), [("answer-lost", 1), ("cut", 0)])
def test_the_connection_is_closed_without_an_answer(store: Client, kind: str, documents: int) -> None:
    put(store, kind, times=1)
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        store.post("/services/repository", store.message(samples.submission()))
    assert stored(store) == documents
    assert store.get("/healthz").status == 200


@pytest.mark.parametrize("kind", ["slow", "slow-answer"])
def test_a_slow_store_answers_in_the_end(store: Client, kind: str) -> None:
    put(store, kind, milliseconds=300, times=1)
    begun = time.monotonic()
    assert store.submit(samples.submission()) == Receipt("Success")
    assert time.monotonic() - begun >= 0.3


def test_a_busy_registry_says_so_for_queries_updates_and_retrievals(store: Client) -> None:
    store.submit(samples.submission())
    (entry,) = store.entries(UNIQUE_ID)
    put(store, "busy")
    answer = store.query(iti18.get_documents(unique_ids=[UNIQUE_ID]))
    receipt = iti18.read_answer(answer.headers["content-type"], answer.body).receipt
    assert [error.code for error in receipt.errors] == ["XDSRegistryBusy"]
    deletion = iti57.build_delete(
        samples.submission(number=2).submission_set,
        {entry.entry_uuid: names.STATUS_APPROVED},
        to=store.base_url,
        message_id="urn:uuid:57",
    )
    assert [error.code for error in store.update(deletion).errors] == ["XDSRegistryBusy"]
    wanted = [DocumentRequest(entry.repository_unique_id, UNIQUE_ID)]
    message = iti43.build_request(wanted, to=store.base_url, message_id="urn:uuid:43")
    answer = store.post("/services/repository", message)
    retrieved = iti43.read_response(answer.headers["content-type"], answer.body)
    assert ([error.code for error in retrieved.receipt.errors], retrieved.documents) == (
        ["XDSRepositoryBusy"],
        (),
    )


@pytest.mark.parametrize(
    ("condition", "met"),
    [
        ({"transaction": "iti41"}, True),
        ({"transaction": "iti18"}, False),
        ({"structure": STRUCTURE}, True),
        ({"structure": "1990000002"}, False),
        ({"type_code": "11502-2"}, True),
        ({"type_code": "18748-4"}, False),
        ({"patient_hash": patient_hash(samples.PATIENT.value)}, True),
        ({"patient_hash": patient_hash(samples.PATIENT.value)[:8]}, True),
        ({"patient_hash": patient_hash(samples.OTHER_PATIENT.value)}, False),
        ({"transaction": "iti41", "structure": STRUCTURE, "type_code": "18748-4"}, False),
    ],
)
def test_a_fault_is_met_only_by_what_its_conditions_say(
    store: Client, condition: dict[str, str], met: bool
) -> None:
    put(store, "closed", **condition)
    assert (store.submit(samples.submission()).status == "Failure") is met
    assert list_faults(store.base_url)["faults"][0]["fired"] == int(met)


def test_a_query_for_a_patient_and_a_type_meets_the_conditions_too(store: Client) -> None:
    put(store, "no-record", patient_hash=patient_hash(samples.PATIENT.value), type_code="11502-2")
    for code, expected in (("11502-2", "Failure"), ("18748-4", "Success")):
        query = iti18.find_documents(samples.PATIENT, filters={"TypeCode": [f"{code}^^{samples.LOINC}"]})
        answer = store.query(query)
        receipt = iti18.read_answer(answer.headers["content-type"], answer.body).receipt
        assert receipt.status == expected


def test_a_rate_is_repeatable_and_near_what_was_asked() -> None:
    def draws(seed: int) -> list[bool]:
        desk = FaultDesk()
        desk.set([Fault(FaultKind.CUT, rate=0.3)], seed)
        return [desk.choose(Asked("iti41")) is not None for _ in range(1000)]

    assert draws(7) == draws(7) != draws(8)
    assert 250 < sum(draws(7)) < 350


def test_the_first_fault_in_force_wins_and_gives_way_when_used_up() -> None:
    desk = FaultDesk()
    desk.set([Fault(FaultKind.BUSY, times=1), Fault(FaultKind.CLOSED, times=1)])
    met = [desk.choose(Asked("iti41")) for _ in range(3)]
    assert [fault and fault.kind for fault in met] == [FaultKind.BUSY, FaultKind.CLOSED, None]
    assert not desk.armed
    assert [(fault.times, fault.fired) for fault in desk.faults] == [(0, 1), (0, 1)]


def test_an_unreadable_request_is_answered_as_ever(store: Client) -> None:
    put(store, "cut")
    assert store.request("POST", "/services/repository", b"<a/>", "application/soap+xml").status == 400


def test_off_by_default_and_cleared_on_demand(store: Client) -> None:
    assert list_faults(store.base_url) == {"trial": True, "seed": 0, "faults": []}
    put(store, "closed")
    assert clear_faults(store.base_url)["faults"] == []
    assert store.submit(samples.submission()) == Receipt("Success")


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ({}, "kind: missing"),
        ({"kind": "burn"}, "kind: one of"),
        ({"kind": "cut", "transaction": "iti99"}, "transaction: one of"),
        ({"kind": "cut", "rate": 1.5}, "rate: a number from 0 to 1"),
        ({"kind": "cut", "rate": True}, "rate: a number from 0 to 1"),
        ({"kind": "cut", "times": -1}, "times: a whole number"),
        ({"kind": "cut", "patient_hash": "279035121518989"}, "patient_hash: the first 8"),
        ({"kind": "cut", "colour": "red"}, "colour: not known"),
        ({"kind": "registry-error"}, "code: needed"),
        ({"kind": "slow"}, "milliseconds: needed"),
        ({"kind": ["cut"]}, "kind: one of"),
        ("cut", "is not an object"),
    ],
)
def test_a_wrong_fault_is_refused_with_its_reason(row: object, problem: str) -> None:
    with pytest.raises(WrongFaults) as caught:
        read_faults({"faults": [row]})
    assert any(problem in each for each in caught.value.problems), caught.value.problems


def test_the_interface_refuses_what_is_not_json_or_too_long(store: Client) -> None:
    for body in (b"", b"{", b"[]", b"[" * 60_000, b" " * 70_000):
        assert store.request("PUT", "/api/faults", body).status == 400
    assert store.request("POST", "/api/faults", b"{}").status == 405


def test_outside_a_trial_nothing_is_told_or_set(settings: StoreSettings) -> None:
    serious = EmbeddedStore(replace(settings, trial=False))
    serious.launch()
    try:
        client = Client(serious.base_url)
        for method in ("GET", "PUT", "DELETE"):
            assert client.request(method, "/api/faults", b'{"faults": [{"kind": "cut"}]}').status == 403
        with pytest.raises(ConfigurationError, match="trials only"):
            put(client, "cut")
        assert client.submit(samples.submission()) == Receipt("Success")
    finally:
        serious.shutdown()


def test_a_trial_with_accounts_wants_a_token(settings: StoreSettings) -> None:
    guarded = EmbeddedStore(replace(settings, password="correct horse", api_token="secret-token"))
    guarded.launch()
    try:
        with pytest.raises(FaultsUnreachable, match="GATEWAY_STORE_TOKEN"):
            list_faults(guarded.base_url)
        found = set_faults(guarded.base_url, [{"kind": "cut"}], token="secret-token")
        assert [row["kind"] for row in found["faults"]] == ["cut"]
        assert clear_faults(guarded.base_url, token="secret-token")["faults"] == []
    finally:
        guarded.shutdown()


@pytest.fixture
def command(store: Client, tmp_path: Path) -> Command:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "gateway", "dmpstore", "faults", *words, "--url", store.base_url],
            env={"PYTHONPATH": str(REPOSITORY), "COLUMNS": "200", "PATH": ""},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
        )

    return run


def test_the_command_line_sets_adds_lists_and_clears(store: Client, command: Command) -> None:
    ins = samples.PATIENT.value
    assert command("set", "closed", "--on", "iti41", "--times", "1", "--patient", ins).returncode == 0
    assert command("set", "slow", "--ms", "10", "--add", "--seed", "3").returncode == 0
    assert store.submit(samples.submission()).status == "Failure"
    listed = command("list", "--json")
    rows = [json.loads(line) for line in listed.stdout.splitlines()]
    assert [(row["kind"], row["times"], row["fired"]) for row in rows] == [
        ("closed", 0, 1),
        ("slow", None, 0),
    ]
    assert ins not in listed.stdout
    assert command("clear").returncode == 0
    assert command("list", "--json").stdout == ""
    wrong = command("set", "closed", "--on", "iti99")
    assert (wrong.returncode, "transaction: one of" in wrong.stderr) == (2, True)
