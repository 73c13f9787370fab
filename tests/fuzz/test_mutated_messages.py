"""Official examples and our fixtures, broken at random: always a verdict, never a crash, never a value told.

``FUZZ_CASES`` sets how many cases run (a few hundred by default; 20,000 for the long run). Case n is the same
in every run: a failure names its number.
"""

from __future__ import annotations

import base64
import functools
import os
import random
import re
import time
from pathlib import Path

import pytest

from gateway.model import Finding
from gateway.pipeline import Judged, judge_message
from gateway.resources import fixtures
from gateway.settings import FacilityDirectory, load_facilities

CASES = int(os.environ.get("FUZZ_CASES", "400"))
SHARED = Path(__file__).resolve().parents[2] / ".." / "shared" / "examples"
MOMENT = "20260302091500"
# No case may take longer, in seconds of processor time: a thousand times the usual.
PATIENCE = 20.0

SCRAPS = (
    *(b"", b"\r", b"|", b"^", b"~", b"\\", b"&", b"\x00", b"\xff", b"\xe9", b'""', b"-1", b"9" * 400),
    *(
        b"<",
        b"&#0;",
        b"]]>",
        b"<!DOCTYPE a>",
        b'nullFlavor="UNK"',
        b"\xef\xbb\xbf",
        b"\x1c\r\x0b",
        b"\xf0\x9f\x92\x89",
    ),
)


@functools.cache
def seeds() -> tuple[bytes, ...]:
    """Every sample that a sender could send, small ones more often than large ones."""
    folders = [Path(str(fixtures() / "valid"))]
    folders += [SHARED / "hl7v2", SHARED / "cda"] if SHARED.is_dir() else []
    bodies = [
        path.read_bytes()
        for folder in folders
        for path in sorted(folder.iterdir())
        if path.suffix.lower() in (".xml", ".hl7", ".er7", ".dcm")
    ]
    return tuple(body for body in bodies if len(body) < 300_000)


def mutated(number: int) -> bytes:
    chance = random.Random(number)
    body = chance.choice(seeds())
    for _ in range(chance.choice((1, 1, 1, 2, 5))):
        body = chance.choice(MUTATIONS)(body, chance)
    return body


def _splice(body: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(body) + 1)
    return body[:start] + chance.choice(SCRAPS) + body[start + chance.choice((0, 0, 1, 20)) :]


def _truncate(body: bytes, chance: random.Random) -> bytes:
    return body[: chance.randrange(len(body) + 1)]


def _lines(body: bytes, chance: random.Random) -> bytes:
    """Drop, repeat or move one segment (or one line of XML)."""
    sign = b"\r" if b"\r" in body else b"\n"
    lines = body.split(sign)
    at, to = chance.randrange(len(lines)), chance.randrange(len(lines))
    line = lines[at]
    match chance.randrange(3):
        case 0:
            del lines[at]
        case 1:
            lines.insert(to, line)
        case _:
            lines.insert(to, lines.pop(at))
    return sign.join(lines)


def _field(body: bytes, chance: random.Random) -> bytes:
    """Another value for one field, component or attribute."""
    spots = list(
        re.finditer(rb'[|^~]([^|^~\r\n]{1,80})(?=[|^~\r\n])|="([^"]{1,80})"|>([^<>\s][^<>]{0,80})<', body)
    )
    if not spots:
        return body
    spot = chance.choice(spots)
    start, end = next(spot.span(group) for group in (1, 2, 3) if spot.group(group) is not None)
    donor = chance.choice(spots)
    other = next(text for text in donor.groups() if text is not None)
    return body[:start] + chance.choice((b"", other, chance.choice(SCRAPS))) + body[end:]


def _inside(body: bytes, chance: random.Random) -> bytes:
    """Break the document that a message carries, not the message."""
    found = re.search(rb"\^Base64\^([A-Za-z0-9+/=]{200,})", body)
    if found is None:
        return _field(body, chance)
    try:
        document = base64.b64decode(found.group(1) + b"==")
    except ValueError:
        return body
    broken = chance.choice((_field, _splice, _lines))(document, chance)
    return body[: found.start(1)] + base64.b64encode(broken) + body[found.end(1) :]


MUTATIONS = (_splice, _truncate, _lines, _field, _field, _inside, _inside)


@functools.cache
def directory() -> FacilityDirectory:
    return load_facilities(None)


def judged(body: bytes) -> Judged:
    return judge_message(body, directory().of_reading, MOMENT)


@pytest.mark.timeout(0)
@pytest.mark.parametrize("part", range(4))
def test_whatever_is_broken_there_is_a_verdict_with_places_and_texts(part: int) -> None:
    for number in range(part, CASES, 4):
        body = mutated(number)
        start = time.thread_time()
        result = _verdict_of(number, body)
        assert time.thread_time() - start < PATIENCE, f"case {number} took too long"
        for finding in result.verdict.findings:
            assert _is_complete(finding), f"case {number}: {finding.rule}"
        assert result.verdict.accepted or result.submission is None, f"case {number}"


def _verdict_of(number: int, body: bytes) -> Judged:
    try:
        return judged(body)
    except Exception as error:
        raise AssertionError(f"case {number} made the judges fail") from error


def _is_complete(finding: Finding) -> bool:
    return bool(finding.rule and str(finding.location) and finding.text_fr and finding.text_en)


def test_a_case_is_the_same_in_every_run() -> None:
    assert [mutated(number) for number in range(20)] == [mutated(number) for number in range(20)]
    assert len({mutated(number) for number in range(50)}) > 40
