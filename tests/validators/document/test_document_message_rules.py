"""One thing broken in a valid ORU or MDM: exactly one finding, with its place and its codes."""

from __future__ import annotations

from typing import ClassVar

import pytest
from document_samples import (
    CDA,
    CDA_LEVEL_3,
    CDA_REPLACING,
    INS,
    OTHER_INS,
    PID,
    PRT_PATIENT,
    PRT_RCT,
    PRT_REPLY,
    PRT_SB,
    STRICT,
    changed,
    judged,
    line_of,
    mdm,
    oru,
    told,
)

YES_NO = "^^expandedYes-NoIndicator"
TYPE = "OBX|1|ED|11502-2^CR d'examens biologiques^LN"
MAIL_PS = "\rOBX|12|ED|CORPSMAIL_PS^Corps^MetaDMPMSS||^TEXT^^Base64^Qm9uam91cg==||||||F"
LAST_ROW = f"OBX|11|CE|ACK_LECTURE_MSS^Accusé de lecture^MetaDMPMSS||N{YES_NO}||||||F\r"


def row(number: int, code_and_label: str, value: str = "N") -> str:
    return f"OBX|{number}|CE|{code_and_label}^MetaDMPMSS||{value}{YES_NO}||||||F\r"


def mailed(*participants: str, wishes: str = "NNNNNYYYNN") -> str:
    """An ORU with these PRT after the document."""
    return changed(oru(wishes=wishes), (PRT_SB, "\r".join((PRT_SB, *participants))))


BOTH = mailed(PRT_RCT, PRT_PATIENT, PRT_REPLY)
DMP_ROW = row(7, "DESTDMP^Destinataire DMP", "Y")
MASK_ROW = row(2, "MASQUE_PS^Masqué aux professionnels de Santé")
NTE_FIN = "DESTMSSANTEPAT^Destinataire Patient^MetaDMPMSS||Y^^expandedYes-NoIndicator||||||F\r"

E, W = "error", "warning"

