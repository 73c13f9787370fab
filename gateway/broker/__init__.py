"""The AMQP 0-9-1 side of the gateway, on pika's asyncio adapter; the only package that imports pika."""

from gateway.broker.backoff import Backoff
from gateway.broker.broker import Broker
from gateway.broker.delivery import Delivery

__all__ = ["Backoff", "Broker", "Delivery"]
