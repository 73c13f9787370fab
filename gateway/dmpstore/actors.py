"""Who acts, for the traces: out of the assertion of a SOAP request, or out of a request for a page."""

from __future__ import annotations

from starlette.requests import Request

from gateway.dmpstore.traces import TRIAL, Actor
from gateway.xds import vihf, vihf_read
from gateway.xds.soap import SoapEnvelope
from gateway.xds.xml import children


def actor_of_message(envelope: SoapEnvelope) -> Actor:
    """The person and structure of the VIHF; a request without one comes from a trial.

    Whether the assertion is worth believing is checked before: a store that asks for assertions lets no
    request come here whose assertion is wrong.
    """
    assertions = list(children(envelope.security, vihf.SAML, "Assertion"))
    if len(assertions) != 1:
        return TRIAL
    read = vihf_read.read(assertions[0])
    return Actor(
        "assertion",
        name=read.facts.subject_id,
        structure=read.facts.structure_id,
        person=read.facts.name_id,
        role=", ".join(role.display or role.code for role in read.facts.roles),
        purpose=read.purpose,
    )


def actor_of_request(request: Request) -> Actor:
    """The account that signed in; in a trial without accounts nobody in particular."""
    account: str = getattr(request.state, "account", "")
    return Actor("account", account) if account else TRIAL
