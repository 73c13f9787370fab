"""Message headers that pika cannot decode must cost the headers, not the connection.

AMQP headers are the sender's. pika decodes them while it reads the stream, and an instant in milliseconds or
tables within tables by the thousand make it raise there: the connection is lost, the broker delivers the same
message on the next one, and every message in flight pays for it.
"""

from __future__ import annotations

import struct
from typing import Any

from pika import BasicProperties, frame
from pika.adapters.asyncio_connection import AsyncioConnection

_FRAME = struct.Struct(">BHL")  # type, channel, size: AMQP 0-9-1, 4.2.3
_CONTENT_HEADER = struct.Struct(">HHQ")  # class, weight, body size: AMQP 0-9-1, 4.2.6.1
_HEADER_FRAME = 2
_END_SIZE = 1
_CONTENT_TYPE, _CONTENT_ENCODING, _HEADERS = 1 << 15, 1 << 14, 1 << 13  # of the class "basic"


class LenientConnection(AsyncioConnection):  # type: ignore[misc] # pika has no types
    """pika's connection; a message whose headers cannot be decoded arrives without headers."""

    def _read_frame(self) -> tuple[int, Any]:
        try:
            found: tuple[int, Any] = super()._read_frame()
        except Exception:
            kind, channel, size = _FRAME.unpack_from(self._frame_buffer)
            if kind != _HEADER_FRAME:
                raise
            payload = bytes(self._frame_buffer[_FRAME.size : _FRAME.size + size])
            return _FRAME.size + size + _END_SIZE, header_without_table(channel, payload)
        return found


def header_without_table(channel: int, payload: bytes) -> frame.Header:
    """The content header of a message, its table of headers replaced by an empty one."""
    _class, _weight, body_size = _CONTENT_HEADER.unpack_from(payload)
    encoded = payload[_CONTENT_HEADER.size :]
    (flags,) = struct.unpack_from(">H", encoded)
    start = 2
    for flag in (_CONTENT_TYPE, _CONTENT_ENCODING):
        if flags & flag:
            start += 1 + encoded[start]
    if flags & _HEADERS:
        (length,) = struct.unpack_from(">I", encoded, start)
        encoded = encoded[:start] + bytes(4) + encoded[start + 4 + length :]
    properties = BasicProperties()
    properties.decode(encoded)
    return frame.Header(channel, body_size, properties)
