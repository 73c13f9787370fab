"""The loop: prefetch, work within the byte budget, settle; reconnect with the broker; stop in order."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gateway.broker import Broker, Delivery
from gateway.errors import BrokerUnavailable, GatewayError
from gateway.model import (
    Ack,
    DeadLetter,
    Envelope,
    Kind,
    Location,
    Reading,
    Retry,
    Rule,
    Settlement,
    Severity,
    Stage,
    Submission,
)
from gateway.observability import Metrics
from gateway.pipeline import Climbed, House, climb
from gateway.routes.letters import repeats
from gateway.topology import Topology
from gateway.worker.budget import ByteBudget
from gateway.worker.flows import Flows
from gateway.worker.settle import outcome_name, settle

# A message that makes our own code fail is tried this often before a person has to look at it.
MAX_INTERNAL_ERRORS = 3
# The longest rest, in seconds, between two tries to write an outcome.
MAX_REST = 30.0


@dataclass(frozen=True, slots=True)
class WorkerLimits:
    """Seconds, bytes and attempts; see the settings of the same names."""

    bytes_in_flight: int
    max_attempts: int
    shutdown_seconds: float


class Worker:
    """One consumer loop on one broker connection."""

    def __init__(
        self,
        broker: Broker,
        topology: Topology,
        house: House,
        metrics: Metrics,
        log: Any,
        limits: WorkerLimits,
    ) -> None:
        self._broker, self._house, self._metrics, self._log = broker, house, metrics, log
        self._topology, self._limits = topology, limits
        self._budget = ByteBudget(limits.bytes_in_flight)
        self._flows = Flows(metrics, log, min(topology.retry_delays_seconds))
        self._held: dict[Delivery, asyncio.Task[None]] = {}
        self._stop = asyncio.Event()
        self.on_stage: Callable[[Delivery, Stage], None] | None = None
        self.on_settled: Callable[[Delivery, Settlement, Submission | None], None] | None = None

    def stop(self) -> None:
        """Ask the loop to end; safe to call from a signal handler, more than once."""
        self._stop.set()

    async def run(self) -> None:
        """Consume until :meth:`stop`; then no new work, finish or return what is held, and come back."""
        queues = self._topology.intake_queues
        await self._broker.consume(queues, self._handle, self._on_error)
        self._log.info("consuming", queues=list(queues))
        await self._stop.wait()
        self._log.info("stopping", in_flight=len(self._held))
        await self._broker.stop_consuming()
        await self._drain()
        self._log.info("stopped")

    def _on_error(self, delivery: Delivery, error: BaseException) -> None:
        """A defect of the loop itself: the message goes back, and the delivery limit ends a repetition."""
        self._log.error("not-handled", message_id=delivery.envelope.message_id, error=type(error).__name__)
        delivery.return_to_queue()

    async def _drain(self) -> None:
        if self._held:
            await asyncio.wait(list(self._held.values()), timeout=self._limits.shutdown_seconds)
        for delivery, task in list(self._held.items()):
            task.cancel()
            delivery.return_to_queue()

    async def _handle(self, delivery: Delivery) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - the broker runs every handler as a task
        self._held[delivery] = task
        self._metrics.in_flight.set(len(self._held))
        try:
            async with self._budget.hold(len(delivery.envelope.body)):
                self._metrics.in_flight_bytes.set(self._budget.used)
                await self._work_until_settled(delivery)
        finally:
            del self._held[delivery]
            self._metrics.in_flight.set(len(self._held))
            self._metrics.in_flight_bytes.set(self._budget.used)

    async def _work_until_settled(self, delivery: Delivery) -> None:
        """Hold the message while our own ledger or the broker's queues refuse to write.

        Giving it back at once would use up its delivery limit and dead-letter a good message for a fault
        of ours. Held messages fill the prefetch, so the backlog waits in the broker.
        """
        rest = 0.5
        while not self._stop.is_set():
            try:
                return await self._work(delivery)
            except BrokerUnavailable:
                return None  # the delivery died with its channel; the broker gives the message again
            except GatewayError as error:
                self._log.warning("not-settled", error=type(error).__name__, pause_seconds=rest)
                await self._rest(rest)
                rest = min(rest * 2, MAX_REST)
        delivery.return_to_queue()
        return None

    async def _rest(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stop.wait(), seconds)

    async def _work(self, delivery: Delivery) -> None:
        envelope = delivery.envelope
        self._metrics.bytes.observe(len(envelope.body))
        seen = _Seen(self._metrics, delivery, self.on_stage)
        gate = self._flows.gate(envelope.facility, self._house.repository)
        house = dataclasses.replace(self._house, progress=seen.reached, repository=gate)
        try:
            climbed = await climb(envelope, house)
        except GatewayError:
            raise
        except Exception as error:  # noqa: BLE001 - one message must not take the worker down
            climbed = Climbed(envelope, self._internal_error(delivery, error))
        if not delivery.alive:
            return  # its channel is gone: settling now would only say twice what the next delivery says
        settlement = self._within_attempts(envelope, climbed.settlement)
        climbed = dataclasses.replace(climbed, settlement=settlement)
        with self._metrics.timing(Stage.SETTLED):
            await settle(
                delivery,
                climbed,
                publisher=self._broker,
                ledger=self._house.ledger,
                topology=self._topology,
            )
        self._report(delivery, settlement, climbed.submission, seen.kind)

    def _within_attempts(self, envelope: Envelope, settlement: Settlement) -> Settlement:
        if not isinstance(settlement, Retry) or settlement.held:
            return settlement
        most = settlement.retries
        repeated = most is not None and repeats(envelope, settlement.reason) >= most
        if repeated or envelope.attempt >= self._limits.max_attempts:
            return _given_up(settlement, envelope.attempt)
        return settlement

    def _internal_error(self, delivery: Delivery, error: Exception) -> Settlement:
        """Our own defect: where it happened is logged, what the message held is not."""
        frame = traceback.extract_tb(error.__traceback__)[-1]
        spot = f"{frame.name}:{frame.lineno}"
        self._log.error("internal-error", error=type(error).__name__, at=spot, stage=Stage.RECEIVED.value)
        detail = f"{type(error).__name__} at {spot}"
        if delivery.envelope.attempt >= MAX_INTERNAL_ERRORS:
            return _given_up(Retry("internal-error", detail, Stage.RECEIVED), delivery.envelope.attempt)
        return Retry("internal-error", detail, Stage.RECEIVED)

    def _report(
        self, delivery: Delivery, settlement: Settlement, submission: Submission | None, kind: str
    ) -> None:
        outcome = outcome_name(settlement)
        self._metrics.stages.labels(Stage.SETTLED.value, kind).inc()
        self._metrics.outcomes.labels(outcome, kind).inc()
        if isinstance(settlement, DeadLetter):
            self._metrics.refusals.labels(settlement.reason, settlement.stage.value).inc()
        if isinstance(settlement, Ack) and submission is not None:
            for rubrique in submission.rubriques:
                self._metrics.documents.labels(rubrique.value, submission.action.value).inc()
        self._log.info(
            "settled",
            message_id=delivery.envelope.message_id,
            facility=delivery.envelope.facility,
            kind=kind,
            outcome=outcome,
            reason=getattr(settlement, "reason", ""),
            stage=getattr(settlement, "stage", Stage.SETTLED).value,
            attempt=delivery.envelope.attempt,
        )
        if self.on_settled is not None:
            self.on_settled(delivery, settlement, submission)


GIVEN_UP = Rule(
    "R.RTY.01",
    "DESIGN: retries are counted and end",
    Severity.ERROR,
    "La passerelle a renoncé après le nombre de tentatives réglé. Le motif dit ce qui manquait ; quand c'est "
    "réparé (DMP joignable, document remplacé déposé…), rejouez le message.",
    "The gateway gave up after the attempts that the settings allow. The reason says what was missing; once "
    "it is mended (DMP reachable, replaced document deposited…), replay the message.",
    "207",
    "906",
)


def _given_up(settlement: Retry, attempts: int) -> DeadLetter:
    reason = f"({settlement.reason})"
    finding = GIVEN_UP.at(Location(detail=settlement.stage.value), more_fr=reason, more_en=reason)
    detail = f"gave up after {attempts} attempts; {settlement.detail}".rstrip("; ")
    return DeadLetter(settlement.reason, settlement.stage, (finding,), detail)


class _Seen:
    """Counts the stages of one message; before it is read, its queue tells its kind."""

    def __init__(
        self, metrics: Metrics, delivery: Delivery, watcher: Callable[[Delivery, Stage], None] | None
    ) -> None:
        self._metrics, self._delivery, self._watcher = metrics, delivery, watcher
        self.kind = delivery.envelope.queue.rpartition(".")[2] or Kind.DOCUMENT.value

    def reached(self, stage: Stage, reading: Reading | None) -> None:
        if reading is not None:
            self.kind = reading.kind.value
        self._metrics.stages.labels(stage.value, self.kind).inc()
        if self._watcher is not None:
            self._watcher(self._delivery, stage)
