"""How this installation comes to the DMP: addresses, TLS, assertions, signatures; checked at start-up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from gateway.errors import ConfigurationError
from gateway.model import Facility
from gateway.observability import Metrics
from gateway.routes.author import struct_idnat
from gateway.settings import Settings
from gateway.xds.certificates import SigningIdentity, structures
from gateway.xds.client import ClientSettings, SetSigner, VihfSecurity
from gateway.xds.client.credentials import CredentialFiles, load_identity, tls_context
from gateway.xds.client.inspection import inspect
from gateway.xds.vihf import VihfProfile
from gateway.xds.vihf_facts import Vihf, subject_roles

_PRODUCTION = ("sign_cert", "tls_cert", "lps_homologation")


@dataclass(frozen=True)
class Access:
    """What a client of the DMP needs. Without a signing certificate there is no assertion (trials)."""

    client: ClientSettings
    security: VihfSecurity | None
    signer: SetSigner | None
    identities: Mapping[str, SigningIdentity]


def missing_for_production(settings: Settings) -> list[str]:
    """One line for each thing that production needs and that is not set; empty elsewhere."""
    if settings.environment != "production":
        return []
    problems = [
        f"GATEWAY_{name.upper()} is not set: production needs it"
        for name in _PRODUCTION
        if not getattr(settings, name)
    ]
    for name in ("repository_url", "registry_url"):
        address = getattr(settings, name)
        if address and urlsplit(address).scheme != "https":
            problems.append(f"GATEWAY_{name.upper()} is not https: production needs it")
    return problems


def open_access(settings: Settings, facilities: Iterable[Facility], now: Callable[[], datetime]) -> Access:
    """Load the credentials once. Raises ConfigurationError with every problem of their files."""
    identities = _identities(settings)
    sign = identities.get("sign")
    return Access(
        client=ClientSettings(
            repository_url=settings.repository_url or "",
            registry_url=settings.registry_url or "",
            connect_timeout=settings.connect_timeout,
            read_timeout=settings.answer_timeout,
            total_timeout=max(60.0, settings.connect_timeout + settings.answer_timeout),
            ssl_context=tls_context(identities.get("tls"), settings.dmp_ca),
            evidence_dir=settings.evidence_dir,
        ),
        security=_security(settings, sign, facilities, now) if sign is not None else None,
        signer=SetSigner(sign, settings.signature_algorithm) if sign is not None else None,
        identities=identities,
    )


def inspect_access(
    access: Access, settings: Settings, facilities: Iterable[Facility], now: datetime, log: Any
) -> None:
    """Log what is wrong with the certificates. Raises ConfigurationError when nothing may start.

    An expired or misused certificate is refused everywhere, one of another structure only in production.
    """
    declared = [struct_idnat(facility.structure_id) for facility in facilities]
    found = list(inspect(access.identities, declared, settings.certificate_structures, now))
    strict = settings.environment == "production"
    refused = [one.text for one in found if one.fatal or (one.structural and strict)]
    for notice in found:
        log.warning("certificate", use=notice.use, problem=notice.text)
    if refused:
        raise ConfigurationError(refused)


def measure_access(access: Access, metrics: Metrics, now: Callable[[], datetime]) -> None:
    """Show the time left of each certificate, as of each scrape."""
    for use, identity in access.identities.items():
        end = identity.certificate.not_valid_after_utc
        metrics.certificate_expiry.labels(use).set_function(partial(_seconds_left, end, now))


def _seconds_left(end: datetime, now: Callable[[], datetime]) -> float:
    return (end - now()).total_seconds()


def _identities(settings: Settings) -> dict[str, SigningIdentity]:
    found: dict[str, SigningIdentity] = {}
    problems: list[str] = []
    for use, certificate, key, password in (
        ("sign", settings.sign_cert, settings.sign_key, settings.sign_password_file),
        ("tls", settings.tls_cert, settings.tls_key, settings.tls_password_file),
    ):
        if certificate is None:
            continue
        try:
            found[use] = load_identity(CredentialFiles(use.upper(), certificate, key, password))
        except ConfigurationError as error:
            problems += error.problems
    if problems:
        raise ConfigurationError(problems)
    return found


def _security(
    settings: Settings,
    identity: SigningIdentity,
    facilities: Iterable[Facility],
    now: Callable[[], datetime],
) -> VihfSecurity:
    profile = VihfProfile(
        lps_name=settings.lps_name,
        lps_version=settings.lps_version,
        # In a trial there is no number yet, and the attribute is required all the same.
        lps_homologation=settings.lps_homologation or "NON-HOMOLOGUE",
        lps_id=settings.lps_id,
        version=settings.vihf_version,
        mode_attribute=settings.vihf_mode_attribute,
        issuer_order=settings.vihf_issuer_order,
        name_id=settings.vihf_name_id,
        authn_context=settings.vihf_authn_context,
        validity=timedelta(seconds=settings.vihf_validity) if settings.vihf_validity else None,
    )
    return VihfSecurity(identity, profile, now, _alone(settings, identity, facilities))


def _alone(settings: Settings, identity: SigningIdentity, facilities: Iterable[Facility]) -> Vihf | None:
    """The facts of a search about no deposit: the first facility that the certificate names, by itself."""
    named = structures(identity.certificate) | set(settings.certificate_structures)
    for one in facilities:
        structure = struct_idnat(one.structure_id)
        if structure in named and one.facility_type and one.responsible is not None:
            return Vihf(
                structure_id=structure,
                sector=f"{one.facility_type}^1.2.250.1.71.4.2.4",
                name_id=one.responsible.identifier,
                subject_id=f"{settings.lps_name}, {settings.lps_version}, {one.name}",
                roles=subject_roles(()),
            )
    return None