# (valid message, old, new, rule, place, ERR-3, ERR-5, severity)
CASES = {
    "two OBX numbered 1": (oru(), "OBX|2|", "OBX|1|", "R.DOC.01", "OBX[2]-1", "102", None, W),
    "OBX-2 is TX": (oru(), "OBX|1|ED|", "OBX|1|TX|", "R.DOC.02", "OBX-2", "103", None, E),
    "OBX-3.2 is not OBR-4.2": (
        *(oru(), TYPE, "OBX|1|ED|11502-2^Autre^LN", "R.DOC.03", "OBX-3.2", "199", None, E),
    ),
    "OBX-3.3 is empty": (
        *(
            oru(),
            TYPE,
            "OBX|1|ED|11502-2^CR d'examens biologiques",
            "R.DOC.04",
            "OBX-3.3",
            "101",
            None,
            E,
        ),
    ),
    "OBX-5.2 is APPLICATION": (
        *(oru(), "^TEXT^XML", "^APPLICATION^XML", "R.DOC.05", "OBX-5.2", "103", None, E),
    ),
    "OBX-5.2 is empty": (oru(), "^TEXT^XML", "^^XML", "R.DOC.05", "OBX-5.2", "101", None, E),
    "OBX-5.2 in the wrong case": (*(oru(), "^TEXT^XML", "^text^XML", "R.DOC.05", "OBX-5.2", "103", None, W),),
    "TEXT in an MDM": (mdm(), "^text^XML", "^TEXT^XML", "R.DOC.05", "OBX-5.2", "103", None, W),
    "OBX-5.3 is PDF": (oru(), "^XML^Base64", "^PDF^Base64", "R.DOC.06", "OBX-5.3", "103", None, E),
    "OBX-5.3 is empty": (oru(), "^XML^Base64", "^^Base64", "R.DOC.06", "OBX-5.3", "101", None, E),
    "OBX-5.4 is A": (oru(), "^XML^Base64", "^XML^A", "R.DOC.07", "OBX-5.4", "103", None, E),
    "OBX-5.4 is empty": (oru(), "^XML^Base64", "^XML^", "R.DOC.07", "OBX-5.4", "101", None, E),
    # Participants
    "PRT-2 is AD": (oru(), "PRT||UC|", "PRT||AD|", "R.PRT.01", "PRT-2", "103", None, E),
    "PRT-2 is empty": (oru(), "PRT||UC|", "PRT|||", "R.PRT.01", "PRT-2", "101", None, E),
    "a role that is none": (
        *(BOTH, "REPLY^Reply To", "AP^Reply To", "R.PRT.02", "PRT[4]-4.1", "103", None, E),
    ),
    "an older table of roles": (
        *(
            oru(),
            "SB^Send by^participation",
            "SB^Send by^HL70912",
            "R.PRT.03",
            "PRT-4.3",
            "103",
            None,
            W,
        ),
    ),
    "no label of the role": (
        *(
            oru(),
            "SB^Send by^participation",
            "SB^^participation",
            "R.PRT.03",
            "PRT-4.2",
            "101",
            None,
            W,
        ),
    ),
    "a recipient before the sender": (
        *(
            mailed(PRT_RCT, wishes="NYNNNYYNNN"),
            f"{PRT_SB}\r{PRT_RCT}",
            f"{PRT_RCT}\r{PRT_SB}",
            "R.PRT.04",
            "PRT[2]-4.1",
            "100",
            None,
        ),
        W,
    ),
    "two senders": (oru(), PRT_SB, f"{PRT_SB}\r{PRT_SB}", "R.PRT.05", "PRT[2]-4.1", "198", None, E),
    "two reply addresses": (
        *(BOTH, PRT_REPLY, f"{PRT_REPLY}\r{PRT_REPLY}", "R.PRT.05", "PRT[5]-4.1", "198", None, E),
    ),
    "the DMP without a sender": (oru(), PRT_SB + "\r", "", "R.PRT.06", "PRT", "100", None, E),
    "a sender who is nobody": (
        oru(),
        "899700000017^AUTEUR^Luc^^^^^^ASIP-SANTE-PS&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS",
        *("", "R.PRT.07", "PRT-5.1", "101", None, E),
    ),
    "a sender without id": (
        *(oru(), "899700000017^AUTEUR", "^AUTEUR", "R.PRT.07", "PRT-5.1", "101", None, E),
    ),
    "a sender without type of id": (oru(), "^D^^^IDNPS", "^D", "R.PRT.08", "PRT-5.13", "101", None, E),
    "a sender without authority": (
        *(oru(), "ASIP-SANTE-PS&1.2.250.1.71.4.2.1&ISO", "ASIP-SANTE-PS&&ISO", "R.PRT.08", "PRT-5.9.2"),
        *("101", None, E),
    ),
    "a sender without given name": (
        *(oru(), "^AUTEUR^Luc^", "^AUTEUR^^", "R.PRT.08", "PRT-5.3", "101", None, E),
    ),
    "a sender without type of name": (
        *(oru(), "^D^^^IDNPS", "^^^^IDNPS", "R.PRT.08", "PRT-5.10", "101", None, W),
    ),
    "a sender of another authority": (
        *(oru(), "&1.2.250.1.71.4.2.1&ISO", "&1.2.3&ISO", "R.PRT.09", "PRT-5.9.2", "103", None, E),
    ),
    "an unknown type of id": (oru(), "^^^IDNPS|", "^^^XX|", "R.PRT.10", "PRT-5.13", "103", None, E),
    "a structure without id": (oru(), "^^^1990000001", "", "R.PRT.11", "PRT-8.10", "101", None, E),
    "a structure without type": (oru(), "^FINEG^", "^^", "R.PRT.11", "PRT-8.7", "101", None, E),
    "a structure without name": (oru(), "|LABO^", "|^", "R.PRT.11", "PRT-8.1", "101", None, W),
    "a structure of another authority": (
        oru(),
        *("ASIP-SANTE-ST&1.2.250.1.71.4.2.2&ISO", "120456789", "R.PRT.12", "PRT-8.6.2", "103", None, E),
    ),
    "a sending unit": (oru(), "^FINEG^", "^UF^", "R.PRT.13", "PRT-8.7", "103", None, E),
    "a FINESS too short": (oru(), "1990000001", "12345", "R.PRT.14", "PRT-8.10", "102", None, W),
    "an id of letters": (
        *(oru(), "899700000017^AUTEUR", "ABC^AUTEUR", "R.PRT.14", "PRT-5.1", "102", None, W),
    ),
    "a legal entity": (oru(), "^FINEG^", "^FINEJ^", "R.PRT.15", "PRT-8.7", "103", None, W),
    "mail without recipient": (
        *(mailed(wishes="NYNNNYNNNN"), row(8, "DESTMSSANTEPS^Destinataire Professionnel de Santé")),
        *(row(8, "DESTMSSANTEPS^Destinataire Professionnel de Santé", "Y"), "R.PRT.16", "PRT", "100", None),
        E,
    ),
    "an address in PRT-16": (
        *(BOTH, "|^^X.400^eve.dest", "||^^X.400^eve.dest", "R.PRT.17", "PRT[2]-15.4", "101", None, E),
    ),
    "an address without a domain": (
        *(
            BOTH,
            "eve.dest@exemple.mssante.fr",
            "eve.dest@exemple",
            "R.PRT.17",
            "PRT[2]-15.4",
            "102",
            None,
            E,
        ),
    ),
    "two @": (
        *(BOTH, "eve.dest@exemple.mssante.fr", "eve@dest@exemple.fr", "R.PRT.17", "PRT[2]-15.4", "102", None),
        E,
    ),
    "an Internet address": (*(BOTH, "X.400^eve", "Internet^eve", "R.PRT.18", "PRT[2]-15.3", "103", None, E),),
    "an address without type": (BOTH, "X.400^eve", "^eve", "R.PRT.18", "PRT[2]-15.3", "101", None, E),
    "an INS authority in the first sub-component": (
        *(BOTH, "^^^^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.10&ISO^L", "^^^^^^1.2.250.1.213.1.4.10^L"),
        *("R.PRT.19", "PRT[3]-5.9.2", "103", None, W),
    ),
    "a patient who is another": (
        BOTH,
        f"{INS}^ESSAI-UN^CAMILLE^^^^^^",
        f"{OTHER_INS}^ESSAI-UN^CAMILLE^^^^^^",
        *("R.PRT.20", "PRT[3]-5.1", "207", "904", W),
    ),
    "the address of another patient": (
        *(BOTH, f"{INS}@patient", f"{OTHER_INS}@patient", "R.PRT.20", "PRT[3]-15.4", "207", "904", W),
    ),
    "a recipient of type EI": (
        *(
            BOTH,
            "ISO^D^^^IDNPS||||||||||",
            "ISO^D^^^EI||||||||||",
            "R.PRT.21",
            "PRT[2]-5.13",
            "103",
            None,
            E,
        ),
    ),
    "a recipient structure of type RPPS": (
        *(BOTH, "IDNPS||||||||||^^X", "IDNPS|||CH^^^^^120^RPPS^^^1|||||||^^X"),
        *("R.PRT.22", "PRT[2]-8.7", "103", None, E),
    ),
    # Metadata rows
    "an older code": (
        *(
            oru(),
            LAST_ROW,
            LAST_ROW + row(12, "COMP_LOT^Lot"),
            "R.MET.04",
            "OBX[12]-3.1",
            "103",
            None,
            E,
        ),
    ),
    "a row twice": (
        *(oru(), LAST_ROW, LAST_ROW + row(12, "DESTDMP^Destinataire DMP", "Y")),
        *("R.MET.02", "OBX[12]-3.1", "198", None, E),
    ),
    "CWE in an ORU": (oru(), "|CE|DESTDMP", "|CWE|DESTDMP", "R.MET.05", "OBX[7]-2", "103", None, E),
    "CE in an MDM": (mdm(), "|CWE|DESTDMP", "|CE|DESTDMP", "R.MET.05", "OBX[7]-2", "103", None, E),
    "no value type": (mdm(), "|CWE|DESTDMP", "||DESTDMP", "R.MET.05", "OBX[7]-2", "101", None, E),
    "no coding system": (
        *(
            oru(),
            "Destinataire DMP^MetaDMPMSS",
            "Destinataire DMP",
            "R.MET.06",
            "OBX[7]-3.3",
            "101",
            None,
            E,
        ),
    ),
    "another coding system": (
        *(oru(), "Destinataire DMP^MetaDMPMSS", "x^HL70136", "R.MET.06", "OBX[7]-3.3", "103", None, E),
    ),
    "a value that is O": (
        *(
            oru(),
            "Patient^MetaDMPMSS||N^",
            "Patient^MetaDMPMSS||O^",
            "R.MET.07",
            "OBX[9]-5.1",
            "103",
            None,
            E,
        ),
    ),
    "no value": (
        *(
            oru(),
            "Patient^MetaDMPMSS||N^",
            "Patient^MetaDMPMSS||^",
            "R.MET.07",
            "OBX[9]-5.1",
            "101",
            None,
            E,
        ),
    ),
    "a value without table": (
        *(
            oru(),
            f"DMP^MetaDMPMSS||Y{YES_NO}",
            "DMP^MetaDMPMSS||Y",
            "R.MET.08",
            "OBX[7]-5.3",
            "101",
            None,
            E,
        ),
    ),
    "a value of an older table": (
        *(
            oru(),
            f"DMP^MetaDMPMSS||Y{YES_NO}",
            "DMP^MetaDMPMSS||Y^^HL70136",
            "R.MET.08",
            "OBX[7]-5.3",
            "103",
            None,
        ),
        E,
    ),
    "a deleted wish": (
        *(oru(), DMP_ROW, DMP_ROW.replace("F\r", "D\r"), "R.MET.09", "OBX[7]-11", "103", None, E),
    ),
    "a mail body as TX": (
        *(BOTH.rstrip("\r") + MAIL_PS, "|ED|CORPSMAIL_PS", "|TX|CORPSMAIL_PS", "R.MET.10", "OBX[12]-2"),
        *("103", None, E),
    ),
    "a mail body cut off": (
        *(
            BOTH.rstrip("\r") + MAIL_PS,
            "Qm9uam91cg==",
            "Qm9ua",
            "R.MET.10",
            "OBX[12]-5",
            "102",
            None,
            W,
        ),
    ),
    "a mail body for nobody": (
        *(oru(), LAST_ROW, LAST_ROW.rstrip("\r") + MAIL_PS, "R.MET.11", "OBX[12]", None, None, W),
    ),
    "FIN after another row": (
        *(oru(), LAST_ROW, LAST_ROW + "NTE||||FIN", "R.MET.11", "NTE-4", None, None, W),
    ),
    "a note that is not FIN": (
        BOTH,
        NTE_FIN,
        NTE_FIN + "NTE||||STOP\r",
        "R.MET.12",
        "NTE-4",
        "103",
        None,
        E,
    ),
    # Destinations
    "nowhere to go": (
        oru(),
        DMP_ROW,
        DMP_ROW.replace("Y^", "N^"),
        "R.RTE.01",
        "OBX[7]-5.1",
        "207",
        "906",
        E,
    ),
    "masked, and mailed to professionals and patient": (
        *(BOTH, MASK_ROW, MASK_ROW.replace("N^", "Y^"), "R.RTE.03", "OBX[2]-5.1", "207", "906", W),
    ),
    "masked, and mailed to professionals": (
        *(mailed(PRT_RCT, wishes="NYNNNYYNNN"), MASK_ROW, MASK_ROW.replace("N^", "Y^")),
        *("R.RTE.04", "OBX[2]-5.1", "207", "906", W),
    ),
    "the DMP and the patient alone": (
        *(mailed(PRT_PATIENT, wishes="NNNNNNNYNN"), row(7, "DESTDMP^Destinataire DMP"), DMP_ROW),
        *("R.RTE.05", "OBX[7]-5.1", "207", "906", W),
    ),
    "visibility changed by an initial document": (
        *(oru(), f"Code^MetaDMPMSS||N{YES_NO}", f"Code^MetaDMPMSS||Y{YES_NO}", "R.RTE.06", "OBX[6]-5.1"),
        *("207", "906", W),
    ),
    "a recipient of nothing": (
        *(oru(), PRT_SB, f"{PRT_SB}\r{PRT_RCT}", "R.RTE.07", "PRT[2]", None, None, W),
    ),
    "professionals asked for, only the patient given": (
        *(BOTH, PRT_RCT + "\r", "", "R.RTE.09", "OBX[8]-5.1", "100", None, E),
    ),
    "the patient asked for and not given": (
        *(BOTH, PRT_PATIENT + "\r", "", "R.RTE.09", "OBX[9]-5.1", "100", None, E),
    ),
    # The patient of the message
    "no INS in PID-3": (
        oru(),
        f"PID|||{INS}^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.10&ISO^INS~IPP-42",
        *("PID|||IPP-42", "R.DMP.01", "PID-3", "207", "903", E),
    ),
    "an identity that is not qualified": (*(oru(), "VALI", "PROV", "R.DMP.01", "PID-32", "207", "906", E),),
}


