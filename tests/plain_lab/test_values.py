"""Each value as coded data: the type, the number, the unit, what is normal, what is abnormal."""

from __future__ import annotations

import pytest
from lxml import etree

from gateway.model.lab import LabReport
from gateway.model.lab_tree import groups_of
from gateway.nomenclature.loinc import is_loinc
from gateway.parsers import read
from gateway.parsers.lab.values import decimal
from gateway.routes.cda.lab_narrative import Table
from gateway.routes.cda.lab_ranges import Interval, read_range
from gateway.routes.cda.pdf_copy import report_pdf
from gateway.routes.cda.times import cda_time, shown
from tests.plain_lab.cases import CASES, PDF_64, antibiogram
from tests.plain_lab.judged import V3, XSI_TYPE, content, document, observations, value
from tests.plain_lab.samples import HB, MSH, ORC, VALID, message, obr, obx


def _value(kind: str, text: str, unit: str = "", **more: str) -> etree._Element:
    return value(document(message(ORC, obr(), obx(1, kind, "T^Test^L", text, unit, **more))))


def _bounds(element: etree._Element) -> list[tuple[str, str | None, str | None, str | None]]:
    return [(str(b.tag).removeprefix(V3), b.get("value"), b.get("unit"), b.get("inclusive")) for b in element]


def test_a_number_with_a_known_unit_is_a_physical_quantity() -> None:
    found = _value("NM", "11,40", "G/L")
    assert (found.get(XSI_TYPE), found.get("value"), found.get("unit")) == ("PQ", "11.40", "10*9/L")


def test_a_number_without_unit_is_a_real() -> None:
    found = _value("NM", "-1.5")
    assert (found.get(XSI_TYPE), found.get("value")) == ("REAL", "-1.5")


def test_an_unknown_unit_stays_words_and_is_never_taken_for_one() -> None:
    found = _value("NM", "12", "dilutions")
    assert (found.get(XSI_TYPE), found.get("nullFlavor"), found.get("value")) == ("PQ", "OTH", None)
    assert found.findtext(f"{V3}translation/{V3}originalText") == "dilutions"


def test_a_unit_declared_as_ucum_is_used_as_sent() -> None:
    assert _value("NM", "1", "{score}^score^UCUM").get("unit") == "{score}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<^0.5", [("high", "0.5", "mg/L", "false")]),
        ("<=^0.5", [("high", "0.5", "mg/L", "true")]),
        (">^8", [("low", "8", "mg/L", "false")]),
        (">=^8", [("low", "8", "mg/L", "true")]),
        ("^5^-^10", [("low", "5", "mg/L", "true"), ("high", "10", "mg/L", "true")]),
    ],
)
def test_a_comparator_or_a_range_is_an_interval(text: str, expected: list[tuple[str, ...]]) -> None:
    found = _value("SN", text, "mg/L")
    assert found.get(XSI_TYPE) == "IVL_PQ"
    assert _bounds(found) == expected


def test_a_comparator_written_before_a_plain_number_is_read_as_one() -> None:
    found = _value("NM", "<0,5", "mg/L")
    assert _bounds(found) == [("high", "0.5", "mg/L", "false")]


def test_a_titre_is_a_ratio_and_crosses_are_words() -> None:
    ratio = _value("SN", "^1^:^128")
    assert [(str(part.tag), part.get("value")) for part in ratio] == [
        (f"{V3}numerator", "1"),
        (f"{V3}denominator", "128"),
    ]
    crosses = _value("SN", "^2^+")
    assert (crosses.get(XSI_TYPE), crosses.text) == ("ST", "2+")


def test_a_measure_sent_as_text_keeps_its_unit() -> None:
    assert _value("ST", "8 environ", "µg/mL").text == "8 environ µg/mL"


def test_a_local_code_is_a_translation_and_a_known_one_is_the_code() -> None:
    local = _value("CE", "POS^Positif^L")
    assert (local.get("nullFlavor"), local.get("code")) == ("OTH", None)
    assert local.find(f"{V3}translation").get("code") == "POS"  # type: ignore[union-attr]
    known = _value("CE", "POS^Positif^L^10828004^Positif^SCT")
    assert (known.get("code"), known.get("codeSystem")) == ("10828004", "2.16.840.1.113883.6.96")


def test_a_time_is_written_with_the_offset_of_the_facility() -> None:
    assert _value("TS", "202612050745").get("value") == "202612050745+0100"
    assert cda_time("20260705074500.12", "Europe/Paris") == "20260705074500+0200"
    assert cda_time("20260705074500-0300", "Indian/Reunion") == "20260705074500-0300"
    assert cda_time("20260705074500", "Indian/Reunion") == "20260705074500+0400"
    assert cda_time("20260705", "Europe/Paris") == "20260705"
    assert cda_time("hier", "Europe/Paris") == ""


def test_people_read_dates_as_french_dates() -> None:
    assert shown("20261005083000+0200", "Europe/Paris") == "05/10/2026 à 08:30"
    assert shown("202610", "Europe/Paris") == "10/2026"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3.5-5.1", Interval("3.5", "5.1")),
        ("3,5 à 5,1", Interval("3.5", "5.1")),
        ("[3.5 ; 5.1]", Interval("3.5", "5.1")),
        ("-2 - 2", Interval("-2", "2")),
        ("< 5", Interval(high="5", high_inclusive=False)),
        ("≤ 5", Interval(high="5")),
        (">=60", Interval(low="60")),
        ("> 60", Interval(low="60", low_inclusive=False)),
        ("5.1-3.5", None),
        ("1-2-3", None),
        ("Femme : 15 à 150", None),
        ("négatif", None),
    ],
)
def test_a_reference_range_is_structured_only_when_it_says_an_interval(
    text: str, expected: Interval | None
) -> None:
    assert read_range(text) == expected


