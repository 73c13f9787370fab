"""Consuming on a real broker."""

from __future__ import annotations

import asyncio
import hashlib
import struct
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pika
import pytest

from gateway.broker import Broker, Delivery
from gateway.errors import BrokerUnavailable
from gateway.topology import INTAKE, OUTCOMES, Topology
from tests.broker.conftest import Cable, Clients, until, until_depth

NOW = datetime(2026, 5, 6, 7, 8, 9, tzinfo=UTC)
MAY = datetime(2026, 5, 1, tzinfo=UTC)


class Collector:
    """A handler that remembers what it was given."""

    def __init__(self, ack: bool = True) -> None:
        self.deliveries: list[Delivery] = []
        self._ack = ack

    async def __call__(self, delivery: Delivery) -> None:
        self.deliveries.append(delivery)
        if self._ack:
            delivery.ack()

    @property
    def ids(self) -> list[str]:
        return [delivery.envelope.message_id for delivery in self.deliveries]


async def publish(client: Broker, count: int, first: int = 0) -> set[str]:
    ids = [f"m-{n}" for n in range(first, first + count)]
    await asyncio.gather(*(client.publish(INTAKE, "lab.here", b"x", {}, one) for one in ids))
    return set(ids)


async def test_all_queues_are_consumed_and_every_message_arrives_once(
    client: Broker, topology: Topology
) -> None:
    collected = Collector()
    await client.consume(topology.intake_queues, collected)
    for flow in ("lab", "discharge", "imaging", "consent"):
        await client.publish(INTAKE, f"{flow}.here", b"x", {}, f"m-{flow}")
    await until(lambda: len(collected.ids) == 4)
    queues = {delivery.envelope.routing_key: delivery.envelope.queue for delivery in collected.deliveries}
    assert queues == {f"{flow}.here": f"intake.{flow}" for flow in ("lab", "discharge", "imaging", "consent")}
    await until_depth(client, "intake.lab", 0)
    assert client.unsettled == ()


@pytest.mark.parametrize(
    ("headers", "timestamp", "attempt", "first_seen"),
    [
        (None, None, 1, NOW),
        ({"x-dmp-attempt": 4, "x-dmp-first-seen": "2026-05-01T00:00:00+00:00"}, None, 4, MAY),
        ({"x-dmp-first-seen": "2026-05-01T02:00:00+02:00"}, None, 1, MAY),
        ({"x-dmp-first-seen": "2026-05-01T00:00:00"}, None, 1, MAY),
        ({}, 1_777_593_600, 1, MAY),
        ({"x-dmp-attempt": "4", "x-dmp-first-seen": "yesterday"}, None, 1, NOW),
        ({"x-dmp-attempt": -1}, 2**63, 1, NOW),
        ({"x-dmp-attempt": True}, 1_767_225_600_000, 1, NOW),
        ({"x-dmp-first-seen": (NOW + timedelta(days=1)).isoformat()}, None, 1, NOW),
    ],
)
async def test_the_envelope_tells_attempt_and_first_sight_whatever_the_sender_wrote(
    client: Broker,
    clients: Clients,
    raw: Any,
    headers: dict[str, object] | None,
    timestamp: int | None,
    attempt: int,
    first_seen: datetime,
) -> None:
    raw.basic_publish(INTAKE, "lab.here", b"body", pika.BasicProperties(headers=headers, timestamp=timestamp))
    other = await clients(clock=lambda: NOW)
    collected = Collector()
    await other.consume(["intake.lab"], collected)
    await until(lambda: bool(collected.deliveries))
    envelope = collected.deliveries[0].envelope
    assert (envelope.attempt, envelope.first_seen, envelope.received_at) == (attempt, first_seen, NOW)
    assert envelope.message_id == "sha256:" + hashlib.sha256(b"body").hexdigest()[:32]
    assert "body" not in repr(collected.deliveries[0])


def encoded(kind: bytes, value: bytes) -> bytes:
    """A table of headers with one field, named "f"."""
    field = b"\x01f" + kind + value
    return struct.pack(">I", len(field)) + field


def nested(depth: int) -> bytes:
    table = encoded(b"V", b"")
    for _ in range(depth):
        table = encoded(b"F", table)
    return table


