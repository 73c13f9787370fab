"""A rule as data: its id, where it comes from, what it costs to break it, and what to tell people."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.model.location import Location
from gateway.model.stages import Severity
from gateway.model.verdict import Finding


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the French interface. ``text_*`` say what is wrong and what to do, without any value.

    ``hl7_code`` is the usual ERR-3 code (table HL70357); ``application_code`` is ERR-5 when it is ``207``.
    """

    id: str
    clause: str
    severity: Severity
    text_fr: str
    text_en: str
    hl7_code: str | None = None
    application_code: str | None = None

    def at(
        self,
        location: Location,
        *,
        severity: Severity | None = None,
        hl7_code: str | None = None,
        application_code: str | None = None,
        more_fr: str = "",
        more_en: str = "",
    ) -> Finding:
        """This rule broken at a place; ``more_*`` add a fact that is not patient data (a code, a name)."""
        return Finding(
            rule=self.id,
            severity=severity or self.severity,
            location=location,
            text_fr=f"{self.text_fr} {more_fr}".rstrip(),
            text_en=f"{self.text_en} {more_en}".rstrip(),
            hl7_code=hl7_code or self.hl7_code,
            application_code=application_code or self.application_code,
        )
