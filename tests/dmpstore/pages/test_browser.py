"""The pages in headless Chromium, phone and desk: journeys by keyboard, layout, barriers to access."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Error, Page, Response, expect, sync_playwright

from gateway.dmpstore import StoreSettings
from gateway.dmpstore.server import EmbeddedStore
from gateway.model import Code
from gateway.xds import iti57, names
from tests.dmpstore.conftest import Client
from tests.dmpstore.samples import OTHER_PATIENT, PATIENT, ROOT, document, entry, submission

from .content import PDF, PNG, fixture, lab_report, level_one, media, narrative, of_type, put, record_path

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PHONE, DESK = (390, 844), (1280, 900)
LAB, OLD, NEW, PDF_NUMBER, PICTURE, TEXT, ODD, GONE = range(1, 9)

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no chromium on this machine (make test installs it)"
)


@dataclass
class Reader:
    """A page of the browser, and everything that it complained of."""

    page: Page
    base_url: str
    path: str
    complaints: list[str]

    def open(self, path: str) -> Response:
        response = self.page.goto(self.base_url + path, wait_until="load")
        assert response is not None
        return response

    def document(self, number: int) -> str:
        return f"{self.path}/documents/{ROOT}.1.{number}"

    def shot(self) -> bytes:
        return self.page.screenshot()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        try:
            started = playwright.chromium.launch(
                executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"]
            )
        except Error as error:
            pytest.fail(f"chromium does not start: {error.message.splitlines()[0]}")
        yield started
        started.close()


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A store with one document of each kind, versions, a masked and a deleted one, and a closed record."""
    folder: Path = tmp_path_factory.mktemp("browser")
    embedded = EmbeddedStore(StoreSettings(database_url=f"sqlite:///{folder / 'store.sqlite'}", trial=True))
    embedded.launch()
    store = Client(embedded.base_url)
    store.submit(submission(entry(90, patient_id=OTHER_PATIENT), number=90))
    store.request("PUT", f"/api{record_path(store)}/state", b'{"state": "closed"}')
    fill(store)
    try:
        yield store
    finally:
        embedded.shutdown()


def fill(store: Client) -> None:
    summary = fixture("cda-synthese-medicale.xml")
    masked = (Code("N", "2.16.840.1.113883.5.25"), Code("MASQUE_PS", "1.2.250.1.213.1.1.4.13"))
    put(store, LAB, lab_report(), title="Numération et glycémie", confidentiality_codes=masked)
    old = put(store, OLD, summary, title="Synthèse médicale", type_code=of_type("SYNTH"))
    put(
        store,
        NEW,
        summary + b"\n",
        title="Synthèse médicale corrigée",
        type_code=of_type("SYNTH"),
        replaces=old,
    )
    put(store, PDF_NUMBER, level_one(PDF, "application/pdf"), title="Ordonnance en PDF")
    put(
        store,
        PICTURE,
        narrative('<renderMultiMedia referencedObject="i"/>', media("i", "image/png", PNG)),
        title="Courbe",
    )
    put(store, TEXT, level_one(b"Apte.\n" + b"x" * 300, "text/plain"), title="Certificat " + "long" * 30)
    put(store, ODD, document(ODD), title="Illisible")
    gone = put(store, GONE, document(GONE), title="Supprimé")
    (known,) = store.entries(gone)
    store.update(
        iti57.build_delete(
            replace(submission().submission_set, unique_id=f"{ROOT}.9.57", patient_id=PATIENT),
            {known.entry_uuid: names.STATUS_APPROVED},
            to=store.base_url,
            message_id="urn:uuid:57",
        )
    )


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    found: tuple[int, int] = request.param
    return found


