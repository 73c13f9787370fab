"""One valid message, one thing broken: exactly that rule, at that place."""

from __future__ import annotations

import pytest

from gateway.model import Verdict
from gateway.validators import JudgeSettings
from tests.plain_lab.cases import PDF_64, antibiogram
from tests.plain_lab.judged import judged, problems, remarks, texts
from tests.plain_lab.samples import HB, MSH, ORC, PID, VALID, message, obr, obx, segment

OLD = MSH.replace("|2.5", "|2.3.1")


def test_the_valid_message_has_no_finding_at_all() -> None:
    found = judged(VALID)
    assert found.verdict == Verdict()
    assert [document.header is not None for document in found.reading.documents] == [True]


BROKEN = {
    "without any result": (message(ORC, obr()), "R.LAB.01", "OBX"),
    "in HL7 2.2": (message(ORC, obr(), HB, msh=MSH.replace("|2.5", "|2.2")), "R.LAB.02", "MSH-12.1"),
    "without version": (message(ORC, obr(), HB, msh=MSH.removesuffix("2.5")), "R.LAB.02", "MSH-12.1"),
    "with a result before its order": (
        message(HB, ORC, obr(), obx(2, "ST", "A^A^L", "x")), "R.LAB.03", "OBX"),
    "with a nameless test": (message(ORC, obr(), obx(1, "NM", "", "1")), "R.LAB.04", "OBX-3"),
    "with a preliminary result": (
        message(ORC, obr(), obx(1, "NM", "A^A^L", "1", status="P")), "R.LAB.05", "OBX-11"),
    "with a result without status": (
        message(ORC, obr(), obx(1, "NM", "A^A^L", "1", status="")), "R.LAB.05", "OBX-11"),
    "with a preliminary order": (message(ORC, obr(status="P"), HB), "R.LAB.05", "OBR-25"),
    "with a preliminary PDF": (
        message(ORC, obr(), HB, f"OBX|2|ED|P^P^L||^application^pdf^Base64^{PDF_64}||||||P"),
        "R.LAB.05", "OBX[2]-11"),
    "without value type": (message(ORC, obr(), obx(1, "", "A^A^L", "1")), "R.LAB.06", "OBX-2"),
    "with a pointer as value": (message(ORC, obr(), obx(1, "RP", "A^A^L", "x")), "R.LAB.06", "OBX-2"),
    "with a final result that says nothing": (
        message(ORC, obr(), obx(1, "NM", "A^A^L", "")), "R.LAB.07", "OBX-5"),
    "with words announced as a number": (
        message(ORC, obr(), obx(1, "NM", "A^A^L", "limpide")), "R.LAB.08", "OBX-5"),
    "with half a structured number": (
        message(ORC, obr(), obx(1, "SN", "A^A^L", "^1^:")), "R.LAB.08", "OBX-5"),
    "with an unknown comparator": (
        message(ORC, obr(), obx(1, "SN", "A^A^L", "?^1")), "R.LAB.08", "OBX-5"),
    "with a date that does not exist": (
        message(ORC, obr(), obx(1, "DT", "A^A^L", "20260231")), "R.LAB.09", "OBX-5"),
    "with an hour that does not exist": (
        message(ORC, obr(), obx(1, "TM", "A^A^L", "2575")), "R.LAB.09", "OBX-5"),
    "with an unreadable observation date": (
        message(ORC, obr(), obx(1, "ST", "A^A^L", "x", extra="|||hier")), "R.LAB.09", "OBX-14"),
    "with an unreadable order date": (
        message(ORC, obr().replace("20261005152500", "vendredi"), HB), "R.LAB.09", "OBR-22"),
    "with an unreadable sampling date": (
        message(ORC, obr(), segment("SPM", {4: "URN^Urine^L", 17: "hier"}), HB),
        "R.LAB.09", "SPM-17 OBR[1]"),
    "with an embedded text instead of a PDF": (
        message(ORC, obr(), HB, "OBX|2|ED|P^P^L||^application^pdf^Base64^Ym9uam91cg==||||||F"),
        "R.LAB.11", "OBX[2]-5"),
    "with an antibiogram of an unknown culture": (
        antibiogram().replace(b"630-4&Germe&LN^2", b"630-4&Germe&LN^7"), "R.LAB.12", "OBR[3]-26"),
    "without any order number": (
        message(segment("OBR", {4: "A^A^L", 7: "20261005", 25: "F"}), HB), "R.LAB.13", "OBR-3"),
    "with a result sent by mistake": (
        message(ORC, obr(), obx(1, "NM", "A^A^L", "1", status="W")), "R.LAB.14", "OBX-11"),
    "with a deleted result": (
        message(ORC, obr(), obx(1, "NM", "A^A^L", "1", status="D")), "R.LAB.14", "OBX-11"),
    "with a cancelled order": (message("ORC|CA", obr(), HB), "R.LAB.14", "OBR"),
    "without any date": (
        message(ORC, segment("OBR", {3: "L1", 4: "A^A^L", 25: "F"}), HB), "R.LAB.36", "OBR-7"),
    "of two patients": (message(PID, ORC, obr(), HB), "R.STR.03", "PID[2]"),
    "without patient": (
        VALID.replace(f"{PID}\r".encode(), b""), "R.STR.03", "PID"),
    "without control id": (VALID.replace(b"LAB-0001", b""), "R.MSH.07", "MSH-10"),
    "without its own date": (VALID.replace(b"20261005153100", b""), "R.MSH.02", "MSH-7"),
    "in an unknown processing mode": (VALID.replace(b"|T|2.5", b"|Z|2.5"), "R.MSH.09", "MSH-11.1"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_message_is_refused(name: str) -> None:
    body, rule, place = BROKEN[name]
    found = judged(body)
    assert problems(found) == [(rule, place)]
    assert found.submission is None
    assert found.reading.documents == ()


IDENTITY = {
    "without INS": (PID.replace("^INS~", "^PI~"), ("R.DMP.01", "PID-3")),
    "without identity status": (PID.replace("VALI", ""), ("R.PID.09", "PID-32")),
    "that is provisional": (PID.replace("VALI", "PROV"), ("R.DMP.01", "PID-32")),
    "with a wrong INS": (PID.replace("258043523899174", "25804352389917"), ("R.PID.06", "PID-3.1")),
    "without birth name": (PID.replace("^^^^L~", "^^^^D~"), ("R.PID.11", "PID-5")),
    "without birth date": (PID.replace("|19580412|", "||"), ("R.PID.13", "PID-7")),
    "of unknown sex": (PID.replace("|F|", "|U|"), ("R.PID.13", "PID-8")),
    "without birthplace": (PID.replace("^^^^BDL^^35238", "^^^^H"), ("R.PID.13", "PID-11.7")),
}


@pytest.mark.parametrize("name", IDENTITY)
def test_the_identity_rules_apply_to_a_patient(name: str) -> None:
    pid, expected = IDENTITY[name]
    found = judged(message(ORC, obr(), HB, pid=pid))
    assert expected in problems(found)
    assert found.submission is None


def test_an_old_message_without_pid_32_is_refused_unless_its_sender_is_declared_qualified() -> None:
    body = message(ORC, obr(), HB, msh=OLD, pid=PID.replace("VALI", ""))
    assert ("R.PID.09", "PID-32") in problems(judged(body))
    assert problems(judged(body, qualified_identity_by_default=True)) == []


def test_the_declaration_does_not_qualify_a_message_that_could_have_said_it() -> None:
    body = message(ORC, obr(), HB, pid=PID.replace("VALI", ""))
    assert ("R.PID.09", "PID-32") in problems(judged(body, qualified_identity_by_default=True))


def test_the_declaration_does_not_overrule_a_status_that_was_sent() -> None:
    body = message(ORC, obr(), HB, msh=OLD, pid=PID.replace("VALI", "PROV"))
    assert ("R.DMP.01", "PID-32") in problems(judged(body, qualified_identity_by_default=True))


def test_a_test_identity_is_refused_in_production() -> None:
    found = judged(VALID.replace(b"|T|2.5", b"|P|2.5"), JudgeSettings(environment="production"))
    assert problems(found)[0] == ("R.PID.18", "PID-3.4.2")


LACKING = {
    "nobody responsible": ({"responsible": None}, "R.LAB.30"),
    "no name": ({"name": ""}, "R.LAB.31"),
    "no structure id": ({"structure_id": ""}, "R.LAB.31"),
    "no facility type": ({"facility_type": ""}, "R.LAB.32"),
    "no practice setting": ({"practice_setting": ""}, "R.LAB.33"),
    "no OID root": ({"document_root": ""}, "R.LAB.34"),
    "an OID root too long to number documents": ({"document_root": "1.2." + "3" * 50}, "R.LAB.34"),
}


@pytest.mark.parametrize("name", LACKING)
def test_what_is_nowhere_is_a_clear_rejection(name: str) -> None:
    changes, rule = LACKING[name]
    assert problems(judged(VALID, **changes)) == [(rule, "facility labo-exemple")]


def test_everything_missing_is_told_at_once() -> None:
    found = judged(message(ORC, obr(status="P"), HB), responsible=None, facility_type="")
    assert [rule for rule, _ in problems(found)] == ["R.LAB.05", "R.LAB.30", "R.LAB.32"]


def test_a_flag_outside_the_value_set_is_a_warning() -> None:
    found = judged(message(ORC, obr(), obx(1, "NM", "A^A^L", "1", flag="MS")))
    assert (problems(found), remarks(found)) == ([], [("R.LAB.15", "OBX-8")])


def test_a_wrong_loinc_code_is_a_warning_and_never_goes_out_as_loinc() -> None:
    found = judged(message(ORC, obr(), obx(1, "NM", "718-8^Hémoglobine^LN", "1")))
    assert remarks(found) == [("R.LAB.10", "OBX-3")]
    assert found.submission is not None
    assert b'code="718-8" displayName="H' in found.submission.contents[0].data
    assert (
        b'code="718-8" displayName="H\xc3\xa9moglobine" codeSystem=' not in found.submission.contents[0].data
    )


def test_a_parent_order_elsewhere_is_a_warning() -> None:
    assert remarks(judged(message(ORC, obr(extra="||||P9&HIS^L9&LIS"), HB))) == [("R.LAB.16", "OBR-29")]


def test_a_local_identifier_without_authority_is_told() -> None:
    body = VALID.replace(b"1000001^^^LABO-EXEMPLE&1.2.250.1.999.2.2&ISO^PI", b"1000001^^^LABO^PI")
    assert remarks(judged(body, patient_id_root="")) == [("R.LAB.37", "PID-3")]
    assert remarks(judged(body)) == []


def test_a_correction_is_told_to_stand_beside_what_it_corrects() -> None:
    assert remarks(judged(message(ORC, obr(status="C"), HB))) == [("R.LAB.38", "OBR-25")]
    corrected = message(ORC, obr(), obx(1, "NM", "A^A^L", "1", status="C"))
    assert remarks(judged(corrected)) == [("R.LAB.38", "OBX-11")]


@pytest.mark.parametrize("name", [*BROKEN, *IDENTITY])
def test_no_finding_shows_a_value_of_the_message(name: str) -> None:
    body = BROKEN[name][0] if name in BROKEN else message(ORC, obr(), HB, pid=IDENTITY[name][0])
    for finding in judged(body).verdict.findings:
        for secret in ("PAT-EXEMPLE", "CAMILLE", "2580435238991", "19580412", "11.4", "limpide", "vendredi"):
            assert secret not in texts(finding) + str(finding.location)
