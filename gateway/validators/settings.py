"""What an installation may choose about judging."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class JudgeSettings:
    """``environment`` is ``trial``, ``test`` or ``production`` (test INS are refused in production).

    ``strict_matrix`` makes the MSSanté matrix and the strict profile errors (PFI guide, R.RTE.03 to .06).
    ``consent_feed`` says whether ADT messages with ZFA are served (R.MSH.04). ``observe`` names the rules
    whose errors this sender gets as warnings while its vendor mends them. ``qualified_identity_by_default``:
    this sender's plain messages before HL7 2.5, which have no PID-32, are about qualified patients.
    """

    environment: str = "trial"
    strict_matrix: bool = False
    consent_feed: bool = True
    processing_ids: frozenset[str] = field(default=frozenset({"P", "T", "D"}))
    observe: frozenset[str] = field(default=frozenset())
    qualified_identity_by_default: bool = False
