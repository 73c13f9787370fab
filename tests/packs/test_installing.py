"""A pack is installed whole, and what of it cannot be used is told by name and reason."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from gateway.errors import ConfigurationError, MissingProgram
from gateway.packs import Mode, Pack, PackFile, PackStore, Part, engine, source
from tests.packs.samples import FILES, SCHEMATRON, write_pack, zip_pack


def of(pack: Pack, name: str) -> PackFile:
    (found,) = [file for file in pack.files if file.name == name]
    return found


def test_every_schematron_and_the_schema_are_listed_and_their_parts_are_not(pack: Pack) -> None:
    assert {(file.part, file.name, file.edition) for file in pack.files} == {
        (Part.VOLET, "ESSAI", "2022.01"),
        (Part.VOLET, "ABIME", "2023.01"),
        (Part.MINIMAL, "STRUCT-MIN", ""),
        (Part.SCHEMA, "XSD", ""),
    }
    assert of(pack, "XSD").path == "files/xsd/CDA.xsd"
    assert of(pack, "ESSAI").asserts == 5
    assert pack.value_sets == 1
    assert pack.mode is Mode.OBSERVE


def test_an_include_that_is_not_there_is_named_and_the_rest_is_installed(pack: Pack) -> None:
    assert [file.name for file in pack.not_compiled] == ["ABIME"]
    assert "include/absent.sch" in of(pack, "ABIME").reason


def test_includes_are_found_whatever_their_letter_case_and_with_a_blank(pack: Pack) -> None:
    assert of(pack, "ESSAI").usable
    assert of(pack, "ESSAI").gaps == ()


def test_a_value_set_that_is_not_there_is_named(pack: Pack) -> None:
    assert of(pack, "STRUCT-MIN").gaps == ("absent-set.xml",)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<schema", "CI-SIS_BAD_2024.01.sch is not well-formed XML (line 1)"),
        (f'<!DOCTYPE a [<!ENTITY e "x">]><schema xmlns="{SCHEMATRON}">&e;</schema>', "has a DOCTYPE"),
        (
            f'<schema xmlns="{SCHEMATRON}"><pattern><rule context="/"><assert test="1 +* 2">x</assert></rule>'
            "</pattern></schema>",
            "XPST0003",
        ),
        (f'<schema xmlns="{SCHEMATRON}"><include href="CI-SIS_BAD_2024.01.sch"/></schema>', "in a circle"),
        (f'<schema xmlns="{SCHEMATRON}"><include href="../../../secret.sch"/></schema>', "secret.sch"),
    ],
)
def test_a_file_that_cannot_be_compiled_says_why(tmp_path: Path, text: str, reason: str) -> None:
    name = "schematrons/CI-SIS_BAD_2024.01.sch"
    (tmp_path / "secret.sch").write_text(f'<pattern xmlns="{SCHEMATRON}"/>')
    pack = PackStore(tmp_path / "packs").add(write_pack(tmp_path / "in" / "pack", {name: text}))
    assert reason in of(pack, "BAD").reason


def test_a_schema_that_cannot_be_loaded_says_why(tmp_path: Path) -> None:
    changes = {"xsd/PARTS.xsd": FILES["xsd/PARTS.xsd"].replace('base="xs:string"', 'base="xs:nothing"')}
    pack = PackStore(tmp_path / "packs").add(write_pack(tmp_path / "in", changes))
    assert "nothing" in of(pack, "XSD").reason


def test_a_zip_installs_the_same_files_as_its_folder(tmp_path: Path, pack: Pack) -> None:
    zipped = PackStore(tmp_path / "packs").add(zip_pack(tmp_path / "official 2026.zip"))
    assert zipped.name == "official-2026"
    assert [(one.part, one.name, one.usable) for one in zipped.files] == [
        (one.part, one.name, one.usable) for one in pack.files
    ]


@pytest.mark.parametrize("name", ["../outside.sch", "/outside.sch", "a/../../outside.sch", "..\\outside.sch"])
def test_a_zip_that_leaves_its_folder_is_refused_and_leaves_nothing(tmp_path: Path, name: str) -> None:
    path = zip_pack(tmp_path / "evil.zip")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(name, "<schema/>")
    with pytest.raises(ConfigurationError, match="leaves its folder"):
        PackStore(tmp_path / "packs").add(path)
    assert list((tmp_path / "packs").iterdir()) == []
    assert not list(tmp_path.rglob("outside.sch"))


def test_a_zip_bomb_is_stopped_by_the_bytes_that_come_out(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("big.xml", b" " * (source.MOST_OF_A_FILE + 1))
    with pytest.raises(ConfigurationError, match="too large"):
        PackStore(tmp_path / "packs").add(path)
    assert list((tmp_path / "packs").iterdir()) == []


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "MOST_FILES", 3)
    with pytest.raises(ConfigurationError, match="at most 3 files"):
        PackStore(tmp_path / "packs").add(write_pack(tmp_path / "in"))


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.xml"
    secret.write_text("<secret/>")
    folder = write_pack(tmp_path / "in")
    (folder / "linked.xml").symlink_to(secret)
    pack = PackStore(tmp_path / "packs").add(folder)
    assert not list(pack.folder.rglob("linked.xml"))


@pytest.mark.parametrize("what", ["absent", "file", "empty"])
def test_what_is_no_pack_is_refused_in_a_line(tmp_path: Path, what: str) -> None:
    path = tmp_path / what
    if what == "file":
        path.write_text("hello")
    elif what == "empty":
        path.mkdir()
    with pytest.raises(ConfigurationError) as caught:
        PackStore(tmp_path / "packs").add(path)
    assert len(caught.value.problems) == 1


def test_a_pack_is_replaced_only_when_asked_and_its_mode_is_kept_on_disk(tmp_path: Path) -> None:
    store, folder = PackStore(tmp_path / "packs"), write_pack(tmp_path / "in")
    store.add(folder, name="p")
    with pytest.raises(ConfigurationError, match="--replace"):
        store.add(folder, name="p")
    store.set_mode("p", Mode.ENFORCE)
    assert PackStore(tmp_path / "packs").pack("p").mode is Mode.ENFORCE
    assert store.add(folder, name="p", replace=True).mode is Mode.OBSERVE
    store.remove("p")
    assert store.packs() == ()


@pytest.mark.parametrize("name", ["..", "a/b", ".hidden", "x" * 80])
def test_a_name_that_is_a_path_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigurationError, match="no name for a pack"):
        PackStore(tmp_path / "packs").add(write_pack(tmp_path / "in"), name=name)
    with pytest.raises(ConfigurationError, match="no pack named"):
        PackStore(tmp_path / "packs").remove(name)


def test_without_saxon_the_way_to_install_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "find_spec", lambda name: None)
    with pytest.raises(MissingProgram, match=r"dmp-gateway\[schematron\]"):
        PackStore(tmp_path / "packs").add(write_pack(tmp_path / "in"))


def test_a_damaged_pack_stops_the_start_and_can_be_removed(tmp_path: Path) -> None:
    store = PackStore(tmp_path / "packs")
    folder = tmp_path / "packs" / "old"
    folder.mkdir(parents=True)
    (folder / "pack.json").write_text("{}")
    with pytest.raises(ConfigurationError, match=r"old: pack\.json cannot be read"):
        store.packs()
    store.remove("old")
    assert store.packs() == ()
