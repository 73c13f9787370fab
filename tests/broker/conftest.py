"""Clients of the session's broker, with empty queues, and ways to disturb them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any, Protocol
from urllib.parse import urlsplit

import pika
import pytest
import pytest_asyncio

from gateway.broker import Backoff, Broker
from gateway.topology import Topology, build_topology

QUICKLY = Backoff(initial=0.05, maximum=0.5)


class HasUrl(Protocol):
    @property
    def url(self) -> str: ...


async def until(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait for a condition; fail when it does not come true."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true in time"
        await asyncio.sleep(0.01)


async def until_depth(client: Broker, queue: str, depth: int, seconds: float = 30.0) -> None:
    """Wait until a queue has this many ready messages."""
    deadline = time.monotonic() + seconds
    while (found := (await client.queue_depths([queue])).get(queue)) != depth:
        assert time.monotonic() < deadline, f"{queue} has {found} messages, not {depth}"
        await asyncio.sleep(0.02)


@pytest.fixture(scope="session")
def topology() -> Topology:
    """The gateway's topology, with a retry delay that a test can wait for."""
    return build_topology(retry_delays_seconds=(1,))


@pytest.fixture
def raw(broker: HasUrl) -> Iterator[Any]:
    """A plain pika channel, for what our own client never does."""
    connection = pika.BlockingConnection(pika.URLParameters(broker.url))
    yield connection.channel()
    connection.close()


Clients = Callable[..., Awaitable[Broker]]


@asynccontextmanager
async def started_clients(url: str, topology: Topology) -> AsyncIterator[Clients]:
    """A factory of started clients that are all closed at the end."""
    made: list[Broker] = []

    async def client(at: str = url, **options: Any) -> Broker:
        made.append(Broker(at, topology, **{"backoff": QUICKLY, **options}))
        await made[-1].start()
        return made[-1]

    try:
        yield client
    finally:
        for one in made:
            await one.close()


@pytest_asyncio.fixture
async def clients(broker: HasUrl, topology: Topology) -> AsyncIterator[Clients]:
    async with started_clients(broker.url, topology) as client:
        yield client


@pytest_asyncio.fixture
async def client(clients: Clients, broker: HasUrl, topology: Topology) -> Broker:
    """A started client; every queue of the topology is empty."""
    started = await clients()
    await asyncio.to_thread(_purge, broker.url, topology)
    return started


def _purge(url: str, topology: Topology) -> None:
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    for queue in topology.queues:
        channel.queue_purge(queue.name)
    connection.close()


class Cable:
    """A TCP relay in front of a broker, which can be cut or fall silent."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._target = (parts.hostname or "localhost", parts.port or 5672)
        self._rest = url.replace(parts.netloc, "{place}")
        self._login = f"{parts.username}:{parts.password}"
        self._writers: list[asyncio.StreamWriter] = []
        self._server: asyncio.Server | None = None
        self._passing = asyncio.Event()
        self._passing.set()
        self._pumps: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        assert self._server is not None
        port = self._server.sockets[0].getsockname()[1]
        return self._rest.format(place=f"{self._login}@127.0.0.1:{port}")

    async def __aenter__(self) -> Cable:
        self._server = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for pump in self._pumps:
            pump.cancel()
        await asyncio.gather(*self._pumps, return_exceptions=True)
        self.cut()

    def cut(self) -> None:
        """Every connection ends at once, without a goodbye; new ones are possible."""
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    def fall_silent(self) -> None:
        """The connections there are stay open, and nothing passes any more; new ones work."""
        self._passing.clear()
        self._passing = asyncio.Event()
        self._passing.set()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(*self._target)
        self._writers += [writer, far_writer]
        for source, sink in ((reader, far_writer), (far_reader, writer)):
            pump = asyncio.create_task(self._pump(source, sink, self._passing))
            self._pumps.add(pump)
            pump.add_done_callback(self._pumps.discard)

    async def _pump(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, passing: asyncio.Event
    ) -> None:
        try:
            while data := await source.read(65536):
                await passing.wait()
                sink.write(data)
                await sink.drain()
        except OSError:
            pass
        finally:
            sink.close()


@pytest_asyncio.fixture
async def cable(broker: HasUrl) -> AsyncIterator[Cable]:
    async with Cable(broker.url) as relay:
        yield relay
