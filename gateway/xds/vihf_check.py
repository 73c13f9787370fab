"""May this VIHF be believed? Signature, certificate, times, against signature wrapping.

The assertion stands at one place, ``Header/Security/Assertion``; its signature is its second child and signs
that whole element by its ID; facts are read from what the signature covers and from nowhere else.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.verifier import SignatureConfiguration, VerifyResult, XMLVerifier

from gateway.xds import vihf, vihf_read
from gateway.xds.certificates import (
    CertificateRefused,
    Trust,
    is_subject,
    require_signing,
    require_trusted,
    structures,
)
from gateway.xds.vihf_facts import needs_speciality
from gateway.xds.vihf_read import ReadVihf
from gateway.xds.xml import child, children

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_ASSERTION = f"{{{vihf.SAML}}}Assertion"
_SIGNATURE = f"{{{vihf.DS}}}Signature"
_C14N = "http://www.w3.org/2001/10/xml-exc-c14n#"
_TRANSFORMS = [f"{vihf.DS}enveloped-signature", _C14N]
_MOST_CERTIFICATES = 5
_IDS = ("ID", "Id", "id", "{http://www.w3.org/XML/1998/namespace}id")
_CONFIGURATION = SignatureConfiguration(
    location="./",
    signature_methods=frozenset({SignatureMethod.RSA_SHA256}),
    digest_algorithms=frozenset({DigestAlgorithm.SHA256}),
)


class VihfRefused(Exception):
    """The assertion is not believed. ``subcode`` is that of the SOAP fault; the text has no value of it."""

    def __init__(self, subcode: str, text: str) -> None:
        super().__init__(text)
        self.subcode = subcode


@dataclass(frozen=True, slots=True)
class Window:
    """How old an assertion may be, and how far ahead the clock of its issuer."""

    oldest: timedelta = timedelta(minutes=10)
    ahead: timedelta = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class VerifiedVihf:
    """An assertion that is believed, and the certificate that signed it."""

    content: ReadVihf
    certificate: x509.Certificate


def verify(
    security: Element | None, trust: Trust, now: datetime, window: Window | None = None
) -> VerifiedVihf:
    """The assertion of a wsse:Security header, in its envelope. Raises VihfRefused.

    ``now`` is aware. Revocation lists are not asked.
    """
    assertion = _only_assertion(security)
    signature = _only_signature(assertion)
    _require_shape(assertion, signature)
    certificates = _certificates(signature)
    _require_certificate(certificates, trust, now)
    content = vihf_read.read(_signed(assertion, certificates[0], now))
    _require_complete(content)
    _require_times(content, now, window or Window())
    _require_structure(content, certificates[0])
    return VerifiedVihf(content, certificates[0])


def _only_assertion(security: Element | None) -> Element:
    if security is None:
        raise VihfRefused("InvalidSecurity", "en-tête wsse:Security absent / missing wsse:Security header")
    here = list(children(security, vihf.SAML, "Assertion"))
    root = security.getroottree().getroot()
    everywhere = list(root.iter(_ASSERTION))
    if len(here) != 1 or len(everywhere) != 1:
        raise VihfRefused(
            "InvalidSecurity",
            "une seule assertion VIHF attendue, dans Header/Security / exactly one VIHF assertion expected, "
            "in Header/Security",
        )
    identity = here[0].get("ID", "")
    bearers = [each for each in root.iter("*") if identity in [each.get(name) for name in _IDS]]
    if not identity or len(bearers) != 1:
        raise VihfRefused(
            "FailedCheck", "identifiant d'assertion absent ou répété / ID missing or used twice"
        )
    return here[0]


def _only_signature(assertion: Element) -> Element:
    signatures = list(assertion.iter(_SIGNATURE))
    # saml-schema-assertion-2.0: Issuer, then Signature.
    if len(signatures) != 1 or len(assertion) < 2 or assertion[1] is not signatures[0]:
        raise VihfRefused(
            "FailedCheck", "une signature attendue, juste après Issuer / one Signature expected, after Issuer"
        )
    return signatures[0]


def _require_shape(assertion: Element, signature: Element) -> None:
    """One Reference to the assertion itself, with the two transforms and the algorithms of the VIHF."""
    info = child(signature, vihf.DS, "SignedInfo")
    references = list(children(info, vihf.DS, "Reference"))
    transforms = [
        each.get("Algorithm", "")
        for reference in references
        for each in children(child(reference, vihf.DS, "Transforms"), vihf.DS, "Transform")
    ]
    c14n = child(info, vihf.DS, "CanonicalizationMethod")
    right = (
        len(list(children(signature, vihf.DS, "SignedInfo"))) == 1
        and len(references) == 1
        and references[0].get("URI") == f"#{assertion.get('ID')}"
        and transforms == _TRANSFORMS
        and c14n is not None
        and c14n.get("Algorithm") == _C14N
        and not list(children(signature, vihf.DS, "Object"))
    )
    if not right:
        raise VihfRefused(
            "FailedCheck",
            "la signature doit porter sur l'assertion entière (enveloped, exc-c14n) / the signature must "
            "cover the whole assertion (enveloped, exc-c14n)",
        )


def _certificates(signature: Element) -> list[x509.Certificate]:
    """The certificates of KeyInfo, that of the signer first."""
    data = child(child(signature, vihf.DS, "KeyInfo"), vihf.DS, "X509Data")
    found = list(children(data, vihf.DS, "X509Certificate"))
    if not 1 <= len(found) <= _MOST_CERTIFICATES:
        raise _invalid_certificate("absent de KeyInfo/X509Data / missing in KeyInfo/X509Data")
    try:
        loaded = [
            x509.load_der_x509_certificate(
                base64.b64decode("".join((each.text or "").split()), validate=True)
            )
            for each in found
        ]
        key = loaded[0].public_key()
    except (ValueError, binascii.Error, UnsupportedAlgorithm):
        raise _invalid_certificate("illisible / unreadable") from None
    if not isinstance(key, RSAPublicKey):
        raise _invalid_certificate("clé RSA attendue / RSA key expected")
    return loaded


def _require_certificate(certificates: list[x509.Certificate], trust: Trust, now: datetime) -> None:
    try:
        require_signing(certificates[0])
        require_trusted(certificates[0], certificates[1:], trust, now)
    except CertificateRefused as refused:
        raise _invalid_certificate(str(refused)) from None


def _signed(assertion: Element, certificate: x509.Certificate, now: datetime) -> Element:
    """What the signature covers, as verified. Raises VihfRefused when it does not hold."""
    try:
        result = XMLVerifier().verify(
            etree.fromstring(etree.tostring(assertion, with_tail=False)),
            x509_cert=certificate,
            id_attribute="ID",
            expect_config=replace(_CONFIGURATION, verification_time=now),
            # Its schema does not know InclusiveNamespaces; the shape was judged by _require_shape.
            validate_schema=False,
        )
    except (SignXMLException, ValueError, TypeError, AttributeError, etree.LxmlError):
        raise VihfRefused(
            "FailedCheck", "la signature du VIHF n'est pas valide / the signature of the VIHF does not hold"
        ) from None
    covered = result.signed_xml if isinstance(result, VerifyResult) else None
    if covered is None or covered.tag != _ASSERTION or covered.get("ID") != assertion.get("ID"):
        raise VihfRefused("FailedCheck", "la signature porte sur autre chose / it covers something else")
    return covered


def _require_complete(content: ReadVihf) -> None:
    if content.wrong:
        names = ", ".join(content.wrong)
        raise VihfRefused(
            "InvalidSecurityToken", f"VIHF incomplet ou incorrect / incomplete or wrong: {names}"
        )
    if needs_speciality(content.facts.roles):
        raise VihfRefused("InvalidSecurityToken", "Aucune spécialité dans le VIHF")


def _require_times(content: ReadVihf, now: datetime, window: Window) -> None:
    issued = content.issued
    if issued is None or issued > now + window.ahead:
        raise VihfRefused(
            "InvalidSecurityToken", "IssueInstant dans le futur / in the future: check the clock"
        )
    until = content.not_on_or_after
    if issued < now - window.oldest or (until is not None and until <= now):
        raise VihfRefused("MessageExpired", "VIHF périmé / the VIHF has expired")
    if content.not_before is not None and content.not_before > now + window.ahead:
        raise VihfRefused("InvalidSecurityToken", "VIHF pas encore valide / the VIHF is not valid yet")


def _require_structure(content: ReadVihf, certificate: x509.Certificate) -> None:
    if not is_subject(content.issuer, certificate):
        raise VihfRefused(
            "FailedAuthentication",
            "Erreur d'authentification de la personne morale (Issuer n'est pas le sujet du certificat / "
            "Issuer is not the subject of the certificate)",
        )
    if content.facts.structure_id not in structures(certificate):
        raise VihfRefused(
            "FailedAuthentication",
            "Erreur d'authentification de la personne morale (Identifiant_Structure n'est pas celui du "
            "certificat / is not that of the certificate)",
        )


def _invalid_certificate(why: str) -> VihfRefused:
    return VihfRefused("DMPInvalidCertificate", f"Not a valid signature certificate: {why}")
