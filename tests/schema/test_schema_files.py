"""The schema files themselves: well built, quick to load, and knowing the data types by their names."""

from __future__ import annotations

import time
import warnings
from pathlib import Path

import pytest
import xmlschema
from lxml import etree

from gateway.resources import schemas
from tests.schema.differential import ours
from tests.schema.samples import SAMPLE, changed

FOLDER = Path(str(schemas())) / "cda"
XS = "{http://www.w3.org/2001/XMLSchema}"


def follows(document: str) -> bool:
    return bool(ours().validate(etree.fromstring(document.encode())))


def test_the_schema_loads_in_a_moment() -> None:
    times = []
    for _ in range(3):
        started = time.perf_counter()
        etree.XMLSchema(etree.parse(str(FOLDER / "cda.xsd")))
        times.append(time.perf_counter() - started)
    assert min(times) < 0.2


def test_a_strict_reader_of_xml_schema_finds_no_fault() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        schema = xmlschema.XMLSchema10(str(FOLDER / "cda.xsd"), allow="local")
    assert schema.maps.validation == "strict"


def test_every_file_is_used() -> None:
    named = {"cda.xsd"}
    for path in FOLDER.glob("*.xsd"):
        for element in etree.parse(str(path)).iter(f"{XS}include", f"{XS}import"):
            named.add(str(element.get("schemaLocation")))
    assert {path.name for path in FOLDER.glob("*.xsd")} == named


def test_every_type_and_group_is_used() -> None:
    trees = [etree.parse(str(path)).getroot() for path in FOLDER.glob("*.xsd")]
    defined = {
        str(e.get("name")) for tree in trees for e in tree if e.tag in (f"{XS}group", f"{XS}attributeGroup")
    }
    used = {str(e.get("ref")).rpartition(":")[2] for tree in trees for e in tree.iter("*") if e.get("ref")}
    assert defined <= used


def test_the_sample_follows_the_schema() -> None:
    assert follows(SAMPLE)


@pytest.mark.parametrize(
    "value",
    [
        '<value xsi:type="PQ" value="1.2" unit="mmol/L"/>',
        '<value xsi:type="CD" code="a"><originalText><reference value="#a"/></originalText></value>',
        '<value xsi:type="CE" code="a" codeSystem="1.2.3"/>',
        '<value xsi:type="CS" code="a"/>',
        '<value xsi:type="CO" code="a" codeSystem="1.2.3"/>',
        '<value xsi:type="ST">texte</value>',
        '<value xsi:type="ED" mediaType="image/png" representation="B64">QUJD</value>',
        '<value xsi:type="TS" value="20240131"/>',
        '<value xsi:type="IVL_TS"><low value="2024"/><high nullFlavor="UNK"/></value>',
        '<value xsi:type="IVL_PQ"><low value="1" unit="g"/><high value="2" inclusive="false"/></value>',
        '<value xsi:type="IVL_INT"><low value="1"/></value>',
        '<value xsi:type="IVL_REAL"><high value="1.5"/></value>',
        '<value xsi:type="RTO"><numerator xsi:type="PQ"/><denominator xsi:type="PQ" value="8"/></value>',
        '<value xsi:type="RTO_PQ_PQ"><numerator value="1"/><denominator value="8"/></value>',
        '<value xsi:type="PIVL_TS" institutionSpecified="true"><period value="8" unit="h"/></value>',
        '<value xsi:type="EIVL_TS"><event code="ACM"/></value>',
        '<value xsi:type="SXPR_TS"><comp xsi:type="IVL_TS"/><comp xsi:type="PIVL_TS" operator="A"/></value>',
        '<value xsi:type="SXCM_TS" value="2024"/>',
        '<value xsi:type="BL" value="true"/>',
        '<value xsi:type="INT" value="-3"/>',
        '<value xsi:type="REAL" value="1e3"/>',
        '<value xsi:type="MO" value="12.50" currency="EUR"/>',
        '<value xsi:type="II" root="1.2.3" extension="x"/>',
        '<value xsi:type="TEL" value="tel:+33100000000" use="WP"/>',
        '<value xsi:type="AD"><city>Paris</city></value>',
        '<value xsi:type="PN"><family>Durand</family></value>',
        '<value xsi:type="ST" nullFlavor="NASK"/>',
    ],
)  # fmt: skip
def test_a_value_says_its_type(value: str) -> None:
    assert follows(changed('<value xsi:type="PQ" value="5.1" unit="mmol/L"/>', value))


@pytest.mark.parametrize(
    "value",
    [
        '<value value="1.2" unit="mmol/L"/>',
        '<value nullFlavor="UNK"/>',
        '<value xsi:type="ANY"/>',
        '<value xsi:type="QTY"/>',
        '<value xsi:type="Person"/>',
        '<value xsi:type="XX" value="1"/>',
        '<value xsi:type="ST"><reference value="#a"/></value>',
        '<value xsi:type="CE" code="a"><qualifier/></value>',
        '<value xsi:type="CS" code="a" codeSystem="1.2.3"/>',
        '<value xsi:type="PQ" value="1,2"/>',
        '<value xsi:type="TS" value="31/01/2024"/>',
        '<value xsi:type="IVL_TS"><high value="2024"/><low value="2023"/></value>',
        '<value xsi:type="SXPR_TS"><comp xsi:type="IVL_TS"/></value>',
        '<value xsi:type="BL" value="1"/>',
        '<value xsi:type="II" root="1.02"/>',
        '<value xsi:type="ON"><family>Durand</family></value>',
        '<value xsi:type="BN" nullFlavor="UNK"/>',
    ],
)
def test_a_value_of_no_type_or_unlike_its_type_is_refused(value: str) -> None:
    assert not follows(changed('<value xsi:type="PQ" value="5.1" unit="mmol/L"/>', value))
