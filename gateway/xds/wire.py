"""From HTTP bodies to SOAP envelopes and back: MTOM packages or plain XML, as the other side chose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from gateway.errors import MalformedMultipart
from gateway.xds import mtom
from gateway.xds.headers import media_type
from gateway.xds.mtom import Multipart, Part
from gateway.xds.soap import SoapEnvelope, read_envelope

_XML_TYPES = frozenset({"application/soap+xml", "text/xml", "application/xml", "application/xop+xml"})


@dataclass(frozen=True, slots=True)
class HttpMessage:
    """What to POST or to answer: the Content-Type header, the body in chunks, its length in bytes."""

    content_type: str
    chunks: Sequence[bytes] = field(repr=False)
    length: int

    @property
    def body(self) -> bytes:
        """The whole body in one piece (a copy)."""
        return b"".join(self.chunks)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message as read; ``multipart`` is None when it came as plain XML."""

    envelope: SoapEnvelope
    multipart: Multipart | None


def plain(envelope: bytes, action: str) -> HttpMessage:
    """An envelope as ``application/soap+xml`` (ITI-18, ITI-57 and their answers)."""
    content_type = f'application/soap+xml; charset=UTF-8; action="{action}"'
    return HttpMessage(content_type, (envelope,), len(envelope))


def package(envelope: bytes, parts: Sequence[Part], action: str, seed: str) -> HttpMessage:
    """An envelope with its XOP parts (ITI-41, ITI-43 and their answers)."""
    content_type, chunks = mtom.write(envelope, parts, action, seed)
    return HttpMessage(content_type, chunks, sum(len(chunk) for chunk in chunks))


def read(content_type: str, body: bytes, max_parts: int = mtom.MAX_PARTS) -> Incoming:
    """Read either form. Raises MalformedMultipart or MalformedSoap."""
    kind, _ = media_type(content_type)
    if kind == "multipart/related":
        multipart = mtom.read(content_type, body, max_parts)
        root_kind, _ = media_type(multipart.root.content_type or "application/xop+xml")
        _check(root_kind)
        return Incoming(read_envelope(multipart.root.data), multipart)
    _check(kind)
    return Incoming(read_envelope(body), None)


def _check(kind: str) -> None:
    if kind not in _XML_TYPES:
        raise MalformedMultipart(
            "type de contenu non géré / media type not supported (application/soap+xml, multipart/related)"
        )