def test_a_reference_in_words_is_kept_as_words() -> None:
    root = document(message(ORC, obr(), obx(1, "NM", "T^Test^L", "14", "g/L", "Femme : 15 à 150")))
    found = next(root.iter(f"{V3}observationRange"))
    assert [str(part.tag).removeprefix(V3) for part in found] == ["text"]
    assert "Femme : 15 à 150" in "".join(root.itertext())


@pytest.mark.parametrize("flag", ["N", "L", "H", "LL", "HH", "A", "AA", "S", "I", "R"])
def test_a_flag_is_an_interpretation_code(flag: str) -> None:
    root = document(message(ORC, obr(), obx(1, "NM", "T^Test^L", "1", flag=flag)))
    found = observations(root)[0].find(f"{V3}interpretationCode")
    assert found is not None
    assert (found.get("code"), found.get("codeSystem")) == (flag, "2.16.840.1.113883.5.83")


def test_what_was_not_obtained_is_shown_as_such_without_a_value() -> None:
    root = document(CASES["not obtained, and a value only in a comment"].body)
    first = observations(root)[0]
    assert first.find(f"{V3}statusCode").get("code") == "aborted"  # type: ignore[union-attr]
    assert first.find(f"{V3}value") is None
    assert "Non réalisé" in "".join(root.itertext())


def test_a_local_test_code_becomes_loinc_where_the_facility_declares_it() -> None:
    root = document(message(ORC, obr(), obx(1, "NM", "GLU^Glycémie^L", "5", "mmol/L")))
    code = observations(root)[0].find(f"{V3}code")
    assert code is not None
    assert code.get("code") == "14749-6"
    assert [part.get("code") for part in code.iter(f"{V3}translation")] == ["GLU"]


def test_every_comment_and_value_can_be_read_in_the_narrative() -> None:
    root = document(CASES["two orders of two chapters with comments"].body)
    text = "".join(root.itertext())
    for words in ("Sérum limpide", "Contrôlé", "deux fois", "Résultat téléphoné", "6.1", "3.5-5.1", "> 70"):
        assert words in text


def test_the_results_of_an_antibiogram_stand_below_their_germ() -> None:
    report = read(antibiogram()).lab
    assert isinstance(report, LabReport)
    (group,) = groups_of(report)
    assert [result.sequence for result in group.loose] == [1, 2]
    found = [
        (i.head.sequence, [m.sequence for m in i.members], [r.sequence for o in i.orders for r in o.results])
        for i in group.isolates
    ]
    assert found == [(3, [4], [6, 7, 8]), (5, [], [9])]


def test_orders_that_name_each_other_as_parents_are_still_all_there() -> None:
    body = message(
        ORC, obr(1, extra="||||^L2026-002".replace("^L", "P&HIS^L")), HB,
        ORC, obr(2, extra="||||P&HIS^L2026-001"), obx(2, "ST", "B^B^L", "x"),
    )  # fmt: skip
    assert len(observations(document(body))) == 2


def test_the_embedded_pdf_is_in_the_document_byte_for_byte() -> None:
    body = CASES["an embedded PDF beside the results"].body
    media = next(document(body).iter(f"{V3}observationMedia"))
    assert media.findtext(f"{V3}value") == PDF_64


def test_the_pdf_made_here_names_the_signs_that_it_cannot_write() -> None:
    made = report_pdf("Titre", ["α ≤ 5 (a\\b)"], [Table("o1", "Examen", ())])
    assert made.startswith(b"%PDF-1.4")
    assert b"[greek small letter alpha] <= 5 \\(a\\\\b\\)" in made
    assert made == report_pdf("Titre", ["α ≤ 5 (a\\b)"], [Table("o1", "Examen", ())])


@pytest.mark.parametrize(
    ("code", "right"),
    [
        ("718-7", True),
        ("718-8", False),
        ("2345-7", True),
        ("14749-6", True),
        ("14749-61", False),
        ("x-1", False),
    ],
)
def test_a_loinc_code_has_a_check_digit(code: str, right: bool) -> None:
    assert is_loinc(code) is right


@pytest.mark.parametrize(
    ("text", "number"), [("1,5", "1.5"), ("+2", "2"), (".5", "0.5"), ("1e5", ""), ("", "")]
)
def test_a_decimal_is_read_with_a_point_or_a_comma(text: str, number: str) -> None:
    assert decimal(text) == number


def test_the_header_says_what_message_and_declaration_say() -> None:
    found = content(VALID)
    for fact in (
        b'extension="258043523899174"', b'root="1.2.250.1.999.2.2"', b">PS-BIOLOGISTE<",
        b'code="SA25"', b'code="AMBULATOIRE"', b'extension="810003456789"', b'code="11502-2"',
        b'extension="2024.01"', b'<effectiveTime value="20261005153100+0200"/>', b'code="AMB"',
    ):  # fmt: skip
        assert fact in found


def test_the_class_of_the_stay_follows_pv1() -> None:
    body = message("PV1|1|I", ORC, obr(), HB)
    assert b'code="IMP"' in content(body)


def test_a_comment_after_the_pdf_is_not_given_to_the_result_before_it() -> None:
    pdf = f"OBX|2|ED|P^P^L||^application^pdf^Base64^{PDF_64}||||||F"
    report = read(message(ORC, obr(), HB, pdf, "NTE|1||À propos du PDF", msh=MSH)).lab
    assert report is not None
    assert (report.results[0].comments, report.orders[0].comments) == ((), ("À propos du PDF",))
