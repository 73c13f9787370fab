"""XML from strangers: no DTD, no entity, no network; size, nodes and depth bounded; encoding first."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from gateway.parsers.limits import Limits
from gateway.parsers.reasons import Reason, syntax_reason

_LIBXML_TEXT_LIMIT = 10_000_000  # longest text node of libxml2 unless XML_PARSE_HUGE
_LIBXML_DEPTH = 256  # deepest nesting of libxml2 unless XML_PARSE_HUGE
_DECLARED = re.compile(r"<\?xml\s[^>]*?\bencoding\s*=\s*[\"']([A-Za-z][A-Za-z0-9._-]*)[\"']")
_UTF16 = (
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
_NOT_BLANK = re.compile(rb"[^ \t\r\n]")
_SKIPPED = {b"<?": b"?>", b"<!": b"-->"}
_ALLOWED = re.compile(
    r"utf-?8|utf-?16(?:le|be|-le|-be)?|us-ascii|ascii|iso-8859-\d{1,2}|iso8859-\d{1,2}|latin-?[19]|"
    r"windows-125\d|cp125\d",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the bytes are refused; ``line`` and ``detail`` say where, when that is known."""

    reason: Reason
    line: int | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Parsed:
    """The root element and the encoding in force, lower-case."""

    root: etree._Element
    encoding: str


def parse(content: bytes, limits: Limits) -> Parsed | Refusal:
    """The tree of ``content``, or the reason why it is refused. Raises nothing, whatever the bytes."""
    if len(content) > limits.max_document_bytes:
        return Refusal(Reason.SIZE)
    encoding, refusal = _encoding(content)
    refusal = refusal or _too_rich(content, limits) or _doctype(content, encoding)
    if refusal is not None:
        return refusal
    huge = len(content) >= _LIBXML_TEXT_LIMIT
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        recover=False,
        collect_ids=False,
        huge_tree=huge,
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        return _undecodable(content, encoding) or _syntax(error)
    if root.getroottree().docinfo.internalDTD is not None:
        return Refusal(Reason.DOCTYPE)
    if (huge or limits.max_depth < _LIBXML_DEPTH) and _deeper(root, limits.max_depth):
        return Refusal(Reason.DEPTH)
    return Parsed(root, encoding)


def _encoding(content: bytes) -> tuple[str, Refusal | None]:
    """The encoding in force, and the refusal when bytes and declaration contradict each other."""
    wide = next((codec for mark, codec in _UTF16 if content.startswith(mark)), None)
    head = content[:1024].decode(wide or "latin-1", errors="replace").lstrip("\ufeff")
    marked = content.startswith(b"\xef\xbb\xbf")
    if not head.removeprefix("ï»¿").lstrip().startswith("<"):
        return "", Refusal(Reason.NOT_XML if content else Reason.EMPTY)
    found = _DECLARED.search(head)
    declared = found.group(1).lower() if found else ""
    if declared and not _ALLOWED.fullmatch(declared):
        return declared, Refusal(Reason.UNKNOWN_ENCODING, line=1)
    is_wide = declared.startswith(("utf-16", "utf16"))
    is_utf8 = declared in ("", "utf-8", "utf8")
    if (wide and declared and not is_wide) or (is_wide and not wide) or (marked and not is_utf8):
        return declared, Refusal(Reason.CONTRADICTION, line=1)
    return wide or ("utf-8" if is_utf8 else declared), None


def _too_rich(content: bytes, limits: Limits) -> Refusal | None:
    """``<`` and ``=`` bound the nodes from above, before libxml2 builds a single one."""
    if len(content) <= min(limits.max_markup, limits.max_attributes):
        return None
    if content.count(b"<") > limits.max_markup or content.count(b"=") > limits.max_attributes:
        return Refusal(Reason.NODES)
    return None


def _doctype(content: bytes, encoding: str) -> Refusal | None:
    """A DOCTYPE can only stand before the root element; libxml2 never sees a document that has one."""
    if encoding.startswith("utf-16"):
        if "<!DOCTYPE".encode(encoding) not in content:
            return None
        content = content.decode(encoding, errors="replace").lstrip("\ufeff").encode()
    place = _root_or_doctype(content)
    if not content.startswith(b"<!DOCTYPE", place):
        return None
    return Refusal(Reason.DOCTYPE, line=content.count(b"\n", 0, place) + 1)


def _root_or_doctype(content: bytes) -> int:
    """Where the prolog's comments, instructions and blanks end."""
    place = 3 if content.startswith(b"\xef\xbb\xbf") else 0
    while True:
        start = _NOT_BLANK.search(content, place)
        place = start.start() if start else len(content)
        ending = _SKIPPED.get(content[place : place + 2], b"")
        if not ending or (ending == b"-->" and not content.startswith(b"<!--", place)):
            return place
        found = content.find(ending, place + 2)
        if found < 0:
            return place
        place = found + len(ending)


def _undecodable(content: bytes, encoding: str) -> Refusal | None:
    """Check the encoding first and say so: a wrong byte hides behind many other messages of a parser."""
    try:
        content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return Refusal(Reason.UNDECODABLE, line, f"byte {error.start + 1}")
    except LookupError:
        return Refusal(Reason.UNKNOWN_ENCODING, line=1)
    return None


def _syntax(error: etree.XMLSyntaxError) -> Refusal:
    # The text of libxml2 can quote the document: only its code is used.
    return Refusal(syntax_reason(getattr(error, "code", None)), line=error.lineno or None)


def _deeper(root: etree._Element, most: int) -> bool:
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > most:
            return True
    return False
