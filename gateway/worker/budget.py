"""Bytes in flight are capped, not only the message count."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class ByteBudget:
    """Lets messages in while their sizes add up to at most ``limit`` bytes.

    A message larger than the whole budget is let in alone, so that it cannot wait for ever.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.used = 0
        self.holders = 0
        self._changed = asyncio.Condition()

    @asynccontextmanager
    async def hold(self, size: int) -> AsyncIterator[None]:
        """Wait for room, then hold ``size`` bytes until the block ends."""
        async with self._changed:
            await self._changed.wait_for(lambda: not self.holders or self.used + size <= self.limit)
            self.used += size
            self.holders += 1
        try:
            yield
        finally:
            async with self._changed:
                self.used -= size
                self.holders -= 1
                self._changed.notify_all()
