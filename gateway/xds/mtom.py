"""multipart/related with XOP parts (RFC 2387, W3C MTOM/XOP), on bytes in both directions."""

from __future__ import annotations

import binascii
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote

from gateway.errors import MalformedMultipart
from gateway.xds.headers import media_type, read_headers

MAX_PARTS = 100
_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]")
_RAW_ENCODINGS = frozenset({"", "7bit", "8bit", "binary"})


@dataclass(frozen=True, slots=True)
class Part:
    """One MIME part: Content-ID without angle brackets, media type with parameters, bytes as they are."""

    content_id: str
    content_type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Multipart:
    """The root part and the others by Content-ID."""

    root: Part
    parts: Mapping[str, Part]

    def resolve(self, href: str) -> Part:
        """The part that ``cid:...`` (percent-encoded) points at. Raises MalformedMultipart."""
        scheme, _, identity = href.partition(":")
        part = self.parts.get(unquote(identity)) if scheme.lower() == "cid" else None
        if part is None:
            raise MalformedMultipart("cid sans partie / cid without part (RFC 2392)")
        return part


def write(root: bytes, parts: Sequence[Part], action: str, boundary_seed: str) -> tuple[str, list[bytes]]:
    """Content-Type and body chunks; documents are not copied. The same arguments give the same bytes.

    The boundary is derived from ``boundary_seed`` and stands in no part.
    """
    boundary = _free_boundary(boundary_seed, (root, *(part.data for part in parts)))
    root_id = f"root.{boundary[5:]}@dmp-gateway"
    chunks = [
        _part_head(boundary, root_id, f"application/xop+xml; charset=UTF-8; {_soap(action)}", first=True)
    ]
    chunks.append(root)
    for part in parts:
        chunks.append(_part_head(boundary, part.content_id, part.content_type))
        chunks.append(part.data)
    chunks.append(f"\r\n--{boundary}--\r\n".encode("ascii"))
    content_type = (
        f'multipart/related; boundary="{boundary}"; type="application/xop+xml"; start="<{root_id}>"; '
        f'start-info="application/soap+xml"; action="{action}"'
    )
    return content_type, chunks


def read(content_type: str, body: bytes, max_parts: int = MAX_PARTS) -> Multipart:
    """Split a body. Accepts no ``start``, any order with it, a preamble, LF line ends, 8bit and base64 parts.

    Raises MalformedMultipart: no boundary, no end, two parts with one Content-ID, a part without one, nested
    multipart or message, more than ``max_parts`` parts.
    """
    kind, parameters = media_type(content_type)
    if kind != "multipart/related":
        raise MalformedMultipart("multipart/related attendu / expected (RFC 2387)")
    boundary = parameters.get("boundary", "")
    if not _BOUNDARY.fullmatch(boundary):
        raise MalformedMultipart("boundary absent ou invalide / missing or invalid (RFC 2046 §5.1.1)")
    raw = _split(body, b"--" + boundary.encode("ascii"), max_parts)
    return _assemble([_part(each) for each in raw], parameters.get("start", ""))


def _soap(action: str) -> str:
    return f'type="application/soap+xml"; action="{action}"'


def _free_boundary(seed: str, blocks: Sequence[bytes]) -> str:
    for attempt in range(1000):
        digest = hashlib.sha256(f"{seed}/{attempt}".encode()).hexdigest()[:40]
        boundary = f"uuid-{digest}"
        if not any(boundary.encode("ascii") in block for block in blocks):
            return boundary
    raise MalformedMultipart("aucun boundary libre / no free boundary")


def _part_head(boundary: str, content_id: str, content_type: str, *, first: bool = False) -> bytes:
    start = "" if first else "\r\n"
    return (
        f"{start}--{boundary}\r\n"
        f"Content-Type: {content_type}\r\n"
        "Content-Transfer-Encoding: binary\r\n"
        f"Content-ID: <{content_id}>\r\n\r\n"
    ).encode("ascii")


