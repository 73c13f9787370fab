"""The embedded parts of a trial: a private broker and the DMP store, started beside the gateway."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from gateway.dmpstore.server import EmbeddedStore
from gateway.dmpstore.settings import StoreSettings
from gateway.localbroker import start_private_broker
from gateway.settings import Settings


@dataclass(frozen=True)
class Embedded:
    """What was started, and the settings of a gateway that uses it."""

    settings: Settings
    store_url: str


@asynccontextmanager
async def embedded(settings: Settings) -> AsyncIterator[Embedded]:
    """Start what the settings do not name elsewhere; stop it, in order, at the end.

    Raises MissingProgram when RabbitMQ is needed and not installed.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    async with AsyncExitStack() as stack:
        changes: dict[str, object] = {}
        if settings.amqp_url is None:
            broker = await asyncio.to_thread(start_private_broker, settings.data_dir.resolve() / "broker")
            stack.push_async_callback(asyncio.to_thread, broker.stop)
            changes["amqp_url"] = SecretStr(broker.url)
        store_url = ""
        if settings.repository_url is None:
            store = EmbeddedStore(store_settings(settings))
            await store.start()
            stack.push_async_callback(store.stop)
            store_url = store.base_url
            changes["repository_url"] = f"{store_url}/services/repository"
            changes["registry_url"] = f"{store_url}/services/registry"
        ready = settings.model_copy(update=changes)
        _leave_notes(stack, ready, store_url)
        yield Embedded(ready, store_url)


def store_settings(settings: Settings) -> StoreSettings:
    return StoreSettings(
        database_url=settings.store_database,
        host=settings.store_host,
        port=free_port(settings.store_host, settings.store_port),
        trial=settings.environment == "trial",
        tls_certificate=settings.store_tls_cert,
        tls_key=settings.store_tls_key,
        tls_client_authorities=settings.store_tls_client_ca,
        require_vihf=settings.store_vihf_ca is not None,
        vihf_authorities=settings.store_vihf_ca,
        accounts=settings.store_accounts,
        open_records=settings.store_open_records,
    )


def free_port(host: str, wanted: int) -> int:
    """The port wanted, or 0 (any free one) when somebody has it already."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, wanted))
        except OSError:
            return 0
    return wanted


def _leave_notes(stack: AsyncExitStack, settings: Settings, store_url: str) -> None:
    """Other commands started in this folder find the embedded parts by these two files."""
    url = settings.amqp_url.get_secret_value() if settings.amqp_url else ""
    for name, text in (("broker.url", url), ("store.url", store_url)):
        if text:
            note = settings.data_dir / name
            _write_private(note, text)
            stack.callback(note.unlink, missing_ok=True)


def _write_private(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(text + "\n", encoding="utf-8")
