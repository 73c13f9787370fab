"""A lost answer, a late one, a dead worker: what was stored is stored once, and every message ends."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Iterator

import pytest

from gateway.dmpstore.faults_client import clear_faults, list_faults, set_faults
from gateway.localbroker import start_private_broker
from tests.e2e.harness import Stack, until
from tests.e2e.test_reliability import many_documents
from tests.lifecycle.samples import V1, V2, mdm, version

LAB, IMAGING = "lab.labo-exemple", "imaging.imagerie-exemple"


@pytest.fixture(scope="module")
def amqp_url() -> Iterator[str]:
    """One broker for all: each test here leaves its queues empty."""
    broker = start_private_broker()
    yield broker.url
    broker.stop()


def once(stack: Stack, documents: int) -> None:
    """Each document, its set and its bytes were stored exactly once."""
    counts = stack.counts()
    wanted = dict.fromkeys(
        ("documents", "unique_ids", "submission_sets", "deposits", "distinct_hashes"), documents
    )
    assert {name: counts[name] for name in wanted} == wanted


async def settle_all(stack: Stack, documents: list[tuple[str, bytes]], seconds: float = 60) -> None:
    for _, body in documents:
        await stack.publish(body, LAB)
    rows = await stack.settled(len(documents), seconds)
    assert Counter(row["outcome"] for row in rows.values()) == {"submitted": len(documents)}
    assert set(stack.stored()) == {name for name, _ in documents}


def fired(stack: Stack) -> list[int]:
    return [row["fired"] for row in list_faults(stack.store.base_url)["faults"]]


async def test_answers_lost_after_storing_store_nothing_twice(stack: Stack) -> None:
    stack.fault("answer-lost", transaction="iti41", times=5)
    stack.start_worker()
    await settle_all(stack, many_documents(8))
    once(stack, 8)
    assert fired(stack) == [5]
    attempts = {row["attempts"] for row in stack.ledger().values()}
    assert attempts == {1}, "the registry was asked at once, nothing had to wait"


async def test_a_lost_answer_that_nobody_can_settle_yet_is_looked_up_later(stack: Stack) -> None:
    lost = {"kind": "answer-lost", "transaction": "iti41", "times": 1}
    away = {"kind": "http-status", "transaction": "iti18", "times": 2}
    set_faults(stack.store.base_url, [lost, away])
    stack.start_worker(GATEWAY_MAX_ATTEMPTS="10")
    await settle_all(stack, many_documents(1))
    once(stack, 1)
    assert fired(stack) == [1, 2]
    (row,) = stack.ledger().values()
    assert row["attempts"] == 3


async def test_a_connection_cut_before_storing_is_tried_again(stack: Stack) -> None:
    stack.fault("cut", transaction="iti41", times=2)
    stack.start_worker(GATEWAY_MAX_ATTEMPTS="10")
    await settle_all(stack, many_documents(1))
    once(stack, 1)
    assert fired(stack) == [2]


async def test_an_answer_later_than_our_patience_is_no_second_deposit(stack: Stack) -> None:
    stack.fault("slow-answer", transaction="iti41", times=3, milliseconds=4000)
    stack.start_worker(GATEWAY_ANSWER_TIMEOUT="1")
    await settle_all(stack, many_documents(3))
    once(stack, 3)


async def test_a_store_slower_than_our_retries_stores_once(stack: Stack) -> None:
    """The first request is still on its way through the store while the second is sent and answered."""
    stack.fault("slow", transaction="iti41", times=1, milliseconds=6000)
    stack.start_worker(GATEWAY_ANSWER_TIMEOUT="1", GATEWAY_MAX_ATTEMPTS="10")
    await settle_all(stack, many_documents(1))
    once(stack, 1)
    before = stack.counts()
    await stack.store.stop()  # which lets the late one come to its end
    stack.restart_store(stack.store.base_url)
    assert stack.counts() == before


async def test_a_worker_killed_between_deposit_and_acknowledgement_stores_once(stack: Stack) -> None:
    stack.fault("slow-answer", transaction="iti41", milliseconds=60_000, times=4)
    documents = many_documents(4)
    worker = stack.start_worker()
    for _, body in documents:
        await stack.publish(body, LAB)
    await until(lambda: len(stack.stored()) == 4, what="four deposits whose answers are awaited")
    worker.send_signal(signal.SIGKILL)
    assert worker.wait(10) == -signal.SIGKILL
    assert not any(row["settled_at"] for row in stack.ledger().values())

    clear_faults(stack.store.base_url)
    stack.start_worker()
    rows = await stack.settled(4)
    assert Counter(row["outcome"] for row in rows.values()) == {"submitted": 4}
    once(stack, 4)
    depths = await stack.broker.queue_depths((*stack.topology.intake_queues, *stack.topology.retry_queues))
    assert set(depths.values()) == {0}
    assert await stack.dead_letters() == []


async def test_a_replacement_and_a_deletion_whose_answers_are_lost_happen_once(stack: Stack) -> None:
    stack.start_worker()
    for number, (event, which, fault) in enumerate(
        (("T02", 1, ""), ("T10", 2, "iti41"), ("T04", 2, "iti57")), 1
    ):
        stack.fault("answer-lost", transaction=fault or "iti41", times=1 if fault else 0)
        await stack.publish(mdm(event, version(which), f"IMG-{number}").er7(), IMAGING)
        rows = await stack.settled(number)
        assert fired(stack) == [1 if fault else 0]
    assert Counter(row["outcome"] for row in rows.values()) == {"submitted": 3}
    stored = stack.stored()
    assert {name: row["status"] for name, row in stored.items()} == {V1: "Deprecated", V2: "Deleted"}
    assert stack.counts()["documents"] == 2
    # two deposits and one update
    assert stack.counts()["submission_sets"] == 3


async def test_everything_at_once_by_chance_still_stores_each_document_once(stack: Stack) -> None:
    mixed = [
        {"kind": "answer-lost", "transaction": "iti41", "rate": 0.3},
        {"kind": "cut", "rate": 0.2},
        {"kind": "http-status", "rate": 0.2},
        {"kind": "busy", "rate": 0.2},
        {"kind": "slow-answer", "rate": 0.1, "milliseconds": 1500},
    ]
    set_faults(stack.store.base_url, mixed, seed=11)
    stack.start_worker(GATEWAY_MAX_ATTEMPTS="40", GATEWAY_ANSWER_TIMEOUT="1")
    await settle_all(stack, many_documents(15), 120)
    assert all(fired(stack))
    once(stack, 15)
