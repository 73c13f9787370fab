"""Publishing with confirms: many in flight, each answered by its delivery tag."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pika import BasicProperties
from pika.exceptions import AMQPError, ShortStringTooLong, UnsupportedAMQPFieldException

from gateway.broker.connection import Channel, ChannelRefused, Connection, resolve, unavailable
from gateway.errors import BrokerUnavailable, PublishRefused

_PERSISTENT = 2
# A content header must fit in one frame (AMQP 0-9-1, 4.2.6.1), beside its own 14 bytes and the frame's 8.
_HEADER_OVERHEAD = 22


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to publish; ``timestamp`` is the sender's, in UTC."""

    exchange: str
    routing_key: str
    body: bytes
    properties: BasicProperties
    mandatory: bool


def properties(
    headers: dict[str, object],
    message_id: str,
    correlation_id: str | None,
    reply_to: str | None,
    content_type: str | None,
    timestamp: datetime | None,
) -> BasicProperties:
    """Properties of a persistent message."""
    return BasicProperties(
        headers=headers,
        message_id=message_id,
        correlation_id=correlation_id,
        reply_to=reply_to,
        content_type=content_type,
        timestamp=None if timestamp is None else int(timestamp.timestamp()),
        delivery_mode=_PERSISTENT,
    )


@dataclass(slots=True)
class _Pending:
    message: Outgoing
    confirmed: asyncio.Future[str | None]
    returned: str | None = None

    def matches(self, method: Any, returned: Any) -> bool:
        ours, theirs = self.message, (method.exchange, method.routing_key, returned.message_id)
        return (ours.exchange, ours.routing_key, ours.properties.message_id) == theirs


class PublishChannel:
    """A channel in confirm mode. Ends when the broker refuses something on it; open another one then."""

    def __init__(self, on_lost: Callable[[], None]) -> None:
        self._channel: Channel
        self._frame_max = 0
        self._last_tag = 0
        self._pending: dict[int, _Pending] = {}
        self._on_lost = on_lost

    @classmethod
    async def open(cls, connection: Connection, on_lost: Callable[[], None]) -> PublishChannel:
        """Raises BrokerUnavailable."""
        publishing = cls(on_lost)
        publishing._channel = await Channel.open(connection, publishing._on_channel_lost)
        publishing._frame_max = connection.raw.params.frame_max
        publishing._channel.raw.add_on_return_callback(publishing._on_return)
        await publishing._channel.call("confirm_delivery", ack_nack_callback=publishing._on_confirm)
        return publishing

    @property
    def is_open(self) -> bool:
        return self._channel.is_open

    async def publish(self, message: Outgoing) -> None:
        """Returns when the broker has confirmed. Raises PublishRefused or BrokerUnavailable."""
        self._refuse_oversized_header(message.properties)
        confirmed: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
        self._send(message)
        self._last_tag += 1
        self._pending[self._last_tag] = _Pending(message, confirmed)
        refusal = await confirmed
        if refusal is not None:
            raise PublishRefused(f"{message.exchange}: {refusal}")

    def _send(self, message: Outgoing) -> None:
        try:
            self._channel.raw.basic_publish(
                message.exchange, message.routing_key, message.body, message.properties, message.mandatory
            )
        except (ShortStringTooLong, UnsupportedAMQPFieldException) as error:
            raise PublishRefused(f"{message.exchange}: cannot be encoded ({type(error).__name__})") from None
        except AMQPError as error:
            raise unavailable(error) from None

    def _refuse_oversized_header(self, message_properties: BasicProperties) -> None:
        # The broker would answer by closing the whole connection, for this message and for ever.
        try:
            size = sum(len(part) for part in message_properties.encode())
        except (AMQPError, AttributeError, TypeError, ValueError, struct.error) as error:
            raise PublishRefused(f"the properties cannot be encoded ({type(error).__name__})") from None
        if size > self._frame_max - _HEADER_OVERHEAD:
            limit = self._frame_max - _HEADER_OVERHEAD
            raise PublishRefused(f"properties and headers take {size} bytes; the broker accepts {limit}")

    def _on_confirm(self, frame: Any) -> None:
        method = frame.method
        refusal = "negatively confirmed by the broker" if method.NAME == "Basic.Nack" else None
        for tag in self._tags(method.delivery_tag, method.multiple):
            pending = self._pending.pop(tag)
            resolve(pending.confirmed, refusal or pending.returned)

    def _tags(self, tag: int, multiple: bool) -> list[int]:
        if not multiple:
            return [tag] if tag in self._pending else []
        # AMQP 0-9-1: tag 0 with "multiple" means all of them.
        return [known for known in self._pending if known <= tag or tag == 0]

    def _on_return(self, _channel: object, method: Any, returned: Any, _body: bytes) -> None:
        # A return comes before the confirm of the same message, which is positive (RabbitMQ, "Confirms").
        # Equal messages have an equal fate, so it does not matter which of them is marked.
        for pending in self._pending.values():
            if pending.returned is None and pending.matches(method, returned):
                pending.returned = f"returned by the broker: {method.reply_code} {method.reply_text}"
                return

    def _on_channel_lost(self, reason: BrokerUnavailable) -> None:
        lost, self._pending = self._pending, {}
        for pending in lost.values():
            if isinstance(reason, ChannelRefused):
                resolve(pending.confirmed, str(reason))
            elif not pending.confirmed.done():
                pending.confirmed.set_exception(BrokerUnavailable(f"lost before the confirm: {reason}"))
        self._on_lost()
