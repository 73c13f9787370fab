"""People and places as an ordinary HL7v2 message names them, for the messages that carry no CDA.

Times are HL7 TS strings as sent. Every field that can tell who somebody is stays out of ``repr``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway.model.document import Code, Identifier


@dataclass(frozen=True, slots=True)
class PlainConcept:
    """A CE or CWE as sent: both codings (system = name of the coding system) and the original text."""

    code: Code
    alternate: Code | None = None
    original: str = field(default="", repr=False)

    @property
    def text(self) -> str:
        """What people read: original text, else a display, else a code."""
        other = self.alternate or Code("", "")
        return self.original or self.code.display or other.display or self.code.code or other.code

    @property
    def codings(self) -> tuple[Code, ...]:
        """The codings that have a code."""
        return tuple(code for code in (self.code, self.alternate) if code is not None and code.code)


@dataclass(frozen=True, slots=True)
class PlainPerson:
    """An XCN: a professional. ``identifier`` has an empty root when the authority has no OID."""

    identifier: Identifier | None = field(default=None, repr=False)
    family: str = field(default="", repr=False)
    given: str = field(default="", repr=False)
    prefix: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class PlainAddress:
    street: str = field(default="", repr=False)
    city: str = field(default="", repr=False)
    postcode: str = field(default="", repr=False)
    country: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class PlainPatient:
    """PID: identifiers, birth and used names, the other traits, one address, telephone numbers."""

    ins: tuple[Identifier, ...] = field(default=(), repr=False)
    local: tuple[Identifier, ...] = field(default=(), repr=False)
    birth_family: str = field(default="", repr=False)
    birth_given: str = field(default="", repr=False)
    birth_givens: str = field(default="", repr=False)
    used_family: str = field(default="", repr=False)
    used_given: str = field(default="", repr=False)
    birth_time: str = field(default="", repr=False)
    gender: str = field(default="", repr=False)
    birthplace_code: str = field(default="", repr=False)
    birthplace_name: str = field(default="", repr=False)
    address: PlainAddress | None = field(default=None, repr=False)
    telecoms: tuple[str, ...] = field(default=(), repr=False)
