"""One valid report, one thing broken: exactly that rule, at that place."""

from __future__ import annotations

import pytest

from gateway.model import Verdict
from gateway.validators import JudgeSettings
from tests.plain_imaging.dicoms import (
    BORN,
    CHARSET,
    COMPLETE,
    ENCAPSULATED_CDA,
    ID,
    ISSUER,
    NAME,
    SEX,
    STUDY_DATE,
    VERIFIED,
    encapsulated,
    item,
    sr,
)
from tests.plain_imaging.judged import content, judged, problems, remarks
from tests.plain_imaging.samples import (
    MSH,
    ORC,
    PID,
    PV1,
    REPORT_PDF,
    TEXT,
    VALID,
    VALID_MDM,
    mdm,
    message,
    obr,
    obx,
    txa,
)

NOT_A_PDF = obx(1, "ED", "18748-4^Compte rendu^LN", "^application^pdf^Base64^Ym9uam91cg==")
DEEP = [item("TEXT", "Fin", {(0x40, 0xA160, "UT"): "fin"})]
for _ in range(40):
    DEEP = [item("CONTAINER", "Niveau", {(0x40, 0xA730, "SQ"): DEEP})]


@pytest.mark.parametrize("body", [VALID, VALID_MDM, sr(), encapsulated()], ids=["ORU", "MDM", "SR", "PDF"])
def test_the_valid_reports_have_no_finding_at_all(body: bytes) -> None:
    found = judged(body)
    assert found.verdict == Verdict()
    assert [document.header is not None for document in found.reading.documents] == [True]


