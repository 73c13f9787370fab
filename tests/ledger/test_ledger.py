"""The ledger remembers each message once, whatever happens to its deliveries."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from gateway.ledger import LedgerReader, PatientHasher, SqlLedger, open_database
from gateway.ledger.schema import metadata
from gateway.ledger.writer import GroupWriter, LedgerUnavailable
from gateway.model import (
    Ack,
    DeadLetter,
    Envelope,
    Finding,
    Kind,
    Location,
    Reading,
    Receipt,
    Retry,
    Severity,
    Stage,
    Verdict,
)
from tests.postgres import PostgresNode

PATIENTS = PatientHasher(b"0123456789abcdef0123456789abcdef")
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class SteppingClock:
    def __init__(self) -> None:
        self.moment = START

    def now(self) -> datetime:
        self.moment += timedelta(seconds=1)
        return self.moment


def envelope(body: bytes = b"MSH|", message_id: str = "m-1", attempt: int = 1) -> Envelope:
    return Envelope(
        body=body,
        message_id=message_id,
        queue="intake.lab",
        routing_key="lab.labo-exemple",
        received_at=START,
        first_seen=START + timedelta(minutes=attempt),
        attempt=attempt,
    )


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    if request.param == "sqlite":
        engine = open_database(f"sqlite:///{tmp_path}/deep/er/ledger.sqlite3")
    else:
        node: PostgresNode = request.getfixturevalue("postgres")
        engine = open_database(node.database())
    yield engine
    engine.dispose()


@pytest.fixture
def ledger(engine: sa.Engine) -> Iterator[SqlLedger]:
    ledger = SqlLedger(engine, SteppingClock(), PATIENTS)
    yield ledger
    ledger.close()


async def test_a_redelivery_is_the_same_row_and_keeps_the_first_moment(
    ledger: SqlLedger, engine: sa.Engine
) -> None:
    first = await ledger.received(envelope())
    again = await ledger.received(envelope(attempt=2))
    assert first == again == START + timedelta(minutes=1)
    rows = LedgerReader(engine).messages()
    assert [(row["message_id"], row["attempts"]) for row in rows] == [("m-1", 2)]


async def test_the_same_id_with_other_content_is_another_message(
    ledger: SqlLedger, engine: sa.Engine
) -> None:
    await ledger.received(envelope(b"one"))
    await ledger.received(envelope(b"two"))
    assert len(LedgerReader(engine).messages()) == 2


async def test_a_refusal_keeps_its_reason_stage_and_findings(ledger: SqlLedger, engine: sa.Engine) -> None:
    finding = Finding("R.MSH.10", Severity.ERROR, Location("MSH", field=12, component=1), "fr", "en", "203")
    await ledger.received(envelope())
    await ledger.read(envelope(), Reading(Kind.LAB), Verdict((finding,)))
    await ledger.settled(envelope(), DeadLetter("R.MSH.10", Stage.VALIDATED, (finding,)), None)
    row = LedgerReader(engine).messages(outcome="refused")[0]
    assert (row["reason"], row["stage"], row["kind"]) == ("R.MSH.10", "validated", "lab")
    assert [(item["rule"], item["location"], item["hl7_code"]) for item in row["findings"]] == [
        ("R.MSH.10", "MSH-12.1", "203")
    ]
    assert row["settled_at"] is not None


async def test_a_waiting_message_is_not_settled_and_a_later_success_is(
    ledger: SqlLedger, engine: sa.Engine
) -> None:
    await ledger.received(envelope())
    await ledger.settled(envelope(), Retry("http-503"), None)
    waiting = LedgerReader(engine).messages()[0]
    assert (waiting["outcome"], waiting["reason"], waiting["settled_at"]) == ("waiting", "http-503", None)
    await ledger.received(envelope(attempt=2))
    await ledger.settled(envelope(attempt=2), Ack((Receipt("Success"),)), None)
    done = LedgerReader(engine).messages()[0]
    assert (done["outcome"], done["reason"], done["stage"]) == ("submitted", "", "settled")
    assert LedgerReader(engine).counts() == {"submitted": 1}


async def test_hundreds_of_writes_at_once_are_all_there(ledger: SqlLedger, engine: sa.Engine) -> None:
    await asyncio.gather(*(ledger.received(envelope(message_id=f"m-{n}")) for n in range(600)))
    assert sum(LedgerReader(engine).counts().values()) == 600


def test_one_bad_write_does_not_take_its_neighbours_along(engine: sa.Engine) -> None:
    writer = GroupWriter(engine)
    insert = sa.text("INSERT INTO nowhere VALUES (:secret)").bindparams(secret="PAT-EXEMPLE")
    good = [writer.submit(lambda connection: connection.scalar(sa.text("SELECT 1"))) for _ in range(3)]
    bad = writer.submit(lambda connection: connection.execute(insert))
    more = writer.submit(lambda connection: connection.scalar(sa.text("SELECT 2")))
    assert [future.result(10) for future in good] == [1, 1, 1]
    assert more.result(10) == 2
    with pytest.raises(LedgerUnavailable) as caught:
        bad.result(10)
    assert "PAT-EXEMPLE" not in str(caught.value)
    writer.close()


def test_the_migrations_make_exactly_the_tables_that_the_code_uses(engine: sa.Engine) -> None:
    found = sa.inspect(engine)
    assert set(metadata.tables) <= set(found.get_table_names())
    for table in metadata.tables.values():
        assert {column["name"] for column in found.get_columns(table.name)} == set(table.c.keys())
        assert {index["name"] for index in found.get_indexes(table.name)} >= {
            str(index.name) for index in table.indexes
        }


def test_a_message_is_found_by_ledger_id_message_id_or_control_id(engine: sa.Engine) -> None:
    ledger = SqlLedger(engine, SteppingClock(), PATIENTS)
    asyncio.run(ledger.received(envelope()))
    reader = LedgerReader(engine)
    for wanted in ("1", "m-1"):
        found = reader.message(wanted)
        assert found is not None
        assert found["message_id"] == "m-1"
    assert reader.message("m-2") is None
    ledger.close()
