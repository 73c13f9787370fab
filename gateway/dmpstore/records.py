"""What the pages show of the records: a list of recently fed ones, and one record by rubrique.

A record is told apart by a random public id and by the start of its INS; no name is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select

from gateway.dmpstore.catalogue import select_documents
from gateway.dmpstore.schema import documents, records
from gateway.dmpstore.search import Filter, institutions, matching
from gateway.dmpstore.statuses import APPROVED, DELETED
from gateway.model import Rubrique

RECORDS_ON_A_PAGE = 24
DOCUMENTS_IN_A_PREVIEW = 10
DOCUMENTS_ON_A_PAGE = 50
_SHOWN = documents.c.status != DELETED


@dataclass(frozen=True, slots=True)
class RecordCard:
    """One record of the list; ``counts`` holds only rubriques with documents in force."""

    key: int
    public_id: str
    masked_ins: str
    authority: str
    fed_at: str
    state: str
    counts: dict[Rubrique, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Overview:
    cards: tuple[RecordCard, ...]
    total: int
    older: int | None


@dataclass(frozen=True, slots=True)
class Section:
    """One rubrique of a record: documents in force, others, and the rows to show, newest first."""

    rubrique: Rubrique
    current: int
    previous: int
    rows: tuple[Row[Any], ...]

    @property
    def size(self) -> int:
        return self.current + self.previous


@dataclass(frozen=True, slots=True)
class Record:
    """``card`` counts the whole record, ``sections`` only what the filter lets through."""

    card: RecordCard
    sections: tuple[Section, ...]
    institutions: tuple[str, ...]

    @property
    def found(self) -> int:
        return sum(section.size for section in self.sections)

    @property
    def shown(self) -> list[str]:
        """The uniqueIds of the documents that the page names."""
        return [row.unique_id for section in self.sections for row in section.rows]


def overview(connection: Connection, before: int | None = None) -> Overview:
    """A page of records, the last fed first; ``older`` is the ``before`` of the next page, if any."""
    query = select(records).order_by(records.c.fed.desc()).limit(RECORDS_ON_A_PAGE + 1)
    if before is not None:
        query = query.where(records.c.fed < before)
    rows = connection.execute(query).all()
    shown = rows[:RECORDS_ON_A_PAGE]
    counts = _counts(connection, [row.id for row in shown])
    total = connection.execute(select(func.count()).select_from(records)).scalar_one()
    cards = tuple(card(row, _in_force(counts.get(row.id, {}))) for row in shown)
    return Overview(cards, total, shown[-1].fed if len(rows) > RECORDS_ON_A_PAGE else None)


def record(
    connection: Connection,
    public_id: str,
    wanted: Filter | None = None,
    rubrique: Rubrique | None = None,
    page: int = 1,
) -> Record | None:
    """One record with all nine rubriques in their order, each with its newest documents.

    With a ``rubrique`` only that one has rows: those of a page, counted from 1.
    """
    row = by_public_id(connection, public_id)
    if row is None:
        return None
    counts = _counts(connection, [row.id]).get(row.id, {})
    start, limit = 0, DOCUMENTS_IN_A_PREVIEW
    if rubrique is not None:
        start, limit = (page - 1) * DOCUMENTS_ON_A_PAGE, DOCUMENTS_ON_A_PAGE
    asked = [each for each in Rubrique if rubrique in (None, each)]
    if wanted:
        found = matching(connection, row.id, wanted)
        chosen = {each: found.keys.get(each, [])[start : start + limit] for each in asked}
        filtered = found.counts
    else:
        chosen = {each: _keys(connection, row.id, each, counts, limit, start) for each in asked}
        filtered = counts
    sections = tuple(_section(connection, each, filtered, chosen.get(each, [])) for each in Rubrique)
    return Record(card(row, _in_force(counts)), sections, tuple(institutions(connection, row.id)))


def by_public_id(connection: Connection, public_id: str) -> Row[Any] | None:
    return connection.execute(select(records).where(records.c.public_id == public_id)).first()


def masked(ins: str) -> str:
    """``2 79 03 •••`` for an INS; nothing readable for anything else."""
    if len(ins) == 15 and ins[:5].isdigit():
        return f"{ins[0]} {ins[1:3]} {ins[3:5]} •••"
    return "•••"


def card(row: Row[Any], counts: dict[Rubrique, int]) -> RecordCard:
    """The card of a row of ``records``."""
    return RecordCard(row.id, row.public_id, masked(row.ins), row.authority, row.fed_at, row.state, counts)


Counts = dict[tuple[Rubrique, str], int]


def _counts(connection: Connection, ids: Sequence[int]) -> dict[int, Counts]:
    query = (
        select(documents.c.record_id, documents.c.rubrique, documents.c.status, func.count())
        .where(documents.c.record_id.in_(ids), documents.c.rubrique.is_not(None), _SHOWN)
        .group_by(documents.c.record_id, documents.c.rubrique, documents.c.status)
    )
    found: dict[int, Counts] = {}
    for record_id, rubrique, status, count in connection.execute(query):
        found.setdefault(record_id, {})[Rubrique(rubrique), status] = count
    return found


def _in_force(counts: Counts) -> dict[Rubrique, int]:
    return {each: counts[each, APPROVED] for each in Rubrique if counts.get((each, APPROVED))}


def _keys(
    connection: Connection, record_id: int, rubrique: Rubrique, counts: Counts, limit: int, start: int
) -> list[int]:
    if not any(name is rubrique for name, _ in counts):
        return []
    query = (
        select(documents.c.id)
        .where(documents.c.record_id == record_id, documents.c.rubrique == str(rubrique), _SHOWN)
        .order_by(documents.c.creation_time.desc(), documents.c.id.desc())
        .limit(limit)
        .offset(start)
    )
    return list(connection.execute(query).scalars())


def _section(connection: Connection, rubrique: Rubrique, counts: Counts, keys: list[int]) -> Section:
    current = counts.get((rubrique, APPROVED), 0)
    previous = sum(count for (name, _), count in counts.items() if name is rubrique) - current
    rows: tuple[Row[Any], ...] = ()
    if keys:
        query = select_documents().where(documents.c.id.in_(keys))
        place = {key: number for number, key in enumerate(keys)}
        rows = tuple(sorted(connection.execute(query), key=lambda row: place[row.id]))
    return Section(rubrique, current, previous, rows)
