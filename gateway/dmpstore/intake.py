"""Reading request bodies within bounds: their size, the bytes of all requests in flight, and the time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.requests import ClientDisconnect, Request


class TooLarge(Exception):
    """The body is longer than one request may be: HTTP 413."""


class TooBusy(Exception):
    """The bodies in flight fill the store's memory bound: HTTP 503."""


class TooSlow(Exception):
    """The body did not arrive in time, or the client went away: HTTP 408."""


class Intake:
    """Hands out bodies; the bytes count as in flight until the block is left."""

    def __init__(self, largest: int, in_flight: int, seconds: float) -> None:
        self._largest = largest
        self._most = in_flight
        self._seconds = seconds
        self._held = 0

    @asynccontextmanager
    async def body(self, request: Request) -> AsyncIterator[bytes]:
        """The whole body. Raises TooLarge, TooBusy or TooSlow."""
        held = _Held(self)
        try:
            yield await self._in_time(request, held)
        finally:
            held.release()

    async def _in_time(self, request: Request, held: _Held) -> bytes:
        try:
            async with asyncio.timeout(self._seconds):
                return await self._read(request, held)
        except (TimeoutError, ClientDisconnect):
            raise TooSlow from None

    async def _read(self, request: Request, held: _Held) -> bytes:
        announced = request.headers.get("content-length", "")
        if announced.isdigit() and int(announced) > self._largest:
            raise TooLarge
        body = bytearray()
        async for chunk in request.stream():
            held.add(len(chunk))
            body += chunk
            if len(body) > self._largest:
                raise TooLarge
        return bytes(body)

    def take(self, size: int) -> None:
        if self._held + size > self._most:
            raise TooBusy
        self._held += size

    def give_back(self, size: int) -> None:
        self._held -= size


class _Held:
    """The bytes that one request holds."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self._size = 0

    def add(self, size: int) -> None:
        self._intake.take(size)
        self._size += size

    def release(self) -> None:
        self._intake.give_back(self._size)
        self._size = 0
