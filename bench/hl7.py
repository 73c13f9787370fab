"""HL7v2: reading and judging a message, against hl7apy (parse and validate) and python-hl7 (parse alone).

The messages are the official ORU and MDM of 18 to 22 segments; without ``../shared``, our own fixtures. Some
of them carry a real CDA of hundreds of kilobytes: python-hl7 only copies it, we decode and judge it. So the
HL7 part is compared there (segments, rules of the message, profile), and the whole is told beside it.
"""

from __future__ import annotations

import importlib.util
import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.registry import Figure, Unavailable
from bench.timing import compare
from gateway.model import Facility, Kind, Reading
from gateway.parsers import Limits, read
from gateway.parsers.er7 import read_message
from gateway.pipeline import judge_message
from gateway.settings import load_facilities
from gateway.validators import JudgeSettings
from gateway.validators import judge_message as judge_segments
from gateway.validators.profile import judge_profile

TOP = Path(__file__).resolve().parent.parent
OFFICIAL = TOP / ".." / "shared" / "examples" / "hl7v2"
SEGMENTS = range(18, 23)
SMALL = 16 * 1024
MOMENT = "20260302091500"


@dataclass(frozen=True)
class Sample:
    name: str
    body: bytes
    text: str

    @property
    def small(self) -> bool:
        return len(self.body) <= SMALL


def samples() -> list[Sample]:
    """The messages to measure with, as bytes and as the text with CR that the libraries want."""
    folder = OFFICIAL if OFFICIAL.is_dir() else TOP / "fixtures" / "valid"
    found = []
    for path in sorted(folder.iterdir()):
        if path.suffix in (".er7", ".hl7"):
            body = path.read_bytes()
            message = read(body).message
            if message is not None and len(message.segments) in SEGMENTS and _usual(body):
                text = body.decode("utf-8").replace("\r\n", "\r").replace("\n", "\r")
                found.append(Sample(path.name, body, text))
    return found


def _usual(body: bytes) -> bool:
    """Only messages that all three readers can split: some official ones have a U+02DC in MSH-2."""
    return body.startswith(b"MSH|^~\\&|")


def figures(quick: bool) -> Iterator[Figure]:
    """``hl7_vs_hl7apy`` and ``hl7_vs_python_hl7``, each the median over the messages."""
    rounds = 8 if quick else 60
    found = samples()
    whole = [sample for sample in found if sample.small] or found
    carrying = [sample for sample in found if not sample.small]
    yield _figure("hl7_vs_hl7apy", whole, _judged, _hl7apy, max(3, rounds // 6), 20.0)
    yield _figure("hl7_vs_python_hl7", whole, _judged, _python_hl7, rounds, 1.0)
    if carrying:
        yield _figure("hl7_layer_vs_python_hl7_with_cda", carrying, _hl7_layer, _python_hl7, rounds, None)
        yield _figure("everything_vs_python_hl7_with_cda", carrying, _judged, _python_hl7, rounds, None)


Side = Callable[[Sample], Callable[[], object]]


def _figure(
    key: str, found: list[Sample], ours: Side, theirs: Side, rounds: int, goal: float | None
) -> Figure:
    results = [compare(ours(sample), theirs(sample), rounds) for sample in found]
    left = statistics.median(each.ours for each in results) * 1e3
    right = statistics.median(each.theirs for each in results) * 1e3
    detail = f"{left:.2f} ms against {right:.2f} ms, {len(found)} messages, {rounds} rounds"
    return Figure(key, statistics.median(each.times_faster for each in results), detail, goal)


def _judged(sample: Sample) -> Callable[[], object]:
    """Read, judge everything (with the profile), classify: what a worker does before it deposits."""
    of_reading: Callable[[Reading], Facility | None] = load_facilities(None, open_senders=True).of_reading
    return lambda: judge_message(sample.body, of_reading, MOMENT)


def _hl7_layer(sample: Sample) -> Callable[[], object]:
    """Read and judge the segments, the documents left aside."""
    limits, settings = Limits(), JudgeSettings()

    def run() -> object:
        message, findings = read_message(sample.body, limits)
        reading = Reading(Kind.DOCUMENT, message, findings=tuple(findings))
        return [*judge_segments(reading, settings), *judge_profile(message)]

    return run


def _python_hl7(sample: Sample) -> Callable[[], object]:
    if importlib.util.find_spec("hl7") is None:
        raise Unavailable("python-hl7 is not installed: pip install -e '.[bench]'")
    import hl7

    return lambda: hl7.parse(sample.text)


def _hl7apy(sample: Sample) -> Callable[[], object]:
    from hl7apy.consts import VALIDATION_LEVEL
    from hl7apy.exceptions import HL7apyException
    from hl7apy.parser import parse_message

    def run() -> object:
        message = parse_message(sample.text, VALIDATION_LEVEL.TOLERANT)
        try:
            return message.validate()
        except HL7apyException:  # it refuses some official messages: PRT in its group (see docs)
            return False

    return run