@pytest.fixture
def reader(browser: Browser, filled: Client, size: tuple[int, int]) -> Iterator[Reader]:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="fr-FR")
    page = context.new_page()
    page.set_default_timeout(20_000)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    # What the page asked for while it was left for another one is no failure.
    page.on(
        "requestfailed",
        lambda request: (
            None if "ERR_ABORTED" in str(request.failure) else complaints.append(f"failed: {request.url}")
        ),
    )
    yield Reader(page, filled.base_url, record_path(filled), complaints)
    context.close()


def places(reader: Reader) -> dict[str, str]:
    """Every kind of page."""
    return {
        "records": "/",
        "record": reader.path,
        "rubrique": f"{reader.path}?rubrique=analyses",
        "search": f"{reader.path}?q=numeration&from=2026-01-01&institution=CH+EXEMPLE",
        "nothing found": f"{reader.path}?q=absent&status=deleted",
        "traces": f"{reader.path}/traces",
        **{f"document {number}": reader.document(number) for number in range(LAB, GONE + 1)},
        "English": f"{reader.document(LAB)}?lang=en",
        "sign-in": "/login",
    }


def test_no_page_has_barriers_overflows_or_complains(reader: Reader) -> None:
    for scheme in ("light", "dark"):
        reader.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        for name, path in places(reader).items():
            assert reader.open(path).status == 200, name
            violations = Axe().run(reader.page).response["violations"]
            told = [(each["id"], [node["target"] for node in each["nodes"]]) for each in violations]
            assert told == [], (name, scheme)
            wide = reader.page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
            assert not wide, (name, scheme)
    assert reader.complaints == []


def test_a_page_that_is_not_there_has_no_barriers_either(reader: Reader) -> None:
    assert reader.open("/records/0").status == 404

    assert Axe().run(reader.page).response["violations"] == []


def test_from_the_list_to_a_report_by_keyboard_alone(reader: Reader) -> None:
    page = reader.page
    reader.open("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    page.keyboard.press("Enter")

    tab_to(page, "2 79 03")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("2 79 03")
    tab_to(page, "Analyses")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"#analyses$"))
    expect(page.locator("#analyses")).to_be_in_viewport()
    tab_to(page, "Numération et glycémie")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Numération et glycémie")).to_be_visible()


def test_the_nine_rubriques_are_told_with_their_counts(reader: Reader) -> None:
    reader.open(reader.path)

    rubriques = reader.page.get_by_role("navigation", name="Les neuf rubriques").get_by_role("link")

    assert rubriques.count() == 9
    expect(rubriques.nth(2)).to_contain_text("Analyses")
    expect(rubriques.nth(2)).to_contain_text("5 documents")


def test_a_search_by_form_is_kept_in_the_address(reader: Reader) -> None:
    page = reader.page
    reader.open(reader.path)
    page.get_by_label("Mots du titre ou du type").fill("numeration")
    page.get_by_text("Dates, structure, statut").click()
    page.get_by_label("Structure de l’auteur").select_option("CH EXEMPLE")
    page.get_by_label("Du", exact=True).fill("2026-03-01")
    page.keyboard.press("Enter")

    expect(page.get_by_role("status")).to_have_text("1 document trouvé")
    expect(page).to_have_url(re.compile(r"q=numeration.*from=2026-03-01.*institution=CH\+EXEMPLE"))
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("status")).to_have_text("1 document found")
    expect(page.get_by_label("Words of the title or type")).to_have_value("numeration")
    page.get_by_role("link", name="Clear the search").click()
    expect(page.get_by_role("status")).to_have_count(0)


def test_a_laboratory_report_shows_its_tables(reader: Reader) -> None:
    reader.open(reader.document(LAB))

    content = reader.page.get_by_role("article")

    expect(content.get_by_role("table").first).to_be_visible()
    expect(content.get_by_role("columnheader").first).to_be_visible()
    expect(content.get_by_role("heading", level=3).first).to_be_visible()
    expect(reader.page.get_by_text("Masqué aux professionnels").first).to_be_visible()


