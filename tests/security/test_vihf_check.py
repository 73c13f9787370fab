"""What the store believes: start from a good assertion, break one thing, look at the fault."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.x509.oid import NameOID
from lxml import etree

from gateway.model import Code
from gateway.xds import vihf
from gateway.xds.certificates import trust
from gateway.xds.vihf_check import VihfRefused, verify
from gateway.xds.vihf_facts import vihf_of
from tests.security.authority import CLIENT, NOW, Issued, cast, new_key, stranger
from tests.security.samples import (
    PROFILE,
    assertion,
    envelope,
    judge,
    physician,
    received,
    refused,
    submission,
)

SAML, DS = vihf.SAML, vihf.DS
NS = {"s": SAML, "ds": DS}


def changed(change: Callable[[etree._Element], None]) -> bytes:
    """A good envelope, altered after signing."""
    root = etree.fromstring(envelope(assertion()))
    change(root)
    return etree.tostring(root)


def test_a_good_assertion_is_believed_and_its_facts_are_those_that_were_signed() -> None:
    facts = vihf_of(submission(physician(), secret_connection=True))
    found = judge(envelope(assertion(facts)))
    assert found.content.facts == facts
    assert found.certificate == cast().sign.certificate


def test_an_assertion_signed_with_an_inclusive_prefix_list_is_believed() -> None:
    root = assertion()
    root[1].getparent().remove(root[1])
    root.insert(1, etree.Element(f"{{{DS}}}Signature", Id="placeholder", nsmap={"ds": DS}))
    signer = vihf.XMLSigner(c14n_algorithm=vihf.CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0)
    signed = signer.sign(
        root,
        key=cast().sign.key,
        cert=[cast().sign.certificate],
        reference_uri=root.get("ID"),
        id_attribute="ID",
        inclusive_ns_prefixes=["ds", "saml2"],
    )
    assert judge(envelope(signed)).content.facts.structure_id == "1990000001"


# --- what was changed after signing


def texts(name: str, value: str) -> Callable[[etree._Element], None]:
    def change(root: etree._Element) -> None:
        found = root.find(f".//s:Attribute[@Name='{name}']/s:AttributeValue", NS)
        assert found is not None
        found.text = value

    return change


def test_a_structure_changed_after_signing_is_refused() -> None:
    assert refused(changed(texts(vihf.STRUCTURE, "1990000099")))[0] == "FailedCheck"


def test_a_patient_changed_after_signing_is_refused() -> None:
    patient = "160115412345671^^^&1.2.250.1.213.1.4.10&ISO^NH"
    code, text = refused(changed(texts(vihf.RESOURCE_ID, patient)))
    assert code == "FailedCheck"
    assert "160115412345671" not in text


def test_a_blank_added_after_signing_is_refused() -> None:
    def change(root: etree._Element) -> None:
        root.find(".//s:Assertion", NS)[0].tail = "\n"

    assert refused(changed(change))[0] == "FailedCheck"


def test_a_damaged_signature_value_is_refused() -> None:
    def change(root: etree._Element) -> None:
        value = root.find(".//ds:SignatureValue", NS)
        value.text = "A" + value.text[1:] if value.text[0] != "A" else "B" + value.text[1:]

    assert refused(changed(change))[0] == "FailedCheck"


def test_an_unsigned_assertion_is_refused() -> None:
    def change(root: etree._Element) -> None:
        signature = root.find(".//ds:Signature", NS)
        signature.getparent().remove(signature)

    assert refused(changed(change))[0] == "FailedCheck"


# --- signature wrapping


def forged(root: etree._Element) -> tuple[etree._Element, etree._Element]:
    """The security header without its good assertion, and a forged copy that claims more."""
    good = root.find(".//s:Assertion", NS)
    evil = copy.deepcopy(good)
    evil.find(f".//s:Attribute[@Name='{vihf.STRUCTURE}']/s:AttributeValue", NS).text = "1990000099"
    return good, evil


def wrap_in_extensions(root: etree._Element) -> None:
    """The signed assertion hidden inside the forged one (XSW4)."""
    good, evil = forged(root)
    evil.set("ID", "_evil")
    good.getparent().replace(good, evil)
    etree.SubElement(evil, "{urn:x}Extensions").append(good)


def wrap_in_object(root: etree._Element) -> None:
    """The signed assertion inside the ds:Object of the forged one's signature (XSW8)."""
    good, evil = forged(root)
    evil.set("ID", "_evil")
    good.getparent().replace(good, evil)
    bare = copy.deepcopy(good)
    bare.remove(bare[1])
    etree.SubElement(evil[1], f"{{{DS}}}Object").append(bare)


def wrap_in_header(root: etree._Element) -> None:
    """The signed assertion moved elsewhere in the header, a forged one at its place."""
    good, evil = forged(root)
    evil.set("ID", "_evil")
    security = good.getparent()
    security.replace(good, evil)
    etree.SubElement(security.getparent(), "{urn:x}Keep").append(good)


def wrap_in_body(root: etree._Element) -> None:
    good, evil = forged(root)
    security = good.getparent()
    security.replace(good, evil)
    root[-1][0].append(good)


