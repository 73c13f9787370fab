"""Redaction: everything that tells a person goes, everything that an examiner needs stays."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from pathlib import Path

from lxml import etree

from gateway.model import Identifier, Person, RegistryError
from gateway.xds import iti18, iti41, names, soap, wire
from gateway.xds.client.evidence import Evidence, Side
from gateway.xds.redaction import Redactor, masked
from gateway.xds.wire import HttpMessage
from tests.security.samples import assertion
from tests.security.samples import submission as signed_submission
from tests.xds import samples

HIDDEN = (
    samples.PATIENT.value,
    "IPP",
    "PATTEST",
    "ALIX",
    "19900101",
    "D'ARC",
    "D\\T\\ARC",
    "Éléonore",
    "899700000017",
    "Résultats complets",
    "PR-77",
    "Centre Hospitalier Exemple",
)
KEPT = (
    "1.2.250.1.999.1.1",
    "1.2.250.1.213.1.4.10",
    "11502-2",
    "CR d'examens biologiques",
    "MASQUE_PS",
    "20260302081530",
    "1990000001",
    "G15_10/SM26",
    samples.entry().hash,
    names.ACTION_ITI41,
    "IDNPS",
)


def redacted(message: HttpMessage, redactor: Redactor | None = None) -> str:
    redactor = redactor or Redactor()
    root = wire.read(message.content_type, message.body).envelope.body_element.getroottree().getroot()
    return redactor.finished(redactor.envelope(root)).decode()


def deposit() -> HttpMessage:
    return iti41.build_request(
        samples.submission(), to=samples.TO, message_id=samples.MESSAGE_ID, security=assertion()
    )


def test_a_deposit_keeps_its_codes_and_ids_and_loses_its_people() -> None:
    text = redacted(deposit())
    etree.fromstring(text.encode())
    assert [each for each in HIDDEN if each in text] == []
    assert [each for each in KEPT if each.replace("&", "&amp;") not in text] == []
    assert "999999999999999^^^&amp;1.2.250.1.213.1.4.10&amp;ISO^NH" in text
    assert "PID-5|xxxxxxx^xxxx^^^^^L" in text


def test_the_structure_of_the_envelope_is_the_same() -> None:
    def shape(text: bytes) -> list[str]:
        return [str(element.tag) for element in etree.fromstring(text).iter()]

    message = deposit()
    root = wire.read(message.content_type, message.body).envelope.body_element.getroottree().getroot()
    assert shape(redacted(message).encode()) == shape(etree.tostring(root))


def test_an_assertion_keeps_its_attributes_and_loses_signature_and_persons() -> None:
    security = assertion()
    secret = "".join((security.findtext(".//{*}SignatureValue") or "").split())
    certificate = "".join((security.findtext(".//{*}X509Certificate") or "").split())
    person = security.findtext(".//{*}NameID") or ""
    text = redacted(deposit())
    assert len(secret) > 100
    assert person
    for each in (secret, secret[:40], certificate[:40], person):
        assert each not in "".join(text.split())
    for each in ("VIHF_Version", "INDIRECTE", "urn:dmp", "purposeofuse", 'code="normal"', "TEST-0000"):
        assert each in text


def test_what_the_request_tells_is_not_told_by_the_answer() -> None:
    redactor = Redactor()
    redacted(deposit(), redactor)
    sentence = f"patient {samples.PATIENT.value} (PATTEST ALIX, 19900101) inconnu, auteur Éléonore"
    error = RegistryError("XDSUnknownPatientId", sentence, "Document01/patientId")
    answer = iti41.build_response("urn:uuid:1", "Failure", [error])
    text = redacted(answer, redactor)
    assert [each for each in HIDDEN if each in text] == []
    assert "inconnu, auteur" in text
    assert "XDSUnknownPatientId" in text


def test_an_ins_in_a_fault_is_masked_whoever_it_is() -> None:
    fault = wire.plain(soap.fault("Sender", "DMPClosed", "DMP de 160115412345671 fermé"), names.WSA_FAULT)
    text = redacted(fault)
    assert "160115412345671" not in text
    assert "DMP de 999999999999999 fermé" in text


def test_a_query_and_what_it_finds_tell_nobody() -> None:
    query = iti18.find_documents(samples.PATIENT, filters={"AuthorPerson": ["%D'ARC%"]})
    text = redacted(iti18.build_request(query, to="http://x", message_id="urn:uuid:1"))
    assert samples.PATIENT.value not in text
    assert "ARC" not in text
    assert names.STATUS_APPROVED in text
    assert names.FIND_DOCUMENTS in text


def test_a_person_of_one_short_name_and_an_unknown_slot_are_masked() -> None:
    author = replace(samples.DOCTOR, person=Person(Identifier("1.2.250.1.71.4.2.1", "8"), "LI", "B"))
    entry = replace(samples.entry(), authors=(author,), legal_authenticator=author)
    message = iti41.build_request(
        replace(samples.submission(), entries=(entry,)), to="http://x", message_id="urn:uuid:1"
    )
    text = redacted(message)
    assert "LI^B" not in text
    assert "9^xx^x^^^^^^&amp;1.2.250.1.71.4.2.1&amp;ISO^D^^^IDNPS" in text


def test_an_element_that_no_list_knows_is_masked_whole() -> None:
    body = etree.fromstring('<a xmlns="urn:x" who="DUPONT">Jean<b>1958</b>DUPONT</a>')
    root = etree.fromstring(soap.build_request("urn:x", body, to="http://x", message_id="urn:uuid:1"))
    redactor = Redactor()
    text = redactor.finished(redactor.envelope(root)).decode()
    assert re.findall("DUPONT|Jean|1958", text) == []
    assert 'who="xxxxxx"' in text


def test_a_document_in_base64_becomes_its_measure() -> None:
    body = etree.fromstring('<Document xmlns="urn:ihe:iti:xds-b:2007" id="D">QUJDREVGRw==</Document>')
    root = etree.fromstring(soap.build_request("urn:x", body, to="http://x", message_id="urn:uuid:1"))
    redactor = Redactor()
    text = redactor.finished(redactor.envelope(root)).decode()
    assert "QUJDREVGRw" not in text
    assert f"[7 bytes, sha256 {hashlib.sha256(b'ABCDEFG').hexdigest()}]" in text


def test_a_person_whose_name_is_a_word_of_xml_leaves_the_envelope_whole() -> None:
    author = replace(samples.DOCTOR, person=Person(Identifier("1.2.250.1.71.4.2.1", "8"), "Slot", "value"))
    submission = replace(samples.submission(), entries=(replace(samples.entry(), authors=(author,)),))
    message = iti41.build_request(submission, to="http://x", message_id="urn:uuid:1")
    assert etree.fromstring(redacted(message).encode()).tag == f"{{{names.SOAP12}}}Envelope"


def test_a_mask_keeps_the_shape_only() -> None:
    assert masked("D'ARC & Fils, n° 12") == "x'xxx & xxxx, x° 99"


async def test_parts_are_measured_and_never_written(tmp_path: Path) -> None:
    evidence = Evidence(tmp_path / "kept")
    message = deposit()
    await evidence.keep(
        Side("POST http://x", message.content_type, message.body),
        Side("HTTP 502", "text/html", b"<html>Mme PATTEST"),
    )
    request, response = sorted((tmp_path / "kept").iterdir())
    assert request.name.endswith("-iti41-request.xml")
    text = request.read_text(encoding="utf-8")
    assert f"text/xml, {len(samples.CDA)} bytes, sha256 " in text
    assert "ClinicalDocument" not in text
    assert response.read_text(encoding="utf-8").startswith(
        '<not-soap http="HTTP 502" content-type="text/html"'
    )
    assert "PATTEST" not in response.read_text(encoding="utf-8")


async def test_a_disk_that_refuses_does_not_fail_the_exchange(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    evidence = Evidence(folder)
    folder.rmdir()
    await evidence.keep(Side("POST http://x"), Side("timeout"))
    assert not folder.exists()


def test_a_signed_deposit_hides_its_author_too() -> None:
    submission = signed_submission()
    message = iti41.build_request(submission, to="http://x", message_id="urn:uuid:1")
    text = redacted(message)
    person = submission.submission_set.author.person
    assert person is not None
    assert person.identifier is not None
    assert person.identifier.extension not in text
