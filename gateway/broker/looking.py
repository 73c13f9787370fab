"""Looking at queues without taking anything from them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
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
    """The first ``limit`` messages, which then go back to their places at the head of the queue."""
    found: list[Envelope] = []
    channel = await Channel.open(connection)
    empty = _EmptyAnswers(channel)
    try:
        while len(found) < limit:
            answer = await empty.get(queue)
            if answer is None:
                break
            method, properties, body = answer
            found.append(read_envelope(queue, method, properties, body, clock()))
    finally:
        await channel.close()
    return found


class _EmptyAnswers:
    """pika reports "the queue is empty" apart from the callback of ``basic_get``."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._answer: asyncio.Future[Any] | None = None
        channel.raw.add_callback(self._on_empty, [spec.Basic.GetEmpty], one_shot=False)

    async def get(self, queue: str) -> tuple[Any, Any, bytes] | None:
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
