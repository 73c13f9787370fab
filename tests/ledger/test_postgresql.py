"""What only a real PostgreSQL shows: strict types, and several processes on one database."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from gateway.ledger import LedgerReader, SqlLedger, open_database
from gateway.ledger.schema import metadata
from gateway.model import Ack, Receipt
from tests.postgres import PostgresNode

from .test_ledger import PATIENTS, SteppingClock, envelope


def test_workers_that_start_together_migrate_once_to_the_tables_of_the_code(postgres: PostgresNode) -> None:
    url = postgres.database()
    ready = threading.Barrier(4)

    def start() -> None:
        ready.wait(10)
        open_database(url).dispose()

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(start) for _ in range(4)]:
            done.result()

    engine = sa.create_engine(url)
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    engine.dispose()
    assert differences == []


async def test_two_workers_on_one_ledger_know_each_other_s_messages(postgres: PostgresNode) -> None:
    engines = [open_database(url) for url in [postgres.database()] * 2]
    first, second = (SqlLedger(engine, SteppingClock(), PATIENTS) for engine in engines)
    seen = await first.received(envelope())

    assert await second.received(envelope(attempt=2)) == seen
    await second.settled(envelope(attempt=2), Ack((Receipt("Success"),)), None)

    (row,) = LedgerReader(engines[0]).messages()
    assert (row["attempts"], row["outcome"]) == (2, "submitted")
    for ledger, engine in zip((first, second), engines, strict=True):
        ledger.close()
        engine.dispose()
