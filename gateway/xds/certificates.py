"""X.509 certificates of structures: who they name, what they are for, who vouches for them.

Facts and judgements only; files are read by ``gateway.xds.client.credentials``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from cryptography.x509.verification import (
    Criticality,
    ExtensionPolicy,
    Policy,
    PolicyBuilder,
    Store,
    VerificationError,
)

_E = TypeVar("_E", bound=x509.ExtensionType)
CN_FIRST, C_FIRST = "cn_first", "c_first"
_LONGEST_CHAIN = 4
_NAMES = {
    NameOID.SURNAME: "SN",
    NameOID.GIVEN_NAME: "GN",
    NameOID.SERIAL_NUMBER: "SERIALNUMBER",
    NameOID.ORGANIZATION_IDENTIFIER: "organizationIdentifier",
}
_STRUCTURE_ATTRIBUTES = (
    NameOID.ORGANIZATIONAL_UNIT_NAME,
    NameOID.SERIAL_NUMBER,
    NameOID.ORGANIZATION_IDENTIFIER,
)
# ISO 6523 (0002 = SIRENE) and ETSI EN 319 412-1 (NTR = trade register) spellings of a SIREN or a SIRET.
_SIRENE = re.compile(r"(?:0002\s+|NTRFR-|SI:FR-)(\d{9}|\d{14})")


class CertificateRefused(Exception):
    """A certificate may not be used for this; the text names no person."""


@dataclass(frozen=True, slots=True)
class SigningIdentity:
    """A key with its certificate, loaded once; ``chain`` are the authorities above it, nearest first."""

    key: RSAPrivateKey = field(repr=False)
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()


@dataclass(frozen=True, slots=True)
class Trust:
    """Authorities that are believed; ``intermediates`` help to build chains and are not believed alone."""

    anchors: tuple[x509.Certificate, ...]
    intermediates: tuple[x509.Certificate, ...] = ()


def trust(certificates: Sequence[x509.Certificate]) -> Trust:
    """Self-signed ones are anchors; when there is none, all of them are."""
    roots = tuple(one for one in certificates if one.subject == one.issuer)
    if not roots:
        return Trust(tuple(certificates))
    return Trust(roots, tuple(one for one in certificates if one not in roots))


def distinguished_name(certificate: x509.Certificate, order: str = CN_FIRST) -> str:
    """The subject as in RFC 4514 (``CN=...,C=FR``); with ``c_first`` as encoded (``C=FR, ..., CN=...``)."""
    parts = [rdn.rfc4514_string(_NAMES) for rdn in certificate.subject.rdns]
    return ", ".join(parts) if order == C_FIRST else ",".join(reversed(parts))


def is_subject(name: str, certificate: x509.Certificate) -> bool:
    """True when ``name`` is the subject, whatever the order of its parts and the blanks between them."""
    return _parts(name) == _parts(distinguished_name(certificate))


def structures(certificate: x509.Certificate) -> frozenset[str]:
    """Struct_IdNat of the structures that the subject names (OU, serialNumber, organizationIdentifier).

    A SIREN or SIRET in its European spelling is given with its prefix 2 or 3.
    """
    found: set[str] = set()
    for oid in _STRUCTURE_ATTRIBUTES:
        for attribute in certificate.subject.get_attributes_for_oid(oid):
            value = str(attribute.value).strip()
            sirene = _SIRENE.fullmatch(value)
            number = sirene.group(1) if sirene else ""
            found.add(f"{'2' if len(number) == 9 else '3'}{number}" if number else value)
    return frozenset(found)


def require_signing(certificate: x509.Certificate) -> None:
    """Raises CertificateRefused for a certificate that is not made to sign (the AUTH one of a structure)."""
    usage = _extension(certificate, x509.KeyUsage)
    if usage is not None and not (usage.digital_signature or usage.content_commitment):
        raise CertificateRefused("its key usage does not allow signatures")
    purposes = _extension(certificate, x509.ExtendedKeyUsage)
    authentication = {ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH}
    if purposes is not None and authentication & set(purposes):
        raise CertificateRefused("it is an authentication certificate (TLS), not a signature certificate")


def require_client(certificate: x509.Certificate) -> None:
    """Raises CertificateRefused for a certificate that a TLS server would not take from a client."""
    purposes = _extension(certificate, x509.ExtendedKeyUsage)
    if purposes is not None and ExtendedKeyUsageOID.CLIENT_AUTH not in set(purposes):
        raise CertificateRefused("its extended key usage does not allow client authentication")


def require_trusted(
    certificate: x509.Certificate, above: Sequence[x509.Certificate], trusted: Trust, moment: datetime
) -> None:
    """Raises CertificateRefused unless a chain of valid certificates leads to an anchor at that moment."""
    if not certificate.not_valid_before_utc <= moment <= certificate.not_valid_after_utc:
        raise CertificateRefused("it is expired or not yet valid")
    verifier = (
        PolicyBuilder()
        .store(Store(list(trusted.anchors)))
        .time(moment)
        .max_chain_depth(_LONGEST_CHAIN)
        .extension_policies(
            ca_policy=ExtensionPolicy.webpki_defaults_ca(),
            # What it may be used for is judged above: signature certificates have no server name.
            ee_policy=ExtensionPolicy.permit_all().may_be_present(
                x509.BasicConstraints, Criticality.AGNOSTIC, _not_an_authority
            ),
        )
        .build_client_verifier()
    )
    try:
        verifier.verify(certificate, [*above, *trusted.intermediates])
    except VerificationError:
        raise CertificateRefused("no chain leads from it to a trusted authority") from None


def _not_an_authority(
    _policy: Policy, _certificate: x509.Certificate, constraints: x509.BasicConstraints | None
) -> None:
    if constraints is not None and constraints.ca:
        raise ValueError("an authority does not sign messages")


def _extension(certificate: x509.Certificate, kind: type[_E]) -> _E | None:
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None
    except ValueError:
        raise CertificateRefused("its extensions cannot be read") from None


def _parts(name: str) -> list[str]:
    """The parts of a DN, sorted; a comma after a backslash is text."""
    return sorted(part.strip() for part in re.split(r"(?<!\\),", name))
