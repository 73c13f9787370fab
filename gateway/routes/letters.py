"""The headers that a message carries when it waits for another attempt or lies in the dead letters.

Everything a person needs to act is in them; the body stays exactly as it came. No header holds patient data.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from gateway.model import DeadLetter, Envelope, Finding, Retry

ATTEMPT = "x-dmp-attempt"
FIRST_SEEN = "x-dmp-first-seen"
HELD = "x-dmp-held"
REASON = "x-dmp-reason"
REPEATS = "x-dmp-repeats"
RULE = "x-dmp-rule"
LOCATION = "x-dmp-location"
STAGE = "x-dmp-stage"
ACKNOWLEDGED = "x-dmp-acknowledged"
DETAIL = "x-dmp-detail"
FINDINGS = "x-dmp-findings"
FINDINGS_LEFT_OUT = "x-dmp-findings-left-out"

# All headers must fit in one AMQP frame (131,072 bytes by default) with room to spare.
MAX_FINDINGS_BYTES = 48 * 1024


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """What a dead letter says about itself. ``findings`` have rule, severity, location and both texts."""

    message_id: str
    facility: str
    queue: str
    reason: str
    rule: str
    location: str
    stage: str
    detail: str
    attempts: int
    first_seen: str
    size: int
    findings: tuple[Mapping[str, str], ...]
    findings_left_out: int


def retry_headers(envelope: Envelope, retry: Retry, acknowledged: bool = False) -> dict[str, object]:
    """The headers of the next attempt; ``acknowledged``: its technical acknowledgement is already sent.

    A message that is held back keeps its attempt and counts how often it was held.
    """
    return {
        **_kept(envelope),
        ATTEMPT: envelope.attempt + (not retry.held),
        HELD: held_count(envelope) + retry.held,
        FIRST_SEEN: _iso(envelope.first_seen),
        REASON: retry.reason,
        REPEATS: repeats(envelope, retry.reason) + 1,
        ACKNOWLEDGED: acknowledged,
    }


def held_count(envelope: Envelope) -> int:
    """How often this message was held back because the flow of its sender was stopped."""
    return _count(envelope.headers, HELD)


def repeats(envelope: Envelope, reason: str) -> int:
    """How many retries in a row this message has had for this reason."""
    return _count(envelope.headers, REPEATS) if _text(envelope.headers, REASON) == reason else 0


def dead_letter_headers(envelope: Envelope, letter: DeadLetter) -> dict[str, object]:
    """The headers of a dead letter: reason, rule and place of the first error, stage, attempts, findings."""
    first = next((finding for finding in letter.findings if finding.is_error), None)
    rows, left_out = _fitting(letter.findings)
    return {
        **_kept(envelope),
        ATTEMPT: envelope.attempt,
        FIRST_SEEN: _iso(envelope.first_seen),
        REASON: letter.reason,
        RULE: first.rule if first else "",
        LOCATION: str(first.location) if first else "",
        STAGE: letter.stage.value,
        DETAIL: letter.detail[:1000],
        FINDINGS: rows,
        FINDINGS_LEFT_OUT: left_out,
    }


def read_dead_letter(envelope: Envelope) -> LetterFacts:
    """What the headers of a dead letter say; a letter that the broker itself moved says only that."""
    headers = envelope.headers
    return LetterFacts(
        message_id=envelope.message_id,
        facility=envelope.facility,
        queue=envelope.queue,
        reason=_text(headers, REASON) or _broker_reason(headers),
        rule=_text(headers, RULE),
        location=_text(headers, LOCATION),
        stage=_text(headers, STAGE) or "received",
        detail=_text(headers, DETAIL),
        attempts=envelope.attempt,
        first_seen=_iso(envelope.first_seen),
        size=len(envelope.body),
        findings=tuple(json.loads(_text(headers, FINDINGS) or "[]")),
        findings_left_out=int(str(headers.get(FINDINGS_LEFT_OUT, 0))),
    )


def _fitting(findings: tuple[Finding, ...]) -> tuple[str, int]:
    """As many findings as fit, errors first, as JSON; and how many did not fit."""
    rows: list[dict[str, str]] = []
    size = 2
    ordered = sorted(findings, key=lambda finding: not finding.is_error)
    for finding in ordered:
        row = _row(finding)
        size += len(json.dumps(row, ensure_ascii=False).encode()) + 2
        if size > MAX_FINDINGS_BYTES:
            break
        rows.append(row)
    return json.dumps(rows, ensure_ascii=False), len(ordered) - len(rows)


def _row(finding: Finding) -> dict[str, str]:
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "location": str(finding.location),
        "hl7_code": finding.hl7_code or "",
        "application_code": finding.application_code or "",
        "text_fr": finding.text_fr,
        "text_en": finding.text_en,
    }


def _kept(envelope: Envelope) -> dict[str, object]:
    """The sender's own headers, without ours and without the broker's bookkeeping."""
    return {
        name: value
        for name, value in envelope.headers.items()
        if not name.startswith(("x-dmp-", "x-death", "x-first-death", "x-last-death", "x-delivery-count"))
    }


def _broker_reason(headers: Mapping[str, object]) -> str:
    return _text(headers, "x-first-death-reason") or "unrouted"


def _text(headers: Mapping[str, object], name: str) -> str:
    value = headers.get(name, "")
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _count(headers: Mapping[str, object], name: str) -> int:
    value = headers.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")
