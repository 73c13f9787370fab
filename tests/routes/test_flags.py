"""Flags to codes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.model import Code, Flags
from gateway.nomenclature import VISIBILITY, value_set
from gateway.routes.flags import confidentiality_codes, content_type_code
from tests.routes.samples import FACILITY, HL7

NORMAL = Code("N", HL7)
ALL = Flags(masque_ps=True, invisible_patient=True, invisible_rep_legaux=True)


def test_the_code_of_the_cda_comes_first_then_the_visibility_codes() -> None:
    found = confidentiality_codes(NORMAL, ALL)
    assert [(code.code, code.system) for code in found] == [
        ("N", HL7),
        ("MASQUE_PS", VISIBILITY),
        ("INVISIBLE_PATIENT", VISIBILITY),
        ("INVISIBLE_REPRESENTANTS_LEGAUX", VISIBILITY),
    ]
    assert all((code.code, code.system) in value_set("J58") and code.display for code in found)


@pytest.mark.parametrize(
    ("flags", "added"),
    [
        (Flags(), []),
        (Flags(masque_ps=True), ["MASQUE_PS"]),
        (Flags(invisible_patient=True), ["INVISIBLE_PATIENT"]),
        (Flags(invisible_rep_legaux=True), ["INVISIBLE_REPRESENTANTS_LEGAUX"]),
        (Flags(connexion_secrete=True, modif_conf_code=True, destmssantepat=True), []),
    ],
)
@pytest.mark.parametrize("base", ["N", "R", "V"])
def test_each_flag_adds_its_own_code(base: str, flags: Flags, added: list[str]) -> None:
    assert [code.code for code in confidentiality_codes(Code(base, HL7), flags)] == [base, *added]


@pytest.mark.parametrize("code", [None, Code("X", HL7), Code("N", "1.2.3"), Code("MASQUE_PS", VISIBILITY)])
def test_a_confidentiality_is_never_supposed(code: Code | None) -> None:
    assert confidentiality_codes(code, ALL) == ()


@pytest.mark.parametrize(
    ("patient_class", "activity"),
    [("I", "03"), ("O", "07"), ("R", "19"), ("N", "97"), ("E", "07"), ("V", "07"), ("", "07")],
)
def test_the_patient_class_gives_the_content_type(patient_class: str, activity: str) -> None:
    found = content_type_code(patient_class, FACILITY)
    assert found is not None
    assert (found.code, found.system) == (activity, "1.2.250.1.213.2.2")
    assert (found.code, found.system) in value_set("J59")


def test_the_default_content_type_takes_the_system_of_its_own_code() -> None:
    found = content_type_code("", replace(FACILITY, default_content_type="EXP_PATIENT"))
    assert found is not None
    assert found.system == "1.2.250.1.213.1.1.4.6"


@pytest.mark.parametrize("default", ["", "zz", "11"])
def test_an_unknown_or_ambiguous_default_gives_no_content_type(default: str) -> None:
    assert content_type_code("", replace(FACILITY, default_content_type=default)) is None
