"""What a message is and whether it may go on: parse, complete, validate, classify, prepare. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from gateway.model import Document, Facility, Finding, Location, Reading, Severity, Submission, Verdict
from gateway.parsers import Limits, read, read_document
from gateway.pipeline.rules import UNKNOWN_SENDER
from gateway.routes import Classification, Classified, build_submission, classify, complete
from gateway.validators import JudgeSettings, judge

ExtraJudge = Callable[[Document], Iterable[Finding]]


@dataclass(frozen=True)
class Judged:
    """Everything that can be known of a message without asking anybody."""

    reading: Reading
    verdict: Verdict
    classified: tuple[Classification | None, ...] = ()
    submission: Submission | None = None

    @property
    def documents(self) -> tuple[tuple[Document, Classification | None], ...]:
        """Each document with its classification, None where it has none."""
        known = self.classified or (None,) * len(self.reading.documents)
        return tuple(zip(self.reading.documents, known, strict=True))


def judge_message(
    body: bytes,
    facility_of: Callable[[Reading], Facility | None],
    submission_time: str,
    judging: JudgeSettings | None = None,
    limits: Limits | None = None,
    extra_judges: Sequence[ExtraJudge] = (),
) -> Judged:
    """Parse, validate, classify and prepare one message. Pure: the same bytes give the same answer.

    ``submission_time`` is DTM in UTC. The submission is None when there is an error, or nothing to deposit.
    ``extra_judges`` may be less pure than this; they add findings about single documents and nothing else.
    """
    reading = read(body, limits or Limits())
    facility = facility_of(reading)
    if facility is None:
        return Judged(reading, Verdict((*reading.findings, UNKNOWN_SENDER.at(Location(detail="sender")))))
    if reading.is_plain:
        reading = read(body, limits or Limits(), facility.charset, facility)
    settings = _of_sender(judging or JudgeSettings(), facility)
    verdict = judge(reading, settings)
    completed = complete(reading, facility, read_document, build=verdict.accepted)
    if completed.reading is not reading:
        reading = completed.reading
        verdict = judge(reading, settings)
    verdict = _with_new(verdict, completed.findings)
    wanted = reading.flags.destdmp
    outcomes = [
        classify(document, for_dmp=wanted) if document.header is not None else Classified(None)
        for document in reading.documents
    ]
    classified = tuple(one.classification for one in outcomes)
    verdict = _with_new(verdict, [finding for one in outcomes for finding in one.findings])
    verdict = verdict.plus(_by_extra_judges(reading, extra_judges, settings.observe))
    known = [classification for classification in classified if classification is not None]
    if not verdict.accepted or not wanted or not known:
        return Judged(reading, verdict, classified)
    built = build_submission(reading, known, facility, submission_time)
    return Judged(reading, _with_new(verdict, built.findings), classified, built.submission)


def _of_sender(judging: JudgeSettings, facility: Facility) -> JudgeSettings:
    """What this sender's vendor is still mending is observed, not enforced."""
    return dataclasses.replace(
        judging,
        observe=judging.observe | facility.observe,
        qualified_identity_by_default=facility.qualified_identity_by_default,
    )


def _by_extra_judges(
    reading: Reading, judges: Sequence[ExtraJudge], observe: frozenset[str]
) -> Iterator[Finding]:
    for document in reading.documents:
        for ask in judges:
            for finding in ask(document):
                lowered = finding.is_error and finding.rule in observe
                yield dataclasses.replace(finding, severity=Severity.WARNING) if lowered else finding


def _with_new(verdict: Verdict, more: Sequence[Finding]) -> Verdict:
    """Two rooms may name the same fault of the same place; it is told once."""
    if not more:
        return verdict
    told = {(str(finding.location), finding.is_error) for finding in verdict.findings}
    return verdict.plus(item for item in more if (str(item.location), item.is_error) not in told)
