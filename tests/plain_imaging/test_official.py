"""The documents built from plain reports have no finding in the official schema and minimal schematron."""

from __future__ import annotations

import pytest

from gateway.model import Verdict
from tests.plain_imaging.cases import CASES
from tests.plain_imaging.judged import body_of, content, document, judged, remarks
from tests.plain_lab.oracle import MINIMAL, failed, needs_official, schema_errors

EACH = pytest.mark.parametrize("name", CASES)


@EACH
def test_a_plain_report_is_accepted_without_error(name: str) -> None:
    case = CASES[name]
    found = judged(case.body, sender=case.sender)
    assert found.verdict.errors == ()
    assert {rule for rule, _ in remarks(found) if rule.startswith("R.IMG")} == set()
    assert found.submission is not None
    assert found.submission.entries[0].type_code.code == case.type_code
    assert Verdict(found.verdict.warnings).accepted


@EACH
def test_the_body_is_the_pdf_received_or_the_words(name: str) -> None:
    case = CASES[name]
    media_type, data = body_of(document(case.body, sender=case.sender))
    assert media_type == case.media_type
    assert data.startswith(b"%PDF-") == (media_type == "application/pdf")


@EACH
def test_the_same_message_gives_the_same_bytes(name: str) -> None:
    case = CASES[name]
    assert content(case.body, sender=case.sender) == content(case.body, sender=case.sender)


@EACH
def test_the_document_is_valid_for_the_official_schema(name: str) -> None:
    needs_official()
    assert schema_errors(content(CASES[name].body, sender=CASES[name].sender)) == []


@EACH
def test_the_document_passes_the_official_minimal_structure(name: str) -> None:
    needs_official()
    assert failed(MINIMAL, content(CASES[name].body, sender=CASES[name].sender)) == []