def _split(body: bytes, delimiter: bytes, max_parts: int) -> list[bytes]:
    """The bytes between delimiters, headers included. The first line end tells the style of all."""
    after, closing, style = _first_delimiter(body, delimiter)
    found: list[bytes] = []
    while not closing:
        if len(found) >= max_parts:
            raise MalformedMultipart(f"plus de {max_parts} parties / more than {max_parts} parts")
        # One step back, so that an empty part whose headers end right before the delimiter is seen.
        end, after_next, closing = _next_delimiter(body, style + delimiter, after - len(style))
        found.append(body[after:end] if end > after else b"")
        after = after_next
    return found


def _first_delimiter(body: bytes, delimiter: bytes) -> tuple[int, bool, bytes]:
    position = 0 if body.startswith(delimiter) else -1
    if position < 0:
        position = body.find(b"\n" + delimiter) + 1
        if position == 0:
            raise MalformedMultipart("boundary introuvable / boundary not found in the body")
    end = position + len(delimiter)
    tail = _tail(body, end)
    if tail is None:
        raise MalformedMultipart("ligne de boundary invalide / invalid boundary line")
    after, closing = tail
    return after, closing, b"\r\n" if body[after - 2 : after] == b"\r\n" else b"\n"


def _next_delimiter(body: bytes, mark: bytes, start: int) -> tuple[int, int, bool]:
    """Where the part ends, where the next one starts, and whether this was the last."""
    while True:
        position = body.find(mark, start)
        if position < 0:
            raise MalformedMultipart("boundary de fin absent / closing boundary missing: truncated body")
        tail = _tail(body, position + len(mark))
        if tail is not None:
            return position, *tail
        start = position + len(mark)


def _tail(body: bytes, position: int) -> tuple[int, bool] | None:
    """After a delimiter: ``--`` or blanks and a line end. None when it only begins a longer word."""
    if body[position : position + 2] == b"--":
        return position + 2, True
    end = body.find(b"\n", position, position + 200)
    if end < 0 or body[position:end].strip(b" \t\r"):
        return None
    return end + 1, False


def _part(raw: bytes) -> Part:
    headers, start = read_headers(raw)
    content_type = headers.get("content-type", "")
    kind, _ = media_type(content_type) if content_type else ("", {})
    if kind.startswith(("multipart/", "message/")):
        raise MalformedMultipart("partie imbriquée refusée / nested multipart or message part refused")
    content_id = headers.get("content-id", "").removeprefix("<").removesuffix(">")
    encoding = headers.get("content-transfer-encoding", "").lower()
    return Part(content_id, content_type, _decoded(raw[start:], encoding))


def _decoded(data: bytes, encoding: str) -> bytes:
    if encoding in _RAW_ENCODINGS:
        return data
    if encoding != "base64":
        raise MalformedMultipart("Content-Transfer-Encoding non géré / not supported (binary, 8bit, base64)")
    try:
        return binascii.a2b_base64(data.translate(None, b"\r\n"), strict_mode=True)
    except binascii.Error:
        raise MalformedMultipart("Base64 invalide / invalid Base64") from None


def _assemble(parts: list[Part], start: str) -> Multipart:
    if not parts:
        raise MalformedMultipart("aucune partie / no part")
    wanted = start.removeprefix("<").removesuffix(">")
    root = next((part for part in parts if part.content_id == wanted), None) if wanted else parts[0]
    if root is None:
        raise MalformedMultipart("start ne désigne aucune partie / start names no part (RFC 2387 §3.2)")
    others: dict[str, Part] = {}
    for part in parts:
        if part is root:
            continue
        if not part.content_id:
            raise MalformedMultipart("partie sans Content-ID / part without Content-ID")
        if part.content_id in others or part.content_id == root.content_id:
            raise MalformedMultipart("deux parties avec un même Content-ID / two parts with one Content-ID")
        others[part.content_id] = part
    return Multipart(root, others)
