"""Which broker a command talks to."""

from __future__ import annotations

from typing import Annotated

import typer

from gateway.errors import ConfigurationError
from gateway.settings import Settings

AmqpUrl = Annotated[
    str | None,
    typer.Option("--amqp-url", help="RabbitMQ URL; default: GATEWAY_AMQP_URL, else a gateway started here."),
]


def broker_url(settings: Settings, given: str | None) -> str:
    """The URL given, the setting, or the note that a running ``--embedded`` gateway left in its data folder.

    Raises ConfigurationError when there is none.
    """
    if given:
        return given
    if settings.amqp_url is not None:
        return settings.amqp_url.get_secret_value()
    note = settings.data_dir / "broker.url"
    if note.is_file():
        return note.read_text(encoding="utf-8").strip()
    raise ConfigurationError(
        ["no broker: set GATEWAY_AMQP_URL, give --amqp-url, or start `dmp-gateway run --embedded` here"]
    )


def store_url(settings: Settings, given: str | None) -> str:
    """The store's base URL given, or that of the ``--embedded`` gateway of this data folder."""
    if given:
        return given.rstrip("/")
    note = settings.data_dir / "store.url"
    if note.is_file():
        return note.read_text(encoding="utf-8").strip()
    return f"http://{settings.store_host}:{settings.store_port}"
