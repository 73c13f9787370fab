"""Packs from the command line and in the climb."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from gateway.model import DeadLetter, Document, Envelope, Facility, Finding, Location, Retry, Severity, Stage
from gateway.packs.rules import FAILED, official
from gateway.parsers import Limits
from gateway.pipeline import House, climb, judge_message
from gateway.validators import JudgeSettings
from tests.packs.samples import body, write_pack

SENDER = Facility("a", "A", "1990000001", "1.2.3")
MOMENT = "20261121120000"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GATEWAY_")}
    command = [sys.executable, "-m", "gateway", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, env=kept | environment, timeout=120, check=False
    )


def rows(answer: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in answer.stdout.splitlines()]


def test_a_pack_is_added_listed_used_by_check_enforced_and_removed(tmp_path: Path) -> None:
    place = {"GATEWAY_DATA_DIR": str(tmp_path / "data"), "GATEWAY_PACKS_DIR": str(tmp_path / "packs")}
    source = write_pack(tmp_path / "tiny")
    message = tmp_path / "one.xml"
    message.write_text(body().replace('<setId root="1.2.250.1.999.10.401"/>', ""), encoding="utf-8")

    added = run("schemas", "add", str(source), **place)
    assert added.returncode == 0, added.stderr
    assert "NOT COMPILED schematrons/CI-SIS_ABIME_2023.01.sch: includes 1 file(s)" in added.stdout
    assert "value sets not in the pack: absent-set.xml" in added.stdout

    listed = rows(run("schemas", "list", "--json", **place))
    (pack,) = [row for row in listed if row["sort"] == "pack"]
    assert (pack["name"], pack["mode"], pack["files"], pack["compiled"]) == ("tiny", "observe", 4, 3)
    assert {row["name"] for row in listed if row["sort"] == "file" and not row["compiled"]} == {"ABIME"}
    assert {"J66", "X16"} <= {
        row["name"] for row in listed if row["sort"] == "nomenclature" and row["version"]
    }

    def severities() -> dict[str, str]:
        (row,) = rows(run("check", "--json", str(message), **place))
        return {found["rule"]: found["severity"] for found in row["findings"]}

    assert severities()["P.ESSAI.3"] == "warning"
    assert run("schemas", "mode", "tiny", "enforce", **place).returncode == 0
    assert severities()["P.ESSAI.3"] == "error"
    assert run("schemas", "remove", "tiny", **place).returncode == 0
    assert "P.ESSAI.3" not in severities()
    assert "No official pack is installed" in run("schemas", "list", **place).stdout


def test_an_unknown_pack_is_a_line_and_status_2(tmp_path: Path) -> None:
    answer = run("schemas", "remove", "nothing", GATEWAY_DATA_DIR=str(tmp_path))
    assert (answer.returncode, answer.stderr) == (2, "dmp-gateway: no pack named nothing; installed: none\n")


def failing(document: Document) -> list[Finding]:
    return [FAILED.at(Location(xpath="/ClinicalDocument"), severity=Severity.ERROR)]


def refusing(document: Document) -> list[Finding]:
    return [official("P.X.1", "X", Severity.ERROR, "No.").at(Location(xpath="/ClinicalDocument"))]


async def settle(*judges: Any) -> Any:
    """The climb of a valid document with these extra judges, as far as its refusal."""

    async def think(judge: Any, *arguments: Any) -> Any:
        return judge(*arguments)

    async def at_once(*arguments: Any) -> datetime:
        return NOW

    @contextmanager
    def untimed(stage: Stage) -> Iterator[None]:
        yield

    house = House(
        repository=cast("Any", None),
        ledger=cast("Any", SimpleNamespace(received=at_once, read=at_once, stage=at_once)),
        facility_of=lambda code, reading: SENDER,
        think=think,
        progress=lambda stage, reading: None,
        timing=untimed,
        extra_judges=judges,
        **({"consents": None} if "consents" in House.__dataclass_fields__ else {}),
    )
    envelope = Envelope(body().encode(), "m1", "intake.lab", "discharge.a", NOW, NOW)
    return (await climb(envelope, house)).settlement


async def test_a_document_that_an_enforced_pack_could_not_judge_waits_and_is_not_refused() -> None:
    settlement = await settle(failing)
    assert isinstance(settlement, Retry)
    assert (settlement.reason, settlement.stage) == ("P.FAILED", Stage.VALIDATED)


async def test_a_document_that_is_refused_anyway_does_not_wait() -> None:
    settlement = await settle(failing, refusing)
    assert isinstance(settlement, DeadLetter)


@pytest.mark.parametrize(("observe", "accepted"), [(frozenset[str](), False), (frozenset({"P.X.1"}), True)])
def test_a_sender_that_is_still_mending_gets_a_rule_of_a_pack_as_a_warning(
    observe: frozenset[str], accepted: bool
) -> None:
    judged = judge_message(
        body().encode(), lambda reading: SENDER, MOMENT, JudgeSettings(observe=observe), Limits(), [refusing]
    )
    assert judged.verdict.accepted is accepted
    assert (judged.submission is not None) is accepted