def two_side_by_side(root: etree._Element) -> None:
    good, evil = forged(root)
    evil.set("ID", "_evil")
    good.getparent().insert(0, evil)


def same_id_elsewhere(root: etree._Element) -> None:
    etree.SubElement(root[-1][0], "{urn:x}Twin", ID=root.find(".//s:Assertion", NS).get("ID"))


def same_xml_id_elsewhere(root: etree._Element) -> None:
    twin = etree.SubElement(root[-1][0], "{urn:x}Twin")
    twin.set("{http://www.w3.org/XML/1998/namespace}id", root.find(".//s:Assertion", NS).get("ID"))


def reference_to_something_else(root: etree._Element) -> None:
    root.find(".//ds:Reference", NS).set("URI", "#_other")


def reference_to_the_whole_document(root: etree._Element) -> None:
    root.find(".//ds:Reference", NS).set("URI", "")


def second_reference(root: etree._Element) -> None:
    reference = root.find(".//ds:Reference", NS)
    reference.addnext(copy.deepcopy(reference))


def another_transform(root: etree._Element) -> None:
    transforms = root.find(".//ds:Transforms", NS)
    etree.SubElement(
        transforms, f"{{{DS}}}Transform", Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"
    )


def signature_at_the_end(root: etree._Element) -> None:
    found = root.find(".//s:Assertion", NS)
    found.append(found[1])


def second_signature(root: etree._Element) -> None:
    found = root.find(".//s:Assertion", NS)
    found.append(copy.deepcopy(found[1]))


@pytest.mark.parametrize(
    ("attack", "code"),
    [
        (wrap_in_extensions, "InvalidSecurity"),
        (wrap_in_object, "InvalidSecurity"),
        (wrap_in_header, "InvalidSecurity"),
        (wrap_in_body, "InvalidSecurity"),
        (two_side_by_side, "InvalidSecurity"),
        (same_id_elsewhere, "FailedCheck"),
        (same_xml_id_elsewhere, "FailedCheck"),
        (reference_to_something_else, "FailedCheck"),
        (reference_to_the_whole_document, "FailedCheck"),
        (second_reference, "FailedCheck"),
        (another_transform, "FailedCheck"),
        (signature_at_the_end, "FailedCheck"),
        (second_signature, "FailedCheck"),
    ],
)
def test_signature_wrapping_is_refused(attack: Callable[[etree._Element], None], code: str) -> None:
    assert refused(changed(attack))[0] == code


def test_a_message_without_assertion_is_refused() -> None:
    assert refused(envelope(None))[0] == "InvalidSecurity"


@pytest.mark.parametrize("algorithm", ["rsa-sha1", "hmac-sha256"])
def test_a_weaker_signature_method_is_refused(algorithm: str) -> None:
    def change(root: etree._Element) -> None:
        method = root.find(".//ds:SignatureMethod", NS)
        space = DS if algorithm == "rsa-sha1" else "http://www.w3.org/2001/04/xmldsig-more#"
        method.set("Algorithm", f"{space}{algorithm}")

    assert refused(changed(change))[0] == "FailedCheck"


# --- certificates


def signed_by(signer: Issued) -> bytes:
    return envelope(assertion(signer=signer))


def issued(**changes: object) -> Issued:
    return cast().authority.issue("PASSERELLE SIGN", key=cast().sign.key, **changes)  # type: ignore[arg-type]


def test_a_certificate_of_an_unknown_authority_with_the_same_names_is_refused() -> None:
    foreign = stranger().issue("PASSERELLE SIGN", key=cast().sign.key)
    assert refused(signed_by(foreign))[0] == "DMPInvalidCertificate"


def test_the_authentication_certificate_does_not_sign() -> None:
    code, text = refused(signed_by(cast().auth))
    assert code == "DMPInvalidCertificate"
    assert text.startswith("Not a valid signature certificate")


@pytest.mark.parametrize(
    "changes",
    [
        {"end": NOW - timedelta(seconds=1)},
        {"start": NOW + timedelta(seconds=1)},
        {"digital_signature": False},
        {"purposes": (CLIENT,)},
    ],
)
def test_a_certificate_out_of_its_time_or_use_is_refused(changes: dict[str, object]) -> None:
    assert refused(signed_by(issued(**changes)))[0] == "DMPInvalidCertificate"


def test_a_key_that_is_not_the_one_of_the_certificate_is_refused() -> None:
    thief = Issued(new_key(), cast().sign.certificate, cast().sign.above)
    assert refused(signed_by(thief))[0] == "FailedCheck"


def test_the_certificate_of_an_authority_does_not_sign_messages() -> None:
    own = Issued(cast().authority._key, cast().authority.intermediate)
    assert refused(signed_by(own))[0] == "DMPInvalidCertificate"


def test_an_intermediate_alone_is_not_trusted_when_its_root_is_not() -> None:
    trusted = trust([stranger().root, cast().authority.intermediate])
    with pytest.raises(VihfRefused, match="no chain"):
        verify(received(assertion()).security, trusted, NOW)


