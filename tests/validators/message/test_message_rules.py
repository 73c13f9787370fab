"""Each rule of the message: one thing broken in a valid sample gives that rule, there, with that code."""

from __future__ import annotations

from dataclasses import replace

import pytest
from message_samples import ADT, HEADER, MDM, NEW_VERSION, ORU, REPLACEMENT, change, insert, told, without

from gateway.model import Code, Identifier
from gateway.nomenclature import LOINC, value_set
from gateway.validators.settings import JudgeSettings

INS = "279035121518989^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.10&ISO^INS"
REAL = INS.replace(".4.10", ".4.8")
HOME_AND_BIRTH = "1 rue A^^PARIS^^75001^FRA^H~^^^^^^BDL^^63220"
PRODUCTION = JudgeSettings(environment="production")


@pytest.mark.parametrize("text", [ORU, MDM, ADT], ids=["ORU", "MDM", "ADT"])
def test_a_valid_message_raises_nothing(text: str) -> None:
    assert told(text, header=HEADER) == (set(), set())


def test_a_valid_replacement_and_a_valid_deletion_raise_nothing() -> None:
    assert told(REPLACEMENT, header=NEW_VERSION) == (set(), set())
    deletion = REPLACEMENT.replace("T10", "T04").replace("ORC|RO", "ORC|CA").replace("=||||||C", "=||||||D")
    assert told(change(deletion, "TXA-13", ""), header=HEADER) == (set(), set())


