"""The readable view: what the stylesheet makes of documents, good, odd and hostile."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from lxml import etree, html

from gateway.dmpstore.cda_reader import NotReadable, read_cda
from gateway.dmpstore.rendering import Form, readable

from .content import PDF, PNG, SHARED, fixture, lab_report, level_one, media, narrative

MEDIA = "/m/"
EXAMPLES = sorted((SHARED / "examples" / "cda").glob("*.xml"))


def show(data: bytes, language: str = "fr") -> html.HtmlElement:
    found = readable(data, "text/xml", language, MEDIA)
    assert found.form is Form.STRUCTURED
    return html.fragment_fromstring(str(found.html))


def texts(element: html.HtmlElement, path: str) -> list[str]:
    return [" ".join(str(each.text_content()).split()) for each in element.xpath(path)]


def test_a_structured_report_shows_its_header_sections_and_tables() -> None:
    page = show(lab_report())

    assert texts(page, '//p[@class="cda-name"]')[0].startswith("Patient")
    assert {"Date du document", "Auteur", "Responsable du document", "INS"} <= set(texts(page, "//dt"))
    assert texts(page, "//h3")
    assert page.xpath("//table/thead/tr/th[@scope='col']")
    assert page.xpath("//table/tbody/tr/td")


def test_the_words_around_a_document_follow_the_reader_and_its_own_language_is_told() -> None:
    page = show(lab_report(), "en")

    assert "Legal authenticator" in texts(page, "//dt")
    assert page.get("lang") == "fr"


def test_headings_start_below_those_of_the_page_and_never_skip() -> None:
    page = show(fixture("cda-synthese-medicale.xml"))

    levels = [int(each.tag[1]) for each in page.xpath("//h1|//h2|//h3|//h4|//h5|//h6")]
    assert levels[0] == 3
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_dates_are_written_as_people_read_them() -> None:
    page = show(fixture("cda-note-de-vaccination.xml"))

    assert any(re.fullmatch(r"\d{1,2}(er)? \w+ \d{4}( à \d\d:\d\d)?.*", each) for each in texts(page, "//dd"))


@pytest.mark.parametrize(
    ("block", "path"),
    [
        ('<content styleCode="Bold">x</content>', "//strong[.='x']"),
        ('<content styleCode="boldItalics">x</content>', "//strong/em[.='x']"),
        ('<content styleCode="Emphasis">x</content>', "//em[.='x']"),
        ('<content styleCode="Underline">x</content>', "//span[@class='cda-underline']"),
        ('<content revised="delete">x</content>', "//del[.='x']"),
        ("<paragraph>m<sup>2</sup> H<sub>2</sub>O<br/>y</paragraph>", "//p[sup='2' and sub='2' and br]"),
        (
            '<list listType="ordered" styleCode="LittleAlpha"><caption>c</caption><item>x</item></list>',
            "//ol[@type='a']/li[.='x']",
        ),
        ("<list><item>x<list><item>y</item></list></item></list>", "//ul/li/ul/li[.='y']"),
        (
            "<table><caption>c</caption><thead><tr><th/><th>h</th></tr></thead><tbody><tr><th>r</th>"
            '<td colspan="2" rowspan="x" align="right">v</td></tr></tbody></table>',
            "//div[@tabindex='0' and @aria-label='Tableau\u00a0: c']/table[caption='c'][thead/tr/td]"
            "/tbody/tr[th[@scope='row']='r']/td[@colspan='2' and @class='cda-right' and not(@rowspan)]",
        ),
        (
            '<linkHtml href="#a">lien</linkHtml><content ID="a">but</content>',
            "//a[@href='#cda-a' and .='lien'][//span[@id='cda-a']]",
        ),
        ('<footnote ID="n">note</footnote><footnoteRef IDREF="n"/>', "//sup/a[@href='#cda-n']"),
        ('<renderMultiMedia referencedObject="nothing"/>', "//span[contains(., 'absente')]"),
    ],
)
def test_each_part_of_a_narrative_block_is_kept(block: str, path: str) -> None:
    assert show(narrative(block)).xpath(path)


def test_a_picture_of_the_document_is_shown_with_its_caption() -> None:
    block = '<renderMultiMedia referencedObject="i"><caption>Courbe</caption></renderMultiMedia>'

    page = show(narrative(block, media("i", "image/png", PNG)))

    assert page.xpath("//img[@src='/m/1' and @alt='Courbe']")


def test_an_attached_pdf_is_a_link_to_its_place() -> None:
    page = show(
        narrative(
            '<renderMultiMedia referencedObject="b"/>',
            media("a", "image/png", PNG) + media("b", "application/pdf", PDF),
        )
    )

    assert page.xpath("//a[@href='/m/2']")
    assert not page.xpath("//img")


@pytest.mark.parametrize(
    "block",
    [
        "<script xmlns='http://www.w3.org/1999/xhtml'>alert(1)</script>",
        "<script>alert(1)</script>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "<iframe src='https://example.org'/>",
        "<content onclick='alert(1)' style='position:fixed' class='x'>x</content>",
        "<linkHtml href='javascript:alert(1)'>x</linkHtml>",
        "<linkHtml href='  JavaScript:alert(1)'>x</linkHtml>",
        "<linkHtml href='data:text/html,x'>x</linkHtml>",
        "<linkHtml href='https://example.org/pixel'>x</linkHtml>",
        "<linkHtml href='#&quot; onclick=&quot;alert(1)'>x</linkHtml>",
        "<content ID='a&quot; b'>x</content><linkHtml href='#a&quot; b'>x</linkHtml>",
        "<renderMultiMedia referencedObject='../../x'/>",
        "<table border='1' width='99999'><tr><td style='x' background='https://example.org'>x</td></tr></table>",
    ],
)
def test_nothing_in_a_document_runs_leads_away_or_loads(block: str) -> None:
    page = show(narrative(block))

    for element in page.iter():
        assert element.tag not in ("script", "iframe", "object", "style", "link", "form")
        assert not {"style", "onclick", "background"} & set(element.attrib)
        for name in ("href", "src"):
            assert element.get(name, "#cda-").startswith(("#cda-", MEDIA))
        assert " " not in element.get("id", "")


def test_the_address_of_a_link_elsewhere_can_be_read_but_not_followed() -> None:
    page = show(narrative("<linkHtml href='https://example.org/a'>guide</linkHtml>"))

    assert "guide (https://example.org/a)" in texts(page, "//span[@class='cda-link']")
    assert not page.xpath("//a")


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (level_one(PDF, "application/pdf"), Form.PDF),
        (level_one(PNG, "image/png"), Form.PICTURE),
        (level_one("Aptitude confirmée.".encode(), "text/plain"), Form.TEXT),
        (level_one(b"{\\rtf1 x}", "text/rtf"), Form.NONE),
        (b"<ClinicalDocument xmlns='urn:hl7-org:v3'/>", Form.NONE),
        (b"<other/>", Form.NONE),
        (b"not xml", Form.NONE),
        (b"", Form.NONE),
    ],
)
def test_a_body_that_is_not_structured_is_shown_as_what_it_is(data: bytes, form: Form) -> None:
    assert readable(data, "text/xml", "fr", MEDIA).form is form


def test_text_is_read_whatever_its_character_set() -> None:
    for data in ("é".encode(), "é".encode("iso-8859-15")):
        assert readable(level_one(data, "text/plain"), "text/xml", "fr", MEDIA).text == "é"
        assert readable(data, "text/plain; charset=x", "fr", MEDIA).text == "é"


def test_base64_that_is_none_gives_no_view() -> None:
    broken = level_one(b"x", "application/pdf").replace(b">eA==<", b">%%%<")

    assert readable(broken, "text/xml", "fr", MEDIA).form is Form.NONE


@pytest.mark.parametrize(
    "data",
    [
        b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><ClinicalDocument xmlns='urn:hl7-org:v3'>&x;"
        b"</ClinicalDocument>",
        b"<ClinicalDocument xmlns='urn:hl7-org:v3'>" + b"<a>" * 230 + b"</a>" * 230 + b"</ClinicalDocument>",
        b"<ClinicalDocument xmlns='urn:hl7-org:v3'>" + b"<a/>" * 260_000 + b"</ClinicalDocument>",
        b" " * (49 * 1024 * 1024),
    ],
    ids=["entity", "deep", "many", "large"],
)
def test_what_goes_beyond_the_bounds_is_not_read(data: bytes) -> None:
    with pytest.raises(NotReadable):
        read_cda(data)


def test_a_large_pdf_within_a_document_is_read_all_the_same() -> None:
    data = level_one(PDF + b" " * 8_000_000, "application/pdf")

    assert readable(data, "text/xml", "fr", MEDIA).form is Form.PDF


def test_a_document_inside_its_own_stylesheet_is_found() -> None:
    inside = re.sub(rb"^<\?xml[^>]*\?>", b"", lab_report())
    data = (
        b"<x:stylesheet xmlns:x='http://www.w3.org/1999/XSL/Transform'><d>" + inside + b"</d></x:stylesheet>"
    )

    assert show(data).xpath("//table")


@pytest.mark.skipif(not EXAMPLES, reason="the official examples are not beside this checkout")
def test_every_official_example_has_a_readable_view() -> None:
    for path in EXAMPLES:
        found = readable(path.read_bytes(), "text/xml", "fr", MEDIA)

        assert found.form in (Form.STRUCTURED, Form.PDF), path.name
        source = read_cda(path.read_bytes())
        cells = source.iterfind(".//{urn:hl7-org:v3}text//{urn:hl7-org:v3}td")
        page = etree.tostring(html.fragment_fromstring(str(found.html)), method="text", encoding="unicode")
        shown = "".join(page.split())
        for cell in cells:
            said = "".join("".join(str(part) for part in cell.itertext()).split())
            assert said in shown, path.name
