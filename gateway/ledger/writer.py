"""Grouped writing: one thread, one transaction for all the writes that are waiting."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import TypeVar

import sqlalchemy as sa

from gateway.errors import GatewayError

Result = TypeVar("Result")
_Job = tuple[Callable[[sa.Connection], object], "Future[object]"]

MAX_GROUP = 256


class LedgerUnavailable(GatewayError):
    """The ledger could not write; nothing that depends on the write may be acknowledged."""


@contextmanager
def reading_from(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection to read with. Raises LedgerUnavailable, without the values of the statement."""
    try:
        with engine.connect() as connection:
            yield connection
    except sa.exc.SQLAlchemyError as error:
        raise LedgerUnavailable(type(error).__name__) from None


class GroupWriter:
    """Runs write functions in the order given; a future resolves when its group is committed."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="ledger", daemon=True)
        self._thread.start()

    def submit(self, write: Callable[[sa.Connection], Result]) -> Future[Result]:
        """Queue one write. The future fails with LedgerUnavailable when the group cannot be committed."""
        future: Future[Result] = Future()
        self._jobs.put((write, future))  # type: ignore[arg-type]
        return future

    async def write(self, write: Callable[[sa.Connection], Result]) -> Result:
        """Queue one write and wait until it is durable."""
        return await asyncio.wrap_future(self.submit(write))

    def close(self) -> None:
        """Finish what is queued, then stop."""
        self._jobs.put(None)
        self._thread.join(timeout=30)
        self._engine.dispose()

    def _run(self) -> None:
        while (group := self._next_group()) is not None:
            if not self._commit(group) and len(group) > 1:
                # One bad write must not fail its neighbours: each gets a transaction of its own.
                for job in group:
                    self._commit([job], last=True)

    def _next_group(self) -> list[_Job] | None:
        first = self._jobs.get()
        if first is None:
            return None
        group = [first]
        while len(group) < MAX_GROUP and not self._jobs.empty():
            job = self._jobs.get()
            if job is None:
                self._jobs.put(None)
                break
            group.append(job)
        return group

    def _commit(self, group: list[_Job], *, last: bool = False) -> bool:
        try:
            with self._engine.begin() as connection:
                results = [write(connection) for write, _ in group]
        except Exception as error:  # noqa: BLE001 - whatever the driver raises, the waiter must hear of it
            if last or len(group) == 1:
                # The driver's text may hold the values of the statement: only its type is passed on.
                group[0][1].set_exception(LedgerUnavailable(type(error).__name__))
            return False
        for (_, future), result in zip(group, results, strict=True):
            future.set_result(result)
        return True
