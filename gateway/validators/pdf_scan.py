"""A PDF by its bytes alone: one pass that tells whether anything in it deserves a closer look.

Every name of the file stands either in plain bytes or in an object stream (ISO 32000-1 §7.5.7); both are
looked at, so a name that is not found here is not in the file. Chance matches in images are possible.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

MAX_INFLATED = 32 * 1024 * 1024  # all object and reference streams together
MAX_PACKED = 20_000  # object and reference streams of one file
MAX_STREAM_OBJECTS = 1_000_000  # declared by all object streams together (/N)

_ACTIVE_NAMES = re.compile(
    rb"/(?:JavaScript|JS|Launch|SubmitForm|ImportData|GoToE|EF|EmbeddedFiles?|XFA|RichMedia(?:Execute)?|"
    rb"Movie|Sound|Screen|Rendition|3D)(?=[\x00\t\n\f\r /<>\[\]()%]|\Z)"
)
# A name may hide behind #xx (ISO 32000-1 §7.3.5): such a file is looked at closely.
_ESCAPED_NAME = re.compile(rb"/[A-Za-z0-9]{0,24}#[0-9A-Fa-f]{2}[A-Za-z0-9#]{0,64}")
_PACKED = re.compile(rb"/(?:ObjStm|XRef)(?=[\x00\t\n\f\r /<>\[\]()%])")
_STREAM = re.compile(rb"stream\r?\n")
_DECLARED = re.compile(rb"/N\s+(\d{1,12})")
_PDFA = re.compile(rb"pdfaid:part\s*(?:=\s*[\"']|>)\s*(\d)")
_PIECE = 1 << 14
_DICTIONARY = 2048  # bytes around /ObjStm in which its dictionary stands


@dataclass(frozen=True, slots=True)
class PdfScan:
    """``suspicious``: look closer. ``excessive``: it would cost too much. ``part``: PDF/A part claimed."""

    suspicious: bool
    excessive: bool
    part: str


def is_pdf(data: bytes) -> bool:
    """The header stands in the first 1024 bytes (ISO 32000-1, annex H.3)."""
    return b"%PDF-" in data[:1024]


def scan(data: bytes) -> PdfScan:
    """Look once at all names; at most 32 MiB are inflated. Raises nothing."""
    suspicious = _telling(data)
    left, declared = MAX_INFLATED, 0
    for number, found in enumerate(_PACKED.finditer(data)):
        declared += _declared(data, found.start())
        content = _inflated(data, found.end(), left + 1)
        left -= len(content or b"")
        if left < 0 or declared > MAX_STREAM_OBJECTS or number > MAX_PACKED:
            return PdfScan(True, True, "")
        # None: not deflated, or in another way; then nothing can be said from here.
        suspicious = suspicious or content is None or (found.group() == b"/ObjStm" and _telling(content))
    return PdfScan(suspicious, False, _part(data))


def _telling(data: bytes) -> bool:
    return _ACTIVE_NAMES.search(data) is not None or _ESCAPED_NAME.search(data) is not None


def _declared(data: bytes, place: int) -> int:
    around = data[max(0, place - _DICTIONARY) : place + _DICTIONARY]
    return max((int(number) for number in _DECLARED.findall(around)), default=0)


def _inflated(data: bytes, start: int, most: int) -> bytes | None:
    opening = _STREAM.search(data, start, start + _DICTIONARY)
    if opening is None:
        return None
    inflater, out, place = zlib.decompressobj(), bytearray(), opening.end()
    try:
        while not inflater.eof and place < len(data) and len(out) < most:
            # zlib copies what it leaves: pieces keep a file of many small streams linear.
            out += inflater.decompress(
                inflater.unconsumed_tail + data[place : place + _PIECE], most - len(out)
            )
            place += _PIECE
    except zlib.error:
        return None
    return bytes(out)


def _part(data: bytes) -> str:
    """The XMP of a PDF/A-1 is never compressed (ISO 19005-1 §6.7.2): plain bytes tell."""
    found = _PDFA.search(data)
    return found.group(1).decode("ascii") if found else ""
