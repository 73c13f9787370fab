"""The offending place of a finding, in its message or document, with identity masked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from itertools import groupby

from gateway.cli.masking import masked_field, masked_source
from gateway.model import Document, Finding, Location, Reading, Segment

AROUND = 2  # lines of XML shown before and after the place
LONGEST_LINE = 400
LONGEST_FIELD = 48
LONGEST_NEIGHBOUR = 24
_SPAN = 3  # fields shown before and after the one that is wrong


@dataclass(frozen=True, slots=True)
class Line:
    """One line to show: what stands in the margin, and a text in three parts, the middle one marked."""

    margin: str
    before: str
    mark: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A few lines; ``caption`` names what is marked (a field of the standard), in English as the standard."""

    lines: tuple[Line, ...] = ()
    caption: str = ""


class Excerpts:
    """Makes the excerpts of one message; the masked source of each document is made once."""

    def __init__(self, reading: Reading, empty: str) -> None:
        self._reading = reading
        self._empty = empty
        self._sources: dict[int, list[str]] = {}

    def of(self, finding: Finding) -> Excerpt:
        """The excerpt of a finding; without lines when its place is the message as a whole."""
        where = finding.location
        in_document = where.xpath is not None or where.line is not None
        if not in_document:
            return self._hl7(where) if where.segment is not None else Excerpt()
        document = self._document(where)
        shown = self._xml(where, document)
        if where.segment is None or (document is not None and document.origin.segment == where.segment):
            return shown
        both = self._hl7(where)  # message against document: the two places, one above the other
        return Excerpt(both.lines + shown.lines, both.caption)

    def _hl7(self, where: Location) -> Excerpt:
        message = self._reading.message
        if message is None or where.segment is None:
            return Excerpt()
        found = (item for item in message.segments if item.name == where.segment)
        segment = next((item for item in found if item.occurrence == where.sequence), None)
        if segment is None:
            return Excerpt((Line("", f"{_outline(message.segments)}   ", f"{where.segment} ?"),))
        if where.field is None:
            return Excerpt((_whole(segment),))
        line = _around(segment, where, self._empty)
        return Excerpt((line,), field_name(segment.name, where.field))

    def _xml(self, where: Location, document: Document | None) -> Excerpt:
        if document is None or where.line is None:
            return Excerpt()
        lines = self._source(document)
        if not 1 <= where.line <= len(lines):
            return Excerpt()
        first, last = max(1, where.line - AROUND), min(len(lines), where.line + AROUND)
        shown = [(number, lines[number - 1].expandtabs(2).rstrip()) for number in range(first, last + 1)]
        margin = min((len(text) - len(text.lstrip()) for _, text in shown if text), default=0)
        return Excerpt(
            tuple(_source_line(number, text[margin:], number == where.line) for number, text in shown)
        )

    def _document(self, where: Location) -> Document | None:
        carrier = where.segment, where.sequence
        documents = self._reading.documents
        named = (item for item in documents if (item.origin.segment, item.origin.sequence) == carrier)
        return next(named, documents[0] if documents else None)

    def _source(self, document: Document) -> list[str]:
        known = self._sources.get(document.position)
        if known is None:
            known = masked_source(_decoded(document))
            self._sources[document.position] = known
        return known


def _decoded(document: Document) -> str:
    encoding = "utf-8-sig"
    if document.root is not None:
        encoding = document.root.getroottree().docinfo.encoding or encoding
    try:
        text = document.content.decode(encoding, errors="replace")
    except LookupError:
        text = document.content.decode("utf-8", errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _source_line(number: int, text: str, marked: bool) -> Line:
    if len(text) > LONGEST_LINE:
        text = text[:LONGEST_LINE] + "…"
    return Line(str(number), "", text) if marked else Line(str(number), text)


def _whole(segment: Segment) -> Line:
    """A segment by its first fields, its name marked."""
    bar, first = segment.separators.field, 2 if segment.name == "MSH" else 1
    shown = [_short(masked_field(segment, number)) for number in range(first, len(segment.fields))]
    tail = f"{bar}…" if len(shown) > 2 * _SPAN else ""
    return Line("", "", segment.name, "".join(f"{bar}{text}" for text in shown[: 2 * _SPAN]) + tail)


def _around(segment: Segment, where: Location, empty: str) -> Line:
    """The field of ``where`` between its neighbours, and in it what ``where`` points at."""
    field, bar = where.field or 1, segment.separators.field
    if segment.name == "MSH" and field == 1:
        return Line("", "MSH", bar, _short(masked_field(segment, 2)) + f"{bar}…")
    least = 2 if segment.name == "MSH" else 1  # MSH-1 is the separator itself
    last = max(len(segment.fields) - 1, field)
    first, end = max(least, field - _SPAN), min(last, field + _SPAN)
    head = segment.name + (f"{bar}…" if first > least else "")
    neighbours = [_short(masked_field(segment, number)) for number in range(first, field)]
    later = [_short(masked_field(segment, number)) for number in range(field + 1, end + 1)]
    before, mark, after = _pointed(segment, where, masked_field(segment, field))
    start = bar.join([head, *neighbours]) + bar
    rest = "".join(f"{bar}{text}" for text in later) + (f"{bar}…" if end < last else "")
    return Line("", start + before, mark or empty, after + rest)


def _pointed(segment: Segment, where: Location, text: str) -> tuple[str, str, str]:
    """What stands before, at and after the repetition and component of ``where`` in a masked field."""
    if (where.repetition == 1 and where.component is None) or (segment.name == "MSH" and where.field == 2):
        return "", _short(text, LONGEST_FIELD), ""
    tilde, hat = segment.separators.repetition, segment.separators.component
    before, mark, after = _part(text, tilde, where.repetition)
    if where.component is not None:
        inner, mark, outer = _part(mark, hat, where.component)
        before, after = before + inner, outer + after
    if len(before) > LONGEST_FIELD:
        before = "…" + before[1 - LONGEST_FIELD :]
    return before, _short(mark, LONGEST_FIELD), _short(after)


def _part(text: str, separator: str, number: int) -> tuple[str, str, str]:
    """Part ``number`` of a text, with what stands on both sides; an absent part is empty, at the end."""
    parts = text.split(separator)
    if number > len(parts):
        return text + separator * (number - len(parts)), "", ""
    before = "".join(part + separator for part in parts[: number - 1])
    return before, parts[number - 1], "".join(separator + part for part in parts[number:])


def _short(text: str, most: int = LONGEST_NEIGHBOUR) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _outline(segments: Sequence[Segment]) -> str:
    """The names of the segments in their order, repetitions counted."""
    runs = [(name, sum(1 for _ in run)) for name, run in groupby(segment.name for segment in segments)]
    names = [name if count == 1 else f"{name}×{count}" for name, count in runs]
    return " ".join(names if len(names) <= 18 else [*names[:17], "…"])


@cache
def field_name(segment: str, field: int) -> str:
    """The name of a field in HL7 2.6, else 2.5; empty for a field that neither has."""
    for version in ("v2_6", "v2_5"):
        fields = import_module(f"hl7apy.{version}.fields").FIELDS
        row = fields.get(f"{segment}_{field}")
        if row is not None and len(row) > 3 and row[3]:
            return str(row[3]).replace("_", " ").capitalize()
    return ""