class RawProperties(pika.BasicProperties):  # type: ignore[misc]
    """Properties as another client may write them: content type, headers, message id."""

    def __init__(self, table: bytes) -> None:
        super().__init__()
        self._table = table

    def encode(self) -> list[bytes]:
        flags = self.FLAG_CONTENT_TYPE | self.FLAG_HEADERS | self.FLAG_MESSAGE_ID
        return [struct.pack(">H", flags), b"\x04text", self._table, b"\x03m-0"]


@pytest.mark.parametrize(
    "table",
    [encoded(b"T", struct.pack(">Q", 1_777_593_600_000)), nested(2000)],
    ids=["an instant in milliseconds", "tables within tables"],
)
async def test_headers_that_cannot_be_decoded_cost_the_headers_and_not_the_connection(
    client: Broker, clients: Clients, raw: Any, table: bytes
) -> None:
    states: list[bool] = []
    collected = Collector()
    other = await clients(on_state=states.append)
    await other.consume(["intake.lab"], collected)
    raw.basic_publish(INTAKE, "lab.here", b"body", RawProperties(table))
    await until(lambda: len(collected.ids) == 1)
    await publish(client, 1, first=1)
    await until(lambda: len(collected.ids) == 2)
    envelope = collected.deliveries[0].envelope
    assert (envelope.message_id, envelope.body, envelope.content_type) == ("m-0", b"body", "text")
    assert envelope.headers == {}
    assert states == [True]


async def test_properties_that_are_not_utf8_do_no_harm(client: Broker, raw: Any) -> None:
    raw.basic_publish(INTAKE, "lab.here", b"x", pika.BasicProperties(content_type=b"\xff\xfe"))
    collected = Collector()
    await client.consume(["intake.lab"], collected)
    await until(lambda: bool(collected.deliveries))
    assert collected.deliveries[0].envelope.content_type == "\ufffd\ufffd"


async def test_an_error_in_the_handler_is_reported_and_the_others_go_on(client: Broker) -> None:
    reported: list[tuple[str, str]] = []
    collected = Collector()

    async def fails_once(delivery: Delivery) -> None:
        if delivery.envelope.message_id == "m-3":
            raise LookupError("defect")
        await collected(delivery)

    def on_error(delivery: Delivery, error: Exception) -> None:
        reported.append((delivery.envelope.message_id, str(error)))

    await publish(client, 10)
    await client.consume(["intake.lab"], fails_once, on_error)
    await until(lambda: len(collected.ids) == 9 and bool(reported))
    assert reported == [("m-3", "defect")]
    assert [delivery.envelope.message_id for delivery in client.unsettled] == ["m-3"]
    await client.close()


async def test_prefetch_bounds_what_is_in_hand(client: Broker, clients: Clients) -> None:
    await publish(client, 20)
    other, collected = await clients(prefetch=5), Collector(ack=False)
    await other.consume(["intake.lab"], collected)
    await until_depth(client, "intake.lab", 15)
    assert len(other.unsettled) == 5


async def test_after_stopping_nothing_new_comes_and_what_is_in_hand_can_be_settled(client: Broker) -> None:
    collected = Collector(ack=False)
    await client.consume(["intake.lab"], collected)
    await publish(client, 3)
    await until(lambda: len(collected.ids) == 3)
    await client.stop_consuming()
    await publish(client, 2, first=3)
    await until_depth(client, "intake.lab", 2)
    first, second, third = collected.deliveries
    assert first.ack()
    assert not first.ack()
    assert second.return_to_queue()
    assert not second.ack()
    assert third.ack()
    await until_depth(client, "intake.lab", 3)
    assert len(collected.ids) == 3


async def test_consuming_can_start_again(client: Broker) -> None:
    collected = Collector()
    for round_ in range(3):
        await client.consume(["intake.lab"], collected)
        await publish(client, 1, first=round_)
        await until(lambda: len(collected.ids) == round_ + 1)  # noqa: B023
        await client.stop_consuming()
    assert collected.ids == ["m-0", "m-1", "m-2"]


