"""The owner's side of the watchdog: everything started through a guard dies with the owner."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from gateway.localbroker import watchdog

_PROGRAM = str(Path(watchdog.__file__))


class Guard:
    """Starts programs in the process group of a watchdog that holds the other end of a pipe.

    A child keeps its copy of our end until it has joined the group and become the program, so there is no
    moment at which our death would go unnoticed. A terminal's Ctrl-C does not reach the group.
    Children that we fork without exec (multiprocessing's ``fork``) would keep the pipe open: use ``spawn``.
    """

    def __init__(self, remove: Path | None, keep_open: int) -> None:
        """``remove``: delete this folder at the end. ``keep_open``: a descriptor (a lock) held until then."""
        task = ["terminate"] if remove is None else ["remove", str(remove)]
        self._watchdog = subprocess.Popen(  # noqa: S603 - our own interpreter and our own file
            [sys.executable, "-I", "-S", _PROGRAM, *task],
            stdin=subprocess.PIPE,
            cwd="/",
            process_group=0,
            pass_fds=(keep_open,),
        )

    def start(
        self, command: Sequence[str], folder: Path, environment: Mapping[str, str], output: IO[bytes]
    ) -> subprocess.Popen[bytes]:
        """Run a program of the node; its output goes to ``output``."""
        return subprocess.Popen(  # noqa: S603 - the paths found by gateway.localbroker.programs
            list(command),
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            process_group=self._watchdog.pid,
        )

    def dismiss(self) -> None:
        """Everything is stopped: send the watchdog home."""
        pipe = self._watchdog.stdin
        if pipe is not None and not pipe.closed:
            with suppress(BrokenPipeError):
                pipe.write(b"stopped\n")
                pipe.flush()
            pipe.close()
        self._watchdog.wait()


def end(process: subprocess.Popen[bytes], patience: float) -> None:
    """SIGTERM, then SIGKILL after ``patience`` seconds; returns when the process is gone."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
    process.wait()
