"""What a person is told about one judged message: the page in the terminal and the HTML page are made of it.

Nothing here tells who the patient is: facts of documents are codes, dates, sizes and ids of documents, and
excerpts are masked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from gateway.cli.excerpts import Excerpt, Excerpts
from gateway.cli.rulebook import rulebook
from gateway.cli.words import LANGUAGES, Words, kind_word
from gateway.model import CdaHeader, Code, Document, Finding, Severity
from gateway.model.timestamps import is_timestamp
from gateway.pipeline import Judged
from gateway.routes import Classification
from gateway.routes.flags import confidentiality_codes
from gateway.routes.replies import acknowledge

MOST_PLACES = 3  # excerpts shown for one rule in one message
_STAMP = re.compile(r"(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?\d*(?:\.\d+)?([+-]\d{4})?")
_FIRST_PART = re.compile(r"(?<=\w)\. (?=[A-ZÉÀÊ])|(?<=[)»])\. (?=[A-ZÉÀÊ])| ?: (?=[a-zéà])")


@dataclass(frozen=True, slots=True)
class Place:
    location: str
    excerpt: Excerpt


@dataclass(frozen=True, slots=True)
class Issue:
    """One rule broken in one message: what is wrong, what to do, where; ``more`` places are not shown."""

    rule: str
    severity: Severity
    what: str
    todo: str
    clause: str
    answer: str
    places: tuple[Place, ...]
    more: int = 0

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR

    @property
    def count(self) -> int:
        return len(self.places) + self.more


@dataclass(frozen=True, slots=True)
class About:
    """One document: a headline, and facts as (label, value)."""

    headline: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """One message. ``subject`` says what it is; ``ack`` what its sender would be answered."""

    path: str
    accepted: bool
    subject: str
    ack: str
    documents: tuple[About, ...]
    issues: tuple[Issue, ...] = field(default=())

    @property
    def errors(self) -> int:
        return sum(issue.count for issue in self.issues if issue.is_error)

    @property
    def warnings(self) -> int:
        return sum(issue.count for issue in self.issues if not issue.is_error)


def explain(path: str, judged: Judged, language: str) -> Explained:
    """Everything there is to say about one message, errors first."""
    words, reading = LANGUAGES[language], judged.reading
    message = reading.message
    kind = kind_word(words, reading.kind.value)
    if message is not None and message.segments:
        parts = (message.message_type, message.msh.value(12)[:5] and f"HL7 {message.msh.value(12)[:5]}", kind)
        subject = " · ".join(part for part in parts if part)
    else:
        subject = f"CDA R2 · {kind}" if any(d.root is not None for d in reading.documents) else kind
    return Explained(
        path=path,
        accepted=judged.verdict.accepted,
        subject=subject,
        ack=_ack(judged, words),
        documents=tuple(_about(judged, *pair, language) for pair in judged.documents if _readable(pair[0])),
        issues=tuple(_issues(judged, language)),
    )


def _readable(document: Document) -> bool:
    return document.header is not None


def _ack(judged: Judged, words: Words) -> str:
    if judged.reading.message is None:
        return ""
    ack = acknowledge(judged.verdict)
    codes = sorted({f"{error.err3}/{error.err5}" if error.err5 else error.err3 for error in ack.errors})
    return f"{words['ack']} {ack.code}" + (f" · ERR {', '.join(codes)}" if codes else "")


def _about(judged: Judged, document: Document, found: Classification | None, language: str) -> About:
    words, header = LANGUAGES[language], document.header or CdaHeader()
    facts: list[tuple[str, str]] = []
    if found is not None and found.rubrique is not None:
        label = found.rubrique.label_en if language == "en" else found.rubrique.label_fr
        facts.append((words["rubrique"], label))
    if found is not None:
        facts.append((words["model"], f"{found.format_code.code} — {found.format_code.display}".strip(" —")))
    facts += _dates(header, words)
    facts.append((words["body"], _body(document, header, words)))
    if header.unique_id is not None:
        facts.append((words["unique_id"], _plain_id(header.unique_id.root)))
    codes = confidentiality_codes(header.confidentiality, judged.reading.flags)
    if codes:
        facts.append((words["confidentiality"], " ".join(code.code for code in codes)))
    if header.replaces:
        facts.append((words["replaces"], " ".join(_plain_id(old.root) for old in header.replaces)))
    title = _type(found.type_code if found is not None else None, header.code, words)
    return About(f"{document.position}. {words[document.action.value]} · {title}", tuple(facts))


def _type(known: Code | None, said: Code | None, words: Words) -> str:
    if known is not None:
        return f"{known.code} {known.display}"
    return words["unknown_type"] if said is None else f"{_plain_id(said.code)} ({words['unknown_type']})"


def _plain_id(text: str) -> str:
    """Ids of documents and codes are shown when they look like ones: anything else could be somebody."""
    return (
        text
        if re.fullmatch(r"[0-9.]{1,64}|[A-Z]{0,10}[-_]?[0-9][0-9-]{0,12}|[0-9A-Fa-f-]{36}", text)
        else "…"
    )


def _dates(header: CdaHeader, words: Words) -> list[tuple[str, str]]:
    start = header.service_events[0].start if header.service_events else ""
    told = ((words["written"], header.effective_time), (words["care"], start))
    texts = [f"{word} {_moment(stamp)}" for word, stamp in told if is_timestamp(stamp)]
    return [(words["dates"], ", ".join(texts))] if texts else []


def _moment(stamp: str) -> str:
    """``20260302101500+0100`` as ``2026-03-02 10:15 +0100``."""
    found = _STAMP.fullmatch(stamp)
    if found is None:
        return ""
    year, month, day, hour, minute, offset = found.groups()
    date = "-".join(part for part in (year, month, day) if part)
    time = f" {hour}:{minute or '00'}" if hour else ""
    return f"{date}{time}{f' {offset}' if offset and hour else ''}"


def _body(document: Document, header: CdaHeader, words: Words) -> str:
    size = _size(len(document.content), words["byte"])
    if header.body is None:
        return size
    media = (
        header.body.media_type if re.fullmatch(r"[a-z]+/[a-z0-9.+-]{1,40}", header.body.media_type) else ""
    )
    return ", ".join(part for part in (f"{words['level']} {header.body.level}", media, size) if part)


def _size(count: int, unit: str) -> str:
    if count < 1000:
        return f"{count} {unit}"
    return f"{count / 1000:.0f} k{unit}" if count < 10**6 else f"{count / 10**6:.1f} M{unit}"


def _issues(judged: Judged, language: str) -> Iterable[Issue]:
    """Findings grouped by rule and text, errors before warnings, in the order of the message."""
    excerpts = Excerpts(judged.reading, LANGUAGES[language]["empty"])
    groups: dict[tuple[str, Severity, str], list[Finding]] = {}
    for finding in judged.verdict.findings:
        groups.setdefault((finding.rule, finding.severity, finding.text(language)), []).append(finding)
    for (name, severity, text), findings in sorted(groups.items(), key=lambda item: item[0][1] != "error"):
        rule = rulebook().get(name)
        what, todo = split_text(text)
        yield Issue(
            rule=name,
            severity=severity,
            what=what,
            todo=todo,
            clause=rule.clause if rule is not None else "",
            answer=_answer(findings[0]) if judged.reading.message is not None else "",
            places=tuple(Place(str(one.location), excerpts.of(one)) for one in findings[:MOST_PLACES]),
            more=max(0, len(findings) - MOST_PLACES),
        )


def _answer(finding: Finding) -> str:
    if not finding.is_error or finding.hl7_code is None:
        return ""
    return f"ERR {finding.hl7_code}" + (f"/{finding.application_code}" if finding.application_code else "")


def split_text(text: str) -> tuple[str, str]:
    """What is wrong, and the rest: what to do about it."""
    parts = _FIRST_PART.split(text, maxsplit=1)
    if len(parts) < 2:
        return text, ""
    what, todo = parts[0].rstrip(" .:") + ".", parts[1]
    return what, todo[:1].upper() + todo[1:]
