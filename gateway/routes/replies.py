"""The technical acknowledgement as facts: its code and its errors (PFI guide §10, R.ACK.*)."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.model import Verdict


@dataclass(frozen=True, slots=True)
class AckError:
    """One ERR: ERL location (ERR-2), HL70357 code (ERR-3) and 900-906 (ERR-5) with ``207``."""

    location: str
    err3: str
    err5: str | None


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """``AA`` without errors, or ``AE`` with at least one. ``AR`` is only for a temporary inability."""

    code: str
    errors: tuple[AckError, ...] = ()


def acknowledge(verdict: Verdict) -> Acknowledgement:
    """Warnings never change AA; every error is reported (R.ACK.07, R.ACK.13)."""
    errors = [
        AckError(
            finding.location.erl,
            finding.hl7_code or "207",
            finding.application_code or (None if finding.hl7_code not in (None, "207") else "906"),
        )
        for finding in verdict.errors
    ]
    return Acknowledgement("AE", tuple(dict.fromkeys(errors))) if errors else Acknowledgement("AA")
