"""From stored bytes to something that can be read in a page, without anything in them ever running.

A structured CDA goes through our own XSLT 1.0 stylesheet (``schemas/stylesheets``), which may touch neither
files nor network; what comes out is compared with the list of the elements and attributes that the stylesheet
writes, so that a hole in it would not become a hole in the page.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any

from lxml import etree
from markupsafe import Markup

from gateway.dmpstore.cda_reader import NotReadable, is_structured, read_cda, unstructured_body
from gateway.resources import schemas

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

PICTURES = frozenset({"image/png", "image/jpeg", "image/gif"})
PDF = "application/pdf"
_ELEMENTS = frozenset(
    (
        *(
            "a",
            "br",
            "caption",
            "dd",
            "del",
            "details",
            "div",
            "dl",
            "dt",
            "em",
            "h3",
            "h4",
            "h5",
            "h6",
            "img",
        ),
        *("ins", "li", "ol", "p", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot"),
        *("th", "thead", "tr", "ul"),
    )
)
_ATTRIBUTES = frozenset(
    (
        *("alt", "aria-label", "class", "colspan", "href", "id", "lang", "loading", "role", "rowspan"),
        *("scope", "src", "tabindex", "type"),
    )
)
_MOST_TEXT = 2_000_000


class Form(StrEnum):
    """How a document is shown: ``structured`` (as HTML), ``pdf``, ``picture``, ``text``, or ``none``."""

    STRUCTURED = "structured"
    PDF = "pdf"
    PICTURE = "picture"
    TEXT = "text"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Readable:
    """``html`` is the header of a CDA, with its body when structured; ``text`` the body when it is text."""

    form: Form
    html: Markup = field(default=Markup(""), repr=False)
    text: str = field(default="", repr=False)


def readable(data: bytes, mime_type: str, language: str, media: str) -> Readable:
    """``media`` is the start of the addresses of attached objects; a number is put after it.

    Never raises for what the bytes hold: what cannot be shown has the form ``none``.
    """
    kind = mime_type.partition(";")[0].strip().lower()
    if "xml" in kind or "xslt" in kind:
        try:
            return _cda(read_cda(data), language, media)
        except NotReadable:
            return Readable(Form.NONE)
    return Readable(_form(kind), text=_text(data) if kind == "text/plain" else "")


def _cda(document: Element, language: str, media: str) -> Readable:
    html = _transform(document, language, media)
    if is_structured(document):
        return Readable(Form.STRUCTURED, html)
    body = unstructured_body(document)
    if body is None:
        return Readable(Form.NONE, html)
    return Readable(_form(body.media_type), html, _text(body.data) if body.media_type == "text/plain" else "")


def _form(media_type: str) -> Form:
    if media_type == PDF:
        return Form.PDF
    if media_type in PICTURES:
        return Form.PICTURE
    return Form.TEXT if media_type == "text/plain" else Form.NONE


def _text(data: bytes) -> str:
    """Text whose character set nobody told: UTF-8 when it is, else Latin-9."""
    data = data[:_MOST_TEXT]
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("iso-8859-15", errors="replace")


def _transform(document: Element, language: str, media: str) -> Markup:
    stylesheet = _stylesheet()
    parameters: dict[str, Any] = {
        "lang": etree.XSLT.strparam("en" if language == "en" else "fr"),
        "media": etree.XSLT.strparam(media),
    }
    try:
        result = stylesheet(document, **parameters)
    except etree.XSLTError:
        raise NotReadable from None
    root = result.getroot()
    if root is None:
        raise NotReadable
    _fence(root, media)
    return Markup(etree.tostring(root, encoding="unicode", method="html"))  # noqa: S704 - fenced just above


def _fence(root: Element, media: str) -> None:
    """Raises NotReadable for anything that the stylesheet has no reason to write."""
    for element in root.iter():
        if element.tag not in _ELEMENTS or not _ATTRIBUTES.issuperset(map(str, element.attrib)):
            raise NotReadable
        for name in ("href", "src"):
            address = element.get(name)
            if address is not None and not _inside(address, media):
                raise NotReadable


def _inside(address: str, media: str) -> bool:
    return address.startswith("#cda-") or (
        address.startswith(media) and address.removeprefix(media).isdecimal()
    )


class _OwnFiles(etree.Resolver):
    """The stylesheet's imports: files of our own folder by their bare name, nothing else."""

    def resolve(self, system_url: str, public_id: str, context: Any) -> Any:  # type: ignore[override]
        name = system_url.rpartition("/")[2]
        file = schemas() / "stylesheets" / name
        if not file.is_file():
            raise OSError
        return self.resolve_string(file.read_bytes(), context, base_url=name)


@cache
def _stylesheet() -> etree.XSLT:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    parser.resolvers.add(_OwnFiles())
    source = etree.fromstring((schemas() / "stylesheets" / "cda.xsl").read_bytes(), parser)
    return etree.XSLT(source, access_control=_nothing())


def _nothing() -> Any:
    """Neither files nor network, for reading or writing."""
    access: Any = etree.XSLTAccessControl
    return access.DENY_ALL
