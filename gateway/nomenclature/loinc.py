"""LOINC codes: their shape and their check digit. The table itself is not needed here."""

from __future__ import annotations

import re

NAMES = frozenset({"LN", "LOINC", "2.16.840.1.113883.6.1"})
"""The spellings of the code system in CE-3."""
_SHAPE = re.compile(r"[0-9]{1,7}-[0-9]")


def is_loinc(code: str) -> bool:
    """Digits, a hyphen and the Mod 10 check digit (LOINC Users' Guide, appendix C)."""
    if _SHAPE.fullmatch(code) is None:
        return False
    digits, _, check = code.partition("-")
    odd = str(int(digits[::-1][::2]) * 2)
    total = sum(int(digit) for digit in odd + digits[::-1][1::2])
    return -total % 10 == int(check)
