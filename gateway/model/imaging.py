"""A report written for people, as an ordinary message or a DICOM file tells it: imaging, discharge...

``sequence`` is the occurrence of the segment in the message, from 1. Times are HL7 TS strings as sent. What
the report says, and about whom, stays out of ``repr``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from gateway.model.document import Code, Identifier
from gateway.model.plain import PlainConcept, PlainPatient, PlainPerson


class Source(StrEnum):
    """What brought the report."""

    ORU = "ORU"
    MDM = "MDM"
    DICOM = "DICOM"


@dataclass(frozen=True, slots=True)
class ReportText:
    """A piece of the report in words (one OBX). ``title`` is OBX-3; a link is not ``readable``."""

    sequence: int
    title: str = field(repr=False)
    text: str = field(repr=False)
    status: str = ""
    readable: bool = True


@dataclass(frozen=True, slots=True)
class ReportFile:
    """A file of the report, out of its encapsulation; ``content`` is empty when it could not be decoded."""

    sequence: int
    content: bytes = field(repr=False)
    status: str = ""

    @property
    def is_pdf(self) -> bool:
        return self.content.lstrip()[:5] == b"%PDF-"


@dataclass(frozen=True, slots=True)
class ReportedAct:
    """What was done (one OBR, with its ORC). ``accession`` is the number of the imaging department."""

    sequence: int
    service: PlainConcept | None
    placer: Identifier | None = None
    filler: Identifier | None = None
    accession: Identifier | None = None
    section: str = ""
    control: str = ""
    status: str = ""
    observed: str = ""
    ended: str = ""
    reported: str = ""
    region: PlainConcept | None = None
    prescriber: PlainPerson | None = field(default=None, repr=False)
    interpreter: PlainPerson | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Notice:
    """What names the document itself: TXA, or the SOP instance of a DICOM file.

    ``number`` is TXA-12 and ``parent`` TXA-13, each with its authority when there is one. ``completion``,
    ``availability`` and ``confidentiality`` are TXA-17, TXA-19 and TXA-18. ``signed`` is when TXA-22 says it
    was authenticated.
    """

    number: str = ""
    parent: str = ""
    completion: str = ""
    availability: str = ""
    confidentiality: str = ""
    activity: str = ""
    originated: str = ""
    signed: str = ""
    author: PlainPerson | None = field(default=None, repr=False)
    authenticator: PlainPerson | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class PlainReport:
    """The whole message. ``type`` is the document type (J66), None when nothing says it.

    ``event`` is MSH-9.2, empty for DICOM. ``modalities`` are codes of DCM, ``regions`` as sent, ``studies``
    Study Instance UIDs. ``sender`` is the institution that a DICOM file names.
    """

    source: Source
    event: str
    patient: PlainPatient = field(repr=False)
    type: Code | None = None
    sent: str = ""
    acts: tuple[ReportedAct, ...] = field(default=(), repr=False)
    notice: Notice | None = field(default=None, repr=False)
    texts: tuple[ReportText, ...] = field(default=(), repr=False)
    files: tuple[ReportFile, ...] = field(default=(), repr=False)
    modalities: tuple[str, ...] = ()
    regions: tuple[PlainConcept, ...] = field(default=(), repr=False)
    studies: tuple[str, ...] = ()
    visit_start: str = ""
    visit_end: str = ""
    sender: str = ""

    @property
    def words(self) -> tuple[ReportText, ...]:
        """The pieces of text that say something."""
        return tuple(piece for piece in self.texts if piece.text)

    @property
    def deletes(self) -> bool:
        """MDM^T04: the document is to disappear (CI-SIS CDA-HL7v2 2.1 gives the event this meaning)."""
        return self.event == "T04"

    @property
    def corrects(self) -> bool:
        """True when the message says that it replaces an earlier report."""
        if self.source is Source.ORU:
            acts = [act.status for act in self.acts]
            pieces = [piece.status for piece in self.texts] + [file.status for file in self.files]
            return "C" in (*acts, *pieces)
        return self.event == "T10" or bool(self.source is Source.DICOM and self.notice and self.notice.parent)
