"""``dmp-gateway topology``: the exchanges and queues, as data and on a broker."""

from __future__ import annotations

import asyncio
import dataclasses

import typer

from gateway.bootstrap.chosen import topology_of
from gateway.broker import Broker
from gateway.cli.connection import AmqpUrl, broker_url
from gateway.cli.output import AsJson, print_json, print_table
from gateway.settings import load_settings
from gateway.topology import Binding, Topology

app = typer.Typer(help="Exchanges, queues and bindings of the gateway.", no_args_is_help=True)


@app.command()
def show(as_json: AsJson = False) -> None:
    """Print what is declared, without asking any broker."""
    topology = topology_of(load_settings())
    if as_json:
        print_json(_rows(topology))
        return
    print_table("Exchanges", ("name", "type", "arguments"), _exchanges(topology))
    print_table("\nQueues", ("name", "arguments"), _queues(topology))
    print_table(
        "\nBindings", ("exchange", "routing key", "queue"), [_binding(item) for item in topology.bindings]
    )


@app.command()
def apply(url: AmqpUrl = None) -> None:
    """Declare everything on a broker; does nothing where it is declared already."""
    settings = load_settings()
    topology = topology_of(settings)
    asyncio.run(_declare(broker_url(settings, url), topology))
    typer.echo(
        f"declared {len(topology.exchanges)} exchanges, {len(topology.queues)} queues, "
        f"{len(topology.bindings)} bindings"
    )


async def _declare(url: str, topology: Topology) -> None:
    broker = Broker(url, topology, name="dmp-gateway topology")
    await broker.start()
    await broker.close()


def _rows(topology: Topology) -> list[dict[str, object]]:
    kinds = (
        ("exchange", topology.exchanges),
        ("queue", topology.queues),
        ("binding", topology.bindings),
    )
    return [{"object": name} | dataclasses.asdict(item) for name, items in kinds for item in items]


def _exchanges(topology: Topology) -> list[tuple[str, str, str]]:
    return [(item.name, item.kind, _arguments(item.arguments)) for item in topology.exchanges]


def _queues(topology: Topology) -> list[tuple[str, str]]:
    return [(item.name, _arguments(item.arguments)) for item in topology.queues]


def _binding(item: Binding) -> tuple[str, str, str]:
    return item.exchange, item.routing_key, item.queue


def _arguments(arguments: dict[str, str | int]) -> str:
    return ", ".join(f"{name}={value}" for name, value in arguments.items())
