"""The page of one document over HTTP: what it shows of each kind, its attributes, versions and parts."""

from __future__ import annotations

import html
from dataclasses import fields, replace

import pytest

from gateway.dmpstore.wording import WORDING
from gateway.model import Code, DocumentEntry
from gateway.xds import iti57, names
from tests.dmpstore.conftest import Client
from tests.dmpstore.samples import OTHER_PATIENT, PATIENT, ROOT, document, entry, submission
from tests.dmpstore.test_pages import HOSTILE, Outline

from .content import PDF, PNG, lab_report, level_one, media, narrative, put, record_path

VISIBILITY = "1.2.250.1.213.1.1.4.13"


def page_of(store: Client, unique_id: str, query: str = "") -> str:
    answer = store.get(f"{record_path(store)}/documents/{unique_id}{query}")
    assert answer.status == 200
    return html.unescape(answer.text)


def part(store: Client, unique_id: str, name: str) -> tuple[int, bytes, dict[str, str]]:
    answer = store.get(f"{record_path(store)}/documents/{unique_id}/{name}")
    return answer.status, answer.body, dict(answer.headers)


def test_a_structured_report_is_shown_with_its_tables(store: Client) -> None:
    page = page_of(store, put(store, 1, lab_report()))

    assert "<table" in page.partition('id="metadata"')[0]
    assert "cda-patient" in page


def test_the_title_in_a_list_leads_to_the_document(store: Client) -> None:
    unique_id = put(store, 1, lab_report())

    path = f"{record_path(store)}/documents/{unique_id}"

    assert f'href="{path}"' in store.get(record_path(store)).text
    assert f'href="{path}?lang=en"' in store.get(f"{record_path(store)}?lang=en").text


def test_a_pdf_is_shown_in_the_page_from_an_address_that_gives_exactly_it(store: Client) -> None:
    unique_id = put(store, 1, level_one(PDF, "application/pdf"))

    page = store.get(f"{record_path(store)}/documents/{unique_id}")
    status, body, headers = part(store, unique_id, "body")

    assert '<object class="pdf" type="application/pdf"' in page.text
    assert "object-src 'self'" in page.headers["content-security-policy"]
    assert (status, body, headers["content-type"]) == (200, PDF, "application/pdf")
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'self'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


def test_a_bare_pdf_or_picture_is_shown_too(store: Client) -> None:
    for number, (data, kind) in enumerate(((PDF, "application/pdf"), (PNG, "image/png")), start=1):
        unique_id = put(store, number, data, mime_type=kind)
        assert f"/{unique_id}/body" in page_of(store, unique_id)
        assert part(store, unique_id, "body")[1] == data


def test_text_is_shown_as_text(store: Client) -> None:
    unique_id = put(store, 1, level_one(b"<![CDATA[<b>apte</b>]]>", "text/plain", "TXT"))

    page = store.get(f"{record_path(store)}/documents/{unique_id}").text

    assert "&lt;b&gt;apte&lt;/b&gt;" in page


def test_pictures_of_a_report_are_served_one_by_one_without_a_chance_to_run(store: Client) -> None:
    block = '<renderMultiMedia referencedObject="b"/>'
    attached = media("a", "text/html", b"<script>alert(1)</script>") + media("b", "image/png", PNG)
    unique_id = put(store, 1, narrative(block, attached))

    status, body, headers = part(store, unique_id, "media/2")

    assert f"/documents/{unique_id}/media/2" in page_of(store, unique_id)
    assert (status, body, headers["content-type"]) == (200, PNG, "image/png")
    assert "sandbox" in headers["content-security-policy"]
    assert part(store, unique_id, "media/1")[0] == 404
    assert part(store, unique_id, "media/3")[0] == 404
    assert part(store, unique_id, "media/0")[0] == 404


def test_what_cannot_be_shown_says_so_and_can_be_downloaded(store: Client) -> None:
    unique_id = put(store, 1, document(1))

    page = page_of(store, unique_id)

    assert "ne peut pas être affiché ici" in page
    assert f"/api/documents/{unique_id}/content" in page


def test_every_attribute_of_the_entry_has_its_label(store: Client) -> None:
    unique_id = put(
        store,
        1,
        lab_report(),
        comments="Prélèvement à jeun",
        service_stop_time="20260312083000",
        event_codes=(Code("HHFE002", "1.2.250.1.213.2.5", "Coloscopie"),),
        reference_ids=("A1^^^&1.2.3&ISO^urn:ihe:iti:xds:2013:order",),
        source_patient_info=("PID-5|TILLEUL^ANSELME^^^^^L",),
    )

    page = page_of(store, unique_id)

    for value in (
        *("Prélèvement à jeun", "12 mars 2026 à 09:30", "Coloscopie", "HHFE002 (", "TILLEUL^ANSELME"),
        *("urn:ihe:iti:xds:2013:order", PATIENT.value, "MEDECIN", "899700000017", f"{ROOT}.9.1"),
        *("CR d'examens biologiques", "11502-2 (LOINC)", "fr-FR", "Consultation externe"),
    ):
        assert value in page
    shown = {key.removeprefix("xds.") for key in WORDING if key.startswith("xds.")}
    assert all(WORDING[f"xds.{name}"][0] in page for name in shown if not name.startswith("set."))
    # Each field of the model is one of these attributes under its XDS name.
    assert len(fields(DocumentEntry)) <= len(shown)


