"""A laboratory report as an ordinary ORU^R01 tells it: orders, results, comments, embedded PDF.

``sequence`` is the occurrence of the segment in the message, from 1. Times are HL7 TS strings as sent.
Values are clinical data: they stay out of ``repr``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway.model.document import Identifier
from gateway.model.plain import PlainConcept, PlainPatient, PlainPerson


@dataclass(frozen=True, slots=True)
class LabValue:
    """One repetition of OBX-5. ``text`` is what people read; the rest depends on the data type.

    ``number`` (a decimal with a point) and, for SN, ``comparator``, ``separator`` and ``second``; ``concept``
    for CE, CWE and CNE; ``time`` for DT, TS and DTM. ``readable`` is False when the text is not of its type.
    """

    text: str = field(repr=False)
    number: str = field(default="", repr=False)
    comparator: str = ""
    separator: str = ""
    second: str = field(default="", repr=False)
    concept: PlainConcept | None = field(default=None, repr=False)
    time: str = field(default="", repr=False)
    readable: bool = True


@dataclass(frozen=True, slots=True)
class LabResult:
    """One OBX that is not an encapsulated document."""

    sequence: int
    data_type: str
    concept: PlainConcept | None
    sub_id: str = ""
    values: tuple[LabValue, ...] = field(default=(), repr=False)
    unit: PlainConcept | None = None
    reference: str = field(default="", repr=False)
    flags: tuple[str, ...] = field(default=(), repr=False)
    status: str = ""
    observed: str = ""
    method: PlainConcept | None = None
    performer: str = field(default="", repr=False)
    validator: PlainPerson | None = field(default=None, repr=False)
    comments: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class EmbeddedFile:
    """An ED of the message, out of its Base64; ``content`` is empty when it could not be decoded."""

    sequence: int
    content: bytes = field(repr=False)
    title: str = field(default="", repr=False)
    status: str = ""

    @property
    def is_pdf(self) -> bool:
        return self.content.lstrip()[:5] == b"%PDF-"


@dataclass(frozen=True, slots=True)
class Specimen:
    """What was taken (SPM, else OBR-15) and when."""

    concept: PlainConcept | None = None
    identifier: str = field(default="", repr=False)
    site: PlainConcept | None = None
    collected: str = ""


@dataclass(frozen=True, slots=True)
class ParentLink:
    """OBR-26 and OBR-29: the result, or at least the order, that this order comes from."""

    code: str = ""
    sub_id: str = ""
    placer: str = ""
    filler: str = ""


@dataclass(frozen=True, slots=True)
class LabOrder:
    """One OBR with what follows it, and the ORC before it."""

    sequence: int
    placer: Identifier | None
    filler: Identifier | None
    service: PlainConcept | None
    control: str = ""
    status: str = ""
    section: str = ""
    observed: str = ""
    received: str = ""
    reported: str = ""
    ordered: str = ""
    specimen: Specimen | None = None
    prescriber: PlainPerson | None = field(default=None, repr=False)
    interpreter: PlainPerson | None = field(default=None, repr=False)
    parent: ParentLink | None = None
    comments: tuple[str, ...] = field(default=(), repr=False)
    results: tuple[LabResult, ...] = field(default=(), repr=False)

    @property
    def filler_number(self) -> str:
        return self.filler.extension if self.filler else ""

    @property
    def number(self) -> str:
        """What the laboratory calls the order; without that, what the prescriber calls it."""
        return self.filler_number or (self.placer.extension if self.placer else "")


@dataclass(frozen=True, slots=True)
class LabReport:
    """The whole message. ``orphans`` are OBX before any OBR: nothing says what they answer."""

    patient: PlainPatient = field(repr=False)
    sent: str = ""
    orders: tuple[LabOrder, ...] = field(default=(), repr=False)
    files: tuple[EmbeddedFile, ...] = field(default=(), repr=False)
    comments: tuple[str, ...] = field(default=(), repr=False)
    orphans: tuple[int, ...] = ()
    observations: int = 0

    @property
    def results(self) -> tuple[LabResult, ...]:
        return tuple(result for order in self.orders for result in order.results)
