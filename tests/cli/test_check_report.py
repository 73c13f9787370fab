"""What ``check`` shows to people: what it is, where it is wrong, what to do, and never who the patient is."""

from __future__ import annotations

import base64
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from gateway.cli.check import check
from gateway.cli.explained import split_text
from gateway.cli.masking import masked, masked_field, masked_source
from gateway.cli.rulebook import rulebook
from gateway.parsers import read
from gateway.resources import fixtures

FOLDER = Path(str(fixtures()))
ORU = FOLDER / "valid" / "lab-oru-nfs-glycemie.hl7"
MDM = FOLDER / "valid" / "imaging-mdm-t02-echographie.hl7"
CDA = FOLDER / "valid" / "cda-synthese-medicale.xml"


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GATEWAY_DATA_DIR", str(tmp_path / "var"))


def said(capsys: pytest.CaptureFixture[str], *paths: Path, **options: Any) -> str:
    check(
        [*paths],
        **({"lang": "en", "emit": None, "facilities": None, "html": None, "as_json": False} | options),
    )
    return capsys.readouterr().out


def rows(capsys: pytest.CaptureFixture[str], *paths: Path, **options: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said(capsys, *paths, as_json=True, **options).splitlines()]


def identities() -> set[str]:
    """Every word of at least four letters and every long number that tells a patient of the fixtures."""
    told: set[str] = set()
    for path in [*FOLDER.glob("*/*.hl7"), *FOLDER.glob("*/*.xml")]:
        reading = read(path.read_bytes())
        if reading.message is not None:
            for pid in reading.message.named("PID"):
                told |= {pid.value(3, 1, 1, n) for n in (1, 2)} | {pid.value(7)}
                told |= {pid.value(5, n) for n in (1, 2)}
        for document in reading.documents:
            if document.header is not None:
                patient = document.header.patient
                told |= {one.extension for one in patient.identifiers}
                told |= {patient.birth_family, patient.used_family, patient.birth_time}
    return {value for value in told if len(value) > 5}