ERRORS = [
    # what is broken, rule, location, code
    (change(ORU, "MSH-18", ""), "R.ENC.05", "MSH-18", "101"),
    (change(ORU, "MSH-18", "ASCII"), "R.ENC.05", "MSH-18", "103"),
    (change(ORU, "MSH-18", "UNICODE UTF-8~8859/15"), "R.ENC.05", "MSH-18[2]", "103"),
    *((change(ORU, f"MSH-{n}", ""), "R.MSH.01", f"MSH-{n}", "101") for n in (3, 4, 5, 6)),
    (change(ORU, "MSH-7", ""), "R.MSH.02", "MSH-7", "101"),
    (change(ORU, "MSH-7", "02/10/2023"), "R.MSH.02", "MSH-7", "102"),
    (change(ORU, "MSH-9", "ORU^R01"), "R.MSH.03", "MSH-9.3", "101"),
    (change(ORU, "MSH-9", "OUL^R22^OUL_R22"), "R.MSH.04", "MSH-9.1", "200"),
    (change(MDM, "MSH-9", "MDM^T01^MDM_T01"), "R.MSH.05", "MSH-9.2", "201"),
    (change(ORU, "MSH-9", "ORU^R30^ORU_R30"), "R.MSH.05", "MSH-9.2", "201"),
    (change(MDM, "MSH-9", "MDM^T02^MDM_T10"), "R.MSH.06", "MSH-9.3", "200"),
    (change(ORU, "MSH-10", ""), "R.MSH.07", "MSH-10", "101"),
    (change(ORU, "MSH-10", "A" * 21), "R.MSH.07", "MSH-10", "102"),
    (change(MDM, "MSH-10", "A" * 200), "R.MSH.07", "MSH-10", "102"),
    (change(ORU, "MSH-11", ""), "R.MSH.09", "MSH-11.1", "101"),
    (change(ORU, "MSH-11", "X"), "R.MSH.09", "MSH-11.1", "202"),
    (change(ORU, "MSH-12", ""), "R.MSH.10", "MSH-12.1", "101"),
    (change(ORU, "MSH-12", "2.6"), "R.MSH.10", "MSH-12.1", "203"),
    (change(ORU, "MSH-12", "2.3"), "R.MSH.10", "MSH-12.1", "203"),
    (change(MDM, "MSH-12", "2.5"), "R.MSH.10", "MSH-12.1", "203"),
    (change(ORU, "MSH-17", "FR"), "R.MSH.11", "MSH-17", "103"),
    (change(ORU, "MSH-17", ""), "R.MSH.11", "MSH-17", "101"),
    (change(ORU, "MSH-21", ""), "R.MSH.12", "MSH-21.1", "101"),
    (change(ORU, "MSH-21", "2.0^CISIS_CDA_HL7_V2"), "R.MSH.12", "MSH-21.1", "103"),
    (change(ORU, "MSH-21", "2.1^CISIS_CDA_HL7_V2~1.0^X"), "R.MSH.12", "MSH-21[2]", "103"),
    (change(ORU, "MSH-21", "2.1^CISIS_CDA_HL7_LPS"), "R.MSH.13", "MSH-21.2", "103"),
    (insert(without(ORU, "ORC"), "OBX", "ORC|NW"), "R.STR.01", "ORC", "100"),
    (insert(without(MDM, "TXA"), "OBR", MDM.split("\r")[6]), "R.STR.02", "OBR", "100"),
    (without(ORU, "PID"), "R.STR.03", "PID", "100"),
    (insert(ORU, "PV1", "PID|1||x"), "R.STR.03", "PID[2]", "198"),
    (without(MDM, "PV1"), "R.STR.04", "PV1", "100"),
    (insert(MDM, "ORC", "PV1|1|N"), "R.STR.04", "PV1[2]", "198"),
    (insert(ORU, "ORC", "PV1|1|N"), "R.STR.04", "PV1[2]", "198"),
    (without(MDM, "EVN"), "R.STR.05", "EVN", "100"),
    (insert(MDM, "PID", "EVN||2026"), "R.STR.05", "EVN[2]", "198"),
    (without(ORU, "ORC"), "R.STR.06", "ORC", "100"),
    (insert(MDM, "OBR", "ORC|NW"), "R.STR.06", "ORC[2]", "198"),
    (without(ORU, "OBR"), "R.STR.07", "OBR", "100"),
    (insert(ORU, "OBX", "OBR|2"), "R.STR.07", "OBR[2]", "198"),
    (without(MDM, "TXA"), "R.STR.08", "TXA", "100"),
    (insert(MDM, "OBX", "TXA|1"), "R.STR.08", "TXA[2]", "198"),
    (ORU + "\r" + "\r".join(ORU.split("\r")[3:6]), "R.STR.09", "ORC[2]", "198"),
    (insert(ORU, "OBX|2", *ORU.split("\r")[5:6] * 2), "R.STR.10", "OBX[3]", "198"),
    (insert(MDM, "OBX|2", *MDM.split("\r")[7:8]), "R.STR.11", "OBX[2]", "198"),
    (ORU.replace(ORU.split("\r")[5] + "\r", "", 1), "R.STR.10", "OBX", "100"),
    (MDM.replace(MDM.split("\r")[7] + "\r", "", 1), "R.STR.11", "OBX", "100"),
    (insert(ORU, "OBX|1|", "OBX|2|CE|MASQUE_PS^^MetaDMPMSS||N"), "R.STR.12", "OBX[2]", "100"),
    (without(ORU, "PRT") + "\r" + ORU.split("\r")[6], "R.STR.13", "PRT", "100"),
    (insert(ORU, "OBX|1|", ORU.split("\r")[6]), "R.STR.13", "PRT", "100"),
    (without(ORU, "PRT"), "R.STR.14", "PRT", "100"),
    (change(MDM, "EVN-2", ""), "R.EVN.01", "EVN-2", "101"),
    (change(MDM, "EVN-2", "hier"), "R.EVN.01", "EVN-2", "102"),
    (without(ADT, "EVN"), "R.EVN.01", "EVN-2", "101"),
    (change(ORU, "PID-3", ""), "R.PID.01", "PID-3", "101"),
    (change(ORU, "PID-3", '""'), "R.PID.01", "PID-3", "101"),
    (without(ADT, "PID"), "R.PID.01", "PID-3", "101"),
    (change(ORU, "PID-3", "12345"), "R.PID.02", "PID-3.4", "101"),
    (change(ORU, "PID-3", f"{INS}~^^^CH-A^PI"), "R.PID.02", "PID-3[2].1", "101"),
    (change(ORU, "PID-3", INS.replace(".4.10", ".4.2")), "R.PID.04", "PID-3.4.2", "103"),
    (change(ORU, "PID-3", INS.replace("ISO", "L")), "R.PID.04", "PID-3.4.3", "103"),
    (change(ORU, "PID-3", f"{INS}~{INS}"), "R.PID.05", "PID-3[2]", "198"),
    (change(ORU, "PID-3", INS.replace("89^", "^")), "R.PID.06", "PID-3.1", "102"),
    (change(ORU, "PID-3", REAL.replace("89^", "88^")), "R.PID.07", "PID-3.1", "102"),
    (change(ORU, "PID-32", ""), "R.PID.09", "PID-32", "101"),
    (change(ORU, "PID-32", "VALI~BON"), "R.PID.09", "PID-32[2]", "103"),
    (change(ORU, "PID-5", "PAT-TROIS^DOMINIQUE^DOMINIQUE^^^^D"), "R.PID.11", "PID-5", "101"),
    (change(ORU, "PID-5", ""), "R.PID.11", "PID-5", "101"),
    (change(ORU, "PID-5", "P^D^D^^^^L~P^D^D^^^^M"), "R.PID.12", "PID-5[2].7", "103"),
    (change(ORU, "PID-5", "P^D^D^^^^L~P^D^D"), "R.PID.12", "PID-5[2].7", "101"),
    (change(ORU, "PID-5", "PAT-TROIS^^DOMINIQUE^^^^L"), "R.PID.13", "PID-5.2", "207+905"),
    (change(ORU, "PID-7", ""), "R.PID.13", "PID-7", "207+905"),
    (change(ORU, "PID-7", "197903"), "R.PID.13", "PID-7", "207+905"),
    (change(ORU, "PID-8", "U"), "R.PID.13", "PID-8", "207+905"),
    (change(ORU, "PID-11", HOME_AND_BIRTH[:28]), "R.PID.13", "PID-11.7", "207+905"),
    (change(ORU, "PID-11", HOME_AND_BIRTH[:-1]), "R.PID.13", "PID-11[2].9", "207+905"),
    (change(ORU, "PID-7", "28/03/1979"), "R.PID.15", "PID-7", "102"),
    (change(ORU, "PID-8", "O"), "R.PID.15", "PID-8", "103"),
    (change(ORU, "PV1-2", ""), "R.PV1.01", "PV1-2", "101"),
    (change(ORU, "PV1-2", "P"), "R.PV1.02", "PV1-2", "103"),
    (change(ORU, "PV1-19", ""), "R.PV1.03", "PV1-19.1", "101"),
    (change(ORU, "ORC-1", ""), "R.ORC.01", "ORC-1", "101"),
    (change(ORU, "ORC-1", "SC"), "R.ORC.02", "ORC-1", "103"),
    (change(ORU, "OBX-11", "C"), "R.ORC.03", "ORC-1", "199"),
    (
        change(change(change(REPLACEMENT, "ORC-1", "CA"), "OBX-11", "D"), "TXA-13", "1.2.250.9.0"),
        "R.ORC.04",
        "MSH-9.2",
        "199",
    ),
    (change(ORU, "OBR-4", "^CR^LN"), "R.OBR.01", "OBR-4.1", "101"),
    (change(ORU, "OBR-4", "11502-2^^LN"), "R.OBR.01", "OBR-4.2", "101"),
    (change(ORU, "OBR-4", "11502-2^CR^L"), "R.OBR.02", "OBR-4.3", "103"),
    (change(ORU, "OBR-4", "11502-2^CR"), "R.OBR.02", "OBR-4.3", "101"),
    (change(ORU, "OBR-4", "34555-3^Clairance^LN"), "R.OBR.03", "OBR-4.1", "103"),
    (change(ORU, "OBR-4", "11502-2^CR^TRE_A05"), "R.OBR.03", "OBR-4.1", "103"),
    (change(MDM, "TXA-1", "2"), "R.TXA.01", "TXA-1", "103"),
    (change(MDM, "TXA-3", "AP"), "R.TXA.01", "TXA-3", "103"),
    (change(MDM, "TXA-3", ""), "R.TXA.01", "TXA-3", "101"),
    (change(MDM, "TXA-2", "DS"), "R.TXA.02", "TXA-2", "103"),
    (change(MDM, "TXA-2", ""), "R.TXA.02", "TXA-2", "101"),
    (change(MDM, "TXA-12", ""), "R.TXA.04", "TXA-12.1", "101"),
    (change(MDM, "TXA-12", "1.2.250.9.1.7"), "R.TXA.05", "TXA-12.1", "207+906"),
    (change(MDM, "TXA-12", "1.2.250.9.1^^^ISO"), "R.TXA.05", "TXA-12.4", "207+906"),
    (change(REPLACEMENT, "TXA-13", ""), "R.TXA.07", "TXA-13.1", "101"),
    (change(REPLACEMENT, "TXA-13", "1.2.250.9.8"), "R.TXA.08", "TXA-13", "207+906"),
    (change(REPLACEMENT, "TXA-13", "1.2.250.9.1"), "R.TXA.09", "TXA-13", "207+906"),
    (change(MDM, "TXA-17", "LA"), "R.TXA.11", "TXA-17", "103"),
    (change(MDM, "TXA-17", ""), "R.TXA.11", "TXA-17", "101"),
    (change(ADT, "MSH-9", "ADT^A08^ADT_A01"), "R.PAM.01", "MSH-9.2", "201"),
    (change(ADT, "MSH-9", "ADT^A05^ADT_A01"), "R.PAM.01", "MSH-9.3", "200"),
    (change(ADT, "MSH-12", "2.3"), "R.PAM.02", "MSH-12.1", "203"),
    (change(ADT, "MSH-12", "2.5^FRA^2.9"), "R.PAM.02", "MSH-12.3", "203"),
    (change(ADT, "MSH-12", "2.5"), "R.PAM.02", "MSH-12.2", "203"),
    (change(ADT, "ZFA-1", "OUVERT"), "R.PAM.04", "ZFA-1", "103"),
    (change(ADT, "ZFA-3", "demain"), "R.PAM.04", "ZFA-3", "102"),
    (change(ADT, "ZFA-9", "IC"), "R.PAM.06", "ZFA-9", "103"),
    (change(ADT, "ZFA-10", "abc"), "R.PAM.06", "ZFA-10", "102"),
    (change(ADT, "ZFA-11", "X"), "R.PAM.07", "ZFA-11", "103"),
    (change(ADT, "ZFA-12", "abc"), "R.PAM.07", "ZFA-12", "102"),
]


