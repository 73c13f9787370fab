"""Bring a pack's files into a folder of ours, from a folder or a zip; sizes and paths are bounded."""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from gateway.errors import ConfigurationError

KEPT = frozenset({".sch", ".xml", ".xsd"})
MOST_FILES = 20_000
MOST_BYTES = 300 * 1024 * 1024
MOST_OF_A_FILE = 50 * 1024 * 1024
_CHUNK = 1 << 20


def bring(source: Path, target: Path) -> str:
    """Copy what a pack is made of (.sch, .xml, .xsd) to ``target``; returns the SHA-256 of names and bytes.

    Raises ConfigurationError: not a folder nor a zip, a path that leaves the pack, too many files or bytes.
    """
    intake = _Intake(target)
    if source.is_dir():
        for path in sorted(source.rglob("*")):
            if path.suffix.lower() in KEPT and path.is_file() and not path.is_symlink():
                with path.open("rb") as stream:
                    intake.take(path.relative_to(source).as_posix(), iter(lambda: stream.read(_CHUNK), b""))
    elif source.is_file() and zipfile.is_zipfile(source):
        _unzip(source, intake)
    else:
        raise ConfigurationError([f"{source}: give the folder of a pack, or a zip of it"])
    if not intake.count:
        raise ConfigurationError([f"{source}: holds no schematron, XML schema or value set"])
    return intake.digest.hexdigest()


def _unzip(source: Path, intake: _Intake) -> None:
    try:
        with zipfile.ZipFile(source) as archive:
            for entry in sorted(archive.infolist(), key=lambda one: one.filename):
                name = PurePosixPath(entry.filename.replace("\\", "/"))
                _stay_inside(name, source)
                if entry.is_dir() or name.suffix.lower() not in KEPT:
                    continue
                with archive.open(entry) as stream:
                    intake.take(str(name), iter(lambda: stream.read(_CHUNK), b""))
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError) as error:
        raise ConfigurationError([f"{source}: cannot be unpacked ({type(error).__name__})"]) from None


def _stay_inside(name: PurePosixPath, source: Path) -> None:
    first = name.parts[0] if name.parts else ""
    if name.is_absolute() or ".." in name.parts or first.endswith(":"):
        raise ConfigurationError([f"{source}: an entry of the zip leaves its folder; the pack is refused"])


class _Intake:
    """Counts real bytes as they come: what a zip says of its sizes is not believed."""

    def __init__(self, target: Path) -> None:
        self._target, self._total, self.count = target, 0, 0
        self.digest = hashlib.sha256()

    def take(self, name: str, chunks: Iterator[bytes]) -> None:
        self.count += 1
        if self.count > MOST_FILES:
            raise ConfigurationError([f"a pack has at most {MOST_FILES} files"])
        path = self._target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        self.digest.update(name.encode() + b"\0")
        size = 0
        with path.open("wb") as file:
            for chunk in chunks:
                size += len(chunk)
                self._total += len(chunk)
                if size > MOST_OF_A_FILE or self._total > MOST_BYTES:
                    limits = f"{MOST_OF_A_FILE >> 20} MB a file and {MOST_BYTES >> 20} MB in all"
                    raise ConfigurationError([f"{name}: too large; a pack has at most {limits}"])
                self.digest.update(chunk)
                file.write(chunk)


def discard(folder: Path) -> None:
    """Remove a folder of ours, whatever is left of it."""
    shutil.rmtree(folder, ignore_errors=True)
