"""The database behind the store: SQLite in WAL mode, or PostgreSQL by URL, seen through SQLAlchemy Core.

There is one writer at a time, also among several stores on one database; readers never wait for it. A
commit is on disk when it returns (``synchronous=FULL``), because a Success answer is a promise. The schema is
brought up to date on opening, by the one that holds the pen.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, create_engine, event, func, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from gateway.errors import ConfigurationError

_WRITER = "dmpstore_writer"
_WAL_TRIES, _WAL_PAUSE = 100, 0.05
_PEN = 7_210_553_119
"""The advisory lock of PostgreSQL that says "somebody writes into the store"."""


class Database:
    """Short transactions on one engine. Raises ConfigurationError when the database cannot be opened."""

    def __init__(self, url: str, busy_seconds: float = 30.0) -> None:
        self._engine = _open(url, busy_seconds)
        self._reader = self._engine
        if self._engine.dialect.name == "postgresql":
            self._reader = self._engine.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        self._writer = self._engine.execution_options(**{_WRITER: True})
        self._turn = threading.Lock()
        try:
            with self.writing() as connection:
                _migrate(connection)
        except (SQLAlchemyError, CommandError) as error:
            self._engine.dispose()
            raise ConfigurationError([f"the store's database cannot be opened: {_cause(error)}"]) from None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one consistent state."""
        with self._reader.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction with the only pen: committed on leaving, rolled back whole on any exception."""
        with self._turn, self._writer.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(select(func.pg_advisory_xact_lock(_PEN)))
            yield connection

    def close(self) -> None:
        self._engine.dispose()


def _migrate(connection: Connection) -> None:
    """The newest schema; nothing to do when it is there already."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _open(url: str, busy_seconds: float) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.get_backend_name() != "sqlite":
            return create_engine(parsed, hide_parameters=True, pool_pre_ping=True)
        return _open_sqlite(parsed, busy_seconds)
    except (ArgumentError, NoSuchModuleError, ImportError, OSError) as error:
        raise ConfigurationError([f"the store's database URL cannot be used: {_cause(error)}"]) from None


def _open_sqlite(url: URL, busy_seconds: float) -> Engine:
    if not url.database or url.database == ":memory:":
        raise ConfigurationError(["the store's SQLite database needs a file: sqlite:///path/to/file"])
    Path(url.database).resolve().parent.mkdir(parents=True, exist_ok=True)
    # hide_parameters: an exception text must not carry what a document says of its patient.
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": busy_seconds})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # BEGIN is ours, see below
        _use_wal(connection)
        for pragma in ("synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A writer takes the write lock at once: a transaction that reads first cannot be refused later.
        immediate = connection.get_execution_options().get(_WRITER, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


def _cause(error: Exception) -> str:
    """The driver's own words on opening; no data has been read or written at that point."""
    cause = getattr(error, "orig", None) or error
    return (str(cause).splitlines() or [type(cause).__name__])[0]


def _use_wal(connection: Any) -> None:
    """Switch to WAL. SQLite's busy timeout does not hold for the switch itself, which stores that start
    together all try; the mode stays in the file, so the wait is over when one has succeeded."""
    for _ in range(_WAL_TRIES):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            time.sleep(_WAL_PAUSE)
        else:
            return
    connection.execute("PRAGMA journal_mode=WAL")
