"""The gateway's connection to RabbitMQ: it comes back by itself, and so do its consumers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime

from gateway.broker import looking
from gateway.broker.backoff import Backoff
from gateway.broker.connection import ChannelRefused, Connection, connection_parameters
from gateway.broker.consuming import Consumption, Handler, OnError
from gateway.broker.delivery import Delivery
from gateway.broker.publishing import Outgoing, properties
from gateway.broker.session import Session
from gateway.errors import BrokerUnavailable, ConfigurationError, PublishRefused
from gateway.model import Envelope
from gateway.topology import Topology


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Broker:
    """One connection with a channel for publishing and one for consuming. Belongs to one event loop.

    ``prefetch`` holds for each consumed queue. ``on_state(connected)`` is called at each change.
    ``declare=False`` is for a user without the right to configure: the topology is then somebody else's task.
    """

    def __init__(
        self,
        url: str,
        topology: Topology,
        *,
        prefetch: int = 32,
        name: str = "dmp-gateway",
        on_state: Callable[[bool], None] | None = None,
        backoff: Backoff | None = None,
        clock: Callable[[], datetime] = _utc_now,
        confirm_timeout: float = 60.0,
        declare: bool = True,
    ) -> None:
        """Connects nothing yet. Raises ConfigurationError for a URL that cannot be used."""
        parameters = connection_parameters(url, name)
        self._on_state = on_state
        self._backoff = backoff or Backoff()
        self._clock = clock
        self._confirm_timeout = confirm_timeout
        self._consumption: Consumption | None = None
        self._up, self._lost, self._subscribed = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._lock = asyncio.Lock()
        self._session = Session(parameters, topology if declare else None, prefetch, clock, self._lost.set)
        self._supervisor: asyncio.Task[None] | None = None
        self._last_error = "not connected to the broker"

    @property
    def connected(self) -> bool:
        """True when a publish can be tried now."""
        return self._session.connection is not None and self._session.publishing is not None

    @property
    def unsettled(self) -> tuple[Delivery, ...]:
        """Deliveries that the broker still waits for; at shutdown, those to return."""
        return self._session.in_flight.unsettled

    async def start(self, timeout: float = 30.0) -> None:  # noqa: ASYNC109 - part of the contract below
        """Connect, declare the topology, and stay connected from then on.

        Keeps trying for ``timeout`` seconds, then raises BrokerUnavailable with the last reason. Raises
        ConfigurationError at once when the broker has the same names with other arguments.
        """
        self._supervisor = asyncio.create_task(self._supervise(), name="broker")
        up = asyncio.create_task(self._up.wait())
        try:
            await asyncio.wait({up, self._supervisor}, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
            if self._supervisor.done():
                await self._supervisor
            if not up.done():
                raise BrokerUnavailable(self._last_error)
        except BaseException:
            await self.close()
            raise
        finally:
            up.cancel()

    async def wait_connected(self) -> None:
        """Returns when ``connected`` is true; waits as long as it takes."""
        while not self.connected:
            self._tell()  # a loss that nobody has noticed yet
            await self._up.wait()

    async def publish(
        self,
        exchange: str,
        routing_key: str,
        body: bytes,
        headers: dict[str, object],
        message_id: str,
        *,
        correlation_id: str | None = None,
        reply_to: str | None = None,
        content_type: str | None = None,
        timestamp: datetime | None = None,
        mandatory: bool = True,
    ) -> None:
        """Publish a persistent message; returns when the broker has confirmed that it keeps it.

        Raises PublishRefused: nacked, returned as unroutable, not encodable, not confirmed in time, or the
        channel is being reopened; the connection and the deliveries are still there. Raises
        BrokerUnavailable: the connection is lost, and with it every delivery that came through it. Without a
        confirm the broker may have the message or not.
        """
        channel = self._session.publishing
        if channel is None:
            if self._session.connection is not None:
                raise PublishRefused("the channel for publishing is being reopened")
            raise BrokerUnavailable(self._last_error)
        described = properties(headers, message_id, correlation_id, reply_to, content_type, timestamp)
        message = Outgoing(exchange, routing_key, body, described, mandatory)
        try:
            async with asyncio.timeout(self._confirm_timeout):
                await channel.publish(message)
        except TimeoutError:
            raise PublishRefused(f"{exchange}: no confirm within {self._confirm_timeout:g} s") from None

    async def consume(self, queues: Iterable[str], handler: Handler, on_error: OnError | None = None) -> None:
        """Handle each delivery of these queues in a task of its own, from now on and after each reconnection.

        The handler must settle its delivery; nothing else does. An exception that escapes it goes to
        ``on_error`` (without one: to the event loop's exception handler) and the delivery stays unsettled.
        Returns when the consumers exist, which waits for the broker. Raises BrokerUnavailable when the broker
        refuses one, such as for a queue that does not exist.
        """
        if self._consumption is not None:
            raise RuntimeError("already consuming")
        self._consumption = Consumption(tuple(queues), handler, on_error)
        self._subscribed.clear()
        async with self._lock:
            if self.connected:
                await self._subscribe(self._consumption)
        # Away, now or since a moment: the supervisor knows what is wanted and brings it back.
        await self._subscribed.wait()

    async def stop_consuming(self) -> None:
        """No new deliveries after this; those in flight go on and can still be settled. Never raises."""
        self._consumption = None
        self._subscribed.set()  # whoever still waits in ``consume`` waits for nothing
        async with self._lock:
            if self._session.consuming is not None:
                with suppress(BrokerUnavailable):
                    await self._session.consuming.unsubscribe()

    async def drained(self, timeout: float | None = None) -> bool:  # noqa: ASYNC109 - False, not an exception
        """Wait until no handler runs; False when some still do after ``timeout`` seconds."""
        return await self._session.in_flight.drained(timeout)

    async def queue_depths(self, names: Iterable[str]) -> dict[str, int]:
        """Messages ready for delivery, by queue; missing queues are left out. Raises BrokerUnavailable."""
        return await looking.queue_depths(self._open_connection(), names)

    async def peek(self, queue: str, limit: int) -> list[Envelope]:
        """The first messages of a queue, which stay there in their order. Raises BrokerUnavailable.

        Each look counts against the queue's delivery limit: meant for dead letters and replies, whose limit
        nobody reaches by looking, not for the intake queues.
        """
        return await looking.peek(self._open_connection(), queue, limit, self._clock)

    async def close(self) -> None:
        """Stop everything; handlers still running are cancelled and what they held goes back to its queue."""
        if self._supervisor is not None:
            self._supervisor.cancel()
            await asyncio.gather(self._supervisor, return_exceptions=True)
        await self.stop_consuming()
        await self._session.close()
        self._tell()

    def _open_connection(self) -> Connection:
        connection = self._session.connection
        if connection is None:
            raise BrokerUnavailable(self._last_error)
        return connection

    async def _subscribe(self, consumption: Consumption) -> None:
        try:
            await self._session.subscribe(consumption)
        except ChannelRefused:
            self._consumption = None
            raise
        except BrokerUnavailable as error:
            self._last_error = str(error)
        else:
            self._subscribed.set()

    def _tell(self) -> None:
        connected = self.connected
        if connected == self._up.is_set():
            return
        if connected:
            self._up.set()
        else:
            self._up.clear()
        if self._on_state is not None:
            self._on_state(connected)

    async def _supervise(self) -> None:
        """Repair, wait for a loss, repair. Only a ConfigurationError before the first success ends it."""
        loop, failures, once = asyncio.get_running_loop(), 0, False
        while True:
            began = loop.time()
            if await self._try_repair(once):
                once = True
                await self._lost.wait()
            self._tell()
            # A connection that held for long was no failure; one that breaks at once is.
            failures = 1 if loop.time() - began > self._backoff.maximum else failures + 1
            await asyncio.sleep(self._backoff.delay(failures))

    async def _try_repair(self, forgiving: bool) -> bool:
        """True when everything is in place. ``forgiving``: take ConfigurationError for a passing trouble."""
        self._lost.clear()
        try:
            async with self._lock:
                await self._session.repair(self._consumption)
        except ConfigurationError as error:
            if not forgiving:
                raise
            self._last_error = str(error)
        except BrokerUnavailable as error:
            self._last_error = str(error)
        except Exception as error:  # noqa: BLE001 - a supervisor that ends would be an outage without an end
            self._last_error = f"connecting to the broker failed: {type(error).__name__}"
        self._tell()
        if not self._session.whole(self._consumption):
            return False
        self._subscribed.set()
        self._last_error = "not connected to the broker"
        return True
