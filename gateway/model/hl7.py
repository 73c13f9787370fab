"""An HL7v2 message as read: segments of raw fields, split further only when somebody asks.

Positions count from 1 as in the standard: ``segment.value(5, 3)`` is field 5, component 3. In MSH the
field separator itself is MSH-1, so positions agree with the standard there too (HL7 2.5 §2.5.4).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

Unescape = Callable[[str], str]

# A field beyond this size is searched each time rather than kept in pieces: OBX-5 may hold megabytes.
_LARGE = 4096


@dataclass(frozen=True, slots=True)
class Separators:
    """The five delimiters of MSH-1 and MSH-2."""

    field: str = "|"
    component: str = "^"
    repetition: str = "~"
    escape: str = "\\"
    subcomponent: str = "&"


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment. ``fields[n]`` is the raw text of field n (``fields[0]`` is the segment name)."""

    name: str
    fields: tuple[str, ...] = field(repr=False)
    line: int
    occurrence: int
    separators: Separators = field(repr=False)
    # Components of the first repetitions asked for so far, finished: the judges ask for them again and again.
    _known: dict[int, list[str]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def raw(self, number: int) -> str:
        """The raw field, still escaped; empty when absent or the HL7 null ``""`` (two double quotes)."""
        text = self.fields[number] if number < len(self.fields) else ""
        return "" if text == '""' else text

    def repetitions(self, number: int) -> list[str]:
        """The raw repetitions of a field; empty list for an empty field. MSH-1/MSH-2 are one repetition."""
        text = self.raw(number)
        if not text:
            return []
        if self.name == "MSH" and number <= 2:
            return [text]
        return text.split(self.separators.repetition)

    def value(self, number: int, component: int = 1, subcomponent: int = 1, repetition: int = 1) -> str:
        """The unescaped, blank-trimmed value at a position; empty when nothing is there."""
        if subcomponent == 1 and repetition == 1:
            known = self._known.get(number)
            if known is None:
                if number < len(self.fields) and len(self.fields[number]) > _LARGE:
                    part = first_of_large(self.fields[number], component, self.separators)
                    return _finished(part, 1, self.separators)
                known = self._known[number] = self._components(number)
            return known[component - 1] if component <= len(known) else ""
        if self.name == "MSH" and number <= 2:
            return self.raw(number)
        return pick(self._repetition(number, repetition), component, subcomponent, self.separators)

    def _repetition(self, number: int, repetition: int = 1) -> str:
        texts = self.repetitions(number)
        return texts[repetition - 1] if repetition <= len(texts) else ""

    def _components(self, number: int) -> list[str]:
        """The first repetition of a field as values: first sub-components, unescaped, trimmed."""
        text = self.raw(number)
        if not text:
            return []
        if self.name == "MSH" and number <= 2:
            return [text]
        marks = self.separators
        if marks.repetition in text:
            text = text[: text.index(marks.repetition)]
        parts = text.split(marks.component)
        if marks.subcomponent in text or marks.escape in text or '"' in text:
            return [_finished(part, 1, marks) for part in parts]
        return [part.strip() for part in parts]

    def component(self, number: int, component: int, repetition: int = 1) -> str:
        """A whole component, sub-components joined as sent (raw)."""
        texts = self.repetitions(number)
        if repetition > len(texts):
            return ""
        return nth(texts[repetition - 1], self.separators.component, component)


@dataclass(frozen=True, slots=True)
class Message:
    """The segments of one message in the order sent, with the delimiters and the character set in force."""

    segments: tuple[Segment, ...] = field(repr=False)
    separators: Separators
    charset: str

    def named(self, name: str) -> list[Segment]:
        return [segment for segment in self.segments if segment.name == name]

    def first(self, name: str) -> Segment | None:
        return next((segment for segment in self.segments if segment.name == name), None)

    def __iter__(self) -> Iterator[Segment]:
        return iter(self.segments)

    @property
    def msh(self) -> Segment:
        return self.segments[0]

    @property
    def control_id(self) -> str:
        return self.msh.value(10)

    @property
    def message_type(self) -> str:
        """MSH-9 as ``CODE^EVENT^STRUCTURE``, only the parts that are there."""
        return "^".join(self.msh.value(9, n) for n in (1, 2, 3)).rstrip("^")


def pick(text: str, component: int, subcomponent: int, separators: Separators) -> str:
    """One unescaped, trimmed value out of a raw repetition."""
    part = nth(text, separators.component, component)
    return _finished(part, subcomponent, separators) if part else ""


def _finished(part: str, subcomponent: int, separators: Separators) -> str:
    if separators.subcomponent in part:
        part = nth(part, separators.subcomponent, subcomponent)
    elif subcomponent > 1:
        return ""
    value = (unescape(part, separators) if separators.escape in part else part).strip()
    return "" if value == '""' else value


def first_of_large(text: str, component: int, separators: Separators) -> str:
    """Component ``component`` of the first repetition of a long raw field; looks no further than its end."""
    start = 0
    for _ in range(component - 1):
        start = text.find(separators.component, start) + 1
        if not start:
            return ""
    end = text.find(separators.component, start)
    end = len(text) if end < 0 else end
    cut = text.find(separators.repetition, 0, end)
    return text[start : end if cut < 0 else cut]


def nth(text: str, separator: str, number: int) -> str:
    """Part ``number`` (from 1) of a separated text; empty when there are fewer.

    Only the part asked for is copied: OBX-5 may hold megabytes, and its small components are asked often.
    """
    start = 0
    for _ in range(number - 1):
        found = text.find(separator, start)
        if found < 0:
            return ""
        start = found + len(separator)
    end = text.find(separator, start)
    return text[start:] if end < 0 else text[start:end]


def unescape(text: str, separators: Separators) -> str:
    r"""Decode ``\F\ \S\ \T\ \R\ \E\ \Xhh..\ \.br\``; any other escape is kept as sent (HL7 2.5 §2.7)."""
    if separators.escape not in text:
        return text
    mark = re.escape(separators.escape)
    return re.sub(
        f"{mark}([^{mark}]*){mark}", lambda found: _escaped(found.group(1), found.group(0), separators), text
    )


def _escaped(name: str, whole: str, separators: Separators) -> str:
    simple = {
        "F": separators.field,
        "S": separators.component,
        "T": separators.subcomponent,
        "R": separators.repetition,
        "E": separators.escape,
        ".br": "\n",
    }
    if name in simple:
        return simple[name]
    if name.startswith("X") and len(name) > 1 and re.fullmatch(r"(?:[0-9A-Fa-f]{2})+", name[1:]):
        return _hexadecimal(bytes.fromhex(name[1:]))
    return whole


def _hexadecimal(data: bytes) -> str:
    """The two character sets of the French profile, the one that can refuse first."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("iso-8859-15")
