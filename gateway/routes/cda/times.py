"""HL7 TS as sent to CDA TS with an offset, and to what people read (CI-SIS, horodatage en heure locale)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from gateway.model.timestamps import has_offset, has_time, is_timestamp, to_moment

_DIGITS = re.compile(r"\d+")


def cda_time(text: str, zone: str) -> str:
    """``YYYY[MM[DD]]`` as it is; with a time part, to the second at most, with an offset (``zone`` without).

    Empty for what is no timestamp.
    """
    if not is_timestamp(text):
        return ""
    digits = _digits(text)
    if not has_time(text):
        return digits
    if has_offset(text):
        return digits + text[-5:]
    return digits + to_moment(text, zone).strftime("%z")


def shown(text: str, zone: str) -> str:
    """``05/10/2026 à 08:30``; the text itself when it is no timestamp."""
    if not is_timestamp(text):
        return text
    digits = _digits(text)
    day = "/".join(part for part in (digits[6:8], digits[4:6], digits[:4]) if part)
    if not has_time(text):
        return day
    return f"{day} à {digits[8:10]}:{digits[10:12] or '00'}"


def earliest(times: Iterable[str], zone: str) -> str:
    """The first of those that are timestamps, as sent; empty without any."""
    known = [text for text in times if is_timestamp(text, at_least=8)]
    return min(known, key=lambda text: to_moment(text, zone), default="")


def latest(times: Iterable[str], zone: str) -> str:
    known = [text for text in times if is_timestamp(text, at_least=8)]
    return max(known, key=lambda text: to_moment(text, zone), default="")


def is_after(later: str, earlier: str, zone: str) -> bool:
    """True when both are timestamps and the first is strictly later."""
    if not (is_timestamp(later) and is_timestamp(earlier)):
        return False
    return to_moment(later, zone) > to_moment(earlier, zone)


def _digits(text: str) -> str:
    found = _DIGITS.match(text)
    return found.group() if found else ""
