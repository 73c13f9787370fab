"""How a delivery ends: exactly one of acknowledged, retried later, or dead-lettered."""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway.model.stages import Stage
from gateway.model.submission import Receipt
from gateway.model.verdict import Finding


@dataclass(frozen=True, slots=True)
class Ack:
    """Done: submitted (with the receipts) or lawfully nothing to do (``note`` says why)."""

    receipts: tuple[Receipt, ...] = ()
    note: str = ""
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Retry:
    """Not now. ``reason`` is a stable reason code, ``detail`` a text without patient data.

    ``retries`` is the most retries in a row that this reason deserves, None for the usual policy. With
    ``held`` the flow of its sender is stopped: the wait is not counted as an attempt and does not end.
    """

    reason: str
    detail: str = ""
    stage: Stage = Stage.SUBMITTED
    retries: int | None = None
    held: bool = False


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """Never as it is. The original goes to the dead letters with the reason a person can act on."""

    reason: str
    stage: Stage
    findings: tuple[Finding, ...] = field(default=())
    detail: str = ""


Settlement = Ack | Retry | DeadLetter
