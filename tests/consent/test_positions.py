"""How what one patient said adds up, and what it forbids. Real ledger, no wire."""

from __future__ import annotations

import re
import sqlite3
from itertools import permutations
from pathlib import Path

import pytest

from gateway.errors import ConfigurationError
from gateway.ledger import PatientHasher, SqlLedger, open_database, patient_hasher
from gateway.model import Ack, DeadLetter, PatientId, Settlement, Stage
from gateway.parsers import read
from tests.consent.samples import admission, fixture, report, without_zfa
from tests.lifecycle.house import SteppingClock, Trial, trial

CONSENT, LAB = "consent.hopital-exemple", "lab.labo-exemple"
EARLY, MIDDLE, LATE = "20260901080000+0200", "20260915080000+0200", "20261101080000+0100"


def reason(settlement: Settlement) -> str:
    return settlement.reason if isinstance(settlement, DeadLetter) else ""


async def say(gateway: Trial, *notices: bytes) -> None:
    for notice in notices:
        assert await gateway.send(notice, CONSENT) == Ack(note="consent recorded")


async def test_an_opposition_refuses_the_deposit_at_its_own_stage_and_place(gateway: Trial) -> None:
    await say(gateway, admission("ADT-1", "IO"))
    settlement = await gateway.send(report(), LAB)
    assert isinstance(settlement, DeadLetter)
    assert (settlement.reason, settlement.stage) == ("R.DMP.08", Stage.CLASSIFIED)
    (finding,) = [item for item in settlement.findings if item.is_error]
    assert (finding.rule, str(finding.location), finding.hl7_code, finding.application_code) == (
        "R.DMP.08",
        "PID-3",
        "207",
        "906",
    )
    assert gateway.shelf.taken == []


async def test_a_bare_document_of_an_opposed_patient_is_refused_at_its_record_target(gateway: Trial) -> None:
    await say(gateway, admission("ADT-1", "IO"))
    settlement = await gateway.send(fixture("cda-remboursements.xml"), "discharge.hopital-exemple")
    assert isinstance(settlement, DeadLetter)
    assert [(item.rule, str(item.location)) for item in settlement.findings if item.is_error] == [
        ("R.DMP.08", "/ClinicalDocument/recordTarget/patientRole/id")
    ]


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
async def test_the_latest_collection_date_wins_whatever_the_order(
    gateway: Trial, order: tuple[int, ...]
) -> None:
    """R.PAM.08."""
    notices = [
        admission("ADT-1", "INO", EARLY),
        admission("ADT-2", "IO", LATE),
        admission("ADT-3", "INO", MIDDLE),
    ]
    await say(gateway, *(notices[number] for number in order))
    assert reason(await gateway.send(report(), LAB)) == "R.DMP.08"


async def test_between_equal_dates_the_message_written_last_wins(gateway: Trial) -> None:
    await say(
        gateway,
        admission("ADT-2", "INO", EARLY, stated=LATE),
        admission("ADT-1", "IO", EARLY, stated=MIDDLE),
    )
    assert reason(await gateway.send(report(), LAB)) == ""


async def test_neither_na_nor_an_admission_without_zfa_erases_an_opposition(gateway: Trial) -> None:
    await say(gateway, admission("ADT-1", "IO", EARLY), admission("ADT-2", "NA", LATE))
    await say(gateway, without_zfa(admission("ADT-3")))
    assert reason(await gateway.send(report(), LAB)) == "R.DMP.08"


async def test_the_status_of_the_dmp_only_informs(gateway: Trial) -> None:
    await say(gateway, admission("ADT-1", "INO").replace(b"ZFA|ACTIF", b"ZFA|FERME"))
    assert reason(await gateway.send(report(), LAB)) == ""


async def test_a_cancelled_movement_gives_back_what_was_said_before(gateway: Trial) -> None:
    await say(
        gateway,
        admission("ADT-1", "IO", EARLY, movement="MV1"),
        admission("ADT-2", "INO", LATE, movement="MV2", stated=LATE),
        admission("ADT-3", "INO", LATE, event="Z99", action="CANCEL", movement="MV2", stated="20261102"),
    )
    assert reason(await gateway.send(report(), LAB)) == "R.DMP.08"


async def test_a_corrected_movement_says_the_new_thing_even_with_an_earlier_date(gateway: Trial) -> None:
    await say(
        gateway,
        admission("ADT-1", "IO", LATE, movement="MV1", stated=LATE),
        admission("ADT-2", "INO", EARLY, event="Z99", action="UPDATE", movement="MV1", stated="20261102"),
    )
    assert reason(await gateway.send(report(), LAB)) == ""