@pytest.mark.parametrize(
    ("text", "rule", "location", "code"), ERRORS, ids=[f"{e[1]}-{e[2]}-{n}" for n, e in enumerate(ERRORS)]
)
def test_one_broken_thing_gives_exactly_its_rule(text: str, rule: str, location: str, code: str) -> None:
    header = NEW_VERSION if "MDM^T10" in text else HEADER
    errors, _ = told(text, header=header)
    assert errors == {(rule, location, code)}


WARNINGS = [
    (ORU.replace("300017985\r", "300017985|\u00a0 \r"), "R.ENC.08", "PRT-9", None),
    (insert(ORU, "ORC", "ZZZ|1"), "R.ENC.09", "ZZZ", None),
    (without(ORU, "PV1"), "R.STR.04", "PV1", "100"),
    (change(ORU, "PID-3", f"{INS}~7^^^CH-A^XYZ"), "R.PID.03", "PID-3[2].5", "103"),
    (change(ORU, "PID-3", INS.replace("89^", "88^")), "R.PID.07", "PID-3.1", "102"),
    (change(ORU, "PID-3", INS + "^^20101207"), "R.PID.08", "PID-3.7", "102"),
    (change(ORU, "PID-32", "PROV"), "R.PID.10", "PID-32", "207+906"),
    (change(ORU, "PID-5", "PAT-TROIS^DOMINIQUE^^^^^L"), "R.PID.14", "PID-5.3", "207+905"),
    (change(ORU, "PID-5", "PAT-TROIS^DOMINIQUE^CAMILLE DOMINIQUE^^^^L"), "R.PID.14", "PID-5.3", "207+905"),
    (change(ORU, "PID-18", ""), "R.PID.16", "PID-18", "101"),
    (change(ORU, "PID-18", "D77^^^CH-A^AN~D78^^^CH-A^AN"), "R.PID.16", "PID-18[2]", "198"),
    (change(ORU, "PID-18", "D77^^^CH-A^VN"), "R.PID.17", "PID-18.5", "103"),
    (change(ORU, "PID-18", "D77^^^^AN"), "R.PID.17", "PID-18.4", "103"),
    (change(ORU, "MSH-11", "P"), "R.PID.18", "PID-3.4.2", "207+906"),
    (change(ORU, "PID-19", "2790351215189"), "R.PID.19", "PID-19", "199"),
    (change(ORU, "PV1-52", "x"), "R.PID.19", "PV1-52", "199"),
    (change(ORU, "PV1-2", "V"), "R.PV1.02", "PV1-2", "103"),
    (change(ORU, "PV1-19", "V88^^^CH-A^AN"), "R.PV1.04", "PV1-19.5", "103"),
    (change(change(ORU, "PV1-44", "20260302"), "PV1-45", "20260301"), "R.PV1.05", "PV1-45", "102"),
    (change(ORU, "PV1-44", "hier"), "R.PV1.05", "PV1-44", "102"),
    (change(MDM, "TXA-2", "18748-4"), "R.TXA.03", "TXA-2", "199"),
    (change(MDM, "TXA-12", "1.2.250.9.1^Organisation-Y"), "R.TXA.06", "TXA-12.2", "199"),
    (change(MDM, "TXA-13", "1.2.250.9.0"), "R.TXA.10", "TXA-13", None),
    (without(ADT, "ZFA"), "R.PAM.03", "MSH-9.2", None),
    (change(ADT, "ZFA-6", "Y"), "R.PAM.05", "ZFA-6", "199"),
    (change(ADT, "ZFA-10", ""), "R.PAM.06", "ZFA-10", "101"),
    (change(ADT, "ZFA-12", ""), "R.PAM.07", "ZFA-12", "101"),
    (change(ADT, "ZBE-1", ""), "R.PAM.09", "ZBE-1", "101"),
    (change(ADT, "ZBE-2", "x"), "R.PAM.09", "ZBE-2", "102"),
    (change(ADT, "ZBE-3", "20260309102840"), "R.PAM.10", "ZBE-3", "199"),
    (change(ADT, "ZBE-4", ""), "R.PAM.11", "ZBE-4", "101"),
    (change(ADT, "ZBE-5", "INSERT"), "R.PAM.11", "ZBE-5", "103"),
    (change(ADT, "ZBE-4", "CANCEL"), "R.PAM.11", "ZBE-6", "101"),
    (change(ADT, "ZBE-9", "C"), "R.PAM.11", "ZBE-9", "103"),
]


