"""A throw-away certification authority, with the kinds of certificates that a structure has."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from gateway.xds.certificates import SigningIdentity, Trust, trust

NOW = datetime(2026, 3, 12, 9, 16, 5, 250_000, UTC)
STRUCTURE = "1990000001"
CLIENT, SERVER = ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH
_DAYS = timedelta(days=365)


@dataclass(frozen=True)
class Issued:
    """A key and its certificate; ``above`` are the intermediates."""

    key: RSAPrivateKey
    certificate: x509.Certificate
    above: tuple[x509.Certificate, ...] = ()

    @property
    def identity(self) -> SigningIdentity:
        return SigningIdentity(self.key, self.certificate, self.above)

    def key_pem(self, password: str = "") -> bytes:
        how = BestAvailableEncryption(password.encode()) if password else NoEncryption()
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how)

    def certificate_pem(self) -> bytes:
        return b"".join(one.public_bytes(Encoding.PEM) for one in (self.certificate, *self.above))

    def files(self, folder: Path, name: str, password: str = "") -> tuple[Path, Path]:
        """Certificate and key as PEM files."""
        certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
        certificate.write_bytes(self.certificate_pem())
        key.write_bytes(self.key_pem(password))
        return certificate, key

    def pkcs12(self, folder: Path, name: str, password: str) -> Path:
        path = folder / f"{name}.p12"
        how = BestAvailableEncryption(password.encode())
        data = pkcs12.serialize_key_and_certificates(
            name.encode(), self.key, self.certificate, list(self.above), how
        )
        path.write_bytes(data)
        return path


def new_key(bits: int = 2048) -> RSAPrivateKey:
    return generate_private_key(65537, bits)


class Authority:
    """A root, one intermediate, and what they issue. All keys are new, all names invented."""

    def __init__(self, name: str = "AC EXEMPLE") -> None:
        self._root_key, self._key = new_key(), new_key()
        root_name, own_name = _name(f"{name} RACINE"), _name(name)
        self.root = _signed_authority(root_name, self._root_key, root_name, self._root_key)
        self.intermediate = _signed_authority(own_name, self._key, root_name, self._root_key)

    @property
    def trust(self) -> Trust:
        return trust([self.root, self.intermediate])

    def file(self, folder: Path, name: str = "ca.pem") -> Path:
        path = folder / name
        path.write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in (self.root, self.intermediate)))
        return path

    def issue(
        self,
        common_name: str,
        *,
        structure: str = STRUCTURE,
        purposes: tuple[x509.ObjectIdentifier, ...] = (),
        start: datetime = NOW - _DAYS,
        end: datetime = NOW + _DAYS,
        key: RSAPrivateKey | None = None,
        addresses: tuple[str, ...] = (),
        digital_signature: bool = True,
        oid: x509.ObjectIdentifier = NameOID.ORGANIZATIONAL_UNIT_NAME,
    ) -> Issued:
        key = key or new_key()
        builder = (
            _builder(_name(common_name, structure, oid), key, self.intermediate.subject, start, end)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(digital_signature=digital_signature), critical=True)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False
            )
        )
        if purposes:
            builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
        if addresses:
            names = [x509.IPAddress(ipaddress.ip_address(one)) for one in addresses]
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return Issued(key, builder.sign(self._key, hashes.SHA256()), (self.intermediate,))


@dataclass(frozen=True)
class Cast:
    """The authority of the tests and what it issued for one structure, valid around NOW and today."""

    authority: Authority
    sign: Issued
    auth: Issued
    server: Issued


@cache
def cast() -> Cast:
    """Made once for all tests of a run: keys are slow to make."""
    authority = Authority()
    far = max(NOW, datetime.now(UTC)) + _DAYS
    near = min(NOW, datetime.now(UTC)) - _DAYS
    return Cast(
        authority,
        sign=authority.issue("PASSERELLE SIGN", start=near, end=far),
        auth=authority.issue("PASSERELLE AUTH", purposes=(CLIENT,), start=near, end=far),
        server=authority.issue("DMP", purposes=(SERVER,), addresses=("127.0.0.1",), start=near, end=far),
    )


@cache
def stranger() -> Authority:
    """An authority that nobody trusts, with the same names as the trusted one."""
    return Authority()


def _name(
    common_name: str, structure: str = "", oid: x509.ObjectIdentifier = NameOID.ORGANIZATIONAL_UNIT_NAME
) -> x509.Name:
    parts = [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "FR"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "CH EXEMPLE, SITE D'EXEMPLEVILLE"),
    ]
    if structure:
        parts.append(x509.NameAttribute(oid, structure))
    return x509.Name([*parts, x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _signed_authority(
    subject: x509.Name, key: RSAPrivateKey, issuer: x509.Name, issuer_key: RSAPrivateKey
) -> x509.Certificate:
    far = timedelta(days=3650)
    builder = (
        _builder(subject, key, issuer, NOW - far, NOW + far)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(_usage(digital_signature=False, authority=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False
        )
    )
    return builder.sign(issuer_key, hashes.SHA256())


def _builder(
    subject: x509.Name, key: RSAPrivateKey, issuer: x509.Name, start: datetime, end: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
    )


def _usage(*, digital_signature: bool, authority: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=False,
        key_encipherment=not authority,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )
