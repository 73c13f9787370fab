"""The pages, read as HTML: what they show, what they never show, and what cannot run in them."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from gateway.dmpstore.records import masked
from gateway.dmpstore.texts import Texts, iso_date
from gateway.model import Code, Rubrique
from gateway.nomenclature import rubrique_of, value_set

from .conftest import Client
from .samples import PATIENT, ROOT, document, entry, submission

HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(2)>\u202e&amp;'


class Outline(HTMLParser):
    """Start tags with their attributes, and the text of headings by level."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.headings: list[tuple[str, str]] = []
        self._open = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attributes}))
        if re.fullmatch(r"h[1-6]", tag):
            self._open = tag
            self.headings.append((tag, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == self._open:
            self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open:
            tag, text = self.headings[-1]
            self.headings[-1] = (tag, text + data)

    def named(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]


def record_path(store: Client) -> str:
    found = re.search(r"/records/[0-9a-f]+", store.get("/").text)
    assert found is not None
    return found.group()


def test_an_empty_store_says_so(store: Client) -> None:
    page = store.get("/")

    assert page.status == 200
    assert "Aucun dossier pour l’instant" in page.text


def test_the_list_shows_a_masked_ins_and_an_opaque_link(store: Client) -> None:
    store.submit(submission())

    page = store.get("/").text

    assert "2 79 03 •••" in page
    assert PATIENT.value not in page
    assert PATIENT.value not in store.get(record_path(store)).text


def test_a_record_shows_the_nine_rubriques_in_their_order(store: Client) -> None:
    store.submit(submission())

    outline = Outline(store.get(record_path(store)).text)

    sections = [text.strip() for tag, text in outline.headings if tag == "h2"][1:]
    assert sections == [rubrique.label_fr for rubrique in Rubrique]
    assert len(sections) == 9
    assert [attributes["id"] for attributes in outline.named("section")] == [str(each) for each in Rubrique]


def test_each_document_is_shown_in_its_rubrique_with_its_facts(store: Client) -> None:
    store.submit(submission())

    page = store.get(record_path(store)).text

    section = page.partition('<section id="analyses"')[2].partition("</section>")[0]
    for fact in ("Bilan sanguin", "CR d'examens biologiques", "CH EXEMPLE", "En vigueur", "Version 1"):
        assert fact.replace("'", "&#39;") in section
    assert "12 mars 2026 à 10:15" in section
    assert f"/api/documents/{ROOT}.1.1/content" in section


def test_every_type_of_the_value_set_stands_in_its_rubrique(store: Client) -> None:
    types = [each for each in value_set("J66") if rubrique_of(each.code, each.system)]
    numbered = list(enumerate(types, start=1))
    for first in range(0, len(numbered), 25):
        entries = [
            entry(number, type_code=Code(each.code, each.system))
            for number, each in numbered[first : first + 25]
        ]
        contents = {each.entry_id: document(int(each.unique_id.split(".")[-1])) for each in entries}
        assert store.submit(submission(*entries, number=first + 1, contents=contents)).errors == ()

    counts = store.counts()["rubriques"]

    expected = {str(rubrique): 0 for rubrique in Rubrique}
    for each in types:
        expected[str(rubrique_of(each.code, each.system))] += 1
    assert counts == expected


def test_a_replaced_document_is_shown_as_an_older_version(store: Client) -> None:
    store.submit(submission())
    store.submit(submission(entry(2), number=2, replaces={"Document02": f"{ROOT}.1.1"}))

    page = store.get(record_path(store)).text

    assert "1 version remplacée ou archivée" in page
    assert "Version 2" in page
    assert "Remplacé" in page


def test_a_hostile_title_is_text_and_nothing_else(store: Client) -> None:
    assert store.submit(submission(entry(title=HOSTILE))).success

    page = store.get(record_path(store))

    outline = Outline(page.text)
    assert outline.named("script") == []
    assert outline.named("img") == []
    assert HOSTILE in [text for tag, text in outline.headings if tag == "h3"]


def test_pages_forbid_scripts_frames_and_foreign_content(store: Client) -> None:
    store.submit(submission())

    for path in ("/", record_path(store), "/nothing"):
        page = store.get(path)
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert page.headers["x-content-type-options"] == "nosniff"
        assert page.headers["cache-control"] == "no-store"
        outline = Outline(page.text)
        assert not [1 for _, attributes in outline.tags if "style" in attributes]
        assert not [1 for _, attributes in outline.tags for name in attributes if name.startswith("on")]
        addresses = [attributes["href"] for _, attributes in outline.tags if "href" in attributes]
        assert all(address.startswith(("/", "#")) for address in addresses)


def test_pages_can_be_used_with_a_keyboard_and_a_screen_reader(store: Client) -> None:
    store.submit(submission())

    for path in ("/", record_path(store)):
        outline = Outline(store.get(path).text)
        assert outline.named("html") == [{"lang": "fr"}]
        assert outline.named("a")[0]["href"] == "#main"
        assert [attributes["id"] for attributes in outline.named("main")] == ["main"]
        levels = [int(tag[1]) for tag, _ in outline.headings]
        assert levels.count(1) == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))


