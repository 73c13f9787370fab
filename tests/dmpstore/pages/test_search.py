"""Searching one record: by words, dates, institution and status, all kept in the address."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from urllib.parse import urlencode

import pytest

from gateway.dmpstore.search import Filter, folded, read_filter
from gateway.model import Code, Organization
from tests.dmpstore.conftest import Client
from tests.dmpstore.samples import AUTHOR, LOINC, document, entry, submission
from tests.dmpstore.test_pages import HOSTILE, Outline

from .content import TRE_A05, put, record_path


def found(store: Client, **query: str) -> list[str]:
    """The titles that the page of the record lists for this search."""
    page = store.get(f"{record_path(store)}?{urlencode(query)}")
    assert page.status == 200
    return [text for tag, text in Outline(page.text).headings if tag == "h3"]


@pytest.fixture
def filled(store: Client) -> Client:
    other = replace(AUTHOR, institution=Organization(AUTHOR.institution.identifier, "Labo de l’Étang"))  # type: ignore[union-attr]
    put(store, 1, document(1), title="Bilan hépatique", creation_time="20260110090000")
    put(store, 2, document(2), title="Glycémie à jeun", creation_time="20260215090000", authors=(other,))
    put(
        store,
        3,
        document(3),
        title="Synthèse",
        creation_time="20260312230000",
        type_code=Code("SYNTH", TRE_A05),
    )
    return store


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ({"q": "HEPATIQUE"}, ["Bilan hépatique"]),
        ({"q": "examens jeun"}, ["Glycémie à jeun"]),
        ({"q": "jeun hepatique"}, []),
        ({"q": "11502-2"}, ["Glycémie à jeun", "Bilan hépatique"]),
        ({"from": "2026-02-15"}, ["Synthèse", "Glycémie à jeun"]),
        ({"to": "2026-02-15"}, ["Glycémie à jeun", "Bilan hépatique"]),
        ({"from": "2026-01-11", "to": "2026-02-14"}, []),
        # 23:00 in UTC is the next day in France.
        ({"from": "2026-03-13"}, ["Synthèse"]),
        ({"institution": "Labo de l’Étang"}, ["Glycémie à jeun"]),
        ({"institution": "Labo de l’Étang", "q": "synthese"}, []),
        ({"rubrique": "analyses", "q": "bilan"}, ["Bilan hépatique"]),
        ({"rubrique": "imagerie", "q": "bilan"}, []),
        ({"status": "previous"}, []),
        ({"q": "%"}, []),
        ({"q": "_"}, []),
        ({"q": "' OR 1=1 --"}, []),
    ],
)
def test_a_search_finds_what_passes_every_part_of_it(
    filled: Client, query: dict[str, str], titles: list[str]
) -> None:
    assert found(filled, **query) == titles


def test_the_search_stays_in_every_link_that_goes_on(store: Client) -> None:
    entries = [entry(number, title=f"Bilan {number}") for number in range(1, 61)]
    contents = {each.entry_id: document(number) for number, each in enumerate(entries, start=1)}
    assert store.submit(submission(*entries, contents=contents)).success
    path = record_path(store)
    search = "q=bilan&from=2026-01-01"

    whole = html.unescape(store.get(f"{path}?{search}&lang=en").text)
    rubrique = html.unescape(store.get(f"{path}?{search}&rubrique=analyses").text)

    assert f'href="{path}?rubrique=analyses&{search}&lang=en"' in whole
    assert f'href="{path}?rubrique=analyses&page=2&{search}"' in rubrique
    assert f'href="{path}?{search}"' in rubrique
    assert "60 documents found" in whole
    assert f'href="{path}?lang=en">Clear the search' in whole


def test_the_form_shows_what_was_asked_and_nothing_of_it_runs(store: Client) -> None:
    put(store, 1, document(1))

    page = store.get(f"{record_path(store)}?{urlencode({'q': HOSTILE, 'institution': HOSTILE})}")

    outline = Outline(page.text)
    assert [each["value"] for each in outline.named("input") if each.get("id") == "q"] == [
        " ".join(HOSTILE.split())
    ]
    assert outline.named("script") == []
    assert "Aucun document trouvé" in page.text


def test_the_counts_of_the_rubriques_are_those_of_the_search(filled: Client) -> None:
    page = filled.get(f"{record_path(filled)}?q=bilan").text

    counts = re.findall(r'class="count" aria-hidden="true">(\d+)<', page)
    assert [int(count) for count in counts] == [0, 0, 1, 0, 0, 0, 0, 0, 0]
    assert "1 document trouvé" in page


def test_every_field_has_its_label(store: Client) -> None:
    put(store, 1, document(1), type_code=Code("11502-2", LOINC))

    outline = Outline(store.get(record_path(store)).text)

    labelled = {each["for"] for each in outline.named("label")}
    visible = [each for each in outline.named("input") if each.get("type") != "hidden"]
    assert {each["id"] for each in visible + outline.named("select")} == labelled


def test_what_cannot_be_understood_is_left_out() -> None:
    assert read_filter({"from": "12/03/2026", "to": "x", "status": "gone"}) == Filter()
    assert not Filter()
    assert read_filter({"q": "  a \n b "}) == Filter("a b")
    assert len(read_filter({"q": "a" * 5000}).words) == 200
    assert folded("Cœur d’Été") == "cœur d'ete"
