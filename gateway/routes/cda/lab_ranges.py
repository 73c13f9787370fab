"""OBX-7 as laboratories write it: ``3.5-5.1``, ``3,5 à 5,1``, ``< 5``, ``[3.5 ; 5.1]``; else text."""

from __future__ import annotations

import re
from dataclasses import dataclass

_N = r"([+-]?\d+(?:[.,]\d+)?)"
_BETWEEN = re.compile(rf"[\[(]?\s*{_N}\s*(?:-|–|—|à|a|;|to|/)\s*{_N}\s*[\])]?", re.IGNORECASE)
_BELOW = re.compile(rf"(<=|≤|<|inf\.?|jusqu'à)\s*(?:à\s*)?{_N}", re.IGNORECASE)
_ABOVE = re.compile(rf"(>=|≥|>|sup\.?)\s*(?:à\s*)?{_N}", re.IGNORECASE)
_INCLUSIVE = frozenset({"<=", "≤", ">=", "≥", "jusqu'à"})


@dataclass(frozen=True, slots=True)
class Interval:
    """Decimals with a point; an empty bound is open."""

    low: str = ""
    high: str = ""
    low_inclusive: bool = True
    high_inclusive: bool = True


def read_range(text: str) -> Interval | None:
    """The interval that ``text`` says, None when it says anything else or its bounds are upside down."""
    text = text.strip()
    if found := _BETWEEN.fullmatch(text):
        low, high = (_decimal(part) for part in found.groups())
        return Interval(low, high) if float(low) <= float(high) else None
    if found := _BELOW.fullmatch(text):
        return Interval(high=_decimal(found.group(2)), high_inclusive=found.group(1).lower() in _INCLUSIVE)
    if found := _ABOVE.fullmatch(text):
        return Interval(low=_decimal(found.group(2)), low_inclusive=found.group(1).lower() in _INCLUSIVE)
    return None


def _decimal(text: str) -> str:
    return text.replace(",", ".").lstrip("+")
