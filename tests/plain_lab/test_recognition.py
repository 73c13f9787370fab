"""Plain or of the profile? What claims the profile is judged by the profile."""

from __future__ import annotations

import base64

import pytest

from gateway.model import Kind
from gateway.parsers import read
from tests.plain_lab.samples import HB, MSH, ORC, VALID, message, obr, obx


def test_an_oru_of_results_is_plain_and_asks_for_the_dmp() -> None:
    reading = read(VALID)
    assert (reading.kind, reading.lab is not None, reading.flags.destdmp) == (Kind.LAB, True, True)


@pytest.mark.parametrize("version", ["2.3.1", "2.4", "2.5", "2.5.1", "2.6"])
def test_every_version_is_read_with_and_without_charset(version: str) -> None:
    for msh in (MSH.replace("|2.5", f"|{version}"), MSH.replace("|2.5", f"|{version}||||||UNICODE UTF-8")):
        assert read(message(ORC, obr(), HB, msh=msh)).lab is not None


CDA = base64.b64encode(b'<?xml version="1.0"?><ClinicalDocument/>').decode()
CLAIMING = {
    "a profile in MSH-21": message(
        ORC, obr(), HB, msh=f"{MSH}||||||||||2.1^CISIS_CDA_HL7_V2".replace("|" * 10, "|" * 9)
    ),
    "a metadata row": message(ORC, obr(), HB, "OBX|2|CE|DESTDMP^Destinataire DMP^MetaDMPMSS||Y||||||F"),
    "a sender in PRT": message(ORC, obr(), HB, "PRT||UC||SB^Send by^participation|8^X"),
    "an ED announced as XML": message(ORC, obr(), "OBX|1|ED|11502-2^CR^LN||^TEXT^XML^Base64^!!!||||||F"),
    "an ED that holds XML": message(ORC, obr(), f"OBX|1|ED|11502-2^CR^LN||^AP^^Base64^{CDA}||||||F"),
    "another event": VALID.replace(b"ORU^R01", b"ORU^R30"),
    "no order": message(HB),
    "an imaging section": message(ORC, obr(section="RAD"), obx(1, "TX", "CR^Compte rendu^L", "RAS")),
    "an imaging report": message(ORC, obr(code="18748-4^CR d'imagerie^LN"), obx(1, "TX", "CR^CR^L", "RAS")),
}


@pytest.mark.parametrize("name", CLAIMING)
def test_a_message_is_not_plain_results_when_it_has(name: str) -> None:
    assert read(CLAIMING[name]).lab is None


def test_a_pdf_beside_results_leaves_the_message_plain() -> None:
    pdf = base64.b64encode(b"%PDF-1.4").decode()
    reading = read(message(ORC, obr(), HB, f"OBX|2|ED|P^P^L||^application^pdf^Base64^{pdf}||||||F"))
    assert reading.lab is not None
    assert [file.is_pdf for file in reading.lab.files] == [True]


def test_the_declared_charset_is_used_only_without_msh_18() -> None:
    body = message(ORC, obr(), obx(1, "TX", "C^C^L", "é")).decode().encode("latin-1")
    declared = read(body, charset="8859/1").lab
    assert declared is not None
    assert declared.results[0].values[0].text == "é"
    said = read(
        message(ORC, obr(), obx(1, "TX", "C^C^L", "é"), msh=f"{MSH}||||||UNICODE UTF-8"), charset="8859/1"
    )
    assert said.lab is not None
    assert said.lab.results[0].values[0].text == "é"


def test_bytes_of_windows_1252_are_read_as_such() -> None:
    reading = read(message(ORC, obr(), obx(1, "TX", "C^C^L", "cœur – 3 €")).decode().encode("cp1252"))
    assert reading.lab is not None
    assert reading.lab.results[0].values[0].text == "cœur – 3 €"


def test_the_reading_shows_no_value_in_its_repr() -> None:
    shown = repr(read(VALID))
    assert not any(secret in shown for secret in ("PAT-EXEMPLE", "258043523899174", "11.4"))
