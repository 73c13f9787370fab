"""The body of one document: level 1 content, files embedded in entries, narrative of the sections."""

from __future__ import annotations

import binascii
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final, cast

from lxml import etree

from gateway.model import Finding, Location, Rule, Severity
from gateway.validators import header_places as places
from gateway.validators import media_body as media
from gateway.validators import rules_body as rules
from gateway.validators.header_places import HeaderView
from gateway.validators.pdf_body import inspect_pdf
from gateway.validators.pdf_scan import is_pdf

MEDIA_TYPES: Final = ("application/pdf", "text/plain", "text/rtf", "image/jpeg", "image/tiff")

_CONTENT = places.NON_XML_BODY.inside("text", whole=True)
_BLANKS = b" \t\r\n"
_NS = "{urn:hl7-org:v3}"
_SECTION, _ENTRY, _TITLE, _TEXT = f"{_NS}section", f"{_NS}entry", f"{_NS}title", f"{_NS}text"
_MEDIA_VALUE = f"{_NS}observationMedia"
_VALUE = f"{_NS}value"
_PICTURE = f"{_NS}renderMultiMedia"
_STRUCTURED = places.STRUCTURED_BODY

_UNSAFE: Final = frozenset({rules.BDY_08.id, rules.BDY_09.id})
_LOOKS: Final[dict[str, Callable[[bytes], bool]]] = {
    "application/pdf": is_pdf,
    "text/rtf": media.is_rtf,
    "image/jpeg": media.is_jpeg,
    "image/tiff": media.is_tiff,
    "image/png": media.is_png,
    "image/gif": media.is_gif,
}


def judge_body(view: HeaderView) -> Iterator[Finding]:
    """R.BDY.*: nothing is said of a document without a body or with two (R.HDR.22 does)."""
    for element in _CONTENT.all(view.root):
        yield from _level_one(view, element)
    for body in _STRUCTURED.all(view.root):
        yield from _sections(view, body)
        yield from _embedded(view, body)


def _level_one(view: HeaderView, element: etree._Element) -> Iterator[Finding]:
    media_type = (element.get("mediaType") or "").strip()
    if media_type not in MEDIA_TYPES:
        yield rules.BDY_01.at(view.at(_CONTENT, element, "mediaType"))
    if element.get("representation") != "B64":
        yield rules.BDY_02.at(view.at(_CONTENT, element, "representation"))
        return
    known = media_type if media_type in MEDIA_TYPES else ""
    yield from _content(element, known, view.at(_CONTENT, element))


def _content(element: etree._Element, media_type: str, where: Location) -> Iterator[Finding]:
    data = _decoded(element)
    if data is None:
        yield rules.BDY_03.at(where)
    elif not data:
        yield rules.BDY_04.at(where)
    else:
        yield from judge_content(data, media_type, where)


def judge_content(data: bytes, media_type: str, where: Location) -> Iterator[Finding]:
    """Whether bytes are what ``media_type`` says and safe to open. Other types are not looked at."""
    looks = _LOOKS.get(media_type)
    if media_type == "text/plain" and not media.is_text(data):
        yield rules.BDY_13.at(where)
    elif (looks is not None and not looks(data)) or (media_type == "text/plain" and _is_other(data)):
        yield rules.BDY_05.at(where)
    elif media_type == "application/pdf":
        yield from _pdf(data, where)
    elif media_type == "text/rtf" and media.has_rtf_object(data):
        yield rules.BDY_09.at(where)


def _is_other(data: bytes) -> bool:
    """Formats that can be made of printable characters only."""
    return data.startswith((b"%PDF-", b"{\\rtf"))


def _pdf(data: bytes, where: Location) -> Iterator[Finding]:
    facts = inspect_pdf(data)
    if facts.excessive or not facts.opens or facts.encrypted:
        unusable = rules.BDY_14 if facts.excessive else rules.BDY_07 if facts.encrypted else rules.BDY_06
        yield unusable.at(where)
        return
    if facts.actions:
        yield _named(rules.BDY_08, where, facts.actions)
    if facts.media:
        yield _named(rules.BDY_10, where, facts.media)
    if facts.attachment:
        yield (rules.BDY_09 if facts.program else rules.BDY_11).at(where)
    if facts.part != "1":
        yield rules.BDY_12.at(where)


def _named(rule: Rule, where: Location, names: tuple[str, ...]) -> Finding:
    told = f"({', '.join(names)})"
    return rule.at(where, more_fr=told, more_en=told)


def _decoded(element: etree._Element) -> bytes | None:
    """The bytes of a B64 element; None when they are not Base64. Blanks between the characters are free."""
    try:
        text = "".join(cast("Iterator[str]", element.itertext())).encode("ascii")
        return binascii.a2b_base64(text.translate(None, _BLANKS), strict_mode=True)
    except (UnicodeEncodeError, binascii.Error):
        return None


def _sections(view: HeaderView, body: etree._Element) -> Iterator[Finding]:
    for section in body.iter(_SECTION):
        text, title = section.find(_TEXT), section.find(_TITLE)
        if section.find(_ENTRY) is not None and not _readable(text):
            # Official examples keep an empty text in the place of the narrative: told, not refused.
            severity = None if text is None else Severity.WARNING
            yield rules.BDY_15.at(_at(view, section), severity=severity)
        if title is None or not "".join(cast("Iterator[str]", title.itertext())).strip():
            yield rules.BDY_16.at(_at(view, section))


def _readable(text: etree._Element | None) -> bool:
    """Words, or a picture shown in their place."""
    if text is None:
        return False
    words = any(part.strip() for part in cast("Iterator[str]", text.itertext()))
    return words or next(text.iter(_PICTURE), None) is not None


def _embedded(view: HeaderView, body: etree._Element) -> Iterator[Finding]:
    """Files inside entries meet the same readers, so they must be safe; nothing else of them is asked.

    A file that is not of its media type is a warning here: official examples hold such pictures, and the
    narrative says what they show.
    """
    for holder in body.iter(_MEDIA_VALUE):
        value = holder.find(_VALUE)
        if value is None or value.get("representation") != "B64":
            continue
        where = _at(view, value)
        for finding in _content(value, (value.get("mediaType") or "").strip(), where):
            if finding.rule in _UNSAFE:
                yield finding
            elif finding.is_error:
                yield replace(finding, severity=Severity.WARNING)


def _at(view: HeaderView, element: etree._Element) -> Location:
    """Where an element of the body is, by the names of its ancestors."""
    return replace(view.at(_STRUCTURED, element), xpath=_path(element, view.root))


def _path(element: etree._Element, root: etree._Element) -> str:
    steps: list[str] = []
    node: etree._Element | None = element
    while node is not None and node is not root:
        before = sum(1 for _ in node.itersiblings(node.tag, preceding=True))
        alone = not before and next(node.itersiblings(node.tag), None) is None
        steps.append(etree.QName(node).localname + ("" if alone else f"[{before + 1}]"))
        node = node.getparent()
    return "/".join(["", "ClinicalDocument", *reversed(steps)])
