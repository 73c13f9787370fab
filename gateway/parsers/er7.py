"""ER7: bytes to segments of raw fields. One split; components are taken apart only when asked for."""

from __future__ import annotations

import re
from collections import Counter

from gateway.model import Finding, Location, Message, Segment, Separators
from gateway.parsers import rules
from gateway.parsers.charset import Charset, resolve
from gateway.parsers.delimiters import field_separator, header_text, read_separators
from gateway.parsers.limits import Limits

_NAME = re.compile(r"[A-Z][A-Z0-9]{2}")
_BATCH = frozenset({"FHS", "BHS", "BTS", "FTS"})
_KNOWN_ESCAPE = re.compile(r"[FSTRE]|\.br|X(?:[0-9A-Fa-f]{2})+")
# Formatted text (FT) has commands of its own: highlighting and layout (HL7 2.5 §2.7.3, §2.7.6).
_FORMATTED = re.compile(
    rf"{_KNOWN_ESCAPE.pattern}|[HN]|\.(?:br|sp|in|ti|fi|nf|sk|ce) ?[+-]?\d*", re.IGNORECASE
)
_SHOWN = 20  # findings of one sort that are listed one by one; the others are counted


def first_line(data: bytes) -> bytes:
    """The bytes before the first CR or LF, at most 64 KiB of them."""
    head = data[: 64 * 1024]
    return head.splitlines()[0] if head else b""


def read_message(
    data: bytes, limits: Limits, offset: int = 0, charset: str = ""
) -> tuple[Message, list[Finding]]:
    """The message in ``data``, which begins with MSH, and what is wrong with its encoding.

    ``offset`` is the place of ``data`` in the delivery, for byte positions. ``charset`` (table 0211) is used
    without MSH-18. A message beyond the structure limits is read no further than MSH, so that it can be
    answered.
    """
    if _too_many(data, limits):
        message, findings = read_message(first_line(data), limits, offset)
        return message, [*findings, rules.STRUCTURE.at(Location(segment="MSH"))]
    head = first_line(data)
    header = header_text(head)
    separators, findings = read_separators(header, data[len(head) :])
    declared = _declared_charset(header, separators)
    return _Reader(data, separators, resolve(declared, data, charset), offset, findings).read()


def _too_many(data: bytes, limits: Limits) -> bool:
    """Counts only what the size alone does not rule out."""
    if len(data) <= min(2 * limits.max_segments, limits.max_fields, limits.max_repetitions):
        return False
    separator = field_separator(header_text(first_line(data))).encode()
    counted = ((separator, limits.max_fields), (b"~", limits.max_repetitions))
    if any(len(data) > most and data.count(sign) > most for sign, most in counted):
        return True
    return data.count(b"\r") + data.count(b"\n") > 2 * limits.max_segments


def _declared_charset(header: str, separators: Separators) -> str:
    fields = header.split(separators.field, 18)
    return fields[17].partition(separators.repetition)[0] if len(fields) > 17 else ""


class _Reader:
    """The state of one reading: line by line, collecting segments and findings."""

    def __init__(
        self, data: bytes, separators: Separators, charset: Charset, offset: int, findings: list[Finding]
    ) -> None:
        self.data, self.separators, self.charset, self.offset = data, separators, charset, offset
        self.findings = findings
        self.segments: list[Segment] = []
        self.counts: Counter[str] = Counter()
        self.undecodable: list[Finding] = []
        self.strays: list[Finding] = []
        self.escapes: list[Finding] = []

    def read(self) -> tuple[Message, list[Finding]]:
        if b"\n" in self.data:
            self.findings.append(rules.SEGMENT_END.at(Location(line=1)))
        for number, line in enumerate(self.data.splitlines(), start=1):
            if line and not line.isspace() and not self._segment(number, line):
                break
        found = [*self.findings, *self.undecodable, *_listed(self.strays), *_listed(self.escapes)]
        return Message(tuple(self.segments), self.separators, self.charset.name), found

    def _segment(self, number: int, line: bytes) -> bool:
        """Take one line; False when another message begins, which is not read."""
        text = self._decode(line).rstrip(" \t\0")
        fields = self._fields(text)
        name = fields[0]
        if not _NAME.fullmatch(name):
            self.strays.append(rules.SEGMENT.at(Location(line=number)))
            return True
        if self.segments and (name == "MSH" or name in _BATCH):
            self.findings.append(rules.MANY.at(Location(segment=name, sequence=2, line=number)))
            return False
        self.counts[name] += 1
        segment = Segment(name, tuple(fields), number, self.counts[name], self.separators)
        self.segments.append(segment)
        if self.separators.escape in text:
            self.escapes += _bad_escapes(segment)
        return True

    def _fields(self, text: str) -> list[str]:
        separator = self.separators.field
        if self.segments or not text.startswith("MSH"):
            return text.split(separator)
        return ["MSH", text[3:4], *text[4:].split(separator)]  # MSH-1 is the separator itself

    def _decode(self, line: bytes) -> str:
        try:
            return line.decode(self.charset.codec)
        except UnicodeDecodeError as error:
            if not self.undecodable:
                self.undecodable.append(rules.UNDECODABLE.at(self._place(line, error.start)))
            return line.decode(self.charset.codec, errors="replace")

    def _place(self, line: bytes, start: int) -> Location:
        """Where the first undecodable byte is; an equal earlier line would have failed before this one."""
        byte = self.offset + self.data.find(line) + start + 1
        name = line[:3].decode("ascii", errors="replace")
        if not _NAME.fullmatch(name):
            return Location(detail=f"byte {byte}")
        field = line.count(self.separators.field.encode(), 0, start) + (name == "MSH")
        sequence = self.counts[name] + 1
        return Location(segment=name, sequence=sequence, field=field or None, detail=f"byte {byte}")


def _bad_escapes(segment: Segment) -> list[Finding]:
    """R.ENC.07 for each field with an unknown or unterminated escape; encapsulated data has its own rule."""
    mark = segment.separators.escape
    encapsulated = segment.name == "OBX" and segment.value(2) == "ED"
    findings = []
    for number, text in enumerate(segment.fields):
        if mark not in text or (segment.name == "MSH" and number <= 2) or (encapsulated and number == 5):
            continue
        parts = text.split(mark)
        known = _FORMATTED if _is_formatted(segment, number) else _KNOWN_ESCAPE
        if len(parts) % 2 == 0 or not all(known.fullmatch(part) for part in parts[1::2]):
            where = Location(segment=segment.name, sequence=segment.occurrence, field=number or None)
            findings.append(rules.ESCAPE.at(where))
    return findings


def _is_formatted(segment: Segment, number: int) -> bool:
    return (segment.name, number) == ("NTE", 3) or (
        (segment.name, number) == ("OBX", 5) and segment.value(2) == "FT"
    )


def _listed(findings: list[Finding]) -> list[Finding]:
    """At most ``_SHOWN`` findings; the last one says how many more there are."""
    more = len(findings) - _SHOWN
    if more <= 0:
        return findings
    last = findings[_SHOWN - 1]
    rule = next(rule for rule in rules.RULES if rule.id == last.rule)
    counted = rule.at(
        last.location, more_fr=f"(et {more} autres endroits)", more_en=f"(and {more} more places)"
    )
    return [*findings[: _SHOWN - 1], counted]
