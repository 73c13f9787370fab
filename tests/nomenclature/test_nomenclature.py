"""The nomenclatures say what their publishers say, and cannot be altered."""

from __future__ import annotations

import csv
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from gateway.model import Code, Rubrique
from gateway.nomenclature import (
    LOINC,
    TRE_A05,
    VISIBILITY,
    code_system_name,
    code_system_of_hl7,
    format_of_media_type,
    formats_of_templates,
    ins_authority,
    rubrique_of,
    type_to_class,
    value_set,
    versions,
    visibility_code,
)
from gateway.resources import schemas

SHARED = Path(__file__).resolve().parents[2] / ".." / "shared" / "nomenclatures"

# Retyped from the publishers' counts and dates, so that an edition cannot change unnoticed.
EDITIONS = {
    "J01": (396, "2024-12-13"),
    "J02": (69, "2026-02-23"),
    "J03": (101, "2026-09-28"),
    "J04": (12, "2024-09-27"),
    "J06": (13, "2023-09-22"),
    "J07": (123, "2026-06-29"),
    "J08": (6, "2020-04-24"),
    "J10": (63, "2026-09-28"),
    "J47": (10, "2024-12-13"),
    "J52": (4, "2020-04-24"),
    "J56": (379, "2024-09-27"),
    "J57": (12, "2023-09-22"),
    "J58": (6, "2020-04-24"),
    "J59": (101, "2026-09-28"),
    "J60": (62, "2026-09-28"),
    "J61": (68, "2024-09-27"),
    "J62": (11, "2023-09-22"),
    "J65": (432, "2024-09-27"),
    "J66": (108, "2024-09-27"),
    "J197": (7, "2022-06-24"),
    "J231": (3, "2022-12-16"),
    "ModaliteAcquisition": (49, "2021-04-19"),
    "RegionAnatomique": (10, "2022-11-14"),
    "X04": (142, "2026-06-29"),
    "X16": (109, "2024-09-27"),
    "A11": (88, "2026-06-29"),
    "A11-supplement": (1, "2026-11-21"),
    "A12": (5, "2025-01-25"),
    "INS": (5, "2025-02-19"),
    "MetaDMPMSS": (12, "2026-04-21"),
    "code-systems": (37, "2026-09-28"),
    "rubriques": (108, "2026-11-21"),
}
VALUE_SETS = [
    name for name in EDITIONS if name[0] == "J" or name in ("ModaliteAcquisition", "RegionAnatomique")
]


def test_every_edition_has_the_rows_and_the_date_of_its_publisher() -> None:
    assert {edition.name: (edition.rows, edition.version) for edition in versions()} == EDITIONS


def test_every_file_has_the_rows_that_versions_announces_and_no_other_file_lies_there() -> None:
    folder = schemas() / "nomenclatures"
    for edition in versions():
        with_header = (folder / edition.file).read_text(encoding="utf-8").splitlines()
        assert len(with_header) - 1 == edition.rows, edition.file
    present = {file.name for file in folder.iterdir() if file.name.endswith(".csv")}
    assert present == {edition.file for edition in versions()} | {"VERSIONS.csv"}


@pytest.mark.parametrize("name", VALUE_SETS)
def test_a_value_set_holds_as_many_concepts_as_rows_so_no_key_hides_another(name: str) -> None:
    found = value_set(name)
    assert len(found) == EDITIONS[name][0]
    assert found.oid.startswith("1.2.250.1.213.1.1.5.")
    assert all(concept.code and concept.system and concept.display for concept in found)


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs ../shared/nomenclatures")
@pytest.mark.parametrize("name", VALUE_SETS)
def test_the_codes_are_those_of_the_transcription(name: str) -> None:
    file = next(edition.file for edition in versions() if edition.name == name)
    with (SHARED / file).open(encoding="utf-8", newline="") as rows:
        expected = [(row["code"], row["code_system_oid"], row["display"]) for row in csv.DictReader(rows)]
    assert [(concept.code, concept.system, concept.display) for concept in value_set(name)] == expected


def test_the_key_is_the_code_with_its_system() -> None:
    types = value_set("J66")
    assert ("11502-2", LOINC) in types
    assert ("11502-2", TRE_A05) not in types
    assert types.get("11502-2", "1.2.250.1.213.1.1.4.12") is None
    assert types.by_code("11502-2")[0].coded == Code("11502-2", LOINC, types.by_code("11502-2")[0].display)
    assert types.by_code("nothing") == ()


def test_one_code_in_two_systems_gives_two_concepts() -> None:
    assert len(value_set("J59").by_code("11")) == 2


def test_an_unknown_value_set_is_an_error_that_names_those_that_exist() -> None:
    with pytest.raises(KeyError, match="J66"):
        value_set("J99")


