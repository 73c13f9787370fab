"""The demo's account: what the broker took, what the ledger says and what the store holds must agree."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.broker import Broker
from gateway.cli.demo_fixtures import Fixture
from gateway.dmpstore.listing import fetch_documents
from gateway.ledger import LedgerReader
from gateway.topology import Topology


@dataclass(frozen=True, slots=True)
class Account:
    """Messages that carry documents: taken by the broker, found in the store, found in the dead letters."""

    received: int
    submitted: int
    dead_lettered: int
    problems: tuple[str, ...]

    @property
    def lost(self) -> int:
        return self.received - self.submitted - self.dead_lettered

    @property
    def balanced(self) -> bool:
        return self.lost == 0 and not self.problems

    @property
    def line(self) -> str:
        return (
            f"demo: received={self.received} submitted={self.submitted} "
            f"dead_lettered={self.dead_lettered} lost={self.lost}"
        )


async def reconcile(
    broker: Broker,
    topology: Topology,
    ledger: LedgerReader,
    store_url: str,
    confirmed: Mapping[str, Fixture],
) -> Account:
    """Count each message where it ended. Messages that carry no document (consent) are not counted."""
    dead = {
        envelope.message_id: envelope.body
        for queue in topology.dead_queues
        for envelope in await broker.peek(queue, 10_000)
    }
    waiting = await broker.queue_depths((*topology.intake_queues, *topology.retry_queues))
    rows = {row["message_id"]: row for row in ledger.messages(limit=10_000)}
    stored = {row["unique_id"]: row for row in await asyncio.to_thread(_everything, store_url)}
    recorded = {name for name in confirmed if rows.get(name, {}).get("outcome") == "recorded"}
    submitted = {name for name in confirmed if _is_stored(rows.get(name), ledger, stored)}
    refused = {name for name, fixture in confirmed.items() if dead.get(name) == fixture.body}
    problems = [f"{queue}: {depth} message(s) still there" for queue, depth in waiting.items() if depth]
    problems += _disagreements(confirmed, rows, submitted, refused)
    return Account(len(confirmed) - len(recorded), len(submitted), len(refused), tuple(problems))


def _everything(store_url: str) -> list[dict[str, Any]]:
    """Deleted and replaced documents too."""
    return fetch_documents(store_url, status="all")


def _is_stored(
    row: Mapping[str, Any] | None, ledger: LedgerReader, stored: Mapping[str, Mapping[str, Any]]
) -> bool:
    """True when the ledger says submitted and the store holds every document with the same hash and size."""
    if row is None or row["outcome"] != "submitted":
        return False
    documents = ledger.documents_of([row["key"]])
    return bool(documents) and all(
        _matches(document, stored.get(document["unique_id"])) for document in documents
    )


def _matches(document: Mapping[str, Any], stored: Mapping[str, Any] | None) -> bool:
    if stored is None:
        return False
    if document["action"] == "delete":
        return str(stored["status"]).endswith("Deleted")
    return bool(stored["hash"] == document["sha1"] and stored["size"] == document["size"])


def _disagreements(
    confirmed: Mapping[str, Fixture],
    rows: Mapping[str, Mapping[str, Any]],
    submitted: set[str],
    refused: set[str],
) -> list[str]:
    problems = []
    for name, fixture in confirmed.items():
        outcome = rows.get(name, {}).get("outcome", "absent")
        if outcome == "submitted" and name not in submitted:
            problems.append(f"{fixture.name}: the ledger says submitted, the store does not hold it")
        if (outcome == "refused") != (name in refused):
            problems.append(f"{fixture.name}: the ledger says {outcome}, the dead letters disagree")
        if fixture.accepted and name in refused:
            problems.append(f"{fixture.name}: was written to be accepted")
        if not fixture.accepted and name in submitted:
            problems.append(f"{fixture.name}: was written to be refused")
    return problems
