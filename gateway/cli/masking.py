"""Shapes instead of values: letters become x, digits 9. What is shown of a message never tells who it is.

Codes that cannot tell a patient stay readable, by list; whatever is not in a list is masked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from gateway.model import Segment

_LETTER, _DIGIT = re.compile(r"[^\W\d_]"), re.compile(r"\d")
LONGEST_TEXT = 600  # a longer value is cut: a document in Base64 tells nothing
_LINE = 48
_LONGEST_DECLARATION = 120

# Fields (or components) of codes, types and system names: (segment, field) to the components kept; () = all.
_KEPT: Final[dict[tuple[str, int], tuple[int, ...]]] = {
    **{("MSH", number): () for number in (1, 2, 9, 11, 12, 15, 16, 17, 18, 19, 21)},
    ("EVN", 1): (),
    ("PV1", 2): (),
    ("ORC", 1): (),
    ("ORC", 5): (),
    **{("OBR", number): () for number in (1, 4, 24, 25)},
    **{("TXA", number): () for number in (1, 2, 3, 16, 17, 18, 19)},
    **{("OBX", number): () for number in (1, 2, 3, 11)},
    **{("PRT", number): () for number in (2, 3, 4)},
    ("PID", 1): (),
    ("PID", 3): (4, 5),
    ("PID", 5): (7,),
    ("PID", 11): (7,),
    ("PID", 13): (2, 3),
    ("PID", 32): (),
    ("PRT", 5): (9, 10, 13),
    ("PRT", 8): (6, 7),
    ("PRT", 15): (2, 3),
    ("ZFA", 1): (),
}
_METADATA = "MetaDMPMSS"
# In PID even a kept component shows only what is surely a code: a shifted field may hold a name.
_PID_CODES: Final = frozenset(
    (
        *("INS", "INS-C", "INS-NIR", "INS-NIA", "INS-FAM", "PI", "RI", "VN", "AN", "NI", "NH", "SS", "ISO"),
        *(
            "D",
            "L",
            "M",
            "S",
            "N",
            "A",
            "H",
            "C",
            "O",
            "BR",
            "BDL",
            "BIR",
            "PRN",
            "PRS",
            "ORN",
            "NET",
            "PH",
            "CP",
        ),
        *(
            "FX",
            "Internet",
            "VALI",
            "PROV",
            "QUAL",
            "VIDE",
            "DOUA",
            "DOUB",
            "FICT",
            "HOMD",
            "HOMA",
            "CACH",
            "1",
        ),
    )
)
_OID = re.compile(r"[0-2](?:\.\d{1,12}){3,}")
_KEPT_ATTRIBUTES: Final = frozenset(
    (
        *("code", "codeSystem", "codeSystemName", "codeSystemVersion", "displayName", "root", "nullFlavor"),
        *("classCode", "moodCode", "typeCode", "xsi:type", "mediaType", "representation", "use", "qualifier"),
        *("unit", "inversionInd", "determinerCode", "contextControlCode", "contextConductionInd", "operator"),
        *("negationInd", "listType", "styleCode", "border", "colspan", "rowspan", "version", "encoding"),
        *("xsi:schemaLocation", "standalone", "independentInd", "institutionSpecified"),
    )
)
_OPEN_ELEMENTS: Final = frozenset({"templateId", "typeId", "versionNumber"})
_TRAITS: Final = frozenset(
    {"administrativeGenderCode", "birthTime", "maritalStatusCode", "religiousAffiliationCode"}
)
_TRAIT_ATTRIBUTES: Final = frozenset({"nullFlavor", "codeSystem", "xsi:type"})

_ENDS: Final = {"<!--": "-->", "<![CDATA[": "]]>", "<?": "?>"}
_STOP = re.compile(r"[<>\"']")
_NAME = re.compile(r"</?\s*([\w:.-]+)")
_ATTRIBUTE = re.compile(r"([\w:.-]+)(\s*=\s*)(\"[^\"]*\"|'[^']*')")


def masked(text: str) -> str:
    """The shape of a text, line ends kept; of a text longer than ``LONGEST_TEXT`` lines keep their start."""
    if len(text) > LONGEST_TEXT and not text.isspace():
        text = "\n".join(line if len(line) <= _LINE else line[:_LINE] + "…" for line in text.split("\n"))
    return _DIGIT.sub("9", _LETTER.sub("x", text))


def masked_field(segment: Segment, number: int) -> str:
    """A raw field as it may be shown, separators kept."""
    raw = segment.fields[number] if number < len(segment.fields) else ""
    kept = _kept(segment, number)
    if kept == () and segment.name != "PID":
        return raw[:LONGEST_TEXT]
    parts = []
    for repetition in raw[: 4 * LONGEST_TEXT].split(segment.separators.repetition):
        components = repetition.split(segment.separators.component)
        parts.append(
            segment.separators.component.join(
                _code(segment, text) if kept == () or (kept and place in kept) else masked(text)
                for place, text in enumerate(components, 1)
            )
        )
    return segment.separators.repetition.join(parts)


def _code(segment: Segment, text: str) -> str:
    if segment.name != "PID":
        return text
    parts = text.split(segment.separators.subcomponent)
    shown = (part if part in _PID_CODES or _OID.fullmatch(part) else masked(part) for part in parts)
    return segment.separators.subcomponent.join(shown)


def _kept(segment: Segment, number: int) -> tuple[int, ...] | None:
    if (segment.name, number) == ("OBX", 5):
        if segment.value(2) == "ED":
            return (2, 3, 4)
        flag = segment.value(3, 3) == _METADATA and segment.value(2) in ("CE", "CWE", "ID", "IS")
        return () if flag else None
    return _KEPT.get((segment.name, number))


def masked_source(source: str) -> list[str]:
    """The lines of an XML source with its texts, comments and identity attributes masked."""
    return "".join(_pieces(source)).split("\n")


def _pieces(source: str) -> Iterator[str]:
    place = 0
    while (start := source.find("<", place)) >= 0:
        yield masked(source[place:start])
        place = _end(source, start)
        yield _tag(source[start:place])
    yield masked(source[place:])


def _end(source: str, start: int) -> int:
    """Where the markup that begins at ``start`` ends; broken markup ends at the next one, or at the end."""
    for opening, closing in _ENDS.items():
        if source.startswith(opening, start):
            found = source.find(closing, start + len(opening))
            return found + len(closing) if found >= 0 else len(source)
    place = start + 1
    while (stop := _STOP.search(source, place)) is not None:
        if stop.group() == ">":
            return stop.end()
        if stop.group() == "<":
            return stop.start()
        closing_quote = source.find(stop.group(), stop.end())
        if closing_quote < 0:
            break
        place = closing_quote + 1
    return len(source)


def _tag(token: str) -> str:
    if token.startswith("<?xml ") and len(token) < _LONGEST_DECLARATION:
        return token
    if not token.endswith(">"):
        return masked(token)
    if token.startswith("<!--"):
        return f"<!--{masked(token[4:-3])}-->"
    if token.startswith(("<?", "<![CDATA[")):
        return f"{token[:2]}{masked(token[2:-2])}{token[-2:]}"
    name = _NAME.match(token)
    if name is None:
        return masked(token)
    element = name.group(1).rpartition(":")[2]
    out, place = [token[: name.end()]], name.end()
    for found in _ATTRIBUTE.finditer(token, name.end()):
        out.append(masked(token[place : found.start()]))
        out.append(found.group() if _shown(element, found.group(1)) else _hidden(found))
        place = found.end()
    return "".join((*out, masked(token[place:])))


def _shown(element: str, attribute: str) -> bool:
    if element in _TRAITS:
        return attribute in _TRAIT_ATTRIBUTES
    return attribute in _KEPT_ATTRIBUTES or element in _OPEN_ELEMENTS or attribute.startswith("xmlns")


def _hidden(found: re.Match[str]) -> str:
    name, equals, value = found.groups()
    return f"{name}{equals}{value[0]}{masked(value[1:-1])}{value[0]}"
