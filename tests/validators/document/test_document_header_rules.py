"""One thing broken in a valid CDA: exactly one finding, at its line."""

from __future__ import annotations

import pytest
from document_samples import (
    CDA,
    CDA_REPLACING,
    INS,
    PRODUCTION,
    changed,
    judged,
    line_of,
    oru,
    told,
    with_key,
)

ROLE = "/ClinicalDocument/recordTarget/patientRole"
PATIENT = f"{ROLE}/patient"
EVENT = "/ClinicalDocument/documentationOf/serviceEvent"
INS_ID = f'<id root="1.2.250.1.213.1.4.10" extension="{INS}"/>'
SETTING = (
    '<standardIndustryClassCode code="AMBULATOIRE" codeSystem="1.2.250.1.213.1.1.4.9" displayName="Soins"/>'
)
SETTING_PLACE = f"{EVENT}/performer[1]/assignedEntity/representedOrganization/standardIndustryClassCode"
FACILITY = '<code code="SA25" codeSystem="1.2.250.1.71.4.2.4" displayName="Laboratoire"/>'
FACILITY_PLACE = "/ClinicalDocument/componentOf/encompassingEncounter/location/healthCareFacility/code"
AUTHOR_ID = "  <assignedAuthor>\n   "
AUTHENTICATOR_ID = "  <assignedEntity>\n   "
PERSON_ID = '<id root="1.2.250.1.71.4.2.1" extension="899700000017"/>'
PARENT = '<id root="1.2.250.1.999.1.0"/>'
HEADER, MISSING_INS, TRAITS = ("207", "906"), ("207", "903"), ("207", "905")

PATIENT_NAME = "<name>\n"

E, W = "error", "warning"

