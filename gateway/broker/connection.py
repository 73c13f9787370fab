"""pika's callbacks as awaitables: a connection and its channels. Nothing here retries."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pika
from pika.adapters.utils import connection_workflow
from pika.exceptions import AMQPError, ChannelClosedByBroker

from gateway.broker.lenient import LenientConnection
from gateway.errors import BrokerUnavailable, ConfigurationError

HEARTBEAT_SECONDS = 30
BLOCKED_SECONDS = 60.0
_CLOSE_SECONDS = 5.0


class ChannelRefused(BrokerUnavailable):
    """The broker closed one channel because of something done on it; the connection may live on."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(f"the broker closed the channel: {code} {text}")
        self.code = code


def connection_parameters(url: str, name: str) -> pika.URLParameters:
    """pika's parameters for an ``amqp://`` or ``amqps://`` URL, whose query may override our defaults
    (heartbeat of 30 s, at most 60 s of being blocked by an alarm). Raises ConfigurationError.
    """
    try:
        query = parse_qs(urlsplit(url).query)
        if urlsplit(url).scheme not in ("amqp", "amqps"):
            raise ValueError
        parameters = pika.URLParameters(url)
    except (ValueError, TypeError, SyntaxError, OSError) as error:
        # Neither the URL nor pika's text is repeated: both can hold the password.
        problem = "the broker's URL cannot be used; expected amqp[s]://user:password@host:port/vhost"
        raise ConfigurationError([f"{problem} ({type(error).__name__})"]) from None
    if "heartbeat" not in query:
        parameters.heartbeat = HEARTBEAT_SECONDS
    if "blocked_connection_timeout" not in query:
        parameters.blocked_connection_timeout = BLOCKED_SECONDS
    parameters.client_properties = {"connection_name": name, "product": "dmp-gateway"}
    return parameters


def unavailable(error: BaseException | None) -> BrokerUnavailable:
    """Any reason for which pika ended a connection or a channel, in one line."""
    if isinstance(error, BrokerUnavailable):
        return error
    if isinstance(error, ChannelClosedByBroker):
        return ChannelRefused(error.reply_code, error.reply_text)
    cause = _innermost(error)
    return BrokerUnavailable(f"the broker is not available: {type(cause).__name__}: {cause}")


def _innermost(error: Any) -> Any:
    while True:
        if isinstance(error, connection_workflow.AMQPConnectionWorkflowFailed) and error.exceptions:
            error = error.exceptions[-1]
        elif isinstance(error, connection_workflow.AMQPConnectorPhaseErrorBase):
            error = error.exception
        elif isinstance(error, AMQPError) and error.args and isinstance(error.args[0], Exception):
            error = error.args[0]
        else:
            return error


class Connection:
    """An open AMQP connection. ``on_lost`` is called once when it ends, for whatever reason."""

    def __init__(self, on_lost: Callable[[], None]) -> None:
        loop = asyncio.get_running_loop()
        self._opened: asyncio.Future[None] = loop.create_future()
        self._closed = asyncio.Event()
        self._on_lost = on_lost
        self.raw: Any = None

    @classmethod
    async def open(cls, parameters: pika.URLParameters, on_lost: Callable[[], None]) -> Connection:
        """Connect and log in. Raises BrokerUnavailable."""
        connection = cls(on_lost)
        connection.raw = LenientConnection(
            parameters,
            on_open_callback=connection._on_open,
            on_open_error_callback=connection._on_open_error,
            on_close_callback=connection._on_close,
            custom_ioloop=asyncio.get_running_loop(),
        )
        try:
            await connection._opened
        except asyncio.CancelledError:
            connection._abandon()
            raise
        return connection

    @property
    def is_open(self) -> bool:
        return bool(self.raw.is_open)

    async def close(self) -> None:
        """Say goodbye to the broker; unsettled deliveries go back to their queues. Never raises."""
        self._abandon()
        try:
            await asyncio.wait_for(self._closed.wait(), _CLOSE_SECONDS)
        except TimeoutError:
            # The broker does not answer: drop the socket. pika has no public call for it.
            self.raw._terminate_stream(AMQPError("no answer to Connection.Close"))

    def _abandon(self) -> None:
        if not (self.raw.is_closing or self.raw.is_closed):
            self.raw.close()

    def _on_open(self, _connection: object) -> None:
        if not self._opened.done():
            self._opened.set_result(None)

    def _on_open_error(self, _connection: object, error: BaseException) -> None:
        self._closed.set()
        if not self._opened.done():
            self._opened.set_exception(unavailable(error))

    def _on_close(self, _connection: object, _error: BaseException) -> None:
        self._closed.set()
        self._on_lost()


class Channel:
    """An open channel. ``on_lost`` is called once when it ends; pending calls then raise."""

    def __init__(self, on_lost: Callable[[BrokerUnavailable], None] | None = None) -> None:
        self._waiting: set[asyncio.Future[Any]] = set()
        self._closed = asyncio.Event()
        self._on_lost = on_lost
        self.raw: Any = None

    @classmethod
    async def open(
        cls, connection: Connection, on_lost: Callable[[BrokerUnavailable], None] | None = None
    ) -> Channel:
        """A new channel. Raises BrokerUnavailable."""
        channel = cls(on_lost)
        opened = channel.expect()
        try:
            channel.raw = connection.raw.channel(on_open_callback=lambda raw: resolve(opened, raw))
        except AMQPError as error:
            raise unavailable(error) from None
        channel.raw.add_on_close_callback(channel._on_close)
        await opened
        return channel

    @property
    def is_open(self) -> bool:
        return self.raw is not None and bool(self.raw.is_open)

    async def call(self, method: str, **arguments: Any) -> Any:
        """Run one of pika's channel methods that take a ``callback`` and return the broker's answer.

        Raises ChannelRefused when the broker answers by closing the channel, BrokerUnavailable otherwise.
        """
        answer = self.expect()
        try:
            getattr(self.raw, method)(**arguments, callback=lambda frame: resolve(answer, frame))
        except AMQPError as error:
            raise unavailable(error) from None
        return await answer

    def expect(self) -> asyncio.Future[Any]:
        """A future that fails when the channel ends before anybody resolves it."""
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        future.add_done_callback(self._waiting.discard)
        return future

    async def close(self) -> None:
        """Close; deliveries not settled go back to their queues. Never raises."""
        if self.is_open:
            self.raw.close()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closed.wait(), _CLOSE_SECONDS)

    def _on_close(self, _channel: object, error: BaseException) -> None:
        self._closed.set()
        reason = unavailable(error)
        for future in list(self._waiting):
            if not future.done():
                future.set_exception(reason)
        if self._on_lost is not None:
            self._on_lost(reason)


def resolve(future: asyncio.Future[Any], value: Any) -> None:
    """Give a future its result unless its owner has gone meanwhile."""
    if not future.done():
        future.set_result(value)
