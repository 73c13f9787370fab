"""A deposit, its assertion and its envelope to start from; every test breaks one thing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from lxml import etree

from gateway.model import Author, Code, Depositor, Identifier, Organization, Person, Submission
from gateway.xds import soap, vihf
from gateway.xds.soap import SoapEnvelope
from gateway.xds.vihf import VihfProfile
from gateway.xds.vihf_check import VerifiedVihf, VihfRefused, verify
from gateway.xds.vihf_facts import Vihf, vihf_of
from tests.dmpstore import samples
from tests.security.authority import NOW, STRUCTURE, Issued, cast

ASSERTION_ID = "_5d2b1c9e-3a44-4f7e-9f0b-1a2b3c4d5e6f"
PROFILE = VihfProfile("PASSERELLE", "0.1.0", "TEST-0000")
SECTOR = Code("SA01", "1.2.250.1.71.4.2.4", "Etablissement public de santé")
DEPOSITOR = Depositor(STRUCTURE, SECTOR, "899000000022")
MACHINE = Author(
    Person(
        Identifier("1.2.250.1.71.4.2.1", f"{STRUCTURE}/dmp-gateway"), "Passerelle", "Modèle 1", device=True
    ),
    "RI",
    Organization(Identifier("1.2.250.1.71.4.2.2", STRUCTURE), "CH EXEMPLE"),
    specialties=(Code("AUTOMATE", "1.2.250.1.213.1.1.4.6", "Automate"),),
)


def submission(author: Author | None = None, **changes: Any) -> Submission:
    made = samples.submission(author=author) if author is not None else samples.submission()
    return replace(made, depositor=DEPOSITOR, **changes)


def physician(specialty: str = "G15_10/SM26") -> Author:
    return replace(samples.AUTHOR, specialties=(Code(specialty, "1.2.250.1.213.1.1.4.5"),))


def assertion(
    facts: Vihf | None = None,
    signer: Issued | None = None,
    now: datetime = NOW,
    profile: VihfProfile = PROFILE,
) -> etree._Element:
    facts = facts or vihf_of(submission())
    return vihf.issue(facts, profile, (signer or cast().sign).identity, ASSERTION_ID, now)


def envelope(security: etree._Element | None) -> bytes:
    body = etree.Element("{urn:x}Body")
    return soap.build_request("urn:x", body, to="urn:to", message_id="urn:uuid:1", security=security)


def received(security: etree._Element | None) -> SoapEnvelope:
    """The envelope as the store sees it, through bytes."""
    return soap.read_envelope(envelope(security))


def judge(data: bytes, now: datetime = NOW) -> VerifiedVihf:
    return verify(soap.read_envelope(data).security, cast().authority.trust, now)


def refused(data: bytes, now: datetime = NOW) -> tuple[str, str]:
    """Subcode and text of the refusal."""
    try:
        judge(data, now)
    except VihfRefused as refusal:
        return refusal.subcode, str(refusal)
    raise AssertionError("the assertion was believed")
