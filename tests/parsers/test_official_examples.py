"""Every official example is read, and the facts are those of EXAMPLES.csv and of the files."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from gateway.model import Action, Flags, Identifier, Kind
from gateway.parsers import read
from tests.parsers.samples import CDA, HL7V2, needs_examples, official_documents, official_messages, rules_of

pytestmark = needs_examples
# file, unique id (below 1.2.250.1.213.1.1.1), type, kind, practice setting,
# facility type, level, media type, number of replaced documents
SPOTS = [line.split() for line in """
BIO-CR-BIO_2024.01_TSH_1                55.2024.9.1  11502-2 lab       AMBULATOIRE   SA25 3 -               0
BIO-CR-BIO_2021.01_CDA-R2-Niveau-1      55.2021.3.1  11502-2 lab       AMBULATOIRE   SA25 1 application/pdf 0
BIO-CR-BIO_2021.01_Auto-Presentable     55.2021.1.1  11502-2 lab       AMBULATOIRE   SA25 3 -               0
CANCER-CR-GM_2022.01_AnalyseNonRealisee 32.2022.1.1  51969-4 lab       ETABLISSEMENT SA29 3 -               0
IMG_CR_IMG_2024.01_CDA-R2-Niveau-1      45.2024.2.1  18748-4 imaging   AMBULATOIRE   SA08 1 application/pdf 1
CANCER-D2LM-FIDD_2022.01                28.2022.1.1  18748-4 imaging   DEPISTAGE     SA01 3 -               0
IMG-DA-IMG_2024.01_Mammo-Echo-Seins     47.2024.1.1  55115-0 document  AMBULATOIRE   SA08 3 -               0
LDL-SES_2022.01                         29.2022.1.1  11490-0 discharge ETABLISSEMENT SA01 3 -               0
ANEST-CR-ANEST_2022.01                  40.2022.1.1  77436-4 discharge ETABLISSEMENT SA01 3 -               0
CNAM-HR_2021.01                         36.2021.1.1  REMB    document  AMO           SA24 3 -               0
VSM_1.4_2022.01                         13.2022.1.1  SYNTH   document  ETABLISSEMENT SA04 3 -               0
VAC-NOTE_2023.01                        46.2023.1.1  87273-9 document  AMBULATOIRE   SA07 3 -               0
OPH-BRE_2022.02                         42.2022.1.1  78513-9 discharge AMBULATOIRE   SA41 3 -               1
IPS-FR_2024.01                          51.2024.1.1  60591-5 document  ETABLISSEMENT SA04 3 -               1
""".strip().splitlines()]  # fmt: skip


# encompassingEncounter/effectiveTime is null in these files
NO_ENCOUNTER_TIME = ("CANCER-PPS_2022.01_feuille-de-style-externe", "CNAM-HR_2021.01", "IPS-FR_2024.01")


@pytest.mark.parametrize("spot", SPOTS, ids=lambda spot: spot[0])
def test_the_facts_of_an_official_document(spot: list[str]) -> None:
    name, unique_id, type_code, kind, setting, facility, level, media_type, replaced = spot
    reading = read((CDA / f"{name}.xml").read_bytes())
    header = reading.documents[0].header
    assert header is not None
    assert header.code is not None
    assert header.facility_type is not None
    assert header.body is not None
    assert (reading.kind, header.code.code) == (kind, type_code)
    assert header.unique_id == Identifier(f"1.2.250.1.213.1.1.1.{unique_id}")
    settings = {event.practice_setting.code for event in header.service_events if event.practice_setting}
    assert settings == {setting}
    assert header.facility_type.code == facility
    assert (str(header.body.level), header.body.media_type or "-") == (level, media_type)
    assert len(header.replaces) == int(replaced)


@pytest.mark.parametrize("path", official_documents(), ids=lambda path: path.stem)
def test_every_official_document_is_read_with_its_five_traits(path: Path) -> None:
    content = path.read_bytes()
    reading = read(content)
    assert reading.findings == ()
    document = reading.documents[0]
    assert document.content == content
    header = document.header
    assert header is not None
    patient = header.patient
    assert [found for found in patient.identifiers if found.root.startswith("1.2.250.1.213.1.4.")]
    assert patient.birth_family
    assert patient.birth_given
    assert patient.givens
    assert re.fullmatch(r"\d{8,}(?:[+-]\d{4})?", patient.birth_time)
    assert patient.gender in ("F", "M", "U")
    assert re.fullmatch(r"\w{5}", patient.birthplace)
    assert header.title
    assert header.effective_time
    assert header.authors
    assert header.authors[0].person.identifier
    assert header.custodian
    assert header.custodian.identifier
    assert header.legal_authenticator
    assert header.legal_authenticator.family
    assert [event for event in header.service_events if event.start]
    if path.stem not in NO_ENCOUNTER_TIME:
        assert header.encounter_start or header.encounter_stop


def test_the_study_and_the_accession_number_of_an_imaging_report() -> None:
    header = read((CDA / "IMG_CR_IMG_2024.01_CDA-R2-Niveau-1.xml").read_bytes()).documents[0].header
    assert header is not None
    assert header.order_ids == (Identifier("1.2.250.1.748.12345678.12", "984375862"),)
    assert header.accession_numbers == (Identifier("1.2.250.1.925.994044.27", "105234751"),)
    assert [event.identifier for event in header.service_events] == [
        *(Identifier(f"1.2.250.1.925.994044.27.123.187635{n}") for n in range(3)),
        None,
    ]
    assert [code.code for code in header.service_events[0].translations] == ["ACQH004", "CT", "774007"]


def test_the_self_presentable_example_has_its_own_mime_type() -> None:
    document = read((CDA / "BIO-CR-BIO_2021.01_Auto-Presentable.xml").read_bytes()).documents[0]
    assert document.mime_type == "application/xslt+xml"
    assert document.root.tag == "{urn:hl7-org:v3}ClinicalDocument"


def test_a_device_that_is_the_author_has_its_two_names() -> None:
    header = read((CDA / "CNAM-HR_2021.01.xml").read_bytes()).documents[0].header
    assert header is not None
    person = header.authors[0].person
    assert (person.device, person.family) == (True, "Assurance Maladie")


@pytest.mark.parametrize("path", official_messages(), ids=lambda path: path.name)
def test_every_official_message_has_the_type_and_the_documents_that_the_table_says(path: Path) -> None:
    with (HL7V2 / "EXAMPLES.csv").open(newline="") as table:
        row = next(row for row in csv.DictReader(table) if row["file"] == path.name)
    reading = read(path.read_bytes())
    assert reading.message_type == row["message_type"]
    assert reading.message is not None
    expected = row["deviations"]
    found = {finding.rule for finding in reading.findings} - {"R.ENC.03"}
    # The PFI to LPS flow carries its mail body as a plain ED row: one document more for R.STR.10.
    other_flow = "Trans_LPS" in path.name
    assert found - ({"R.DOC.10"} if other_flow else set()) <= set(re.findall(r"R\.\w+\.\d+", expected))
    for rule in ("R.DOC.09", "R.DOC.10", "R.ENC.04"):
        assert (rule in found) == (f"{rule}:" in expected) or (other_flow and rule == "R.DOC.10")
    if row["kind"] == "adt":
        assert reading.kind is Kind.CONSENT
    elif row["kind"] == "message":
        assert reading.documents
        assert reading.sender or "SB" not in row["shows"]
    else:
        assert (reading.kind, reading.documents) == (Kind.ACKNOWLEDGEMENT, ())
        assert rules_of(reading) == []


def test_the_official_mdm_carries_the_official_cda() -> None:
    stem = "V2wave__Trans_Doc-CDA-HL7V2__MDM__Transmission_initiale_MDM__"
    reading = read((HL7V2 / f"{stem}message_MDM_CR_Radio_INIT_N1_Base64.er7").read_bytes())
    header = reading.documents[0].header
    assert header is not None
    assert header.unique_id == Identifier("1.2.250.1.71.4.2.2.120456789.71024000081")
    assert (reading.kind, reading.documents[0].action) == (Kind.IMAGING, Action.SUBMIT)
    assert reading.flags == Flags(
        invisible_patient=True, invisible_rep_legaux=True, connexion_secrete=True, destmssanteps=True
    )
    assert reading.sender is not None
    assert reading.sender.organization_id_type