@pytest.mark.parametrize(
    ("text", "rule", "location", "code"),
    WARNINGS,
    ids=[f"{w[1]}-{w[2]}-{n}" for n, w in enumerate(WARNINGS)],
)
def test_a_tolerated_fault_is_told_and_accepted(
    text: str, rule: str, location: str, code: str | None
) -> None:
    assert told(text, header=HEADER) == (set(), {(rule, location, code)})


ACCEPTED = {
    "trailing separators": ORU.replace("300017985\r", "300017985|||\r"),
    "an unlisted field": change(ORU, "PID-13", "0102030405"),
    "known escapes": change(ORU, "OBX[2]-3", r"MASQUE_PS^a \T\ b \X0D0A\ \.br\^MetaDMPMSS"),
    "a class N visit without number": change(change(ORU, "PV1-2", "N"), "PV1-19", ""),
    "a discharge on the day of the admission": change(
        change(ORU, "PV1-44", "202603021015"), "PV1-45", "20260302"
    ),
    "a profile written with a blank": change(ORU, "MSH-21", "2.1^ CISIS_CDA_HL7_V2"),
    "timing and notes after the order": insert(ORU, "OBX", "NTE|1", "TQ1|1", "TQ2|1", "TQ1|2"),
    "two formats of one document": insert(ORU, "OBX|2", ORU.split("\r")[5]),
    "a software segment": insert(ORU, "PID", "SFT|x"),
    "the consultation codes of PAM.fr 2.11.0": change(ADT, "ZFA-11", "INO"),
    "an identity status beside VALI": change(ORU, "PID-32", "VALI~HOMA"),
}


