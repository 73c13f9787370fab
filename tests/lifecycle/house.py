"""A climb with a real ledger on disk and a shelf for a repository: memory without wire."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from gateway.ledger import LedgerReader, PatientHasher, SqlLedger, open_database
from gateway.model import DocumentEntry, Envelope, Finding, Receipt, Settlement, Submission
from gateway.pipeline import Climbed, House, Judged, climb
from gateway.settings.facilities import load_facilities

PATIENTS = PatientHasher(b"0123456789abcdef0123456789abcdef")
START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


class SteppingClock:
    def __init__(self) -> None:
        self.moment = START

    def now(self) -> datetime:
        self.moment += timedelta(seconds=1)
        return self.moment


class Shelf:
    """A repository that takes everything and remembers what it was given."""

    def __init__(self) -> None:
        self.taken: list[Submission] = []

    async def submit(self, submission: Submission) -> Receipt:
        self.taken.append(submission)
        return Receipt("Success")

    async def find(
        self, unique_ids: Sequence[str], about: Submission | None = None
    ) -> tuple[DocumentEntry, ...]:
        held = (entry for submission in self.taken for entry in submission.entries)
        return tuple(entry for entry in held if entry.unique_id in unique_ids)


@dataclass
class Trial:
    """One gateway without broker: ``send`` takes a message up all floors and settles it in the ledger."""

    house: House
    shelf: Shelf
    ledger: SqlLedger
    reader: LedgerReader
    clock: SteppingClock
    database: Path
    last: Climbed | None = field(default=None)

    async def send(self, body: bytes, key: str = "imaging.imagerie-exemple", **more: Any) -> Settlement:
        now = self.clock.now()
        envelope = Envelope(body, str(uuid.uuid4()), f"intake.{key.partition('.')[0]}", key, now, now)
        return await self.deliver(replace(envelope, **more))

    async def deliver(self, envelope: Envelope) -> Settlement:
        self.last = await climb(envelope, self.house)
        await self.ledger.settled(self.last.envelope, self.last.settlement, self.last.submission)
        return self.last.settlement

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the judges said of the last message."""
        assert self.last is not None
        assert self.last.judged is not None
        return self.last.judged.verdict.findings


async def _think(judge: Callable[..., Judged], *arguments: Any) -> Judged:
    return await asyncio.to_thread(judge, *arguments)


@asynccontextmanager
async def trial(folder: Path, *, consent_required: bool = False) -> AsyncIterator[Trial]:
    database, clock, shelf = folder / "ledger.sqlite3", SteppingClock(), Shelf()
    engine = open_database(f"sqlite:///{database}")
    ledger = SqlLedger(engine, clock, PATIENTS)
    house = House(
        repository=shelf,
        ledger=ledger,
        consents=ledger.consents,
        facility_of=load_facilities(None, open_senders=False).sender,
        think=_think,
        progress=lambda stage, reading: None,
        timing=lambda stage: nullcontext(),
        consent_required=consent_required,
    )
    try:
        yield Trial(house, shelf, ledger, LedgerReader(engine), clock, database)
    finally:
        ledger.close()
