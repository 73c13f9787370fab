"""Who acts, for the traces: out of the assertion of a SOAP request, or out of a request for a page."""

from __future__ import annotations

from starlette.requests import Request

from gateway.dmpstore.traces import TRIAL, Actor
from gateway.xds import vihf, vihf_read
from gateway.xds.soap import SoapEnvelope
from gateway.xds.xml import children


class Witness:
    """Reads who sends a SOAP message.

    ``verified``: the store requires assertions, so no request gets here whose assertion is wrong; otherwise
    what an assertion says is only a claim, and is traced as one.
    """

    def __init__(self, *, verified: bool) -> None:
        self._kind = "assertion" if verified else "claim"

    def actor_of(self, envelope: SoapEnvelope) -> Actor:
        """The person and structure of the VIHF; a request without one comes from a trial."""
        assertions = list(children(envelope.security, vihf.SAML, "Assertion"))
        if len(assertions) != 1:
            return TRIAL
        read = vihf_read.read(assertions[0])
        return Actor(
            self._kind,
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
