"""CX, XCN, XON and friends: the shapes of XDS-DMP part (b) 2."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.model import Code, Identifier, Organization, PatientId, Person
from gateway.xds import metadata as m

TEXT = st.text(alphabet="Aé'- ^&~|\\SFTRE0", min_size=1).map(str.strip).filter(bool)


def test_a_professional_is_written_as_the_dmp_wants() -> None:
    person = Person(Identifier("1.2.250.1.71.4.2.1", "899700000017"), "DURANDTEST", "Alix")
    expected = "899700000017^DURANDTEST^Alix^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS"
    assert m.format_xcn(person, "IDNPS") == expected
    assert m.parse_xcn(expected) == (person, "IDNPS")


def test_a_device_has_the_name_type_u() -> None:
    person = Person(Identifier("1.2.250.1.71.4.2.1", "3990000001/7"), "Modèle", "Logiciel", device=True)
    text = m.format_xcn(person, "RI")
    assert text.split("^")[9] == "U"
    assert m.parse_xcn(text) == (person, "RI")


def test_a_structure_is_written_as_the_dmp_wants() -> None:
    structure = Organization(Identifier("1.2.250.1.71.4.2.2", "1990000001"), "CH EXEMPLE")
    expected = "CH EXEMPLE^^^^^&1.2.250.1.71.4.2.2&ISO^IDNST^^^1990000001"
    assert m.format_xon(structure, "IDNST") == expected
    assert m.parse_xon(expected) == (structure, "IDNST")


def test_a_structure_without_identifier_is_only_a_name() -> None:
    assert m.format_xon(Organization(None, "CH EXEMPLE"), "IDNST") == "CH EXEMPLE"
    assert m.parse_xon("CH EXEMPLE") == (Organization(None, "CH EXEMPLE"), "")


@pytest.mark.parametrize(
    ("text", "patient"),
    [
        ("2990^^^&1.2.250.1.213.1.4.8&ISO^NH", PatientId("2990", "1.2.250.1.213.1.4.8", "NH")),
        ("2990^^^&1.2.250.1.213.1.4.8&ISO", PatientId("2990", "1.2.250.1.213.1.4.8", "")),
    ],
)
def test_patient_ids_travel_both_ways(text: str, patient: PatientId) -> None:
    assert m.format_cx(patient) == text
    assert m.parse_cx(text) == patient


def test_a_seventh_component_of_a_patient_id_is_tolerated() -> None:
    assert m.parse_cx("2990^^^&1.2&ISO^NH^^20200101") == PatientId("2990", "1.2", "NH")


def test_a_reference_id_keeps_its_type() -> None:
    reference = m.ReferenceId("PR-1", "1.2.3", "urn:ihe:iti:xds:2013:order")
    assert m.format_cxi(reference) == "PR-1^^^&1.2.3&ISO^urn:ihe:iti:xds:2013:order"
    assert m.parse_cxi(m.format_cxi(reference)) == reference


def test_the_value_of_an_identifier_stays_out_of_repr() -> None:
    assert "PR-1" not in repr(m.ReferenceId("PR-1", "1.2.3", "order"))


@given(TEXT, TEXT)
def test_delimiters_in_names_survive(family: str, given_name: str) -> None:
    person = Person(Identifier("1.2.3", "8" + family), family, given_name)
    assert m.parse_xcn(m.format_xcn(person, "IDNPS")) == (person, "IDNPS")


@given(TEXT, TEXT)
def test_delimiters_in_coded_values_survive(code: str, display: str) -> None:
    coded = Code(code, "1.2.3", display)
    assert m.parse_coded(m.format_coded(coded)) == coded