def test_a_certificate_that_cannot_be_read_is_refused() -> None:
    def change(root: etree._Element) -> None:
        root.find(".//ds:X509Certificate", NS).text = "bm90IGEgY2VydGlmaWNhdGU="

    assert refused(changed(change))[0] == "DMPInvalidCertificate"


@pytest.mark.parametrize(
    ("oid", "value"),
    [
        (NameOID.ORGANIZATIONAL_UNIT_NAME, "1990000001"),
        (NameOID.SERIAL_NUMBER, "1990000001"),
        (NameOID.ORGANIZATION_IDENTIFIER, "1990000001"),
    ],
)
def test_the_structure_may_stand_at_three_places_of_the_subject(oid: object, value: str) -> None:
    assert judge(signed_by(issued(oid=oid, structure=value)))


@pytest.mark.parametrize(
    ("written", "structure"),
    [
        ("0002 123456782", "2123456782"),
        ("NTRFR-123456782", "2123456782"),
        ("0002 12345678200010", "312345678200010"),
    ],
)
def test_a_siren_in_its_european_spelling_is_the_structure(written: str, structure: str) -> None:
    facts = replace(vihf_of(submission()), structure_id=structure)
    assert judge(envelope(assertion(facts, issued(structure=written))))


def test_another_structure_than_that_of_the_certificate_is_refused_in_the_words_of_the_dmp() -> None:
    facts = replace(vihf_of(submission()), structure_id="1990000099")
    code, text = refused(envelope(assertion(facts)))
    assert code == "FailedAuthentication"
    assert text.startswith("Erreur d'authentification de la personne morale")
    assert "1990000099" not in text


def test_an_issuer_that_is_not_the_subject_of_the_certificate_is_refused() -> None:
    root = vihf.build(vihf_of(submission()), PROFILE, issuer="CN=AUTRE,C=FR", assertion_id="_1", issued=NOW)
    signed = vihf.sign(root, cast().sign.identity)
    assert refused(envelope(signed))[0] == "FailedAuthentication"


# --- times


@pytest.mark.parametrize(
    ("minutes", "code"), [(-11, "MessageExpired"), (-9, ""), (0, ""), (1, ""), (3, "InvalidSecurityToken")]
)
def test_an_assertion_is_good_for_some_minutes_only(minutes: int, code: str) -> None:
    data = envelope(assertion(now=NOW + timedelta(minutes=minutes)))
    if code:
        assert refused(data)[0] == code
    else:
        assert judge(data)


def test_the_conditions_shorten_the_life_of_an_assertion() -> None:
    short = replace(PROFILE, validity=timedelta(seconds=30))
    data = envelope(assertion(profile=short))
    assert judge(data, NOW + timedelta(seconds=29))
    assert refused(data, NOW + timedelta(seconds=30))[0] == "MessageExpired"


# --- content


def without(name: str) -> bytes:
    root = vihf.build(vihf_of(submission()), PROFILE, issuer=_subject(), assertion_id="_1", issued=NOW)
    found = root.find(f".//s:Attribute[@Name='{name}']", NS)
    found.getparent().remove(found)
    return envelope(vihf.sign(root, cast().sign.identity))


def _subject() -> str:
    return vihf.distinguished_name(cast().sign.certificate)


@pytest.mark.parametrize(
    "name",
    [
        vihf.SECTOR,
        vihf.SUBJECT_ID,
        vihf.ROLE,
        vihf.VERSION,
        vihf.MODES[0],
        vihf.RESOURCE_URN,
        vihf.PURPOSE,
        vihf.LPS_NAME,
        vihf.LPS_VERSION,
        vihf.LPS_HOMOLOGATION,
    ],
)
def test_a_missing_attribute_is_named(name: str) -> None:
    code, text = refused(without(name))
    assert code == "InvalidSecurityToken"
    assert name in text


def test_an_attribute_given_twice_is_named() -> None:
    root = vihf.build(vihf_of(submission()), PROFILE, issuer=_subject(), assertion_id="_1", issued=NOW)
    found = root.find(f".//s:Attribute[@Name='{vihf.STRUCTURE}']", NS)
    found.addnext(copy.deepcopy(found))
    code, text = refused(envelope(vihf.sign(root, cast().sign.identity)))
    assert (code, vihf.STRUCTURE in text) == ("InvalidSecurityToken", True)


def test_the_name_of_an_attribute_that_nobody_knows_is_never_repeated() -> None:
    root = vihf.build(vihf_of(submission()), PROFILE, issuer=_subject(), assertion_id="_1", issued=NOW)
    for _ in range(2):
        etree.SubElement(root[-1], f"{{{SAML}}}Attribute", Name="2790351215189")
    assert judge(envelope(vihf.sign(root, cast().sign.identity)))


def test_a_physician_without_speciality_is_refused_in_the_words_of_the_dmp() -> None:
    facts = replace(vihf_of(submission()), roles=(Code("10", "1.2.250.1.71.1.2.7", "Médecin"),))
    assert refused(envelope(assertion(facts))) == ("InvalidSecurityToken", "Aucune spécialité dans le VIHF")
