"""The rules are all listed, their page in docs is up to date, every rule of the guide is accounted for."""

from __future__ import annotations

import ast
import csv
import json
from pathlib import Path

import pytest

from gateway.cli import rules as verb
from gateway.cli.enforced import ELSEWHERE, Status
from gateway.cli.rulebook import rulebook
from gateway.cli.rules import family, page

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / ".." / "shared" / "spec" / "RULES.csv"


def test_the_page_is_the_one_that_the_rules_write() -> None:
    assert (ROOT / "docs" / "rules.md").read_text(encoding="utf-8") == page(), "run `make docs-rules`"


def test_the_page_has_every_rule_once_in_a_family_with_a_title() -> None:
    lines = page().splitlines()
    rows = [
        line.split(" | ")[0].removeprefix("| ") for line in lines if line.startswith(("| R.", "| X.", "| P."))
    ]
    assert sorted(rows) == sorted([*rulebook(), *ELSEWHERE])
    assert all(f"## {family(name)} · " in page() for name in rulebook())
    assert {family(name) for name in rulebook()} <= verb._FAMILIES.keys()


def test_every_rule_written_in_the_code_is_in_the_book() -> None:
    written: set[str] = set()
    for path in (ROOT / "gateway").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Rule":
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant):
                    written.add(str(first.value))
    assert len(written) > 100
    assert written <= rulebook().keys()


@pytest.mark.parametrize("name", rulebook())
def test_a_rule_speaks_both_languages_and_cites_its_source(name: str) -> None:
    rule = rulebook()[name]
    assert rule.clause
    assert rule.text_fr.endswith(".")
    assert rule.text_en.endswith(".")
    assert (rule.hl7_code == "207") == (rule.application_code is not None)


@pytest.mark.skipif(not GUIDE.is_file(), reason="../shared/spec/RULES.csv is not here")
def test_every_rule_of_the_guide_is_in_the_book_or_kept_elsewhere() -> None:
    asked = {row["rule_id"] for row in csv.DictReader(GUIDE.read_text(encoding="utf-8").splitlines())}
    assert len(asked) == 199
    assert asked - rulebook().keys() == ELSEWHERE.keys()


@pytest.mark.parametrize("name", [name for name, kept in ELSEWHERE.items() if kept.status is Status.TEST])
def test_what_is_kept_by_a_test_names_a_test_that_exists(name: str) -> None:
    file, _, function = ELSEWHERE[name].where.partition("::")
    assert f"def {function}(" in (ROOT / file).read_text(encoding="utf-8")


def test_the_verb_lists_them_for_scripts(capsys: pytest.CaptureFixture[str]) -> None:
    verb.rules(as_json=True, lang="en")
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["rule"] for row in rows] == list(rulebook())
    one = next(row for row in rows if row["rule"] == "R.BDY.07")
    assert one == {
        "rule": "R.BDY.07",
        "severity": "error",
        "hl7_code": "207",
        "application_code": "906",
        "clause": "ISO 19005-1 §6.1.3",
        "message": "The PDF is encrypted or protected. Produce it without password or restriction.",
    }


def test_the_verb_lists_them_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    verb.rules()
    assert "R.ENC.01" in capsys.readouterr().out
