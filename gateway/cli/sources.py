"""Where ``check`` takes messages from: files, folders, standard input, captures and batches."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from gateway.errors import ConfigurationError
from gateway.parsers import messages

STDIN = Path("-")
# A capture or a batch is many messages: as a whole it may be this many times the size of one.
CAPTURE_FACTOR = 16
_SEVERAL = (b"\x0b", b"FHS", b"BHS", b"MSH", b"\xef\xbb\xbfMSH")

# Files that sit beside messages in a folder and are none.
NOT_MESSAGES = frozenset(
    f".{suffix}"
    for suffix in (
        *("csv", "md", "json", "html", "css", "js", "pdf", "png", "jpg", "py", "sh", "toml", "yaml", "yml"),
        *("zip", "log", "sch", "xsd", "xsl"),
    )
)


@dataclass(frozen=True, slots=True)
class Piece:
    """One message: ``path`` as it is shown (``capture.mllp#2``), ``file`` the name of its file."""

    path: str
    file: str
    body: bytes = field(repr=False)


def walk(paths: list[Path]) -> list[Path]:
    """The files to read, in order. Raises ConfigurationError for a path that is nowhere."""
    found: list[Path] = []
    for path in paths:
        if path == STDIN:
            found.append(path)
        elif path.is_dir():
            found += (
                item for item in sorted(path.rglob("*")) if item.is_file() and _looks_like_a_message(item)
            )
        elif path.exists():
            found.append(path)
        else:
            raise ConfigurationError([f"{path}: no such file or folder"])
    return found


def pieces(path: Path, limit: int) -> Iterator[Piece]:
    """Each message of a file; ``limit`` is the largest message, in bytes. Raises ConfigurationError."""
    body = _bounded(path, limit)
    parts = _cut(body)
    for number, part in enumerate(parts, start=1):
        yield Piece(f"{path}#{number}" if len(parts) > 1 else str(path), path.name, part)


def _cut(body: bytes) -> list[bytes]:
    """A document is never cut; of a capture or a batch, what is only blank is no message."""
    if not body.lstrip().startswith(_SEVERAL):
        return [body]
    parts = [part for part in messages(body) if part.strip(b"\r\n\x1c\x0b \t")]
    return parts or [body]


def _bounded(path: Path, limit: int) -> bytes:
    """At most one byte over the limit: enough to be judged too large. More for several messages."""
    try:
        if path == STDIN:
            return sys.stdin.buffer.read(limit * CAPTURE_FACTOR + 1)
        with path.open("rb") as file:
            body = file.read(limit + 1)
            if len(body) > limit and body.lstrip().startswith(_SEVERAL):
                body += file.read(limit * (CAPTURE_FACTOR - 1))
            return body
    except OSError as error:
        raise ConfigurationError([f"{path}: {error.strerror}"]) from None


def _looks_like_a_message(path: Path) -> bool:
    return not path.name.startswith(".") and path.suffix.lower() not in NOT_MESSAGES
