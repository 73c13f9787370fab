"""The CSV files: which editions there are, and their rows."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, wraps
from threading import RLock
from typing import ParamSpec, TypeVar, cast

from gateway.resources import schemas

_LOCK = RLock()
_P = ParamSpec("_P")
_T = TypeVar("_T")


def once(load: Callable[_P, _T]) -> Callable[_P, _T]:
    """Remember the result for each argument; the first call loads, other threads wait for it."""
    remembered = cache(load)

    @wraps(load)
    def locked(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        with _LOCK:
            return remembered(*args, **kwargs)  # type: ignore[arg-type]  # every argument here is a str

    return cast("Callable[_P, _T]", locked)


@dataclass(frozen=True, slots=True)
class Edition:
    """One file of ``schemas/nomenclatures/``: OID (empty when it has none), date, publisher, rows."""

    name: str
    file: str
    oid: str
    version: str
    source: str
    rows: int


@once
def versions() -> tuple[Edition, ...]:
    """Every nomenclature in use, in the order of ``VERSIONS.csv``."""
    return tuple(
        Edition(row["name"], row["file"], row["oid"], row["version"], row["source"], int(row["rows"]))
        for row in _read("VERSIONS.csv")
    )


@once
def editions() -> dict[str, Edition]:
    return {edition.name: edition for edition in versions()}


def edition(name: str) -> Edition:
    """The edition called ``name`` (``J66``, ``X16``...). Raises KeyError naming what exists."""
    found = editions().get(name)
    if found is None:
        raise KeyError(f"no nomenclature {name!r}; there are: {', '.join(editions())}")
    return found


def rows(name: str) -> list[dict[str, str]]:
    """The rows of the nomenclature called ``name``, in file order. Raises KeyError like ``edition``."""
    return _read(edition(name).file)


def _read(file: str) -> list[dict[str, str]]:
    text = (schemas() / "nomenclatures" / file).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(), strict=True))
