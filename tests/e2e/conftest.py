"""One private broker for each end-to-end test: queues that nobody else has seen."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from gateway.localbroker import start_private_broker
from tests.e2e.harness import Stack, gateway_stack


@pytest.fixture
def amqp_url() -> Iterator[str]:
    broker = start_private_broker()
    yield broker.url
    broker.stop()


@pytest.fixture
async def stack(tmp_path: Path, amqp_url: str) -> AsyncIterator[Stack]:
    async with gateway_stack(tmp_path, amqp_url) as running:
        yield running
