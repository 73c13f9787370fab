"""What the document says: the words, the codes, the numbers, the people, and what it replaces or deletes."""

from __future__ import annotations

import pytest

from gateway.model import Action, Kind
from gateway.parsers import read
from gateway.parsers.imaging.formatted import formatted
from tests.plain_imaging.cases import CASES, HOSPITAL_MSH, STAY
from tests.plain_imaging.dicoms import ENCAPSULATED_CDA, ENHANCED_SR, PREDECESSORS, encapsulated, sr
from tests.plain_imaging.judged import (
    V3,
    body_of,
    content,
    document,
    judged,
    problems,
    service_codes,
    types,
    written,
)
from tests.plain_imaging.samples import (
    ORC,
    PDF,
    PV1,
    REPORT_PDF,
    STUDY,
    TEXT,
    VALID,
    VALID_MDM,
    mdm,
    message,
    obr,
    obx,
    txa,
)
from tests.plain_lab.samples import HB

CCAM, DCM, SNOMED = "1.2.250.1.215.300.1", "1.2.840.10008.2.16.4", "2.16.840.1.113883.6.96"
SEGMENT = read(VALID).message.first("OBX")  # type: ignore[union-attr]
LAYOUTS = {
    r"a\.br\b": "a\nb",
    r"a\.sp\b": "a\n\nb",
    r"a\.sp3\b": "a\n\n\n\nb",
    r"\.in+4\\.ti-4\1. un\.br\deux": "1. un\n    deux",
    r"\.in2\a\.br\\.in0\b": "  a\nb",
    r"a\.sk3\b": "a   b",
    r"\.ce\TITRE\.br\suite": "TITRE".center(80).rstrip() + "\nsuite",
    r"\.nf\a\.fi\b": "ab",
    r"\H\gras\N\ \F\ \S\ \T\ \R\ \E\ \XC3A9\\Z99\ ": "gras | ^ & ~ \\ é\\Z99\\",
    r"\.in+999\a": " " * 60 + "a",
}


@pytest.mark.parametrize("sent", LAYOUTS)
def test_formatting_commands_are_carried_out(sent: str) -> None:
    assert SEGMENT is not None
    assert formatted(sent, SEGMENT) == LAYOUTS[sent]


def test_every_piece_of_text_is_in_the_document_in_order() -> None:
    assert written(CASES["an ORU with sections, a dose and a comment"].body) == (
        "INDICATION\nToux\n\nRÉSULTATS\nNodule de 4 mm & <b>rien d'autre</b>\n\nPRODUIT DOSE LONGUEUR\n"
        "312 mGy.cm\n\nCLASSIFICATION\nACR 1\nComparé à 2024\nsans changement\n"
    )


def test_one_title_needs_no_heading_and_repetitions_are_lines() -> None:
    assert written(VALID) == "Parenchyme pulmonaire sans anomalie.\nPas d'épanchement.\n"


def test_the_pdf_is_the_bytes_received() -> None:
    assert body_of(document(VALID_MDM)) == ("application/pdf", PDF)
    assert body_of(document(encapsulated())) == ("application/pdf", PDF)


def test_the_three_templates_of_an_unstructured_document_and_no_other() -> None:
    roots = [element.get("root") for element in document(VALID).findall(f"{V3}templateId")]
    assert sorted(map(str, roots)) == [
        "1.2.250.1.213.1.1.1.1", "1.3.6.1.4.1.19376.1.2.20", "2.16.840.1.113883.2.8.2.1",
    ]  # fmt: skip


def test_the_act_its_modality_and_its_region_are_coded() -> None:
    found = service_codes(document(CASES["an ORU with a study in ZDS and a region"].body))
    assert found == [("ZBQK002", CCAM), ("MR", DCM), ("67734004", SNOMED)]


def test_a_local_act_is_as_its_sender_maps_it() -> None:
    body = CASES["a local act code, by its sender's own authority"].body
    assert service_codes(document(body)) == [("RXTHX", "1.2.250.1.999.4.3")]


def test_the_numbers_and_the_study_are_references_of_the_entry() -> None:
    found = judged(CASES["an ORU with a study in ZDS and a region"].body)
    assert found.submission is not None
    assert found.submission.entries[0].reference_ids == (
        "P001^^^&1.2.250.1.999.3.3&ISO^urn:ihe:iti:xds:2013:order",
        "A2026-001^^^&1.2.250.1.999.3.3&ISO^urn:ihe:iti:xds:2013:accession",
        f"{STUDY}^^^^urn:ihe:iti:xds:2016:studyInstanceUID",
    )


def test_times_are_those_of_the_facility() -> None:
    found = judged(VALID)
    assert found.submission is not None
    entry = found.submission.entries[0]
    assert (entry.service_start_time, entry.creation_time) == ("20261019082000", "20261019122500")


def test_a_stay_lasts_from_admission_to_discharge() -> None:
    case = CASES["a hospital report"]
    found = judged(case.body, sender=case.sender)
    assert found.submission is not None
    entry = found.submission.entries[0]
    assert (entry.service_start_time, entry.service_stop_time) == ("20261001060000", "20261009090000")


