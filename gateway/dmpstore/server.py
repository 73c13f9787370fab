"""Serving the store over HTTP(S): for good, or beside another program."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, Self

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from gateway.dmpstore.app import create_app
from gateway.dmpstore.faulty import with_hang_up
from gateway.dmpstore.settings import StoreSettings
from gateway.errors import ConfigurationError

_START_SECONDS = 30.0


def run_store(settings: StoreSettings, ready: Callable[[str], None] | None = None) -> None:
    """Serve until SIGINT or SIGTERM; requests in progress are finished, then it returns.

    ``ready`` is called with the base URL once requests are answered. For the main thread only. Raises
    ConfigurationError.
    """
    with _listen(settings) as listener:
        server = _Server(_config(settings), lambda: ready(_base_url(settings, listener)) if ready else None)
        with _stopping_on_signals(server):
            asyncio.run(server.serve(sockets=[listener]))


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
        self._answered = threading.Event()
        self.base_url = ""

    def launch(self) -> None:
        """Return once requests are answered. Raises ConfigurationError."""
        self._listener = _listen(self._settings)
        try:
            self._answered.clear()
            self._server = _Server(_config(self._settings), self._answered.set)
        except BaseException:
            self._listener.close()
            raise
        self.base_url = _base_url(self._settings, self._listener)
        self._thread = threading.Thread(target=self._serve, name="dmpstore", daemon=True)
        self._thread.start()
        self._answered.wait(_START_SECONDS)
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
            self._answered.set()


class _Server(uvicorn.Server):
    """A server that says when it is ready and leaves the signals of the process alone."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class _Protocol(H11Protocol):
    """HTTP without an access log, whatever the program around us does with loggers.

    URLs can hold identifiers of patients, and uvicorn decides by the handlers of a global logger.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.access_log = False
        # For faults on demand: only the protocol has the connection.
        self.app = with_hang_up(self.app, lambda: self.transport.abort())


def _config(settings: StoreSettings) -> uvicorn.Config:
    if (settings.tls_certificate is None) != (settings.tls_key is None):
        raise ConfigurationError(["the store needs both a TLS certificate and its key, or neither"])
    if settings.tls_client_authorities is not None and settings.tls_certificate is None:
        raise ConfigurationError(["the store asks its clients for certificates only over TLS"])
    return uvicorn.Config(
        create_app(settings),
        log_config=None,
        http=_Protocol,
        access_log=False,
        server_header=False,
        ws="none",
        lifespan="on",
        timeout_graceful_shutdown=20,
        ssl_certfile=settings.tls_certificate,
        ssl_keyfile=settings.tls_key,
        ssl_ca_certs=str(settings.tls_client_authorities) if settings.tls_client_authorities else None,
        ssl_cert_reqs=ssl.CERT_REQUIRED if settings.tls_client_authorities else ssl.CERT_NONE,
    )


@contextlib.contextmanager
def _stopping_on_signals(server: uvicorn.Server) -> Iterator[None]:
    def stop(_number: int, _frame: object) -> None:
        server.should_exit = True

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


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


def _base_url(settings: StoreSettings, listener: socket.socket) -> str:
    return f"{settings.scheme}://{_host(settings.host)}:{listener.getsockname()[1]}"


def _host(host: str) -> str:
    """A host that a client on this machine can use in a URL."""
    reachable = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    return f"[{reachable}]" if ":" in reachable else reachable
