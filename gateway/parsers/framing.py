"""MLLP framing: take one message out of its block, or cut a capture or a batch into messages."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from gateway.model import Finding, Location, Severity
from gateway.parsers import rules

START, END = b"\x0b", b"\x1c"
UTF8_BOM = b"\xef\xbb\xbf"
_OPENINGS = (b"MSH", b"<", UTF8_BOM, b"\xff\xfe", b"\xfe\xff", b"\x00<")
_MESSAGE_START = re.compile(rb"(?:\A|(?<=[\r\n]))MSH(?=[^A-Za-z0-9\s])")
_BATCH_LINE = re.compile(rb"(?:\A|(?<=[\r\n]))(?:FHS|BHS|BTS|FTS)[^\r\n]*[\r\n]*")


@dataclass(frozen=True, slots=True)
class Frame:
    """The bytes inside the framing; ``offset`` is where they begin in the delivery."""

    payload: bytes = field(repr=False)
    offset: int = 0
    findings: tuple[Finding, ...] = ()


def unwrap(body: bytes) -> Frame:
    """The content of the first MLLP block, or the whole body when there is no framing.

    A block without end is a truncated message: it is still read, so that it can be answered, with an error.
    """
    start = _start(body)
    if start is None:
        return _unopened(body)
    findings = [] if body[:start].isspace() or not start else [_frame("avant", "before")]
    end = body.find(END, start + 1)
    if end < 0:
        truncated = rules.MLLP_FRAME.at(
            Location(detail=f"byte {len(body)}"),
            more_fr="La fin du bloc manque : le message est tronqué.",
            more_en="The end of the block is missing: the message is truncated.",
        )
        return Frame(body[start + 1 :], start + 1, (*findings, truncated))
    return Frame(body[start + 1 : end], start + 1, (*findings, *_after(body, end)))


def messages(body: bytes) -> list[bytes]:
    """The single messages of an MLLP capture or of an HL7 batch (FHS/BHS lines left out), in order.

    Nothing is dropped: bytes outside a block come back as a piece of their own. A body that is one message
    comes back whole.
    """
    if _start(body) is not None and body.count(START) > 1:
        pieces = re.split(rb"\x1c\r?\n?|(?=\x0b)", body)
        return [piece.removeprefix(START) for piece in pieces if piece and not piece.isspace()]
    if body.lstrip()[:3] in (b"FHS", b"BHS"):
        body = _BATCH_LINE.sub(b"", body)
    starts = [found.start() for found in _MESSAGE_START.finditer(body)]
    if len(starts) < 2:
        return [body]
    cuts = [0, *starts[1:], len(body)]
    return [body[begin:end] for begin, end in pairwise(cuts)]


def _start(body: bytes) -> int | None:
    """Where the block opens: only where a message follows, so that no byte of a document is taken for it."""
    if body.startswith(_OPENINGS):
        return None
    start = body.find(START)
    return start if start >= 0 and (start == 0 or body.startswith(_OPENINGS, start + 1)) else None


def _unopened(body: bytes) -> Frame:
    """A message whose block has an end and no beginning."""
    end = body.find(END) if body.startswith((b"MSH", UTF8_BOM + b"MSH")) else -1
    if end < 0:
        return Frame(body)
    missing = rules.MLLP_FRAME.at(
        Location(detail="byte 1"),
        severity=Severity.WARNING,
        more_fr="Le début du bloc manque.",
        more_en="The beginning of the block is missing.",
    )
    return Frame(body[:end], 0, (missing, *_after(body, end)))


def _after(body: bytes, end: int) -> list[Finding]:
    """What follows the end byte: CR and blanks, else bytes that are discarded or another message."""
    rest = body[end + 1 :]
    if rest.startswith(b"\r") and rest.isspace():
        return []
    if START in rest or b"MSH" in rest:
        return [rules.MANY.at(Location(detail=f"byte {end + 2}"))]
    if rest.isspace() or not rest:
        more = "Le CR final manque.", "The final CR is missing."
        return [_warn(f"byte {end + 2}", *more)]
    return [_frame("après", "after")]


def _frame(fr: str, en: str) -> Finding:
    return _warn(
        f"{en} the block",
        f"Des octets {fr} le bloc sont ignorés.",
        f"Bytes {en} the block are discarded.",
    )


def _warn(detail: str, fr: str, en: str) -> Finding:
    where = Location(detail=detail)
    return rules.MLLP_FRAME.at(where, severity=Severity.WARNING, more_fr=fr, more_en=en)
