"""From OBX-5.5 or a bare file to a CDA: Base64, XML, root, and the refusals of each."""

from __future__ import annotations

import hashlib
import tracemalloc

import pytest

from gateway.model import Kind, Location, Severity
from gateway.parsers import Limits, read
from tests.parsers.samples import CDA_BYTES, CDA_TEXT, base64_of, edited, only, oru, rules_of, wire

HERE = Location(segment="OBX", field=5, component=5)
XSL = (
    '<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><d:c xmlns:d="urn:x">'
    "{}</d:c></xsl:stylesheet>"
)
ROOT = CDA_TEXT[CDA_TEXT.index("<ClinicalDocument") :]


def carried(content: bytes) -> bytes:
    return wire(oru(base64_of(content)))


@pytest.mark.parametrize(
    "content",
    [
        CDA_BYTES,
        CDA_BYTES + b"\r\n  ",
        b"\xef\xbb\xbf" + CDA_BYTES,
        CDA_BYTES.replace(b"\n", b"\r\n"),
    ],
)
def test_the_bytes_of_the_cda_come_out_as_they_went_in(content: bytes) -> None:
    for body in (carried(content), content):
        document = read(body).documents[0]
        assert hashlib.sha256(document.content).digest() == hashlib.sha256(content).digest()
        assert document.root is not None
        assert document.mime_type == "text/xml"


@pytest.mark.parametrize("sample", ["YQ", "YQ=", "YWI", "YWJj="])
def test_wrong_padding_is_a_warning_and_the_content_is_read(sample: str) -> None:
    reading = read(wire(oru(sample)))
    finding = reading.findings[0]
    assert (finding.rule, finding.severity, finding.location) == ("R.DOC.09", Severity.WARNING, HERE)
    assert reading.documents[0].content in (b"a", b"ab", b"abc")


@pytest.mark.parametrize(
    "sample", ["@@@@", "ABCDE", "AB CD", "AB-_", "QUJD=QUJD", "YQ===", "éABC", "QUJD\\.br\\QUJD", "A"]
)
def test_what_is_not_base64_is_refused(sample: str) -> None:
    finding = only(read(wire(oru(sample))))
    assert (finding.rule, finding.hl7_code, finding.location) == ("R.DOC.09", "102", HERE)


def test_the_finding_is_at_the_obx_that_is_wrong() -> None:
    segments = oru()
    second = segments[5].replace("OBX|1", "OBX|2").replace(base64_of(CDA_BYTES), "@@@@")
    reading = read(wire([*segments[:7], second, *segments[7:]]))
    assert only(reading).location == Location(segment="OBX", sequence=2, field=5, component=5)
    assert only(reading).location.erl == "OBX^2^5^1^5"
    assert [document.position for document in reading.documents] == [1, 2]
    assert reading.documents[0].root is not None
    assert reading.documents[1].root is None


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"Document medical au format CDA niveau 1", "not XML"),
        (b"%PDF-1.4", "not XML"),
        (b"<!DOCTYPE x>" + ROOT.encode(), "DOCTYPE"),
        (
            CDA_BYTES.replace(b"<!-- synthetic -->", b"<!-- > --><?pi ?>\n<!DOCTYPE ClinicalDocument []>"),
            "DOCTYPE",
        ),
        (("<!DOCTYPE x>" + ROOT).encode("utf-16"), "DOCTYPE"),
        (b"<a>x</a>", "root"),
        (b'<ClinicalDocument xmlns="urn:other"/>', "namespace urn:hl7-org:v3"),
        (b"<ClinicalDocument/>", "but not in the namespace"),
        (CDA_BYTES.replace(b"</title>", b"</titre>"), "closing tag"),
        (CDA_BYTES[:2000], "truncated"),
        (CDA_BYTES.replace("été".encode(), b"\xe9t\xe9"), "Encoding problem"),
        (CDA_BYTES.replace("été".encode(), b"&eacute;"), "unknown entity"),
        (CDA_BYTES.replace("été".encode(), b"A & B"), "lone &"),
        (CDA_BYTES.replace("été".encode(), b"\x01"), "does not allow"),
        (CDA_BYTES.replace("été".encode(), b"<x:y/>"), "prefix"),
        (b" " + CDA_BYTES, "very beginning"),
        (CDA_BYTES.replace(b'"UTF-8"', b'"UTF-16"'), "contradicts"),
        (b"\xef\xbb\xbf" + CDA_BYTES.replace(b'"UTF-8"', b'"ISO-8859-15"'), "contradicts"),
        (CDA_TEXT.encode("utf-16"), "contradicts"),
        (CDA_BYTES.replace(b'"UTF-8"', b'"UTF-7"'), "not accepted"),
        (CDA_BYTES.replace(b'"UTF-8"', b'"IBM037"'), "not accepted"),
        (CDA_BYTES.replace(b"<component>", b"<a>" * 300 + b"</a>" * 300 + b"<component>"), "nesting"),
        (XSL.format("").encode(), "exactly one"),
        (XSL.format(ROOT * 2).encode(), "exactly one"),
    ],
)
def test_what_is_no_cda_is_refused_with_its_own_words(content: bytes, words: str) -> None:
    for body, place in ((carried(content), HERE), (content, Location())):
        reading = read(body)
        if body is content and words == "not XML":
            continue  # a bare body that is no XML is no document at all (R.ENC.02)
        finding = only(reading)
        assert (finding.rule, finding.hl7_code, finding.application_code) == ("R.DOC.10", "207", "906")
        assert words in finding.text_en
        assert finding.text_fr != finding.text_en
        assert (finding.location.segment, finding.location.component) == (place.segment, place.component)
        assert reading.documents[0].content == content
        assert reading.documents[0].root is None
        assert reading.documents[0].header is None


