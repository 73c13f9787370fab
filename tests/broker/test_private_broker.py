"""The private broker and what is left of it: nothing."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pika
import pytest

from gateway.errors import BrokerUnavailable, ConfigurationError, MissingProgram
from gateway.localbroker import PrivateBroker, private, programs, start_private_broker

OWNER = """
import time
from gateway.localbroker import start_private_broker
broker = start_private_broker()
print(broker.folder, flush=True)
try:
    time.sleep(600)
finally:
    broker.stop()
"""


def processes_of(folder: Path) -> list[str]:
    """Every process that was started for a broker: its folder is in their arguments or environment."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            known = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
        except OSError:
            continue
        if os.fsencode(folder) in known:
            found.append(process.name)
    return found


def until(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true in time"
        time.sleep(0.02)


@pytest.fixture(scope="module")
def owners() -> Iterator[list[tuple[subprocess.Popen[str], Path]]]:
    """Three Python processes, each with a private broker that it waits upon."""
    started = [
        subprocess.Popen(
            [sys.executable, "-c", OWNER],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        for _ in range(3)
    ]
    owned = []
    for owner in started:
        assert owner.stdout is not None
        with owner.stdout as output:
            owned.append((owner, Path(output.readline().strip())))
    yield owned
    for owner in started:
        owner.kill()
        owner.wait()


@pytest.mark.parametrize(
    ("place", "number"),
    [(0, signal.SIGTERM), (1, signal.SIGKILL), (2, signal.SIGINT)],
    ids=["kill -TERM", "kill -9", "Ctrl-C"],
)
def test_nothing_is_left_when_the_owner_is_ended_by(
    owners: list[tuple[subprocess.Popen[str], Path]], place: int, number: signal.Signals
) -> None:
    owner, folder = owners[place]
    assert folder.is_dir()
    assert len(processes_of(folder)) >= 3  # Erlang, its port mapper, the watchdog
    if number == signal.SIGINT:
        os.killpg(owner.pid, number)  # a terminal's Ctrl-C goes to the whole foreground group
    else:
        owner.send_signal(number)
    owner.wait(60)
    until(lambda: not processes_of(folder) and not folder.exists())


def test_nothing_is_left_after_stop_and_its_files_are_its_own(tmp_path: Path) -> None:
    before = {path: path.stat().st_mtime for path in Path("/var/lib/rabbitmq").glob("*")}
    broker = start_private_broker(tmp_path / "broker", "by-name")
    try:
        assert broker.running
        assert f"{broker.node.name}@localhost" in "".join(
            path.name for path in (broker.folder / "data").iterdir()
        )
        with pytest.raises(ConfigurationError, match="in use"):
            _second_on(broker.folder)
        pika.BlockingConnection(pika.URLParameters(broker.url)).close()
        _listens_on_loopback_only(broker)
    finally:
        broker.stop()
    assert not processes_of(broker.folder)
    assert (tmp_path / "broker" / "data").is_dir()  # a folder that was given is kept, with its messages
    assert {path: path.stat().st_mtime for path in Path("/var/lib/rabbitmq").glob("*")} == before
    broker.stop()


def _second_on(folder: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(private, "_LOCK_SECONDS", 0.2)
        start_private_broker(folder)


def _listens_on_loopback_only(broker: PrivateBroker) -> None:
    ports = (broker.node.amqp_port, broker.node.distribution_port, broker.node.epmd_port)
    wanted = {f":{port:04X}" for port in ports}
    places = set()
    for table in ("tcp", "tcp6"):
        for line in Path("/proc/net", table).read_text().splitlines()[1:]:
            local, _remote, state = line.split()[1:4]
            if state == "0A" and local[-5:] in wanted:  # 0A: listening
                places.add(local[:-5])
    assert places <= {"0100007F", "00000000000000000000000001000000"}
    assert "0100007F" in places


def test_without_the_program_the_error_names_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(programs, "DEBIAN_SCRIPT", tmp_path / "absent")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingProgram, match="apt-get install rabbitmq-server"):
        start_private_broker()


def test_a_node_that_does_not_come_up_says_what_it_printed_and_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    script = tmp_path / "rabbitmq-server"
    script.write_text("#!/bin/sh\necho no room on this machine\nexit 1\n")
    script.chmod(0o755)
    monkeypatch.setattr(programs, "DEBIAN_SCRIPT", script)
    with pytest.raises(BrokerUnavailable, match="no room on this machine"):
        start_private_broker(tmp_path / "broker")
    assert not processes_of(tmp_path / "broker")
    shutil.rmtree(tmp_path / "broker")


def test_settings_of_the_machines_own_broker_do_not_reach_the_private_one(tmp_path: Path) -> None:
    node = private.Node(tmp_path, "n", 1, 2, 3)
    surroundings = {"RABBITMQ_NODENAME": "rabbit@x", "ERL_FLAGS": "-x", "PATH": "/bin", "HOME": "/root"}
    environment = node.environment(surroundings)
    assert environment["RABBITMQ_NODENAME"] == "n@localhost"
    assert environment["PATH"] == "/bin"
    assert environment["HOME"] == str(tmp_path)
    assert "ERL_FLAGS" not in environment
