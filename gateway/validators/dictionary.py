"""The HL7 dictionaries of hl7apy, compiled once to plain tuples, with the French additions as data.

hl7apy is asked when a segment of a version is met for the first time; after that no object of it is used.
Its dictionaries have no lengths: those that count are in ``schemas/hl7/french_additions.csv``.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from gateway.resources import schemas

VERSIONS = ("2.3.1", "2.4", "2.5", "2.5.1", "2.6")
"""MSH-12.1 of the messages that can be checked."""

Shape = re.Pattern[str]
Right = Callable[[str], object]
Part = tuple[Shape | None, tuple[Shape | None, ...]]
"""One component: its own shape, and those of its sub-components (none for a simple type)."""

_YEAR_TO_DAY = r"\d{4}(?:(?:0[1-9]|1[0-2])(?:(?:0[1-9]|[12]\d|3[01])%s)?)?"
_CLOCK = r"(?:[01]\d|2[0-3])(?:[0-5]\d(?:[0-5]\d(?:\.\d{1,4})?)?)?"
_OFFSET = r"(?:[+-](?:0\d|1[0-4])[0-5]\d)?"
_MOMENT = re.compile(_YEAR_TO_DAY % f"(?:{_CLOCK})?" + _OFFSET, re.ASCII)
# What a value of a base data type looks like (HL7 2.5 §2.A). Types that are free text have no shape.
SHAPES: dict[str, Shape] = {
    "NM": re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII),
    "SI": re.compile(r"\d{1,6}", re.ASCII),
    "DT": re.compile(_YEAR_TO_DAY % "", re.ASCII),
    "TM": re.compile(_CLOCK + _OFFSET, re.ASCII),
    "DTM": _MOMENT,
    "TS": _MOMENT,
    "ID": re.compile(r"[0-9A-Za-zÀ-ÿ<>_][0-9A-Za-zÀ-ÿ_ ./+<>-]*"),
}


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field. ``parts`` are its components; a shape None accepts any text.

    ``limits`` are (component, greatest length or 0, allowed codes or None).
    """

    required: bool
    repeats: bool
    parts: tuple[Part, ...]
    limits: tuple[tuple[int, int, frozenset[str] | None], ...] = ()
    varies: bool = False

    def right(self) -> Right:
        """True of a raw field with the standard delimiters and nothing wrong; others need a closer look."""
        return right_field(self.parts, self.repeats, self.limits).fullmatch


class SegmentSpec:
    """``fields[n]`` is field n, None when it is not checked; ``open`` segments have fields we do not know.

    ``right[n]`` is the quick check of field n, compiled when it is first needed. OBX-5 depends on OBX-2 and
    has none.
    """

    __slots__ = ("fields", "open", "required", "right")

    def __init__(self, fields: tuple[FieldSpec | None, ...], *, open_ended: bool) -> None:
        self.fields, self.open = fields, open_ended
        self.required = tuple(number for number, spec in enumerate(fields) if spec and spec.required)
        self.right: list[Right | None] = [
            partial(self._first, number) if spec and not spec.varies else None
            for number, spec in enumerate(fields)
        ]

    def _first(self, number: int, text: str) -> object:
        spec = self.fields[number]
        right = self.right[number] = spec.right() if spec is not None else None
        return right is None or right(text)


@cache
def right_field(
    parts: tuple[Part, ...], repeats: bool, limits: tuple[tuple[int, int, frozenset[str] | None], ...]
) -> re.Pattern[str]:
    """The raw texts of a field that need no closer look, as one expression. It never backtracks far: no
    part can match a delimiter."""
    limited = {component: (most, codes) for component, most, codes in limits}
    written = [_right_component(part, *limited.get(n, (0, None))) for n, part in enumerate(parts, 1)]
    value = _in_turn(written, r"\^")
    return re.compile(f"{value}(?:~{value})*" if repeats else value)


def _right_component(part: Part, most: int, codes: frozenset[str] | None) -> str:
    shape, inner = part
    if codes is not None:
        return "(?:" + "|".join(sorted(map(re.escape, codes))) + ")?"
    if most:
        return f"[^\\^~&]{{0,{most}}}"
    return _in_turn([_right_text(one) for one in inner], "&") if inner else _right_text(shape)


def _right_text(shape: Shape | None) -> str:
    return f'(?:{shape.pattern}|"")?' if shape is not None else r"[^\^~&]*"


def _in_turn(written: Sequence[str], separator: str) -> str:
    """All of them in turn; the last ones may be left out, and more separators may follow."""
    text = ""
    for one in reversed(written):
        text = f"{one}(?:{separator}{text})?" if text else f"{one}{separator}*"
    return text


