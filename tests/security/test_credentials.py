"""Credentials from files, and what start-up says of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from gateway.access import inspect_access, measure_access, missing_for_production, open_access
from gateway.errors import ConfigurationError
from gateway.model import Facility
from gateway.model.facility import FacilityPerson
from gateway.observability import Metrics
from gateway.settings import Settings, load_settings
from gateway.xds.client.credentials import CredentialFiles, load_authorities, load_identity, tls_context
from tests.security.authority import NOW, Issued, cast

FACILITY = Facility(
    "hopital",
    "CH EXEMPLE",
    "1990000001",
    "1.2.250.1.999.1",
    facility_type="SA01",
    responsible=FacilityPerson("899000000022", "PS-CARDIOLOGUE", "Élodie", "G15_10/SM04"),
)


class Lines:
    """A log that keeps its lines."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def warning(self, event: str, **facts: object) -> None:
        self.lines.append(f"{event} {facts}")


def secret(folder: Path, text: str = "sésame-0") -> Path:
    path = folder / "password"
    path.write_text(f"{text}\n", encoding="utf-8")
    return path


def problem(files: CredentialFiles) -> str:
    with pytest.raises(ConfigurationError) as caught:
        load_identity(files)
    (only,) = caught.value.problems
    return only


def test_pem_files_are_read_with_their_chain(tmp_path: Path) -> None:
    certificate, key = cast().sign.files(tmp_path, "sign")
    found = load_identity(CredentialFiles("SIGN", certificate, key))
    assert found.certificate == cast().sign.certificate
    assert found.chain == cast().sign.above
    assert found.key.private_numbers() == cast().sign.key.private_numbers()


def test_one_pem_file_may_hold_everything_in_any_order(tmp_path: Path) -> None:
    path = tmp_path / "all.pem"
    path.write_bytes(cast().sign.key_pem() + cast().sign.certificate_pem())
    assert load_identity(CredentialFiles("SIGN", path)).certificate == cast().sign.certificate


def test_an_encrypted_key_is_opened_with_the_password_of_a_file(tmp_path: Path) -> None:
    certificate, key = cast().sign.files(tmp_path, "sign", "sésame-0")
    assert load_identity(CredentialFiles("SIGN", certificate, key, secret(tmp_path)))


def test_pkcs12_is_told_by_its_content(tmp_path: Path) -> None:
    path = cast().auth.pkcs12(tmp_path, "auth", "sésame-0")
    found = load_identity(CredentialFiles("TLS", path, password_file=secret(tmp_path)))
    assert (found.certificate, found.chain) == (cast().auth.certificate, cast().auth.above)


@pytest.mark.parametrize("kind", ["pem", "pkcs12"])
def test_a_wrong_password_is_told_without_it(tmp_path: Path, kind: str) -> None:
    certificate, key = cast().sign.files(tmp_path, "sign", "sésame-0")
    bundle = cast().sign.pkcs12(tmp_path, "sign", "sésame-0")
    wrong = secret(tmp_path, "sesame-1")
    files = (
        CredentialFiles("SIGN", certificate, key, wrong)
        if kind == "pem"
        else CredentialFiles("SIGN", bundle, None, wrong)
    )
    text = problem(files)
    assert text.startswith("GATEWAY_SIGN_")
    assert "wrong password" in text
    assert "sesame" not in text


def test_a_missing_file_is_named_with_its_setting(tmp_path: Path) -> None:
    text = problem(CredentialFiles("TLS", tmp_path / "nowhere.pem"))
    assert text == f"GATEWAY_TLS_CERT: {tmp_path / 'nowhere.pem'}: cannot be read"


