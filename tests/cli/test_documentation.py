"""The documentation is held to the code: links lead somewhere, verbs are named, figures are current."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

from gateway.cli.app import VERBS

TOP = Path(__file__).resolve().parents[2]
PAGES = sorted([*TOP.glob("*.md"), *(TOP / "docs").glob("*.md"), TOP / "fixtures" / "README.md"])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(TOP)))
def test_every_link_inside_the_project_leads_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#\s]+)", text):
        if not target.startswith(("http://", "https://", "mailto:")):
            assert (page.parent / target).exists(), target


def test_every_dependency_says_why_it_is_here() -> None:
    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [
        *project["dependencies"],
        *(item for extra in project["optional-dependencies"].values() for item in extra),
    ]
    page = (TOP / "docs" / "dependencies.md").read_text(encoding="utf-8")
    for requirement in wanted:
        name = re.split(r"[\[>=<~! ]", requirement)[0]
        assert re.search(rf"[|,] {re.escape(name)}[ ,|]", page), name


def test_the_readme_names_every_verb_and_the_two_commands() -> None:
    readme = (TOP / "README.md").read_text(encoding="utf-8")
    for verb in VERBS:
        assert re.search(rf"`{verb}\b", readme), verb
    first_screen = "\n".join(readme.splitlines()[:45])
    assert "make demo" in first_screen
    assert "make test" in first_screen
    assert "demo: received=" in first_screen


def test_the_readme_shows_the_counts_of_the_present_fixtures() -> None:
    expected = [
        json.loads(file.read_text(encoding="utf-8")) for file in (TOP / "fixtures").glob("*/*.expected.json")
    ]
    carrying = [item for item in expected if item["kind"] != "consent" or not item["accepted"]]
    good = sum(1 for item in carrying if item["accepted"])
    line = f"demo: received={len(carrying)} submitted={good} dead_lettered={len(carrying) - good} lost=0"
    assert line in (TOP / "README.md").read_text(encoding="utf-8")
