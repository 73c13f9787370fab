"""What an installation may choose about the embedded DMP store."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """Where the store keeps its data, where it listens, and its bounds.

    ``database_url`` is an SQLAlchemy URL; the folder of an SQLite file is made when absent. ``port`` 0 takes
    a free port. ``repository_unique_id`` is the OID that the store writes in its entries (XDS
    repositoryUniqueId); the default is a UUID-derived OID of ours, never that of the real DMP. A request
    longer than ``max_body_bytes`` gets 413; when the requests being read or answered together hold more
    than ``max_bytes_in_flight``, the next ones get 503. With ``tls_certificate`` and ``tls_key`` (PEM
    files) the store speaks https. Without ``french_rules`` it judges as any XDS registry: other value sets,
    identifiers and patients than those of the DMP are accepted. With ``known_patients`` (CX values:
    ``id^^^&oid&ISO``) every other patient is unknown. With ``tls_client_authorities`` (PEM) only clients
    with a certificate of theirs are served. With ``require_vihf`` every request needs a VIHF signed under
    ``vihf_authorities`` (PEM). ``trial`` allows what only a trial may have: faults on demand, and pages
    without sign-in as long as there is no account. ``accounts`` is a file (see ``accounts``); ``password``
    and ``api_token`` are those of one account called ``dmp``. Without ``open_records`` only those for whom a
    record was opened have one.
    """

    database_url: str = "sqlite:///var/dmpstore.sqlite"
    host: str = "127.0.0.1"
    port: int = 0
    repository_unique_id: str = "2.25.213485764021764932188210733046192473515"
    max_body_bytes: int = 64 * MEBIBYTE
    max_bytes_in_flight: int = 256 * MEBIBYTE
    body_seconds: float = 60.0
    busy_seconds: float = 30.0
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    tls_client_authorities: Path | None = None
    require_vihf: bool = False
    vihf_authorities: Path | None = None
    french_rules: bool = True
    known_patients: tuple[str, ...] = field(default=(), repr=False)
    trial: bool = False
    accounts: Path | None = None
    password: str = field(default="", repr=False)
    api_token: str = field(default="", repr=False)
    open_records: bool = True

    @property
    def scheme(self) -> str:
        return "https" if self.tls_certificate else "http"
