"""What all tests share: one real RabbitMQ node for the whole session."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass

import pika
import pytest

from gateway.localbroker import PrivateBroker, start_private_broker
from gateway.topology import build_topology
from tests.postgres import postgres

__all__ = ["broker", "postgres"]


@dataclass(frozen=True)
class GivenBroker:
    """A broker that somebody else runs, named by GATEWAY_AMQP_URL."""

    url: str


@pytest.fixture(scope="session")
def broker() -> Iterator[PrivateBroker | GivenBroker]:
    """A real broker with ``.url``: a private node, or the one of GATEWAY_AMQP_URL, which must be empty."""
    given = os.environ.get("GATEWAY_AMQP_URL")
    if given:
        _refuse_a_broker_in_use(given)
        yield GivenBroker(given)
        return
    with start_private_broker() as private:
        yield private


def _refuse_a_broker_in_use(url: str) -> None:
    """Tests purge queues: never those of somebody's real messages."""
    connection = pika.BlockingConnection(pika.URLParameters(url))
    try:
        for queue in build_topology().queues:
            channel = connection.channel()
            try:
                waiting = channel.queue_declare(queue.name, passive=True).method.message_count
            except pika.exceptions.ChannelClosedByBroker:
                continue
            if waiting:
                pytest.exit(
                    f"GATEWAY_AMQP_URL: queue {queue.name} holds messages; tests need an empty broker"
                )
    finally:
        connection.close()
