"""A PDF opened: it has a page, it is not encrypted, and what it carries besides its pages.

pypdf opens it. Costs are counted, not timed: reads of the file, bytes read, objects visited. Hostile files
make such a library raise nearly anything, so everything is caught here and told as "does not open".
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

from gateway.validators.pdf_scan import scan

MAX_READS = 1_000_000
MAX_OBJECTS = 20_000
MAX_ENTRIES = 300_000
_PAGE_LEVELS = 64

# Where no action can stand, and what leads back up or to the mass of the file.
_UNSEEN: Final = frozenset({"/Parent", "/P", "/Resources", "/Contents", "/StructTreeRoot", "/Metadata"})
_ACTIONS: Final = {
    "/JavaScript": "JavaScript",
    "/Launch": "Launch",
    "/SubmitForm": "SubmitForm",
    "/ImportData": "ImportData",
    "/GoToE": "GoToE",
}
_MEDIA: Final = frozenset({"/RichMedia", "/Movie", "/Sound", "/Screen", "/3D", "/Rendition"})
_PROGRAMS: Final = (
    *(".exe", ".com", ".scr", ".msi", ".dll", ".bat", ".cmd", ".ps1", ".vbs", ".vbe", ".js", ".jse", ".wsf"),
    *(".jar", ".hta", ".lnk", ".sh", ".py", ".app", ".reg", ".pif", ".cpl", ".docm", ".xlsm", ".pptm"),
)
_PROGRAM_STARTS: Final = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa", b"\xcf\xfa\xed\xfe")


@dataclass(frozen=True, slots=True)
class PdfFacts:
    """What is known of a PDF. ``actions`` and ``media`` are names of the standard, never of the file."""

    opens: bool = True
    encrypted: bool = False
    excessive: bool = False
    actions: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    program: bool = False
    attachment: bool = False
    part: str = ""


class _Exhausted(BaseException):
    """The file asks for more than is granted. Not an Exception: pypdf swallows those in places."""


class _Metered(io.BytesIO):
    """A file of which only so much may be read."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self._reads, self._bytes = MAX_READS, 16 * len(data) + MAX_READS

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        self._reads -= 1
        self._bytes -= len(data)
        if self._reads < 0 or self._bytes < 0:
            raise _Exhausted
        return data


def inspect_pdf(data: bytes) -> PdfFacts:
    """The facts of a PDF. Raises nothing, whatever the bytes."""
    seen = scan(data)
    if seen.excessive:
        return PdfFacts(excessive=True)
    try:
        reader = PdfReader(_Metered(data), xref_stream_maximum_entries=MAX_ENTRIES)
        if "/Encrypt" in reader.trailer:
            return PdfFacts(encrypted=True, part=seen.part)
        if not _has_page(reader):
            return PdfFacts(opens=False)
        return _Walk().over(reader, seen.part) if seen.suspicious else PdfFacts(part=seen.part)
    except (_Exhausted, MemoryError, RecursionError):
        return PdfFacts(excessive=True)
    except Exception:  # noqa: BLE001 - pypdf raises what Python raises when a file lies
        return PdfFacts(opens=False)


def _has_page(reader: PdfReader) -> bool:
    """The catalogue leads to a page; only the first branch is followed."""
    node: Any = reader.root_object.get("/Pages")
    for _ in range(_PAGE_LEVELS):
        node = _resolved(node)
        if not isinstance(node, DictionaryObject):
            return False
        kids = _resolved(node.get("/Kids"))
        if not isinstance(kids, ArrayObject):
            return node.get("/Type") == "/Page" or "/Contents" in node
        if not kids:
            return False
        node = kids[0]
    return False


class _Walk:
    """Visits each object that hangs under the catalogue once, at most ``MAX_OBJECTS`` of them."""

    def __init__(self) -> None:
        self._actions: set[str] = set()
        self._media: set[str] = set()
        self._program = self._attachment = False

    def over(self, reader: PdfReader, part: str) -> PdfFacts:
        for number, node in enumerate(_objects(reader.root_object)):
            if number >= MAX_OBJECTS:
                return PdfFacts(excessive=True)
            self._look(node)
        return PdfFacts(
            actions=tuple(sorted(self._actions)),
            media=tuple(sorted(self._media)),
            program=self._program,
            attachment=self._attachment,
            part=part,
        )

    def _look(self, node: DictionaryObject) -> None:
        kind = str(_resolved(node.get("/S")))
        if kind in _ACTIONS:
            self._actions.add(_ACTIONS[kind])
        if "/JS" in node or "/JavaScript" in node:
            self._actions.add("JavaScript")
        for name in (kind, str(_resolved(node.get("/Subtype")))):
            if name in _MEDIA:
                self._media.add(name[1:])
        if "/XFA" in node:
            self._media.add("XFA")
        if "/EF" in node:
            self._attachment = True
            self._program = self._program or _is_program(node)


def _objects(root: DictionaryObject) -> Iterator[DictionaryObject]:
    """Every dictionary under ``root``, each indirect object once."""
    seen: set[int] = set()
    waiting: list[Any] = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, IndirectObject):
            if node.idnum in seen:
                continue
            seen.add(node.idnum)
            node = node.get_object()
        if isinstance(node, DictionaryObject):
            yield node
            waiting.extend(dict.__getitem__(node, key) for key in node if key not in _UNSEEN)
        elif isinstance(node, ArrayObject):
            waiting.extend(list.__iter__(node))


def _is_program(specification: DictionaryObject) -> bool:
    """An embedded file that a machine would run, by its name or by its first bytes (never executed)."""
    names = (str(_resolved(specification.get(key)) or "") for key in ("/F", "/UF"))
    if any(name.strip().lower().endswith(_PROGRAMS) for name in names):
        return True
    files = _resolved(specification.get("/EF"))
    if not isinstance(files, DictionaryObject):
        return False
    streams = [_resolved(files.get(key)) for key in ("/F", "/UF")]
    return any(
        stream.get_data().startswith(_PROGRAM_STARTS)
        for stream in streams
        if isinstance(stream, StreamObject)
    )


def _resolved(value: Any) -> Any:
    return value.get_object() if isinstance(value, IndirectObject) else value