def test_versions_lead_from_one_to_the_other(store: Client) -> None:
    first = put(store, 1, document(1), title="Première")
    second = put(store, 2, document(2), title="Deuxième", replaces=first)
    third = put(store, 3, document(3), title="Troisième", replaces=second)

    old, new = page_of(store, first), page_of(store, third)

    for page in (old, new):
        versions = page.partition('id="versions"')[2].partition('id="traces"')[0]
        assert [versions.index(title) for title in ("Troisième", "Deuxième", "Première")] == sorted(
            versions.index(title) for title in ("Troisième", "Deuxième", "Première")
        )
    assert "remplacé par une version plus récente" in old
    assert f'href="{record_path(store)}/documents/{third}">voir la version' in old
    assert "remplacé par une version plus récente" not in new


def test_a_deleted_document_keeps_its_page_and_loses_its_content(store: Client) -> None:
    unique_id = put(store, 1, level_one(PDF, "application/pdf"))
    (known,) = store.entries(unique_id)
    store.update(
        iti57.build_delete(
            replace(submission().submission_set, unique_id=f"{ROOT}.9.57"),
            {known.entry_uuid: names.STATUS_APPROVED},
            to=store.base_url,
            message_id="urn:uuid:57",
        )
    )

    page = page_of(store, unique_id)

    assert "Ce document a été supprimé" in page
    assert "<object" not in page
    assert f"/api/documents/{unique_id}/content" not in page
    assert part(store, unique_id, "body")[0] == 404
    assert unique_id not in store.get(record_path(store)).text
    assert unique_id in store.get(f"{record_path(store)}?status=deleted").text


def test_masked_documents_say_from_whom(store: Client) -> None:
    codes = (
        Code("N", "2.16.840.1.113883.5.25"),
        Code("MASQUE_PS", VISIBILITY),
        Code("INVISIBLE_PATIENT", VISIBILITY),
        Code("INVISIBLE_REPRESENTANTS_LEGAUX", VISIBILITY),
    )
    unique_id = put(store, 1, document(1), confidentiality_codes=codes)

    for page in (page_of(store, unique_id), html.unescape(store.get(record_path(store)).text)):
        for badge in ("Masqué aux professionnels", "Pas encore visible du patient", "représentants légaux"):
            assert badge in page


def test_a_part_of_a_page_just_shown_leaves_no_trace_of_its_own(store: Client) -> None:
    unique_id = put(store, 1, level_one(PDF, "application/pdf"))
    part(store, unique_id, "body")
    page_of(store, unique_id)
    part(store, unique_id, "body")

    page = html.unescape(store.get(f"{record_path(store)}/traces").text)

    assert (page.count("Lecture"), page.count("Affichage")) == (1, 1)


@pytest.mark.parametrize("name", ["", "/body", "/media/1"])
def test_a_document_is_only_found_in_its_own_record(store: Client, name: str) -> None:
    unique_id = put(store, 1, level_one(PDF, "application/pdf"))
    own = record_path(store)
    store.submit(submission(entry(2, patient_id=OTHER_PATIENT), number=2))
    other = record_path(store)

    assert own != other
    assert store.get(f"{other}/documents/{unique_id}{name}").status == 404
    assert store.get(f"{own}/documents/1.2.3{name}").status == 404
    assert store.get(f"{own}/documents/..%2f..%2fetc{name}").status == 404


def test_hostile_metadata_are_text_and_nothing_else(store: Client) -> None:
    unique_id = put(store, 1, lab_report(), title=HOSTILE, comments=HOSTILE)

    page = store.get(f"{record_path(store)}/documents/{unique_id}")

    outline = Outline(page.text)
    assert outline.named("script") == []
    assert HOSTILE in [text for tag, text in outline.headings if tag == "h1"]
    assert "unsafe" not in page.headers["content-security-policy"]
    assert not [1 for _, attributes in outline.tags if "style" in attributes]
    assert not [1 for _, attributes in outline.tags for name in attributes if name.startswith("on")]


def test_the_page_speaks_english_when_asked(store: Client) -> None:
    page = page_of(store, put(store, 1, lab_report()), "?lang=en")

    for text in ("Back to the record", "Metadata", "Access traces", "Legal authenticator", "In force"):
        assert text in page
