"""Looking at queues without taking anything from them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import datetime
from typing import Any

from pika import spec
from pika.exceptions import AMQPError

from gateway.broker.connection import Channel, ChannelRefused, Connection, resolve, unavailable
from gateway.broker.delivery import read_envelope
from gateway.model import Envelope

_NOT_FOUND = 404


async def queue_depths(connection: Connection, names: Iterable[str]) -> dict[str, int]:
    """Messages ready for delivery, by queue; those being handled are not counted, missing queues left out."""
    depths: dict[str, int] = {}
    channel = await Channel.open(connection)
    try:
        for name in names:
            if not channel.is_open:
                channel = await Channel.open(connection)
            try:
                answer = await channel.call("queue_declare", queue=name, passive=True)
            except ChannelRefused as refusal:
                if refusal.code != _NOT_FOUND:
                    raise
            else:
                depths[name] = answer.method.message_count
    finally:
        await channel.close()
    return depths


async def peek(
    connection: Connection, queue: str, limit: int, clock: Callable[[], datetime]
) -> list[Envelope]:
    """The first ``limit`` messages, which then go back to their places at the head of the queue.

    A quorum queue keeps messages that came back in a line of their own, before the others, and lets them join
    at its end. Only by taking that whole line each time does its order stay what it was: hence the look goes
    on, without keeping what it sees, up to the first message that never came back.
    """
    found: list[Envelope] = []
    channel = await Channel.open(connection)
    getter = _Getter(channel)
    try:
        async for method, properties, body in getter.first(queue, limit):
            found.append(read_envelope(queue, method, properties, body, clock()))
        getter.give_back()
    finally:
        await channel.close()
    return found


class _Getter:
    """One ``basic_get`` after the other; pika reports "the queue is empty" apart from its callback."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._answer: asyncio.Future[Any] | None = None
        self._taken: list[int] = []
        channel.raw.add_callback(self._on_empty, [spec.Basic.GetEmpty], one_shot=False)

    async def first(self, queue: str, limit: int) -> AsyncIterator[tuple[Any, Any, bytes]]:
        """The first messages; takes all that came back earlier and at least ``limit``."""
        came_back = False
        while len(self._taken) < limit or came_back:
            answer = await self._get(queue)
            if answer is None:
                return
            came_back = bool(answer[0].redelivered)
            self._taken.append(answer[0].delivery_tag)
            if len(self._taken) <= limit:
                yield answer

    def give_back(self) -> None:
        """One by one: what a closing channel leaves behind comes back in an order of RabbitMQ's own."""
        try:
            for tag in self._taken:
                self._channel.raw.basic_nack(tag, requeue=True)
        except AMQPError as error:
            raise unavailable(error) from None

    async def _get(self, queue: str) -> tuple[Any, Any, bytes] | None:
        answer: asyncio.Future[tuple[Any, Any, bytes] | None] = self._channel.expect()
        self._answer = answer
        try:
            self._channel.raw.basic_get(queue, lambda _channel, *message: resolve(answer, message))
        except AMQPError as error:
            raise unavailable(error) from None
        return await answer

    def _on_empty(self, _frame: object) -> None:
        if self._answer is not None:
            resolve(self._answer, None)
