"""The volet of a document: by templateId, then by the edition it claims."""

from __future__ import annotations

import pytest

from gateway.packs import PackFile, Part, volet_of
from gateway.packs.choosing import UNSTRUCTURED, assigned, named
from gateway.packs.contexts import alternatives

BIO, XDLAB = "1.2.250.1.213.1.1.1.55", "1.3.6.1.4.1.19376.1.3.3"
ALWAYS = [("2.16.840.1.113883.2.8.2.1", ""), ("1.2.250.1.213.1.1.1.1", "")]


def volet(path: str, *templates: str, codes: tuple[str, ...] = ()) -> PackFile:
    part, name, edition = named(path)
    return PackFile(path, part, name, "", edition, templates, codes)


VOLETS = assigned(
    [
        volet("CI-SIS_BIO-CR-BIO_2021.01.sch", XDLAB),
        volet("CI-SIS_BIO-CR-BIO_2023.01.sch"),
        volet("CI-SIS_BIO-CR-BIO_2024.01.sch", XDLAB),
        volet("CI-SIS_CSE-CS8_2024.01.sch", "1.2.250.1.213.1.1.1.5.1", "1.2.250.1.213.1.1.1.5"),
        volet("CI-SIS_CSE-CS9_2024.01.sch", "1.2.250.1.213.1.1.1.5.2", "1.2.250.1.213.1.1.1.5"),
        volet("CI-SIS_LDL-SES_2022.01.sch"),
        volet("CI-SIS_TLM-CR_2022.01.sch", UNSTRUCTURED, codes=("85208-7",)),
        volet("CI-SIS_VSM_1.4_2022.01.sch", "1.2.250.1.213.1.1.1.13"),
        volet("CI-SIS_VSM_2023.01.sch", "1.2.250.1.213.1.1.1.13"),
    ]
)


@pytest.mark.parametrize(
    ("templates", "type_code", "expected"),
    [
        ([(XDLAB, ""), (BIO, "2024.01")], "11502-2", ("BIO-CR-BIO", "2024.01", True)),
        ([(XDLAB, ""), (BIO, "2023.01")], "11502-2", ("BIO-CR-BIO", "2023.01", True)),
        ([(XDLAB, ""), (BIO, "")], "11502-2", ("BIO-CR-BIO", "2021.01", True)),
        ([(BIO, "2022.01")], "11502-2", ("BIO-CR-BIO", "2021.01", False)),
        ([(BIO, "2026.01")], "11502-2", ("BIO-CR-BIO", "2024.01", False)),
        (
            [("1.2.250.1.213.1.1.1.5", ""), ("1.2.250.1.213.1.1.1.5.2", "2024.01")],
            "CERT_DECL",
            ("CSE-CS9", "2024.01", True),
        ),
        ([("1.2.250.1.213.1.1.1.29", "2022.01")], "11490-0", ("LDL-SES", "2022.01", True)),
        ([(UNSTRUCTURED, "")], "85208-7", ("TLM-CR", "2022.01", True)),
        ([("1.2.250.1.213.1.1.1.13", "201310")], "SYNTH", ("VSM", "2022.01", False)),
    ],
)
def test_the_volet_is_chosen_by_templateid_and_edition(
    templates: list[tuple[str, str]], type_code: str, expected: tuple[str, str, bool]
) -> None:
    found, exact = volet_of(VOLETS, [*ALWAYS, *templates], type_code)
    assert found is not None
    assert (found.name, found.edition, exact) == expected


@pytest.mark.parametrize(
    ("templates", "type_code"),
    [([], "11502-2"), ([(UNSTRUCTURED, "")], "11502-2"), ([("1.2.250.1.213.1.1.1.5", "")], "CERT_DECL")],
)
def test_a_templateid_common_to_many_chooses_nothing(
    templates: list[tuple[str, str]], type_code: str
) -> None:
    assert volet_of(VOLETS, [*ALWAYS, *templates], type_code) == (None, True)


def test_files_are_sorted_by_where_they_are() -> None:
    assert named("x/profils/structurationMinimale/M.sch") == (Part.MINIMAL, "STRUCT-MIN", "")
    assert named("x/profils/CI-SIS_Modeles_ANS.sch") == (Part.PROFILE, "Modeles_ANS", "")
    assert named("x/CI-SIS_OPH-BRE_2022.02.sch") == (Part.VOLET, "OPH-BRE", "2022.02")


def test_the_alternatives_of_a_context_are_split_outside_of_brackets_and_quotes() -> None:
    assert alternatives("a/b | c[d | e = '|'] | //f") == ["a/b", "c[d | e = '|']", "//f"]
