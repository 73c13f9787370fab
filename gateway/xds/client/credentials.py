"""Keys and certificates of a structure, read from files once: one to sign, another one to open TLS.

A file is PEM (certificate, then the authorities above it; the key beside it or in it) or PKCS#12, told apart
by content. Problems name the setting and the file, never what is in it.
"""

from __future__ import annotations

import contextlib
import secrets
import ssl
import tempfile
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)

from gateway.errors import ConfigurationError
from gateway.xds.certificates import SigningIdentity

# PDT-INF-579: the suites of the DMP for TLS 1.2. TLS 1.3 has its own.
CIPHERS = ":".join(
    (
        "ECDHE-RSA-CHACHA20-POLY1305",
        "ECDHE-RSA-AES128-GCM-SHA256",
        "ECDHE-RSA-AES256-GCM-SHA384",
        "ECDHE-RSA-AES256-SHA384",
    )
)
_PEM = b"-----BEGIN"
_LARGEST_FILE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class CredentialFiles:
    """Where one credential is. ``name`` is its use in the settings (``SIGN`` or ``TLS``).

    ``key`` None: the key is in ``certificate``. ``password_file`` holds the password alone.
    """

    name: str
    certificate: Path
    key: Path | None = None
    password_file: Path | None = None


def load_identity(files: CredentialFiles) -> SigningIdentity:
    """Key, certificate and chain. Raises ConfigurationError: absent, unreadable, not RSA, not a pair."""
    password = _password(files)
    data = _read(files.certificate, files.name, "CERT")
    identity = _from_pem(files, data, password) if _PEM in data else _from_pkcs12(files, data, password)
    if identity.certificate.public_key() != identity.key.public_key():
        raise _problem(files.name, "KEY", "the key is not that of the certificate")
    return identity


def load_authorities(path: Path, setting: str) -> tuple[x509.Certificate, ...]:
    """The certificates of a PEM file. Raises ConfigurationError."""
    try:
        return tuple(x509.load_pem_x509_certificates(_read(path, setting, "")))
    except ValueError:
        raise _problem(setting, "", f"{path}: no PEM certificate could be read") from None


def tls_context(identity: SigningIdentity | None, authorities: Path | None) -> ssl.SSLContext:
    """TLS 1.2 or later, the server's name and chain checked; ``identity`` is shown to servers that ask.

    ``authorities`` None trusts those of the system. Raises ConfigurationError.
    """
    try:
        context = ssl.create_default_context(cafile=authorities)
    except (OSError, ssl.SSLError):
        raise _problem("DMP_CA", "", f"{authorities}: no authority could be read") from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(CIPHERS)
    if identity is not None:
        _show(context, identity)
    return context


def _show(context: ssl.SSLContext, identity: SigningIdentity) -> None:
    """OpenSSL reads credentials from a file only: a private one, encrypted, gone at once."""
    password = secrets.token_urlsafe(32)
    key = identity.key.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password.encode())
    )
    chain = b"".join(one.public_bytes(Encoding.PEM) for one in (identity.certificate, *identity.chain))
    with tempfile.NamedTemporaryFile() as file:
        file.write(chain + key)
        file.flush()
        try:
            context.load_cert_chain(file.name, password=password)
        except ssl.SSLError as error:
            raise _problem("TLS", "CERT", f"OpenSSL refuses it ({error.reason})") from None


def _from_pem(files: CredentialFiles, data: bytes, password: bytes | None) -> SigningIdentity:
    try:
        certificate, *chain = x509.load_pem_x509_certificates(data)
    except ValueError:
        raise _problem(files.name, "CERT", f"{files.certificate}: no certificate could be read") from None
    given = _read(files.key, files.name, "KEY") if files.key is not None else data
    try:
        key = load_pem_private_key(_key_block(given), password)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        where = files.key or files.certificate
        raise _problem(files.name, "KEY", f"{where}: no key could be read, or wrong password") from None
    return SigningIdentity(_rsa(key, files), certificate, tuple(chain))


def _from_pkcs12(files: CredentialFiles, data: bytes, password: bytes | None) -> SigningIdentity:
    try:
        key, certificate, chain = pkcs12.load_key_and_certificates(data, password)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        why = f"{files.certificate}: neither PEM nor PKCS#12, or wrong password"
        raise _problem(files.name, "CERT", why) from None
    if certificate is None:
        raise _problem(files.name, "CERT", f"{files.certificate}: no certificate with its key in it")
    return SigningIdentity(_rsa(key, files), certificate, tuple(chain))


def _rsa(key: object, files: CredentialFiles) -> RSAPrivateKey:
    if not isinstance(key, RSAPrivateKey):
        raise _problem(files.name, "KEY", "an RSA key is needed (the DMP takes rsa-sha256 and ECDHE-RSA)")
    return key


def _key_block(data: bytes) -> bytes:
    """The key of a PEM file that may begin with certificates."""
    blocks = data.split(_PEM)
    return next((_PEM + block for block in blocks if b"PRIVATE KEY-----" in block), b"")


def _password(files: CredentialFiles) -> bytes | None:
    if files.password_file is None:
        return None
    return _read(files.password_file, files.name, "PASSWORD_FILE").strip() or None


def _read(path: Path, name: str, part: str) -> bytes:
    with contextlib.suppress(OSError):
        if path.stat().st_size <= _LARGEST_FILE:
            return path.read_bytes()
    raise _problem(name, part, f"{path}: cannot be read")


def _problem(name: str, part: str, why: str) -> ConfigurationError:
    return ConfigurationError([f"GATEWAY_{'_'.join(one for one in (name, part) if one)}: {why}"])
