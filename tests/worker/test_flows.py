"""One facility's flow: what stops it, what its messages meet meanwhile, what lets it go on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from gateway.errors import Permanent, SubmissionError, Transient, Unknown
from gateway.model import DocumentEntry, Receipt, Submission
from gateway.observability import Metrics, get_logger
from gateway.worker.flows import Flows
from tests.xds import samples

LAB, HOSPITAL = "labo-exemple", "hopital-exemple"
BAD = Transient("DMPInvalidCertificate", reaction="stop_flow")


@dataclass
class Destination:
    """A repository that answers with what is planned, then with success."""

    planned: list[SubmissionError | None] = field(default_factory=list)
    asked: int = 0

    async def submit(self, submission: Submission) -> Receipt:
        self._answer()
        return Receipt("Success")

    async def find(
        self, unique_ids: Sequence[str], about: Submission | None = None
    ) -> tuple[DocumentEntry, ...]:
        self._answer()
        return ()

    def _answer(self) -> None:
        self.asked += 1
        error = self.planned.pop(0) if self.planned else None
        if error is not None:
            raise error


class House:
    """Flows over one destination, with a clock that the test moves."""

    def __init__(self) -> None:
        self.time = 0.0
        self.there = Destination()
        self.metrics = Metrics()
        self.flows = Flows(self.metrics, get_logger("test"), 10.0, lambda: self.time)

    async def send(self, facility: str = LAB, *, look_first: bool = False) -> str:
        """How one message ends: ``ok``, ``held`` (nothing was asked), or the reason."""
        gate, before = self.flows.gate(facility, self.there), self.there.asked
        try:
            if look_first:
                await gate.find(["1.2.3"])
            await gate.submit(samples.submission())
        except SubmissionError as error:
            held = (self.there.asked, type(error), error.reaction) == (before, Transient, "stop_flow")
            return "held" if held else error.reason
        return "ok"

    def gauge(self, facility: str = LAB) -> float | None:
        return self.metrics.registry.get_sample_value("dmp_gateway_flow_stopped", {"facility": facility})


@pytest.fixture
def house() -> House:
    return House()


async def test_a_running_flow_asks_and_no_series_says_otherwise(house: House) -> None:
    assert await house.send() == "ok"
    assert (house.flows.stopped, house.gauge()) == ({}, None)


async def test_a_blamed_certificate_stops_the_flow_of_its_facility_only(house: House) -> None:
    house.there.planned = [BAD]
    assert await house.send() == "DMPInvalidCertificate"
    assert (house.flows.stopped, house.gauge()) == ({LAB: "DMPInvalidCertificate"}, 1.0)
    assert [await house.send(), await house.send(HOSPITAL), await house.send()] == ["held", "ok", "held"]


async def test_one_probe_each_interval_and_the_first_deposit_resumes(house: House) -> None:
    house.there.planned = [BAD, BAD]
    await house.send()
    house.time = 9.9
    assert await house.send() == "held"
    house.time = 10.0
    assert [await house.send(), await house.send()] == ["DMPInvalidCertificate", "held"]
    house.time = 20.0
    assert [await house.send(), await house.send()] == ["ok", "ok"]
    assert (house.flows.stopped, house.gauge()) == ({}, 0.0)


async def test_a_search_that_works_does_not_resume_what_a_deposit_stopped(house: House) -> None:
    house.there.planned = [BAD, None, BAD]
    await house.send()
    house.time = 10.0
    assert await house.send(look_first=True) == "DMPInvalidCertificate"
    assert LAB in house.flows.stopped
    assert house.there.asked == 3


async def test_a_search_that_is_refused_stops_the_flow_too(house: House) -> None:
    house.there.planned = [BAD]
    assert await house.send(look_first=True) == "DMPInvalidCertificate"
    assert await house.send() == "held"


@pytest.mark.parametrize(
    ("answer", "stopped"),
    [
        (Permanent("XDSRepositoryMetadataError", reaction="reject"), False),
        (Transient("XDSRepositoryBusy", reaction="retry"), True),
        (Unknown("timeout", reaction="verify"), True),
    ],
)
async def test_a_probe_resumes_when_its_sender_was_let_in(
    house: House, answer: SubmissionError, stopped: bool
) -> None:
    house.there.planned = [BAD, answer]
    await house.send()
    house.time = 10.0
    assert await house.send() == answer.reason
    assert (LAB in house.flows.stopped) is stopped


async def test_what_was_sent_before_the_stop_does_not_resume(house: House) -> None:
    early = house.flows.gate(LAB, house.there)
    await early.find(["1.2.3"])
    house.there.planned = [BAD]
    await house.send()
    await early.submit(samples.submission())
    assert LAB in house.flows.stopped


async def test_another_reason_is_told_and_the_stop_goes_on(house: House) -> None:
    house.there.planned = [BAD, Transient("http-403", reaction="stop_flow")]
    await house.send()
    house.time = 10.0
    await house.send()
    assert house.flows.stopped == {LAB: "http-403"}
