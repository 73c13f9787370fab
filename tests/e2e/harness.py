"""A whole gateway for tests: real broker, real worker processes, real store over HTTP."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import urllib.request
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from gateway.broker import Broker
from gateway.dmpstore.faults_client import set_faults
from gateway.dmpstore.listing import fetch_documents, fetch_summary
from gateway.dmpstore.server import EmbeddedStore
from gateway.dmpstore.settings import StoreSettings
from gateway.ledger import LedgerReader, open_database
from gateway.model import Envelope
from gateway.topology import INTAKE, Topology, build_topology

DELAYS = (1, 2)
REPOSITORY = Path(__file__).resolve().parents[2]
SHARED = REPOSITORY / ".." / "shared"

Found = TypeVar("Found")


async def until(condition: Callable[[], Found], seconds: float = 60.0, what: str = "the condition") -> Found:
    """Wait on a condition that a person could check too; never on a fixed time."""
    deadline = asyncio.get_running_loop().time() + seconds
    while not (found := condition()):
        if asyncio.get_running_loop().time() > deadline:
            raise AssertionError(f"{what} did not come true within {seconds:g} s")
        await asyncio.sleep(0.05)
    return found


def fetch(address: str) -> str:
    """The text at an address; an answer other than 200 is an error."""
    return _get(address).decode("utf-8")


def _get(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=30) as answer:
        return bytes(answer.read())


@dataclass
class Stack:
    """What a test holds: the parts of one gateway and ways to ask them."""

    folder: Path
    amqp_url: str
    store: EmbeddedStore
    broker: Broker
    topology: Topology
    environment: dict[str, str]
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def log(self) -> Path:
        return self.folder / "worker.log"

    def start_worker(self, **settings: str) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            worker = subprocess.Popen(
                [sys.executable, "-m", "gateway", "run"],
                env=self.environment | settings,
                stderr=log,
                stdout=log,
                cwd=self.folder,
            )
        self.workers.append(worker)
        return worker

    def restart_store(self, address: str) -> None:
        """The store again, on the port and with the data that it had."""
        port = int(address.rpartition(":")[2])
        self.store = EmbeddedStore(
            StoreSettings(database_url=f"sqlite:///{self.folder}/store.sqlite3", port=port, trial=True)
        )
        self.store.launch()

    async def publish(self, body: bytes, routing_key: str = "discharge.hopital-exemple") -> str:
        message_id = str(uuid.uuid4())
        await self.broker.publish(
            INTAKE, routing_key, body, {}, message_id=message_id, timestamp=datetime.now(UTC)
        )
        return message_id

    def ledger(self) -> dict[str, dict[str, Any]]:
        """Rows by message id; empty while no worker has made the ledger."""
        if not (self.folder / "ledger.sqlite3").exists():
            return {}
        engine = open_database(f"sqlite:///{self.folder}/ledger.sqlite3")
        try:
            return {row["message_id"]: row for row in LedgerReader(engine).messages(limit=10_000)}
        finally:
            engine.dispose()

    async def settled(self, count: int, seconds: float = 90.0) -> dict[str, dict[str, Any]]:
        """The ledger once ``count`` messages have come to their end."""

        def done() -> dict[str, dict[str, Any]] | None:
            rows = self.ledger()
            ended = [row for row in rows.values() if row["settled_at"]]
            return rows if len(ended) >= count else None

        return await until(done, seconds, f"{count} settled messages")

    async def dead_letters(self) -> list[Envelope]:
        return [
            envelope
            for queue in self.topology.dead_queues
            for envelope in await self.broker.peek(queue, 10_000)
        ]

    def stored(self) -> dict[str, dict[str, Any]]:
        rows = fetch_documents(self.store.base_url, status="all")
        return {row["unique_id"]: row for row in rows}

    def fault(self, kind: str, **conditions: object) -> None:
        """Put one fault in force at the store, in place of the others."""
        set_faults(self.store.base_url, [{"kind": kind, **conditions}])

    def counts(self) -> dict[str, Any]:
        """``/api/summary``: how often something was stored."""
        return fetch_summary(self.store.base_url)

    def content(self, unique_id: str) -> bytes:
        """The bytes that the store gives back."""
        return _get(f"{self.store.base_url}/api/documents/{unique_id}/content")

    def health_url(self) -> str:
        found = re.findall(r"metrics  (http://\S+)/metrics", self.log.read_text(encoding="utf-8"))
        return str(found[-1]) if found else ""


@asynccontextmanager
async def gateway_stack(folder: Path, amqp_url: str) -> AsyncIterator[Stack]:
    """A store and a declared, empty broker; workers are started by the test."""
    topology = build_topology(retry_delays_seconds=DELAYS)
    store = EmbeddedStore(StoreSettings(database_url=f"sqlite:///{folder}/store.sqlite3", trial=True))
    await store.start()
    broker = Broker(amqp_url, topology, name="test")
    await broker.start()
    stack = Stack(folder, amqp_url, store, broker, topology, _environment(folder, amqp_url, store.base_url))
    try:
        yield stack
    finally:
        for worker in stack.workers:
            if worker.poll() is None:
                worker.send_signal(signal.SIGKILL)
            worker.wait(10)
        await broker.close()
        await stack.store.stop()


def _environment(folder: Path, amqp_url: str, store_url: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GATEWAY_")}
    return kept | {
        "GATEWAY_AMQP_URL": amqp_url,
        "GATEWAY_DATA_DIR": str(folder),
        "GATEWAY_REPOSITORY_URL": f"{store_url}/services/repository",
        "GATEWAY_REGISTRY_URL": f"{store_url}/services/registry",
        "GATEWAY_RETRY_DELAYS": ",".join(map(str, DELAYS)),
        "GATEWAY_MAX_ATTEMPTS": "4",
        "GATEWAY_HEALTH_PORT": "0",
        "PYTHONPATH": str(REPOSITORY),
    }
