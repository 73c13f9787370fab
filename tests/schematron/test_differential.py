"""Single defects of a header, judged by the official schematron and by ours; a difference is argued."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from gateway.model import Finding
from gateway.parsers import read
from gateway.validators import JudgeSettings
from gateway.validators.documents import judge_documents
from tests.schematron.defects import DEFECTS, LEVEL_1, base, broken
from tests.schematron.oracle import Oracle, needs_oracle

PAGE = Path(__file__).resolve().parents[2] / "docs" / "cda-header.md"

OURS_ALONE = {
    "typeId of another standard",
    "id that is a UUID",
    "id with an extension",
    "title of 129 characters",
    "confidentialityCode of another system",
    "languageCode English",
    "versionNumber zero",
    "no INS",
    "INS of 14 characters",
    "birthTime to the month",
    "author without person nor device",
    "custodian without name",
    "legalAuthenticator without person",
    "authenticator not signed",
}
OFFICIAL_ALONE = {
    "used name with qualifier SP",
    "level 1 without setId",
    "level 1 without its own templateId",
}


@pytest.fixture(scope="module")
def oracle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Oracle]:
    needs_oracle()
    one = Oracle(tmp_path_factory.mktemp("oracle"))
    yield one
    one.close()


def _ours(document: bytes) -> list[Finding]:
    """What the header rules say; the body has its own."""
    found = judge_documents(read(document), JudgeSettings())
    return [finding for finding in found if not finding.rule.startswith("R.BDY")]


@pytest.mark.parametrize("level", [1, 3])
def test_the_document_that_is_broken_satisfies_both(oracle: Oracle, level: int) -> None:
    document = etree.tostring(base(level), encoding="utf-8", xml_declaration=True)
    assert (_ours(document), oracle.errors(document)) == ([], [])


@pytest.mark.parametrize("name", [*DEFECTS, *LEVEL_1])
def test_a_defect_is_refused_by_both_or_the_difference_is_known(oracle: Oracle, name: str) -> None:
    document = broken(name)
    ours, official = any(one.is_error for one in _ours(document)), bool(oracle.errors(document))
    assert (ours and not official) == (name in OURS_ALONE)
    assert (official and not ours) == (name in OFFICIAL_ALONE)


@pytest.mark.parametrize("name", sorted(OFFICIAL_ALONE))
def test_what_only_the_official_one_refuses_is_at_least_remarked(name: str) -> None:
    assert [finding.is_error for finding in _ours(broken(name))] == [False]


@pytest.mark.parametrize("name", [*DEFECTS, *LEVEL_1])
def test_every_finding_of_a_defect_has_a_place_and_no_value(name: str) -> None:
    for finding in _ours(broken(name)):
        assert (finding.location.xpath or "").startswith("/ClinicalDocument")
        assert finding.location.line
        said = f"{finding.text_fr} {finding.text_en} {finding.location}"
        assert not any(value in said for value in ("PAT-FICTIF", "LEONIE", "21605315559931", "20160520"))


def test_the_page_argues_every_difference() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [name for name in sorted(OURS_ALONE | OFFICIAL_ALONE) if f"| {name} |" not in page] == []
