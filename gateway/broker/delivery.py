"""From AMQP properties to an Envelope, and the one moment at which a delivery is settled."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from pika.exceptions import AMQPError

from gateway.model import Envelope
from gateway.topology import ATTEMPT_HEADER, FIRST_SEEN_HEADER


class Delivery:
    """A message that the broker waits to see settled: exactly one ``ack`` or one return."""

    __slots__ = ("_channel", "_on_settled", "_settled", "_tag", "envelope")

    def __init__(
        self, envelope: Envelope, channel: Any, tag: int, on_settled: Callable[[Delivery], None]
    ) -> None:
        self.envelope = envelope
        self._channel = channel
        self._tag = tag
        self._settled = False
        self._on_settled = on_settled

    def __repr__(self) -> str:
        return f"Delivery({self.envelope!r})"

    @property
    def settled(self) -> bool:
        return self._settled

    @property
    def alive(self) -> bool:
        """False when the channel is gone: the broker delivers this message again, to us or to another."""
        return not self._settled and bool(self._channel.is_open)

    def ack(self) -> bool:
        """The message is done. False (and nothing happened) when the channel is gone or it was settled."""
        return self._settle(lambda: self._channel.basic_ack(self._tag))

    def return_to_queue(self) -> bool:
        """Give it back for another consumer: only when stopping, never as a way to try again.

        False when the channel is gone; the broker then has the message back anyway.
        """
        return self._settle(lambda: self._channel.basic_nack(self._tag, requeue=True))

    def _settle(self, send: Callable[[], None]) -> bool:
        if not self.alive:
            return False
        try:
            send()
        except AMQPError:
            return False
        self._settled = True
        self._on_settled(self)
        return True


def read_envelope(queue: str, method: Any, properties: Any, body: bytes, now: datetime) -> Envelope:
    """The Envelope of a delivered or fetched message. Never raises: what is unusable counts as absent."""
    headers = properties.headers if isinstance(properties.headers, dict) else {}
    return Envelope(
        body=body,
        message_id=_text(properties.message_id) or "sha256:" + hashlib.sha256(body).hexdigest()[:32],
        queue=queue,
        routing_key=_text(method.routing_key) or "",
        received_at=now,
        first_seen=_first_seen(headers, properties.timestamp, now),
        attempt=_attempt(headers),
        redelivered=bool(method.redelivered),
        headers=headers,
        user_id=_text(properties.user_id),
        reply_to=_text(properties.reply_to),
        correlation_id=_text(properties.correlation_id),
        content_type=_text(properties.content_type),
    )


def _text(value: object) -> str | None:
    # AMQP 0-9-1 short strings are UTF-8; pika hands over the bytes when a sender disagrees.
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    return value if isinstance(value, str) else None


def _attempt(headers: dict[str, object]) -> int:
    value = headers.get(ATTEMPT_HEADER)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 1 else 1


def _first_seen(headers: dict[str, object], timestamp: object, now: datetime) -> datetime:
    """Our own header, else the sender's timestamp property, else now; never later than now."""
    found = _instant(headers.get(FIRST_SEEN_HEADER)) or _instant(timestamp) or now
    return min(found, now)


def _instant(value: object) -> datetime | None:
    try:
        if isinstance(value, str):
            read = datetime.fromisoformat(value)
            return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
        if isinstance(value, int) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None