def test_an_error_in_the_xml_gives_its_line() -> None:
    content = CDA_BYTES.replace(b"</title>", b"</titre>")
    assert only(read(content)).location.line == CDA_TEXT[: CDA_TEXT.index("</title>")].count("\n") + 1


def test_a_wrong_byte_gives_its_position_not_its_value() -> None:
    content = CDA_BYTES.replace("été".encode(), b"\xe9t\xe9")
    assert only(read(content)).location.detail == f"byte {content.index(0xE9) + 1}"


def test_a_doctype_named_inside_a_comment_is_not_a_doctype() -> None:
    content = CDA_BYTES.replace(b"<!-- synthetic -->", b"<!-- no <!DOCTYPE here -->")
    assert read(content).findings == ()


@pytest.mark.parametrize(("declared", "codec"), [("UTF-16", "utf-16"), ("ISO-8859-15", "iso-8859-15")])
def test_another_encoding_that_decodes_is_read_with_a_warning(declared: str, codec: str) -> None:
    content = CDA_TEXT.replace('"UTF-8"', f'"{declared}"').encode(codec)
    for body in (content, carried(content)):
        reading = read(body)
        assert (only(reading).rule, only(reading).severity) == ("X.ENCODING", Severity.WARNING)
        header = reading.documents[0].header
        assert header is not None
        assert header.title.endswith("d'été")
        assert reading.documents[0].content == content


def test_a_self_presentable_cda_is_read_by_its_embedded_document() -> None:
    content = XSL.format(ROOT).encode()
    document = read(content).documents[0]
    assert document.root.tag == "{urn:hl7-org:v3}ClinicalDocument"
    assert document.mime_type == "application/xslt+xml"
    assert document.content == content
    assert document.header is not None
    assert document.header.unique_id is not None


@pytest.mark.parametrize("encoding", ["A", "Hex"])
def test_another_obx_5_4_is_left_to_the_judges(encoding: str) -> None:
    reading = read(wire(edited(oru(), 5, "^Base64^", f"^{encoding}^")))
    assert reading.findings == ()  # R.DOC.07 is theirs
    assert (reading.documents[0].content, reading.documents[0].root) == (b"", None)


def test_a_text_of_twelve_megabytes_is_read() -> None:
    content = CDA_BYTES.replace(b"JVBERi0=", b"A" * 12_000_000)
    reading = read(content)
    assert reading.findings == ()
    assert reading.documents[0].content == content


def test_depth_is_bounded_in_a_large_document_too() -> None:
    deep = b"<a>" * 300 + b"A" * 11_000_000 + b"</a>" * 300
    reading = read(CDA_BYTES.replace(b"<component>", deep + b"<component>"))
    assert rules_of(reading) == ["R.DOC.10"]
    assert "nested too deeply" in only(reading).text_en


def test_a_document_over_the_limit_is_refused_before_it_is_decoded() -> None:
    limits = Limits(max_document_bytes=1000)
    for body, place in ((carried(CDA_BYTES), HERE), (CDA_BYTES, Location())):
        finding = only(read(body, limits))
        assert (finding.rule, finding.hl7_code, finding.location) == ("R.ENC.10", "199", place)


def test_more_documents_than_the_gateway_reads_are_an_error() -> None:
    segments = oru()
    many = [segments[5].replace("OBX|1", f"OBX|{n}") for n in range(2, 20)]
    reading = read(wire([*segments[:6], *many, *segments[6:]]))
    assert rules_of(reading) == ["X.DOCUMENTS"]
    assert len(reading.documents) == 4


HOSTILE = {
    "a million attributes": b"<a " + b" ".join(b'a%d="1"' % n for n in range(1_000_000)) + b"/>",
    "a hundred thousand levels": b"<a>" * 100_000 + b"</a>" * 100_000,
    "three million levels": b"<a>" * 3_000_000,
    "two million elements": b"<a>" + b"<b/>" * 2_000_000 + b"</a>",
    "a billion laughs": (
        b'<!DOCTYPE l [<!ENTITY a "lol">'
        + b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12))
        + b"]><l>&a11;</l>"
    ),
    "comments before the root": b"<!--x-->" * 500_000 + b"<!DOCTYPE a><a/>",
    "blanks before the root": b"<?x?>" + b" " * 5_000_000 + b"<!DOCTYPE a><a/>",
    "an external entity": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>',
    "a name of a million letters": b"<" + b"a" * 1_000_000 + b"/>",
    "three hundred thousand namespaces": b"<a "
    + b" ".join(b'xmlns:a%d="u"' % n for n in range(290_000))
    + b"/>",
}


@pytest.mark.timeout(20)
@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_xml_gets_its_verdict_in_bounded_time_and_memory(name: str) -> None:
    content = HOSTILE[name]
    tracemalloc.start()
    try:
        reading = read(content)
        carried_reading = read(carried(content))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert {*rules_of(reading), *rules_of(carried_reading)} == {"R.DOC.10"}
    assert peak < 10 * len(content) + 10_000_000
    assert reading.kind is Kind.DOCUMENT
