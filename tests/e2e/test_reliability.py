"""Workers die and stop in the middle of their work; every message still ends once."""

from __future__ import annotations

import signal
from collections import Counter

from gateway.resources import fixtures
from tests.e2e.harness import Stack, until

UNIQUE_ID = "1.2.250.1.999.1.1.1"


def many_documents(count: int) -> list[tuple[str, bytes]]:
    """Distinct documents out of one fixture: another uniqueId and setId each."""
    body = (fixtures() / "valid" / "cda-synthese-medicale.xml").read_bytes()
    start = body.index(b'<id root="') + len(b'<id root="')
    own = body[start : body.index(b'"', start)]
    return [
        (f"{own.decode()}.{number}", body.replace(own + b'"', own + b".%d" % number + b'"', 1))
        for number in range(1, count + 1)
    ]


async def test_a_killed_worker_loses_nothing_and_stores_nothing_twice(stack: Stack) -> None:
    documents = many_documents(120)
    broken = [body.replace(b"</ClinicalDocument>", b"") for _, body in documents[:10]]
    for _, body in documents:
        await stack.publish(body, "lab.labo-exemple")
    for number, body in enumerate(broken):
        await stack.publish(body + b" " * number, "lab.labo-exemple")

    for wanted in (15, 60):
        worker = stack.start_worker()
        await until(lambda wanted=wanted: len(stack.stored()) >= wanted, what=f"{wanted} deposits")
        worker.send_signal(signal.SIGKILL)
        assert worker.wait(10) == -signal.SIGKILL
    assert len(stack.stored()) < len(documents), "the worker was killed too late to prove anything"

    stack.start_worker()
    rows = await stack.settled(len(documents) + len(broken))
    assert Counter(row["outcome"] for row in rows.values()) == {"submitted": 120, "refused": 10}
    stored = stack.stored()
    assert set(stored) == {name for name, _ in documents}
    assert len({row["submission_set_id"] for row in stored.values()}) == len(documents)
    for name, body in documents:
        assert stack.content(name) == body
    letters = {letter.body for letter in await stack.dead_letters()}
    assert len(letters) == len(broken)
    depths = await stack.broker.queue_depths((*stack.topology.intake_queues, *stack.topology.retry_queues))
    assert set(depths.values()) == {0}


async def test_sigterm_finishes_or_returns_what_is_in_flight_and_exits_0(stack: Stack) -> None:
    documents = many_documents(60)
    for _, body in documents:
        await stack.publish(body, "lab.labo-exemple")
    worker = stack.start_worker()
    await until(lambda: len(stack.stored()) >= 5, what="the first deposits")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(60) == 0
    done = len(stack.stored())
    depths = await stack.broker.queue_depths(stack.topology.intake_queues)
    settled = sum(1 for row in stack.ledger().values() if row["outcome"] == "submitted")
    assert settled == done
    assert done + sum(depths.values()) == len(documents)

    stack.start_worker()
    await stack.settled(len(documents))
    assert set(stack.stored()) == {name for name, _ in documents}


async def test_a_store_that_is_away_makes_messages_wait_and_then_arrive(stack: Stack) -> None:
    address = stack.store.base_url
    await stack.store.stop()
    name, body = many_documents(1)[0]
    worker = stack.start_worker(GATEWAY_MAX_ATTEMPTS="30")
    message_id = await stack.publish(body, "lab.labo-exemple")
    await until(
        lambda: stack.ledger().get(message_id, {}).get("outcome") == "waiting", what="the message waits"
    )
    stack.restart_store(address)
    rows = await stack.settled(1)
    assert rows[message_id]["outcome"] == "submitted"
    assert rows[message_id]["attempts"] > 1
    assert stack.content(name) == body
    assert worker.poll() is None


async def test_two_documents_that_share_an_id_are_told_apart(stack: Stack) -> None:
    (name, body), stack_worker = many_documents(1)[0], stack.start_worker()
    first = await stack.publish(body, "lab.labo-exemple")
    await stack.settled(1)
    other = body.replace(b"</ClinicalDocument>", b"<!-- another --></ClinicalDocument>")
    same, different = [await stack.publish(item, "lab.labo-exemple") for item in (body, other)]
    rows = await stack.settled(3)
    assert rows[first]["outcome"] == rows[same]["outcome"] == "submitted"
    assert (rows[different]["outcome"], rows[different]["reason"]) == ("refused", "R.LIF.01")
    assert stack.content(name) == body
    assert len(stack.stored()) == 1
    assert stack_worker.poll() is None
