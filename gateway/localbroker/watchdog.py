"""Ends the processes of a private broker when its owner is gone, however it went. A program, not a library.

``python watchdog.py terminate`` or ``python watchdog.py remove FOLDER``, with a pipe as standard input, as
the leader of a process group of its own; the broker's processes join that group. A line on the pipe means
that the owner has stopped everything itself. The end of the pipe without a line means that the owner died,
kill -9 included: the rest of the group is ended (``terminate``: SIGTERM first, so that the data is closed
properly) and ``remove`` deletes the folder.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

_PATIENCE = 20.0
_PAUSE = 0.05


def members(group: int) -> list[int]:
    """The living processes of a process group, without the caller."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        with suppress(OSError):
            # proc(5): "pid (name) state ppid pgrp ..."; the name may hold blanks and parentheses.
            state, _parent, owner = (entry / "stat").read_text().rpartition(")")[2].split()[:3]
            if int(owner) == group and state not in "ZX":
                found.append(int(entry.name))
    return found


def send(group: int, number: signal.Signals) -> None:
    for process in members(group):
        with suppress(ProcessLookupError):
            os.kill(process, number)


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(_PAUSE)
    return True


def main(arguments: list[str]) -> None:
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    if sys.stdin.readline():
        return
    group = os.getpgrp()
    if arguments[0] == "terminate":
        send(group, signal.SIGTERM)
        wait_until(lambda: not members(group), _PATIENCE)
    send(group, signal.SIGKILL)
    wait_until(lambda: not members(group), _PATIENCE)
    for folder in arguments[1:]:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1:])
