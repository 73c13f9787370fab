"""The broker dies, the cable is cut, the network falls silent: the client comes back by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from itertools import count

import pytest
import pytest_asyncio

from gateway.broker import Backoff, Broker, Delivery
from gateway.errors import BrokerUnavailable, PublishRefused
from gateway.localbroker import PrivateBroker, start_private_broker
from gateway.topology import INTAKE, Topology
from tests.broker.conftest import Cable, Clients, HasUrl, started_clients, until, until_depth


@pytest.fixture(scope="module")
def own_broker() -> Iterator[PrivateBroker]:
    """A node that a test may kill, beside the one of the session."""
    with start_private_broker() as private:
        yield private


@pytest_asyncio.fixture
async def own_clients(own_broker: PrivateBroker, topology: Topology) -> AsyncIterator[Clients]:
    async with started_clients(own_broker.url, topology) as client:
        yield client


async def test_a_consumer_goes_on_after_the_broker_was_killed_and_started_again(
    own_broker: PrivateBroker, own_clients: Clients
) -> None:
    states: list[bool] = []
    client = await own_clients(on_state=states.append)
    handled: set[str] = set()
    confirmed: set[str] = set()
    stop = asyncio.Event()

    async def handle(delivery: Delivery) -> None:
        await asyncio.sleep(0)
        handled.add(delivery.envelope.message_id)
        delivery.ack()

    async def publish() -> None:
        for number in count():
            if stop.is_set():
                return
            try:
                await client.publish(INTAKE, "lab.here", b"x", {}, f"m-{number}")
            except (BrokerUnavailable, PublishRefused):
                await client.wait_connected()
            else:
                confirmed.add(f"m-{number}")
                await asyncio.sleep(0.001)

    await client.consume(["intake.lab"], handle)
    publishing = asyncio.create_task(publish())
    await until(lambda: len(handled) > 50)
    await asyncio.to_thread(own_broker.kill)
    await until(lambda: not client.connected)
    before = len(handled)
    await asyncio.to_thread(own_broker.restart)
    await until(lambda: client.connected)
    await until(lambda: len(handled) > before + 50)
    stop.set()
    await publishing
    await until(lambda: confirmed <= handled)
    await until_depth(client, "intake.lab", 0)
    assert states == [True, False, True]


async def test_two_brokers_side_by_side_know_nothing_of_each_other(
    client: Broker, broker: HasUrl, own_broker: PrivateBroker, own_clients: Clients
) -> None:
    other = await own_clients()
    await other.publish(INTAKE, "consent.here", b"x", {}, "m-1")
    await until_depth(other, "intake.consent", 1)
    assert await client.queue_depths(["intake.consent"]) == {"intake.consent": 0}
    assert broker.url != own_broker.url


async def test_the_file_system_keeps_confirmed_messages_over_a_proper_restart(
    own_broker: PrivateBroker, own_clients: Clients
) -> None:
    client = await own_clients()
    await client.publish(INTAKE, "imaging.here", b"kept", {}, "m-1")
    await asyncio.to_thread(own_broker.restart)
    await until(lambda: not client.connected)
    await client.wait_connected()
    await until_depth(client, "intake.imaging", 1)


async def test_a_network_that_falls_silent_is_noticed_by_heartbeats(
    client: Broker, clients: Clients, cable: Cable
) -> None:
    states: list[bool] = []
    other = await clients(cable.url + "?heartbeat=1", on_state=states.append)
    handled: list[str] = []

    async def handle(delivery: Delivery) -> None:
        handled.append(delivery.envelope.message_id)
        delivery.ack()

    await other.consume(["intake.lab"], handle)
    cable.fall_silent()
    await client.publish(INTAKE, "lab.here", b"x", {}, "m-1")
    await until(lambda: handled == ["m-1"])
    assert states == [True, False, True]


async def test_consuming_may_be_asked_for_while_the_broker_is_away(
    client: Broker, clients: Clients, cable: Cable
) -> None:
    other = await clients(cable.url)
    handled = asyncio.Event()

    async def handle(delivery: Delivery) -> None:
        delivery.ack()
        handled.set()

    cable.cut()
    consuming = asyncio.create_task(other.consume(["intake.lab"], handle))
    await client.publish(INTAKE, "lab.here", b"x", {}, "m-1")
    await asyncio.wait_for(handled.wait(), 30)
    await asyncio.wait_for(consuming, 30)


def test_the_delay_doubles_up_to_its_cap_with_jitter() -> None:
    shortest = Backoff(initial=1, maximum=30, chance=lambda: 0.0)
    longest = Backoff(initial=1, maximum=30, chance=lambda: 1.0)
    assert [shortest.delay(n) for n in (1, 2, 3, 6, 1000)] == [0.5, 1, 2, 15, 15]
    assert [longest.delay(n) for n in (1, 2, 3, 6, 1000)] == [1, 2, 4, 30, 30]
    assert 0.25 <= Backoff().delay(1) <= 0.5
