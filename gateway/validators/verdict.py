"""One reading in, one verdict out: every finding at once, in the order of the message."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain

from gateway.model import Finding, Kind, Message, Reading, Severity, Verdict
from gateway.validators.documents import judge_documents
from gateway.validators.message import judge_message
from gateway.validators.profile import judge_profile
from gateway.validators.schema import judge_schemas
from gateway.validators.settings import JudgeSettings
from gateway.validators.structure import GRAMMARS

MOST_OF_A_RULE = 50
_DEFAULTS = JudgeSettings()


def judge(reading: Reading, settings: JudgeSettings = _DEFAULTS) -> Verdict:
    """The verdict on a message and its documents.

    A rule named in ``settings.observe`` has its errors lowered to warnings; what the parsers could not read
    stays an error whatever is observed. A rule is told at most 50 times. Findings come in the order of the
    segments; a missing segment is told where it should have been.
    """
    judged = chain(
        judge_message(reading, settings), judge_documents(reading, settings), judge_schemas(reading.documents)
    )
    findings = list(_capped(chain(reading.findings, _observed(judged, settings.observe))))
    if reading.message is not None:
        if reading.kind is not Kind.ACKNOWLEDGEMENT and reading.message.segments:
            findings += _capped(_untold(judge_profile(reading.message), findings))
        findings.sort(key=_Order(reading.message).of)
    return Verdict(tuple(findings))


def _untold(profile: Iterable[Finding], findings: Iterable[Finding]) -> Iterator[Finding]:
    """What the base standard says of places where no rule of the French interface has spoken."""
    told = {_field(finding) for finding in findings}
    return (finding for finding in profile if _field(finding) not in told)


def _field(finding: Finding) -> tuple[str | None, int, int | None]:
    where = finding.location
    return where.segment, where.sequence, where.field


def _observed(findings: Iterable[Finding], observe: frozenset[str]) -> Iterator[Finding]:
    for finding in findings:
        lowered = finding.is_error and finding.rule in observe
        yield replace(finding, severity=Severity.WARNING) if lowered else finding


def _capped(findings: Iterable[Finding]) -> Iterator[Finding]:
    told: Counter[str] = Counter()
    for finding in findings:
        told[finding.rule] += 1
        if told[finding.rule] <= MOST_OF_A_RULE:
            yield finding


class _Order:
    """Where a finding stands in its message: the position of its segment, then its field."""

    def __init__(self, message: Message) -> None:
        self._position: dict[tuple[str | None, int], float] = {}
        for position, segment in enumerate(message.segments):
            self._position.setdefault((segment.name, segment.occurrence), position)
        grammar = GRAMMARS.get(message.message_type[:3])
        self._slots = grammar.slots + grammar.tail if grammar else ()
        self._end = float(len(message.segments))

    def of(self, finding: Finding) -> tuple[float, int]:
        where = finding.location
        position = self._position.get((where.segment, where.sequence))
        if position is None:
            position = self._absent(where.segment)
        return position, where.field or 0

    def _absent(self, name: str | None) -> float:
        if name not in self._slots:
            return self._end
        later = self._slots[self._slots.index(name) + 1 :]
        return min((self._position.get((slot, 1), self._end) for slot in later), default=self._end) - 0.5
