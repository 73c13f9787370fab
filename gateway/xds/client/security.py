"""The security of each request: a new VIHF, and the signature of the set of a deposit."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from gateway.model import Submission
from gateway.xds import signature_entry, vihf
from gateway.xds.certificates import SigningIdentity
from gateway.xds.vihf import VihfProfile
from gateway.xds.vihf_facts import Vihf, vihf_of

if TYPE_CHECKING:
    from lxml.etree import _Element as Element


@dataclass(frozen=True)
class VihfSecurity:
    """Gives the client its assertions: called with a submission, or None for a search about no deposit.

    ``now`` gives aware UTC. ``alone`` are the facts of a search about no deposit; without them it is sent
    without assertion.
    """

    identity: SigningIdentity
    profile: VihfProfile
    now: Callable[[], datetime]
    alone: Vihf | None = None

    def __call__(self, submission: Submission | None) -> Element | None:
        """A signed assertion, never the same twice. Raises Permanent or Transient as ``vihf_of`` says."""
        facts = self.alone if submission is None else vihf_of(submission, self.profile.name_id)
        if facts is None:
            return None
        return vihf.issue(facts, self.profile, self.identity, f"_{uuid.uuid4()}", self.now())


@dataclass(frozen=True)
class SetSigner:
    """Adds the XAdES signature to a deposit; ``algorithm`` is ``sha256`` or ``sha1``."""

    identity: SigningIdentity
    algorithm: str = "sha256"

    def __call__(self, submission: Submission) -> Submission:
        """The same submission gives the same bytes. Raises MalformedMetadata."""
        return signature_entry.signed(submission, self.identity, self.algorithm)
