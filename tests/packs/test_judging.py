"""What a pack says of a document: rule, place, severity, and never a value of the document."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from gateway.model import Action, Document, Finding, Location, Severity
from gateway.packs import Bench, Engine, Mode, Pack
from tests.packs.samples import document

NO_SET = ('<setId root="1.2.250.1.999.10.401"/>', "")
NO_VERSION = ('<versionNumber value="1"/>', "")
ENGLISH = ('<languageCode code="fr-FR"/>', '<languageCode code="en-GB"/>')


def told(bench: Bench, one: Document) -> list[Finding]:
    """Without the two that the tiny pack always gives for this sample: a claimed edition, an absent set."""
    return [found for found in bench.judge(one) if found.rule not in ("P.EDITION", "P.NOT-EVALUATED")]


@pytest.fixture(scope="module")
def enforced(pack: Pack) -> Iterator[Bench]:
    bench = Bench([dataclasses.replace(pack, mode=Mode.ENFORCE)])
    yield bench
    bench.close()


def test_a_document_that_follows_its_volet_has_no_finding(bench: Bench) -> None:
    assert told(bench, document()) == []


def test_a_broken_assert_is_a_warning_with_its_place_and_without_any_value(bench: Bench) -> None:
    (found,) = told(bench, document(NO_SET))
    assert (found.rule, found.severity) == ("P.ESSAI.3", Severity.WARNING)
    assert str(found.location) == "/ClinicalDocument (line 2)"
    assert found.text_fr == "[ESSAI 2022.01] A setId is required for …."
    assert (found.hl7_code, found.application_code) == ("207", "906")
    assert "PAT-ESSAI" not in repr(found)


def test_enforce_makes_errors_but_of_what_the_pack_itself_calls_a_warning(enforced: Bench) -> None:
    found = told(enforced, document(NO_SET, NO_VERSION))
    assert [(one.rule, one.severity) for one in found] == [
        ("P.ESSAI.3", Severity.ERROR),
        ("P.ESSAI.4", Severity.WARNING),
    ]


def test_a_value_set_of_the_pack_is_read_and_named_but_not_the_value(bench: Bench) -> None:
    (found,) = told(bench, document(ENGLISH))
    assert str(found.location) == "/ClinicalDocument/languageCode (line 13)"
    assert found.text_fr.endswith("[set] ClinicalDocument/languageCode must be in Languages.xml.")
    assert "en-GB" not in repr(found)


def test_a_rule_of_two_contexts_judges_both(bench: Bench) -> None:
    gender = '<administrativeGenderCode code="M" displayName="Masculin" codeSystem="2.16.840.1.113883.5.1"/>'
    changes = (gender, "<administrativeGenderCode/>"), ('<birthTime value="19430129"/>', "<birthTime/>")
    found = told(bench, document(*changes))
    assert [one.location.xpath for one in found] == [
        "/ClinicalDocument/recordTarget/patientRole/patient/administrativeGenderCode",
        "/ClinicalDocument/recordTarget/patientRole/patient/birthTime",
    ]
    assert {one.rule for one in found} == {"P.ESSAI.1"}


def test_an_assert_that_cannot_be_evaluated_is_told_and_the_others_are(enforced: Bench) -> None:
    found = list(enforced.judge(document(("<title>Synthèse médicale</title>", ""))))
    assert {(one.rule, one.severity) for one in found} == {
        ("P.STRUCT-MIN.1", Severity.ERROR),
        ("P.NOT-EVALUATED", Severity.WARNING),
        ("P.EDITION", Severity.WARNING),
    }
    (skipped,) = [one for one in found if one.rule == "P.NOT-EVALUATED"]
    assert skipped.text_en.endswith("(P.STRUCT-MIN.2)")


@pytest.mark.parametrize(
    ("change", "place", "start"),
    [
        (('<realmCode code="FR"/>', "<realmCode/>"), "/ClinicalDocument/realmCode (line 3)", "Attribut obl"),
        (('<realmCode code="FR"/>', ""), "/ClinicalDocument/typeId (line 4)", "Élément inattendu"),
        (
            ('<languageCode code="fr-FR"/>', '<languageCode code="SECRET"/>'),
            "/ClinicalDocument/languageCode (line 13)",
            "La valeur",
        ),
        (
            ('<realmCode code="FR"/>', '<realmCode code="FR" secret="SECRET"/>'),
            "/ClinicalDocument/realmCode (line 3)",
            "Attribut interdit",
        ),
    ],
)
def test_the_schema_of_the_pack_judges_in_our_words(
    bench: Bench, change: tuple[str, str], place: str, start: str
) -> None:
    found = [one for one in bench.judge(document(change)) if one.rule == "P.XSD"]
    assert [(str(one.location), one.severity) for one in found] == [(place, Severity.WARNING)]
    assert found[0].text_fr.startswith(start)
    assert "SECRET" not in repr(found)


def test_a_model_without_volet_and_a_volet_that_could_not_be_compiled_are_told(enforced: Bench) -> None:
    model = '<templateId root="1.2.250.1.213.1.1.1.13" extension="201310"/>'
    unknown = list(enforced.judge(document((model, '<templateId root="1.2.250.1.213.1.1.1.999"/>'))))
    broken = list(enforced.judge(document((model, '<templateId root="1.2.250.1.213.1.1.1.46"/>'))))
    assert ("P.NO-VOLET", Severity.WARNING) in {(one.rule, one.severity) for one in unknown}
    # The broken volet asks for no templateId that could be read: its name leads nowhere in A11 either.
    assert {one.rule for one in broken} == {"P.NO-VOLET", "P.NOT-EVALUATED"}


def test_a_finding_in_a_message_names_the_segment_that_carried_the_document(bench: Bench) -> None:
    carried = dataclasses.replace(document(NO_SET), origin=Location("OBX", 2))
    (found,) = told(bench, carried)
    assert found.location.erl == "OBX^2^5"


def test_what_is_to_be_deleted_or_could_not_be_read_is_not_judged(bench: Bench) -> None:
    one = document(NO_SET)
    assert list(bench.judge(dataclasses.replace(one, action=Action.DELETE))) == []
    assert list(bench.judge(dataclasses.replace(one, root=None))) == []


def test_threads_judge_at_once_and_alike(bench: Bench) -> None:
    ones = [document(NO_SET), document(ENGLISH)] * 6
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda one: [f.rule for f in told(bench, one)], ones))
    assert found == [["P.ESSAI.3"], ["P.ESSAI.5"]] * 6


def test_a_rule_engine_that_dies_is_started_again(bench: Bench) -> None:
    child = bench._engine._child
    assert child is not None
    child.kill()
    child.wait()
    assert [one.rule for one in told(bench, document(NO_SET))] == ["P.ESSAI.3"]


@pytest.mark.parametrize(
    ("mode", "severity"), [(Mode.OBSERVE, Severity.WARNING), (Mode.ENFORCE, Severity.ERROR)]
)
def test_a_rule_engine_that_does_not_answer_is_told(pack: Pack, mode: Mode, severity: Severity) -> None:
    bench = Bench([dataclasses.replace(pack, mode=mode)], Engine(run_seconds=0.0))
    try:
        found = [one for one in bench.judge(document()) if one.rule == "P.FAILED"]
    finally:
        bench.close()
    assert [(one.severity, one.text_en.rpartition(" (")[2]) for one in found] == [
        (severity, "STRUCT-MIN: no answer within 0 s)"),
        (severity, "ESSAI: no answer within 0 s)"),
    ]


def test_a_start_that_cannot_load_a_pack_goes_on_and_each_document_says_so(pack: Pack) -> None:
    bench = Bench([pack], Engine(load_seconds=0.0))
    try:
        bench.warm()
        found = [one.text_en.rpartition(" (")[2] for one in bench.judge(document()) if one.rule == "P.FAILED"]
    finally:
        bench.close()
    assert found == ["STRUCT-MIN: no answer within 0 s)", "ESSAI: no answer within 0 s)"]
