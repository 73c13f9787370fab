"""Where a finding is: a place in an HL7v2 message, in a CDA document, or in both."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Location:
    """A place a person can go to. All positions count from 1, as HL7 does.

    ``str(location)`` is what people read (``OBX[2]-5.4``, ``/ClinicalDocument/code (line 12)``);
    ``location.erl`` is the HL7 ERL form of ERR-2 (``OBX^2^5^1^4``), empty without a segment.
    """

    segment: str | None = None
    sequence: int = 1
    field: int | None = None
    repetition: int = 1
    component: int | None = None
    subcomponent: int | None = None
    xpath: str | None = None
    line: int | None = None
    detail: str | None = None

    @property
    def erl(self) -> str:
        """ERL of HL7 2.5 §2.A.28; the trailing parts are left out when they are all the first."""
        if self.segment is None:
            return ""
        parts = [self.segment, str(self.sequence)]
        if self.field is not None:
            parts.append(str(self.field))
            if self.repetition > 1 or (self.component or 1) > 1 or (self.subcomponent or 1) > 1:
                parts += [str(self.repetition), str(self.component or 1)]
                if (self.subcomponent or 1) > 1:
                    parts.append(str(self.subcomponent))
        return "^".join(parts)

    def __str__(self) -> str:
        spots = [spot for spot in (self._hl7_spot(), self._xml_spot(), self.detail) if spot]
        return " ".join(spots) if spots else "message"

    def _hl7_spot(self) -> str:
        if self.segment is None:
            return ""
        spot = self.segment if self.sequence == 1 else f"{self.segment}[{self.sequence}]"
        if self.field is not None:
            spot += f"-{self.field}"
            if self.repetition > 1:
                spot += f"[{self.repetition}]"
            if self.component is not None:
                spot += f".{self.component}"
                if self.subcomponent is not None:
                    spot += f".{self.subcomponent}"
        return spot

    def _xml_spot(self) -> str:
        if self.xpath is None:
            return f"line {self.line}" if self.line is not None else ""
        return self.xpath if self.line is None else f"{self.xpath} (line {self.line})"
