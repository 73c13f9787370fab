"""ITI-43 in both directions: exact bytes, what is missing, and what cannot be read."""

from __future__ import annotations

import pytest

from gateway.errors import MalformedMetadata, MalformedMultipart, MalformedSoap, SoapFaultReceived, Unknown
from gateway.model import RegistryError
from gateway.xds import iti43, names, soap, wire
from gateway.xds.iti43 import DocumentRequest, RetrievedDocument
from gateway.xds.wire import HttpMessage
from tests.xds.samples import CDA, MESSAGE_ID, PUBLIC, TO

REPOSITORY = "1.2.250.1.999.7"
DOCUMENTS = (
    RetrievedDocument(REPOSITORY, "1.2.250.1.999.1.1", "text/xml", CDA),
    RetrievedDocument(
        REPOSITORY, "1.2.250.1.999.1.2", "application/pdf", b"%PDF\r\n--uuid-\x00\xff\r\n--\r\n"
    ),
)
WANTED = tuple(DocumentRequest(each.repository_unique_id, each.unique_id) for each in DOCUMENTS)
needs_samples = pytest.mark.skipif(
    not PUBLIC.is_dir(), reason="the public samples (shared/examples/xds) are absent"
)


def request(*wanted: DocumentRequest) -> HttpMessage:
    return iti43.build_request(wanted, to=TO, message_id=MESSAGE_ID)


def altered(message: HttpMessage, before: bytes, after: bytes) -> bytes:
    assert before in message.body
    return message.body.replace(before, after)


def test_a_request_is_a_package_and_says_what_is_wanted() -> None:
    message = request(*WANTED, DocumentRequest(REPOSITORY, "1.2.3", "urn:oid:1.2"))
    incoming = wire.read(message.content_type, message.body)
    assert incoming.multipart is not None
    assert incoming.envelope.action == names.ACTION_ITI43
    assert iti43.read_request(message.content_type, message.body) == (
        *WANTED,
        DocumentRequest(REPOSITORY, "1.2.3", "urn:oid:1.2"),
    )


def test_the_same_request_is_the_same_bytes() -> None:
    assert request(*WANTED).body == request(*WANTED).body


def test_a_document_wanted_twice_is_wanted_once() -> None:
    message = request(*WANTED, *WANTED)
    assert iti43.read_request(message.content_type, message.body) == WANTED


@pytest.mark.parametrize(
    "wanted",
    [
        (),
        (DocumentRequest("", "1.2.3"),),
        (DocumentRequest(REPOSITORY, ""),),
        tuple(DocumentRequest(REPOSITORY, f"1.2.{n}") for n in range(iti43.MOST_DOCUMENTS + 1)),
    ],
    ids=["none", "no repository", "no document", "too many"],
)
def test_a_request_that_wants_nothing_that_can_be_given_is_refused(
    wanted: tuple[DocumentRequest, ...],
) -> None:
    message = request(*wanted)
    with pytest.raises(MalformedMetadata) as caught:
        iti43.read_request(message.content_type, message.body)
    assert (caught.value.code, caught.value.location) == ("XDSRepositoryError", "DocumentRequest")


def test_another_body_is_no_retrieval() -> None:
    message = request(*WANTED)
    with pytest.raises(MalformedSoap):
        iti43.read_request(message.content_type, altered(message, b"RetrieveDocumentSetRequest", b"Other"))


def test_documents_come_back_to_the_byte_each_in_its_own_part() -> None:
    message = iti43.build_response(MESSAGE_ID, "Success", DOCUMENTS)
    read = iti43.read_response(message.content_type, message.body)
    assert read.receipt.success
    assert read.documents == DOCUMENTS
    assert b"".join(message.chunks).count(CDA) == 1, "no copy of a document as Base64"


def test_a_partial_answer_tells_what_is_missing() -> None:
    errors = [RegistryError("XDSDocumentUniqueIdError", "Document 1.2.3: inconnu", "1.2.3")]
    message = iti43.build_response(MESSAGE_ID, "PartialSuccess", DOCUMENTS[:1], errors)
    read = iti43.read_response(message.content_type, message.body)
    assert (read.receipt.status, read.receipt.errors) == ("PartialSuccess", tuple(errors))
    assert [each.unique_id for each in read.documents] == [DOCUMENTS[0].unique_id]


def test_a_part_that_is_not_there_makes_the_answer_unreadable() -> None:
    message = iti43.build_response(MESSAGE_ID, "Success", DOCUMENTS)
    with pytest.raises(MalformedMultipart, match="cid"):
        iti43.read_response(message.content_type, altered(message, b"cid:document2", b"cid:document9"))


@pytest.mark.parametrize("content", [b"<x/>", b"not Base64!", b"AAA"])
def test_inline_content_that_is_no_base64_makes_the_answer_unreadable(content: bytes) -> None:
    message = iti43.build_response(MESSAGE_ID, "Success", DOCUMENTS[:1])
    include = b'<xop:Include href="cid:document1%40dmp-gateway"/>'
    with pytest.raises(MalformedMultipart):
        iti43.read_response(message.content_type, altered(message, include, content))


def test_a_fault_and_a_contradiction_are_told_apart() -> None:
    fault = wire.plain(soap.fault("Sender", "DMPInvalidCertificate", "..."), names.WSA_FAULT)
    with pytest.raises(SoapFaultReceived):
        iti43.read_response(fault.content_type, fault.body)
    failure = iti43.build_response(MESSAGE_ID, "Failure")
    with pytest.raises(Unknown, match="failure-without-errors"):
        iti43.read_response(failure.content_type, failure.body)


@needs_samples
def test_the_public_retrievals_are_read() -> None:
    soap12 = "application/soap+xml"
    wanted = iti43.read_request(soap12, (PUBLIC / "soap" / "soap-ret-req.xml").read_bytes())
    assert [each.unique_id for each in wanted] == ["1.3.6.1.4...2300", "1.3.6.1.4...2301"]
    read = iti43.read_response(soap12, (PUBLIC / "soap" / "soap-ret-resp.xml").read_bytes())
    assert read.receipt.success
    assert [len(each.data) for each in read.documents] == [36, 36]
