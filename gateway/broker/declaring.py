"""A topology, declared."""

from __future__ import annotations

from gateway.broker.connection import Channel, ChannelRefused, Connection
from gateway.errors import ConfigurationError
from gateway.topology import Topology

_ACCESS_REFUSED = 403
_PRECONDITION_FAILED = 406


async def declare(connection: Connection, topology: Topology) -> None:
    """Create what is missing; what is there already is left alone, with its messages.

    Raises BrokerUnavailable, or ConfigurationError when something of the same name exists with other
    arguments (the broker's text names it) or when the user may not declare.
    """
    channel = await Channel.open(connection)
    try:
        await _declare(channel, topology)
    except ChannelRefused as refusal:
        if refusal.code in (_ACCESS_REFUSED, _PRECONDITION_FAILED):
            raise ConfigurationError([f"the topology cannot be declared: {refusal}"]) from None
        raise
    finally:
        await channel.close()


async def _declare(channel: Channel, topology: Topology) -> None:
    for exchange in topology.exchanges:
        await channel.call(
            "exchange_declare",
            exchange=exchange.name,
            exchange_type=exchange.kind,
            durable=True,
            arguments=dict(exchange.arguments),
        )
    for queue in topology.queues:
        await channel.call("queue_declare", queue=queue.name, durable=True, arguments=dict(queue.arguments))
    for binding in topology.bindings:
        await channel.call(
            "queue_bind", queue=binding.queue, exchange=binding.exchange, routing_key=binding.routing_key
        )
