"""Answers as a receiver reads them, and hl7apy's opinion of them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from hl7apy.consts import VALIDATION_LEVEL
from hl7apy.parser import parse_message, parse_segment

from gateway.model import Verdict
from gateway.parsers import read
from gateway.pipeline import Judged, judge_message
from gateway.resources import fixtures
from gateway.settings import load_facilities

MOMENT = datetime(2026, 3, 2, 9, 15, tzinfo=UTC)
CODECS = {"UNICODE UTF-8": "utf-8", "8859/15": "iso-8859-15"}
TOP = Path(__file__).resolve().parents[2]
OFFICIAL = TOP / ".." / "shared" / "examples" / "hl7v2"


def valid(name: str) -> bytes:
    return (fixtures() / "valid" / name).read_bytes()


def judged(body: bytes) -> Judged:
    """As a worker of the trial installation judges it."""
    directory = load_facilities(None, open_senders=True)
    return judge_message(body, directory.of_reading, "20260302091500")


def messages() -> list[Path]:
    """Every official example and every fixture that could be a message."""
    own = [path for path in (TOP / "fixtures").rglob("*") if path.suffix in (".hl7", ".er7")]
    official = [path for path in OFFICIAL.glob("*") if path.suffix.lower() not in (".csv", ".xml")]
    return sorted(own) + sorted(official)


def lines(answer: bytes) -> dict[str, list[list[str]]]:
    """Segments by name as lists of fields, ``[n]`` being field n, decoded as MSH-18 says."""
    charset = answer.split(b"\r")[0].split(b"|")[17].decode("ascii")
    text = answer.decode(CODECS[charset])
    assert text.endswith("\r")
    assert "\n" not in text
    found: dict[str, list[list[str]]] = {}
    for line in text.removesuffix("\r").split("\r"):
        name, *fields = line.split("|")
        found.setdefault(name, []).append([name, *(["|"] if name == "MSH" else []), *fields])
    return found


def hl7apy_accepts_ack(answer: bytes) -> bool:
    charset = answer.split(b"\r")[0].split(b"|")[17].decode("ascii")
    text = answer.decode(CODECS[charset]).removesuffix("\r")
    return bool(parse_message(text, validation_level=VALIDATION_LEVEL.STRICT).validate())


def hl7apy_accepts_zam(answer: bytes) -> bool:
    """ZAM_Z01 is French: each of its segments is validated alone, and their order by us."""
    charset = answer.split(b"\r")[0].split(b"|")[17].decode("ascii")
    parts = answer.decode(CODECS[charset]).removesuffix("\r").split("\r")
    names = [part[:3] for part in parts]
    assert names in (["MSH", "EVN", "OBX"], ["MSH", "EVN", "OBX", "ERR"])
    for part in parts:
        segment = parse_segment(part, "2.6", validation_level=VALIDATION_LEVEL.STRICT)
        if not segment.validate():
            return False
    return True


def encoding_verdict(body: bytes) -> Verdict:
    return Verdict(read(body).findings)
