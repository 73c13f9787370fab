"""A whole gateway for each test, as in the end-to-end tests."""

from tests.e2e.conftest import amqp_url, stack

__all__ = ["amqp_url", "stack"]