@pytest.mark.parametrize("text", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_what_the_guide_allows_is_not_told(text: str) -> None:
    assert told(text, header=HEADER) == (set(), set())


def test_a_production_instance_refuses_test_mode_and_test_identities() -> None:
    real = change(change(ORU, "MSH-11", "P"), "PID-3", REAL)
    assert told(real, PRODUCTION) == (set(), set())
    assert told(change(real, "MSH-11", "T"), PRODUCTION)[0] == {("R.MSH.09", "MSH-11.1", "202")}
    assert told(change(real, "PID-3", INS), PRODUCTION)[0] == {("R.PID.18", "PID-3.4.2", "207+906")}


def test_an_instance_serves_only_the_modes_that_it_declares() -> None:
    only_test = JudgeSettings(processing_ids=frozenset({"T"}))
    assert told(change(ORU, "MSH-11", "D"), only_test)[0] == {("R.MSH.09", "MSH-11.1", "202")}


def test_an_adt_is_refused_when_the_consent_feed_is_closed() -> None:
    assert told(ADT, JudgeSettings(consent_feed=False)) == ({("R.MSH.04", "MSH-9.1", "200")}, set())


def test_an_adt_event_without_consent_is_accepted_as_it_is() -> None:
    assert told(without(change(ADT, "MSH-9", "ADT^A03^ADT_A03"), "ZFA")) == (set(), set())


def test_a_strict_profile_refuses_a_faulty_movement() -> None:
    errors, _ = told(change(ADT, "ZBE-1", ""), JudgeSettings(strict_matrix=True))
    assert errors == {("R.PAM.09", "ZBE-1", "101")}


def test_an_acknowledgement_is_not_judged() -> None:
    assert told("MSH|^~\\&|PFI|CH-A|SIL-A|CH-A|||ACK^R01^ACK|P-1\rMSA|AA|A-0001") == (set(), set())


def test_an_identity_status_may_be_missing_when_neither_ins_nor_dmp_needs_it() -> None:
    local = change(change(ORU, "PID-3", "P12^^^CH-A^PI"), "PID-32", "")
    mail_only = local.replace("DESTDMP^DESTDMP^MetaDMPMSS||Y", "DESTDMP^DESTDMP^MetaDMPMSS||N")
    assert told(mail_only) == (set(), {("R.PID.09", "PID-32", "101")})
    assert told(local)[0] == {("R.PID.09", "PID-32", "101")}


def test_a_type_that_the_dmp_does_not_take_is_refused_only_when_the_dmp_is_asked_for() -> None:
    dmp = value_set("J66")
    concept = next(c for c in value_set("J07") if c.system == LOINC and (c.code, c.system) not in dmp)
    text = change(ORU, "OBR-4", f"{concept.code}^{concept.display}^LN")
    assert told(text)[0] == {("R.OBR.04", "OBR-4.1", "103")}
    mail_only = text.replace("DESTDMP^DESTDMP^MetaDMPMSS||Y", "DESTDMP^DESTDMP^MetaDMPMSS||N")
    assert told(mail_only) == (set(), set())


def test_an_identifier_with_extension_is_spelled_extension_root_iso() -> None:
    header = replace(HEADER, unique_id=Identifier("1.2.250.9", "58132"))
    assert told(change(MDM, "TXA-12", "58132^^1.2.250.9^ISO"), header=header) == (set(), set())
    joined = change(MDM, "TXA-12", "1.2.250.9.58132")
    assert told(joined, header=header)[0] == {("R.TXA.05", "TXA-12.1", "207+906")}


def test_the_type_in_the_document_is_compared_too() -> None:
    header = replace(HEADER, code=Code("18748-4", LOINC))
    assert told(MDM, header=header)[1] == {("R.TXA.03", "TXA-2", "199")}


def test_a_corsican_ins_has_its_own_key() -> None:
    head = "279032A121518"
    key = 97 - int(head.replace("2A", "19")) % 97
    good = change(ORU, "PID-3", REAL.replace("279035121518989", f"{head}{key:02d}"))
    assert told(good) == (set(), set())
    bad = change(ORU, "PID-3", REAL.replace("279035121518989", f"{head}{key % 97 + 1:02d}"))
    assert told(bad)[0] == {("R.PID.07", "PID-3.1", "102")}


def test_an_order_fault_names_the_segment_that_moved() -> None:
    lines = ORU.split("\r")
    moved = "\r".join((lines[0], *lines[2:], lines[1]))
    assert told(moved)[0] == {("R.STR.01", "PID", "100")}
    early = insert(without(ORU, "NTE"), "ORC", "NTE|1")
    assert told(early)[0] == {("R.STR.01", "NTE", "100")}


def test_everything_wrong_is_told_at_once() -> None:
    text = change(change(change(ORU, "MSH-17", ""), "PV1-2", "P"), "ORC-1", "SC")
    assert {rule for rule, _, _ in told(text)[0]} == {"R.MSH.11", "R.PV1.02", "R.ORC.02"}
