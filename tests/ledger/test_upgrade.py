"""A ledger made before memory and consents keeps its rows, and what it does not know is not judged."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from gateway.ledger import SqlLedger, open_database
from gateway.ledger import schema as ledger_schema
from gateway.model import Ack
from tests.lifecycle.house import PATIENTS, SteppingClock, trial
from tests.lifecycle.samples import V1, mdm, version

_OLD_MESSAGE = """
INSERT INTO messages (
    key, message_id, control_id, facility, routing_key, kind, message_type, size, content_hash, stage,
    outcome, reason, detail, findings, attempts, first_seen, updated_at
) VALUES (
    'k', 'm', 'IMG-1', 'imagerie-exemple', 'imaging.imagerie-exemple', 'imaging', '', 1, 'h', 'settled',
    'submitted', '', '', '[]', 1, '2026-01-01', '2026-01-01'
)"""
_OLD_DOCUMENT = """
INSERT INTO documents (
    message_key, position, unique_id, submission_set_id, action, type_code, class_code, format_code, rubrique,
    sha1, size
) VALUES ('k', 1, :unique_id, '1.2', 'submit', 't', 'c', 'f', 'imagerie', 'old', 1)"""


def _at_0001(url: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(ledger_schema.__file__).parent / "migrations"))
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(sa.text(_OLD_MESSAGE))
        connection.execute(sa.text(_OLD_DOCUMENT), {"unique_id": V1})
    engine.dispose()


async def test_an_older_ledger_is_brought_forward_and_its_documents_are_known(tmp_path: Path) -> None:
    _at_0001(f"sqlite:///{tmp_path}/ledger.sqlite3")
    async with trial(tmp_path) as gateway:
        assert gateway.reader.messages()[0]["message_id"] == "m"
        settlement = await gateway.send(mdm("T10", version(2), "IMG-2").er7())
        assert isinstance(settlement, Ack)
        assert gateway.findings == (), "patient, structure and levels of the old row are not known"


def test_the_last_migration_can_be_taken_back(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/ledger.sqlite3"
    engine = open_database(url)
    config = Config()
    config.set_main_option("script_location", str(Path(ledger_schema.__file__).parent / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")
    assert "consents" not in sa.inspect(engine).get_table_names()
    engine.dispose()
    again = open_database(url)
    SqlLedger(again, SteppingClock(), PATIENTS).close()
