"""Publishing with confirms on a real broker."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.broker import Broker
from gateway.errors import BrokerUnavailable, PublishRefused
from gateway.ports import Publisher
from gateway.topology import INTAKE, REPLIES
from tests.broker.conftest import Cable, Clients, until, until_depth


async def test_a_confirmed_publish_is_in_its_queue_as_it_was_given(client: Broker) -> None:
    sent = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
    publisher: Publisher = client
    await publisher.publish(INTAKE, "lab.1120459876", b"\x00bytes\xff", {"x-dmp-attempt": 3}, "m-1")
    await client.publish(
        REPLIES,
        "lab.1120459876",
        b"reply",
        {},
        "m-2",
        correlation_id="c-1",
        reply_to="their.queue",
        content_type="application/hl7-v2",
        timestamp=sent,
    )
    [message] = await client.peek("intake.lab", 10)
    assert (message.body, message.routing_key, message.attempt) == (b"\x00bytes\xff", "lab.1120459876", 3)
    assert (message.message_id, message.facility, message.queue) == ("m-1", "1120459876", "intake.lab")
    [reply] = await client.peek("replies", 10)
    assert (reply.correlation_id, reply.reply_to) == ("c-1", "their.queue")
    assert (reply.content_type, reply.first_seen) == ("application/hl7-v2", sent)


async def test_messages_survive_on_disk(client: Broker, raw: Any) -> None:
    await client.publish(INTAKE, "lab.here", b"kept", {}, "m-1")
    _method, properties, _body = raw.basic_get("intake.lab")
    assert properties.delivery_mode == 2


async def test_an_unroutable_message_waits_for_a_person(client: Broker) -> None:
    await client.publish(INTAKE, "unknown.here", b"where to", {}, "m-1")
    await until_depth(client, "dead.unrouted", 1)
    [message] = await client.peek("dead.unrouted", 10)
    assert (message.body, message.routing_key) == (b"where to", "unknown.here")


async def test_a_message_that_no_queue_takes_is_refused_and_its_neighbours_are_not(client: Broker) -> None:
    outcomes = await asyncio.gather(
        client.publish(INTAKE, "lab.here", b"one", {}, "m-1"),
        client.publish("amq.topic", "nobody.listens", b"two", {}, "m-2"),
        client.publish(INTAKE, "lab.here", b"three", {}, "m-3"),
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in outcomes] == [type(None), PublishRefused, type(None)]
    assert "NO_ROUTE" in str(outcomes[1])


async def test_a_full_queue_refuses_and_the_sender_knows(client: Broker, raw: Any) -> None:
    arguments = {"x-queue-type": "quorum", "x-max-length": 1, "x-overflow": "reject-publish"}
    raw.queue_declare("test.full", durable=True, arguments=arguments)
    accepted = 0

    async def fill() -> None:
        nonlocal accepted
        while accepted < 1000:  # a quorum queue takes a few more before its publishers know that it is full
            await client.publish("", "test.full", b"x", {}, f"m-{accepted}")
            accepted += 1

    with pytest.raises(PublishRefused, match="negatively confirmed"):
        await fill()
    await until_depth(client, "test.full", accepted)
    raw.queue_delete("test.full")


async def test_many_confirms_are_in_flight_and_each_finds_its_own(client: Broker) -> None:
    await asyncio.gather(*(client.publish(INTAKE, "lab.here", b"x" * 200, {}, f"m-{n}") for n in range(1000)))
    await until_depth(client, "intake.lab", 1000)


async def test_a_missing_exchange_is_a_refusal_and_publishing_goes_on(client: Broker) -> None:
    with pytest.raises(PublishRefused, match="404"):
        await client.publish("dmp.does.not.exist", "lab.here", b"x", {}, "m-1")
    await client.wait_connected()
    await until(lambda: client.connected)
    await client.publish(INTAKE, "lab.here", b"x", {}, "m-2")
    await until_depth(client, "intake.lab", 1)


@pytest.mark.parametrize(
    ("routing_key", "headers", "correlation_id"),
    [
        ("lab." + "x" * 300, {}, None),
        ("lab.here", {"findings": "x" * 140_000}, None),
        ("lab.here", {"number": 2**80}, None),
        ("lab.here", {"thing": object()}, None),
        ("lab.here", {}, "c" * 256),
    ],
    ids=["long key", "large headers", "large number", "no AMQP type", "long correlation id"],
)
async def test_what_amqp_cannot_carry_is_refused_without_losing_the_connection(
    client: Broker, routing_key: str, headers: dict[str, object], correlation_id: str | None
) -> None:
    with pytest.raises(PublishRefused):
        await client.publish(INTAKE, routing_key, b"x", headers, "m-1", correlation_id=correlation_id)
    assert client.connected
    await client.publish(INTAKE, "lab.here", b"x", {}, "m-2")
    await until_depth(client, "intake.lab", 1)


async def test_thirty_megabytes_pass(client: Broker) -> None:
    await client.publish(INTAKE, "lab.here", bytes(30_000_000), {}, "m-1")
    [message] = await client.peek("intake.lab", 1)
    assert len(message.body) == 30_000_000


async def test_a_publish_whose_connection_is_cut_is_reported_as_lost(clients: Clients, cable: Cable) -> None:
    client = await clients(cable.url)
    publishes = [
        asyncio.create_task(client.publish(INTAKE, "lab.here", b"x", {}, f"m-{n}")) for n in range(50)
    ]
    await asyncio.sleep(0)
    cable.cut()
    outcomes = await asyncio.gather(*publishes, return_exceptions=True)
    assert BrokerUnavailable in {type(outcome) for outcome in outcomes}
    assert {type(outcome) for outcome in outcomes} <= {BrokerUnavailable, type(None)}


async def test_without_a_connection_a_publish_fails_at_once(client: Broker) -> None:
    await client.close()
    with pytest.raises(BrokerUnavailable):
        await client.publish(INTAKE, "lab.here", b"x", {}, "m-1")


async def test_a_confirm_that_does_not_come_is_not_waited_for_for_ever(
    clients: Clients, cable: Cable
) -> None:
    client = await clients(cable.url, confirm_timeout=0.2)
    cable.fall_silent()
    with pytest.raises(PublishRefused, match="no confirm"):
        await client.publish(INTAKE, "lab.here", b"x", {}, "m-1")
