"""The parsers room: bytes to Reading. Pure: no socket, no clock, no log, no exception.

``read`` reads one delivery. ``messages`` cuts a capture or a batch into deliveries beforehand.
"""

from gateway.parsers.consent import patient_keys
from gateway.parsers.detect import read, read_document, read_header
from gateway.parsers.framing import messages
from gateway.parsers.limits import Limits

__all__ = ["Limits", "messages", "patient_keys", "read", "read_document", "read_header"]
