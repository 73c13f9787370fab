"""A plain PDF of the report, for the section "Copie du document" when the laboratory sends none.

One column of fixed-width text, PDF 1.4, standard fonts, nothing compressed. The fonts are not embedded, so it
does not claim PDF/A: a laboratory that has its own PDF should embed it in the message.
"""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterator, Sequence

from gateway.routes.cda.lab_narrative import HEADS, Table

_WIDTHS = (30, 22, 12, 16, 14)
_COLUMNS = sum(_WIDTHS) + len(_WIDTHS) - 1
_SIZE, _LEADING, _TOP, _BOTTOM, _LEFT = 8, 10, 800, 50, 40
_LINES = (_TOP - _BOTTOM) // _LEADING
_WRITTEN = {
    "≤": "<=",
    "≥": ">=",
    "≠": "<>",
    "→": "->",
    "−": "-",
    "\u202f": " ",
    "\u2009": " ",
    "\u00a0": " ",
    "μ": "µ",
}


def report_pdf(title: str, head: Sequence[str], tables: Sequence[Table]) -> bytes:
    """The PDF: ``head`` above, then every table with its notes. The same text gives the same bytes."""
    lines = [title.upper(), "", *head, ""]
    for table in tables:
        lines += [*_lines_of(table), ""]
    wrapped = [part for line in lines for part in _wrapped(line, _COLUMNS)]
    pages = [wrapped[start : start + _LINES] for start in range(0, len(wrapped), _LINES)]
    return _file(_objects(pages))


def _lines_of(table: Table) -> Iterator[str]:
    yield table.title
    yield "-" * _COLUMNS
    for _, note in table.notes:
        yield from note.split("\n")
    if table.rows:
        yield from _cells(HEADS)
    for row in table.rows:
        yield from _cells(row.cells)
        for _, note in row.notes:
            yield from (f"    {line}" for line in note.split("\n"))


def _cells(cells: Sequence[str]) -> Iterator[str]:
    """One row on as many lines as its longest cell needs."""
    columns = [
        [part for line in cell.split("\n") for part in _wrapped(line, width)]
        for cell, width in zip(cells, _WIDTHS, strict=True)
    ]
    for number in range(max(len(column) for column in columns)):
        parts = [column[number] if number < len(column) else "" for column in columns]
        yield " ".join(part.ljust(width) for part, width in zip(parts, _WIDTHS, strict=True)).rstrip()


def _wrapped(line: str, width: int) -> list[str]:
    return textwrap.wrap(_printable(line), width, drop_whitespace=False) or [""]


def _printable(text: str) -> str:
    """WinAnsi text; a character that it lacks is named, never dropped."""
    return "".join(_written(sign) for sign in text)


def _written(sign: str) -> str:
    sign = _WRITTEN.get(sign, sign)
    try:
        sign.encode("cp1252")
    except UnicodeEncodeError:
        return f"[{unicodedata.name(sign, f'U+{ord(sign):04X}').lower()}]"
    return " " if sign == "\t" else sign


def _objects(pages: Sequence[Sequence[str]]) -> list[bytes]:
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Lang (fr-FR) >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>",
    ]
    for number, lines in enumerate(pages):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> "
            + f"/Contents {5 + 2 * number} 0 R >>".encode()
        )
        data = _page(lines)
        objects.append(f"<< /Length {len(data)} >>\nstream\n".encode() + data + b"\nendstream")
    return objects


def _page(lines: Sequence[str]) -> bytes:
    shown = b"".join(b"(" + _literal(line) + b") '\n" for line in lines)
    return f"BT /F1 {_SIZE} Tf {_LEADING} TL {_LEFT} {_TOP} Td\n".encode() + shown + b"ET"


def _literal(text: str) -> bytes:
    """The bytes of a PDF string, its three special characters escaped (PDF 1.4 §3.2.3)."""
    return text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def _file(objects: Sequence[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{offset:010d} 00000 n \n".encode() for offset in offsets)
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)
