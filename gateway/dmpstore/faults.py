"""Faults on demand, for trials only: which request meets which fault. Chance comes from a seed."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from gateway.xds import names

TRANSACTIONS = {
    "iti41": names.ACTION_ITI41,
    "iti18": names.ACTION_ITI18,
    "iti43": names.ACTION_ITI43,
    "iti57": names.ACTION_ITI57,
}


class FaultKind(StrEnum):
    """What happens to a request. The last three can give any answer that the standards know."""

    NO_RECORD = "no-record"
    CLOSED = "closed"
    ACCESS_DENIED = "access-denied"
    BUSY = "busy"
    INVALID_CERTIFICATE = "invalid-certificate"
    SLOW = "slow"
    SLOW_ANSWER = "slow-answer"
    ANSWER_LOST = "answer-lost"
    CUT = "cut"
    SOAP_FAULT = "soap-fault"
    HTTP_STATUS = "http-status"
    REGISTRY_ERROR = "registry-error"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault and the requests it is for; an empty condition matches every request.

    ``transaction`` is a key of ``TRANSACTIONS``, ``structure`` the Struct_IdNat of the author of the set or
    of the VIHF, ``patient_hash`` at least the first eight digits of ``patient_hash()``. Of the requests that
    match, a share of ``rate`` is hit, ``times`` times at most (None: no end). ``milliseconds`` is for the
    slow ones; ``code`` is the subcode of a SOAP fault or the code of a RegistryError, ``text`` its sentence,
    ``status`` the HTTP status (503 by default). ``fired`` counts.
    """

    kind: FaultKind
    transaction: str = ""
    structure: str = ""
    patient_hash: str = ""
    type_code: str = ""
    rate: float = 1.0
    times: int | None = None
    milliseconds: int = 0
    code: str = ""
    text: str = ""
    status: int = 503
    fired: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """The facts of one request that conditions speak of; patients by their hash."""

    transaction: str
    message_id: str = ""
    mtom: bool = False
    structures: frozenset[str] = frozenset()
    patients: frozenset[str] = frozenset()
    type_codes: frozenset[str] = frozenset()

    def matches(self, fault: Fault) -> bool:
        return (
            fault.transaction in ("", self.transaction)
            and (not fault.structure or fault.structure in self.structures)
            and (not fault.type_code or fault.type_code in self.type_codes)
            and (not fault.patient_hash or any(each.startswith(fault.patient_hash) for each in self.patients))
        )


def patient_hash(ins: str) -> str:
    """SHA-256 of a bare INS, hexadecimal: conditions and listings hold no identity."""
    return hashlib.sha256(ins.encode()).hexdigest()


class FaultDesk:
    """The faults in force, in order: the first that matches and is not spared by its rate is the one."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._seed = 0
        self._chance = random.Random(0)  # noqa: S311 - as in set()

    @property
    def faults(self) -> tuple[Fault, ...]:
        return tuple(self._faults)

    @property
    def seed(self) -> int:
        return self._seed

    @property
    def armed(self) -> bool:
        """False when no request can meet a fault."""
        return any(fault.times != 0 for fault in self._faults)

    def set(self, faults: Iterable[Fault], seed: int = 0) -> None:
        """Put these faults in force, in place of all others; the same seed gives the same draws."""
        self._faults = list(faults)
        self._seed = seed
        # Repeatable draws are wanted here, not secret ones.
        self._chance = random.Random(seed)  # noqa: S311

    def choose(self, asked: Asked) -> Fault | None:
        """The fault that this request meets, counted; None: it is served as ever."""
        for number, fault in enumerate(self._faults):
            if fault.times == 0 or not asked.matches(fault):
                continue
            if fault.rate < 1 and self._chance.random() >= fault.rate:
                continue
            left = None if fault.times is None else fault.times - 1
            self._faults[number] = replace(fault, times=left, fired=fault.fired + 1)
            return fault
        return None
