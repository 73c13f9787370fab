"""What makes a message itself in the ledger, and times as the ledger gives them back."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from gateway.model import Envelope, Reading


def key_of(envelope: Envelope) -> str:
    """What makes a message itself: sender, message id and content. A redelivery has the same key."""
    return _digest(envelope.facility, envelope.message_id, envelope.content_hash)


def sender_key_of(envelope: Envelope, reading: Reading) -> str:
    """Sender and message id as HL7 knows them (MSH-3, MSH-4, MSH-10); empty for a bare CDA or no MSH-10."""
    if reading.message is None or not reading.control_id:
        return ""
    msh = reading.message.msh
    return _digest(envelope.facility, msh.raw(3), msh.raw(4), reading.control_id)


def aware(moment: datetime) -> datetime:
    """SQLite gives times back without their zone; everything here is UTC."""
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
