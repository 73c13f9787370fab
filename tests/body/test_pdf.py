"""A PDF body opens, is not protected and does nothing but show pages, however hostile its author."""

from __future__ import annotations

import logging
import random
import re
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, NameObject, TextStringObject

from gateway.validators import pdf_body
from gateway.validators.pdf_body import inspect_pdf
from tests.body.samples import IDS, PDF, carrying, changed_pdf, dictionary, found, packed, rules

NAME = NameObject


def script(writer: PdfWriter) -> None:
    action = dictionary(S=NAME("/JavaScript"), JS=TextStringObject("app.alert(1)"))
    tree = dictionary(Names=ArrayObject([TextStringObject("essai"), writer._add_object(action)]))
    writer.root_object[NAME("/Names")] = dictionary(JavaScript=tree)


def open_action(kind: str) -> Callable[[PdfWriter], None]:
    def change(writer: PdfWriter) -> None:
        writer.root_object[NAME("/OpenAction")] = dictionary(S=NAME(kind), F=TextStringObject("essai"))

    return change


def annotation_action(writer: PdfWriter) -> None:
    action = writer._add_object(dictionary(S=NAME("/JavaScript"), JS=TextStringObject("1")))
    link = dictionary(Type=NAME("/Annot"), Subtype=NAME("/Link"), AA=dictionary(E=action))
    writer.pages[0][NAME("/Annots")] = ArrayObject([writer._add_object(link)])


def chained_action(writer: PdfWriter) -> None:
    launch = writer._add_object(dictionary(S=NAME("/Launch")))
    writer.root_object[NAME("/OpenAction")] = dictionary(S=NAME("/GoTo"), Next=ArrayObject([launch]))


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (script, "JavaScript"),
        (annotation_action, "JavaScript"),
        (chained_action, "Launch"),
        (open_action("/Launch"), "Launch"),
        (open_action("/SubmitForm"), "SubmitForm"),
        (open_action("/ImportData"), "ImportData"),
    ],
)
def test_a_pdf_that_acts_is_refused(change: Callable[[PdfWriter], None], name: str) -> None:
    (finding,) = found(carrying(changed_pdf(change)))
    assert (finding.rule, finding.is_error) == ("R.BDY.08", True)
    assert f"({name})" in finding.text_fr
    assert f"({name})" in finding.text_en


def test_a_name_in_disguise_is_seen() -> None:
    data = changed_pdf(open_action("/Launch")).replace(b"/Launch", b"/L#61unch")
    assert rules(carrying(data)) == ["R.BDY.08"]


def test_an_action_in_an_object_stream_is_seen() -> None:
    data = _with_object_stream(b"2 0 << /S /JavaScript /JS (1) >>")
    assert b"JavaScript" not in data
    assert rules(carrying(data)) == ["R.BDY.08"]


def _with_object_stream(content: bytes, catalog: bytes = b"/OpenAction 2 0 R") -> bytes:
    """A PDF 1.5 whose object 2 stands in a compressed object stream, with its reference stream."""
    parts = {
        1: b"<< /Type /Catalog /Pages 3 0 R " + catalog + b" >>",
        3: b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
        4: b"<< /Type /Page /Parent 3 0 R /MediaBox [0 0 9 9] >>",
    }
    deflated = zlib.compress(content)
    first = content.index(b"<<")
    parts[5] = (
        b"<< /Type /ObjStm /N 1 /First %d /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream"
        % (
            first,
            len(deflated),
            deflated,
        )
    )
    out = bytearray(b"%PDF-1.5\n% <pdfaid:part>1<\n")
    rows = {2: b"\2" + (5).to_bytes(3, "big") + b"\0"}
    for number, part in parts.items():
        rows[number] = b"\1" + len(out).to_bytes(3, "big") + b"\0"
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    start = len(out)
    table = (
        bytes(5) + b"".join(rows[number] for number in range(1, 6)) + b"\1" + start.to_bytes(3, "big") + b"\0"
    )
    out += b"6 0 obj\n<< /Type /XRef /Size 7 /W [1 3 1] /Root 1 0 R /Length %d >>\nstream\n" % len(table)
    return bytes(out) + table + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % start


def test_an_encrypted_pdf_is_refused() -> None:
    (finding,) = found(carrying(changed_pdf(lambda writer: writer.encrypt("", "owner", algorithm="RC4-128"))))
    assert finding.rule == "R.BDY.07"


def attach(name: str, data: bytes) -> Callable[[PdfWriter], Any]:
    return lambda writer: writer.add_attachment(name, data)


@pytest.mark.parametrize(
    ("name", "data"), [("essai.EXE", b"x"), ("essai.pdf", b"MZ\x90"), ("a", b"#!/bin/sh")]
)
def test_a_program_inside_is_refused(name: str, data: bytes) -> None:
    assert rules(carrying(changed_pdf(attach(name, data)))) == ["R.BDY.09"]


def test_another_attachment_is_told_and_not_refused() -> None:
    (finding,) = found(carrying(changed_pdf(attach("essai.csv", b"a;b"))))
    assert (finding.rule, finding.is_error) == ("R.BDY.11", False)


def xfa(writer: PdfWriter) -> None:
    form = dictionary(Fields=ArrayObject(), XFA=writer._add_object(packed(b"<xdp/>")))
    writer.root_object[NAME("/AcroForm")] = form