def test_the_interpreter_writes_with_the_specialty_declared_for_the_number() -> None:
    root = document(VALID)
    assert root.find(f"{V3}author/{V3}assignedAuthor/{V3}code").get("code") == "G15_10/SM44"  # type: ignore[union-attr]
    other = document(VALID.replace(b"99000000033&", b"99000000077&"))
    author = other.find(f"{V3}author/{V3}assignedAuthor")
    assert author is not None
    assert author.find(f"{V3}id").get("extension") == "899000000077"  # type: ignore[union-attr]
    assert author.find(f"{V3}code").get("code") == "G15_10"  # type: ignore[union-attr]


def test_who_authenticated_answers_for_the_document() -> None:
    root = document(CASES["HL7 2.6 with offsets, signed by another"].body)
    signer = root.find(f"{V3}legalAuthenticator/{V3}assignedEntity/{V3}id")
    assert signer is not None
    assert signer.get("extension") == "810001234567"


def test_a_restricted_document_stays_restricted() -> None:
    found = judged(CASES["an MDM without order, of 2.4"].body)
    assert found.submission is not None
    assert [code.code for code in found.submission.entries[0].confidentiality_codes] == ["R"]


def test_a_corrected_report_replaces_the_report_of_the_same_examination() -> None:
    first, second = judged(VALID), judged(CASES["a corrected ORU"].body)
    assert first.submission is not None
    assert second.submission is not None
    assert second.submission.action is Action.REPLACE
    wishes = [one.predecessor_unique_id for one in second.submission.replacements]
    assert wishes == [first.submission.entries[0].unique_id]
    assert second.submission.entries[0].unique_id not in wishes


def test_an_mdm_names_what_it_replaces_and_what_it_deletes() -> None:
    first = judged(VALID_MDM).submission
    second = judged(CASES["a replacement"].body).submission
    gone = judged(mdm(PV1, txa(f17="", f19="CA"), event="T04")).submission
    assert first is not None
    assert second is not None
    assert gone is not None
    unique_id = first.entries[0].unique_id
    assert [one.predecessor_unique_id for one in second.replacements] == [unique_id]
    assert (gone.action, gone.entries[0].unique_id, gone.contents) == (Action.DELETE, unique_id, ())


def test_a_dicom_report_names_its_predecessor() -> None:
    instance = {(0x08, 0x1155, "UI"): "1.2.250.1.999.20.9.1.1"}
    series = {(0x08, 0x1199, "SQ"): [instance]}
    body = encapsulated(changes={PREDECESSORS: [{(0x08, 0x1115, "SQ"): [series]}]})
    first, second = judged(sr()).submission, judged(body).submission
    assert first is not None
    assert second is not None
    assert [one.predecessor_unique_id for one in second.replacements] == [first.entries[0].unique_id]


def test_a_text_sr_becomes_its_words() -> None:
    assert written(sr()) == (
        "RÉSULTATS\nPoumons : Nodule du lobe inférieur.\nLatéralité : Droit\nDiamètre : 4 mm\n"
        "Lecteur : Karim PS-RADIOLOGUE\nConclusion : Contrôle à un an.\n"
    )
    assert service_codes(document(sr(sop_class=ENHANCED_SR))) == [("CT", DCM), ("67734004", SNOMED)]


def test_a_cda_in_dicom_goes_as_it_came() -> None:
    inside = content(VALID)
    found = judged(encapsulated(inside, ENCAPSULATED_CDA))
    assert problems(found) == []
    assert found.submission is not None
    assert found.submission.contents[0].data == inside


def test_numbers_make_a_laboratory_message_whatever_is_declared() -> None:
    assert read(message(ORC, obr(act="X^X^L", section=""), HB)).kind is Kind.LAB
    body = message(ORC, obr(act="X^X^L", section=""), HB)
    assert judged(body, plain_kind="imaging").reading.lab is not None


def test_words_alone_are_what_the_sender_is_declared_to_send() -> None:
    body = message(ORC, obr(act="X^X^L", section=""), obx(1, "TX", "C^Compte rendu^L", "RAS"))
    assert judged(body).reading.lab is not None
    assert judged(body, plain_kind="imaging").reading.kind is Kind.IMAGING
    assert judged(body, document_types=types(C="34874_8")).reading.kind is Kind.DISCHARGE
    assert problems(judged(body, plain_kind="discharge")) == [("R.IMG.09", "OBX-3")]


@pytest.mark.parametrize("kind", ["DS", "OP", "CN", "CRH"])
def test_a_type_of_the_sender_counts_only_when_it_is_declared(kind: str) -> None:
    body = message(
        "EVN||20261009120000", STAY, txa(kind, f9=""), obx(1, "TX", "L^L^L", "x"),
        msh=HOSPITAL_MSH.replace("ORU^R01", "MDM^T02"),
    )  # fmt: skip
    assert judged(body, sender="hopital-exemple").verdict.accepted
    assert problems(judged(body, sender="hopital-exemple", document_types=())) == [("R.IMG.09", "TXA-2")]


def test_a_message_that_claims_the_profile_is_judged_by_the_profile() -> None:
    claimed = message(PV1, ORC, obr(), TEXT, "PRT|1")
    assert read(claimed).report is None
    assert read(message(PV1, ORC, obr(), REPORT_PDF)).report is not None