@pytest.mark.parametrize("name", CASES)
def test_one_fault_in_a_valid_message_gives_its_rule_at_its_place(name: str) -> None:
    message, old, new, *expected = CASES[name]
    assert judged(message) == []
    assert [told(finding) for finding in judged(changed(message, (old, new)))] == [tuple(expected)]


class TestPairs:
    """Faults that show twice, or that need two documents."""

    def test_obx_3_of_another_type_differs_from_obr_4_and_from_the_document(self) -> None:
        wrong = changed(oru(), (TYPE, TYPE.replace("11502-2", "11488-4")))
        codes = f"OBX-3.1 /ClinicalDocument/code (line {line_of(CDA, 'CR d')})"
        assert [told(finding) for finding in judged(wrong)] == [
            ("R.DOC.03", "OBX-3.1", "199", None, "error"),
            ("R.CDA.02", codes, "207", "906", "error"),
        ]

    def test_a_document_of_another_type_than_announced_is_refused(self) -> None:
        other = changed(CDA, ('code="11502-2"', 'code="11488-4"'))
        assert [told(finding) for finding in judged(oru(other))] == [
            (
                "R.CDA.02",
                f"OBX-3.1 /ClinicalDocument/code (line {line_of(CDA, 'CR d')})",
                "207",
                "906",
                "error",
            )
        ]

    @pytest.mark.parametrize(
        ("status", "code"),
        [("P", "103"), ("", "101")],
    )
    def test_obx_11_is_f_c_or_d(self, status: str, code: str) -> None:
        carried = next(line for line in oru().split("\r") if line.startswith("OBX|1|"))
        broken = changed(oru(), (carried, carried[:-1] + status))
        assert [told(finding) for finding in judged(broken)] == [("R.DOC.11", "OBX-11", code, None, "error")]

    @pytest.mark.parametrize("action", ["F", "D"])
    def test_an_empty_document_is_refused_also_for_a_deletion(self, action: str) -> None:
        message = oru(status=action)
        data = message.split("^Base64^")[1].split("|")[0]
        found = [told(finding) for finding in judged(changed(message, (data, "")))]
        assert found == [("R.DOC.08", "OBX-5.5", "101", None, "error")]

    def test_both_documents_carry_the_same_request(self) -> None:
        valid = oru(CDA, CDA_LEVEL_3)
        second = next(line for line in valid.split("\r") if line.startswith("OBX|2|"))
        found = judged(changed(valid, (second, second[:-1] + "D")))
        assert [told(finding) for finding in found] == [("R.DOC.12", "OBX[2]-11", "199", None, "error")]

    def test_the_same_document_twice_is_no_pair(self) -> None:
        found = judged(oru(CDA, CDA))
        assert {finding.rule for finding in found} == {"R.DOC.13"}
        assert [str(finding.location) for finding in found] == [
            f"OBX[2]-5 /ClinicalDocument/id (line {line_of(CDA, '1.2.250.1.999.1.1')})",
            f"OBX[2]-5 /ClinicalDocument/component/nonXMLBody (line {line_of(CDA, '<nonXMLBody>')})",
        ]

    def test_two_documents_of_two_patients_are_no_pair(self) -> None:
        other = CDA_LEVEL_3.replace(INS, OTHER_INS)
        assert {finding.rule for finding in judged(oru(CDA, other))} == {"R.DOC.13", "R.DMP.04"}

    def test_hidden_from_the_patient_and_mailed_to_them_breaks_rule_and_matrix(
        self,
    ) -> None:
        message = mailed(PRT_RCT, PRT_PATIENT, wishes="NYNNNYYYNN")
        assert [told(finding) for finding in judged(message)] == [
            ("R.RTE.02", "OBX[9]-5.1", "207", "906", "error"),
            ("R.RTE.03", "OBX[3]-5.1", "207", "906", "warning"),
        ]

    def test_a_strict_installation_refuses_what_the_matrix_does_not_show(self) -> None:
        cases = {
            mailed(PRT_RCT, PRT_PATIENT, wishes="YNNNNYYYNN"): "R.RTE.03",
            mailed(PRT_RCT, wishes="NNNNNYYNNN"): "R.RTE.04",
            mailed(PRT_PATIENT, wishes="NNNNNYNYNN"): "R.RTE.05",
            oru(wishes="NNNNYYNNNN"): "R.RTE.06",
        }
        for message, rule in cases.items():
            assert [(f.rule, f.severity.value) for f in judged(message, STRICT)] == [(rule, "error")]

    def test_a_secret_connection_without_the_dmp_has_no_effect(self) -> None:
        message = mailed(PRT_RCT, wishes="NYNYNNYNNN")
        assert [told(finding) for finding in judged(message)] == [
            ("R.RTE.07", "OBX[5]-5.1", None, None, "warning")
        ]

    def test_the_patient_as_recipient_without_destmssantepat_has_no_effect(self) -> None:
        message = mailed(PRT_RCT, PRT_PATIENT, wishes="NYNNNYYNNN")
        assert [told(finding) for finding in judged(message)] == [
            ("R.RTE.07", "PRT[3]", None, None, "warning")
        ]

    def test_a_nia_alone_does_not_feed_the_dmp(self) -> None:
        nia = "1.2.250.1.213.1.4.9"
        cda = changed(CDA, ("1.2.250.1.213.1.4.10", nia))
        message = changed(oru(cda), ("1.2.250.1.213.1.4.10&ISO^INS", f"{nia}&ISO^INS"))
        assert [told(finding) for finding in judged(message)] == [
            ("R.DMP.09", "PID-3.4", "207", "906", "error")
        ]


