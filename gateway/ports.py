"""What the climb needs from the outside world, as Protocols. The roof hands in the real ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from gateway.model import (
    ConsentNotice,
    DocumentEntry,
    Envelope,
    FeedingStatement,
    Memory,
    PatientId,
    Reading,
    Receipt,
    Settlement,
    Stage,
    Submission,
    Verdict,
)


class Repository(Protocol):
    """A document store that answers to XDS.b."""

    async def submit(self, submission: Submission) -> Receipt:
        """Deposit, replace or delete. Raises Permanent, Transient or Unknown."""

    async def find(
        self, unique_ids: Sequence[str], about: Submission | None = None
    ) -> tuple[DocumentEntry, ...]:
        """The entries the registry knows under these uniqueIds (any status); ``about`` is who asks.

        Raises Transient, or Permanent when nobody may ask for ``about``.
        """


class Ledger(Protocol):
    """The memory of what happened to each message."""

    async def received(self, envelope: Envelope) -> datetime:
        """Remember a delivery; returns, once it is durable, when this message was first seen."""

    async def read(self, envelope: Envelope, reading: Reading, verdict: Verdict) -> None:
        """Remember what the message is and what the judges said."""

    async def recall(self, envelope: Envelope, reading: Reading, submission: Submission | None) -> Memory:
        """What other, settled messages left behind that matters here; this message itself is no memory."""

    async def stage(self, envelope: Envelope, stage: Stage) -> None:
        """Remember that a message reached a stage."""

    async def settled(
        self, envelope: Envelope, settlement: Settlement, submission: Submission | None
    ) -> None:
        """Remember how the delivery ended."""


class Consents(Protocol):
    """What patients said about feeding their DMP, known by keyed hashes only."""

    async def record(self, envelope: Envelope, notice: ConsentNotice) -> None:
        """Remember a notice, once however often it is delivered; returns once it is durable."""

    async def statements(self, patients: Sequence[PatientId]) -> tuple[FeedingStatement, ...]:
        """All positions known under any of these identifiers, in the order received."""


class Publisher(Protocol):
    """Publishes with a confirm: returns only when the broker has taken responsibility."""

    async def publish(
        self,
        exchange: str,
        routing_key: str,
        body: bytes,
        headers: dict[str, object],
        message_id: str,
        *,
        correlation_id: str | None = None,
        reply_to: str | None = None,
        content_type: str | None = None,
        mandatory: bool = True,
    ) -> None:
        """Raises PublishRefused or BrokerUnavailable."""


class Clock(Protocol):
    """The time, so that tests can choose it."""

    def now(self) -> datetime:
        """Aware, in UTC."""
