"""What a measuring module gives, and how the modules are found."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType

import bench


class Unavailable(Exception):
    """A measurement cannot be made here; the text says what is missing."""


@dataclass(frozen=True)
class Figure:
    """One figure of the table. ``goal`` None is for information; ``at_least`` False: at most the goal.

    ``detail`` says what was measured and the absolute times behind a ratio.
    """

    key: str
    value: float
    detail: str
    goal: float | None = None
    at_least: bool = True

    @property
    def reached(self) -> bool:
        if self.goal is None:
            return True
        return self.value >= self.goal if self.at_least else self.value <= self.goal


Figures = Callable[[bool], Iterator[Figure]]


def modules(only: str = "") -> list[tuple[str, Figures]]:
    """The modules of this package that measure something, by name; ``only`` keeps one of them.

    A module takes part by having ``figures(quick: bool) -> Iterator[Figure]``.
    """
    found = [
        (name, getattr(_load(name), "figures", None))
        for _, name, _ in sorted(pkgutil.iter_modules(bench.__path__), key=lambda each: each[1])
        if name != "__main__" and only in ("", name)
    ]
    return [(name, measure) for name, measure in found if measure is not None]


def _load(name: str) -> ModuleType:
    return importlib.import_module(f"bench.{name}")
