"""The signature of a SubmissionSet, verified by another implementation and by hand."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from gateway.errors import MalformedMetadata
from gateway.model import Content, DocumentEntry, Submission
from gateway.xds import iti41, names
from gateway.xds.client import SetSigner
from gateway.xds.signature_entry import signed
from tests.dmpstore import samples
from tests.security.authority import Issued, cast, new_key
from tests.security.samples import MACHINE, physician, submission

DS = "http://www.w3.org/2000/09/xmldsig#"
XADES = "http://uri.etsi.org/01903/v1.1.1#"
C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments"
NS = {"ds": DS, "x": XADES}
CDA = (
    b"<?xml version='1.0' encoding='ISO-8859-1'?>\n<!-- avant -->\n<a xmlns='urn:hl7-org:v3'  b = '1'>\r\n"
    b"<!-- dedans --><c/>\xe9</a>\n<?apres oui?>"
)
SETS = {"sha256": hashes.SHA256(), "sha1": hashes.SHA1()}


def with_documents(*contents: bytes, mime_types: tuple[str, ...] = ()) -> Submission:
    entries = [samples.entry(number, data) for number, data in enumerate(contents, 1)]
    kinds = mime_types or ("text/xml",) * len(contents)
    entries = [replace(entry, mime_type=kind) for entry, kind in zip(entries, kinds, strict=True)]
    made = samples.submission(*entries)
    held = tuple(Content(entry.entry_id, data) for entry, data in zip(entries, contents, strict=True))
    return replace(made, contents=held)


def document(algorithm: str = "sha256", deposit: Submission | None = None) -> etree._Element:
    return etree.fromstring(signature_of(signed(deposit or submission(), cast().sign.identity, algorithm)))


def signature_of(deposit: Submission) -> bytes:
    return deposit.contents[-1].data


def entry_of(deposit: Submission) -> DocumentEntry:
    return deposit.entries[-1]


@contextmanager
def resolving(documents: dict[str, bytes]) -> Iterator[None]:
    """Lets xmlsec find documents under their ``urn:oid:``."""
    opened: list[bytearray] = []

    def read(handle: bytearray, buffer: memoryview) -> int:
        size = min(len(buffer), len(handle))
        buffer[:size] = handle[:size]
        del handle[:size]
        return size

    def open_(name: bytes) -> bytearray:
        opened.append(bytearray(documents[name.decode()]))
        return opened[-1]

    xmlsec.cleanup_callbacks()
    xmlsec.register_callbacks(lambda name: name.decode() in documents, open_, read, lambda handle: None)
    try:
        yield
    finally:
        xmlsec.cleanup_callbacks()
        xmlsec.register_default_callbacks()


def verify_elsewhere(root: etree._Element, documents: dict[str, bytes]) -> None:
    xmlsec.tree.add_ids(root, ["Id"])
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(cast().sign.certificate_pem(), xmlsec.KeyFormat.CERT_PEM)
    with resolving(documents):
        context.verify(root)


def of(deposit: Submission) -> dict[str, bytes]:
    by_id = {content.entry_id: content.data for content in deposit.contents}
    found = {f"urn:oid:{entry.unique_id}": by_id[entry.entry_id] for entry in deposit.entries}
    return found | {f"urn:oid:{deposit.submission_set.unique_id}": b"<x/>"}


def test_another_implementation_verifies_the_signature() -> None:
    deposit = submission()
    verify_elsewhere(document(deposit=deposit), of(deposit))


@pytest.mark.parametrize("path", [".//ds:Manifest/ds:Reference", ".//x:SigningTime", ".//x:Cert"])
def test_another_implementation_refuses_what_was_changed_after_signing(path: str) -> None:
    deposit = submission()
    root = document(deposit=deposit)
    root.find(path, NS).set("changed", "yes")
    with pytest.raises(xmlsec.Error):
        verify_elsewhere(root, of(deposit))


@pytest.mark.parametrize("algorithm", ["sha256", "sha1"])
def test_every_value_holds_when_computed_by_hand(algorithm: str) -> None:
    root = document(algorithm)
    info = root.find("ds:SignedInfo", NS)
    value = base64.b64decode(root.findtext("ds:SignatureValue", namespaces=NS))
    cast().sign.certificate.public_key().verify(value, c14n(info), PKCS1v15(), SETS[algorithm])
    manifest, properties = info.iterfind("ds:Reference", NS)
    assert digest(manifest) == hashed(algorithm, c14n(root.find(".//ds:Manifest", NS)))
    assert digest(properties) == hashed(algorithm, c14n(root.find(".//x:SignedProperties", NS)))


@pytest.mark.parametrize("algorithm", ["sha256", "sha1"])
def test_the_shape_is_that_of_the_dmp(algorithm: str) -> None:
    root = document(algorithm)
    sha1 = algorithm == "sha1"
    method = f"{DS}rsa-sha1" if sha1 else "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
    info = root.find("ds:SignedInfo", NS)
    assert info.find("ds:CanonicalizationMethod", NS).get("Algorithm") == C14N
    assert info.find("ds:SignatureMethod", NS).get("Algorithm") == method
    assert [(each.get("URI"), each.get("Type")) for each in info.iterfind("ds:Reference", NS)] == [
        ("#IHEManifest", f"{DS}Manifest"),
        ("#SignedProperties", f"{XADES}SignedProperties"),
    ]
    digests = {each.get("Algorithm") for each in root.iterfind(".//ds:DigestMethod", NS)}
    assert digests == {f"{DS}sha1" if sha1 else "http://www.w3.org/2001/04/xmlenc#sha256"}
    purpose = root.find(".//ds:SignatureProperty", NS)
    assert (purpose.get("Id"), purpose.text) == ("purposeOfSignature", "1.2.840.10065.1.12.1.14")
    assert root.findtext(".//x:SigningTime", namespaces=NS) == "2026-03-12T09:16:00Z"
    assert root.find(".//x:SignaturePolicyIdentifier/x:SignaturePolicyImplied", NS) is not None


def test_the_manifest_lists_the_set_and_each_document_with_its_canonical_digest() -> None:
    deposit = with_documents(CDA, samples.document(2))
    references = list(document(deposit=deposit).iterfind(".//ds:Manifest/ds:Reference", NS))
    assert [each.get("URI") for each in references] == [
        "urn:oid:1.2.250.1.999.1.9.1",
        "urn:oid:1.2.250.1.999.1.1.1",
        "urn:oid:1.2.250.1.999.1.1.2",
    ]
    canonical = etree.tostring(etree.ElementTree(etree.fromstring(CDA)), method="c14n", with_comments=True)
    assert canonical.startswith(b"<!-- avant -->\n<a ")
    assert [digest(each) for each in references[:2]] == ["AA==", hashed("sha256", canonical)]
    assert all(each.find("ds:Transforms/ds:Transform", NS).get("Algorithm") == C14N for each in references)


def test_a_document_that_is_not_xml_is_digested_as_it_is() -> None:
    deposit = with_documents(b"DICM\x00\x01", mime_types=("application/dicom",))
    reference = list(document(deposit=deposit).iterfind(".//ds:Manifest/ds:Reference", NS))[1]
    assert digest(reference) == hashed("sha256", b"DICM\x00\x01")
    assert reference.find("ds:Transforms", NS) is None


def test_the_certificate_of_the_signer_and_its_chain_are_named() -> None:
    root = document()
    chain = (cast().sign.certificate, *cast().sign.above)
    held = [base64.b64decode(each.text or "") for each in root.iterfind(".//ds:X509Certificate", NS)]
    assert held == [one.public_bytes(Encoding.DER) for one in chain]
    assert root.findtext(".//x:CertDigest/x:DigestValue", namespaces=NS) == hashed("sha256", held[0])
    serials = [each.text for each in root.iterfind(".//x:IssuerSerial/ds:X509SerialNumber", NS)]
    assert serials == [str(one.serial_number) for one in chain]


def test_a_retry_signs_the_same_bytes() -> None:
    first, second = signed(submission(), cast().sign.identity), signed(submission(), cast().sign.identity)
    assert first == second


def test_another_key_gives_another_signature_under_the_same_id() -> None:
    other = Issued(new_key(), cast().sign.certificate)
    first, second = signed(submission(), cast().sign.identity), signed(submission(), other.identity)
    assert signature_of(first) != signature_of(second)
    assert entry_of(first).unique_id == entry_of(second).unique_id


def test_two_deposits_have_two_signatures() -> None:
    other = samples.submission(number=2)
    assert entry_of(signed(submission(), cast().sign.identity)).unique_id != (
        entry_of(signed(other, cast().sign.identity)).unique_id
    )


def test_the_entry_of_the_signature_says_what_the_dmp_wants() -> None:
    author = physician()
    entry = entry_of(signed(submission(author), cast().sign.identity))
    first = samples.entry()
    coded = {
        name: (getattr(entry, name).code, getattr(entry, name).system)
        for name in ("class_code", "type_code", "format_code")
    }
    assert coded == {
        "class_code": ("urn:oid:1.3.6.1.4.1.19376.1.2.1.1.1", "URN"),
        "type_code": ("E1762", "ASTM"),
        "format_code": ("http://www.w3.org/2000/09/xmldsig#", "URN"),
    }
    assert [(one.code, one.system) for one in entry.event_codes] == [
        ("1.2.840.10065.1.12.1.14", "1.2.840.10065.1.12")
    ]
    codes = [one.code for one in entry.confidentiality_codes]
    assert codes == ["N", "MASQUE_PS", "INVISIBLE_PATIENT"]
    assert (entry.mime_type, entry.language_code, entry.title) == ("text/xml", "art", "Source")
    assert {entry.creation_time, entry.service_start_time, entry.service_stop_time} == {"20260312091600"}
    assert entry.source_patient_id == entry.patient_id == first.patient_id
    assert entry.authors == (author,)
    assert entry.legal_authenticator is not None
    assert entry.legal_authenticator.person == author.person
    assert entry.healthcare_facility_type_code == first.healthcare_facility_type_code
    assert entry.practice_setting_code == first.practice_setting_code


def test_hash_and_size_of_the_entry_are_those_of_the_bytes_sent() -> None:
    deposit = signed(submission(), cast().sign.identity)
    data = signature_of(deposit)
    assert (entry_of(deposit).hash, entry_of(deposit).size) == (hashlib.sha1(data).hexdigest(), len(data))


def test_the_request_says_that_the_signature_signs_the_set() -> None:
    deposit = SetSigner(cast().sign.identity)(submission(MACHINE))
    message = iti41.build_request(deposit, to="urn:to", message_id="urn:uuid:1")
    read = iti41.read_request(message.content_type, message.body)
    members = [each.target for each in read.objects.associations if each.type == names.HAS_MEMBER]
    assert members == ["Document01", "Signature01"]
    signs = [(each.source, each.target) for each in read.objects.associations if each.type == names.SIGNS]
    assert signs == [("Signature01", "SubmissionSet01")]
    assert read.contents["Signature01"] == signature_of(deposit)


def test_a_document_that_is_said_to_be_xml_and_is_not_is_not_signed() -> None:
    with pytest.raises(MalformedMetadata):
        signed(with_documents(b"%PDF-1.4"), cast().sign.identity)


def test_a_doctype_is_not_signed() -> None:
    with pytest.raises(MalformedMetadata):
        signed(with_documents(b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"), cast().sign.identity)


def c14n(node: etree._Element) -> bytes:
    return etree.tostring(node, method="c14n", with_comments=True)


def digest(reference: etree._Element) -> str:
    return str(reference.findtext("ds:DigestValue", namespaces=NS))


def hashed(algorithm: str, data: bytes) -> str:
    return base64.b64encode(hashlib.new(algorithm, data).digest()).decode()


def test_the_certificate_in_the_signature_is_the_one_that_signed() -> None:
    held = document().findtext(".//ds:X509Certificate", namespaces=NS)
    assert x509.load_der_x509_certificate(base64.b64decode(held or "")) == cast().sign.certificate
