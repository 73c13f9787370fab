"""The VIHF, the SAML 2.0 assertion of each request to the DMP: written, signed, read.

Shape and order of CI-SIS "Mapping VIHF" and of the DMP's samples: Issuer, ds:Signature, Subject, Conditions,
AuthnStatement, AttributeStatement. Where the texts contradict each other, the profile decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
from signxml.signer import XMLSigner

from gateway.model import Code
from gateway.xds.certificates import CN_FIRST, SigningIdentity, distinguished_name
from gateway.xds.vihf_facts import SENDER, Vihf
from gateway.xds.xml import element

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
DS = "http://www.w3.org/2000/09/xmldsig#"
HL7 = "urn:hl7-org:v3"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
DN_FORMAT = "urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName"
UNSPECIFIED = "urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified"

STRUCTURE = "Identifiant_Structure"
SECTOR = "Secteur_Activite"
SUBJECT_ID = "urn:oasis:names:tc:xspa:1.0:subject:subject-id"
ROLE = "urn:oasis:names:tc:xacml:2.0:subject:role"
VERSION = "VIHF_Version"
MODES = ("Authentification_mode", "Authentification_Mode")
RESOURCE_ID = "urn:oasis:names:tc:xacml:2.0:resource:resource-id"
RESOURCE_URN = "Ressource_URN"
PURPOSE = "urn:oasis:names:tc:xspa:1.0:subject:purposeofuse"
CONFIDENTIALITY = "urn:oasis:names:tc:xspa:1.0:resource:patient:hl7:confidentiality-code"
LPS_ID, LPS_NAME, LPS_VERSION = "LPS_ID", "LPS_Nom", "LPS_Version"
LPS_HOMOLOGATION = "LPS_ID_HOMOLOGATION_DMP"

INDIRECT = "INDIRECTE"
DMP = "urn:dmp"
PURPOSE_SYSTEM = "1.2.250.1.213.1.1.4.248"
SECRET = "INVISIBLE_REPRESENTANTS_LEGAUX^1.2.250.1.213.1.1.4.13"  # noqa: S105 - JDV_J64


@dataclass(frozen=True, slots=True)
class VihfProfile:
    """What all assertions of an installation have in common, and its answers where the texts disagree.

    ``version`` is 4.0 in the table of the ANS and 3.0 in every example; ``mode_attribute`` one of ``MODES``;
    ``issuer_order`` ``cn_first`` (2019 samples) or ``c_first`` (2024 example); ``name_id`` ``sender`` or
    ``responsible``. ``validity`` None writes no Conditions, as in the samples.
    """

    lps_name: str
    lps_version: str
    lps_homologation: str
    lps_id: str = ""
    version: str = "3.0"
    mode_attribute: str = MODES[0]
    issuer_order: str = CN_FIRST
    name_id: str = SENDER
    authn_context: str = UNSPECIFIED
    purpose_system_name: str = "mode acces VIHF 2.0"
    validity: timedelta | None = None


def build(
    facts: Vihf,
    profile: VihfProfile,
    *,
    issuer: str,
    assertion_id: str,
    issued: datetime,
    login: datetime | None = None,
) -> Element:
    """The unsigned assertion. ``issued`` is aware; ``login`` (AuthnInstant) is ``issued`` without a login.

    ``assertion_id`` is an XML name, new for each request. Raises MalformedMetadata on characters that XML
    cannot carry.
    """
    made = etree.Element(f"{{{SAML}}}Assertion", nsmap={"saml2": SAML, "xsi": XSI})
    for name, value in (("ID", assertion_id), ("IssueInstant", instant(issued)), ("Version", "2.0")):
        made.set(name, value)
    element(made, SAML, "Issuer", issuer, Format=DN_FORMAT)
    element(element(made, SAML, "Subject"), SAML, "NameID", facts.name_id)
    if profile.validity is not None:
        until = instant(issued + profile.validity)
        element(made, SAML, "Conditions", NotBefore=instant(issued), NotOnOrAfter=until)
    statement = element(made, SAML, "AuthnStatement", AuthnInstant=instant(login or issued))
    context = element(statement, SAML, "AuthnContext")
    element(context, SAML, "AuthnContextClassRef", profile.authn_context)
    attributes = element(made, SAML, "AttributeStatement")
    for name, values in _attributes(facts, profile):
        attribute = element(attributes, SAML, "Attribute", Name=name)
        for each in values:
            _value(attribute, each)
    return made


def sign(assertion: Element, identity: SigningIdentity) -> Element:
    """A signed copy: enveloped, rsa-sha256, exclusive C14N, the Signature right after Issuer.

    Serialise it as it is: a blank more breaks the digest.
    """
    assertion.insert(1, etree.Element(f"{{{DS}}}Signature", Id="placeholder", nsmap={"ds": DS}))
    signer = XMLSigner(
        signature_algorithm=SignatureMethod.RSA_SHA256,
        digest_algorithm=DigestAlgorithm.SHA256,
        c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    )
    return signer.sign(
        assertion,
        key=identity.key,
        cert=[identity.certificate],
        reference_uri=assertion.get("ID"),
        id_attribute="ID",
    )


def issue(
    facts: Vihf, profile: VihfProfile, identity: SigningIdentity, assertion_id: str, now: datetime
) -> Element:
    """One signed assertion for one request."""
    issuer = distinguished_name(identity.certificate, profile.issuer_order)
    return sign(build(facts, profile, issuer=issuer, assertion_id=assertion_id, issued=now), identity)


def instant(moment: datetime) -> str:
    """UTC with milliseconds and Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _attributes(facts: Vihf, profile: VihfProfile) -> Iterator[tuple[str, tuple[str | Element, ...]]]:
    yield STRUCTURE, (facts.structure_id,)
    yield SECTOR, (facts.sector,)
    yield SUBJECT_ID, (facts.subject_id,)
    yield ROLE, tuple(_coded("Role", role) for role in facts.roles)
    yield VERSION, (profile.version,)
    yield profile.mode_attribute, (INDIRECT,)
    if facts.patient:
        yield RESOURCE_ID, (facts.patient,)
    yield RESOURCE_URN, (DMP,)
    normal = Code("normal", PURPOSE_SYSTEM, "Accès normal")
    yield PURPOSE, (_coded("PurposeOfUse", normal, profile.purpose_system_name),)
    if facts.secret:  # R.RTE.11: present for a secret connection, absent otherwise
        yield CONFIDENTIALITY, (SECRET,)
    if profile.lps_id:
        yield LPS_ID, (profile.lps_id,)
    yield LPS_NAME, (profile.lps_name,)
    yield LPS_VERSION, (profile.lps_version,)
    yield LPS_HOMOLOGATION, (profile.lps_homologation,)


def _value(attribute: Element, value: str | Element) -> None:
    if isinstance(value, str):
        element(attribute, SAML, "AttributeValue", value)
    else:
        element(attribute, SAML, "AttributeValue").append(value)


def _coded(name: str, code: Code, system_name: str = "") -> Element:
    """An HL7 v3 CE. Its default namespace is declared on it: ``xsi:type`` names a type of that namespace."""
    made = etree.Element(f"{{{HL7}}}{name}", nsmap={None: HL7})  # type: ignore[dict-item]
    made.set(f"{{{XSI}}}type", "CE")
    named = {"code": code.code, "codeSystem": code.system, "codeSystemName": system_name}
    for attribute, value in (*named.items(), ("displayName", code.display)):
        if value:
            made.set(attribute, value)
    return made
