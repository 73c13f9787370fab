"""Where the data files live: inside the installed package, or at the top of a checkout."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path


def schemas() -> Traversable:
    """The ``schemas/`` tree (nomenclatures, XML schemas, schematrons)."""
    return _tree("schemas")


def fixtures() -> Traversable:
    """The ``fixtures/`` tree (synthetic messages with their expected results)."""
    return _tree("fixtures")


def _tree(name: str) -> Traversable:
    packaged = files("gateway") / name
    if packaged.is_dir():
        return packaged
    return Path(__file__).resolve().parent.parent / name
