"""Which files of a pack judge a document: by its templateIds, with the edition that it claims.

The official pack names a volet's file ``CI-SIS_<VOLET>_<year.month>.sch``. Which documents it is for:

1. the templateIds that its rules on ClinicalDocument ask for, but those that every French document carries
   and those that several volets ask for (a family's common templateId tells nothing);
2. CI-SIS ones (1.2.250.1.213) before international ones, which bring the
   CI-SIS ones of the same formatCode (association A11);
3. the templateId of all unstructured documents (XDS-SD) only together with the document type asked for;
4. where a volet asks for none, association A11 of the nomenclatures: the templateId whose formatCode
   (``urn:asip:ci-sis:ldl-ses:2017``) bears the volet's name;
5. an edition that could not be compiled is for the same documents as its sisters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from gateway.nomenclature.files import rows
from gateway.packs.manifest import PackFile, Part

FRENCH_CDA, CISIS = "2.16.840.1.113883.2.8.2.1", "1.2.250.1.213.1.1.1.1"
UNSTRUCTURED = "1.3.6.1.4.1.19376.1.2.20"
CISIS_ARC = "1.2.250.1.213."
_EVERYWHERE = frozenset({FRENCH_CDA, CISIS})
# Templates of IHE PCC and of medical documents in general: many models build on them.
_GENERAL = frozenset({"1.3.6.1.4.1.19376.1.5.3.1.1.1", "1.3.6.1.4.1.19376.1.5.3.1.1.2"})
_VOLET = re.compile(r"(?:CI-SIS_)?([^_]+)(?:_([\d.]+))?_(\d{4}\.\d{2})")


def named(path: str) -> tuple[Part, str, str]:
    """Part, name and edition of a schematron, as its path tells them."""
    stem = path.rpartition("/")[2].rpartition(".")[0]
    if "structurationminimale" in path.lower():
        return Part.MINIMAL, "STRUCT-MIN", ""
    found = _VOLET.fullmatch(stem)
    if found:
        return Part.VOLET, found.group(1), found.group(3)
    return Part.PROFILE, re.sub(r"[^\w.-]+", "-", stem.removeprefix("CI-SIS_")), ""


def assigned(files: Iterable[PackFile]) -> tuple[PackFile, ...]:
    """The files with the templateIds that choose them, in place of those that their rules ask for."""
    files = tuple(files)
    volets = [file for file in files if file.part is Part.VOLET]
    askers: dict[str, set[str]] = {}
    for file in volets:
        for template in file.templates:
            askers.setdefault(template, set()).add(file.name)
    own: dict[str, tuple[str, ...]] = {}
    for name in {file.name for file in volets}:
        asked = dict.fromkeys(one for file in volets if file.name == name for one in file.templates)
        own[name] = _telling(name, [one for one in asked if len(askers[one]) == 1])
    return tuple(
        replace(file, templates=own[file.name], type_codes=_codes(own[file.name], file.type_codes))
        if file.part is Part.VOLET
        else file
        for file in files
    )


def _telling(name: str, asked: Sequence[str]) -> tuple[str, ...]:
    known = [one for one in asked if one not in _EVERYWHERE | _GENERAL]
    national = [one for one in known if one.startswith(CISIS_ARC)]
    return tuple(national or [*known, *_sisters(known)] or _by_format(name))


def _sisters(templates: Sequence[str]) -> list[str]:
    """The CI-SIS templateIds that A11 leads to the same formatCode (XD-LAB and the CI-SIS model of it)."""
    formats = {row["format_code"] for row in rows("A11") if row["template_id"] in templates}
    same = [row["template_id"] for row in rows("A11") if row["format_code"] in formats]
    return [one for one in dict.fromkeys(same) if one not in templates and one.startswith(CISIS_ARC)]


def _codes(templates: Sequence[str], codes: tuple[str, ...]) -> tuple[str, ...]:
    return codes if UNSTRUCTURED in templates else ()


def _by_format(name: str) -> list[str]:
    plain = re.sub(r"[^a-z0-9]", "", name.lower())
    found = []
    for row in (*rows("A11"), *rows("A11-supplement")):
        parts = row["format_code"].split(":")
        if len(parts) > 3 and parts[2] == "ci-sis" and plain.endswith(re.sub(r"[^a-z0-9]", "", parts[3])):
            found.append(row["template_id"])
    return found


def volet_of(
    volets: Sequence[PackFile], templates: Sequence[tuple[str, str]], type_code: str
) -> tuple[PackFile | None, bool]:
    """The volet for a document with these (root, extension) templateIds, and whether it is of its edition.

    The latest edition that is not after the document's; the oldest where the document claims none, or an
    older one. (None, True): the document is of no model that the pack has.
    """
    roots = [root for root, _ in templates]
    candidates = [
        volet
        for volet in volets
        if any(root in volet.templates for root in roots)
        and (not volet.type_codes or type_code in volet.type_codes)
    ]
    if not candidates:
        return None, True
    last = max(candidates, key=lambda volet: max(roots.index(one) for one in volet.templates if one in roots))
    editions = sorted((one for one in candidates if one.name == last.name), key=lambda one: one.edition)
    claimed = _edition(templates, last)
    known = [one for one in editions if claimed and one.edition <= claimed]
    chosen = known[-1] if known else editions[0]
    return chosen, not claimed or chosen.edition == claimed


def _edition(templates: Sequence[tuple[str, str]], volet: PackFile) -> str:
    """YYYY.MM of the extension of the volet's templateId, or else of any that is a CI-SIS one."""
    first = [extension for root, extension in templates if root in volet.templates]
    then = [extension for root, extension in templates if root.startswith(CISIS_ARC)]
    for extension in (*first, *then):
        found = re.fullmatch(r"(\d{4})\.?(\d{2})", extension.strip())
        if found:
            return f"{found.group(1)}.{found.group(2)}"
    return ""
