"""The tiny pack, installed once, and a bench that judges by it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.packs import Bench, Pack, PackStore
from tests.packs.samples import write_pack

pytest.importorskip("saxonche", reason="the extra [schematron] is not installed")


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> PackStore:
    return PackStore(tmp_path_factory.mktemp("packs"))


@pytest.fixture(scope="session")
def pack(store: PackStore, tmp_path_factory: pytest.TempPathFactory) -> Pack:
    source: Path = write_pack(tmp_path_factory.mktemp("source") / "tiny")
    return store.add(source)


@pytest.fixture(scope="session")
def bench(pack: Pack) -> Iterator[Bench]:
    one = Bench([pack])
    yield one
    one.close()