def test_every_type_of_the_dmp_has_a_class_of_the_dmp() -> None:
    classes = value_set("J57")
    for concept in value_set("J66"):
        found = type_to_class(concept.code, concept.system)
        assert found is not None, concept.code
        assert (found.code, found.system) in classes
        assert type_to_class(concept.code, concept.system, dmp=False) == found or concept.code == "E1762"


def test_every_type_of_the_dmp_but_the_signature_has_a_rubrique() -> None:
    without = [c.code for c in value_set("J66") if rubrique_of(c.code, c.system) is None]
    assert without == ["E1762"]


def test_every_rubrique_receives_at_least_one_type() -> None:
    assert {rubrique_of(c.code, c.system) for c in value_set("J66")} == {*Rubrique, None}


def test_an_unknown_type_has_neither_class_nor_rubrique() -> None:
    assert type_to_class("00000-0", LOINC) is None
    assert rubrique_of("11502-2", TRE_A05) is None


def test_templates_lead_to_their_formats_in_the_order_given() -> None:
    found = formats_of_templates(
        ["1.2.250.1.213.1.1.1.1", "1.2.250.1.213.1.1.1.29", "1.2.250.1.213.1.1.1.55"]
    )
    assert [(row.template_id[-2:], row.format.code) for row in found] == [
        ("29", "urn:asip:ci-sis:ldl-ses:2017"),
        ("55", "urn:ihe:lab:xd-lab:2008"),
    ]
    assert len(formats_of_templates(["1.3.6.1.4.1.19376.1.2.20"])) == 5


def test_the_supplement_only_fills_holes_of_a11_with_formats_of_the_dmp() -> None:
    with (schemas() / "nomenclatures" / "A11_supplement.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    with (schemas() / "nomenclatures" / "ASS_A11_cdaTemplate_to_formatCode_CISIS.csv").open(
        encoding="utf-8"
    ) as file:
        official = {row["template_id"] for row in csv.DictReader(file)}
    for row in rows:
        assert row["template_id"] not in official
        assert (row["format_code"], row["format_system_oid"]) in value_set("J60")
        assert row["basis"]


@pytest.mark.parametrize(
    ("media_type", "code"),
    [
        ("application/pdf", "urn:ihe:iti:xds-sd:pdf:2008"),
        ("text/plain", "urn:ihe:iti:xds-sd:text:2008"),
        ("text/rtf", "urn:ihe:iti-fr:xds-sd:rtf:2010"),
        ("image/jpeg", "urn:ihe:iti-fr:xds-sd:jpeg:2010"),
        ("Image/TIFF; q=1", "urn:ihe:iti-fr:xds-sd:tiff:2010"),
    ],
)
def test_a_media_type_leads_to_a_format_of_the_dmp(media_type: str, code: str) -> None:
    found = format_of_media_type(media_type)
    assert found is not None
    assert found.code == code
    assert (found.code, found.system) in value_set("J60")


def test_another_media_type_has_no_format() -> None:
    assert format_of_media_type("application/msword") is None


def test_the_shortened_hl7_flag_is_translated() -> None:
    found = visibility_code("INVISIBLE_REP_LEGAUX")
    assert found is not None
    assert (found.code, found.system) == ("INVISIBLE_REPRESENTANTS_LEGAUX", VISIBILITY)
    assert visibility_code("DESTDMP") is None


@pytest.mark.parametrize(
    ("last", "environment"),
    [("8", "production"), ("9", "production"), ("10", "test"), ("11", "demo"), ("2", "legacy")],
)
def test_an_ins_authority_knows_its_environment(last: str, environment: str) -> None:
    found = ins_authority(f"1.2.250.1.213.1.4.{last}")
    assert found is not None
    assert found.environment == environment


def test_a_local_authority_is_not_an_ins_authority() -> None:
    assert ins_authority("1.2.250.1.213.1.4.12") is None


def test_the_two_systems_of_obx_3_are_known_by_their_hl7_names() -> None:
    assert code_system_of_hl7("LN") == LOINC
    assert code_system_of_hl7("TRE_A05") == TRE_A05
    assert code_system_of_hl7("L") is None
    assert code_system_name(LOINC) == "LOINC"
    assert code_system_name("1.2.3") == ""


def test_nothing_can_be_altered() -> None:
    types = value_set("J66")
    with pytest.raises(FrozenInstanceError):
        types.name = "J07"  # type: ignore[misc]
    with pytest.raises(TypeError):
        types._concepts["x", "y"] = next(iter(types))  # type: ignore[index]


def test_all_threads_get_the_same_set() -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(value_set, ["J65"] * 64))
    assert all(one is found[0] for one in found)
