"""The schematron of the header itself: its data, its arithmetic, where it points, what it costs."""

from __future__ import annotations

import threading
import time
from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from gateway.model import Finding
from gateway.model.timestamps import is_timestamp
from gateway.parsers import read
from gateway.validators import JudgeSettings, judge
from gateway.validators.catalogue import RULES as CATALOGUE
from gateway.validators.documents import judge_documents
from gateway.validators.header_places import HeaderView
from gateway.validators.identity import ins_has_shape, ins_key_is_right
from gateway.validators.rules_cda_header import ASSERTS, RULES, SCH, schematron
from gateway.validators.schematron import judge_schematron
from tests.schematron.defects import base

_H = "{urn:hl7-org:v3}"


def judged(root: etree._Element) -> list[Finding]:
    document = read(etree.tostring(root, encoding="utf-8")).documents[0]
    assert document.root is not None
    return list(judge_schematron(HeaderView(document, document.root), replacement=None))


def rules_of(root: etree._Element) -> set[str]:
    return {finding.rule for finding in judged(root)}


def test_every_assert_speaks_both_languages_and_shows_no_value() -> None:
    root = schematron().getroot()
    for name in ("value-of", "name", "emph", "report"):
        assert list(root.iter(f"{SCH}{name}")) == []
    for name, one in ASSERTS.items():
        assert one.rule.text_fr.endswith("."), name
        assert one.rule.text_en.endswith("."), name
        assert one.rule.text_fr != one.rule.text_en, name
        assert not name.startswith(one.rule.text_fr)


def test_no_diagnostic_and_no_assert_is_without_use() -> None:
    root = schematron().getroot()
    named = [one.get("id") for one in root.iter(f"{SCH}diagnostic")]
    used = {one.get("diagnostics") for one in root.iter(f"{SCH}assert")}
    assert len(set(named)) == len(named)
    assert set(named) == used
    assert len(ASSERTS) == len(list(root.iter(f"{SCH}assert")))


def test_the_catalogue_lists_them_and_no_rule_is_in_two_places() -> None:
    listed = [rule.id for rule in CATALOGUE]
    assert {rule.id for rule in RULES} <= set(listed)
    assert len(set(listed)) == len(listed)


def _effective(value: str) -> etree._Element:
    root = base()
    root.find(f"{_H}effectiveTime").set("value", value)
    return root


DIGITS = st.text("0123456789", max_size=16)
DATES = st.one_of(
    st.datetimes().map(lambda moment: moment.strftime("%Y%m%d%H%M%S")),
    st.builds(
        lambda y, m, d, h: f"{y:04d}{m:02d}{d:02d}{h:02d}"[:10],
        *(st.integers(0, 9999), st.integers(0, 13), st.integers(0, 32), st.integers(0, 25)),
    ),
    DIGITS,
)
TAILS = st.one_of(
    st.just(""),
    st.from_regex(r"(\.[0-9]{0,5})?([+-][0-9]{3,5})?", fullmatch=True),
    st.text("+-.0123456789 Zé", max_size=6),
)


@settings(max_examples=150, deadline=None)
@given(DATES, st.integers(0, 16), TAILS)
def test_the_schematron_knows_the_same_dates_as_the_gateway(date: str, length: int, tail: str) -> None:
    value = date[:length] + tail
    assert ("R.HDR.05" not in rules_of(_effective(value))) == is_timestamp(value.strip()), value


@pytest.mark.parametrize("value", ["20240229", "20000229", "20240630"])
def test_the_calendar_of_the_schematron_has_leap_years(value: str) -> None:
    assert "R.HDR.05" not in rules_of(_effective(value))


@pytest.mark.parametrize(
    "value", ["20230229", "19000229", "20240631", "20241301", "2024010124", "202401010060"]
)
def test_a_moment_that_does_not_exist_is_no_date(value: str) -> None:
    assert "R.HDR.05" in rules_of(_effective(value))


@settings(max_examples=100, deadline=None)
@given(st.from_regex(r"[0-9]{5}([0-9]{2}|2[ABC])[0-9]{6}", fullmatch=True), st.integers(0, 99), st.booleans())
def test_the_schematron_computes_the_same_key_as_the_gateway(core: str, other: int, right: bool) -> None:
    digits = core.replace("2A", "19").replace("2B", "18")
    key = 97 - int(digits) % 97 if right and digits.isdigit() else other
    value = f"{core}{key:02d}"
    root = base()
    identifier = root.find(f"{_H}recordTarget/{_H}patientRole/{_H}id")
    identifier.set("root", "1.2.250.1.213.1.4.8")
    identifier.set("extension", value)
    found = rules_of(root)
    assert ("R.HDR.11" not in found) == ins_has_shape(value)
    assert ("R.HDR.12" in found) == (ins_has_shape(value) and not ins_key_is_right(value))


