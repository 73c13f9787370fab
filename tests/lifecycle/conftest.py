"""A whole gateway, as in the end-to-end tests, and a climb without wire."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.e2e.conftest import amqp_url, stack
from tests.lifecycle.house import Trial, trial

__all__ = ["amqp_url", "gateway", "stack"]


@pytest.fixture
async def gateway(tmp_path: Path) -> AsyncIterator[Trial]:
    async with trial(tmp_path) as running:
        yield running
