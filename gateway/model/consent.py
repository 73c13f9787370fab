"""What a patient said about the DMP, as an ADT message carries it (PAM.fr 2.11 §6.14, segment ZFA)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from gateway.model.submission import PatientId


class Feeding(StrEnum):
    """ZFA-9: may the DMP be fed? NA not collected, IO informed and opposed, INO informed and not opposed."""

    NOT_COLLECTED = "NA"
    OPPOSED = "IO"
    NOT_OPPOSED = "INO"


class Consultation(StrEnum):
    """ZFA-11, for one stay: NA not collected, INC does not consent, IC consents."""

    NOT_COLLECTED = "NA"
    REFUSED = "INC"
    GIVEN = "IC"


class Movement(StrEnum):
    """ZBE-4: what the message does with its movement."""

    INSERT = "INSERT"
    UPDATE = "UPDATE"
    CANCEL = "CANCEL"


@dataclass(frozen=True, slots=True)
class ConsentNotice:
    """One ZFA as read. Times are HL7 TS as sent, empty when absent.

    ``patients`` are all the identifiers under which the patient may come again: every INS when the identity
    is qualified (PID-32 = VALI), and every local identifier. ``stated_time`` is when the message says it was
    written (EVN-2, else MSH-7). ``visit`` is PV1-19, ``movement`` ZBE-1. ``dmp_status`` (ZFA-1) only informs.
    """

    patients: tuple[PatientId, ...] = field(repr=False)
    feeding: Feeding = Feeding.NOT_COLLECTED
    feeding_time: str = ""
    consultation: Consultation = Consultation.NOT_COLLECTED
    consultation_time: str = ""
    stated_time: str = ""
    visit: str = field(default="", repr=False)
    movement: str = field(default="", repr=False)
    movement_action: Movement = Movement.INSERT
    dmp_status: str = ""
    dmp_status_time: str = ""


@dataclass(frozen=True, slots=True)
class FeedingStatement:
    """One remembered position on feeding, without the patient. Times are aware.

    ``collected`` is when the patient said it (ZFA-10), ``stated`` when the message was written; ``movement``
    is an opaque name of the movement, the same for all messages about it, empty when there was none.
    """

    feeding: Feeding
    collected: datetime
    stated: datetime
    movement: str = ""
    movement_action: Movement = Movement.INSERT
