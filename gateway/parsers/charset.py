"""Character sets: from the name in MSH-18 (HL7 table 0211) to a decoder."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

# HL7 table 0211. The profile allows the first two (R.ENC.05 is for the judges); the others are only read.
# "UNICODE" and the UTF-16/32 names can only mean UTF-8 here: MSH itself was read in single bytes.
CODECS: dict[str, str] = {
    "UNICODE UTF-8": "utf-8",
    "8859/15": "iso-8859-15",
    "ASCII": "ascii",
    **{f"8859/{part}": f"iso-8859-{part}" for part in range(1, 10)},
    "ISO IR6": "ascii",
    "ISO IR14": "shift_jis",
    "ISO IR87": "iso2022_jp",
    "ISO IR159": "iso2022_jp_1",
    "GB 18030-2000": "gb18030",
    "KS X 1001": "euc_kr",
    "BIG-5": "big5",
    "WINDOWS-1252": "cp1252",
    "UNICODE": "utf-8",
    "UNICODE UTF-16": "utf-8",
    "UNICODE UTF-32": "utf-8",
}
# Spellings met in the field; the judges refuse them (R.ENC.05).
_SPELLINGS = {"UTF-8": "UNICODE UTF-8", "UTF8": "UNICODE UTF-8", "ISO-8859-15": "8859/15"}
_CHUNK = 64 * 1024
_WINDOWS = re.compile(rb"[\x80\x82-\x8c\x8e\x91-\x9c\x9e\x9f]")


@dataclass(frozen=True, slots=True)
class Charset:
    """The set in force: its name in table 0211 and the Python codec. ``declared`` is False for a guess."""

    name: str
    codec: str
    declared: bool = True


def resolve(declared: str, data: bytes, default: str = "") -> Charset:
    """The set that ``declared`` (first repetition of MSH-18) names; ``default`` is used when it is empty.

    Without a known name the bytes decide: UTF-8 when they are, windows-1252 when they hold its signs, which
    no ISO set has, else 8859/15.
    """
    declared = declared.strip() or default
    name = declared.strip().upper()
    name = _SPELLINGS.get(name, name)
    codec = CODECS.get(name)
    if codec is not None:
        return Charset(name, codec)
    if is_utf8(data):
        return Charset("UNICODE UTF-8", "utf-8", declared=False)
    if _WINDOWS.search(data):
        return Charset("windows-1252", "cp1252", declared=False)
    return Charset("8859/15", "iso-8859-15", declared=False)


def is_utf8(data: bytes) -> bool:
    """True for valid UTF-8; reads in pieces, so a large message is not copied."""
    if data.isascii():
        return True
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(data), _CHUNK):
            decoder.decode(data[start : start + _CHUNK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
