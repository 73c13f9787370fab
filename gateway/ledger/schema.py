"""Tables of the ledger, and how its database is opened and migrated."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.engine import make_url

metadata = sa.MetaData()

_MIGRATION_LOCK = 7_210_553_118
"""The advisory lock of PostgreSQL that says "somebody migrates the ledger"."""

messages = sa.Table(
    "messages",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("key", sa.String(64), nullable=False, unique=True),
    sa.Column("message_id", sa.String(255), nullable=False),
    sa.Column("control_id", sa.String(199), nullable=False, default=""),
    sa.Column("facility", sa.String(64), nullable=False),
    sa.Column("routing_key", sa.String(255), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False, default=""),
    sa.Column("message_type", sa.String(32), nullable=False, default=""),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("content_hash", sa.String(64), nullable=False),
    sa.Column("stage", sa.String(16), nullable=False),
    sa.Column("outcome", sa.String(16), nullable=False, default=""),
    sa.Column("reason", sa.String(64), nullable=False, default=""),
    sa.Column("detail", sa.Text, nullable=False, default=""),
    sa.Column("findings", sa.JSON, nullable=False, default=list),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
    sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("settled_at", sa.DateTime(timezone=True)),
    sa.Column("sender_key", sa.String(64), nullable=False, default="", server_default=""),
)

documents = sa.Table(
    "documents",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("message_key", sa.String(64), sa.ForeignKey("messages.key"), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("unique_id", sa.String(128), nullable=False),
    sa.Column("submission_set_id", sa.String(64), nullable=False),
    sa.Column("action", sa.String(16), nullable=False),
    sa.Column("type_code", sa.String(64), nullable=False),
    sa.Column("class_code", sa.String(64), nullable=False),
    sa.Column("format_code", sa.String(128), nullable=False),
    sa.Column("rubrique", sa.String(32), nullable=False),
    sa.Column("sha1", sa.String(40), nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("patient_hash", sa.String(64), nullable=False, default="", server_default=""),
    sa.Column("structure_id", sa.String(128), nullable=False, default="", server_default=""),
    sa.Column("author_structures", sa.String(255), nullable=False, default="", server_default=""),
    sa.Column("level", sa.Integer, nullable=False, default=0, server_default="0"),
    sa.UniqueConstraint("message_key", "position"),
)

for _column in ("control_id", "facility", "outcome", "first_seen"):
    sa.Index(f"ix_messages_{_column}", messages.c[_column])
sa.Index("ix_messages_sender_key", messages.c.sender_key, messages.c.content_hash)
sa.Index("ix_documents_unique_id", documents.c.unique_id)

replacements = sa.Table(
    "replacements",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("message_key", sa.String(64), sa.ForeignKey("messages.key"), nullable=False),
    sa.Column("predecessor", sa.String(128), nullable=False),
    sa.Column("successor", sa.String(128), nullable=False),
    sa.UniqueConstraint("message_key", "predecessor", "successor"),
)
sa.Index("ix_replacements_predecessor", replacements.c.predecessor)

consents = sa.Table(
    "consents",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("message_key", sa.String(64), sa.ForeignKey("messages.key"), nullable=False),
    sa.Column("patient_hash", sa.String(64), nullable=False),
    sa.Column("feeding", sa.String(3), nullable=False),
    sa.Column("collected_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("consultation", sa.String(3), nullable=False),
    sa.Column("consultation_at", sa.DateTime(timezone=True)),
    sa.Column("visit_hash", sa.String(64), nullable=False),
    sa.Column("movement_hash", sa.String(64), nullable=False),
    sa.Column("movement_action", sa.String(8), nullable=False),
    sa.Column("dmp_status", sa.String(16), nullable=False),
    sa.Column("dmp_status_at", sa.DateTime(timezone=True)),
    sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    sa.UniqueConstraint("message_key", "patient_hash"),
)
sa.Index("ix_consents_patient_hash", consents.c.patient_hash)

facts = sa.Table(
    "ledger_facts",
    metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("value", sa.String(255), nullable=False),
)


def open_database(url: str) -> sa.Engine:
    """An engine on an up-to-date database. SQLite is opened in WAL mode; its folder is made when absent."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(url, pool_pre_ping=True)
    if parsed.get_backend_name() == "sqlite":
        sa.event.listen(engine, "connect", _tune_sqlite())
    migrate(engine)
    return engine


def migrate(engine: sa.Engine) -> None:
    """Bring the database to the newest schema; does nothing when it is there already."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with _alone(engine), engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


@contextmanager
def _alone(engine: sa.Engine) -> Iterator[None]:
    """Several workers start at once; only one may migrate, the others wait and find it done."""
    if engine.dialect.name == "sqlite" and engine.url.database:
        with Path(f"{engine.url.database}.migrating").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
    elif engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            connection.execute(sa.select(sa.func.pg_advisory_lock(_MIGRATION_LOCK)))
            yield
            connection.execute(sa.select(sa.func.pg_advisory_unlock(_MIGRATION_LOCK)))
    else:
        yield


def _tune_sqlite() -> Callable[[Any, Any], None]:
    def tune(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        # FULL keeps an answered commit through a power cut; NORMAL could lose the last ones in WAL mode.
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA busy_timeout=10000")
        cursor.close()

    return tune
