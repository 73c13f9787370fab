"""The consent that an ADT carries: segment ZFA with its patient and its movement (PAM.fr 2.11 §6.13, §6.14).

Reads; does not judge. A value outside its table counts as not collected, and R.PAM.06 refuses the message.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from gateway.model import ConsentNotice, Consultation, Feeding, Message, Movement, PatientId, Segment

# The events whose ZFA is a position of the patient (PAM.fr 2.11 §6.14); Z99 corrects one of the others.
CONSENT_EVENTS = frozenset({"A01", "A04", "A05", "A14", "A28", "A31", "Z99"})
QUALIFIED = "VALI"
# PAM.fr 2.11.0 gave ZFA-11 the codes of ZFA-9.
_OLD_CONSULTATION = {"IO": "INC", "INO": "IC"}

Coded = TypeVar("Coded", bound=StrEnum)


def read_consent(message: Message) -> ConsentNotice | None:
    """What an ADT says of the patient's consent; None without ZFA, for another event or another message."""
    msh, zfa, pid = message.msh, message.first("ZFA"), message.first("PID")
    if zfa is None or pid is None or msh.value(9) != "ADT" or msh.value(9, 2) not in CONSENT_EVENTS:
        return None
    event, visit, zbe = message.first("EVN"), message.first("PV1"), message.first("ZBE")
    consultation = zfa.value(11)
    return ConsentNotice(
        patients=patient_keys(message),
        feeding=_coded(Feeding, zfa.value(9), Feeding.NOT_COLLECTED),
        feeding_time=zfa.value(10),
        consultation=_coded(
            Consultation, _OLD_CONSULTATION.get(consultation, consultation), Consultation.NOT_COLLECTED
        ),
        consultation_time=zfa.value(12),
        stated_time=(event.value(2) if event is not None else "") or msh.value(7),
        visit=_whole(visit, 19),
        movement=_whole(zbe, 1),
        movement_action=_action(zbe),
        dmp_status=zfa.value(1),
        dmp_status_time=zfa.value(2),
    )


def patient_keys(message: Message) -> tuple[PatientId, ...]:
    """Who PID-3 names: each INS if the identity is qualified (PID-32), and each local identifier (PI).

    An authority without OID counts within its application and facility only (MSH-3, MSH-4).
    """
    pid = message.first("PID")
    if pid is None:
        return ()
    qualified = any(pid.value(32, repetition=n) == QUALIFIED for n in _repetitions(pid, 32))
    keys = []
    for number in _repetitions(pid, 3):
        value, kind = pid.value(3, 1, repetition=number), pid.value(3, 5, repetition=number)
        authority = pid.value(3, 4, 2, repetition=number)
        if kind == "INS" and value and authority and qualified:
            keys.append(PatientId(value, authority, "NH"))
        elif kind == "PI" and value:
            keys.append(PatientId(value, authority or _local(message, pid, number), "PI"))
    return tuple(keys)


def _local(message: Message, pid: Segment, number: int) -> str:
    sender = message.msh.value(3), message.msh.value(4)
    return ":".join((*sender, pid.value(3, 4, repetition=number)))


def _action(zbe: Segment | None) -> Movement:
    return _coded(Movement, zbe.value(4) if zbe is not None else "", Movement.INSERT)


def _whole(segment: Segment | None, number: int) -> str:
    """An identifier with its authority, as sent; empty when there is none."""
    return segment.raw(number) if segment is not None and segment.value(number) else ""


def _repetitions(segment: Segment, number: int) -> range:
    return range(1, len(segment.repetitions(number)) + 1)


def _coded(table: type[Coded], code: str, otherwise: Coded) -> Coded:
    return table(code) if code in set(table) else otherwise
