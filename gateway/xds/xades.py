"""The signature of a SubmissionSet: a detached XAdES signature as the DMP wants it (IHE DSG, 2019 shape).

Two references: the Manifest, which lists the set and its documents, and the XAdES SignedProperties, in the
namespace of version 1.1.1 (ETSI TS 101 903). RSA PKCS #1 v1.5 and fixed ids: the same arguments give the same
bytes, so a retry sends the same document.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from gateway.errors import MalformedMetadata
from gateway.xds.certificates import SigningIdentity
from gateway.xds.xml import element, serialise

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

DS = "http://www.w3.org/2000/09/xmldsig#"
XADES = "http://uri.etsi.org/01903/v1.1.1#"
C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments"
MANIFEST_TYPE = f"{DS}Manifest"
PROPERTIES_TYPE = f"{XADES}SignedProperties"
SOURCE = "1.2.840.10065.1.12.1.14"
"""ASTM E1762: the signature of the source."""
MANIFEST_ID, PROPERTIES_ID, SIGNATURE_ID = "IHEManifest", "SignedProperties", "Signature"
_OF_THE_SET = "AA=="
_XML_TYPES = frozenset({"text/xml", "application/xml", "application/xslt+xml"})
_LARGEST_XML = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Algorithms:
    """The URIs of one choice of hash, and the hash itself."""

    name: str
    signature: str
    digest: str


ALGORITHMS = {
    "sha256": Algorithms(
        "sha256",
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
        "http://www.w3.org/2001/04/xmlenc#sha256",
    ),
    "sha1": Algorithms("sha1", f"{DS}rsa-sha1", f"{DS}sha1"),
}


@dataclass(frozen=True, slots=True)
class SignedDocument:
    """One document of the set: its uniqueId, media type and exact bytes."""

    unique_id: str
    mime_type: str
    data: bytes = field(repr=False)


def sign_set(
    set_unique_id: str,
    documents: Sequence[SignedDocument],
    identity: SigningIdentity,
    signed_at: datetime,
    algorithm: str = "sha256",
) -> bytes:
    """The bytes of the signature document. ``algorithm`` is ``sha256`` or ``sha1``; ``signed_at`` is aware.

    Raises MalformedMetadata when a document said to be XML is not.
    """
    chosen = ALGORITHMS[algorithm]
    root = etree.Element(f"{{{DS}}}Signature", nsmap={"ds": DS}, Id=SIGNATURE_ID)
    info = element(root, DS, "SignedInfo")
    value = element(root, DS, "SignatureValue")
    data = element(element(root, DS, "KeyInfo"), DS, "X509Data")
    for certificate in (identity.certificate, *identity.chain):
        element(data, DS, "X509Certificate", _base64(certificate.public_bytes(Encoding.DER)))
    properties = _signed_properties(root, identity, signed_at, chosen)
    manifest = _manifest(root, set_unique_id, documents, chosen)
    element(info, DS, "CanonicalizationMethod", Algorithm=C14N)
    element(info, DS, "SignatureMethod", Algorithm=chosen.signature)
    _reference(info, f"#{MANIFEST_ID}", canonical(manifest), chosen, type_uri=MANIFEST_TYPE, c14n=True)
    _reference(info, f"#{PROPERTIES_ID}", canonical(properties), chosen, type_uri=PROPERTIES_TYPE, c14n=True)
    value.text = _base64(_signature(canonical(info), identity, chosen))
    return serialise(root)


def canonical(node: Element) -> bytes:
    """Inclusive C14N 1.0 with comments, with the namespaces in scope where the element stands."""
    return etree.tostring(node, method="c14n", with_comments=True)


def _signed_properties(
    root: Element, identity: SigningIdentity, signed_at: datetime, chosen: Algorithms
) -> Element:
    holder = element(root, DS, "Object")
    qualifying = etree.SubElement(
        holder, f"{{{XADES}}}QualifyingProperties", {"Target": f"#{SIGNATURE_ID}"}, nsmap={"xades": XADES}
    )
    properties = element(qualifying, XADES, "SignedProperties", Id=PROPERTIES_ID)
    signature = element(properties, XADES, "SignedSignatureProperties")
    element(signature, XADES, "SigningTime", signed_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    listing = element(signature, XADES, "SigningCertificate")
    for certificate in (identity.certificate, *identity.chain):
        _certificate(listing, certificate, chosen)
    policy = element(signature, XADES, "SignaturePolicyIdentifier")
    element(policy, XADES, "SignaturePolicyImplied")
    return properties


def _certificate(listing: Element, certificate: x509.Certificate, chosen: Algorithms) -> None:
    made = element(listing, XADES, "Cert")
    digest = element(made, XADES, "CertDigest")
    # In 1.1.1 these two are elements of XAdES with the types of XML-DSig; 1.3.2 took those of XML-DSig.
    element(digest, XADES, "DigestMethod", Algorithm=chosen.digest)
    der = certificate.public_bytes(Encoding.DER)
    element(digest, XADES, "DigestValue", _base64(_hash(der, chosen)))
    issuer = element(made, XADES, "IssuerSerial")
    element(issuer, DS, "X509IssuerName", certificate.issuer.rfc4514_string())
    element(issuer, DS, "X509SerialNumber", str(certificate.serial_number))


def _manifest(
    root: Element, set_unique_id: str, documents: Sequence[SignedDocument], chosen: Algorithms
) -> Element:
    holder = element(root, DS, "Object")
    purpose = element(element(holder, DS, "SignatureProperties"), DS, "SignatureProperty", SOURCE)
    purpose.set("Id", "purposeOfSignature")
    purpose.set("Target", f"#{SIGNATURE_ID}")
    manifest = element(holder, DS, "Manifest", Id=MANIFEST_ID)
    _reference(manifest, f"urn:oid:{set_unique_id}", None, chosen, c14n=True)
    for document in documents:
        is_xml = _is_xml(document)
        data = _canonical_document(document) if is_xml else document.data
        _reference(manifest, f"urn:oid:{document.unique_id}", data, chosen, c14n=is_xml)
    return manifest


def _reference(
    parent: Element, uri: str, data: bytes | None, chosen: Algorithms, *, type_uri: str = "", c14n: bool
) -> None:
    """A ds:Reference; without ``data`` the constant digest that stands for the set itself."""
    made = element(parent, DS, "Reference", URI=uri)
    if type_uri:
        made.set("Type", type_uri)
    if c14n:
        element(element(made, DS, "Transforms"), DS, "Transform", Algorithm=C14N)
    element(made, DS, "DigestMethod", Algorithm=chosen.digest)
    element(made, DS, "DigestValue", _OF_THE_SET if data is None else _base64(_hash(data, chosen)))


def _canonical_document(document: SignedDocument) -> bytes:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        # A PDF inside a CDA may be one text of more than 10 MB; the size is capped here instead.
        huge_tree=len(document.data) <= _LARGEST_XML,
    )
    try:
        root = etree.fromstring(document.data, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise MalformedMetadata("document XML illisible / unreadable XML document") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise MalformedMetadata("DOCTYPE interdit / a DOCTYPE is not allowed")
    # The document, not its root: comments and instructions around the root are part of it.
    return etree.tostring(root.getroottree(), method="c14n", with_comments=True)


def _is_xml(document: SignedDocument) -> bool:
    return document.mime_type in _XML_TYPES


def _signature(data: bytes, identity: SigningIdentity, chosen: Algorithms) -> bytes:
    # SHA-1 only when an installation asks for it, because the DMP's samples of 2019 have it.
    kind = hashes.SHA256() if chosen.name == "sha256" else hashes.SHA1()  # noqa: S303
    return identity.key.sign(data, PKCS1v15(), kind)


def _hash(data: bytes, chosen: Algorithms) -> bytes:
    return hashlib.new(chosen.name, data, usedforsecurity=False).digest()


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
