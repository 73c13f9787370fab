"""Answers become actions: every row of the table, answered by a real store on demand."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from gateway.dmpstore.faults_client import clear_faults, set_faults
from gateway.dmpstore.listing import fetch_summary
from gateway.dmpstore.server import EmbeddedStore
from gateway.dmpstore.settings import StoreSettings
from gateway.model import (
    Ack,
    ConsentNotice,
    DeadLetter,
    Envelope,
    FeedingStatement,
    Kind,
    Memory,
    PatientId,
    Reading,
    Receipt,
    Retry,
    Settlement,
    Stage,
    Verdict,
)
from gateway.pipeline import Judged
from gateway.pipeline.deposit import submit
from gateway.xds import errors
from gateway.xds.client import ClientSettings, XdsRepository
from gateway.xds.errors import Reaction
from tests.dmpstore import samples

NOW = datetime(2026, 11, 2, tzinfo=UTC)
# A few tries, then a person: the words of the table that only say "it failed".
GENERIC = {"XDSRegistryError", "XDSRepositoryError", "Receiver", "Server"}
CONTENT_DOUBTS = {"XDSNonIdenticalHash", "XDSNonIdenticalSize"}


class NobodyIsOpposed:
    async def record(self, envelope: Envelope, notice: ConsentNotice) -> None:
        raise NotImplementedError

    async def statements(self, patients: Sequence[PatientId]) -> tuple[FeedingStatement, ...]:
        return ()


@dataclass
class Bench:
    """What a deposit needs, over HTTP."""

    base_url: str
    repository: XdsRepository
    consents: NobodyIsOpposed
    consent_required: bool = False

    async def deposit(self) -> Settlement:
        """How a message with the one document of the samples ends."""
        envelope = Envelope(b"", "m", "intake.lab", "lab.labo-exemple", NOW, NOW)
        judged = Judged(Reading(Kind.LAB), Verdict(()))
        return await submit(envelope, judged, samples.submission(), Memory(), self)

    def answer(self, kind: str, **more: Any) -> None:
        set_faults(self.base_url, [{"kind": kind, "transaction": "iti41", **more}])

    @property
    def stored(self) -> int:
        return int(fetch_summary(self.base_url)["documents"])


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A store that nothing is ever stored in: every deposit meets a fault."""
    yield from _serve(tmp_path_factory.mktemp("store"))


@pytest.fixture
def own_store(tmp_path: Path) -> Iterator[str]:
    yield from _serve(tmp_path)


def _serve(folder: Path) -> Iterator[str]:
    embedded = EmbeddedStore(StoreSettings(database_url=f"sqlite:///{folder}/store.sqlite3", trial=True))
    embedded.launch()
    yield embedded.base_url
    embedded.shutdown()


@pytest.fixture
async def bench(request: pytest.FixtureRequest) -> AsyncIterator[Bench]:
    own = "own_store" in request.fixturenames
    url = request.getfixturevalue("own_store" if own else "store")
    settings = ClientSettings(f"{url}/services/repository", f"{url}/services/registry", read_timeout=1.0)
    repository = XdsRepository(settings)
    yield Bench(url, repository, NobodyIsOpposed())
    await repository.close()


def check(settlement: Settlement, reaction: Reaction, reason: str, *, generic: bool = False) -> None:
    """The settlement that the reaction asks for when nothing is stored."""
    match reaction:
        case Reaction.RETRY | Reaction.VERIFY:
            assert isinstance(settlement, Retry), settlement
            assert (settlement.reason, settlement.held) == (reason, False)
            assert settlement.retries == (3 if generic else None)
        case Reaction.STOP_FLOW:
            assert isinstance(settlement, Retry), settlement
            assert (settlement.reason, settlement.held) == (reason, True)
        case Reaction.REJECT | Reaction.ASK_HUMAN:
            assert isinstance(settlement, DeadLetter), settlement
            assert (settlement.reason, settlement.stage) == (reason, Stage.SUBMITTED)
            assert [finding.rule for finding in settlement.findings] == ["R.DMP.90"]
            assert settlement.detail == reaction.advice
        case _:
            pytest.fail(f"no answer means {reaction}")


@pytest.mark.parametrize(("code", "reaction"), errors.REGISTRY_ERRORS.items())
async def test_each_registry_error(bench: Bench, code: str, reaction: Reaction) -> None:
    bench.answer("registry-error", code=code)
    expected = {Reaction.DONE: Reaction.VERIFY}.get(reaction, reaction)
    if code in CONTENT_DOUBTS:
        expected = Reaction.ASK_HUMAN  # the registry knows no such document: nothing to compare with
    check(await bench.deposit(), expected, code, generic=code in GENERIC)


