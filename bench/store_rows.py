"""Filling a registry with many entries quickly: copies of one that was deposited, made by SQLite itself."""

from __future__ import annotations

import sqlite3

PER_PATIENT = 20
_FIRST_INS = 100_000_000_000_000
# Copies get numbers that the database would never give out by itself in this benchmark.
_OFFSET = 10_000_000


def patient_number(number: int) -> str:
    """The INS of the n-th patient."""
    return str(_FIRST_INS + number)


def fill(connection: sqlite3.Connection, size: int) -> None:
    """Grow to ``size`` copied entries, PER_PATIENT for each patient, and let SQLite look at them."""
    connection.executescript("PRAGMA synchronous=OFF; PRAGMA cache_size=-200000; PRAGMA temp_store=MEMORY;")
    (present,) = connection.execute("SELECT count(*) FROM records WHERE id >= ?", (_OFFSET,)).fetchone()
    first, last = present, size // PER_PATIENT
    _copy(connection, "records", first, last, _RECORDS)
    _copy(connection, "submission_sets", first, last, _SETS)
    _copy(connection, "documents", first * PER_PATIENT, last * PER_PATIENT, _DOCUMENTS)
    _copy(connection, "associations", first * PER_PATIENT, last * PER_PATIENT, _ASSOCIATIONS)
    connection.commit()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


_OF_PATIENT = f"{_OFFSET} + n.i"
_OF_DOCUMENT = f"{_OFFSET} + n.i / {PER_PATIENT}"
_INS = f"CAST({_FIRST_INS} + n.i AS TEXT)"
_INS_OF_DOCUMENT = f"CAST({_FIRST_INS} + n.i / {PER_PATIENT} AS TEXT)"
_RECORDS = {"id": _OF_PATIENT, "public_id": "printf('p%d', n.i)", "ins": _INS, "fed": "0"}
_SETS = {
    "id": _OF_PATIENT,
    "entry_uuid": "printf('urn:uuid:00000000-0000-4000-8000-%012x', n.i)",
    "unique_id": "printf('1.2.250.1.999.9.8.%d', n.i)",
    "record_id": _OF_PATIENT,
}
_UUID = "printf('urn:uuid:00000000-0000-4000-9000-%012x', n.i)"
_UNIQUE_ID = "printf('1.2.250.1.999.9.7.%d', n.i)"
_DOCUMENTS = {
    "id": f"{_OFFSET} + n.i",
    "entry_uuid": _UUID,
    "logical_id": _UUID,
    "unique_id": _UNIQUE_ID,
    "record_id": _OF_DOCUMENT,
    "set_id": _OF_DOCUMENT,
    "entry": "replace(replace(replace(t.entry, t.entry_uuid, "
    f"{_UUID}), '\"' || t.unique_id || '\"', '\"' || {_UNIQUE_ID} || '\"'), r.ins, {_INS_OF_DOCUMENT})",
}
_ASSOCIATIONS = {
    "id": f"{_OFFSET} + n.i",
    "entry_uuid": "printf('urn:uuid:00000000-0000-4000-a000-%012x', n.i)",
    "source": f"printf('urn:uuid:00000000-0000-4000-8000-%012x', n.i / {PER_PATIENT})",
    "target": _UUID,
    "record_id": _OF_DOCUMENT,
    "set_id": _OF_DOCUMENT,
}


def _copy(connection: sqlite3.Connection, table: str, first: int, last: int, changed: dict[str, str]) -> None:
    """Copies first to last of the deposited row, with these columns computed from ``n.i``."""
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    values = ", ".join(changed.get(name, f"t.{name}") for name in columns)
    connection.execute(
        f"WITH RECURSIVE n(i) AS (SELECT ? UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?) "
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM n, "
        f"(SELECT * FROM {table} WHERE id < {_OFFSET} ORDER BY id LIMIT 1) t, "
        f"(SELECT ins FROM records WHERE id < {_OFFSET} ORDER BY id LIMIT 1) r",
        (first, last),
    )
