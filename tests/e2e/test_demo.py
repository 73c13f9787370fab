"""``make demo`` in short: every fixture finds its place, and broker, ledger and store agree."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from importlib.resources.abc import Traversable
from pathlib import Path

import pytest

from gateway.resources import fixtures
from tests.e2e.harness import REPOSITORY


def _expected() -> list[dict[str, object]]:
    return [json.loads(item.read_text(encoding="utf-8")) for item in _sidecars()]


def _sidecars() -> list[Traversable]:
    return [
        item
        for folder in ("valid", "broken")
        for item in (fixtures() / folder).iterdir()
        if item.name.endswith(".expected.json")
    ]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GATEWAY_")}
    return subprocess.run(
        [sys.executable, "-m", "gateway", "demo"],
        env=environment | {"DEMO_EXIT": "1", "PYTHONPATH": str(REPOSITORY), "COLUMNS": "140"},
        capture_output=True,
        text=True,
        timeout=170,
        cwd=tmp_path_factory.mktemp("demo"),
        stdin=subprocess.DEVNULL,
    )


def test_the_last_line_accounts_for_every_message(demo: subprocess.CompletedProcess[str]) -> None:
    assert demo.returncode == 0, demo.stdout + demo.stderr
    last = demo.stdout.rstrip("\n").rsplit("\n", 1)[-1]
    found = re.fullmatch(r"demo: received=(\d+) submitted=(\d+) dead_lettered=(\d+) lost=0", last)
    assert found is not None, last
    received, submitted, dead = map(int, found.groups())
    carrying = [item for item in _expected() if item["kind"] != "consent" or not item["accepted"]]
    assert received == len(carrying) == submitted + dead
    assert dead == sum(1 for item in carrying if not item["accepted"])


def test_the_table_names_every_fixture_and_says_where_to_look(demo: subprocess.CompletedProcess[str]) -> None:
    for item in _sidecars():
        assert item.name.removesuffix(".expected.json") in demo.stdout
    assert re.search(r"http://127\.0\.0\.1:\d+/metrics", demo.stdout)
    assert "dead letter: R." in demo.stdout


def test_the_demo_leaves_nothing_behind(demo: subprocess.CompletedProcess[str]) -> None:
    folder = Path(demo.args[0]).parent  # only to have run it; its own folder is a temporary one
    assert folder.exists()
    running = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert "dmp-gateway-demo-" not in running
