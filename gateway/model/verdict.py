"""What the judges say: findings, and the verdict they add up to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from gateway.model.location import Location
from gateway.model.stages import Severity


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. It never holds the value found, only where it is and what to do.

    ``hl7_code`` is ERR-3 of the acknowledgement (table HL70357, for instance ``103``); ``application_code``
    is ERR-5 (900 to 906) and goes with ``hl7_code == "207"``.
    """

    rule: str
    severity: Severity
    location: Location
    text_fr: str
    text_en: str
    hl7_code: str | None = None
    application_code: str | None = None

    def text(self, language: str = "fr") -> str:
        return self.text_en if language == "en" else self.text_fr

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR


@dataclass(frozen=True, slots=True)
class Verdict:
    """All findings about a message and its documents at once, in the order of the message."""

    findings: tuple[Finding, ...] = field(default=())

    @property
    def accepted(self) -> bool:
        return not any(finding.is_error for finding in self.findings)

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.is_error)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if not finding.is_error)

    def plus(self, more: Iterable[Finding]) -> Verdict:
        return Verdict((*self.findings, *more))
