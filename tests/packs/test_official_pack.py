"""The published CI-SIS pack and the published examples: what compiles, and what it says of them.

Skipped where the folder of official files is not beside the checkout.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from gateway.model import Document, Finding, Severity
from gateway.packs import Bench, Pack, PackStore, Part, compiling
from gateway.packs.compiling import compile_schematron
from gateway.packs.engine import Engine
from gateway.packs.tree import PackTree
from gateway.parsers import Limits, read

SHARED = Path(__file__).resolve().parents[2] / ".." / "shared"
OFFICIAL, EXAMPLES = SHARED / "official", SHARED / "examples" / "cda"
pytestmark = [
    pytest.mark.skipif(not OFFICIAL.is_dir(), reason=f"no official pack at {OFFICIAL}"),
    pytest.mark.timeout(600),
]

J01 = "code that the pack's own J01 lacks"
# Every finding on the 54 published examples, with why.
KNOWN = {
    "BIO-CR-BIO_2023.01_Electrophorese.xml": {"P.NOT-COMPILED": "the pack lacks the parts of this edition"},
    "BIO-CR-BIO_2024.01_TSH_1.xml": {"P.BIO-CR-BIO.32": "claims no edition, so judged by the first one"},
    "CANCER-FRCP_2022.01_Appareil.xml": {"P.ModelesDeContenusCDA.895": J01},
    "TLM-DA_2022.01_TCG.xml": {"P.ModelesDeContenusCDA.895": J01},
    "TLM-DA_2022.01_TE1_anamnèse-non-structurée.xml": {"P.ModelesDeContenusCDA.895": J01},
    "VSM_1.4_2022.01.xml": {"P.EDITION": "claims 201310; the pack has 2022.01 and 2023.01"},
}


@pytest.fixture(scope="module")
def official(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return PackStore(tmp_path_factory.mktemp("packs")).add(OFFICIAL)


@pytest.fixture(scope="module")
def judges(official: Pack) -> Iterator[Bench]:
    bench = Bench([official])
    yield bench
    bench.close()


def document(name: str, *changes: tuple[str, str]) -> Document:
    text = (EXAMPLES / name).read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    (one,) = read(text.encode(), Limits()).documents
    return one


def test_58_of_the_59_volets_compile_and_the_other_says_what_it_lacks(official: Pack) -> None:
    assert len(official.of(Part.VOLET)) == 59
    assert {file.name for file in official.of(Part.PROFILE)} == {
        "IHE",
        "Modeles_ANS",
        "ModelesDeContenusCDA",
    }
    assert [file.path for file in official.of(Part.SCHEMA)] == ["files/cda-xsd/CDA_extended.xsd"]
    (lost,) = official.not_compiled
    assert (lost.name, lost.edition) == ("BIO-CR-BIO", "2023.01")
    assert "includes 9 file(s) that the pack does not contain" in lost.reason


def test_the_value_sets_that_the_pack_lacks_are_named(official: Pack) -> None:
    assert {gap for file in official.files for gap in file.gaps} == {
        "JDV_BilanDiagnostic_CISIS.xml",
        "JDV_ClinicalStatusCodes_CISIS.xml",
        "JDV_ResultatDepistageHematurie_CISIS",
    }


def test_every_volet_has_the_templateid_that_chooses_it(official: Pack) -> None:
    assert [file.path for file in official.of(Part.VOLET) if not file.templates] == []


def test_the_published_examples_have_the_known_findings_and_no_other(judges: Bench) -> None:
    paths = sorted(EXAMPLES.glob("*.xml"))
    found: dict[str, set[str]] = {}
    for path in paths:
        (one,) = read(path.read_bytes(), Limits()).documents
        rules = {finding.rule for finding in judges.judge(one)}
        if rules:
            found[path.name] = rules
    assert found == {name: set(why) for name, why in KNOWN.items() if (EXAMPLES / name).exists()}
    clean = [path for path in paths if path.name.startswith("BIO-CR-BIO_2024.01") and path.name not in found]
    print(
        f"{len(paths) - len(found)} of {len(paths)} examples without finding, {len(clean)} BIO-CR-BIO 2024.01"
    )


BIO = "BIO-CR-BIO_2024.01_Electrophorese.xml"


@pytest.mark.parametrize(
    ("old", "new", "volet", "xpath"),
    [
        ("<setId ", "<setID ", "P.XSD", "/ClinicalDocument/setID"),
        ('<realmCode code="FR"', '<realmCode code="BE"', "P.STRUCT-MIN.", "/ClinicalDocument/realmCode"),
        ('code="11502-2"', 'code="11488-4"', "P.BIO-CR-BIO.", "/ClinicalDocument"),
    ],
)
def test_a_broken_official_example_is_told_by_the_file_that_knows(
    judges: Bench, old: str, new: str, volet: str, xpath: str
) -> None:
    found: list[Finding] = list(judges.judge(document(BIO, (old, new))))
    assert [one for one in found if one.rule.startswith(volet) and one.location.xpath == xpath]
    assert {one.severity for one in found} == {Severity.WARNING}
    assert all("value-of" not in one.text_fr and one.text_fr for one in found)


def walking(root: etree._Element) -> None:
    """The way of the stylesheets that lxml carries: each pattern visits every element."""
    for call in root.iter("{http://www.w3.org/1999/XSL/Transform}apply-templates"):
        if call.get("select") == "@*|*|comment()|processing-instruction()":
            call.set("select", "*")


def test_going_straight_to_the_contexts_finds_what_walking_finds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On examples with one element in forty renamed or emptied, so that many rules fire."""
    tree = PackTree(OFFICIAL)
    profiles = tree.root / "schematrons" / "profils"
    engine = Engine()
    try:
        for path in (profiles / "CI-SIS_Modeles_ANS.sch", profiles / "IHE.sch"):
            sheets = []
            for way in ("straight", "walking"):
                if way == "walking":
                    monkeypatch.setattr(compiling, "go_straight_to_contexts", walking)
                sheets.append(tmp_path / f"{path.stem}.{way}.xsl")
                sheets[-1].write_bytes(compile_schematron(tree, path).stylesheet)
                monkeypatch.undo()
            for name in (BIO, "LDL-SES_2022.01.xml"):
                broken = spoilt(document(name).root)
                straight, walked = (engine.run(sheet, broken) for sheet in sheets)
                assert set(straight.failed) == set(walked.failed), (path.name, name)
                assert straight.skipped == walked.skipped
                assert straight.failed or path.stem != "IHE"
    finally:
        engine.close()


def spoilt(root: etree._Element) -> bytes:
    copy = etree.fromstring(etree.tostring(root))
    for number, element in enumerate(list(copy.iter("{urn:hl7-org:v3}*"))):
        if number % 40 == 39:
            element.tag = "{urn:hl7-org:v3}spoilt"
        elif number % 40 == 19:
            element.attrib.clear()
    return etree.tostring(copy, encoding="utf-8")
