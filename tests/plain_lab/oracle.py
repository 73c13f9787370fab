"""The official judges of a CDA: its schema (lxml) and its schematrons (XSLT 2, run by saxonche).

The schematrons are compiled with the stylesheets bundled in ``lxml.isoschematron``; compiled once a run.
"""

from __future__ import annotations

import functools
import os
import tempfile
from pathlib import Path

import pytest
from lxml import etree, isoschematron

SHARED = Path(__file__).resolve().parents[2] / ".." / "shared"
OFFICIAL = SHARED / "official"
REPORT_MODEL = OFFICIAL / "schematrons" / "CI-SIS_BIO-CR-BIO_2024.01.sch"
PROFILES = OFFICIAL / "schematrons" / "profils"
MINIMAL = PROFILES / "structurationMinimale" / "ASIP-STRUCT-MIN-StrucMin.sch"
CONTENT = PROFILES / "CI-SIS_ModelesDeContenusCDA.sch"
FRENCH = PROFILES / "CI-SIS_Modeles_ANS.sch"
IHE = PROFILES / "IHE.sch"
_SVRL = "{http://purl.oclc.org/dsdl/svrl}"
_SCH = "{http://purl.oclc.org/dsdl/schematron}"
_XSL = "{http://www.w3.org/1999/XSL/Transform}"


def needs_official() -> None:
    """Skip, with the reason, where the official files or saxonche are not at hand."""
    if not REPORT_MODEL.exists():
        pytest.skip("the official schema and schematrons are not at ../shared/official")
    pytest.importorskip("saxonche", reason="extra [schematron]: saxonche is not installed")


@functools.cache
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(OFFICIAL / "cda-xsd" / "CDA_extended.xsd")))


def schema_errors(content: bytes) -> list[str]:
    checker = schema()
    document = etree.fromstring(content, etree.XMLParser(huge_tree=True))
    checker.validate(document)
    return [f"{error.line}: {error.message}" for error in checker.error_log]


def failed(model: Path, content: bytes) -> list[str]:
    """The asserts that fail, each with its place."""
    executable, _ = _compiled(model)
    with tempfile.NamedTemporaryFile(suffix=".xml", delete=False) as file:
        file.write(content)
    try:
        result = executable.transform_to_string(source_file=file.name)
    finally:
        os.unlink(file.name)  # noqa: PTH108
    report = etree.fromstring(result.encode())
    return [
        f"{found.get('location')}: {' '.join(''.join(found.itertext()).split())}"
        for found in report.iter(f"{_SVRL}failed-assert")
        if found.get("role") not in ("warning", "info")
    ]


@functools.cache
def _compiled(model: Path):  # type: ignore[no-untyped-def]
    import saxonche

    stylesheet = _to_xslt(model)
    processor = saxonche.PySaxonProcessor(license=False)
    compiler = processor.new_xslt30_processor()
    compiler.set_cwd(str(model.parent))
    base = model.parent.resolve().as_uri() + "/"
    stylesheet.set("{http://www.w3.org/XML/1998/namespace}base", base)
    return compiler.compile_stylesheet(
        stylesheet_text=etree.tostring(stylesheet, encoding="unicode")
    ), processor


def _to_xslt(model: Path) -> etree._Element:
    """Include, expand abstract patterns, then SVRL; adapted to what Saxon accepts."""
    source = _with_includes(etree.parse(str(model)).getroot(), model.parent)
    expanded = isoschematron.iso_abstract_expand(source.getroottree()).getroot()
    expanded.set("queryBinding", "xslt")
    result = isoschematron.iso_svrl_for_xslt1(expanded.getroottree()).getroot()
    result.set("version", "3.0")
    for element in result.iter(f"{_XSL}apply-templates"):
        if element.get("select") == "@*|*|comment()|processing-instruction()":
            element.set("select", "*")
    return result


def _with_includes(element: etree._Element, folder: Path) -> etree._Element:
    for include in list(element.iter(f"{_SCH}include")):
        path = _found(folder / include.get("href", ""))
        part = _with_includes(etree.parse(str(path)).getroot(), path.parent)
        parent = include.getparent()
        assert parent is not None
        if part.tag == f"{_SCH}pattern" and parent.tag == f"{_SCH}pattern":
            place = parent.index(include)
            parent.remove(include)
            for number, child in enumerate(part):
                parent.insert(place + number, child)
        else:
            parent.replace(include, part)
    return element


def _found(path: Path) -> Path:
    """The file, whatever the case of its name: some includes differ from it."""
    if path.exists():
        return path
    folder = _found(path.parent) if not path.parent.exists() else path.parent
    wanted = path.name.casefold()
    return next(one for one in folder.iterdir() if one.name.casefold() == wanted)