def test_the_second_author_is_named_as_such() -> None:
    root = base()
    author = root.find(f"{_H}author")
    second = etree.fromstring(etree.tostring(author))
    second.find(f"{_H}assignedAuthor").remove(second.find(f"{_H}assignedAuthor/{_H}id"))
    author.addnext(second)
    (finding,) = judged(root)
    assert finding.rule == "R.HDR.15"
    assert finding.location.xpath == "/ClinicalDocument/author[2]/assignedAuthor"


def test_a_comment_between_elements_moves_no_finding() -> None:
    root = base()
    root.insert(0, etree.Comment("a comment"))
    root.find(f"{_H}custodian").addprevious(etree.ProcessingInstruction("spare", "x"))
    root.find(f"{_H}legalAuthenticator/{_H}signatureCode").set("code", "I")
    (finding,) = judged(root)
    assert finding.location.xpath == "/ClinicalDocument/legalAuthenticator/signatureCode"


def test_a_document_inside_a_stylesheet_is_told_from_itself() -> None:
    sheet = etree.Element("{http://www.w3.org/1999/XSL/Transform}stylesheet")
    root = base()
    root.find(f"{_H}realmCode").set("code", "BE")
    sheet.append(root)
    document = read(etree.tostring(root)).documents[0]
    (finding,) = judge_schematron(HeaderView(document, root), replacement=None)
    assert finding.location.xpath == "/ClinicalDocument/realmCode/@code"


def test_a_facility_may_observe_a_rule_of_the_minimal_structure() -> None:
    root = base()
    root.find(f"{_H}realmCode").set("code", "BE")
    reading = read(etree.tostring(root, encoding="utf-8"))
    assert not judge(reading).accepted
    verdict = judge(reading, JudgeSettings(observe=frozenset({"R.HDR.23"})))
    assert verdict.accepted
    assert [finding.rule for finding in verdict.warnings] == ["R.HDR.23"]


def test_the_header_alone_is_looked_at_however_heavy_the_body() -> None:
    root = base()
    body = root.find(f"{_H}component/{_H}structuredBody")
    for _ in range(20_000):
        etree.SubElement(body, f"{_H}component").text = "text"
    start = time.process_time()
    assert judged(root) == []
    assert time.process_time() - start < 2


MANY = {
    "authors": ("author", "<author/>"),
    "ids": ("recordTarget/patientRole/id", '<id root="1.2.250.1.213.1.4.10" extension="1"/>'),
    "telecoms": ("recordTarget/patientRole/telecom", '<telecom value="x"/>'),
    "acts": ("documentationOf", '<documentationOf><serviceEvent nullFlavor="NA"/></documentationOf>'),
}


@pytest.mark.parametrize("name", MANY)
def test_a_huge_header_is_judged_in_time_and_one_beyond_all_measure_is_refused(name: str) -> None:
    path, extra = MANY[name]
    root = base()
    place = root.find("/".join(f"{_H}{step}" for step in path.split("/")))
    one = etree.fromstring(f'<more xmlns="urn:hl7-org:v3">{extra}</more>')[0]
    for _ in range(4_800):
        place.addnext(deepcopy(one))
    start = time.process_time()
    assert any(finding.is_error for finding in judged(root))
    assert time.process_time() - start < 10
    for _ in range(5_500):
        place.addnext(deepcopy(one))
    assert rules_of(root) == {"R.HDR.52"}


def test_threads_share_the_stylesheet() -> None:
    root = base()
    root.find(f"{_H}realmCode").set("code", "BE")
    document = read(etree.tostring(root, encoding="utf-8")).documents[0]
    told: list[list[str]] = []

    def judge_often() -> None:
        for _ in range(20):
            found = judge_documents(read(document.content), JudgeSettings())
            told.append([finding.rule for finding in found if finding.rule.startswith("R.HDR")])

    workers = [threading.Thread(target=judge_often) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert told == [["R.HDR.23"]] * 80
