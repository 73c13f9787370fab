"""The content tree of a text SR as plain text (DICOM PS3.3 C.17.3): headings, texts, codes, numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

DEEPEST, MOST_ITEMS = 32, 5000
# What points to another object: nothing to read in words.
_POINTERS = frozenset({"IMAGE", "COMPOSITE", "WAVEFORM", "SCOORD", "SCOORD3D", "TCOORD", "UIDREF"})
_VALUES = {"TEXT": "TextValue", "DATE": "Date", "TIME": "Time", "DATETIME": "DateTime", "PNAME": "PersonName"}


class TooDeep(Exception):
    """More levels or items than a report has."""


def text_of(dataset: Dataset) -> str:
    """The lines of the report; a heading stands alone, anything else follows its name. Raises TooDeep."""
    lines: list[str] = []
    for count, (depth, item) in enumerate(_walk(dataset, 0)):
        if count >= MOST_ITEMS:
            raise TooDeep
        lines += _lines(item, depth)
    return "\n".join(lines).strip("\n")


def meaning(item: Dataset, keyword: str) -> str:
    """The CodeMeaning (else the CodeValue) of the first code of a sequence."""
    codes = item.get(keyword) or []
    return str(codes[0].get("CodeMeaning", "") or codes[0].get("CodeValue", "")) if codes else ""


def _walk(item: Dataset, depth: int) -> Iterator[tuple[int, Dataset]]:
    if depth > DEEPEST:
        raise TooDeep
    for child in item.get("ContentSequence") or []:
        yield depth, child
        yield from _walk(child, depth + 1)


def _lines(item: Dataset, depth: int) -> list[str]:
    kind, name = str(item.get("ValueType", "")), meaning(item, "ConceptNameCodeSequence")
    if kind == "CONTAINER":
        return ["", name.upper() if depth == 0 else name] if name else []
    if kind in _POINTERS:
        return []
    value = _value(item, kind)
    if not value:
        return []
    return [f"{name} : {value}"] if name and "\n" not in value else [*([f"{name} :"] if name else []), value]


def _value(item: Dataset, kind: str) -> str:
    if kind == "CODE":
        return meaning(item, "ConceptCodeSequence")
    if kind == "NUM":
        measured = item.get("MeasuredValueSequence") or []
        if not measured:
            return ""
        unit = measured[0].get("MeasurementUnitsCodeSequence") or []
        # The code "1" of UCUM is no unit.
        name = str(unit[0].get("CodeValue", "")) if unit else ""
        number = str(measured[0].get("NumericValue", ""))
        return number if name in ("", "1") else f"{number} {name}"
    value = str(item.get(_VALUES.get(kind, "TextValue"), "") or "")
    if kind == "PNAME":
        return " ".join(part for part in value.split("=")[0].split("^")[:2][::-1] if part)
    return value.replace("\r\n", "\n").replace("\r", "\n").strip()
