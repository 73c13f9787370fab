"""Evidence for homologation: each exchange with the DMP as a pair of redacted files.

::

    20261102T091600.123456Z-4711-0001-iti41-request.xml
    20261102T091600.123456Z-4711-0001-iti41-response.xml

Time in UTC, process id, number of the exchange. Each file is XML: a comment with the HTTP facts and the
parts (media type, size, SHA-256: never their bytes), then the redacted envelope. What cannot be read as SOAP
is only measured.
"""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import logging
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from gateway.errors import ConfigurationError, MalformedMultipart, MalformedSoap
from gateway.xds import names, wire
from gateway.xds.mtom import Part
from gateway.xds.redaction import Redactor

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_log = logging.getLogger("gateway.xds.evidence")
_TRANSACTIONS = {
    names.ACTION_ITI41: "iti41",
    names.ACTION_ITI18: "iti18",
    names.ACTION_ITI43: "iti43",
    names.ACTION_ITI57: "iti57",
}
_USER = re.compile(r"(?<=://)[^/@\s]*@")


@dataclass(frozen=True, slots=True)
class Side:
    """One message of an exchange: ``head`` is its HTTP line, ``body`` None when there was no answer."""

    head: str
    content_type: str = ""
    body: bytes | None = field(default=None, repr=False)


class Evidence:
    """Writes the pairs into one folder, made when absent, for its owner's eyes only."""

    def __init__(self, folder: Path) -> None:
        """Raises ConfigurationError when the folder cannot be written."""
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigurationError([f"evidence: {folder} cannot be made ({error.strerror})"]) from None
        if not os.access(folder, os.W_OK | os.X_OK):
            raise ConfigurationError([f"evidence: {folder} cannot be written"])
        self._folder = folder
        self._numbers = itertools.count(1)

    async def keep(self, request: Side, answer: Side) -> None:
        """Write one pair. A failure is logged, never raised: the exchange has happened."""
        moment, number = datetime.now(UTC), next(self._numbers)
        try:
            await asyncio.to_thread(self._write, moment, number, request, answer)
        except OSError as error:
            _log.error("evidence not kept: %s", error.strerror)

    def _write(self, moment: datetime, number: int, request: Side, answer: Side) -> None:
        redactor = Redactor()
        sides = [_Shown(each, redactor) for each in (request, answer)]
        stem = f"{moment:%Y%m%dT%H%M%S.%fZ}-{os.getpid()}-{number:04d}-{sides[0].transaction}"
        for shown, word in zip(sides, ("request", "response"), strict=True):
            path = self._folder / f"{stem}-{word}.xml"
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(shown.text(redactor))


class _Shown:
    """One message, redacted in two steps: first both sides are read, then each is swept of what both told."""

    def __init__(self, side: Side, redactor: Redactor) -> None:
        self._side = side
        self._root: Element | None = None
        self._parts: tuple[Part, ...] = ()
        self.transaction = "exchange"
        if side.body is None:
            return
        try:
            read = wire.read(side.content_type or "application/soap+xml", side.body)
        except (MalformedMultipart, MalformedSoap):
            return
        self.transaction = _TRANSACTIONS.get(read.envelope.action, self.transaction)
        self._parts = tuple(read.multipart.parts.values()) if read.multipart is not None else ()
        root = read.envelope.body_element.getroottree().getroot()
        self._root = redactor.envelope(root)

    def text(self, redactor: Redactor) -> bytes:
        if self._root is None:
            return redactor.swept(self._measured()).encode()
        declaration, _, rest = redactor.finished(self._root).partition(b"\n")
        return b"\n".join((declaration, redactor.swept(self._comment()).encode(), rest, b""))

    def _comment(self) -> str:
        lines = [_USER.sub("", self._side.head), f"Content-Type: {self._side.content_type}"]
        lines += (
            f"part {part.content_id}: {part.content_type}, {_measure(part.data)}" for part in self._parts
        )
        return _comment(lines)

    def _measured(self) -> str:
        body, head = self._side.body, quoteattr(_USER.sub("", self._side.head))
        if body is None:
            return f"<no-answer reason={head}/>\n"
        kind = quoteattr(self._side.content_type)
        return f"<not-soap http={head} content-type={kind} content={quoteattr(_measure(body))}/>\n"


def _measure(data: bytes) -> str:
    return f"{len(data)} bytes, sha256 {hashlib.sha256(data).hexdigest()}"


def _comment(lines: Iterable[str]) -> str:
    text = "\n     ".join(lines)
    while "--" in text:
        text = text.replace("--", "- -")
    return f"<!-- {text} -->"
