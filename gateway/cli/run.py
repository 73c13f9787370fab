"""``dmp-gateway run``: the workers, and with ``--embedded`` everything a trial needs around them."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Annotated

import typer

from gateway.bootstrap.gateway import check_settings, open_gateway
from gateway.cli.embedded import embedded, free_port
from gateway.cli.workers import supervise
from gateway.observability import configure_logging
from gateway.settings import Settings, load_settings


def run(
    with_embedded: Annotated[
        bool,
        typer.Option("--embedded", help="Also start what is not set: a private broker and the DMP store."),
    ] = False,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Worker processes; one per core is right.")] = 1,
) -> int:
    """Consume, judge, classify, submit and settle until SIGTERM or Ctrl-C."""
    settings = load_settings()
    configure_logging(settings.log_level, settings.log_format)
    if not with_embedded:
        check_settings(settings)
    return asyncio.run(_run(settings, with_embedded, workers))


async def _run(settings: Settings, with_embedded: bool, workers: int) -> int:
    stopped = _stop_signal()
    async with AsyncExitStack() as stack:
        if with_embedded:
            started = await stack.enter_async_context(embedded(settings))
            settings = started.settings
            typer.echo(f"store    {started.store_url or settings.repository_url}", err=True)
            port = free_port(settings.health_host, settings.health_port)
            settings = settings.model_copy(update={"health_port": port})
        if workers > 1:
            return await supervise(settings, workers, stopped)
        gateway = await stack.enter_async_context(open_gateway(settings))
        typer.echo(f"metrics  {gateway.health_url}/metrics", err=True)
        ending = asyncio.create_task(_stop_when(stopped, gateway.worker.stop))
        try:
            await gateway.worker.run()
        finally:
            ending.cancel()
    return 0


def _stop_signal() -> asyncio.Event:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    return stopped


async def _stop_when(stopped: asyncio.Event, stop: Callable[[], None]) -> None:
    await stopped.wait()
    stop()
