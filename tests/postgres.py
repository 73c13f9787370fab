"""A private PostgreSQL node for the tests: a folder of its own, a socket in it, no port, gone at the end."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

_SECONDS = 60.0


class PostgresNode:
    """A running node. ``database()`` makes an empty database and gives its SQLAlchemy URL."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://tester@/{database}?host={self._folder}"

    def database(self) -> str:
        name = f"t{uuid.uuid4().hex}"
        self._administer(f'CREATE DATABASE "{name}"')
        return self.url(name)

    def alive(self) -> bool:
        try:
            self._administer("SELECT 1")
        except sa.exc.OperationalError:
            return False
        return True

    def _administer(self, statement: str) -> None:
        engine = sa.create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        try:
            with engine.connect() as connection:
                connection.execute(sa.text(statement))
        finally:
            engine.dispose()


def find_binaries() -> Path | None:
    """The folder of ``initdb`` and ``postgres``: the newest version installed, or None."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    versions = [each for each in Path("/usr/lib/postgresql").glob("*/bin") if (each / "initdb").exists()]
    return max(versions, key=lambda each: float(each.parent.name), default=None)


@contextmanager
def start_postgres(*, durable: bool = False) -> Iterator[PostgresNode]:
    """A node that stops with the block. ``durable`` waits for the disk at each commit, as in production."""
    binaries = find_binaries()
    if binaries is None:
        raise FileNotFoundError("PostgreSQL is not installed (apt-get install postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    identity = _identity(folder)
    data = folder / "data"
    settings = ["listen_addresses=", f"unix_socket_directories={folder}", "dynamic_shared_memory_type=mmap"]
    if not durable:
        settings += ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
    try:
        _initialise(binaries, data, identity)
        with (folder / "log").open("wb") as log:
            options = [part for setting in settings for part in ("-c", setting)]
            process = subprocess.Popen(
                [binaries / "postgres", "-D", data, *options], cwd=folder, stdout=log, stderr=log, **identity
            )
        try:
            yield _ready(PostgresNode(folder), process, folder / "log")
        finally:
            process.send_signal(signal.SIGINT)  # fast shutdown: open sessions are ended
            process.wait(_SECONDS)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresNode]:
    """One node for the whole session."""
    if find_binaries() is None:
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
    with start_postgres() as node:
        yield node


def _identity(folder: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root: its own account does it then, or ``nobody``."""
    if os.geteuid() != 0:
        return {}
    accounts = {each.pw_name: each for each in pwd.getpwall()}
    account = accounts.get("postgres") or accounts["nobody"]
    os.chown(folder, account.pw_uid, account.pw_gid)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _initialise(binaries: Path, data: Path, identity: dict[str, Any]) -> None:
    arguments = ["-D", data, "-U", "tester", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    done = subprocess.run(
        [binaries / "initdb", *arguments], cwd=data.parent, capture_output=True, timeout=_SECONDS, **identity
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")


def _ready(node: PostgresNode, process: subprocess.Popen[bytes], log: Path) -> PostgresNode:
    end = time.monotonic() + _SECONDS
    while not node.alive():
        stopped = process.poll() is not None
        assert not stopped, log.read_text(errors="replace")
        assert time.monotonic() < end, "PostgreSQL does not answer"
        time.sleep(0.05)
    return node
