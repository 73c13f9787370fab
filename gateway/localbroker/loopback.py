"""Free loopback ports, and the first two frames of AMQP 0-9-1 spoken by hand."""

from __future__ import annotations

import secrets
import socket
import struct
from contextlib import suppress

HOST = "127.0.0.1"

# Below the range from which Linux takes the ports of outgoing connections (32768 and up): there, a client
# that keeps knocking at the port of a stopped broker can end up connected to itself and hold the port.
_LOWEST, _HIGHEST = 15_000, 32_000

_PROTOCOL_HEADER = b"AMQP\x00\x00\x09\x01"  # AMQP 0-9-1, 4.2.2
_FRAME_HEADER = struct.Struct(">BHI")  # type, channel, size: AMQP 0-9-1, 4.2.3
_METHOD_FRAME = 1
_CONNECTION_START = struct.pack(">HH", 10, 10)


def free_ports(count: int) -> tuple[int, ...]:
    """``count`` different TCP ports on which nothing listens now. Raises OSError when none can be had."""
    found: set[int] = set()
    for _ in range(1000):
        port = _LOWEST + secrets.randbelow(_HIGHEST - _LOWEST)
        if _is_free(port):
            found.add(port)
        if len(found) == count:
            return tuple(found)
    raise OSError("no free port on the loopback interface")


def speaks_amqp(port: int, timeout: float = 2.0) -> bool:
    """True when a broker on this loopback port answers the protocol header with Connection.Start."""
    with suppress(OSError), socket.create_connection((HOST, port), timeout) as connection:
        connection.sendall(_PROTOCOL_HEADER)
        kind, channel, _size = _FRAME_HEADER.unpack(_read(connection, _FRAME_HEADER.size))
        method = _read(connection, len(_CONNECTION_START))
        return kind == _METHOD_FRAME and channel == 0 and method == _CONNECTION_START
    return False


def listens(port: int) -> bool:
    """True when a TCP connection to this loopback port is accepted."""
    with suppress(OSError), socket.create_connection((HOST, port), 1.0):
        return True
    return False


def _is_free(port: int) -> bool:
    with suppress(OSError), socket.socket() as candidate:
        candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        candidate.bind((HOST, port))
        return True
    return False


def _read(connection: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        part = connection.recv(size - len(data))
        if not part:
            raise ConnectionError("closed before the first frame")
        data += part
    return data
