"""The state of a record: whether a person has one, and whether it may be fed.

A person who is opposed, or whose record is closed, gets the DMP's final answer ``DMPClosed``; somebody
without a record ``XDSUnknownPatientId``. Reading, and taking back what was deposited, stay possible in every
state.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from gateway.dmpstore.refusal import of_set
from gateway.dmpstore.schema import records
from gateway.model import PatientId, RegistryError, SubmissionSet
from gateway.nomenclature import ins_authority


class State(StrEnum):
    """Values are stable: they are in the database and in the JSON interface."""

    OPEN = "open"
    OPPOSED = "opposed"
    CLOSED = "closed"


_INS = re.compile(r"\d{6}[0-9AB]\d{8}", re.ASCII)
_REFUSALS = {
    State.OPPOSED: "la personne s'oppose à son DMP: ne pas renvoyer / the person is opposed to a DMP: do not "
    "send again",
    State.CLOSED: "le DMP de cette personne est fermé: ne pas renvoyer / the DMP of this person is closed: "
    "do not send again",
}


def feeding_errors(
    connection: Connection, submission_set: SubmissionSet, *, open_records: bool
) -> Iterator[RegistryError]:
    """Why the record of the set's patient cannot be fed; nothing when it can.

    With ``open_records`` whoever has an INS has a record, open until somebody says otherwise; without, only
    those for whom one was opened.
    """
    patient = submission_set.patient_id
    if not has_right_key(patient):
        text = "la clé de l'INS n'est pas la sienne / the key of the INS is wrong"
        yield of_set(submission_set, "patientId", "XDSUnknownPatientId", text)
        return
    row = find(connection, patient)
    if row is None:
        if not open_records:
            text = "aucun DMP pour cet INS / no DMP for this INS"
            yield of_set(submission_set, "patientId", "XDSUnknownPatientId", text)
    elif row.state != State.OPEN:
        yield of_set(submission_set, "patientId", "DMPClosed", _REFUSALS[State(row.state)])


def has_right_key(patient: PatientId) -> bool:
    """False for a NIR or NIA (production authorities) whose key is not 97 minus the rest of the number.

    Test and demonstration authorities hand out numbers as they like; what does not look like an INS is
    judged by ``Rules``.
    """
    authority = ins_authority(patient.authority)
    if authority is None or authority.environment != "production":
        return True
    if _INS.fullmatch(patient.value) is None:
        return True
    # Corsica: 2A counts as 19 and 2B as 18.
    digits = patient.value.replace("2A", "19").replace("2B", "18")
    return digits.isdigit() and int(digits[13:]) == 97 - int(digits[:13]) % 97


def find(connection: Connection, patient: PatientId) -> Row[Any] | None:
    """The row of a patient's record."""
    return connection.execute(
        select(records).where(records.c.ins == patient.value, records.c.authority == patient.authority)
    ).first()


def declare(connection: Connection, patient: PatientId, state: State) -> tuple[Row[Any], bool]:
    """The record of a patient in this state, made when there was none (then True)."""
    row = find(connection, patient)
    if row is not None:
        change(connection, row.id, state)
        return _again(connection, row.id), False
    values = {
        "public_id": secrets.token_hex(12),
        "ins": patient.value,
        "authority": patient.authority,
        "fed": 0,
        "fed_at": "",
        "state": state.value,
    }
    result = connection.execute(insert(records).values(**values))
    key = int(result.inserted_primary_key[0])  # type: ignore[index]
    # Never fed: after all the others in the list, and still in one place of its order.
    connection.execute(update(records).where(records.c.id == key).values(fed=-key))
    return _again(connection, key), True


def change(connection: Connection, key: int, state: State) -> None:
    connection.execute(update(records).where(records.c.id == key).values(state=state.value))


def _again(connection: Connection, key: int) -> Row[Any]:
    return connection.execute(select(records).where(records.c.id == key)).one()
