"""The content of a level 1 body is what its media type says."""

from __future__ import annotations

import base64

import pytest

from tests.body.samples import JPEG, PDF, RTF, TEXT, TIFF, VALID, carrying, found, level_one, rules

HERE = "/ClinicalDocument/component/nonXMLBody/text"


@pytest.mark.parametrize("media_type", VALID)
def test_a_body_of_each_allowed_type_is_accepted(media_type: str) -> None:
    assert rules(carrying(VALID[media_type], media_type)) == []


@pytest.mark.parametrize("media_type", VALID)
@pytest.mark.parametrize("other", VALID)
def test_a_body_of_another_type_than_it_says_is_refused(media_type: str, other: str) -> None:
    if media_type == other:
        return
    (finding,) = found(carrying(VALID[other], media_type))
    picture = other.startswith("image/")
    assert finding.rule == ("R.BDY.13" if media_type == "text/plain" and picture else "R.BDY.05")
    assert finding.is_error
    assert str(finding.location) == f"{HERE} (line 2)"
    assert (finding.hl7_code, finding.application_code) == ("207", "906")


@pytest.mark.parametrize(
    "media_type", ["text/html", "application/msword", "image/png", "", "application/PDF"]
)
def test_a_media_type_outside_the_list_is_refused(media_type: str) -> None:
    (finding,) = found(carrying(b"<p>essai</p>", media_type))
    assert finding.rule == "R.BDY.01"
    assert str(finding.location) == f"{HERE}/@mediaType (line 2)"


@pytest.mark.parametrize("representation", ["TXT", "", "b64"])
def test_a_body_that_is_not_declared_base64_is_refused(representation: str) -> None:
    (finding,) = found(level_one("RXNzYWk=", "text/plain", representation))
    assert finding.rule == "R.BDY.02"
    assert str(finding.location) == f"{HERE}/@representation (line 2)"


@pytest.mark.parametrize("content", ["RXNzYWk", "RXNz*YWk=", "RXNzYWk=RXNz", "RXNzYWé=", "RXNz-WkA", "===="])
def test_base64_is_strict(content: str) -> None:
    assert rules(level_one(content, "text/plain")) == ["R.BDY.03"]


def test_base64_may_be_cut_in_lines() -> None:
    lines = "\r\n  ".join(base64.b64encode(TEXT).decode()[at : at + 8] for at in range(0, 40, 8))
    assert rules(level_one(lines, "text/plain")) == []


@pytest.mark.parametrize("content", ["", "  \n "])
def test_an_empty_body_is_refused(content: str) -> None:
    assert rules(level_one(content)) == ["R.BDY.04"]


@pytest.mark.parametrize(
    ("media_type", "data"),
    [
        ("image/jpeg", JPEG[:-2]),
        ("image/jpeg", JPEG[1:]),
        ("image/tiff", TIFF[:-5]),
        ("image/tiff", b"II*\x00\xff\xff\xff\x7f"),
        ("image/tiff", TIFF.replace(b"II", b"MM")),
        ("text/rtf", RTF.replace(b"}", b"")),
        ("text/rtf", b"\n" + RTF),
        ("application/pdf", PDF[8:]),
    ],
)
def test_a_file_cut_short_or_altered_is_refused(media_type: str, data: bytes) -> None:
    assert rules(carrying(data, media_type)) == ["R.BDY.05"]


@pytest.mark.parametrize("data", [b"un\x00deux", b"un\x1bdeux", "un\x85deux\x9f".encode(), b"\x81\x8d"])
def test_control_characters_are_refused_in_a_text(data: bytes) -> None:
    assert rules(carrying(data, "text/plain")) == ["R.BDY.13"]


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "iso-8859-1", "cp1252"])
def test_a_text_may_be_utf8_or_latin(codec: str) -> None:
    assert rules(carrying("Température élevée, œdème"[:18].encode(codec), "text/plain")) == []


def test_an_rtf_with_an_embedded_object_is_refused() -> None:
    data = RTF.replace(b"Un texte", b"{\\object\\objemb{\\*\\objdata 0105}}")
    assert rules(carrying(data, "text/rtf")) == ["R.BDY.09"]


def test_a_document_without_the_content_type_still_says_all_that_is_wrong() -> None:
    assert rules(level_one("***", "text/html")) == ["R.BDY.01", "R.BDY.03"]


def test_nothing_of_the_content_is_told() -> None:
    for finding in found(level_one("SECRET*", "text/SECRET")):
        assert "SECRET" not in finding.text_fr + finding.text_en + str(finding.location)
