"""HL7 timestamps: is it one, how precise is it, and what is it in UTC.

TS/DTM is ``YYYY[MM[DD[HH[MM[SS[.S[S[S[S]]]]]]]]][+/-ZZZZ]`` (HL7 2.5 §2.A.75, CDA TS). XDS wants DTM in
UTC without offset and at most to the second (ITI TF-3 §4.2.3.1.7).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

_SHAPE = re.compile(r"(\d{4}(?:\d{2}){0,5})(\.\d{1,4})?([+-]\d{4})?")
_FORMATS = {4: "%Y", 6: "%Y%m", 8: "%Y%m%d", 10: "%Y%m%d%H", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}


def is_timestamp(text: str, *, at_least: int = 4) -> bool:
    """True for a valid TS of at least ``at_least`` digits (8 = to the day) that names a real moment."""
    parts = _split(text)
    return parts is not None and len(parts[0]) >= at_least


def has_time(text: str) -> bool:
    """True when the value goes beyond the day."""
    parts = _split(text)
    return parts is not None and len(parts[0]) > 8


def has_offset(text: str) -> bool:
    parts = _split(text)
    return parts is not None and bool(parts[1])


def to_utc(text: str, zone: str = "Europe/Paris") -> str:
    """The value as an XDS DTM in UTC, same precision down to the second.

    A value without time stays as it is: a day is not shifted. A time without offset is read in ``zone``.
    Raises ValueError when ``text`` is not a timestamp.
    """
    parts = _split(text)
    if parts is None:
        raise ValueError("not an HL7 timestamp")
    digits, offset = parts
    if len(digits) <= 8:
        return digits
    moment = _moment(digits).replace(tzinfo=_zone(offset, zone))
    return moment.astimezone(UTC).strftime(_FORMATS[max(len(digits), 12)])


def to_moment(text: str, zone: str = "Europe/Paris") -> datetime:
    """The first instant of the value, aware. Raises ValueError when ``text`` is not a timestamp."""
    parts = _split(text)
    if parts is None:
        raise ValueError("not an HL7 timestamp")
    digits, offset = parts
    return _moment(digits).replace(tzinfo=_zone(offset, zone))


def _split(text: str) -> tuple[str, str] | None:
    found = _SHAPE.fullmatch(text)
    if found is None:
        return None
    digits, fraction, offset = found.group(1), found.group(2), found.group(3) or ""
    if fraction and len(digits) != 14:
        return None
    if digits[:4] in ("0001", "9999"):
        return None  # in UTC such a moment may fall outside the years that exist
    if offset and not (int(offset[1:3]) <= 14 and int(offset[3:]) < 60):
        return None
    try:
        _moment(digits)
    except ValueError:
        return None
    return digits, offset


def _moment(digits: str) -> datetime:
    """The first instant, without zone. Raises ValueError for a moment that does not exist."""
    given = [int(digits[start : start + 2]) for start in range(4, len(digits), 2)]
    month, day, hour, minute, second = (*given, *(1, 1, 0, 0, 0)[len(given) :])
    return datetime(int(digits[:4]), month, day, hour, minute, second)  # noqa: DTZ001 - the caller knows it


def _zone(offset: str, zone: str) -> timezone | ZoneInfo:
    if not offset:
        return ZoneInfo(zone)
    shift = timedelta(hours=int(offset[1:3]), minutes=int(offset[3:]))
    return timezone(-shift if offset[0] == "-" else shift)
