"""Consumers on one channel: a task per delivery, and the list of what is in flight."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gateway.broker.connection import Channel, Connection
from gateway.broker.delivery import Delivery, read_envelope

Handler = Callable[[Delivery], Awaitable[None]]
OnError = Callable[[Delivery, Exception], None]


@dataclass(frozen=True, slots=True)
class Consumption:
    """What to consume and who handles it; survives the channels."""

    queues: tuple[str, ...]
    handler: Handler
    on_error: OnError | None


class InFlight:
    """The deliveries being handled and those not yet settled, over all channels there were."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._unsettled: set[Delivery] = set()

    @property
    def unsettled(self) -> tuple[Delivery, ...]:
        """What the broker still waits for on a living channel."""
        return tuple(delivery for delivery in self._unsettled if delivery.alive)

    def settled(self, delivery: Delivery) -> None:
        self._unsettled.discard(delivery)

    def start(self, delivery: Delivery, consumption: Consumption) -> None:
        """Handle a delivery in a task of its own."""
        self._unsettled.add(delivery)
        task = asyncio.get_running_loop().create_task(_handle(delivery, consumption))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def channel_lost(self) -> None:
        """Forget what can no longer be settled; its handlers go on and find out when they settle."""
        self._unsettled = {delivery for delivery in self._unsettled if delivery.alive}

    async def drained(self, timeout: float | None) -> bool:  # noqa: ASYNC109 - False instead of an exception
        """Wait for the handlers that are running; False when some still run after ``timeout`` seconds."""
        if self._tasks:
            await asyncio.wait(list(self._tasks), timeout=timeout)
        return not self._tasks

    async def cancel(self) -> None:
        """Stop the handlers that are still running."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def _handle(delivery: Delivery, consumption: Consumption) -> None:
    try:
        await consumption.handler(delivery)
    except Exception as error:
        # The policy is the caller's; here it only matters that the consumer goes on.
        if consumption.on_error is None:
            raise
        consumption.on_error(delivery, error)


class ConsumeChannel:
    """A channel for consuming. It stays open after ``unsubscribe`` so that deliveries can be settled."""

    def __init__(
        self, in_flight: InFlight, clock: Callable[[], datetime], on_lost: Callable[[], None]
    ) -> None:
        self._channel: Channel
        self._tags: list[str] = []
        self._in_flight = in_flight
        self._clock = clock
        self._on_lost = on_lost

    @classmethod
    async def open(
        cls,
        connection: Connection,
        prefetch: int,
        in_flight: InFlight,
        clock: Callable[[], datetime],
        on_lost: Callable[[], None],
    ) -> ConsumeChannel:
        """``prefetch`` holds for each consumer, that is for each queue. Raises BrokerUnavailable."""
        consuming = cls(in_flight, clock, on_lost)
        consuming._channel = await Channel.open(connection, lambda _reason: consuming._lost())
        consuming._channel.raw.add_on_cancel_callback(consuming._on_cancelled_by_broker)
        await consuming._channel.call("basic_qos", prefetch_count=prefetch)
        return consuming

    @property
    def is_open(self) -> bool:
        return self._channel.is_open

    @property
    def subscribed(self) -> bool:
        return bool(self._tags)

    async def subscribe(self, consumption: Consumption) -> None:
        """Start a consumer on each queue: all of them, or the channel ends. Raises BrokerUnavailable."""
        try:
            for queue in consumption.queues:
                answer = await self._channel.call(
                    "basic_consume", queue=queue, on_message_callback=self._receiver(queue, consumption)
                )
                self._tags.append(answer.method.consumer_tag)
        except BaseException:
            await self._channel.close()
            raise

    async def unsubscribe(self) -> None:
        """No more deliveries once this returns. Raises BrokerUnavailable."""
        tags, self._tags = self._tags, []
        for tag in tags:
            await self._channel.call("basic_cancel", consumer_tag=tag)

    async def close(self) -> None:
        await self._channel.close()

    def _receiver(self, queue: str, consumption: Consumption) -> Callable[[Any, Any, Any, bytes], None]:
        def receive(channel: Any, method: Any, properties: Any, body: bytes) -> None:
            envelope = read_envelope(queue, method, properties, body, self._clock())
            delivery = Delivery(envelope, channel, method.delivery_tag, self._in_flight.settled)
            self._in_flight.start(delivery, consumption)

        return receive

    def _on_cancelled_by_broker(self, _frame: object) -> None:
        # The queue went away or moved. A new channel with new consumers is the simple way back.
        self._tags = []
        self._channel.raw.close()

    def _lost(self) -> None:
        self._tags = []
        self._in_flight.channel_lost()
        self._on_lost()