def test_a_file_that_is_no_certificate_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "odd.pem"
    path.write_bytes(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    assert "no certificate could be read" in problem(CredentialFiles("SIGN", path))


def test_a_key_of_another_certificate_is_refused(tmp_path: Path) -> None:
    certificate, _ = cast().sign.files(tmp_path, "sign")
    _, key = cast().auth.files(tmp_path, "auth")
    assert "not that of the certificate" in problem(CredentialFiles("SIGN", certificate, key))


def test_a_key_that_is_not_rsa_is_refused(tmp_path: Path) -> None:
    certificate, key = cast().sign.files(tmp_path, "sign")
    other = ec.generate_private_key(ec.SECP256R1())
    key.write_bytes(other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    assert "RSA" in problem(CredentialFiles("SIGN", certificate, key))


def test_authorities_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    empty.write_bytes(b"")
    with pytest.raises(ConfigurationError, match="GATEWAY_STORE_VIHF_CA"):
        load_authorities(empty, "STORE_VIHF_CA")
    with pytest.raises(ConfigurationError, match="GATEWAY_DMP_CA"):
        tls_context(None, empty)


def test_neither_key_nor_password_shows_in_repr() -> None:
    assert not re.search("PRIVATE|RSAPrivateKey", repr(cast().sign.identity))


# --- start-up


def settings(tmp_path: Path, sign: Issued | None = None, tls: Issued | None = None, **more: Any) -> Settings:
    sign_cert, sign_key = (sign or cast().sign).files(tmp_path, "sign")
    tls_cert, tls_key = (tls or cast().auth).files(tmp_path, "tls")
    return load_settings(sign_cert=sign_cert, sign_key=sign_key, tls_cert=tls_cert, tls_key=tls_key, **more)


def started(current: Settings, *facilities: Facility, moment: Any = NOW) -> list[str]:
    """The warnings of a start."""
    log = Lines()
    declared = facilities or (FACILITY,)
    access = open_access(current, declared, lambda: moment)
    inspect_access(access, current, declared, moment, log)
    return log.lines


def refused(current: Settings, *facilities: Facility, moment: Any = NOW) -> str:
    with pytest.raises(ConfigurationError) as caught:
        started(current, *facilities, moment=moment)
    return "\n".join(caught.value.problems)


def issue(name: str = "PASSERELLE SIGN", **changes: Any) -> Issued:
    return cast().authority.issue(name, key=cast().sign.key, **changes)


def test_good_credentials_start_without_a_word(tmp_path: Path) -> None:
    assert started(settings(tmp_path)) == []


def test_without_certificates_a_trial_sends_no_assertion() -> None:
    access = open_access(load_settings(), (FACILITY,), lambda: NOW)
    assert (access.security, access.signer, dict(access.identities)) == (None, None, {})


def test_with_a_signing_certificate_every_request_gets_an_assertion(tmp_path: Path) -> None:
    access = open_access(settings(tmp_path, vihf_version="4.0", lps_id="p1"), (FACILITY,), lambda: NOW)
    assert access.security is not None
    assert (access.security.profile.version, access.security.profile.lps_id) == ("4.0", "p1")
    alone = access.security.alone
    assert alone is not None
    assert (alone.structure_id, alone.sector) == ("1990000001", "SA01^1.2.250.1.71.4.2.4")
    assert access.security(None) is not None


def test_an_expired_certificate_is_refused_even_in_a_trial(tmp_path: Path) -> None:
    text = refused(settings(tmp_path), moment=NOW + timedelta(days=4000))
    assert "the sign certificate expired on" in text
    assert "the tls certificate expired on" in text


@pytest.mark.parametrize(("days", "warned"), [(29, True), (31, False)])
def test_a_certificate_that_ends_within_thirty_days_is_told(tmp_path: Path, days: int, warned: bool) -> None:
    lines = started(settings(tmp_path, issue(end=NOW + timedelta(days=days, hours=1))))
    assert any(f"expires in {days} day(s)" in line for line in lines) is warned


def test_the_authentication_certificate_cannot_be_set_to_sign(tmp_path: Path) -> None:
    text = refused(settings(tmp_path, sign=cast().auth))
    assert "authentication certificate" in text
    assert "one certificate: the DMP wants two" in text


def test_the_signature_certificate_of_a_server_cannot_open_tls(tmp_path: Path) -> None:
    text = refused(settings(tmp_path, tls=cast().server))
    assert "does not allow client authentication" in text


def test_another_structure_is_a_warning_in_a_trial_and_refused_in_production(tmp_path: Path) -> None:
    other = replace(FACILITY, structure_id="1990000099")
    lines = started(settings(tmp_path), other)
    assert len(lines) == 2
    assert "1990000099" in lines[0]
    production = settings(tmp_path, environment="production", lps_homologation="H-1")
    assert "1990000099" in refused(production, other)


def test_an_establishment_of_the_legal_entity_is_declared(tmp_path: Path) -> None:
    other = replace(FACILITY, structure_id="1990000099")
    current = settings(
        tmp_path,
        environment="production",
        lps_homologation="H-1",
        certificate_structures="1990000098, 1990000099",
    )
    assert started(current, other) == []


def test_production_needs_certificates_a_number_and_https(tmp_path: Path) -> None:
    bare = load_settings(environment="production", repository_url="http://dmp.example/r")
    assert [line.partition(" ")[0] for line in missing_for_production(bare)] == [
        "GATEWAY_SIGN_CERT",
        "GATEWAY_TLS_CERT",
        "GATEWAY_LPS_HOMOLOGATION",
        "GATEWAY_REPOSITORY_URL",
    ]
    complete = settings(tmp_path, environment="production", lps_homologation="H-1")
    assert missing_for_production(complete) == []
    assert missing_for_production(load_settings()) == []


def test_all_unreadable_files_are_told_at_once(tmp_path: Path) -> None:
    current = load_settings(sign_cert=tmp_path / "a.pem", tls_cert=tmp_path / "b.pem")
    text = refused(current)
    assert "GATEWAY_SIGN_CERT" in text
    assert "GATEWAY_TLS_CERT" in text


def test_the_time_left_is_a_metric_at_each_scrape(tmp_path: Path) -> None:
    clock = [NOW]
    access = open_access(settings(tmp_path), (FACILITY,), lambda: clock[0])
    metrics = Metrics()
    measure_access(access, metrics, lambda: clock[0])
    first = expiry(metrics)
    clock[0] += timedelta(hours=1)
    assert {use: first[use] - left for use, left in expiry(metrics).items()} == {"sign": 3600, "tls": 3600}
    ends = cast().sign.certificate.not_valid_after_utc
    assert first["sign"] == (ends - NOW).total_seconds()


def expiry(metrics: Metrics) -> Mapping[str, float]:
    found = re.findall(
        r'dmp_gateway_certificate_expiry_seconds\{use="(\w+)"\} (\S+)', metrics.exposition().decode()
    )
    return {use: float(value) for use, value in found}


def test_a_certificate_without_purposes_may_open_tls(tmp_path: Path) -> None:
    anything = cast().authority.issue("AUTH", purposes=())
    assert started(settings(tmp_path, tls=anything)) == []
