"""The parts of a declaration that complete messages without a CDA are checked when they are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.errors import ConfigurationError
from gateway.settings import load_facilities

BASE = """
[[facility]]
code = "labo"
name = "Laboratoire"
structure_id = "1990000019"
source_id = "1.2.3"
"""


def _load(folder: Path, more: str) -> str:
    path = folder / "facilities.toml"
    path.write_text(BASE + more, encoding="utf-8")
    try:
        load_facilities(path)
    except ConfigurationError as error:
        return str(error)
    return ""


def test_every_declared_sender_of_the_trial_can_have_documents_built() -> None:
    for facility in load_facilities(None).facilities:
        assert facility.responsible is not None
        assert facility.writer == facility.responsible
        assert all(
            (facility.document_root, facility.facility_type, facility.practice_setting, facility.address)
        )


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ('facility_type = "SA99999"', "facility_type"),
        ('practice_setting = "GARAGE"', "practice_setting"),
        ('document_root = "abc"', "document_root"),
        ('charset = "EBCDIC"', "charset"),
        ('responsible = { id = "899000000011", family = "X", given = "Y", specialty = "ZZ" }', "specialty"),
        (
            'responsible = { id = "899000000011", family = "", given = "Y", specialty = "G15_10/SM03" }',
            "family",
        ),
        ('loinc = { GLU = { code = "GLU", display = "Glucose" } }', "loinc.GLU.code"),
        ('address = { street = "1 rue", postcode = "99000", city = "X", fax = "1" }', "address.fax"),
    ],
)
def test_a_wrong_declaration_is_refused_and_named(tmp_path: Path, more: str, named: str) -> None:
    assert named in _load(tmp_path, more)


def test_a_mapping_to_loinc_is_found_by_the_local_code(tmp_path: Path) -> None:
    path = tmp_path / "facilities.toml"
    path.write_text(BASE + 'loinc = { GLU = { code = "14749-6", display = "Glucose" } }', encoding="utf-8")
    (facility,) = load_facilities(path).facilities
    found = facility.loinc_of("GLU")
    assert found is not None
    assert (found.code, facility.loinc_of("NA")) == ("14749-6", None)
