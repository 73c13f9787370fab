"""Envelopes and faults, and XML that must not be let in."""

from __future__ import annotations

import pytest
from lxml import etree

from gateway.errors import MalformedSoap
from gateway.xds import names, soap
from gateway.xds.xml import parse

BODY = "<x xmlns='urn:x'/>"
SAML = (
    '<saml2:Assertion xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ID="_1">\n  <saml2:AttributeValue>'
    '<Role xmlns="urn:hl7-org:v3" xsi:type="CE" code="AUTOMATE"/></saml2:AttributeValue></saml2:Assertion>'
)


def envelope(body: str = BODY, header: str = "", soap_ns: str = names.SOAP12) -> bytes:
    return (
        f'<s:Envelope xmlns:s="{soap_ns}" xmlns:a="{names.WSA}"><s:Header>'
        f"<a:Action>urn:act</a:Action><a:MessageID>urn:uuid:1</a:MessageID>{header}</s:Header>"
        f"<s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


def request(security: etree._Element | None = None) -> bytes:
    return soap.build_request(
        "urn:act",
        etree.fromstring(BODY),
        to="https://dmp.example",
        message_id="urn:uuid:1",
        security=security,
    )


def test_a_request_carries_the_addressing_headers_in_the_order_of_the_official_samples() -> None:
    header = soap.read_envelope(request()).header
    assert header is not None
    assert [etree.QName(block).localname for block in header] == ["MessageID", "To", "ReplyTo", "Action"]
    must = f"{{{names.SOAP12}}}mustUnderstand"
    assert [block.get(must) for block in header] == [None, None, "true", "true"]


def test_an_assertion_goes_into_the_header_untouched() -> None:
    assertion = etree.fromstring(SAML)
    found = soap.read_envelope(request(assertion)).security
    assert found is not None
    expected = etree.tostring(assertion, method="c14n", exclusive=True)
    assert etree.tostring(found[0], method="c14n", exclusive=True) == expected
    assert SAML.encode() in request(assertion)
    assert assertion.getparent() is None


def test_a_ready_security_element_is_not_wrapped_again() -> None:
    security = etree.fromstring(f'<w:Security xmlns:w="{names.WSSE}">{SAML}</w:Security>')
    found = soap.read_envelope(request(security)).security
    assert found is not None
    assert len(found) == 1
    assert etree.QName(found[0]).localname == "Assertion"


def test_an_answer_relates_to_its_request() -> None:
    read = soap.read_envelope(
        soap.build_answer("urn:actResponse", etree.fromstring(BODY), relates_to="urn:uuid:1")
    )
    assert (read.action, read.relates_to, read.version) == ("urn:actResponse", "urn:uuid:1", "1.2")
    assert read.message_id.startswith("urn:uuid:")


def test_soap_11_is_read() -> None:
    read = soap.read_envelope(envelope(soap_ns=names.SOAP11))
    assert (read.version, read.action, read.message_id) == ("1.1", "urn:act", "urn:uuid:1")


def test_a_header_that_must_be_understood_is_told() -> None:
    block = '<t:Pay xmlns:t="urn:t" s:mustUnderstand="1"/><t:Skip xmlns:t="urn:t"/>'
    assert soap.read_envelope(envelope(header=block)).not_understood() == ("Pay",)


def test_a_fault_is_read_back() -> None:
    data = soap.fault("Sender", "DMPInvalidCertificate", "certificat refusé", relates_to="urn:uuid:1")
    assert soap.read_fault(soap.read_envelope(data)) == soap.SoapFault(
        "Sender", "DMPInvalidCertificate", "certificat refusé"
    )


def test_a_fault_of_soap_11_is_read() -> None:
    fault = "<s:Fault><faultcode>s:Client.Auth</faultcode><faultstring>non</faultstring></s:Fault>"
    read = soap.read_fault(soap.read_envelope(envelope(fault, soap_ns=names.SOAP11)))
    assert read == soap.SoapFault("Client", "Auth", "non")


def test_the_reason_of_a_fault_stays_out_of_repr_and_of_the_error_text() -> None:
    fault = soap.SoapFault("Sender", "", "DUPONTTEST 299010000000011")
    assert "DUPONTTEST" not in repr(fault)
    assert "DUPONTTEST" not in str(fault.error())


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("not XML", b"<a>"),
        ("nothing", b""),
        ("no envelope", b"<a/>"),
        ("two body elements", envelope(BODY + BODY)),
        ("an empty body", envelope("")),
        ("Action twice", envelope(header="<a:Action>urn:b</a:Action>")),
        ("a doctype", b"<!DOCTYPE a>" + envelope()),
        ("an entity", b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + envelope("<x>&x;</x>")),
        ("an undeclared entity", envelope("<x>&x;</x>")),
        ("too deep", envelope("<a>" * 400 + "</a>" * 400)),
    ],
)
def test_a_message_that_must_not_be_let_in_is_refused(name: str, data: bytes) -> None:
    with pytest.raises(MalformedSoap):
        soap.read_envelope(data)


@pytest.mark.parametrize("charset", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_doctype_in_another_encoding_is_refused(charset: str) -> None:
    with pytest.raises(MalformedSoap, match="DOCTYPE"):
        parse("<!DOCTYPE a><a/>".encode(charset))


def test_an_unknown_version_is_told_with_its_own_code() -> None:
    with pytest.raises(MalformedSoap) as caught:
        soap.read_envelope(envelope(soap_ns="urn:other"))
    assert caught.value.code == "VersionMismatch"


def test_the_text_of_a_refusal_quotes_nothing_of_the_message() -> None:
    with pytest.raises(MalformedSoap) as caught:
        parse(b"<NOMTEST></PRENOMTEST>")
    assert "NOMTEST" not in str(caught.value)


def test_a_comment_cannot_cut_a_value() -> None:
    assert parse(b"<a>12<!-- -->34</a>").text == "1234"
