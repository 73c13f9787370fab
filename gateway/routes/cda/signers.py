"""Who wrote and who answers for a report: those the message names, else those its sender declared."""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway.model import Facility
from gateway.model.facility import FacilityPerson
from gateway.model.imaging import PlainReport
from gateway.model.plain import PlainPerson
from gateway.routes.author import PROFESSIONALS, ps_idnat
from gateway.routes.cda.people import professional_id

DOCTOR = "G15_10"
"""J56 without a specialty: that is all that is known of somebody whom nobody declared."""


@dataclass(frozen=True, slots=True)
class Signers:
    """``author`` and ``responsible`` are None when nobody is known.

    ``nameless``: the message names somebody without a national identifier.
    """

    author: FacilityPerson | None = field(repr=False)
    responsible: FacilityPerson | None = field(repr=False)
    nameless: bool = False


def signers_of(report: PlainReport, facility: Facility) -> Signers:
    """The interpreter (OBR-32) or originator (TXA-9) writes; who authenticated (TXA-22, TXA-10) answers."""
    notice = report.notice
    interpreter = next((act.interpreter for act in report.acts if act.interpreter), None)
    writers = [interpreter, notice.author if notice else None]
    written = next((one for one in writers if one is not None), None)
    signed = (notice.authenticator if notice else None) or written
    author, responsible = _professional(written, facility), _professional(signed, facility)
    wanted = [(written, author), (signed, responsible)]
    return Signers(
        author or responsible or facility.writer,
        responsible or author or facility.responsible,
        any(person is not None and found is None for person, found in wanted),
    )


def _professional(who: PlainPerson | None, facility: Facility) -> FacilityPerson | None:
    """The declared person with this national number, else a doctor of that number and name."""
    known = professional_id(who.identifier) if who is not None else None
    if who is None or known is None or known.root != PROFESSIONALS or not who.family:
        return None
    declared = (*facility.professionals, facility.author, facility.responsible)
    same = (one for one in declared if one is not None and ps_idnat(one.identifier) == known.extension)
    return next(same, None) or FacilityPerson(known.extension, who.family, who.given, DOCTOR, who.prefix)