class TestMetadata:
    """Rows that are missing, renamed or out of order."""

    @pytest.mark.parametrize("number", range(2, 12))
    def test_each_of_the_ten_rows_is_needed(self, number: int) -> None:
        lines = [line for line in oru().split("\r") if line]
        gone = next(line for line in lines if line.startswith(f"OBX|{number}|"))
        code = gone.split("|")[3].split("^")[0]
        found = [f for f in judged("\r".join(line for line in lines if line != gone)) if f.is_error]
        assert [told(finding) for finding in found] == [
            ("R.MET.01", f"OBX[{number}] {code}", "100", None, "error")
        ]

    def test_without_any_row_one_finding_says_so(self) -> None:
        lines = [line for line in oru().split("\r") if "MetaDMPMSS" not in line]
        found = [told(finding) for finding in judged("\r".join(lines))]
        assert found == [("R.MET.01", "OBX[2]", "100", None, "error")]

    def test_an_older_name_is_unknown_and_the_current_one_missing(self) -> None:
        found = judged(changed(oru(), ("ACK_LECTURE_MSS^", "ACK_LECTURE^")))
        assert [told(finding) for finding in found] == [
            ("R.MET.01", "OBX[11] ACK_LECTURE_MSS", "100", None, "error"),
            ("R.MET.04", "OBX[11]-3.1", "103", None, "error"),
        ]

    def test_the_first_row_out_of_order_is_told(self) -> None:
        first, sixth = row(2, "DESTDMP^Destinataire DMP", "Y"), row(7, MASK_ROW.split("|")[3][:-11])
        swapped = changed(oru(), (MASK_ROW, first), (DMP_ROW, sixth))
        assert [told(f) for f in judged(swapped)] == [("R.MET.03", "OBX[2]-3.1", "100", None, "error")]

    def test_a_mail_body_without_padding_is_fine(self) -> None:
        assert judged((BOTH.rstrip("\r") + MAIL_PS).replace("Qm9uam91cg==", "Qm9uam91cg")) == []

    def test_fin_after_the_patient_row_is_fine(self) -> None:
        assert judged(changed(BOTH, (NTE_FIN, NTE_FIN + "NTE||||FIN\r"))) == []

    def test_net_before_x_400_is_fine(self) -> None:
        assert judged(changed(BOTH, ("^^X.400^eve", "^NET^X.400^eve"))) == []