def test_a_wide_table_scrolls_by_keyboard_within_its_frame(reader: Reader) -> None:
    reader.open(reader.document(LAB))
    frame = reader.page.locator(".cda-scroll").first

    frame.focus()

    expect(frame).to_be_focused()
    assert frame.get_attribute("aria-label")


def test_a_pdf_is_shown_in_the_page_and_can_be_opened_alone(reader: Reader) -> None:
    page = reader.page
    with page.expect_response(lambda each: each.url.endswith("/body")) as waited:
        reader.open(reader.document(PDF_NUMBER))

    assert waited.value.headers["content-type"] == "application/pdf"
    frame = page.locator("object.pdf")
    frame.scroll_into_view_if_needed()
    box = frame.bounding_box()
    assert box is not None
    assert box["height"] > 300
    expect(page.get_by_role("link", name="Ouvrir le PDF en pleine page")).to_have_attribute(
        "href", f"{reader.document(PDF_NUMBER)}/body"
    )
    assert reader.complaints == []


def test_a_picture_within_a_report_is_drawn(reader: Reader) -> None:
    reader.open(reader.document(PICTURE))
    picture = reader.page.get_by_role("img", name="Image jointe au document")

    picture.scroll_into_view_if_needed()
    reader.page.wait_for_function("document.querySelector('.cda-figure img').complete")

    assert picture.evaluate("image => image.naturalWidth") == 1


def test_versions_and_traces_are_told_and_lead_on(reader: Reader) -> None:
    page = reader.page
    reader.open(reader.document(OLD))
    page.get_by_role("link", name="voir la version en vigueur").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Synthèse médicale corrigée")
    versions = page.locator("#versions").get_by_role("row")
    assert versions.count() == 3
    expect(versions.nth(1)).to_contain_text("Version 2")
    expect(page.locator("#traces").get_by_role("row").nth(1)).to_contain_text("Affichage")
    page.get_by_role("link", name="Toutes les traces du dossier").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Traces d’accès au dossier")
    expect(page.get_by_role("row").nth(1)).to_contain_text("Synthèse médicale corrigée")


def test_english_is_one_link_away_and_stays(reader: Reader) -> None:
    page = reader.page
    reader.open(reader.document(LAB))
    page.get_by_role("link", name="English").click()

    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("heading", name="Access traces")).to_be_visible()
    page.get_by_role("link", name="Back to the record").click()
    expect(page.get_by_role("heading", name="Laboratory results")).to_be_visible()


def test_a_printed_document_is_the_document_alone(reader: Reader) -> None:
    reader.open(reader.document(LAB))
    reader.page.emulate_media(media="print")

    expect(reader.page.get_by_role("article")).to_be_visible()
    for hidden in (".top", ".jumps", "#metadata", "#traces", ".crumbs"):
        expect(reader.page.locator(hidden)).to_be_hidden()


def test_signing_in_and_out(browser: Browser, tmp_path: Path, size: tuple[int, int]) -> None:
    settings = StoreSettings(
        database_url=f"sqlite:///{tmp_path / 'store.sqlite'}", password="ouvre-toi, sésame"
    )
    embedded = EmbeddedStore(settings)
    embedded.launch()
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    try:
        page = context.new_page()
        page.goto(embedded.base_url + "/?lang=en")
        page.get_by_label("User name").fill("dmp")
        page.get_by_label("Password").fill("faux")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_have_text("Wrong user name or password.")
        assert Axe().run(page).response["violations"] == []
        page.get_by_label("User name").fill("dmp")
        page.get_by_label("Password").fill("ouvre-toi, sésame")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Recently fed records")
        assert Axe().run(page).response["violations"] == []
        assert page.evaluate("document.cookie") == ""
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_label("User name")).to_be_visible()
    finally:
        context.close()
        embedded.shutdown()


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the focus is on what is called so."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if name in str(page.evaluate("document.activeElement.textContent")):
            return
    raise AssertionError(f"Tab never comes to {name}")
