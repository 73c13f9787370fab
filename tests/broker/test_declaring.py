"""The topology on a real broker."""

from __future__ import annotations

import asyncio
import dataclasses
import ssl
import time
from pathlib import Path
from typing import Any

import pytest

from gateway.broker import Broker, Delivery
from gateway.broker.connection import connection_parameters
from gateway.errors import BrokerUnavailable, ConfigurationError
from gateway.localbroker import PrivateBroker
from gateway.topology import INTAKE, Topology, build_topology
from tests.broker.conftest import Clients, HasUrl, until, until_depth


async def test_declaring_twice_changes_nothing(client: Broker, clients: Clients, topology: Topology) -> None:
    await client.publish(INTAKE, "lab.here", b"kept", {}, "m-1")
    again = await clients()
    assert again.connected
    names = [each.name for each in topology.queues]
    assert (await again.queue_depths(names)) == {name: int(name == "intake.lab") for name in names}


@pytest.mark.parametrize("argument", ["x-dead-letter-strategy", "x-overflow", "x-delivery-limit"])
async def test_a_queue_that_differs_is_refused_at_start_by_name(
    client: Broker, broker: HasUrl, argument: str
) -> None:
    topology = build_topology(retry_delays_seconds=(1,))
    differing = tuple(
        dataclasses.replace(
            each, arguments={name: value for name, value in each.arguments.items() if name != argument}
        )
        for each in topology.queues
    )
    other = Broker(broker.url, dataclasses.replace(topology, queues=differing))
    with pytest.raises(ConfigurationError, match=argument):
        await other.start()
    assert not other.connected


async def test_at_least_once_is_in_force_and_not_only_accepted(
    client: Broker, broker: HasUrl, raw: Any, topology: Topology
) -> None:
    # RabbitMQ accepts the argument even where it does not honour it, and then says so in its log.
    honoured = next(each for each in topology.queues if each.name == "intake.lab").arguments
    raw.queue_declare("test.not.honoured", durable=True, arguments={**honoured, "x-overflow": "drop-head"})
    if isinstance(broker, PrivateBroker):
        warnings = await asyncio.to_thread(_warnings_of_falling_back, broker.folder / "log")
        assert "'test.not.honoured'" in warnings
        assert "'intake." not in warnings
        assert "'retry." not in warnings
    raw.queue_delete("test.not.honoured")


def _warnings_of_falling_back(folder: Path) -> str:
    """The lines of the node's log, which is written with some delay."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        lines = [line for log in folder.glob("*.log") for line in log.read_text().splitlines()]
        found = "\n".join(line for line in lines if "Falling back to dead-letter-strategy" in line)
        if found:
            return found
        time.sleep(0.05)
    return ""


async def test_a_message_that_is_returned_too_often_becomes_a_dead_letter(client: Broker) -> None:
    await client.publish(INTAKE, "lab.here", b"poison", {}, "m-1")
    seen = 0

    async def give_back(delivery: Delivery) -> None:
        nonlocal seen
        seen += 1
        delivery.return_to_queue()

    await client.consume(["intake.lab"], give_back)
    await until_depth(client, "dead.lab", 1)
    assert seen == 21  # the delivery limit of 20 returns, and the first time
    [dead] = await client.peek("dead.lab", 10)
    assert (dead.body, dead.routing_key, dead.message_id) == (b"poison", "lab.here", "m-1")


async def test_a_dead_letter_of_no_flow_is_kept_too(client: Broker) -> None:
    await client.publish("dmp.dead", "nobody.knows", b"kept", {}, "m-1")
    await until_depth(client, "dead.unrouted", 1)


async def test_the_retry_queue_gives_the_message_back_to_its_queue_with_its_key(
    client: Broker, topology: Topology
) -> None:
    headers: dict[str, object] = {"x-dmp-attempt": 2}
    await client.publish(topology.retry_exchange(1), "imaging.there", b"later", headers, "m-1")
    found: list[Delivery] = []

    async def keep(delivery: Delivery) -> None:
        found.append(delivery)
        delivery.ack()

    await client.consume(topology.intake_queues, keep)
    await until(lambda: bool(found))
    [delivery] = found
    assert delivery.envelope.queue == "intake.imaging"
    assert delivery.envelope.routing_key == "imaging.there"
    assert delivery.envelope.attempt == 2
    assert delivery.envelope.message_id == "m-1"


async def test_a_client_may_leave_the_declaring_to_others(broker: HasUrl, client: Broker, raw: Any) -> None:
    raw.queue_declare("test.declared.already", durable=True, arguments={"x-queue-type": "quorum"})
    other = Broker(broker.url, Topology((), (), (), (1,)), declare=False)
    await other.start()
    assert await other.queue_depths(["test.declared.already"]) == {"test.declared.already": 0}
    await other.close()
    raw.queue_delete("test.declared.already")


async def test_a_broker_that_is_not_there_is_reported_after_the_time_allowed(topology: Topology) -> None:
    states: list[bool] = []
    nobody = Broker("amqp://guest:guest@127.0.0.1:1/%2F", topology, on_state=states.append)
    with pytest.raises(BrokerUnavailable, match="ConnectionRefusedError"):
        await nobody.start(timeout=0.5)
    assert states == []


async def test_wrong_credentials_are_named_without_repeating_them(broker: HasUrl, topology: Topology) -> None:
    stranger = Broker(broker.url.replace("guest:guest", "guest:wr0ng"), topology)
    with pytest.raises(BrokerUnavailable, match="ACCESS_REFUSED") as refusal:
        await stranger.start(timeout=0.5)
    assert "wr0ng" not in str(refusal.value)


@pytest.mark.parametrize(
    "url", ["", "http://x", "amqp://u@h", "amqp://h:port", "amqp://h?heartbeat=x", "amqp://h?nonsense=1"]
)
async def test_a_url_that_cannot_be_used_is_refused_before_connecting(url: str, topology: Topology) -> None:
    with pytest.raises(ConfigurationError, match="URL"):
        Broker(url, topology)


async def test_start_can_be_cancelled_while_connecting(topology: Topology) -> None:
    silent = await asyncio.start_server(lambda _reader, _writer: asyncio.sleep(0), "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    waiting = asyncio.create_task(Broker(f"amqp://guest:guest@127.0.0.1:{port}", topology).start())
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(waiting, 10)
    silent.close()


def test_tls_and_timing_come_from_the_url() -> None:
    plain = connection_parameters("amqp://u:p@broker.example", "n")
    assert (plain.port, plain.ssl_options, plain.heartbeat) == (5672, None, 30)
    assert plain.blocked_connection_timeout == 60
    secure = connection_parameters("amqps://u:p@broker.example/hospital?heartbeat=5", "n")
    assert (secure.port, secure.virtual_host, secure.heartbeat) == (5671, "hospital", 5)
    assert secure.ssl_options.context.verify_mode == ssl.CERT_REQUIRED
    assert secure.ssl_options.context.check_hostname
