"""The facts of the CDA header, all of them, and what a nullFlavor does to them."""

from __future__ import annotations

import pytest

from gateway.model import (
    Action,
    Body,
    CdaHeader,
    Code,
    HeaderAuthor,
    HeaderPatient,
    Identifier,
    Organization,
    Person,
    ServiceEvent,
)
from gateway.parsers import read
from tests.parsers.samples import CDA_TEXT, LOINC, PRACTITIONER, STRUCTURE

LABORATORY = Organization(Identifier(STRUCTURE, "1300017985"), "Laboratoire A")
DURAND = Person(Identifier(PRACTITIONER, "801234567897"), "DURAND", "Eve")


def header_of(text: str) -> CdaHeader:
    header = read(text.encode()).documents[0].header
    assert header is not None
    return header


def changed(old: str, new: str) -> CdaHeader:
    assert old in CDA_TEXT
    return header_of(CDA_TEXT.replace(old, new, 1))


def test_every_fact_of_the_header_is_read() -> None:
    assert header_of(CDA_TEXT) == CdaHeader(
        unique_id=Identifier("1.2.250.1.999.1.7"),
        code=Code("11502-2", LOINC, "CR d'examens biologiques"),
        title="Compte rendu d'été",
        effective_time="20260302101500+0100",
        confidentiality=Code("N", "2.16.840.1.113883.5.25", "Normal"),
        language="fr-FR",
        set_id=Identifier("1.2.250.1.999.1"),
        version_number="2",
        replaces=(Identifier("1.2.250.1.999.1.6"),),
        template_ids=("2.16.840.1.113883.2.8.2.1", "1.2.250.1.213.1.1.1.1"),
        patient=HeaderPatient(
            identifiers=(
                Identifier("1.2.250.1.213.1.4.10", "279035121518989"),
                Identifier("1.2.250.1.999.2", "P12"),
            ),
            birth_family="SPECIMEN",
            used_family="EXEMPLE",
            birth_given="AGATHE",
            givens=("AGATHE ZOE",),
            birth_time="19790328",
            gender="F",
            birthplace="63220",
        ),
        authors=(
            HeaderAuthor(
                person=Person(Identifier(PRACTITIONER, "801234567866"), "MARTIN", "Luc"),
                time="20260302101400+0100",
                specialty=Code("G15_10/SM03", "1.2.250.1.213.1.1.4.5", "Biologiste"),
                role="Responsable",
                organization=LABORATORY,
            ),
            HeaderAuthor(Person(Identifier("1.2.250.1.999.3", "D1"), "Logiciel", "Modele", device=True)),
        ),
        custodian=LABORATORY,
        legal_authenticator=DURAND,
        service_events=(
            ServiceEvent(code=Code("18727-8", LOINC)),
            ServiceEvent(
                code=Code("18719-5", LOINC, "Biochimie"),
                start="20260301",
                stop="20260302",
                practice_setting=Code("AMBULATOIRE", "1.2.250.1.213.1.1.4.9"),
                performer=DURAND,
                translations=(Code("CT", "1.2.840.10008.2.16.4", "Scanner"),),
                identifier=Identifier("1.2.250.1.999.6"),
            ),
        ),
        facility_type=Code("SA25", "1.2.250.1.71.4.2.4", "Laboratoire"),
        encounter_start="20260301",
        encounter_stop="20260303",
        order_ids=(Identifier("1.2.250.1.999.4", "O1"),),
        body=Body(1, "application/pdf", "B64"),
        accession_numbers=(Identifier("1.2.250.1.999.5", "A1"),),
    )


def test_an_empty_clinical_document_has_an_empty_header() -> None:
    assert header_of('<ClinicalDocument xmlns="urn:hl7-org:v3"/>') == CdaHeader()


@pytest.mark.parametrize(
    ("old", "new", "fact"),
    [
        ('<id root="1.2.250.1.999.1.7"/>', '<id nullFlavor="UNK" root="1.2"/>', "unique_id"),
        ('<code code="11502-2"', '<code nullFlavor="OTH" code="11502-2"', "code"),
        ("<title>", '<title nullFlavor="NI">', "title"),
        ("<effectiveTime value=", '<effectiveTime nullFlavor="UNK" value=', "effective_time"),
        ("<languageCode ", '<languageCode nullFlavor="UNK" ', "language"),
        ("<versionNumber ", '<versionNumber nullFlavor="UNK" ', "version_number"),
        ('<code code="SA25"', '<code nullFlavor="UNK"', "facility_type"),
        (
            "<representedCustodianOrganization>",
            '<representedCustodianOrganization nullFlavor="NI">',
            "custodian",
        ),
    ],
)
def test_a_null_flavor_counts_as_absent(old: str, new: str, fact: str) -> None:
    assert getattr(changed(old, new), fact) == getattr(CdaHeader(), fact)


def test_a_structured_body_is_level_3_and_no_body_is_none() -> None:
    start, end = CDA_TEXT.index("<nonXMLBody>"), CDA_TEXT.index("</component>")
    assert header_of(CDA_TEXT[:start] + "<structuredBody/>" + CDA_TEXT[end:]).body == Body(3)
    assert header_of(CDA_TEXT[:start] + CDA_TEXT[end:]).body is None


def test_only_rplc_replaces() -> None:
    assert changed('typeCode="RPLC"', 'typeCode="APND"').replaces == ()


def test_several_replaced_documents_are_all_kept() -> None:
    parent = '<parentDocument><id root="1.2.250.1.999.1.6"/></parentDocument>'
    other = f'{parent}</relatedDocument><relatedDocument typeCode="RPLC">{parent.replace("1.6", "1.5")}'
    assert [found.root for found in changed(parent, other).replaces] == [
        "1.2.250.1.999.1.6",
        "1.2.250.1.999.1.5",
    ]


def test_an_interval_given_as_one_value_is_its_beginning() -> None:
    header = changed('<low value="20260301"/><high value="20260302"/>', "")
    assert header.service_events[1].start == ""
    once = '<effectiveTime value="20260301"/>'
    header = changed('<effectiveTime><low value="20260301"/><high value="20260302"/></effectiveTime>', once)
    assert (header.service_events[1].start, header.service_events[1].stop) == ("20260301", "")


def test_an_interval_under_a_null_flavor_is_empty() -> None:
    header = changed("<effectiveTime><low", '<effectiveTime nullFlavor="MSK"><low')
    assert (header.service_events[1].start, header.service_events[1].stop) == ("", "")


def test_a_qualifier_may_be_a_list() -> None:
    patient = changed('<family qualifier="BR">', '<family qualifier="BR CL">').patient
    assert (patient.birth_family, patient.used_family) == ("SPECIMEN", "SPECIMEN")


def test_elements_of_other_namespaces_are_not_taken_for_the_header() -> None:
    header = changed("<realmCode", '<x:id xmlns:x="urn:other" root="9.9"/><realmCode')
    assert header.unique_id == Identifier("1.2.250.1.999.1.7")


def test_a_bare_cda_that_names_its_predecessor_asks_for_a_replacement() -> None:
    assert read(CDA_TEXT.encode()).documents[0].action is Action.REPLACE
    once = CDA_TEXT.replace('typeCode="RPLC"', 'typeCode="APND"')
    assert read(once.encode()).documents[0].action is Action.SUBMIT
