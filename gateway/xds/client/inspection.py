"""Start-up check of the credentials: are they valid, for this use, and those of the declared structures?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.xds.certificates import (
    CertificateRefused,
    SigningIdentity,
    require_client,
    require_signing,
    structures,
)

SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to tell at start-up. ``fatal``: nothing may start, in any environment.

    ``structural``: the structures disagree, which only production refuses.
    """

    use: str
    text: str
    fatal: bool = False
    structural: bool = False


def inspect(
    credentials: Mapping[str, SigningIdentity], declared: Iterable[str], others: Iterable[str], now: datetime
) -> Iterator[Notice]:
    """What is wrong, or soon will be, with the certificates by use (``sign``, ``tls``).

    ``declared`` are the Struct_IdNat of the facilities: that is the structure of the VIHF and of the author
    of each set. ``others`` are those for which the certificates may speak too (the establishments of a legal
    entity).
    """
    for use, identity in credentials.items():
        yield from _validity(use, identity, now)
        yield from _usage(use, identity)
    wanted = dict.fromkeys(declared)
    for use, identity in credentials.items():
        named = structures(identity.certificate) | set(others)
        for structure in wanted:
            if structure not in named:
                yield Notice(
                    use,
                    f"the {use} certificate does not name the structure {structure} (OU, serialNumber, "
                    "organizationIdentifier): certificate, VIHF and author institution must agree. Use the "
                    "certificate of this structure, or declare it in GATEWAY_CERTIFICATE_STRUCTURES",
                    structural=True,
                )
    if "sign" in credentials and "tls" in credentials:
        yield from _two(credentials["sign"], credentials["tls"])


def _validity(use: str, identity: SigningIdentity, now: datetime) -> Iterator[Notice]:
    start, end = identity.certificate.not_valid_before_utc, identity.certificate.not_valid_after_utc
    if end <= now:
        yield Notice(use, f"the {use} certificate expired on {end:%Y-%m-%d}: renew it", fatal=True)
    elif start > now:
        yield Notice(use, f"the {use} certificate is valid from {start:%Y-%m-%d} only", fatal=True)
    elif end - now < SOON:
        days = (end - now).days
        yield Notice(use, f"the {use} certificate expires in {days} day(s), on {end:%Y-%m-%d}: renew it")


def _usage(use: str, identity: SigningIdentity) -> Iterator[Notice]:
    try:
        (require_signing if use == "sign" else require_client)(identity.certificate)
    except CertificateRefused as refused:
        yield Notice(use, f"the {use} certificate cannot be used: {refused}", fatal=True)


def _two(sign: SigningIdentity, tls: SigningIdentity) -> Iterator[Notice]:
    if sign.certificate == tls.certificate:
        yield Notice(
            "sign",
            "GATEWAY_SIGN_CERT and GATEWAY_TLS_CERT are one certificate: the DMP wants two (SIGN and AUTH)",
            fatal=True,
        )
