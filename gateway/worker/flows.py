"""One facility's flow: stopped by an answer that blames its certificate or configuration, resumed by a probe.

While a flow is stopped its messages are judged and acknowledged as ever; only their deposits wait. From time
to time one of them is let through: when the destination takes it in, the flow goes on. The other facilities
never notice. What is known here lives as long as the worker; another worker finds out by itself.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from gateway.errors import Permanent, SubmissionError, Transient
from gateway.model import DocumentEntry, Receipt, Submission
from gateway.observability import Metrics
from gateway.ports import Repository
from gateway.xds.errors import Reaction

_HELD = (
    "flux de cette structure arrêté : le message attend / flow of this structure stopped: the message waits"
)
_T = TypeVar("_T")


@dataclass(slots=True)
class _Stop:
    """Why and since when (monotonic seconds) a flow is stopped, and when the next probe may go."""

    reason: str
    since: float
    next_probe: float


class Flows:
    """The flows of one worker. ``probe_seconds`` lie between two probes of one facility."""

    def __init__(
        self,
        metrics: Metrics,
        log: Any,
        probe_seconds: float,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._metrics, self._log, self._now = metrics, log, now
        self._probe_seconds = probe_seconds
        self._stops: dict[str, _Stop] = {}

    @property
    def stopped(self) -> dict[str, str]:
        """Facilities whose flow is stopped, with the reason."""
        return {facility: stop.reason for facility, stop in self._stops.items()}

    def gate(self, facility: str, repository: Repository) -> Repository:
        """The repository as one message of this facility may use it."""
        return _Gate(self, facility, repository)

    def admit(self, facility: str) -> bool:
        """True for a probe, False while the flow runs. Raises Transient when the message has to wait."""
        stop = self._stops.get(facility)
        if stop is None:
            return False
        if self._now() < stop.next_probe:
            raise Transient(stop.reason, _HELD, reaction=Reaction.STOP_FLOW)
        stop.next_probe = self._now() + self._probe_seconds
        return True

    def stop(self, facility: str, reason: str) -> None:
        found = self._stops.get(facility)
        if found is not None:
            found.reason = reason
            return
        now = self._now()
        self._stops[facility] = _Stop(reason, now, now + self._probe_seconds)
        self._metrics.flow_stopped.labels(facility).set(1)
        self._log.warning("flow-stopped", facility=facility, reason=reason)

    def resume(self, facility: str) -> None:
        stop = self._stops.pop(facility, None)
        if stop is not None:
            self._metrics.flow_stopped.labels(facility).set(0)
            seconds = round(self._now() - stop.since)
            self._log.warning("flow-resumed", facility=facility, reason=stop.reason, seconds=seconds)


class _Gate:
    """A Repository for one message: all its requests go through, or none."""

    def __init__(self, flows: Flows, facility: str, repository: Repository) -> None:
        self._flows, self._facility, self._repository = flows, facility, repository
        self._probe: bool | None = None

    async def submit(self, submission: Submission) -> Receipt:
        receipt = await self._asked(lambda: self._repository.submit(submission), deposit=True)
        if self._probe:
            self._flows.resume(self._facility)
        return receipt

    async def find(
        self, unique_ids: Sequence[str], about: Submission | None = None
    ) -> tuple[DocumentEntry, ...]:
        return await self._asked(lambda: self._repository.find(unique_ids, about), deposit=False)

    async def _asked(self, request: Callable[[], Awaitable[_T]], *, deposit: bool) -> _T:
        if self._probe is None:
            self._probe = self._flows.admit(self._facility)
        try:
            return await request()
        except SubmissionError as error:
            if error.reaction == Reaction.STOP_FLOW:
                self._flows.stop(self._facility, error.reason)
            elif self._probe and deposit and isinstance(error, Permanent):
                # The document was refused, but its sender was let in.
                self._flows.resume(self._facility)
            raise
