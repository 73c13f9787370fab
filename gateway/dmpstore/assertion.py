"""The VIHF of each request, when the store requires one: believed, and speaking for the set it comes with.

What is wrong with it is a SOAP fault, as at the DMP, with the DMP's own words where they are known.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509

from gateway.errors import ConfigurationError
from gateway.model import Organization
from gateway.xds import metadata, names
from gateway.xds.authors import read_authors
from gateway.xds.certificates import Trust, trust
from gateway.xds.rim import Problems, RimObject
from gateway.xds.vihf_check import VihfRefused, verify
from gateway.xds.vihf_facts import Vihf
from gateway.xds.wire import HttpMessage, Incoming

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

Handler = Callable[[Incoming], HttpMessage]
_log = logging.getLogger("gateway.dmpstore")


def now() -> datetime:
    return datetime.now(UTC)


class Assertions:
    """Lets requests with a good assertion through to their handlers."""

    def __init__(self, trusted: Trust, clock: Callable[[], datetime] = now) -> None:
        self._trusted = trusted
        self._clock = clock

    def guarded(self, handlers: Mapping[str, Handler]) -> dict[str, Handler]:
        """The same handlers, behind the check; each then raises VihfRefused too."""
        return {action: self._guard(handler) for action, handler in handlers.items()}

    def _guard(self, handler: Handler) -> Handler:
        def checked(incoming: Incoming) -> HttpMessage:
            found = verify(incoming.envelope.security, self._trusted, self._clock())
            for package in incoming.envelope.body_element.iter(f"{{{names.RIM}}}RegistryPackage"):
                _require_spokesman(found.content.facts, package)
            _log.info("VIHF accepted, structure %s", found.content.facts.structure_id)
            return handler(incoming)

        return checked


def assertions(required: bool, authorities: Path | None) -> Assertions | None:
    """The check of these settings, None when no assertion is required. Raises ConfigurationError."""
    if not required:
        return None
    if authorities is None:
        raise ConfigurationError(["the store requires a VIHF and has no authorities to believe"])
    try:
        loaded = x509.load_pem_x509_certificates(authorities.read_bytes())
    except (OSError, ValueError):
        raise ConfigurationError([f"the store's VIHF authorities cannot be read: {authorities}"]) from None
    return Assertions(trust(loaded))


def _require_spokesman(facts: Vihf, package: Element) -> None:
    """The structure of the VIHF is an author institution of the set, and its patient that of the set."""
    rim = RimObject(package, Problems("XDSRepositoryMetadataError", required=False))
    if not list(rim.classifications(names.SET_AUTHOR)) and not _patient(rim):
        return  # a folder
    written = [one.identifier.extension for one in _institutions(rim) if one.identifier is not None]
    if facts.structure_id not in written:
        raise VihfRefused(
            "FailedAuthentication", "Aucun AuthorInstitution ne correspond à l'utilisateur du VIHF"
        )
    spoken, told = metadata.parse_cx(facts.patient), metadata.parse_cx(_patient(rim))
    if (spoken.value, spoken.authority) != (told.value, told.authority):
        raise VihfRefused(
            "DMPAccessDeniedByRightsService",
            "le patient du VIHF (resource-id) n'est pas celui du SubmissionSet / the patient of the VIHF is "
            "not that of the SubmissionSet",
        )


def _institutions(rim: RimObject) -> Iterator[Organization]:
    for author in read_authors(rim, names.SET_AUTHOR):
        if author.institution is not None:
            yield author.institution
        yield from author.more_institutions


def _patient(rim: RimObject) -> str:
    return rim.identifier(names.SET_PATIENT_ID, "patientId")