def test_pages_speak_english_when_asked_and_keep_to_it(store: Client) -> None:
    store.submit(submission())

    overview = store.get("/?lang=en").text
    page = store.get(record_path(store) + "?lang=en")

    assert "Recently fed records" in overview
    assert f"{record_path(store)}?lang=en" in overview
    assert 'lang="en"' in page.text
    assert "Laboratory results" in page.text
    assert "12 March 2026, 10:15" in page.text


def test_a_full_rubrique_is_paged(store: Client) -> None:
    entries = [entry(number) for number in range(1, 61)]
    contents = {each.entry_id: document(number) for number, each in enumerate(entries, start=1)}
    assert store.submit(submission(*entries, contents=contents)).success
    path = record_path(store)

    assert "Voir les 60 documents de la rubrique" in store.get(path).text
    first = store.get(f"{path}?rubrique=analyses").text
    second = store.get(f"{path}?rubrique=analyses&page=2").text

    assert (first.count("<h3>"), second.count("<h3>")) == (50, 10)
    assert "Page 2 sur 2" in second


@pytest.mark.parametrize(
    "path",
    ["/records/0", "/records/../..", "/nothing", f"/records/{PATIENT.value}", "/static/../settings.py"],
)
def test_what_does_not_exist_is_a_readable_404(store: Client, path: str) -> None:
    page = store.get(path)

    assert page.status == 404
    assert "Page introuvable" in page.text
    assert PATIENT.value not in page.text


@pytest.mark.parametrize(
    "query", ["before=x", "before=99999999999999999999", "before=-1", "lang=%00", "a=%ff"]
)
def test_odd_queries_do_no_harm(store: Client, query: str) -> None:
    store.submit(submission())

    assert store.get(f"/?{query}").status == 200
    assert store.get(f"{record_path(store)}?{query}&page=0&rubrique=x").status == 200


def test_an_ins_is_masked_whatever_it_looks_like() -> None:
    assert masked("279035121518989") == "2 79 03 •••"
    assert masked("2A") == "•••"


def test_dates_are_local_and_days_are_not_shifted() -> None:
    french, english = Texts("fr"), Texts("en")

    assert french.date("20260701220000") == "2 juillet 2026 à 00:00"
    assert french.date("20260301") == "1er mars 2026"
    assert french.date("202603") == "mars 2026"
    assert english.date("20261231233000") == "1 January 2027, 00:30"
    assert french.date("n/a") == ""
    assert iso_date("20260701220000") == "2026-07-02T00:00+02:00"
    assert iso_date("20260301") == "2026-03-01"
    assert french.size(1_250_000) == "1,2 Mo"
