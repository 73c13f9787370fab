"""Classification: type, class, format, rubrique, or the reason why not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.model import Body, Code, Rubrique, Severity
from gateway.nomenclature import LOINC, TRE_A05, formats_of_templates, rubrique_of, value_set
from gateway.resources import schemas
from gateway.routes import Classified, classify
from tests.routes.samples import document

MODEL_29 = "1.2.250.1.213.1.1.1.29"
MODEL_55 = "1.2.250.1.213.1.1.1.55"


def rules(outcome: Classified) -> list[str]:
    return [finding.rule for finding in outcome.findings]


def format_of(outcome: Classified) -> str:
    assert outcome.classification is not None, rules(outcome)
    return outcome.classification.format_code.code


def test_a_biology_report_is_filed_under_analyses_with_the_displays_of_the_value_sets() -> None:
    outcome = classify(document())
    assert outcome.findings == ()
    found = outcome.classification
    assert found is not None
    assert found.type_code.display == "CR d'examens biologiques"
    assert found.class_code == Code("10", "1.2.250.1.213.1.1.4.1", "Compte rendu")
    assert found.format_code.code == "urn:ihe:lab:xd-lab:2008"
    assert found.rubrique is Rubrique.ANALYSES


@pytest.mark.parametrize(
    "concept", [one for one in value_set("J66") if one.code != "E1762"], ids=lambda one: one.code
)
def test_every_type_of_the_dmp_is_classified(concept: object) -> None:
    outcome = classify(document(code=concept.coded))  # type: ignore[attr-defined]
    assert outcome.classification is not None
    assert outcome.classification.rubrique in Rubrique


def test_the_signature_type_has_no_rubrique_and_is_refused() -> None:
    outcome = classify(document(code=Code("E1762", "ASTM")))
    assert outcome.classification is None
    assert rules(outcome) == ["R.CLS.04"]


@pytest.mark.parametrize(
    "code",
    [
        Code("00000-0", LOINC),
        Code("11502-2", TRE_A05),
        Code("11526-1", LOINC),  # retired, still in X16
        Code("34895-3", LOINC),  # in J07, not in J66
        Code("", LOINC),
        None,
    ],
)
def test_an_unknown_type_is_a_rejection_with_its_place_and_never_a_guess(code: Code | None) -> None:
    outcome = classify(document(code=code))
    assert outcome.classification is None
    (finding,) = outcome.findings
    assert (finding.rule, finding.severity) == ("R.CLS.01", Severity.ERROR)
    assert str(finding.location) == "OBX-5 /ClinicalDocument/code (line 4)"
    assert finding.location.erl == "OBX^1^5"
    assert (finding.hl7_code, finding.application_code) == ("207", "906")
    assert code is None or not code.code or code.code not in finding.text_fr + finding.text_en


def test_a_type_that_only_the_ci_sis_knows_is_told_apart() -> None:
    (finding,) = classify(document(code=Code("34895-3", LOINC))).findings
    assert "J07" in finding.text_fr
    assert "J07" in finding.text_en


def test_outside_the_dmp_the_ci_sis_sets_decide() -> None:
    outcome = classify(document(code=Code("34895-3", LOINC)), for_dmp=False)
    assert outcome.classification is not None
    assert outcome.classification.rubrique is None


@pytest.mark.parametrize(
    ("media_type", "code"),
    [
        ("application/pdf", "urn:ihe:iti:xds-sd:pdf:2008"),
        ("text/plain", "urn:ihe:iti:xds-sd:text:2008"),
        ("text/rtf", "urn:ihe:iti-fr:xds-sd:rtf:2010"),
        ("image/jpeg", "urn:ihe:iti-fr:xds-sd:jpeg:2010"),
        ("image/tiff", "urn:ihe:iti-fr:xds-sd:tiff:2010"),
    ],
)
def test_the_body_of_level_1_decides_whatever_model_is_declared(media_type: str, code: str) -> None:
    assert format_of(classify(document(body=Body(1, media_type), template_ids=(MODEL_55,)))) == code


def test_a_body_of_level_1_with_another_media_type_is_refused() -> None:
    outcome = classify(document(body=Body(1, "application/msword")))
    assert outcome.classification is None
    assert rules(outcome) == ["R.CLS.03"]


def test_a_document_without_body_is_refused() -> None:
    assert rules(classify(document(body=None))) == ["R.CLS.06"]


def test_a_model_whose_format_the_dmp_refuses_is_a_rejection_not_a_pdf() -> None:
    outcome = classify(document(template_ids=("1.2.250.1.213.1.11.1.19.1",)))
    assert outcome.classification is None
    (finding,) = outcome.findings
    assert finding.rule == "R.CLS.02"
    assert str(finding.location) == "OBX-5 /ClinicalDocument/templateId (line 2)"


def test_every_model_of_a11_gives_a_format_of_the_dmp_or_a_rejection() -> None:
    text = (schemas() / "nomenclatures" / "ASS_A11_cdaTemplate_to_formatCode_CISIS.csv").read_text("utf-8")
    roots = {line.split(",")[0] for line in text.splitlines()[1:]} - {"1.3.6.1.4.1.19376.1.2.20"}
    for root in roots:
        (row,) = formats_of_templates([root])
        outcome = classify(document(template_ids=(root,)))
        if (row.format.code, row.format.system) in value_set("J60"):
            assert format_of(outcome) == row.format.code
        else:
            assert rules(outcome) == ["R.CLS.02"]


def test_a_rapid_test_reaches_its_format_through_our_supplement() -> None:
    outcome = classify(document(template_ids=("1.2.250.1.213.1.1.1.1", "1.2.250.1.213.1.1.1.59")))
    assert format_of(outcome) == "urn:ans:ci-sis:trod:2024"


def test_a_structured_document_of_an_unknown_model_is_deposited_outside_profiles_with_a_warning() -> None:
    outcome = classify(document(template_ids=("1.2.250.1.213.1.1.1.1",)))
    assert format_of(outcome) == "urn:asipSante:modelesHorsProfils:2011"
    assert [(one.rule, one.severity) for one in outcome.findings] == [("R.CLS.08", Severity.WARNING)]


def test_the_template_of_level_1_gives_no_format_to_a_structured_body() -> None:
    outcome = classify(document(template_ids=("1.3.6.1.4.1.19376.1.2.20", MODEL_29)))
    assert format_of(outcome) == "urn:asip:ci-sis:ldl-ses:2017"


@pytest.mark.parametrize("order", [1, -1])
def test_a_french_model_is_more_specific_than_an_international_one(order: int) -> None:
    roots = ("1.3.6.1.4.1.19376.1.8.1.1.1", "1.2.250.1.213.1.1.1.57")[::order]
    outcome = classify(document(template_ids=roots))
    assert format_of(outcome) == "urn:ihe:palm:apsr:2016"
    assert outcome.findings == ()


@pytest.mark.parametrize("order", [1, -1])
def test_a_sub_model_is_more_specific_than_a_model(order: int) -> None:
    roots = ("1.2.250.1.213.1.1.1.13", "1.2.250.1.213.1.1.1.2.1.1")[::order]
    assert format_of(classify(document(template_ids=roots))) == "urn:asip:ci-sis:avk:2009"


def test_two_models_of_the_same_rank_give_the_last_one_and_a_warning() -> None:
    outcome = classify(document(template_ids=(MODEL_55, MODEL_29)))
    assert format_of(outcome) == "urn:asip:ci-sis:ldl-ses:2017"
    assert rules(outcome) == ["R.CLS.05"]


def test_everything_wrong_is_said_at_once() -> None:
    outcome = classify(document(code=Code("00000-0", LOINC), body=None))
    assert rules(outcome) == ["R.CLS.01", "R.CLS.06"]


def test_a_document_that_could_not_be_read_is_refused_without_an_exception() -> None:
    outcome = classify(replace(document(), header=None, root=None))
    assert outcome.classification is None
    assert rules(outcome) == ["R.CLS.01", "R.CLS.06"]


def test_the_rubrique_comes_from_the_table() -> None:
    for concept in value_set("J66"):
        found = classify(document(code=concept.coded)).classification
        assert (found.rubrique if found else None) == rubrique_of(concept.code, concept.system)
