"""The official schema and schematrons find nothing in what is built from 22 varied messages."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.plain_lab import oracle
from tests.plain_lab.cases import CASES
from tests.plain_lab.judged import content
from tests.plain_lab.samples import VALID


@pytest.fixture(autouse=True)
def _official() -> None:
    oracle.needs_official()


def _built(name: str) -> bytes:
    case = CASES[name]
    return content(case.body)


@pytest.mark.parametrize("name", CASES)
def test_the_official_schema_finds_nothing_in(name: str) -> None:
    assert oracle.schema_errors(_built(name)) == []


@pytest.mark.parametrize(
    "model",
    [oracle.REPORT_MODEL, oracle.MINIMAL, oracle.CONTENT, oracle.FRENCH, oracle.IHE],
    ids=lambda m: m.stem,
)
@pytest.mark.parametrize("name", CASES)
def test_the_official_schematron_finds_nothing_in(name: str, model: Path) -> None:
    assert oracle.failed(model, _built(name)) == []


def test_the_oracle_does_find_what_is_wrong() -> None:
    right = content(VALID)
    wrong = right.replace(b"Compte rendu d'examens biologiques", b"Autre titre", 1)
    assert any("title" in text for text in oracle.failed(oracle.REPORT_MODEL, wrong))
    flag = right.replace(b'<interpretationCode code="L"', b'<interpretationCode code="ZZ"')
    assert any("jeu de valeurs" in text for text in oracle.failed(oracle.REPORT_MODEL, flag))
    assert oracle.failed(oracle.MINIMAL, right.replace(b'realmCode code="FR"', b'realmCode code="XX"')) != []
    assert oracle.schema_errors(right.replace(b"<realmCode", b"<realmKode")) != []
