"""Sections are readable, embedded files are safe, and official examples are accepted."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from gateway.parsers import read
from gateway.validators import JudgeSettings, judge
from tests.body.samples import JPEG, PDF, changed_pdf, found, level_three, rules
from tests.body.test_pdf import script

EXAMPLES = Path(__file__).resolve().parents[2] / ".." / "shared" / "examples" / "cda"
ENTRY = "<entry><act/></entry>"
GOOD = f"<section><title>Titre</title><text>Un texte.</text>{ENTRY}</section>"


def media(data: bytes, media_type: str) -> str:
    value = f'<value mediaType="{media_type}" representation="B64">{base64.b64encode(data).decode()}</value>'
    return GOOD.replace("<act/>", f"<observationMedia>\n{value}</observationMedia>")


def test_sections_with_title_and_text_are_accepted() -> None:
    assert rules(level_three(GOOD, GOOD)) == []


def test_entries_without_narrative_are_refused_where_they_are() -> None:
    (finding,) = found(level_three(GOOD, GOOD.replace("<text>Un texte.</text>", "")))
    assert (finding.rule, finding.is_error) == ("R.BDY.15", True)
    assert str(finding.location) == "/ClinicalDocument/component/structuredBody/component[2]/section (line 3)"


@pytest.mark.parametrize("text", ["<text/>", "<text> <br/> </text>", "<text><!-- rien --></text>"])
def test_an_empty_narrative_is_told(text: str) -> None:
    (finding,) = found(level_three(GOOD.replace("<text>Un texte.</text>", text)))
    assert (finding.rule, finding.is_error) == ("R.BDY.15", False)


def test_a_picture_is_a_narrative_and_a_section_of_sections_needs_none() -> None:
    picture = GOOD.replace("Un texte.", '<renderMultiMedia referencedObject="M1"/>')
    outer = f"<section><title>Titre</title><component>{GOOD}</component></section>"
    assert rules(level_three(picture, outer)) == []


@pytest.mark.parametrize("title", ["", "<title/>", "<title> </title>"])
def test_a_section_without_title_is_told(title: str) -> None:
    (finding,) = found(level_three(GOOD.replace("<title>Titre</title>", title)))
    assert (finding.rule, finding.is_error) == ("R.BDY.16", False)


@pytest.mark.parametrize(("data", "media_type"), [(PDF, "application/pdf"), (JPEG, "image/jpeg")])
def test_an_embedded_file_is_accepted(data: bytes, media_type: str) -> None:
    assert rules(level_three(media(data, media_type))) == []


def test_an_embedded_pdf_that_acts_is_refused_where_it_is() -> None:
    (finding,) = found(level_three(GOOD, media(changed_pdf(script), "application/pdf")))
    assert (finding.rule, finding.is_error) == ("R.BDY.08", True)
    assert "component[2]/section/entry/observationMedia/value (line 4)" in str(finding.location)


def test_an_embedded_file_of_another_type_is_told_only() -> None:
    (finding,) = found(level_three(media(JPEG, "application/pdf")))
    assert (finding.rule, finding.is_error) == ("R.BDY.05", False)


@pytest.mark.skipif(not EXAMPLES.is_dir(), reason="../shared/examples/cda is not here")
def test_official_examples_have_bodies_that_we_accept() -> None:
    judged = 0
    for path in sorted(EXAMPLES.glob("*.xml")):
        verdict = judge(read(path.read_bytes()), JudgeSettings())
        errors = [item for item in verdict.errors if item.rule.startswith("R.BDY.")]
        assert errors == [], path.name
        judged += 1
    assert judged > 50
