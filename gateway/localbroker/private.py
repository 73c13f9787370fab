"""Debian's RabbitMQ as a child of this process: own name, ports and folder, loopback only."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from gateway.errors import BrokerUnavailable, ConfigurationError
from gateway.localbroker.guard import Guard, end
from gateway.localbroker.loopback import free_ports, listens, speaks_amqp
from gateway.localbroker.node import Node
from gateway.localbroker.programs import port_mapper, server_script

_START_SECONDS = 120.0
_STOP_SECONDS = 30.0
_LOCK_SECONDS = 30.0
_PAUSE = 0.05


def start_private_broker(folder: Path | None = None, name: str | None = None) -> PrivateBroker:
    """A running broker, ready for AMQP connections (about five seconds; blocks, so use a thread in a loop).

    Without ``folder`` its data lives in a temporary folder that is deleted with it; with one, the data stays
    there for the next start with the same ``name``. Raises MissingProgram, BrokerUnavailable (it did not
    come up; the text quotes what it printed) or ConfigurationError (the folder is in use).
    """
    broker = PrivateBroker(folder, name)
    broker.start()
    return broker


class PrivateBroker:
    """One node and its port mapper. Also a context manager; leaves nothing behind, however we end."""

    def __init__(self, folder: Path | None = None, name: str | None = None) -> None:
        self._script, self._port_mapper = server_script(), port_mapper()
        self._given_folder, self._given_name = folder, name
        self._node: Node | None = None
        self._lock = -1
        self._guard: Guard | None = None
        self._epmd: subprocess.Popen[bytes] | None = None
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def node(self) -> Node:
        """Name, folder and ports; known once ``start`` was called."""
        if self._node is None:
            raise BrokerUnavailable("the private RabbitMQ node is not started")
        return self._node

    @property
    def url(self) -> str:
        """``amqp://...`` for any client on this machine; the same after ``restart``."""
        return self.node.url

    @property
    def folder(self) -> Path:
        return self.node.folder

    @property
    def running(self) -> bool:
        return self._server is not None and self._server.poll() is None

    def start(self) -> None:
        """Start, or start again after ``kill``; returns when an AMQP handshake succeeds."""
        if self.running:
            return
        try:
            guard = self._guard or self._prepare()
            self._start_programs(guard)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Close the node properly (SIGTERM, at worst SIGKILL); give up ports, lock and temporary folder."""
        for process in (self._server, self._epmd):
            if process is not None:
                end(process, _STOP_SECONDS)
        if self._given_folder is None and self._node is not None:
            shutil.rmtree(self._node.folder, ignore_errors=True)
        if self._guard is not None:
            self._guard.dismiss()
        if self._lock >= 0:
            os.close(self._lock)
        self._lock, self._guard, self._server, self._epmd = -1, None, None, None

    def kill(self) -> None:
        """The node dies as in a power cut (SIGKILL); its files stay. ``start`` brings it back."""
        if self._server is not None:
            self._server.kill()
            self._server.wait()

    def restart(self) -> None:
        """Stop the node properly if it runs, and start it on the same files and ports."""
        if self._server is not None:
            end(self._server, _STOP_SECONDS)
        self.start()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _prepare(self) -> Guard:
        temporary = self._given_folder is None
        folder = self._given_folder or Path(tempfile.mkdtemp(prefix="dmp-gateway-broker-"))
        name = self._given_name or (f"dmp-gateway-{secrets.token_hex(4)}" if temporary else "dmp-gateway")
        folder.mkdir(parents=True, exist_ok=True)
        self._node = Node(folder.resolve(), name, *free_ports(3))
        self._lock = _lock(folder)
        self._node.write_files()
        self._guard = Guard(self._node.folder if temporary else None, self._lock)
        return self._guard

    def _start_programs(self, guard: Guard) -> None:
        environment, deadline = self.node.environment(), time.monotonic() + _START_SECONDS
        with self.node.output.open("ab") as output:
            if self._epmd is None or self._epmd.poll() is not None:
                self._epmd = guard.start([str(self._port_mapper)], self.folder, environment, output)
            while not listens(self.node.epmd_port):
                self._check(self._epmd, deadline)
            self._server = guard.start([str(self._script)], self.folder, environment, output)
        while not speaks_amqp(self.node.amqp_port):
            self._check(self._server, deadline)

    def _check(self, process: subprocess.Popen[bytes], deadline: float) -> None:
        if process.poll() is not None or time.monotonic() > deadline:
            printed = self.node.output.read_text(encoding="utf-8", errors="replace")[-2000:].strip()
            raise BrokerUnavailable(f"the private RabbitMQ node did not start; it printed: {printed}")
        time.sleep(_PAUSE)


def _lock(folder: Path) -> int:
    """An exclusive lock on the folder. The watchdog shares it, so a dying node still counts as present."""
    descriptor = os.open(folder / "lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    deadline = time.monotonic() + _LOCK_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                os.close(descriptor)
                problem = f"{folder} is in use by another private broker; stop it or name another folder"
                raise ConfigurationError([problem]) from None
            time.sleep(_PAUSE)
        else:
            return descriptor