class TestSamePatient:
    """R.DMP.04: the patient of PID and the patient of the document."""

    TRAITS = (
        (INS, OTHER_INS, "PID-3.1", "id"),
        ("1.2.250.1.213.1.4.10&ISO^INS", "1.2.250.1.213.1.4.8&ISO^INS", "PID-3.4", "id"),
        ("ESSAI-UN^CAMILLE^CAMILLE ALIX", "AUTRE^CAMILLE^CAMILLE ALIX", "PID-5.1", "patient/name/family"),
        ("^CAMILLE^CAMILLE ALIX", "^ALIX^ALIX CAMILLE", "PID-5.2", "patient/name/given"),
        ("|19990115|", "|19990116|", "PID-7", "patient/birthTime"),
        ("|19990115|F|", "|19990115|M|", "PID-8", "patient/administrativeGenderCode"),
        ("BDL^^75056", "BDL^^13055", "PID-11[2].9", "patient/birthplace/place/addr/county"),
    )
    MARKERS: ClassVar = {
        "id": INS,
        "patient/name/family": '<family qualifier="BR">',
        "patient/name/given": '<given qualifier="BR">',
        "patient/birthTime": "<birthTime",
        "patient/administrativeGenderCode": "<administrativeGenderCode",
        "patient/birthplace/place/addr/county": "<county>",
    }

    @pytest.mark.parametrize("message", ["ORU", "MDM", "replacement", "deletion"])
    @pytest.mark.parametrize(("old", "new", "field", "place"), TRAITS)
    def test_a_trait_that_differs_is_refused(
        self, message: str, old: str, new: str, field: str, place: str
    ) -> None:
        cda = CDA_REPLACING if message == "replacement" else CDA
        valid = {
            "ORU": oru(),
            "MDM": mdm(),
            "replacement": mdm(CDA_REPLACING, status="C"),
            "deletion": oru(status="D"),
        }[message]
        line = line_of(cda, self.MARKERS[place])
        where = f"{field} /ClinicalDocument/recordTarget/patientRole/{place} (line {line})"
        found = judged(changed(valid, (PID, changed(PID, (old, new)))))
        assert [told(finding) for finding in found] == [("R.DMP.04", where, "207", "904", "error")]

    def test_it_is_a_warning_when_only_mssante_is_asked_for(self) -> None:
        message = mailed(PRT_RCT, wishes="NYNNNNYNNN")
        found = judged(changed(message, (PID, changed(PID, ("|19990115|F|", "|19990115|M|")))))
        assert [(f.rule, f.severity.value) for f in found] == [("R.DMP.04", "warning")]

    def test_case_accents_and_hyphens_do_not_make_another_patient(self) -> None:
        written = changed(PID, ("ESSAI-UN^CAMILLE^CAMILLE ALIX", "Éssai Un^Camille^CAMILLE ALIX"))
        assert judged(changed(oru(), (PID, written))) == []

    def test_a_local_identifier_of_one_side_only_is_a_warning(self) -> None:
        only_cda = changed(PID, ("~IPP-42^^^LABO&1.2.250.1.999.7&ISO^PI", ""))
        only_pid = changed(CDA, ('<id root="1.2.250.1.999.7" extension="IPP-42"/>', ""))
        place = f"OBX-5 /ClinicalDocument/recordTarget/patientRole/id (line {line_of(CDA, 'IPP-42')})"
        expected = ("R.CDA.01", place, "199", None, "warning")
        assert [told(finding) for finding in judged(changed(oru(), (PID, only_cda)))] == [expected]
        expected = ("R.CDA.01", "PID-3[2]", "199", None, "warning")
        assert [told(finding) for finding in judged(oru(only_pid))] == [expected]

    def test_a_local_identifier_without_an_iso_authority_is_compared_by_value(self) -> None:
        local = changed(PID, ("LABO&1.2.250.1.999.7&ISO", "LABO"))
        assert judged(changed(oru(), (PID, local))) == []


