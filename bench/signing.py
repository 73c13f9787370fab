"""What security costs: the assertion, the signature of the set, the ITI-41 request, and the store's check."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    RSAPublicKey,
    generate_private_key,
)
from cryptography.x509.oid import NameOID
from lxml import etree

from bench.registry import Figure, Unavailable
from bench.timing import median_seconds
from gateway.model import Submission
from gateway.pipeline import judge_message
from gateway.resources import fixtures
from gateway.settings import load_facilities
from gateway.xds import iti41, soap, vihf
from gateway.xds.certificates import SigningIdentity, trust
from gateway.xds.signature_entry import signed
from gateway.xds.vihf import VihfProfile
from gateway.xds.vihf_check import verify
from gateway.xds.vihf_facts import vihf_of

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_LETTER = "valid/discharge-mdm-t02-lettre-de-liaison.hl7"
_NOW = datetime(2026, 3, 12, 9, 16, 5, tzinfo=UTC)
_PROFILE = VihfProfile("dmp-gateway", "bench", "BENCH")
_TO = "https://dmp.example/repository"
_USUAL_BYTES = 150_000
_USAGES = (
    *("digital_signature", "key_cert_sign", "content_commitment", "key_encipherment", "data_encipherment"),
    *("key_agreement", "crl_sign", "encipher_only", "decipher_only"),
)


def figures(quick: bool) -> Iterator[Figure]:
    """Milliseconds of processor time; the share is of one submission without network and database."""
    rounds = 10 if quick else 60
    authority, signer = _identities()
    body = (fixtures() / _LETTER).read_bytes()
    deposit = _deposit(body)
    issue = partial(vihf.issue, vihf_of(deposit), _PROFILE, signer, "_bench", _NOW)
    ready, assertion = signed(deposit, signer), issue()
    build = partial(iti41.build_request, ready, to=_TO, message_id="urn:uuid:1", security=assertion)
    large = _of_usual_size(deposit)
    calls: dict[str, tuple[Callable[[], object], str]] = {
        "vihf": (issue, "one VIHF built and signed, RSA 2048, key loaded once"),
        "xades": (partial(signed, deposit, signer), f"signature of a set, document of {_size(deposit)}"),
        "xades_150k": (partial(signed, large, signer), f"signature of a set, document of {_size(large)}"),
        "iti41_build": (build, "ITI-41 request with VIHF and signature, ready to send"),
        "vihf_check": (_check(assertion, authority), "a VIHF verified: signature, chain, times, attributes"),
    }
    spent: dict[str, float] = {}
    for name, (call, detail) in calls.items():
        spent[name] = median_seconds(call, rounds) * 1000
        yield Figure(f"{name}_ms", spent[name], detail)
    security = spent["vihf"] + spent["xades"]
    whole = security + spent["iti41_build"] + median_seconds(partial(_deposit, body), rounds) * 1000
    yield Figure(
        "security_share_percent",
        100 * security / whole,
        f"VIHF and signature in one submission, read to ready: {security:.2f} of {whole:.2f} ms",
    )


def _deposit(body: bytes) -> Submission:
    directory = load_facilities(None)
    judged = judge_message(body, partial(directory.sender, "hopital-exemple"), "20260312091600")
    if judged.submission is None:
        raise Unavailable("the discharge letter of the fixtures is refused")
    return judged.submission


def _of_usual_size(deposit: Submission) -> Submission:
    """The same deposit with a document of the usual size of a structured report."""
    row = (
        "<entry><observation classCode='OBS'><code code='2345-7'/><value value='5'/></observation></entry>\n"
    )
    text = f"<ClinicalDocument xmlns='urn:hl7-org:v3'>{row * (_USUAL_BYTES // len(row))}</ClinicalDocument>"
    content = replace(deposit.contents[0], data=text.encode())
    return replace(deposit, contents=(content,))


def _size(deposit: Submission) -> str:
    return f"{sum(len(content.data) for content in deposit.contents) / 1000:.0f} kB"


def _check(assertion: Element, authority: x509.Certificate) -> Callable[[], object]:
    body = etree.Element("x")
    data = soap.build_request("urn:x", body, to=_TO, message_id="urn:uuid:1", security=assertion)
    return partial(verify, soap.read_envelope(data).security, trust([authority]), _NOW)


def _identities() -> tuple[x509.Certificate, SigningIdentity]:
    """A throw-away authority, and a signer that it vouches for."""
    root_key, key = generate_private_key(65537, 2048), generate_private_key(65537, 2048)
    root_name, name = _name("AC BENCH", ""), _name("BENCH SIGN", "1990000001")
    root = _certificate(root_name, root_key.public_key(), root_name, root_key, authority=True)
    return root, SigningIdentity(key, _certificate(name, key.public_key(), root_name, root_key))


def _name(common_name: str, structure: str) -> x509.Name:
    parts = [(NameOID.ORGANIZATIONAL_UNIT_NAME, structure), (NameOID.COMMON_NAME, common_name)]
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts if value])


def _certificate(
    subject: x509.Name, key: RSAPublicKey, issuer: x509.Name, by: RSAPrivateKey, *, authority: bool = False
) -> x509.Certificate:
    usage = dict.fromkeys(_USAGES, False) | {_USAGES[1 if authority else 0]: True}
    return (
        x509.CertificateBuilder(issuer, subject, key, x509.random_serial_number())
        .not_valid_before(_NOW - timedelta(days=1))
        .not_valid_after(_NOW + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False)
        .sign(by, hashes.SHA256())
    )