def test_no_identity_is_in_any_report(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    shown = said(capsys, FOLDER, html=page) + page.read_text(encoding="utf-8")
    known = identities()
    assert len(known) > 10
    assert [value for value in known if value in shown] == []
    assert "REFUSED" in shown


def test_a_refused_file_shows_the_field_in_its_segment_and_what_to_do(
    capsys: pytest.CaptureFixture[str],
) -> None:
    shown = said(capsys, FOLDER / "broken" / "version-hl7-2-6.hl7")
    assert "REFUSED  " in shown
    assert "R.MSH.10  The HL7 version is not the one of the profile." in shown
    assert "    → " in shown
    assert "MSH-12.1  Version id" in shown
    assert "|T|«2.6»|" in shown
    assert "acknowledgement AE · ERR 203" in shown


def test_a_missing_segment_shows_the_segments_that_are_there(capsys: pytest.CaptureFixture[str]) -> None:
    shown = said(capsys, FOLDER / "broken" / "mdm-sans-pv1.hl7")
    assert re.search(r"MSH EVN PID ORC OBR TXA OBX .*«PV1 \?»", shown)


def test_a_document_shows_its_source_around_the_line(capsys: pytest.CaptureFixture[str]) -> None:
    shown = said(capsys, FOLDER / "broken" / "identifiant-avec-extension.xml")
    lines = [line for line in shown.splitlines() if re.match(r"\s+\d+ │ ", line)]
    assert len(lines) == 5
    assert '<id root="1.2.250.1.999.10.401" extension="9"/>' in lines[2]
    assert "<title>xxxxxxxx xxxxxxxx</title>" in lines[4]


def test_an_accepted_document_is_told_by_its_facts(capsys: pytest.CaptureFixture[str]) -> None:
    shown = said(capsys, ORU)
    for fact in (
        "ACCEPTED",
        "ORU^R01^ORU_R01 · HL7 2.5 · laboratory",
        "11502-2",
        "Laboratory results",
        "level 3",
    ):
        assert fact in shown
    assert "1.2.250.1.999.10.101.1" in shown
    assert "written 2026-10-05 15:30 +0200" in shown


def test_many_files_end_with_a_table_of_rules_and_a_total(capsys: pytest.CaptureFixture[str]) -> None:
    shown = said(capsys, FOLDER / "broken")
    table = shown[shown.index("By rule") :]
    assert re.search(r"R\.DOC\.10 +│ error +│ +\d+ │ +\d+ │ The document", table)
    assert re.search(r"\d+ message\(s\): 0 accepted, \d+ refused", table)


def test_piped_lines_fit_100_columns_and_have_no_colours(capsys: pytest.CaptureFixture[str]) -> None:
    shown = said(capsys, FOLDER / "broken")
    assert "\x1b" not in shown
    assert max(len(line) for line in shown.splitlines()) <= 100


def capture(*messages: bytes) -> bytes:
    return b"".join(b"\x0b" + message + b"\x1c\r" for message in messages)


@pytest.mark.parametrize(
    "content",
    [
        capture(ORU.read_bytes(), MDM.read_bytes()),
        b"FHS|^~\\&|A\rBHS|^~\\&|A\r" + ORU.read_bytes() + b"\r" + MDM.read_bytes() + b"\rBTS|2\rFTS|1\r",
        ORU.read_bytes() + b"\r\n" + MDM.read_bytes(),
    ],
    ids=["MLLP capture", "batch", "one after the other"],
)
def test_each_message_of_a_capture_or_batch_is_judged(
    content: bytes, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "capture.mllp"
    file.write_bytes(content)
    first, second = rows(capsys, file, emit=tmp_path / "out")
    assert (first["path"], second["path"]) == (f"{file}#1", f"{file}#2")
    assert (first["accepted"], second["accepted"]) == (True, True)
    assert (first["kind"], second["kind"]) == ("lab", "imaging")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "capture.mllp.1.xml",
        "capture.mllp.2.xml",
    ]


def test_a_document_is_never_cut(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "document.xml"
    file.write_bytes(
        CDA.read_bytes().replace(b"</ClinicalDocument>", b"<!--\nMSH|a\nMSH|b\n--></ClinicalDocument>")
    )
    (row,) = rows(capsys, file)
    assert row["path"] == str(file)


def test_standard_input_is_read(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    class Stdin:
        buffer = io.BytesIO(ORU.read_bytes())

    monkeypatch.setattr("sys.stdin", Stdin())
    (row,) = rows(capsys, Path("-"))
    assert (row["path"], row["accepted"]) == ("-", True)


class Page(HTMLParser):
    """The tags and attributes of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("src", "href", "action")]
        assert not any(name.startswith("on") for name, _ in attrs)


@pytest.mark.parametrize(
    ("lang", "title"), [("fr", "Vérification avant le DMP"), ("en", "Check before the DMP")]
)
def test_the_html_page_stands_alone_in_the_language_asked_for(
    lang: str, title: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    page = tmp_path / "report.html"
    said(capsys, FOLDER / "broken", ORU, html=page, lang=lang)
    text = page.read_text(encoding="utf-8")
    seen = Page(text)
    assert seen.links == []
    assert not {"script", "link", "img", "iframe", "form"} & set(seen.tags)
    assert f'<html lang="{lang}">' in text
    assert f"<h1>{title}</h1>" in text
    assert "default-src 'none'" in text
    assert (
        seen.tags.count("details")
        == len([*(FOLDER / "broken").glob("*.hl7"), *(FOLDER / "broken").glob("*.xml")]) + 1
    )


def test_a_name_of_file_or_element_is_escaped(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "<script>alert(1)<b>.xml"
    file.write_bytes(b"<script onload='x'>&lt;b></script>")
    page = tmp_path / "report.html"
    said(capsys, file, html=page)
    assert "<script" not in page.read_text(encoding="utf-8")
    assert "&lt;script" in page.read_text(encoding="utf-8")


def test_json_and_html_may_be_asked_together(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    assert len(rows(capsys, ORU, html=page)) == 1
    assert "ACCEPTED" in page.read_text(encoding="utf-8")


def test_a_letter_is_an_x_and_a_digit_a_nine() -> None:
    assert masked("Élise D'Œuvre, 12 rue n° 3") == "xxxxx x'xxxxx, 99 xxx x° 9"


def test_a_long_value_is_cut_and_its_lines_are_kept() -> None:
    assert len(masked("A" * 100_000)) < 100
    assert masked("A" * 1000 + "\n" + "B").count("\n") == 1


def field(segment: str, number: int) -> str:
    message = read(
        b"MSH|^~\\&|A|B|C|D|20260101||ORU^R01^ORU_R01|1|T|2.5\r" + segment.encode() + b"\r"
    ).message
    assert message is not None
    return masked_field(message.segments[1], number)


@pytest.mark.parametrize(
    ("segment", "number", "shown"),
    [
        ("PID|1||2A9^^^ASIP&1.2.250.1.213.1.4.8&ISO^INS", 3, "9x9^^^xxxx&1.2.250.1.213.1.4.8&ISO^INS"),
        ("PID|1||||DUPONT^JEAN^^^^^L", 5, "xxxxxx^xxxx^^^^^L"),
        ("PID|JEAN|||", 1, "xxxx"),
        ("PID|1||9^^^Z^JEAN", 3, "9^^^x^xxxx"),
        ("PV1|1|I|CHAMBRE^12", 3, "xxxxxxx^99"),
        ("OBX|1|NM|718-7^Hb^LN||13.5|g/dL", 5, "99.9"),
        ("OBX|1|CE|DESTDMP^x^MetaDMPMSS||Y^^expandedYes-NoIndicator", 5, "Y^^expandedYes-NoIndicator"),
        ("NTE|1||Patient vu avec sa soeur", 3, "xxxxxxx xx xxxx xx xxxxx"),
    ],
)
def test_only_codes_stay_readable_in_a_segment(segment: str, number: int, shown: str) -> None:
    assert field(segment, number) == shown


def test_only_codes_stay_readable_in_a_source() -> None:
    source = """<?xml version="1.0" encoding="UTF-8"?>
<!-- Jean -->
<a:patient xmlns:a="urn:x" other="Jean"><name use='L'>Jean
D.</name><administrativeGenderCode code="M" displayName="Masculin" codeSystem="2.16"/>
<id root="1.2" extension="299"/><typeId root="1.2" extension="POCD"/><![CDATA[Jean]]>
<broken Jean="1" Dupont"""
    shown = "\n".join(masked_source(source))
    assert (
        shown
        == """<?xml version="1.0" encoding="UTF-8"?>
<!-- xxxx -->
<a:patient xmlns:a="urn:x" other="xxxx"><name use='L'>xxxx
x.</name><administrativeGenderCode code="x" displayName="xxxxxxxx" codeSystem="2.16"/>
<id root="1.2" extension="999"/><typeId root="1.2" extension="POCD"/><![xxxxx[xxxx]]>
<xxxxxx xxxx="9" xxxxxx"""
    )


@pytest.mark.parametrize(
    "source", ["<" * 20_000, "<a " + 'b="' * 20_000, "<!--" * 20_000, "<a b='" + "x" * 50_000]
)
@pytest.mark.timeout(10)
def test_masking_a_broken_source_is_linear(source: str) -> None:
    assert masked_source(source)


def test_a_text_is_split_into_what_is_wrong_and_what_to_do() -> None:
    assert split_text("C'est vide : mettre une date.") == ("C'est vide.", "Mettre une date.")
    assert split_text("It is empty. Put a date. Or two.") == ("It is empty.", "Put a date. Or two.")
    assert split_text("ISO 8859.1 only.") == ("ISO 8859.1 only.", "")


def test_nothing_is_lost_of_a_text_that_is_split() -> None:
    def words(text: str) -> str:
        return re.sub(r"[^\w]", "", text).lower()

    for rule in rulebook().values():
        for text in (rule.text_fr, rule.text_en):
            assert words("".join(split_text(text))) == words(text)


def test_a_document_in_an_obx_is_shown_too(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    body = ORU.read_bytes()
    found = re.search(rb"\^Base64\^([A-Za-z0-9+/=]+)", body)
    assert found is not None
    document = base64.b64decode(found.group(1)).replace(
        b'languageCode code="fr-FR"', b'languageCode code="en-US"'
    )
    file = tmp_path / "message.hl7"
    file.write_bytes(body.replace(found.group(1), base64.b64encode(document)))
    assert '<languageCode code="en-US"/>' in said(capsys, file)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_walked_folder_has_a_progress_bar_on_the_terminal_of_errors(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("sys.stderr", terminal)
    said(capsys, ORU, as_json=True)
    assert terminal.getvalue() == ""
    count = len(rows(capsys, FOLDER / "valid"))
    assert re.search(rf" 0/{count}\b", terminal.getvalue())
    assert "[dim]" not in terminal.getvalue()


def test_without_a_terminal_nothing_is_written_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    check([FOLDER / "valid"], as_json=True, lang="fr", emit=None, facilities=None, html=None)
    assert capsys.readouterr().err == ""
