"""Serving the store over HTTP(S): for good, or beside another program."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Iterator
from types import TracebackType
from typing import Self

import uvicorn

from gateway.dmpstore.app import create_app
from gateway.dmpstore.settings import StoreSettings
from gateway.errors import ConfigurationError

_START_SECONDS = 30.0


def run_store(settings: StoreSettings) -> None:
    """Serve until SIGINT or SIGTERM; requests in progress are finished. Raises ConfigurationError."""
    with _listen(settings) as listener:
        uvicorn.Server(_config(settings)).run(sockets=[listener])


class EmbeddedStore:
    """A store inside another program, on its own thread and event loop: a busy caller never holds it up.

    ``async with EmbeddedStore(settings) as store: store.base_url``; or ``launch()`` and ``shutdown()`` from
    code without a loop. Signals stay with the caller.
    """

    def __init__(self, settings: StoreSettings) -> None:
        self._settings = settings
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None
        self._listener: socket.socket | None = None
        self.base_url = ""

    def launch(self) -> None:
        """Return once requests are answered. Raises ConfigurationError."""
        self._listener = _listen(self._settings)
        try:
            self._server = _Server(_config(self._settings))
        except BaseException:
            self._listener.close()
            raise
        port = self._listener.getsockname()[1]
        self.base_url = f"{self._settings.scheme}://{_host(self._settings.host)}:{port}"
        self._thread = threading.Thread(target=self._serve, name="dmpstore", daemon=True)
        self._thread.start()
        self._server.answered.wait(_START_SECONDS)
        if not self._server.started:
            self.shutdown()
            raise ConfigurationError(["the embedded DMP store did not start"])

    def shutdown(self) -> None:
        """Finish the requests in progress, close the database, end the thread. Harmless when not running."""
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(_START_SECONDS)
        if self._listener is not None:
            self._listener.close()
        self._server = self._thread = self._listener = None

    async def start(self) -> None:
        await asyncio.to_thread(self.launch)

    async def stop(self) -> None:
        await asyncio.to_thread(self.shutdown)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    def _serve(self) -> None:
        assert self._server is not None and self._listener is not None  # noqa: S101, PT018 - for the type checker
        try:
            asyncio.run(self._server.serve(sockets=[self._listener]))
        finally:
            self._server.answered.set()


class _Server(uvicorn.Server):
    """A server that says when it is ready and leaves the signals of the process alone."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.answered = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.answered.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _config(settings: StoreSettings) -> uvicorn.Config:
    if (settings.tls_certificate is None) != (settings.tls_key is None):
        raise ConfigurationError(["the store needs both a TLS certificate and its key, or neither"])
    return uvicorn.Config(
        create_app(settings),
        log_config=None,
        # URLs can hold identifiers of patients: no access log.
        access_log=False,
        server_header=False,
        ws="none",
        lifespan="on",
        timeout_graceful_shutdown=20,
        ssl_certfile=settings.tls_certificate,
        ssl_keyfile=settings.tls_key,
    )


def _listen(settings: StoreSettings) -> socket.socket:
    try:
        return socket.create_server(
            (settings.host, settings.port),
            family=socket.AF_INET6 if ":" in settings.host else socket.AF_INET,
            backlog=512,
        )
    except OSError as error:
        raise ConfigurationError(
            [f"the store cannot listen on {settings.host} port {settings.port}: {error.strerror}"]
        ) from None


def _host(host: str) -> str:
    """A host that a client on this machine can use in a URL."""
    reachable = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    return f"[{reachable}]" if ":" in reachable else reachable
