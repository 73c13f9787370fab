"""Our side of the Saxon process: started when it is first needed, bounded in time, replaced when it dies."""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from gateway.errors import MissingProgram

LOAD_SECONDS = 120.0
RUN_SECONDS = 30.0
_INSTALL = "pip install 'dmp-gateway[schematron]'"
_KEPT = ("PATH", "PYTHONPATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "VIRTUAL_ENV")


class EngineFailed(Exception):
    """Saxon died, did not answer in time, or could not run a stylesheet; the text has no document data."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """``failed``: (number of the assert, path of ``fn:path()``); ``skipped``: asserts not evaluated."""

    failed: tuple[tuple[int, str], ...]
    skipped: tuple[int, ...]


def require_saxon() -> None:
    """Raises MissingProgram when the extra ``schematron`` is not installed."""
    if find_spec("saxonche") is None:
        raise MissingProgram("saxonche", _INSTALL)


class Engine:
    """One child process, one request at a time; any thread may call."""

    def __init__(self, *, run_seconds: float = RUN_SECONDS, load_seconds: float = LOAD_SECONDS) -> None:
        self._run_seconds, self._load_seconds = run_seconds, load_seconds
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._loaded: set[Path] = set()

    def load(self, stylesheet: Path) -> None:
        """Raises EngineFailed with Saxon's reason."""
        with self._lock:
            self._load(stylesheet)

    def run(self, stylesheet: Path, document: bytes) -> Outcome:
        """Judge one document (UTF-8, no DOCTYPE). Raises EngineFailed."""
        with self._lock:
            self._load(stylesheet)
            answer = self._ask({"op": "run", "path": str(stylesheet)}, document, self._run_seconds)
        if not answer["ok"]:
            raise EngineFailed(f"stopped with {answer['error']}")
        failed = tuple((int(number), str(place)) for number, place in answer["failed"])
        return Outcome(failed, tuple(answer["skipped"]))

    def close(self) -> None:
        with self._lock:
            self._stop()

    def _load(self, stylesheet: Path) -> None:
        self._started()
        if stylesheet in self._loaded:
            return
        answer = self._ask({"op": "load", "path": str(stylesheet)}, None, self._load_seconds)
        if not answer["ok"]:
            raise EngineFailed(str(answer["error"]))
        self._loaded.add(stylesheet)

    def _ask(self, request: dict[str, str], document: bytes | None, seconds: float) -> dict[str, Any]:
        deadline = time.monotonic() + seconds
        child = self._started()
        frames = [json.dumps(request).encode(), *([document] if document is not None else [])]
        try:
            for frame in frames:
                _write(child, len(frame).to_bytes(4, "big") + frame, deadline)
            size = int.from_bytes(_read(child, 4, deadline), "big")
            answer: dict[str, Any] = json.loads(_read(child, size, deadline))
        except TimeoutError:
            self._stop()
            raise EngineFailed(f"no answer within {seconds:g} s") from None
        except (OSError, ValueError):
            self._stop()
            raise EngineFailed("the rule engine died") from None
        return answer

    def _started(self) -> subprocess.Popen[bytes]:
        if self._child is not None and self._child.poll() is None:
            return self._child
        self._stop()
        require_saxon()
        self._child = subprocess.Popen(
            [sys.executable, "-m", "gateway.packs.saxon"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # Saxon explains itself on stderr, and may quote the document there.
            stderr=subprocess.DEVNULL,
            bufsize=0,
            start_new_session=True,
            env={name: os.environ[name] for name in _KEPT if name in os.environ} | _importable(),
        )
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe is not None:
                os.set_blocking(pipe.fileno(), False)
        return self._child

    def _stop(self) -> None:
        child, self._child = self._child, None
        self._loaded.clear()
        if child is None:
            return
        child.kill()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        child.wait()


def _importable() -> dict[str, str]:
    """The child must find this very package, installed or in a checkout."""
    here = str(Path(__file__).resolve().parents[2])
    return {"PYTHONPATH": os.pathsep.join(filter(None, (here, os.environ.get("PYTHONPATH", ""))))}


def _write(child: subprocess.Popen[bytes], payload: bytes, deadline: float) -> None:
    assert child.stdin is not None  # noqa: S101 - opened as a pipe
    place, rest = child.stdin.fileno(), memoryview(payload)
    while rest:
        _wait(place, deadline, writing=True)
        with contextlib.suppress(BlockingIOError):
            rest = rest[os.write(place, rest) :]


def _read(child: subprocess.Popen[bytes], size: int, deadline: float) -> bytes:
    assert child.stdout is not None  # noqa: S101 - opened as a pipe
    place, parts, missing = child.stdout.fileno(), [], size
    while missing:
        _wait(place, deadline, writing=False)
        part = os.read(place, min(missing, 1 << 20))
        if not part:
            raise OSError
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def _wait(place: int, deadline: float, *, writing: bool) -> None:
    poll = select.poll()
    poll.register(place, select.POLLOUT if writing else select.POLLIN)
    remaining = deadline - time.monotonic()
    if remaining <= 0 or not poll.poll(remaining * 1000):
        raise TimeoutError
