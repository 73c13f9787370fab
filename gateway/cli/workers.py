"""Several worker processes: one per core, each with its own connection, restarted when one dies."""

from __future__ import annotations

import asyncio
import os
import sys

import structlog

from gateway.settings import Settings

# A worker that dies at once, again and again, must not spin.
REST_SECONDS = 2.0


async def supervise(settings: Settings, count: int, stopped: asyncio.Event) -> int:
    """Run ``count`` workers until ``stopped``; pass SIGTERM on and wait for each to finish what it holds.

    The first worker serves the health port, the others any free one. Returns 0, or 1 when a worker had to
    be killed.
    """
    keepers = [
        asyncio.create_task(_keep(settings, number, stopped), name=f"worker-{number}")
        for number in range(count)
    ]
    statuses = await asyncio.gather(*keepers)
    return 1 if any(statuses) else 0


async def _keep(settings: Settings, number: int, stopped: asyncio.Event) -> int:
    log = structlog.get_logger(source="supervisor")
    while not stopped.is_set():
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "gateway", "run", env=_environment(settings, number)
        )
        log.info("worker-started", worker=number, pid=process.pid)
        status = await _until_end(process, stopped, settings.shutdown_seconds)
        if stopped.is_set():
            return status
        log.warning("worker-died", worker=number, status=status)
        try:
            await asyncio.wait_for(stopped.wait(), REST_SECONDS)
        except TimeoutError:
            continue
    return 0


async def _until_end(process: asyncio.subprocess.Process, stopped: asyncio.Event, patience: float) -> int:
    ended = asyncio.create_task(process.wait())
    asked = asyncio.create_task(stopped.wait())
    await asyncio.wait({ended, asked}, return_when=asyncio.FIRST_COMPLETED)
    asked.cancel()
    if ended.done():
        return ended.result()
    process.terminate()
    try:
        # The worker itself bounds its drain; a little more is for the broker's goodbye.
        return await asyncio.wait_for(ended, patience + 10)
    except TimeoutError:
        process.kill()
        await process.wait()
        return 1


def _environment(settings: Settings, number: int) -> dict[str, str]:
    """The settings in force, handed on by environment: secrets never show on a command line."""
    values = dict(os.environ)
    if settings.amqp_url is not None:
        values["GATEWAY_AMQP_URL"] = settings.amqp_url.get_secret_value()
    values["GATEWAY_REPOSITORY_URL"] = settings.repository_url or ""
    values["GATEWAY_REGISTRY_URL"] = settings.registry_url or ""
    values["GATEWAY_HEALTH_PORT"] = str(settings.health_port if number == 0 else 0)
    return values