@pytest.mark.parametrize(("subcode", "reaction"), errors.FAULTS.items())
async def test_each_soap_fault(bench: Bench, subcode: str, reaction: Reaction) -> None:
    bench.answer("soap-fault", code=subcode)
    check(await bench.deposit(), reaction, subcode, generic=subcode in GENERIC)


@pytest.mark.parametrize(("sentence", "reason", "reaction"), errors.SENTENCES)
async def test_each_sentence_in_a_fault_and_in_an_error(
    bench: Bench, sentence: str, reason: str, reaction: Reaction
) -> None:
    bench.answer("soap-fault", text=f"[7] {sentence}.")
    check(await bench.deposit(), reaction, reason)
    bench.answer("registry-error", code="XDSRepositoryError", text=sentence)
    check(await bench.deposit(), reaction, reason)


@pytest.mark.parametrize(
    ("status", "reaction"),
    [
        *errors.HTTP_STATUSES.items(),
        (301, Reaction.STOP_FLOW),
        (418, Reaction.ASK_HUMAN),
        (500, Reaction.RETRY),
        (502, Reaction.RETRY),
        (503, Reaction.RETRY),
        (504, Reaction.RETRY),
    ],
)
async def test_each_http_status(bench: Bench, status: int, reaction: Reaction) -> None:
    bench.answer("http-status", status=status)
    check(await bench.deposit(), reaction, f"http-{status}")


@pytest.mark.parametrize(
    ("kind", "reaction", "reason"),
    [
        ("no-record", Reaction.ASK_HUMAN, "XDSUnknownPatientId"),
        ("closed", Reaction.REJECT, "DMPClosed"),
        ("access-denied", Reaction.ASK_HUMAN, "DMPAccessDeniedByRightsService"),
        ("busy", Reaction.RETRY, "XDSRepositoryBusy"),
        ("invalid-certificate", Reaction.STOP_FLOW, "DMPInvalidCertificate"),
        ("cut", Reaction.RETRY, "connection-lost"),
    ],
)
async def test_each_fault_by_its_own_name(bench: Bench, kind: str, reaction: Reaction, reason: str) -> None:
    bench.answer(kind)
    check(await bench.deposit(), reaction, reason)


@pytest.mark.parametrize(
    ("fault", "reaction", "reason"),
    [
        ({"kind": "registry-error", "code": "DMPSomethingNew"}, Reaction.ASK_HUMAN, "DMPSomethingNew"),
        ({"kind": "soap-fault", "code": "DMPSomethingNew"}, Reaction.ASK_HUMAN, "DMPSomethingNew"),
        ({"kind": "http-status", "status": 200}, Reaction.VERIFY, "unreadable-answer"),
    ],
)
async def test_an_answer_in_no_row_goes_to_a_human_or_is_verified(
    bench: Bench, fault: dict[str, Any], reaction: Reaction, reason: str
) -> None:
    bench.answer(**fault)
    check(await bench.deposit(), reaction, reason)


async def test_a_bare_fault_of_the_receiver_gets_three_retries(bench: Bench) -> None:
    bench.answer("soap-fault")
    check(await bench.deposit(), Reaction.RETRY, "soap-fault", generic=True)


async def test_nothing_of_all_this_was_stored(bench: Bench) -> None:
    assert bench.stored == 0


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "answer-lost"},
        {"kind": "slow-answer", "milliseconds": 5000},
        *(
            {"kind": "registry-error", "code": code}
            for code, reaction in errors.REGISTRY_ERRORS.items()
            if reaction in (Reaction.VERIFY, Reaction.DONE)
        ),
        {"kind": "http-status", "status": 200},
    ],
    ids=lambda fault: fault.get("code") or fault["kind"],
)
async def test_a_doubt_about_a_stored_document_is_a_success(
    own_store: str, bench: Bench, fault: dict[str, Any]
) -> None:
    if fault["kind"] not in ("answer-lost", "slow-answer"):
        assert isinstance(await bench.deposit(), Ack)
    bench.answer(**fault)
    assert await bench.deposit() == Ack((Receipt("Success", already_there=True),))
    clear_faults(own_store)
    assert bench.stored == 1
