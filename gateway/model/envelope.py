"""A message as it was delivered: bytes, and what the wire said about them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property


@dataclass(frozen=True)
class Envelope:
    """One delivery. ``body`` is never altered; nothing of it shows in ``repr``.

    ``attempt`` counts from 1 and comes from our own header, not from the broker's delivery count.
    ``first_seen`` (UTC) is when the first attempt was received; a retry keeps it.
    """

    body: bytes = field(repr=False)
    message_id: str
    queue: str
    routing_key: str
    received_at: datetime
    first_seen: datetime
    attempt: int = 1
    redelivered: bool = False
    headers: Mapping[str, object] = field(default_factory=dict, repr=False)
    user_id: str | None = None
    reply_to: str | None = None
    correlation_id: str | None = None
    content_type: str | None = None

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 of the body, lower-case hexadecimal."""
        return hashlib.sha256(self.body).hexdigest()

    @property
    def facility(self) -> str:
        """The sending facility as declared: the part of the routing key after the first dot."""
        return self.routing_key.partition(".")[2]