async def test_a_patient_known_by_a_local_number_only_is_recognised_under_it(gateway: Trial) -> None:
    """PID-32 is not VALI: no INS is kept, the local identifier is (CONSENT.md, key)."""
    provisional = re.sub(rb"\|\|258[^~]*~", b"||", admission("ADT-1", "IO")).replace(b"|VALI", b"|PROV")
    await say(gateway, provisional)
    same_number = report("LABO-A").replace(b"&1.2.250.1.999.2.2&ISO^PI", b"&1.2.250.1.999.2.1&ISO^PI")
    assert reason(await gateway.send(same_number, LAB)) == "R.DMP.08"
    assert reason(await gateway.send(report("LABO-B"), LAB)) == "", "another authority, another number"


async def test_with_consent_required_silence_is_refused(tmp_path: Path) -> None:
    async with trial(tmp_path, consent_required=True) as gateway:
        assert reason(await gateway.send(report("LABO-A"), LAB)) == "R.CST.01"
        await say(gateway, admission("ADT-1", "NA"))
        assert reason(await gateway.send(report("LABO-B"), LAB)) == "R.CST.01"
        await say(gateway, admission("ADT-2", "INO"))
        assert reason(await gateway.send(report("LABO-C"), LAB)) == ""


async def test_a_deletion_is_carried_out_for_an_opposed_patient(gateway: Trial) -> None:
    ultrasound = fixture("imaging-mdm-t02-echographie.hl7")
    assert reason(await gateway.send(ultrasound)) == ""
    await say(gateway, admission("ADT-1", "IO"))
    assert reason(await gateway.send(ultrasound.replace(b"|IMG-0003|", b"|IMG-X|"))) == "", "it is there"
    assert reason(await gateway.send(fixture("imaging-mdm-t04-echographie.hl7"))) == ""
    assert [one.action.value for one in gateway.shelf.taken] == ["submit", "delete"]


async def test_no_column_of_the_ledger_holds_the_patient(gateway: Trial) -> None:
    await say(gateway, admission("ADT-1"))
    await gateway.send(report(), LAB)
    with sqlite3.connect(gateway.database) as connection:
        content = "\n".join(connection.iterdump())
    assert re.search(r'INSERT INTO "consents"', content)
    assert re.search(r'INSERT INTO "documents"', content)
    identity = ("258043523899174", "1000001", "CAMILLE", "PAT-EXEMPLE", "19580412", "V301", "V101", "35238")
    assert [secret for secret in identity if secret in content] == []


def test_a_notice_shows_no_patient() -> None:
    reading = read(admission("ADT-1"))
    assert reading.consent is not None
    assert "258043523899174" not in repr(reading.consent)
    assert [one.type_code for one in reading.consent.patients] == ["NH", "PI"]


def test_the_old_codes_of_consultation_are_read_as_the_new_ones() -> None:
    old = admission("ADT-1").replace(b"|IC|", b"|IO|")
    consent = read(old).consent
    assert consent is not None
    assert consent.consultation == "INC"


def test_the_same_key_file_serves_every_worker(tmp_path: Path) -> None:
    file, patient = tmp_path / "deep" / "patient.key", PatientId("1", "2.3")
    first, second = patient_hasher(None, file), patient_hasher(None, file)
    assert first.patient(patient) == second.patient(patient)
    assert file.stat().st_mode & 0o777 == 0o600
    assert first.patient(patient) != patient_hasher("x" * 32, file).patient(patient)
    assert repr(first) == "PatientHasher()"


def test_a_short_key_and_a_damaged_key_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="at least 32"):
        patient_hasher("secret", tmp_path / "none")
    (tmp_path / "key").write_bytes(b"")
    with pytest.raises(ConfigurationError, match="damaged"):
        patient_hasher(None, tmp_path / "key")


def test_a_ledger_is_not_opened_under_another_key(tmp_path: Path) -> None:
    """Else no patient would be recognised, and every opposition would be forgotten without a word."""
    url = f"sqlite:///{tmp_path}/ledger.sqlite3"
    SqlLedger(open_database(url), SteppingClock(), PatientHasher(b"a" * 32)).close()
    SqlLedger(open_database(url), SteppingClock(), PatientHasher(b"a" * 32)).close()
    engine = open_database(url)
    with pytest.raises(ConfigurationError, match="another key"):
        SqlLedger(engine, SteppingClock(), PatientHasher(b"b" * 32))
    engine.dispose()
