"""A private RabbitMQ node as a child process: the embedded broker of trials, demonstrations and tests."""

from gateway.localbroker.private import PrivateBroker, start_private_broker

__all__ = ["PrivateBroker", "start_private_broker"]
