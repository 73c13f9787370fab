"""Small files of each media type, valid, and a document to put them in."""

from __future__ import annotations

import base64
import io
import struct
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from fixtures.build.pdf import pdf
from gateway.model import Finding
from gateway.parsers import read
from gateway.validators import rules_body
from gateway.validators.body import judge_body
from gateway.validators.header_places import HeaderView

PDF = pdf("Compte rendu d'essai", [("text", "Un texte sans patient.")])
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(40) + b"\xff\xd9"
TIFF = b"II*\x00" + struct.pack("<I", 8) + struct.pack("<HHHIII", 1, 256, 3, 1, 1, 0)
RTF = b"{\\rtf1\\ansi Un texte.}\n"
TEXT = "Un texte accentué.\r\n\tFin.".encode()

VALID = {
    "application/pdf": PDF,
    "text/plain": TEXT,
    "text/rtf": RTF,
    "image/jpeg": JPEG,
    "image/tiff": TIFF,
}
IDS = {rule.id for rule in rules_body.RULES}


def level_one(content: str, media_type: str = "application/pdf", representation: str = "B64") -> bytes:
    body = f'<text mediaType="{media_type}" representation="{representation}">{content}</text>'
    return _document(f"<nonXMLBody>\n{body}</nonXMLBody>")


def carrying(data: bytes, media_type: str = "application/pdf") -> bytes:
    return level_one(base64.b64encode(data).decode(), media_type)


def level_three(*sections: str) -> bytes:
    inside = "\n".join(f"<component>{section}</component>" for section in sections)
    return _document(f"<structuredBody>\n{inside}</structuredBody>")


def _document(body: str) -> bytes:
    return (
        f'<ClinicalDocument xmlns="urn:hl7-org:v3"><component>{body}</component></ClinicalDocument>'.encode()
    )


def found(document: bytes) -> list[Finding]:
    """What the judge of bodies says of a document."""
    (read_document,) = read(document).documents
    assert read_document.root is not None
    return list(judge_body(HeaderView(read_document, read_document.root)))


def rules(document: bytes) -> list[str]:
    return [finding.rule for finding in found(document)]


def changed_pdf(change: Any, **writing: Any) -> bytes:
    """The valid PDF after ``change(writer)``."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(PDF)))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def dictionary(**items: Any) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{name}"): value for name, value in items.items()})


def packed(data: bytes) -> DecodedStreamObject:
    stream = DecodedStreamObject()
    stream.set_data(data)
    return stream