class TestReplacement:
    """R.DMP.06: a replacement names the document that it replaces."""

    def test_without_a_related_document_it_is_refused(self) -> None:
        found = judged(oru(status="C"))
        assert [told(finding) for finding in found] == [
            ("R.DMP.06", "OBX-5 /ClinicalDocument/relatedDocument (line 2)", "207", "906", "error")
        ]

    def test_a_document_cannot_replace_itself(self) -> None:
        cda = changed(CDA_REPLACING, ('"1.2.250.1.999.1.0"', '"1.2.250.1.999.1.1"'))
        place = "/ClinicalDocument/relatedDocument/parentDocument/id"
        line = line_of(cda, "<parentDocument>") + 1
        found = [told(f) for f in judged(mdm(cda, status="C"))]
        assert found == [("R.DMP.06", f"OBX-5 {place} (line {line})", "207", "906", "error")]

    def test_an_initial_document_may_name_an_earlier_one(self) -> None:
        assert judged(oru(CDA_REPLACING)) == []


class TestMailOnly:
    """DESTDMP = N: the sets of CI-SIS apply, and what only the DMP asks is a warning."""

    def test_a_type_that_the_dmp_refuses_may_be_mailed(self) -> None:
        cda = changed(CDA, ('code="11502-2"', 'code="34876-3"'))
        message = mailed(PRT_RCT, wishes="NYNNNNYNNN").replace("11502-2^", "34876-3^")
        data = message.split("^Base64^")[1].split("|")[0]
        sent = oru(cda).split("^Base64^")[1].split("|")[0]
        assert judged(changed(message, (data, sent))) == []

    def test_a_type_unknown_to_ci_sis_may_not(self) -> None:
        cda = changed(CDA, ('code="11502-2"', 'code="27899-4"'))
        message = mailed(PRT_RCT, wishes="NYNNNNYNNN").replace("11502-2^", "27899-4^")
        data = message.split("^Base64^")[1].split("|")[0]
        sent = oru(cda).split("^Base64^")[1].split("|")[0]
        assert [finding.rule for finding in judged(changed(message, (data, sent)))] == ["R.HDR.03"]

    def test_an_extension_of_the_id_is_only_a_warning(self) -> None:
        cda = changed(CDA, ('root="1.2.250.1.999.1.1"', 'root="1.2.250.1.999.1" extension="1"'))
        message = mailed(PRT_RCT, wishes="NYNNNNYNNN")
        data, sent = (text.split("^Base64^")[1].split("|")[0] for text in (message, oru(cda)))
        found = judged(changed(message, (data, sent)))
        assert [(f.rule, f.severity.value) for f in found] == [("R.DMP.05", "warning")]
        assert [f.rule for f in judged(oru(cda)) if f.is_error] == ["R.DMP.05"]

    def test_an_identity_that_is_not_qualified_is_fine(self) -> None:
        assert judged(changed(mailed(PRT_RCT, wishes="NYNNNNYNNN"), ("VALI", "PROV"))) == []


def test_messages_of_other_kinds_give_nothing() -> None:
    consent = (
        r"MSH|^~\&|HIS|CH|PFI|CH|20260302101500||ADT^A01^ADT_A01|C-1|T|2.5^FRA^2.11|||||FRA|UNICODE UTF-8"
    )
    assert [f for f in judged(f"{consent}\rEVN||20260302101500\r{PID}\r") if f.rule[:5] != "R.ENC"] == []


def test_no_finding_ever_shows_a_value_of_the_patient() -> None:
    names = {INS, OTHER_INS, "ESSAI", "CAMILLE", "ALIX", "19990115", "75056", "IPP-42", "RUE"}
    for message, old, new, *_ in CASES.values():
        for finding in judged(changed(message, (old, new))):
            shown = f"{finding.text_fr} {finding.text_en} {finding.location} {finding!r}"
            assert not [name for name in names if name in shown]
            assert finding.text_fr
            assert finding.text_en