def rich_media(writer: PdfWriter) -> None:
    note = dictionary(Type=NAME("/Annot"), Subtype=NAME("/RichMedia"))
    writer.pages[0][NAME("/Annots")] = ArrayObject([note])


@pytest.mark.parametrize("change", [xfa, rich_media])
def test_what_an_ordinary_reader_cannot_show_is_refused(change: Callable[[PdfWriter], None]) -> None:
    assert rules(carrying(changed_pdf(change))) == ["R.BDY.10"]


@pytest.mark.parametrize("part", [b"2", b"3", b"x"])
def test_a_pdf_that_does_not_claim_pdfa1_is_a_warning(part: bytes) -> None:
    data = PDF.replace(b"<pdfaid:part>1", b"<pdfaid:part>" + part)
    (finding,) = found(carrying(data))
    assert (finding.rule, finding.is_error) == ("R.BDY.12", False)


def test_a_claim_written_as_an_attribute_counts() -> None:
    claim = b"<pdfaid:part>1</pdfaid:part>"
    data = PDF.replace(claim, b"<x pdfaid:part='1'         />"[: len(claim)].ljust(len(claim)))
    assert rules(carrying(data)) == []


def test_a_form_with_plain_fields_is_accepted() -> None:
    def change(writer: PdfWriter) -> None:
        writer.root_object[NAME("/AcroForm")] = dictionary(Fields=ArrayObject())

    assert rules(carrying(changed_pdf(change))) == []


@pytest.mark.parametrize(
    "data",
    [
        PDF[: len(PDF) // 2],
        PDF[:12],
        b"%PDF-1.4",
        b"%PDF-1.4\n%%EOF",
        PDF.replace(b"/Pages 2 0 R", b"/Pagez 2 0 R"),
        PDF.replace(b"/Kids [", b"/Kidz ["),
        re.sub(rb"/Kids \[.*?\]", b"/Kids []", PDF),
    ],
)
def test_a_damaged_pdf_does_not_open(data: bytes) -> None:
    assert rules(carrying(data)) == ["R.BDY.06"]


HOSTILE = {
    "a page tree that contains itself": PDF.replace(b"/Kids [7 0 R]", b"/Kids [2 0 R]"),
    "a table that follows itself": PDF.replace(b"/Root 1 0 R", b"/Prev 0 /Root 1 0 R"),
    "deep arrays": PDF.replace(b"/Lang (fr-FR)", b"/OpenAction " + b"[" * 100_000),
    "deep dictionaries": PDF.replace(b"/Lang (fr-FR)", b"/JS " + b"<</A" * 50_000),
    "a table of a billion rows": PDF.replace(b"xref\n0 ", b"xref\n0 99999999"),
    "an object stream of a billion objects": _with_object_stream(b"2 0 << >>").replace(
        b"/N 1 ", b"/N 999999999 "
    ),
    "a stream that inflates to 100 MB": _with_object_stream(b"2 0 << >>" + bytes(100_000_000)),
    "an endless name": PDF.replace(b"/Lang (fr-FR)", b"/" + b"a" * 500_000),
    "a million references": PDF.replace(b"/Lang (fr-FR)", b"/JS [" + b"1 0 R " * 300_000 + b"]"),
    "no end of string": PDF.replace(b"/Lang (fr-FR)", b"/JS " + b"(" * 200_000),
    "many object headers": PDF[:-40] + b"1 0 obj " * 100_000,
    "a million object streams": PDF + b"/ObjStm stream\n" * 600_000,
    "a million marks": PDF + b"/XRef " * 1_000_000,
    "an unknown filter": _with_object_stream(b"2 0 << >>").replace(b"/FlateDecode /L", b"/Unknownly /L", 1),
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.timeout(20)
def test_a_hostile_pdf_costs_little_and_is_answered(name: str) -> None:
    assert set(rules(carrying(HOSTILE[name]))) <= IDS


@pytest.mark.parametrize(
    "name", ["an object stream of a billion objects", "a stream that inflates to 100 MB"]
)
def test_what_costs_too_much_to_check_is_refused_as_such(name: str) -> None:
    assert rules(carrying(HOSTILE[name])) == ["R.BDY.14"]


def test_the_walk_is_bounded_by_a_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_body, "MAX_OBJECTS", 3)
    assert rules(carrying(changed_pdf(script))) == ["R.BDY.14"]


def test_reading_is_bounded_by_a_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_body, "MAX_READS", 10)
    assert rules(carrying(PDF)) == ["R.BDY.14"]


@pytest.mark.parametrize("seed", range(20))
def test_mutations_never_raise_and_never_log(seed: int, caplog: pytest.LogCaptureFixture) -> None:
    chance = random.Random(seed)
    samples = [PDF, changed_pdf(script), _with_object_stream(b"2 0 << /S /Launch >>")]
    for _ in range(15):
        data = bytearray(chance.choice(samples))
        for _ in range(chance.randint(1, 12)):
            at = chance.randrange(len(data))
            data[at : at + chance.randint(0, 6)] = chance.randbytes(chance.randint(0, 6))
        inspect_pdf(bytes(data))
    assert [record for record in caplog.records if record.levelno >= logging.INFO] == []