# (old, new, rule, place, marker of the expected line in the broken text, codes, severity)
CASES = {
    "no id": (
        '<id root="1.2.250.1.999.1.1"/>',
        "",
        "R.HDR.01",
        "/id/@root",
        "<ClinicalDocument",
        HEADER,
        E,
    ),
    "uuid as id": (
        '<id root="1.2.250.1.999.1.1"/>',
        '<id root="90E1C8EC-F951-4B26-A305-A34848818DD6"/>',
        *("R.HDR.01", "/id/@root", "90E1C8EC", HEADER, E),
    ),
    "id too long": (
        "1.2.250.1.999.1.1",
        "1.2.250.1.999.1." + "1" * 49,
        *("R.HDR.01", "/id/@root", "1" * 49, HEADER, E),
    ),
    "id with a leading zero": (
        *("1.2.250.1.999.1.1", "1.2.250.1.999.1.01", "R.HDR.01", "/id/@root", ".01", HEADER, E),
    ),
    "id with extension": (
        '<id root="1.2.250.1.999.1.1"/>',
        '<id root="1.2.250.1.999.1.1" extension="7"/>',
        *("R.DMP.05", "/id/@extension", 'extension="7"', HEADER, E),
    ),
    "no code": (*('code="11502-2"', 'nullFlavor="UNK"', "R.HDR.02", "/code", "CR d'examens", HEADER, E),),
    "a code without its system": (
        'code="11502-2" codeSystem="2.16.840.1.113883.6.1"',
        'code="11502-2"',
        *("R.HDR.02", "/code", "CR d'examens", HEADER, E),
    ),
    "a type of J07 that the DMP refuses": (
        *('code="11502-2"', 'code="34876-3"', "R.HDR.03", "/code", "34876-3", HEADER, E),
    ),
    "a known code in another system": (
        'code="11502-2" codeSystem="2.16.840.1.113883.6.1"',
        'code="11502-2" codeSystem="1.2.250.1.213.1.1.4.12"',
        *("R.HDR.03", "/code", "CR d'examens", HEADER, E),
    ),
    "an empty title": ("Compte rendu d'essai", " ", "R.HDR.04", "/title", "<title>", HEADER, E),
    "a title of 129": ("Compte rendu d'essai", "t" * 129, "R.HDR.04", "/title", "<title>", HEADER, E),
    "no effectiveTime": (
        '<effectiveTime value="20260302101500+0100"/>',
        "",
        *("R.HDR.05", "/effectiveTime/@value", "<ClinicalDocument", HEADER, E),
    ),
    "a date that does not exist": (
        '<effectiveTime value="20260302101500+0100"/>',
        '<effectiveTime value="20260230101500+0100"/>',
        *("R.HDR.05", "/effectiveTime/@value", "20260230", HEADER, E),
    ),
    "a time without offset": (
        '<effectiveTime value="20260302101500+0100"/>',
        '<effectiveTime value="20260302101501"/>',
        *("R.HDR.06", "/effectiveTime/@value", "20260302101501", HEADER, W),
    ),
    "an author's time without offset": (
        "20260302100000+0100",
        "20260302100000",
        *("R.HDR.06", "/author/time/@value", "20260302100000", HEADER, W),
    ),
    "an unknown confidentiality": (
        '<confidentialityCode code="N"',
        '<confidentialityCode code="L"',
        *("R.HDR.07", "/confidentialityCode", "<confidentialityCode", HEADER, E),
    ),
    "a confidentiality of another system": (
        *("2.16.840.1.113883.5.25", "2.16.840.1.113883.5.26", "R.HDR.07", "/confidentialityCode"),
        *("<confidentialityCode", HEADER, E),
    ),
    "a restricted document": (
        '<confidentialityCode code="N"',
        '<confidentialityCode code="V"',
        *("R.RTE.08", "/confidentialityCode/@code", "<confidentialityCode", HEADER, W),
    ),
    "no language": (
        *('<languageCode code="fr-FR"/>', "", "R.HDR.08", "/languageCode/@code"),
        *("<ClinicalDocument", HEADER, E),
    ),
    "another language": ("fr-FR", "en-US", "R.HDR.09", "/languageCode/@code", "en-US", HEADER, E),
    "two INS of one authority": (
        INS_ID,
        f'{INS_ID}\n   <id root="1.2.250.1.213.1.4.10" extension="{with_key("1880299000002")}"/>',
        *("R.HDR.10", "/recordTarget/patientRole/id[2]", with_key("1880299000002"), HEADER, E),
    ),
    "an INS of 13 digits": (
        *(INS, INS[:13], "R.HDR.11", "/recordTarget/patientRole/id/@extension", INS[:13], HEADER, E),
    ),
    "an INS with a letter": (
        INS,
        INS[:5] + "2C" + INS[7:],
        *("R.HDR.11", "/recordTarget/patientRole/id/@extension", "2C", HEADER, E),
    ),
    "an INS with a wrong key": (
        INS,
        f"{INS[:13]}{98 - int(INS[13:]):02d}",
        *("R.HDR.12", "/recordTarget/patientRole/id/@extension", INS[:13], HEADER, W),
    ),
    "no INS": (INS_ID, "", "R.DMP.02", "/recordTarget/patientRole/id", "<patientRole>", MISSING_INS, E),
    "an INS-C": (
        'root="1.2.250.1.213.1.4.10"',
        'root="1.2.250.1.213.1.4.2"',
        *("R.DMP.02", "/recordTarget/patientRole/id", "<patientRole>", MISSING_INS, E),
    ),
    "only a NIA": (
        'root="1.2.250.1.213.1.4.10"',
        'root="1.2.250.1.213.1.4.9"',
        *("R.DMP.09", "/recordTarget/patientRole/id/@root", "1.2.250.1.213.1.4.9", HEADER, W),
    ),
    "no birth name": (
        *(' qualifier="BR">ESSAI', ' qualifier="CL">ESSAI', "R.DMP.03"),
        *("/recordTarget/patientRole/patient/name/family", PATIENT_NAME, TRAITS, E),
    ),
    "no given name": (
        '<given>CAMILLE ALIX</given>\n     <given qualifier="BR">CAMILLE</given>',
        "",
        *("R.DMP.03", "/recordTarget/patientRole/patient/name/given", PATIENT_NAME, TRAITS, E),
    ),
    "no birth day": (
        *('value="19990115"', 'value="199901"', "R.DMP.03"),
        *("/recordTarget/patientRole/patient/birthTime", "199901", TRAITS, E),
    ),
    "no sex": (
        '<administrativeGenderCode code="F"',
        '<administrativeGenderCode nullFlavor="UNK"',
        *("R.DMP.03", "/recordTarget/patientRole/patient/administrativeGenderCode"),
        *("<administrativeGenderCode", TRAITS, E),
    ),
    "no birthplace": (
        *("<county>75056</county>", "", "R.DMP.03"),
        *("/recordTarget/patientRole/patient/birthplace/place/addr/county", "<birthplace>", TRAITS, E),
    ),
    "an author without date": (
        '<time value="20260302100000+0100"/>\n',
        "\n",
        *("R.HDR.14", "/author/time", "<author>", HEADER, E),
    ),
    "an author without id": (
        AUTHOR_ID + PERSON_ID,
        AUTHOR_ID,
        *("R.HDR.15", "/author/assignedAuthor", "<assignedAuthor>", HEADER, E),
    ),
    "an author without name": (
        *("<family>AUTEUR</family>", "", "R.HDR.15", "/author/assignedAuthor"),
        *("<assignedAuthor>", HEADER, E),
    ),
    "a custodian without id": (
        '<id root="1.2.250.1.71.4.2.2" extension="1990000001"/>',
        '<id nullFlavor="UNK"/>',
        *("R.HDR.16", "/custodian/assignedCustodian/representedCustodianOrganization/id"),
        *('<id nullFlavor="UNK"/>', HEADER, E),
    ),
    "a legal authenticator without id": (
        AUTHENTICATOR_ID + PERSON_ID,
        AUTHENTICATOR_ID,
        *("R.HDR.17", "/legalAuthenticator/assignedEntity/id", "  <assignedEntity>\n", HEADER, E),
    ),
    "a legal authenticator without name": (
        *("<family>RESPONSABLE</family>", "", "R.HDR.17"),
        "/legalAuthenticator/assignedEntity/assignedPerson/name/family",
        *("<assignedPerson><name></name>", HEADER, E),
    ),
    "not signed": (
        '<signatureCode code="S"/>',
        '<signatureCode code="I"/>',
        *("R.HDR.18", "/legalAuthenticator/signatureCode", "<signatureCode", HEADER, E),
    ),
    "no start of the act": (
        '<low value="20260302090000+0100"/>',
        '<low nullFlavor="UNK"/>',
        *("R.HDR.19", "/documentationOf/serviceEvent/effectiveTime/low", "<low nullFlavor", HEADER, E),
    ),
    "an impossible end of the act": (
        '<high value="20260302093000+0100"/>',
        '<high value="demain"/>',
        *("R.HDR.19", "/documentationOf/serviceEvent/effectiveTime/high", "<high", HEADER, E),
    ),
    "no practice setting": (SETTING, "", "R.HDR.20", SETTING_PLACE, "<serviceEvent>", HEADER, E),
    "a practice setting that only CI-SIS has": (
        *('code="AMBULATOIRE"', 'code="ESSMS"', "R.HDR.20", SETTING_PLACE, "ESSMS", HEADER, E),
    ),
    "no facility type": (FACILITY, "", "R.HDR.21", FACILITY_PLACE, "<ClinicalDocument", HEADER, E),
    "a facility type that only CI-SIS has": (
        *('code="SA25"', 'code="SA66"', "R.HDR.21", FACILITY_PLACE, "SA66", HEADER, E),
    ),
    "no body": (
        '<nonXMLBody><text mediaType="text/plain" representation="B64">RXNzYWk=</text></nonXMLBody>',
        "",
        *("R.HDR.22", "/component", "<component>", HEADER, E),
    ),
    "another realm": (
        'code="FR"/>',
        'code="BE"/>',
        "R.HDR.23",
        "/realmCode/@code",
        '"BE"',
        HEADER,
        E,
    ),
    "another typeId": (
        *("POCD_HD000040", "POCD_HD000041", "R.HDR.24", "/typeId", "POCD_HD000041", HEADER, E),
    ),
    "a template of the minimal structure missing": (
        '<templateId root="1.2.250.1.213.1.1.1.1"/>',
        "",
        *("R.HDR.25", "/templateId", "2.16.840.1.113883.2.8.2.1", HEADER, E),
    ),
    "no setId": (
        *(
            '<setId root="1.2.250.1.999.1"/>',
            "",
            "R.HDR.26",
            "/setId",
            "<ClinicalDocument",
            HEADER,
            W,
        ),
    ),
    "version 0": (
        '<versionNumber value="1"/>',
        '<versionNumber value="0"/>',
        *("R.HDR.27", "/versionNumber/@value", "<versionNumber", HEADER, E),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_one_fault_in_a_bare_cda_gives_its_rule_at_its_line(name: str) -> None:
    old, new, rule, path, marker, codes, severity = CASES[name]
    broken = changed(CDA, (old, new))
    path = path if path.startswith("/ClinicalDocument") else f"/ClinicalDocument{path}"
    expected = (rule, f"{path} (line {line_of(broken, marker)})", *codes, severity)
    assert [told(finding) for finding in judged(broken)] == [expected]


def test_the_same_fault_in_a_carried_cda_also_names_the_obx() -> None:
    broken = changed(CDA, ("fr-FR", ""))
    line = line_of(broken, "<languageCode")
    place = f"OBX-5 /ClinicalDocument/languageCode/@code (line {line})"
    (finding,) = judged(oru(broken))
    assert told(finding) == ("R.HDR.08", place, "207", "906", "error")
    assert finding.location.erl == "OBX^1^5"


@pytest.mark.parametrize("element", ["recordTarget", "custodian", "legalAuthenticator", "author"])
def test_a_missing_actor_is_told_once(element: str) -> None:
    start, stop = CDA.index(f" <{element}>\n"), CDA.index(f"</{element}>\n")
    broken = CDA[:start] + CDA[stop + len(f"</{element}>\n") :]
    rule = {"recordTarget": "10", "custodian": "16", "legalAuthenticator": "17", "author": "14"}[element]
    expected = (f"R.HDR.{rule}", f"/ClinicalDocument/{element} (line 2)", *HEADER, "error")
    assert [told(finding) for finding in judged(broken)] == [expected]


def test_two_patients_are_refused_without_judging_either() -> None:
    start, stop = CDA.index(" <recordTarget>\n"), CDA.index(" <author>\n")
    assert [f.rule for f in judged(CDA[:stop] + CDA[start:])] != []
    broken = CDA[:stop] + CDA[start:stop] + CDA[stop:]
    assert [f.rule for f in judged(broken)] == ["R.HDR.10"]


def test_without_a_documented_act_the_start_is_missing() -> None:
    start, stop = CDA.index(" <documentationOf>\n"), CDA.index(" <componentOf>\n")
    assert [(f.rule, f.severity.value) for f in judged(CDA[:start] + CDA[stop:])] == [("R.HDR.19", "error")]


def test_a_device_is_an_author() -> None:
    person = "<assignedPerson><name><family>AUTEUR</family><given>Luc</given></name></assignedPerson>"
    device = "<assignedAuthoringDevice><manufacturerModelName>ESSAI</manufacturerModelName>"
    device += "<softwareName>ESSAI</softwareName></assignedAuthoringDevice>"
    assert judged(changed(CDA, (person, device))) == []


def test_the_main_event_has_a_start_and_a_practice_setting_and_comes_first() -> None:
    other = " <documentationOf><serviceEvent><effectiveTime><high/></effectiveTime></serviceEvent>"
    other += "</documentationOf>\n"
    after = changed(CDA, (" <componentOf>\n", f"{other} <componentOf>\n"))
    assert judged(after) == []
    before = changed(CDA, (" <documentationOf>\n", f"{other} <documentationOf>\n"))
    place = "/ClinicalDocument/documentationOf[2]/serviceEvent"
    expected = ("R.HDR.37", f"{place} (line {line_of(before, '  <serviceEvent>')})", *HEADER, "error")
    assert [told(finding) for finding in judged(before)] == [expected]


@pytest.mark.parametrize(("oid", "severity"), [("8", E), ("9", E), ("10", W), ("11", W)])
def test_a_wrong_key_is_refused_in_a_real_ins_and_remarked_in_a_test_one(oid: str, severity: str) -> None:
    wrong = f"{INS[:13]}{98 - int(INS[13:]):02d}"
    broken = CDA.replace(INS, wrong).replace("1.2.250.1.213.1.4.10", f"1.2.250.1.213.1.4.{oid}")
    found = {finding.rule: finding.severity.value for finding in judged(broken)}
    assert found.pop("R.HDR.12") == severity
    assert set(found) <= {"R.DMP.09"}


def test_a_corsican_ins_has_a_key_too() -> None:
    for department in ("2A", "2B"):
        assert judged(CDA.replace(INS, with_key(f"29901{department}900001"))) == []


class TestProduction:
    """environment = production: test INS are refused (decision 9 of the interface)."""

    def test_a_test_ins_in_a_bare_cda_is_refused(self) -> None:
        place = f"{ROLE}/id/@root (line {line_of(CDA, INS)})"
        expected = ("R.HDR.13", place, *HEADER, "error")
        assert [told(finding) for finding in judged(CDA, PRODUCTION)] == [expected]

    def test_a_real_ins_is_not(self) -> None:
        assert judged(CDA.replace("1.2.250.1.213.1.4.10", "1.2.250.1.213.1.4.8"), PRODUCTION) == []

    def test_a_message_is_not_told_twice_what_pid_18_says(self) -> None:
        sent_as_production = oru().replace("|A-1|T|", "|A-1|P|")
        assert judged(sent_as_production, PRODUCTION) == []

    def test_a_message_in_test_mode_does_not_bring_it_in(self) -> None:
        assert [finding.rule for finding in judged(oru(), PRODUCTION)] == ["R.HDR.13"]


class TestReplacement:
    """relatedDocument of a bare CDA asks for a replacement by itself."""

    def test_a_document_cannot_replace_itself(self) -> None:
        broken = changed(CDA_REPLACING, (PARENT, '<id  root="1.2.250.1.999.1.1"/>'))
        place = "/ClinicalDocument/relatedDocument/parentDocument/id"
        expected = ("R.DMP.06", f"{place} (line {line_of(broken, '<id  root')})", *HEADER, "error")
        assert [told(finding) for finding in judged(broken)] == [expected]

    @pytest.mark.parametrize("parents", ["", '<id nullFlavor="UNK"/>', PARENT + PARENT])
    def test_it_replaces_exactly_one_document(self, parents: str) -> None:
        assert [f.rule for f in judged(changed(CDA_REPLACING, (PARENT, parents)))] == ["R.DMP.06"]

    def test_a_parent_that_is_no_oid_is_a_warning(self) -> None:
        # Two official examples replace a document named by a UUID.
        broken = changed(CDA_REPLACING, (PARENT, '<id root="8D5E778C-E155-4685-95C6-5FF65A362964"/>'))
        line = line_of(broken, "<relatedDocument")
        expected = ("R.HDR.28", f"/ClinicalDocument/relatedDocument (line {line})", *HEADER, "warning")
        assert [told(finding) for finding in judged(broken)] == [expected]

    def test_another_kind_of_link_is_a_warning(self) -> None:
        broken = changed(CDA_REPLACING, ('typeCode="RPLC"', 'typeCode="APND"'))
        assert [(f.rule, f.severity.value) for f in judged(broken)] == [("R.HDR.28", "warning")]
