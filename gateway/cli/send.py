"""``dmp-gateway send``: publish files to the intake exchange, with a confirm for each."""

from __future__ import annotations

import asyncio
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from gateway.bootstrap.chosen import directory_of, limits_of, topology_of
from gateway.broker import Broker
from gateway.cli.connection import AmqpUrl, broker_url
from gateway.errors import ConfigurationError
from gateway.model import Kind, Reading
from gateway.parsers import read
from gateway.settings import FacilityDirectory, load_settings
from gateway.topology import INTAKE, intake_key


def send(
    paths: Annotated[list[Path], typer.Argument(help="HL7v2 messages or CDA documents.", metavar="PATH...")],
    facility: Annotated[
        str | None, typer.Option(help="Sender's code in the routing key; default: recognised from the file.")
    ] = None,
    kind: Annotated[Kind | None, typer.Option(help="Which flow; default: what the file is.")] = None,
    url: AmqpUrl = None,
) -> None:
    """Publish files to the queues of a running gateway; prints one line per confirmed message."""
    settings = load_settings()
    directory = directory_of(settings)
    rows: list[tuple[Path, str, bytes]] = []
    for path in paths:
        try:
            body = path.read_bytes()
        except OSError as error:
            raise ConfigurationError([f"{path}: {error.strerror}"]) from None
        reading = read(body, limits_of(settings))
        sender = facility or _sender(directory, reading)
        rows.append((path, intake_key(kind or reading.kind, sender), body))
    asyncio.run(
        _publish(Broker(broker_url(settings, url), topology_of(settings), name="send", declare=False), rows)
    )


def _sender(directory: FacilityDirectory, reading: Reading) -> str:
    found = directory.of_reading(reading)
    return found.code if found is not None else "inconnu"


async def _publish(broker: Broker, rows: list[tuple[Path, str, bytes]]) -> None:
    await broker.start()
    try:
        for path, routing_key, body in rows:
            message_id = str(uuid.uuid4())
            await broker.publish(
                INTAKE,
                routing_key,
                body,
                {},
                message_id=message_id,
                timestamp=datetime.now(UTC),
            )
            typer.echo(f"confirmed {message_id} {routing_key} {path}")
    finally:
        await broker.close()
