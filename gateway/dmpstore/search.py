"""Finding documents within one record: words, dates, institution, status.

The documents of one person are few: they are read by index and compared here, without regard to accents or
capitals, which SQLite would not do by itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from gateway.dmpstore.schema import documents
from gateway.dmpstore.statuses import APPROVED, ARCHIVED, DELETED, DEPRECATED
from gateway.dmpstore.texts import iso_date
from gateway.model import Rubrique

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_LONGEST_WORDS = 200
_MOST_INSTITUTIONS = 100
STATUSES: Mapping[str, frozenset[str]] = {
    "": frozenset({APPROVED, DEPRECATED, ARCHIVED}),
    "current": frozenset({APPROVED}),
    "previous": frozenset({DEPRECATED, ARCHIVED}),
    "deleted": frozenset({DELETED}),
}
_FIELDS = ("q", "from", "to", "institution", "status")


@dataclass(frozen=True, slots=True)
class Filter:
    """``since`` and ``until`` are days (``2026-03-12``, both included), of the date shown for a document."""

    words: str = field(default="", repr=False)
    since: str = ""
    until: str = ""
    institution: str = field(default="", repr=False)
    status: str = ""

    def __bool__(self) -> bool:
        return bool(self.words or self.since or self.until or self.institution or self.status)

    def as_query(self) -> dict[str, str]:
        """As it stands in the address of a page."""
        values = (self.words, self.since, self.until, self.institution, self.status)
        return {name: value for name, value in zip(_FIELDS, values, strict=True) if value}


@dataclass(frozen=True, slots=True)
class Matches:
    """Keys of the documents found, by rubrique, the newest first, and how many have each status."""

    keys: dict[Rubrique, list[int]]
    counts: dict[tuple[Rubrique, str], int]


def read_filter(query: Mapping[str, str]) -> Filter:
    """What the address of a page asks for; what cannot be understood is left out."""
    day = {name: query.get(name, "") for name in ("from", "to")}
    return Filter(
        " ".join(query.get("q", "").split())[:_LONGEST_WORDS],
        day["from"] if _DAY.fullmatch(day["from"]) else "",
        day["to"] if _DAY.fullmatch(day["to"]) else "",
        query.get("institution", ""),
        query.get("status", "") if query.get("status", "") in STATUSES else "",
    )


def matching(connection: Connection, record: int, wanted: Filter) -> Matches:
    """The documents of a record that pass every part of the filter."""
    query: Select[Any] = (
        select(
            documents.c.id,
            documents.c.rubrique,
            documents.c.status,
            documents.c.title,
            documents.c.type_display,
            documents.c.type_code,
            documents.c.author_institution,
            documents.c.creation_time,
        )
        .where(
            documents.c.record_id == record,
            documents.c.rubrique.is_not(None),
            documents.c.status.in_(STATUSES[wanted.status]),
        )
        .order_by(documents.c.creation_time.desc(), documents.c.id.desc())
    )
    if wanted.institution:
        query = query.where(documents.c.author_institution == wanted.institution)
    found = Matches({}, {})
    words = folded(wanted.words).split()
    for row in connection.execute(query):
        if _has_words(row, words) and _in_time(row, wanted):
            rubrique = Rubrique(row.rubrique)
            found.keys.setdefault(rubrique, []).append(row.id)
            found.counts[rubrique, row.status] = found.counts.get((rubrique, row.status), 0) + 1
    return found


def institutions(connection: Connection, record: int) -> list[str]:
    """The institutions that wrote something into the record, by name."""
    query = (
        select(documents.c.author_institution)
        .where(documents.c.record_id == record, documents.c.author_institution != "")
        .distinct()
        .limit(_MOST_INSTITUTIONS)
    )
    return sorted(connection.execute(query).scalars(), key=folded)


def folded(text: str) -> str:
    """Without accents, capitals and typographic apostrophes."""
    plain = unicodedata.normalize("NFKD", text.replace("’", "'"))
    return "".join(each for each in plain if not unicodedata.combining(each)).casefold()


def _has_words(row: Row[Any], words: list[str]) -> bool:
    if not words:
        return True
    text = folded(f"{row.title} {row.type_display} {row.type_code}")
    return all(word in text for word in words)


def _in_time(row: Row[Any], wanted: Filter) -> bool:
    if not (wanted.since or wanted.until):
        return True
    day = iso_date(row.creation_time)[:10]
    return (
        bool(day)
        and (not wanted.since or day >= wanted.since)
        and (not wanted.until or day[:10] <= wanted.until)
    )
