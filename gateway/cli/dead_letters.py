"""``dmp-gateway dead-letters``: what was refused, why, where, and the original message."""

from __future__ import annotations

import asyncio
import dataclasses
import sys
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from gateway.bootstrap.chosen import topology_of
from gateway.broker import Broker
from gateway.cli.connection import AmqpUrl, broker_url
from gateway.cli.output import AsJson, print_json, print_table
from gateway.errors import ConfigurationError
from gateway.model import Envelope
from gateway.routes.letters import LetterFacts, read_dead_letter
from gateway.settings import load_settings

app = typer.Typer(help="Refused messages, with their reasons.", no_args_is_help=True)

Limit = Annotated[int, typer.Option(min=1, max=100_000, help="At most this many from each queue.")]


@app.command("list")
def list_letters(
    as_json: AsJson = False,
    reason: Annotated[str, typer.Option(help="Only this reason code.")] = "",
    facility: Annotated[str, typer.Option(help="Only this sender.")] = "",
    limit: Limit = 1000,
    url: AmqpUrl = None,
) -> None:
    """List the dead letters; nothing is taken out of the queues."""
    letters = [
        facts
        for facts, _ in _letters(url, limit)
        if (not reason or facts.reason == reason) and (not facility or facts.facility == facility)
    ]
    if as_json:
        print_json(_data(facts) for facts in letters)
        return
    columns = ("message id", "facility", "stage", "reason", "location", "attempts", "first seen", "bytes")
    print_table(f"{len(letters)} dead letter(s)", columns, [_cells(facts) for facts in letters])


@app.command()
def show(
    message_id: Annotated[str, typer.Argument(help="Message id, or its first characters.")],
    as_json: AsJson = False,
    body: Annotated[
        bool, typer.Option("--body", help="Write the original bytes to standard output.")
    ] = False,
    url: AmqpUrl = None,
    limit: Limit = 100_000,
) -> None:
    """Show one dead letter: every finding, where it is, and what to do."""
    matches = [pair for pair in _letters(url, limit) if pair[0].message_id.startswith(message_id)]
    if not matches:
        raise ConfigurationError([f"no dead letter has the message id {message_id}"])
    facts, envelope = matches[-1]
    if body:
        sys.stdout.buffer.write(envelope.body)
    elif as_json:
        print_json([_data(facts)])
    else:
        _print(facts)


def _letters(url: str | None, limit: int) -> list[tuple[LetterFacts, Envelope]]:
    settings = load_settings()
    topology = topology_of(settings)
    broker = Broker(broker_url(settings, url), topology, name="dead-letters", declare=False)
    envelopes = asyncio.run(_peek(broker, topology.dead_queues, limit))
    return [(read_dead_letter(envelope), envelope) for envelope in envelopes]


async def _peek(broker: Broker, queues: tuple[str, ...], limit: int) -> list[Envelope]:
    await broker.start()
    try:
        return [envelope for queue in queues for envelope in await broker.peek(queue, limit)]
    finally:
        await broker.close()


def _data(facts: LetterFacts) -> dict[str, Any]:
    return dataclasses.asdict(facts)


def _cells(facts: LetterFacts) -> tuple[object, ...]:
    return (
        facts.message_id,
        facts.facility,
        facts.stage,
        facts.reason,
        facts.location,
        facts.attempts,
        facts.first_seen,
        facts.size,
    )


def _print(facts: LetterFacts) -> None:
    console = Console(highlight=False)
    for name, value in _data(facts).items():
        if name != "findings" and value not in ("", 0):
            console.print(
                Text(f"{name.replace('_', ' '):<14} ", style="dim").append(str(value), style="default")
            )
    for finding in facts.findings:
        style = "red" if finding["severity"] == "error" else "yellow"
        console.print(Text(f"{finding['rule']} ", style=style).append(finding["location"], style="bold"))
        console.print(Text(f"    {finding['text_fr']}\n    {finding['text_en']}"))