BROKEN = {
    "in HL7 2.2": (message(ORC, obr(), TEXT, msh=MSH.replace("|2.5", "|2.2")), "R.IMG.01", "MSH-12.1"),
    "without version": (message(ORC, obr(), TEXT, msh=MSH.removesuffix("2.5")), "R.IMG.01", "MSH-12.1"),
    "by an event without document": (mdm(PV1, txa(), TEXT, event="T01"), "R.IMG.02", "MSH-9.2"),
    "without any report": (message(ORC, obr()), "R.IMG.03", "OBX-5"),
    "with an empty text": (message(ORC, obr(), obx(1, "TX", "A^A^L", "")), "R.IMG.03", "OBX-5"),
    "with two PDFs": (
        message(ORC, obr(), REPORT_PDF, REPORT_PDF.replace("OBX|1", "OBX|2")), "R.IMG.04", "OBX[2]"),
    "with a text announced as a PDF": (message(ORC, obr(), NOT_A_PDF), "R.IMG.05", "OBX-5"),
    "with a PDF that is not in Base64": (
        message(ORC, obr(), REPORT_PDF.replace("^Base64^", "^Hex^")), "R.IMG.05", "OBX-5"),
    "with a preliminary order": (message(ORC, obr(status="P"), TEXT), "R.IMG.06", "OBR-25"),
    "with a preliminary text": (
        message(ORC, obr(), obx(1, "TX", "A^A^L", "x", "P")), "R.IMG.06", "OBX-11"),
    "with a text without status": (message(ORC, obr(), obx(1, "TX", "A^A^L", "x", "")), "R.IMG.06", "OBX-11"),
    "with a preliminary PDF in an MDM": (
        mdm(PV1, txa(), REPORT_PDF.replace("||||||F", "||||||P")), "R.IMG.06", "OBX-11"),
    "dictated, not signed": (mdm(PV1, txa(f17="DI"), TEXT), "R.IMG.07", "TXA-17"),
    "without completion status": (mdm(PV1, txa(f17=""), TEXT), "R.IMG.07", "TXA-17"),
    "withdrawn": (message(ORC, obr(), obx(1, "TX", "A^A^L", "x", "W")), "R.IMG.08", "OBX-11"),
    "of a cancelled examination": (message(ORC, obr(status="X"), TEXT), "R.IMG.08", "OBR-25"),
    "that cancels its order": (message("ORC|CA", obr(), TEXT), "R.IMG.08", "OBR"),
    "said to be obsolete": (mdm(PV1, txa(f19="OB"), TEXT), "R.IMG.08", "TXA-19"),
    "of an unknown type": (
        mdm(PV1, txa("ZZ"), obx(1, "TX", "A^A^L", "x")), "R.IMG.09", "TXA-2"),
    "without document number": (mdm(PV1, txa(f12=""), TEXT), "R.IMG.10", "TXA-12"),
    "without any order number": (message(obr(f2="", f3=""), TEXT), "R.IMG.10", "OBR-3"),
    "that replaces nothing named": (mdm(PV1, txa(), TEXT, event="T10"), "R.IMG.11", "TXA-13"),
    "that replaces itself": (
        mdm(PV1, txa(f13="CR-2026-001^RIS"), TEXT, event="T10"), "R.IMG.11", "TXA-13"),
    "with an unreadable date of the act": (message(ORC, obr(f8="vendredi"), TEXT), "R.IMG.12", "OBR-8"),
    "with an unreadable date of the document": (mdm(PV1, txa(f6="hier"), TEXT), "R.IMG.12", "TXA-6"),
    "without act": (message(ORC, obr(f4=""), TEXT), "R.IMG.13", "OBR-4"),
    "with a link": (
        message(ORC, obr(), TEXT, obx(2, "RP", "IMG^Images^L", "https://exemple.invalid/x")),
        "R.IMG.14", "OBX[2]-2"),
    "that deletes what is available": (mdm(PV1, txa(), event="T04"), "R.IMG.15", "TXA-19"),
    "without TXA": (mdm(PV1, ORC, obr(), TEXT), "R.IMG.16", "TXA"),
    "of a confidentiality nobody knows": (mdm(PV1, txa(f18="Z"), TEXT), "R.IMG.18", "TXA-18"),
    "without any date": (message(obr(f7=""), TEXT), "R.IMG.35", "OBR-7"),
    "of two patients": (message(PID, ORC, obr(), TEXT), "R.STR.03", "PID[2]"),
    "without patient": (VALID.replace(f"{PID}\r".encode(), b""), "R.STR.03", "PID"),
    "without INS": (
        message(ORC, obr(), TEXT, pid=PID.replace("^INS~", "^PI~")), "R.DMP.01", "PID-3"),
    "of an identity that is not qualified": (
        message(ORC, obr(), TEXT, pid=PID.replace("|VALI", "|PROV")), "R.DMP.01", "PID-32"),
    "without control id": (VALID.replace(b"IMG-0001", b""), "R.MSH.07", "MSH-10"),
    "without its own date": (VALID.replace(b"20261019143100", b""), "R.MSH.02", "MSH-7"),
    "in an unknown processing mode": (VALID.replace(b"|T|2.5", b"|Z|2.5"), "R.MSH.09", "MSH-11.1"),
    "without birth date in DICOM": (
        encapsulated(changes={BORN: ""}), "R.IMG.45", "(0010,0030) PatientBirthDate"),
    "without sex in DICOM": (sr({SEX: "O"}), "R.IMG.45", "(0010,0040) PatientSex"),
    "without name in DICOM": (
        sr({NAME: "", (0x10, 0x1005, "PN"): ""}), "R.IMG.45", "(0010,0010) PatientName"),
    "unverified in DICOM": (sr({VERIFIED: "UNVERIFIED"}), "R.IMG.47", "(0040,A493) VerificationFlag"),
    "partial in DICOM": (sr({COMPLETE: "PARTIAL"}), "R.IMG.47", "(0040,A493) VerificationFlag"),
    "preliminary in DICOM": (
        encapsulated(changes={(0x40, 0xA496, "CS"): "PRELIMINARY"}),
        "R.IMG.47", "(0040,A493) VerificationFlag"),
    "that is an image": (
        sr(sop_class="1.2.840.10008.5.1.4.1.1.2"), "R.IMG.41", "(0002,0002) MediaStorageSOPClassUID"),
    "deflated": (sr(syntax="1.2.840.10008.1.2.1.99"), "R.IMG.42", "(0002,0010) TransferSyntaxUID"),
    "cut in its header": (sr()[:200], "R.IMG.40", "(0002,xxxx) file meta information"),
    "nested too deep": (sr({(0x40, 0xA730, "SQ"): DEEP}), "R.IMG.43", "(0040,A730) ContentSequence"),
    "larger than a report": (
        sr({(0x40, 0xA160, "UT"): "a" * 1_100_000}), "R.IMG.43", "DICOM"),
    "without words": (sr({(0x40, 0xA730, "SQ"): []}), "R.IMG.48", "report"),
    "that encapsulates something else": (encapsulated(b"GIF89a"), "R.IMG.48", "report"),
    "that encapsulates nothing": (
        encapsulated(b""), "R.IMG.48", "(0042,0011) EncapsulatedDocument"),
    "without date in DICOM": (
        sr({STUDY_DATE: "", (0x08, 0x30, "TM"): ""}), "R.IMG.35", "(0008,0020) StudyDate"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_report_is_refused_by_the_rule_that_says_why(name: str) -> None:
    body, rule, where = BROKEN[name]
    found = judged(body)
    assert (rule, where) in problems(found)
    assert {told for told, _ in problems(found)} <= {rule, "R.STR.03"}
    assert found.submission is None


UNDECLARED = {
    "responsible": (None, "R.IMG.30"),
    "name": ("", "R.IMG.31"),
    "facility_type": ("", "R.IMG.32"),
    "practice_setting": ("", "R.IMG.33"),
    "document_root": ("", "R.IMG.34"),
}


@pytest.mark.parametrize("key", UNDECLARED)
def test_what_is_nowhere_is_asked_of_the_declaration(key: str) -> None:
    value, rule = UNDECLARED[key]
    found = judged(message(ORC, obr(f32=""), TEXT), **{key: value})
    assert problems(found) == [(rule, "facility imagerie-exemple")]


def test_an_interpreter_with_an_rpps_number_needs_nobody_declared() -> None:
    assert judged(VALID, responsible=None).verdict == Verdict()


WARNED = {
    "a code that is no LOINC": (message(ORC, obr(act="12-3^Thorax^LN"), TEXT), {}, "R.IMG.17"),
    "a PDF and text": (
        message(ORC, obr(), REPORT_PDF, TEXT.replace("OBX|1", "OBX|2")), {}, "R.IMG.19"),
    "a local patient id without authority": (
        message(ORC, obr(), TEXT, pid=PID.replace("^IMAGERIE-EXEMPLE&1.2.250.1.999.2.3&ISO^PI", "^^PI")),
        {"patient_id_root": ""}, "R.IMG.36"),
    "order numbers without authority": (VALID, {"order_root": ""}, "R.IMG.37"),
    "a signer without national number": (
        message(ORC, obr(f32="RAD7&PS-RADIOLOGUE&Karim"), TEXT), {}, "R.IMG.39"),
}  # fmt: skip


@pytest.mark.parametrize("name", WARNED)
def test_what_is_lost_or_supposed_is_told(name: str) -> None:
    body, changes, rule = WARNED[name]
    found = judged(body, **changes)  # type: ignore[arg-type]
    assert problems(found) == []
    assert rule in {told for told, _ in remarks(found)}
    assert found.submission is not None


def test_a_birthplace_that_is_nowhere_is_a_rejection() -> None:
    assert problems(judged(sr(), birthplace_from_ins=False)) == [("R.IMG.45", "birthplace")]


def test_without_ins_nothing_says_the_birthplace_either() -> None:
    found = judged(encapsulated(changes={ISSUER: "1.2.3"}))
    assert problems(found) == [("R.IMG.44", "(0010,0020) PatientID"), ("R.IMG.45", "birthplace")]


def test_dicom_does_not_say_whether_the_identity_is_qualified() -> None:
    assert problems(judged(sr(), qualified_identity_by_default=False)) == [("R.IMG.46", "identity status")]


def test_letters_that_cannot_be_decoded_are_not_guessed() -> None:
    body = sr({CHARSET: "ISO_IR 192", NAME: "X", (0x10, 0x1005, "PN"): b"PAT-\xff\xfe^CAMILLE^CAMILLE"})
    assert ("R.IMG.49", "(0008,0005) SpecificCharacterSet") in problems(judged(body))


def test_an_encapsulated_cda_of_another_patient_is_refused() -> None:
    body = encapsulated(content(VALID), ENCAPSULATED_CDA, {ID: "171116912399212"})
    assert problems(judged(body)) == [("R.IMG.50", "(0010,0020) PatientID")]


def test_test_identities_are_refused_in_production() -> None:
    found = judged(VALID.replace(b"|T|2.5", b"|P|2.5"), JudgeSettings(environment="production"))
    assert "R.PID.18" in {rule for rule, _ in problems(found)}


def test_no_finding_says_what_was_found() -> None:
    for body, _, _ in BROKEN.values():
        for finding in judged(body).verdict.findings:
            told = f"{finding.text_fr} {finding.text_en} {finding.location}"
            assert not [
                secret for secret in ("CAMILLE", "PAT-", "258043", "19580412", "RENNES") if secret in told
            ]
