"""``dmp-gateway demo``: the whole path on our fixtures, with a real broker, real queues and a real store."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import typer
from rich.console import Console
from rich.live import Live

from gateway.bootstrap.chosen import topology_of
from gateway.bootstrap.gateway import Gateway, open_gateway
from gateway.cli.demo_fixtures import Fixture, load_fixtures
from gateway.cli.demo_table import DemoTable
from gateway.cli.embedded import embedded, free_port
from gateway.cli.reconcile import Account, reconcile
from gateway.ledger import LedgerReader, open_database
from gateway.observability import configure_logging
from gateway.settings import Settings, load_settings
from gateway.topology import INTAKE

# The demo shows retries too, so it does not wait ten seconds for the first one.
DEMO_DELAYS = (1, 2, 5, 10)
PATIENCE_SECONDS = 120.0


def demo() -> int:
    """Publish every fixture, good and bad, to real queues and watch each find its place.

    Stays up in a terminal so that the store's page and the metrics can be read; without a terminal, or
    with DEMO_EXIT=1, it ends by itself. Exit status 1 when broker, ledger and store do not agree.
    """
    with tempfile.TemporaryDirectory(prefix="dmp-gateway-demo-") as folder:
        settings = load_settings(
            data_dir=Path(folder), retry_delays=DEMO_DELAYS, repository_url=None, registry_url=None
        )
        with (Path(folder) / "worker.log").open("w", encoding="utf-8") as log:
            configure_logging(settings.log_level, "json", stream=log)
            return asyncio.run(_demo(settings))


async def _demo(settings: Settings) -> int:
    console = Console(highlight=False)
    console.print("[bold]dmp-gateway[/bold] starts a private RabbitMQ and its DMP store …")
    async with AsyncExitStack() as stack:
        started = await stack.enter_async_context(embedded(settings))
        port = free_port(settings.health_host, settings.health_port)
        settings = started.settings.model_copy(update={"health_port": port})
        gateway = await stack.enter_async_context(open_gateway(settings))
        working = asyncio.create_task(gateway.worker.run())
        stack.push_async_callback(_finish, gateway, working)
        account = await _play(gateway, settings, started.store_url, console)
        _say_where(console, started.store_url, gateway.health_url)
        for line in account.problems:
            console.print(f"[red]{line}[/red]")
        print(account.line, flush=True)
        if _stays_up():
            await _until_interrupted()
    return 0 if account.balanced else 1


async def _play(gateway: Gateway, settings: Settings, store_url: str, console: Console) -> Account:
    fixtures = load_fixtures()
    table = DemoTable(fixtures)
    gateway.worker.on_stage = table.on_stage
    gateway.worker.on_settled = table.on_settled
    with Live(table, console=console, refresh_per_second=8, transient=False):
        confirmed = await _publish(gateway, fixtures)
        await _wait(table)
    reader = LedgerReader(open_database(settings.ledger_database))
    return await reconcile(gateway.broker, topology_of(settings), reader, store_url, confirmed)


async def _publish(gateway: Gateway, fixtures: tuple[Fixture, ...]) -> Mapping[str, Fixture]:
    """Publish each with a confirm; what is returned was taken over by the broker."""
    confirmed: dict[str, Fixture] = {}
    for fixture in fixtures:
        await gateway.broker.publish(
            INTAKE,
            fixture.routing_key,
            fixture.body,
            {},
            message_id=fixture.message_id,
            timestamp=datetime.now(UTC),
        )
        confirmed[fixture.message_id] = fixture
    return confirmed


async def _wait(table: DemoTable) -> None:
    try:
        await asyncio.wait_for(table.all_settled.wait(), PATIENCE_SECONDS)
    except TimeoutError:
        return  # the account will show what is missing


async def _finish(gateway: Gateway, working: asyncio.Task[None]) -> None:
    gateway.worker.stop()
    await working


def _say_where(console: Console, store_url: str, health_url: str) -> None:
    console.print(f"\nDMP store, nine rubriques   [link={store_url}]{store_url}/[/link]")
    console.print(f"Metrics                     [link={health_url}]{health_url}/metrics[/link]")
    if _stays_up():
        console.print("Both stay up until Ctrl-C.")


def _stays_up() -> bool:
    return sys.stdout.isatty() and os.environ.get("DEMO_EXIT", "") in ("", "0")


async def _until_interrupted() -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    await stopped.wait()
    typer.echo("\nstopping …", err=True)
