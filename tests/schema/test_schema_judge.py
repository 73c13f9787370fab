"""R.XSD.01: one thing broken in a valid document is told once, at its place, without any value found."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest
from lxml import etree

from gateway.model import Document, Location
from gateway.parsers import read
from gateway.validators import judge
from gateway.validators.catalogue import rule
from gateway.validators.rules_schema import XSD_01
from gateway.validators.schema import MARKUP_IN_ONE_GO, MOST_FINDINGS, judge_schema
from tests.schema.differential import Specimen
from tests.schema.mutations import MUTATIONS
from tests.schema.official import CLINICAL_DOCUMENT
from tests.schema.samples import SAMPLE, changed, judged, line_of

SECRET = "DURANDAL"
OBSERVATION = "/ClinicalDocument/component/structuredBody/component/section/entry[1]/observation"
PATIENT = "/ClinicalDocument/recordTarget/patientRole/patient"


def reason(text: str) -> str:
    return text.removeprefix(XSD_01.text_en).strip()


CASES = [
    (
        "no title, no effectiveTime",
        '<effectiveTime value="20260102093000+0100"/>\n',
        "",
        "/ClinicalDocument/confidentialityCode",
        "<confidentialityCode",
        "The element effectiveTime is missing before the element confidentialityCode.",
    ),
    (
        "statusCode twice",
        '<statusCode code="completed"/>\n',
        '<statusCode code="completed"/>\n<statusCode code="active"/>\n',
        f"{OBSERVATION}/statusCode[2]",
        '<statusCode code="active"',
        "The element statusCode has no place here (order, number or name). Expected here: effectiveTime,"
        " priorityCode, repeatNumber, languageCode, value, interpretationCode, methodCode, targetSiteCode,"
        " subject, specimen, performer, author…, or nothing.",
    ),
    (
        "an element that CDA does not have",
        "<realmCode",
        f"<{SECRET}/>\n<realmCode",
        "/ClinicalDocument/*[1]",
        f"<{SECRET}",
        "This element is not known to the schema. Expected here: realmCode, typeId.",
    ),
    (
        "an element of another namespace",
        '<lab:statusCode code="completed"/>',
        f'<x:{SECRET} xmlns:x="urn:x"/>',
        "/ClinicalDocument/documentationOf/serviceEvent/*",
        f"<x:{SECRET}",
        "This element is not known to the schema. Expected here: realmCode, typeId, templateId, id, code,"
        " lab:statusCode, effectiveTime, performer, or nothing.",
    ),
    (
        "an empty role",
        '<id root="1.2.3"/></assignedAuthor>',
        "</assignedAuthor>",
        "/ClinicalDocument/author/assignedAuthor",
        "<assignedAuthor",
        "The element id is missing.",
    ),
    (
        "no body at all",
        SAMPLE[SAMPLE.index("<structuredBody") : SAMPLE.index("</structuredBody>") + 17],
        "",
        "/ClinicalDocument/component",
        "<component>",
        "One of these elements is missing: nonXMLBody, structuredBody.",
    ),
    (
        "a required attribute missing",
        ' moodCode="EVN">',
        ">",
        OBSERVATION,
        "<observation",
        "The attribute moodCode is missing.",
    ),
    (
        "an attribute that CDA does not have",
        "<title>",
        f'<title {SECRET}="{SECRET}">',
        "/ClinicalDocument/title",
        "<title",
        "An attribute is not known to the schema.",
    ),
    (
        "an attribute out of place",
        '<languageCode code="fr-FR"/>',
        f'<languageCode code="fr-FR" displayName="{SECRET}"/>',
        "/ClinicalDocument/languageCode/@displayName",
        "<languageCode",
        "The attribute displayName is not allowed here.",
    ),
    (
        "a date that is none",
        '<birthTime value="19600101"/>',
        f'<birthTime value="{SECRET}"/>',
        f"{PATIENT}/birthTime/@value",
        "<birthTime",
        "The value of the attribute value does not have the expected form: an HL7 timestamp"
        " (YYYYMMDD, or YYYYMMDDHHMMSS with an offset, +0100 for example).",
    ),
    (
        "a code system that is no OID",
        'code="18719-5" codeSystem="2.16.840.1.113883.6.1"',
        f'code="18719-5" codeSystem="1..{SECRET}"',
        "/ClinicalDocument/component/structuredBody/component/section/code/@codeSystem",
        '<code code="18719-5"',
        "The value of the attribute codeSystem does not have the expected form: an OID (numbers and dots,"
        " no leading zero) or a UUID.",
    ),
    (
        "a code with a blank",
        'code="2823-3"',
        f'code="{SECRET} X"',
        f"{OBSERVATION}/code/@code",
        f'<code code="{SECRET}',
        "The value of the attribute code does not have the expected form: a code, without blanks.",
    ),
    (
        "an unknown nullFlavor",
        "<patient>",
        f'<patient nullFlavor="{SECRET}">',
        f"{PATIENT}/@nullFlavor",
        "<patient ",
        "The value of the attribute nullFlavor does not have the expected form: one of NI, INV, DER, OTH,"
        " NINF, PINF, UNC, MSK, NA, UNK, ASKU, NAV, NASK, QS, TRC.",
    ),
    (
        "a qualifier out of the set",
        'qualifier="BR"',
        f'qualifier="BR {SECRET}"',
        f"{PATIENT}/name/family/@qualifier",
        "<family",
        "The value of the attribute qualifier does not have the expected form: codes among BR, SP, CL, AD,"
        " AC, NB, PR, VV, TITLE, IN, INV, SCI, STR, FRM, CON, DEV, TMK, USE, LS.",
    ),
    (
        "another mood than the fixed one",
        "<custodian>",
        f'<custodian typeCode="{SECRET}">',
        "/ClinicalDocument/custodian/@typeCode",
        "<custodian",
        "The attribute typeCode must be CST.",
    ),
    (
        "a birth order of zero",
        'multipleBirthOrderNumber value="2"',
        'multipleBirthOrderNumber value="0"',
        f"{PATIENT}/sdtc:multipleBirthOrderNumber/@value",
        "<sdtc:multipleBirthOrderNumber",
        "The value of the attribute value does not have the expected form: a whole number.",
    ),
    (
        "text between elements",
        "<patient>",
        f"<patient>{SECRET}",
        PATIENT,
        "<patient>",
        "This element holds elements only: take away the text between them.",
    ),
    (
        "text in an empty element",
        '<realmCode code="FR"/>',
        f'<realmCode code="FR">{SECRET}</realmCode>',
        "/ClinicalDocument/realmCode",
        "<realmCode",
        "This element must be empty.",
    ),
    (
        "a value without type",
        'xsi:type="PQ" value="5.1" unit="mmol/L"',
        'value="5.1" unit="mmol/L"',
        f"{OBSERVATION}/value",
        '<value value="5.1"',
        "The type of the value is missing: add xsi:type (PQ, CD, ST, INT, TS…).",
    ),
    (
        "a value of an unknown type",
        'xsi:type="PQ" value="5.1"',
        f'xsi:type="{SECRET}" value="5.1"',
        f"{OBSERVATION}/value/@xsi:type",
        f'<value xsi:type="{SECRET}"',
        "xsi:type does not name an HL7 V3 data type (check the name and its namespace).",
    ),
    (
        "a date of the type of an identifier",
        '<birthTime value="19600101"/>',
        '<birthTime xsi:type="II" root="1.2.3"/>',
        f"{PATIENT}/birthTime/@xsi:type",
        "<birthTime",
        "The type named by xsi:type does not fit this element.",
    ),
    (
        "one ID twice",
        '<td ID="c1">Potassium',
        '<td ID="c1"/><td ID="c1">Potassium',
        "/ClinicalDocument/component/structuredBody/component/section/text/table/tbody/tr/td[2]",
        '<td ID="c1"/>',
        "This identifier is already taken in the document: each ID is unique.",
    ),
    (
        "a paragraph in a heading",
        "<sup>+</sup>",
        "<sup><paragraph/></sup>",
        "/ClinicalDocument/component/structuredBody/component/section/text/table/tbody/tr/td/sup/paragraph",
        "<sup>",
        "The element paragraph has no place here (order, number or name). Nothing more is expected here.",
    ),
    (
        "a part in the wrong namespace",
        "<pharm:originalText>comprimé</pharm:originalText>",
        "<originalText>comprimé</originalText>",
        "/ClinicalDocument/component/structuredBody/component/section/entry[2]/substanceAdministration/consumable"
        "/manufacturedProduct/manufacturedMaterial/pharm:formCode/originalText",
        "<pharm:formCode",
        "The element originalText has no place here (order, number or name). Expected here:"
        " pharm:originalText, pharm:translation, or nothing.",
    ),
]


@pytest.mark.parametrize(
    ("old", "new", "xpath", "marker", "text"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_one_fault_is_told_once_at_its_place(old: str, new: str, xpath: str, marker: str, text: str) -> None:
    broken = changed(old, new)
    (finding,) = judged(broken)
    assert str(finding.location) == f"{xpath} (line {line_of(broken, marker)})"
    assert reason(finding.text_en) == text
    assert (finding.rule, finding.hl7_code, finding.application_code) == ("R.XSD.01", "207", "906")
    assert finding.is_error
    assert SECRET not in repr(finding)
    assert finding.text_fr.startswith(XSD_01.text_fr)
    assert finding.text_fr != XSD_01.text_fr


def test_a_valid_document_gives_nothing() -> None:
    assert judged(SAMPLE) == []


def test_the_rule_is_in_the_catalogue() -> None:
    assert rule("R.XSD.01") is XSD_01


def test_a_document_in_a_message_is_told_by_its_segment() -> None:
    (finding,) = judged(changed('<realmCode code="FR"/>', '<realmCode code=""/>'), Location("OBX", 3))
    assert finding.location.erl == "OBX^3^5"


def test_the_judge_of_a_bare_document_tells_it() -> None:
    assert "R.XSD.01" not in {finding.rule for finding in judge(read(SAMPLE.encode())).findings}
    broken = changed("<title>", '<title lang="fr">')
    assert "R.XSD.01" in {finding.rule for finding in judge(read(broken.encode())).errors}


def test_a_document_inside_a_stylesheet_is_judged_alone() -> None:
    wrapped = f'<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">{SAMPLE}'
    reading = read(f"{wrapped}</xsl:stylesheet>".encode())
    (document,) = reading.documents
    assert list(judge_schema(document)) == []
    broken = read(f"{wrapped}</xsl:stylesheet>".replace("<title>", '<title lang="fr">').encode())
    (finding,) = judge_schema(broken.documents[0])
    assert finding.location.xpath == "/ClinicalDocument/title"


def test_a_prefix_for_the_namespace_of_cda_changes_nothing() -> None:
    broken = changed('<languageCode code="fr-FR"/>', '<languageCode code="fr FR"/>')
    root = etree.fromstring(broken.replace('xsi:type="', 'xsi:type="n1:').encode())
    others = {prefix: namespace for prefix, namespace in root.nsmap.items() if prefix}
    prefixed = etree.Element(str(root.tag), nsmap={"n1": "urn:hl7-org:v3", **others})
    prefixed[:] = root[:]
    content = etree.tostring(prefixed)
    assert b"<n1:languageCode" in content
    (finding,) = judge_schema(Document(content, root=etree.fromstring(content)))
    assert finding.location.xpath == "/ClinicalDocument/languageCode/@code"


def test_a_document_that_could_not_be_read_is_not_judged() -> None:
    assert list(judge_schema(Document(b"<x"))) == []


def test_many_faults_are_told_up_to_a_number_and_the_others_counted() -> None:
    many = "".join(f'<templateId root="1.2.{SECRET}." extension="{n}"/>' for n in range(100))
    findings = judged(changed('<templateId root="2.16.840.1.113883.2.8.2.1"/>', many))
    assert len(findings) == MOST_FINDINGS + 1
    assert reason(findings[-1].text_en) == f"{100 - MOST_FINDINGS} other places do not follow it either."
    assert findings[0].location.xpath == "/ClinicalDocument/templateId[1]/@root"


def test_one_fault_in_a_huge_document_is_found_at_its_line() -> None:
    rows = "\n".join("<br/>" for _ in range(2 * MARKUP_IN_ONE_GO))
    broken = changed("<text><table>", f"<text>{rows}\n<br>x</br><table>")
    (finding,) = judged(broken)
    assert finding.location.line == line_of(broken, "<br>x")
    assert reason(finding.text_en) == "This element must be empty."


def test_a_huge_document_with_a_fault_in_each_element_costs_seconds_at_most() -> None:
    rows = '<id b="1"/>' * 100_000
    broken = changed('<id root="1.2.250.1.213.1.4.10"', f'{rows}<id root="1.2.250.1.213.1.4.10"')
    started = time.perf_counter()
    findings = judged(broken)
    # lxml alone, asked for the path of each error, needs more than a minute.
    assert time.perf_counter() - started < 10
    assert len(findings) == MOST_FINDINGS + 1
    assert reason(findings[-1].text_en) == "Other places, too many to count, do not follow it either."


def test_threads_that_judge_at_once_agree_with_one_that_judges_alone() -> None:
    texts = [SAMPLE, *(changed(case[1], case[2]) for case in CASES)] * 4
    alone = [judged(text) for text in texts]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(judged, texts)) == alone


def test_every_mutation_of_the_sample_that_is_refused_is_explained() -> None:
    specimen, pick, told = Specimen("sample", etree.fromstring(SAMPLE.encode())), Random(7), 0
    for mutation in MUTATIONS * 25:
        found = specimen.mutate(mutation, pick)
        if found is None or specimen.root.tag != CLINICAL_DOCUMENT:
            specimen.root.tag = CLINICAL_DOCUMENT
            continue
        content = etree.tostring(specimen.root)
        findings = list(judge_schema(Document(content, root=etree.fromstring(content))))
        told += len(findings)
        for finding in findings:
            assert finding.location.xpath is not None
            assert finding.location.xpath.startswith("/ClinicalDocument")
            assert "more precisely" not in finding.text_en, (mutation.__name__, content.decode())
        found[1]()
    assert told > 200