class Dictionary:
    """One HL7 version. Segments and data types are compiled when they are first asked for."""

    def __init__(self, version: str) -> None:
        from hl7apy import load_library

        self._library: Any = load_library(version)
        self._additions = _additions(version)
        self._segments: dict[str, SegmentSpec] = {}
        self._types: dict[str, tuple[FieldSpec, Right]] = {}
        self._required: dict[str, tuple[str, ...]] = {}

    def segment(self, name: str) -> SegmentSpec | None:
        """None for a segment that neither the version nor France knows."""
        found = self._segments.get(name)
        if found is None:
            found = self._compile(name)
            if found is not None:  # what senders invent is not remembered
                self._segments[name] = found
        return found

    def data_type(self, name: str) -> tuple[FieldSpec, Right] | None:
        """How a value of this type looks, and its quick check, for OBX-5; None for an unknown type."""
        if name not in self._types and (name in SHAPES or self._known(name)):
            spec = FieldSpec(False, True, self._parts(name))
            self._types[name] = spec, spec.right()
        return self._types.get(name)

    def required_segments(self, structure: str) -> tuple[str, ...]:
        """What a message of this structure (``ADT_A01``) must hold, with its required groups."""
        group = self._library.MESSAGES.get(structure)
        if structure not in self._required and group is not None:
            self._required[structure] = tuple(dict.fromkeys(self._required_in(group)))
        return self._required.get(structure, ())

    def _required_in(self, group: Any) -> list[str]:
        names: list[str] = []
        for name, reference, (least, _), sort in group[1]:
            if least and sort == "SEG":
                names.append(name)
            elif least:
                names += self._required_in(reference or self._library.GROUPS[name])
        return names

    def _compile(self, name: str) -> SegmentSpec | None:
        rows = [row for row in self._additions if row["segment"] == name]
        known = self._library.SEGMENTS.get(name)
        if known is None and not rows:
            return None
        specs: dict[int, FieldSpec | None] = {}
        for child, reference, (least, most), _ in known[1] if known else ():
            if reference is not None:
                specs[int(child.rpartition("_")[2])] = self._field(reference, bool(least), most != 1)
        for row in rows:
            self._add(specs, row)
        if name == "MSH":
            specs[1] = specs[2] = None  # the delimiters have a rule of their own
        fields = tuple(specs.get(number) for number in range(max(specs, default=0) + 1))
        return SegmentSpec(fields, open_ended=any(not row["field"] and not row["component"] for row in rows))

    def _field(self, reference: Any, required: bool, repeats: bool) -> FieldSpec:
        return FieldSpec(required, repeats, self._parts(reference[2] or ""), varies=reference[2] == "varies")

    def _add(self, specs: dict[int, FieldSpec | None], row: dict[str, str]) -> None:
        if not row["field"]:
            return
        number = int(row["field"])
        if not row["component"]:
            required, repeats = row["required"] == "Y", row["repeats"] == "Y"
            specs[number] = FieldSpec(required, repeats, self._parts(row["type"])) if row["type"] else None
        spec = specs.get(number)
        if spec is not None and (row["max_length"] or row["table"]):
            codes = self._codes(row["table"]) if row["table"] else None
            limit = (int(row["component"] or 1), int(row["max_length"] or 0), codes)
            limits = (*spec.limits, limit)
            specs[number] = FieldSpec(spec.required, spec.repeats, spec.parts, limits, spec.varies)

    def _codes(self, table: str) -> frozenset[str] | None:
        own = frozenset(row["code"] for row in _rows("french_tables.csv") if row["table"] == table)
        if table == "HL70445":  # France replaced the whole table (PAM.fr 2.11 §6.6.15)
            return own
        return own.union(self._library.TABLES.get(table, ("", ()))[1]) or None

    def _known(self, name: str) -> bool:
        return name in self._library.DATATYPES_STRUCTS or name in self._library.BASE_DATATYPES

    def _parts(self, name: str) -> tuple[Part, ...]:
        """The components of a data type; one without a shape for a type that is unknown here."""
        # A type of a later version (CWE before 2.5) is read as its predecessor.
        structure = self._library.DATATYPES_STRUCTS.get(name) or (
            self._library.DATATYPES_STRUCTS.get("CE") if name == "CWE" else None
        )
        if structure is None:
            return ((SHAPES.get(name), ()),)
        parts = [self._component(reference) for _, reference, _, _ in structure]
        if name == "TS":
            parts[0] = SHAPES["TS"], ()  # before 2.5 hl7apy calls it ST
        for row in self._additions:
            if row["segment"] == name and row["component"] and not row["field"]:
                parts[int(row["component"]) - 1] = SHAPES.get(row["type"]), ()
        return tuple(parts)

    def _component(self, reference: Any) -> Part:
        name = reference[2] or ""
        if name not in self._library.DATATYPES_STRUCTS:
            return SHAPES.get(name), ()
        inner = tuple(SHAPES.get(part[2] or "") for _, part, _, _ in self._library.DATATYPES_STRUCTS[name])
        if name == "TS":
            inner = (SHAPES["TS"], *inner[1:])
        return inner[0], inner


def dictionary(version: str) -> Dictionary | None:
    """The dictionary of a version (MSH-12.1), compiled once; None for a version that is not read."""
    return _dictionary(version) if version in VERSIONS else None


_dictionary = cache(Dictionary)


def prepare() -> None:
    """Load the dictionaries of the French interface now rather than at the first message."""
    for version in ("2.5", "2.6"):
        dictionary(version)


def _additions(version: str) -> list[dict[str, str]]:
    return [row for row in _rows("french_additions.csv") if row["version"] in ("", version)]


@cache
def _rows(file: str) -> list[dict[str, str]]:
    text = (schemas() / "hl7" / file).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(), strict=True))