async def test_a_queue_that_does_not_exist_is_an_error_of_the_caller(client: Broker) -> None:
    with pytest.raises(BrokerUnavailable, match="404"):
        await client.consume(["no.such.queue"], Collector())
    collected = Collector()
    await client.consume(["intake.lab"], collected)
    await publish(client, 1)
    await until(lambda: collected.ids == ["m-0"])


async def test_closing_waits_for_nobody_and_gives_back_what_was_in_hand(
    client: Broker, clients: Clients
) -> None:
    other, cancelled = await clients(), asyncio.Event()

    async def never_ends(delivery: Delivery) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    await publish(client, 1)
    await other.consume(["intake.lab"], never_ends)
    await until(lambda: bool(other.unsettled))
    assert not await other.drained(0.01)
    await other.close()
    assert cancelled.is_set()
    await until_depth(client, "intake.lab", 1)


async def test_an_error_on_the_consuming_channel_brings_the_consumers_back(client: Broker) -> None:
    collected = Collector()
    await client.consume(["intake.lab"], collected)
    await publish(client, 1)
    await until(lambda: len(collected.ids) == 1)
    collected.deliveries[0]._channel.basic_ack(987_654)  # 406 PRECONDITION_FAILED: unknown delivery tag
    await until(lambda: not collected.deliveries[0]._channel.is_open)
    assert client.connected  # publishing has a channel of its own
    await publish(client, 1, first=1)
    await until(lambda: "m-1" in collected.ids)


async def test_a_queue_that_is_deleted_and_made_again_is_consumed_again(client: Broker, raw: Any) -> None:
    quorum = {"x-queue-type": "quorum"}
    raw.queue_declare("test.moving", durable=True, arguments=quorum)
    collected = Collector()
    await client.consume(["test.moving"], collected)
    raw.queue_delete("test.moving")
    await until(lambda: client._session.consuming is None)  # the broker has told its consumer
    raw.queue_declare("test.moving", durable=True, arguments=quorum)
    await client.publish("", "test.moving", b"x", {}, "m-1")
    await until(lambda: collected.ids == ["m-1"])
    await client.stop_consuming()
    raw.queue_delete("test.moving")


async def test_300_deliveries_never_acknowledged_all_come_again_after_a_cut(
    client: Broker, clients: Clients, cable: Cable
) -> None:
    sent = await publish(client, 300)
    states: list[bool] = []
    other, first, second = (
        await clients(cable.url, prefetch=400, on_state=states.append),
        Collector(False),
        [],
    )

    async def handle(delivery: Delivery) -> None:
        if delivery.envelope.redelivered:
            second.append(delivery.envelope.message_id)
            await client.publish(OUTCOMES, "lab.here", b"done", {}, delivery.envelope.message_id)
            assert delivery.ack()
        else:
            await first(delivery)

    await other.consume(["intake.lab"], handle)
    await until(lambda: len(first.ids) == 300)
    cable.cut()
    await until(lambda: len(second) >= 300)
    assert await other.drained(30)
    assert not first.deliveries[0].ack()
    assert not first.deliveries[0].alive
    assert other.unsettled == ()
    assert set(first.ids) == set(second) == sent
    assert Counter(second).most_common(1)[0][1] == 1
    await until_depth(client, "intake.lab", 0)
    await until_depth(client, "outcomes", 300)
    assert states == [True, False, True]


async def test_looking_leaves_the_queue_as_it_was(client: Broker) -> None:
    for number in range(10):
        await client.publish("dmp.dead", "lab.here", b"%d" % number, {}, f"m-{number}")
    for limit in (4, 1, 2, 100, 3, 7, 100):
        seen = [envelope.message_id for envelope in await client.peek("dead.lab", limit)]
        assert seen == [f"m-{number}" for number in range(min(limit, 10))]
        await until_depth(client, "dead.lab", 10)
    assert await client.peek("dead.consent", 5) == []


async def test_looking_at_a_missing_queue_says_so(client: Broker) -> None:
    with pytest.raises(BrokerUnavailable, match="404"):
        await client.peek("no.such.queue", 1)
    assert await client.queue_depths(["no.such.queue", "dead.lab"]) == {"dead.lab": 0}
    assert client.connected
