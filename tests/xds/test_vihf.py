"""The assertion as the DMP's table wants it: the table is typed again here, from XDS-DMP (c)."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from datetime import timedelta

import pytest
import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from lxml import etree
from signxml.verifier import XMLVerifier

from gateway.errors import Permanent, Transient
from gateway.model import Code, Depositor, Organization
from gateway.xds.certificates import C_FIRST
from gateway.xds.vihf import MODES, build
from gateway.xds.vihf_facts import RESPONSIBLE, subject_roles, vihf_of
from gateway.xds.vihf_read import read
from tests.security.authority import NOW, cast
from tests.security.samples import (
    ASSERTION_ID,
    MACHINE,
    PROFILE,
    assertion,
    envelope,
    physician,
    submission,
)

SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
NS = {"s": SAML, "ds": "http://www.w3.org/2000/09/xmldsig#", "h": "urn:hl7-org:v3"}
XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
G15, R01 = "1.2.250.1.71.1.2.7", "1.2.250.1.71.4.2.5"

# Name, cardinality of the attribute, value expected for a deposit of a general practitioner.
TABLE = [
    ("Identifiant_Structure", 1, "1990000001"),
    ("Secteur_Activite", 1, "SA01^1.2.250.1.71.4.2.4"),
    ("urn:oasis:names:tc:xspa:1.0:subject:subject-id", 1, "CAMILLE MEDECIN"),
    ("urn:oasis:names:tc:xacml:2.0:subject:role", 1, None),
    ("VIHF_Version", 1, "3.0"),
    ("Authentification_mode", 1, "INDIRECTE"),
    (
        "urn:oasis:names:tc:xacml:2.0:resource:resource-id",
        1,
        "279035121518989^^^&1.2.250.1.213.1.4.10&ISO^NH",
    ),
    ("Ressource_URN", 1, "urn:dmp"),
    ("urn:oasis:names:tc:xspa:1.0:subject:purposeofuse", 1, None),
    ("urn:oasis:names:tc:xspa:1.0:resource:patient:hl7:confidentiality-code", 0, None),
    ("LPS_ID", 0, None),
    ("LPS_Nom", 1, "PASSERELLE"),
    ("LPS_Version", 1, "0.1.0"),
    ("LPS_ID_HOMOLOGATION_DMP", 1, "TEST-0000"),
]


def made(**changes: object) -> etree._Element:
    facts = vihf_of(submission(physician()))
    profile = replace(PROFILE, **changes)  # type: ignore[arg-type]
    return build(facts, profile, issuer="CN=X,C=FR", assertion_id=ASSERTION_ID, issued=NOW)


def values(root: etree._Element, name: str) -> list[str]:
    return [each.text or "" for each in root.iterfind(f".//s:Attribute[@Name='{name}']/s:AttributeValue", NS)]


def test_every_attribute_of_the_table_is_there_in_its_number_with_its_value() -> None:
    root = made()
    names = [each.get("Name") for each in root.iterfind(".//s:Attribute", NS)]
    assert set(names) <= {name for name, _, _ in TABLE}
    for name, count, value in TABLE:
        assert names.count(name) == count, name
        if value is not None:
            assert values(root, name) == [value]


def test_the_children_stand_in_the_order_of_the_samples() -> None:
    root = assertion()
    assert [etree.QName(each).localname for each in root] == [
        "Issuer",
        "Signature",
        "Subject",
        "AuthnStatement",
        "AttributeStatement",
    ]
    assert root.nsmap == {"saml2": SAML, "xsi": "http://www.w3.org/2001/XMLSchema-instance"}


def test_the_frame_of_the_assertion() -> None:
    root = made()
    assert dict(root.attrib) == {
        "ID": ASSERTION_ID,
        "IssueInstant": "2026-03-12T09:16:05.250Z",
        "Version": "2.0",
    }
    issuer = root.find("s:Issuer", NS)
    assert issuer.get("Format") == "urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName"
    assert root.findtext("s:Subject/s:NameID", namespaces=NS) == "899700000017"
    assert root.find("s:AuthnStatement", NS).get("AuthnInstant") == "2026-03-12T09:16:05.250Z"
    context = root.findtext("s:AuthnStatement/s:AuthnContext/s:AuthnContextClassRef", namespaces=NS)
    assert context == "urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified"
    assert root.find("s:Conditions", NS) is None
    assert not list(root.iter(f"{{{SAML}}}AudienceRestriction"))


def test_a_physician_has_one_role_attribute_with_profession_and_speciality() -> None:
    roles = list(made().iterfind(".//s:Attribute/s:AttributeValue/h:Role", NS))
    assert [(each.get("code"), each.get("codeSystem"), each.get(XSI_TYPE)) for each in roles] == [
        ("10", G15, "CE"),
        ("SM26", R01, "CE"),
    ]
    assert all(each.nsmap[None] == "urn:hl7-org:v3" for each in roles)


def test_the_purpose_of_use_is_the_normal_access() -> None:
    (purpose,) = made().iterfind(".//h:PurposeOfUse", NS)
    assert dict(purpose.attrib) == {
        XSI_TYPE: "CE",
        "code": "normal",
        "codeSystem": "1.2.250.1.213.1.1.4.248",
        "codeSystemName": "mode acces VIHF 2.0",
        "displayName": "Accès normal",
    }


@pytest.mark.parametrize("secret", [True, False])
def test_a_secret_connection_is_told_and_only_then(secret: bool) -> None:
    root = assertion(vihf_of(submission(secret_connection=secret)))
    found = values(root, "urn:oasis:names:tc:xspa:1.0:resource:patient:hl7:confidentiality-code")
    assert found == (["INVISIBLE_REPRESENTANTS_LEGAUX^1.2.250.1.213.1.1.4.13"] if secret else [])


@pytest.mark.parametrize(
    ("specialty", "roles"),
    [
        ("G15_10/SM26", [("10", G15), ("SM26", R01)]),
        ("G15_21/H", [("21", G15), ("H", "1.2.250.1.71.4.2.6")]),
        ("G15_60", [("60", G15)]),
        ("G16_10", [("10", "1.2.250.1.71.1.2.8")]),
        ("SECRETARIAT_MEDICAL", [("SECRETARIAT_MEDICAL", "1.2.250.1.213.1.1.4.6")]),
        # For a physician and a pharmacist the speciality is mandatory.
        ("G15_10", [("AUTOMATE", "1.2.250.1.213.1.1.4.6")]),
        ("G15_21", [("AUTOMATE", "1.2.250.1.213.1.1.4.6")]),
        ("NOTHING", [("AUTOMATE", "1.2.250.1.213.1.1.4.6")]),
    ],
)
def test_roles_come_from_the_specialty_or_are_automate(specialty: str, roles: list[tuple[str, str]]) -> None:
    found = subject_roles((Code(specialty, "1.2.250.1.213.1.1.4.5"),))
    assert [(role.code, role.system) for role in found] == roles
    assert all(role.display for role in found)


def test_without_any_specialty_the_role_is_automate() -> None:
    assert [role.code for role in subject_roles(())] == ["AUTOMATE"]


def test_a_machine_speaks_for_the_responsible_person() -> None:
    facts = vihf_of(submission(MACHINE))
    assert (facts.name_id, facts.subject_id) == ("899000000022", "Passerelle, Modèle 1, CH EXEMPLE")
    assert [role.code for role in facts.roles] == ["AUTOMATE"]


def test_the_name_id_can_always_be_the_responsible_person() -> None:
    assert vihf_of(submission()).name_id == "899700000017"
    assert vihf_of(submission(), RESPONSIBLE).name_id == "899000000022"


@pytest.mark.parametrize(
    ("depositor", "reason"),
    [
        (Depositor("1990000001", None, ""), "vihf-name-id-missing"),
        (Depositor("", None, "899000000022"), "vihf-structure-missing"),
    ],
)
def test_a_declaration_that_lacks_something_stops_the_flow(depositor: Depositor, reason: str) -> None:
    with pytest.raises(Transient) as caught:
        vihf_of(replace(submission(MACHINE), depositor=depositor))
    assert (caught.value.reason, caught.value.reaction) == (reason, "stop_flow")


def test_a_sender_never_speaks_for_another_structure_than_its_own() -> None:
    author = physician()
    other = replace(author.institution.identifier, extension="1990000099")
    with pytest.raises(Permanent, match="vihf-author-institution-mismatch"):
        vihf_of(submission(replace(author, institution=Organization(other, "AUTRE"))))


def test_without_a_declared_sector_the_one_of_the_document_is_told() -> None:
    assert vihf_of(replace(submission(), depositor=None)).sector == "SA01^1.2.250.1.71.4.2.4"


def test_the_contradictory_points_are_settings() -> None:
    root = made(version="4.0", mode_attribute=MODES[1], lps_id="poste-1", validity=timedelta(minutes=5))
    assert values(root, "VIHF_Version") == ["4.0"]
    assert values(root, "Authentification_Mode") == ["INDIRECTE"]
    assert values(root, "Authentification_mode") == []
    assert values(root, "LPS_ID") == ["poste-1"]
    assert dict(root.find("s:Conditions", NS).attrib) == {
        "NotBefore": "2026-03-12T09:16:05.250Z",
        "NotOnOrAfter": "2026-03-12T09:21:05.250Z",
    }


@pytest.mark.parametrize(
    ("order", "issuer"),
    [
        ("cn_first", "CN=PASSERELLE SIGN,OU=1990000001,O=CH EXEMPLE\\, SITE D'EXEMPLEVILLE,C=FR"),
        (C_FIRST, "C=FR, O=CH EXEMPLE\\, SITE D'EXEMPLEVILLE, OU=1990000001, CN=PASSERELLE SIGN"),
    ],
)
def test_the_issuer_is_the_subject_of_the_signing_certificate(order: str, issuer: str) -> None:
    root = assertion(profile=replace(PROFILE, issuer_order=order))
    assert root.findtext("s:Issuer", namespaces=NS) == issuer


def test_what_is_written_is_read_back() -> None:
    facts = vihf_of(submission(physician(), secret_connection=True))
    found = read(assertion(facts))
    assert found.facts == facts
    assert found.wrong == ()
    assert (found.version, found.mode, found.purpose, found.issued) == ("3.0", "INDIRECTE", "normal", NOW)


def test_the_signature_has_the_algorithms_of_the_vihf() -> None:
    info = assertion().find("ds:Signature/ds:SignedInfo", NS)
    found = [each.get("Algorithm") for each in info.iter("*") if each.get("Algorithm")]
    assert found == [
        "http://www.w3.org/2001/10/xml-exc-c14n#",
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
        "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
        "http://www.w3.org/2001/10/xml-exc-c14n#",
        "http://www.w3.org/2001/04/xmlenc#sha256",
    ]
    assert info.find("ds:Reference", NS).get("URI") == f"#{ASSERTION_ID}"


def in_an_envelope() -> etree._Element:
    return next(etree.fromstring(envelope(assertion())).iter(f"{{{SAML}}}Assertion"))


def test_signxml_verifies_the_assertion_where_it_stands_in_the_envelope() -> None:
    found = in_an_envelope()
    copy = etree.fromstring(etree.tostring(found, with_tail=False))
    XMLVerifier().verify(copy, x509_cert=cast().sign.certificate, id_attribute="ID")


def test_another_implementation_verifies_the_assertion_where_it_stands_in_the_envelope() -> None:
    found = in_an_envelope()
    context = xmlsec.SignatureContext()
    context.register_id(found, "ID")
    context.key = xmlsec.Key.from_memory(cast().sign.certificate_pem(), xmlsec.KeyFormat.CERT_PEM)
    context.verify(found[1])


def test_another_implementation_refuses_the_assertion_with_one_letter_changed() -> None:
    found = in_an_envelope()
    found.find("s:Subject/s:NameID", NS).text = "899700000018"
    context = xmlsec.SignatureContext()
    context.register_id(found, "ID")
    context.key = xmlsec.Key.from_memory(cast().sign.certificate_pem(), xmlsec.KeyFormat.CERT_PEM)
    with pytest.raises(xmlsec.Error):
        context.verify(found[1])


def test_digest_and_signature_hold_when_computed_by_hand() -> None:
    found = in_an_envelope()
    signature = found[1]
    info = signature.find("ds:SignedInfo", NS)
    value = base64.b64decode(signature.findtext("ds:SignatureValue", namespaces=NS))
    certificate = x509.load_der_x509_certificate(
        base64.b64decode(signature.findtext(".//ds:X509Certificate", namespaces=NS))
    )
    assert certificate == cast().sign.certificate
    certificate.public_key().verify(
        value, etree.tostring(info, method="c14n", exclusive=True), PKCS1v15(), hashes.SHA256()
    )
    found.remove(signature)
    digest = hashlib.sha256(etree.tostring(found, method="c14n", exclusive=True, with_tail=False)).digest()
    assert base64.b64encode(digest).decode() == info.findtext(".//ds:DigestValue", namespaces=NS)


def test_no_fact_about_a_person_shows_in_repr() -> None:
    facts = vihf_of(submission(physician()))
    shown = repr(facts) + repr(read(assertion(facts)))
    assert not re.search("CAMILLE|MEDECIN|899700000017|279035121518989", shown)
