"""Is a content of the media type it claims? Signatures and the outline of each format, nothing more."""

from __future__ import annotations

import re
import struct

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f]")
_RTF_OBJECT = re.compile(rb"\\obj(?:data|emb|autlink|link|update|ocx)\b")
_JPEG_MARKERS = frozenset({0xC0, 0xC1, 0xC2, 0xC4, 0xDB, 0xDD, 0xFE, *range(0xE0, 0xF0)})


def is_text(data: bytes) -> bool:
    """Decodes as UTF-8, else as Latin (Windows-1252); no control character but line ends and tabs."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("cp1252")
        except UnicodeDecodeError:
            return False
    return _CONTROL.search(text) is None


def is_rtf(data: bytes) -> bool:
    r"""Opens with ``{\rtf`` and its last brace closes it (RTF 1.9.1)."""
    return data.startswith(b"{\\rtf") and data.rstrip(b"\x00 \t\r\n").endswith(b"}")


def has_rtf_object(data: bytes) -> bool:
    """An embedded or linked OLE object: it can carry a program."""
    return _RTF_OBJECT.search(data) is not None


def is_jpeg(data: bytes) -> bool:
    """SOI, a marker that may follow it, and an EOI (ITU-T T.81 annex B)."""
    return (
        data.startswith(b"\xff\xd8\xff")
        and len(data) > 4
        and data[3] in _JPEG_MARKERS
        and data.rfind(b"\xff\xd9") > 3
    )


def is_tiff(data: bytes) -> bool:
    """Byte order, 42, and a first directory that lies inside the file and has entries (TIFF 6.0 §2)."""
    order = {b"II*\x00": "<", b"MM\x00*": ">"}.get(data[:4])
    if order is None or len(data) < 8:
        return False
    (start,) = struct.unpack_from(f"{order}I", data, 4)
    if start < 8 or start + 2 > len(data):
        return False
    (entries,) = struct.unpack_from(f"{order}H", data, start)
    return bool(entries) and bool(start + 2 + 12 * entries + 4 <= len(data))


def is_png(data: bytes) -> bool:
    return data.startswith(b"\x89PNG\r\n\x1a\n") and b"IEND" in data[-32:]


def is_gif(data: bytes) -> bool:
    return data.startswith((b"GIF87a", b"GIF89a")) and data.rstrip(b"\x00").endswith(b";")
