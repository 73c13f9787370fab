"""The schema: made by migrations, the one that the code uses, and an older store is brought forward."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext

from gateway.dmpstore import database as database_module
from gateway.dmpstore.database import Database
from gateway.dmpstore.schema import metadata
from gateway.errors import ConfigurationError

_OLD_ROWS = (
    "INSERT INTO records (id, public_id, authority, ins, fed, fed_at) VALUES (1, 'p', 'a', 'i', 1, 't')",
    "INSERT INTO submission_sets (id, entry_uuid, unique_id, record_id, kind, submission_time, stored_at, "
    "content) VALUES (1, 'urn:uuid:set', '1.2', 1, 'deposit', '2026', '2026', '{}')",
    "INSERT INTO blobs (sha256, size, data) VALUES ('s', 1, '')",
)
_OLD_DOCUMENT = (
    "INSERT INTO documents (id, entry_uuid, logical_id, version, unique_id, status, record_id, set_id, "
    "sha256, sha1, size, mime_type, type_code, class_code, format_code, practice_setting, facility_type, "
    "title, type_display, author_institution, confidentiality, creation_time, service_start_time, "
    "service_stop_time, replaces, revision, entry) VALUES (:id, :uuid, :uuid, 1, '1.2', 'Approved', 1, 1, "
    "'s', 'x', 1, 'm', 't', 'c', 'f', 'p', 'y', 'T', 'D', 'A', '[]', '', '', '', :replaces, 1, '{}')"
)


def migrate(url: str, revision: str) -> None:
    """As the store does it, to any revision and in both directions."""
    config = Config()
    config.set_main_option(
        "script_location", str(Path(database_module.__file__).parent / "migrations").replace("%", "%%")
    )
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        down = revision < (MigrationContext.configure(connection).get_current_revision() or "")
        (command.downgrade if down else command.upgrade)(config, revision)
    engine.dispose()


def test_the_migrations_make_exactly_the_tables_of_the_code(database_url: str) -> None:
    Database(database_url).close()
    engine = sa.create_engine(database_url)
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    engine.dispose()
    assert differences == []


def test_a_store_made_before_migrations_keeps_its_documents_and_gets_its_associations(
    database_url: str,
) -> None:
    migrate(database_url, "0001")
    engine = sa.create_engine(database_url)
    with engine.begin() as connection:
        for statement in _OLD_ROWS:
            connection.execute(sa.text(statement))
        for number, replaces in ((1, None), (2, "urn:uuid:1")):
            values = {"id": number, "uuid": f"urn:uuid:{number}", "replaces": replaces}
            connection.execute(sa.text(_OLD_DOCUMENT), values)
        connection.execute(sa.text("DROP TABLE alembic_version"))

    Database(database_url).close()

    with engine.connect() as connection:
        query = sa.text("SELECT type, source, target FROM associations ORDER BY id")
        found = [(kind.rpartition(":")[2], *ends) for kind, *ends in connection.execute(query)]
    engine.dispose()
    assert found == [
        ("HasMember", "urn:uuid:set", "urn:uuid:1"),
        ("HasMember", "urn:uuid:set", "urn:uuid:2"),
        ("RPLC", "urn:uuid:2", "urn:uuid:1"),
    ]


def test_stores_that_start_together_migrate_once(database_url: str) -> None:
    ready = threading.Barrier(4)

    def start() -> None:
        ready.wait(10)
        Database(database_url).close()

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(start) for _ in range(4)]:
            done.result()


def test_every_migration_can_be_taken_back(database_url: str) -> None:
    Database(database_url).close()

    migrate(database_url, "0001")
    Database(database_url).close()


def test_a_database_of_a_newer_store_is_not_touched(database_url: str) -> None:
    Database(database_url).close()
    engine = sa.create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()

    with pytest.raises(ConfigurationError, match="9999"):
        Database(database_url)
