"""OBX-5 by data type (HL7 2.5 §7.4.2): numbers, structured numbers, codes, texts, times."""

from __future__ import annotations

import re

from gateway.model import Segment
from gateway.model.lab import LabValue
from gateway.model.timestamps import is_timestamp
from gateway.parsers.plain import concept_of, readable

NUMERIC, STRUCTURED = frozenset({"NM", "SI"}), frozenset({"SN"})
CODED = frozenset({"CE", "CWE", "CNE", "CF"})
TEXT = frozenset({"ST", "TX", "FT", "ID", "IS"})
TIMES = frozenset({"DT", "TS", "DTM"})
CLOCK = frozenset({"TM"})
SUPPORTED = NUMERIC | STRUCTURED | CODED | TEXT | TIMES | CLOCK
COMPARATORS = frozenset({"", "=", "<", ">", "<=", ">=", "<>"})
SEPARATORS = frozenset({"", "-", "+", "/", ":", "."})
_NUMBER = re.compile(r"([+-]?)(\d*)(?:[.,](\d+))?")
_COMPARED = re.compile(r"(<=|>=|<|>|=)\s*(\S.*)")
_CLOCK = re.compile(r"([01]\d|2[0-3])([0-5]\d)?([0-5]\d(\.\d{1,4})?)?([+-]\d{4})?")


def read_values(obx: Segment) -> tuple[LabValue, ...]:
    """Every repetition of OBX-5 that says something; several lines of a text are one value."""
    kind = obx.value(2)
    texts = [text for text in obx.repetitions(5) if readable(text, obx)]
    if kind in TEXT:
        whole = "\n".join(_whole(text, obx) for text in texts)
        return (LabValue(whole),) if whole else ()
    return tuple(_value(kind, text, obx) for text in texts)


def decimal(text: str) -> str:
    """``text`` as a decimal with a point (a French comma is read too); empty when it is no number."""
    found = _NUMBER.fullmatch(text.strip().replace("\u202f", "").replace("\u00a0", ""))
    if found is None or not (found.group(2) or found.group(3)):
        return ""
    sign, whole, fraction = found.groups()
    number = f"{'-' if sign == '-' else ''}{whole or '0'}"
    return f"{number}.{fraction}" if fraction else number


def _value(kind: str, text: str, obx: Segment) -> LabValue:
    if kind in NUMERIC:
        return _number(_whole(text, obx))
    if kind in STRUCTURED:
        return _structured(text, obx)
    if kind in CODED:
        concept = concept_of(text, obx)
        return LabValue(concept.text if concept else "", concept=concept)
    shown = _whole(text, obx)
    if kind in TIMES:
        return LabValue(shown, time=shown, readable=is_timestamp(shown))
    if kind in CLOCK:
        digits = shown.replace(":", "")
        return LabValue(shown, readable=_CLOCK.fullmatch(digits) is not None)
    return LabValue(shown, readable=False)


def _number(text: str) -> LabValue:
    """An NM; senders also write a comparator before the number, which is an SN."""
    compared = _COMPARED.fullmatch(text)
    comparator, rest = compared.groups() if compared else ("", text)
    number = decimal(rest)
    return LabValue(text, number, comparator.replace("=", "") if comparator == "=" else comparator,
                    readable=bool(number))  # fmt: skip


def _structured(text: str, obx: Segment) -> LabValue:
    parts = [readable(part, obx) for part in text.split(obx.separators.component)] + [""] * 4
    comparator, separator = parts[0], parts[2]
    number, second = decimal(parts[1]), decimal(parts[3])
    right = comparator in COMPARATORS and separator in SEPARATORS
    complete = bool(number) and bool(second) == bool(parts[3]) == (separator not in ("", "+"))
    shown = "".join(part for part in (f"{comparator} " if comparator else "", *parts[1:4]) if part)
    return LabValue(
        shown,
        number,
        "" if comparator == "=" else comparator,
        separator,
        second,
        readable=right and complete,
    )


def _whole(text: str, obx: Segment) -> str:
    """A text; its component signs, which should have been escaped, are kept."""
    return readable(text, obx)
