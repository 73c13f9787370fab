"""The official schematron of the minimal structure, run by Saxon: the oracle of the header rules."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest

from gateway.packs.compiling import compile_schematron
from gateway.packs.engine import Engine
from gateway.packs.tree import PackTree

SHARED = Path(__file__).resolve().parents[2] / ".." / "shared"
_FOLDER = SHARED / "official" / "schematrons" / "profils" / "structurationMinimale"
_NAME = "ASIP-STRUCT-MIN-StrucMin.sch"


def needs_oracle() -> None:
    """Skip, with the reason, where the official pack or Saxon is not at hand."""
    if not _FOLDER.is_dir():
        pytest.skip("the official schematrons are not at ../shared/official")
    if find_spec("saxonche") is None:
        pytest.skip("extra [schematron]: saxonche is not installed")


class Oracle:
    """Compiled once, in a folder of its own beside a copy of the value sets that it reads."""

    def __init__(self, folder: Path) -> None:
        home = folder / "minimal"
        shutil.copytree(_FOLDER, home)
        for path in (home, *home.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
        compiled = compile_schematron(PackTree(home), home / _NAME)
        self._errors = {one.number for one in compiled.asserts if not one.role}
        self.texts = {one.number: one.text for one in compiled.asserts}
        self._sheet = home / "minimal.xsl"
        self._sheet.write_bytes(compiled.stylesheet)
        self._engine = Engine()

    def errors(self, document: bytes) -> list[int]:
        """The numbers of the asserts that fail and are no mere warning."""
        outcome = self._engine.run(self._sheet, document)
        assert outcome.skipped == ()
        return [number for number, _ in outcome.failed if number in self._errors]

    def close(self) -> None:
        self._engine.close()
