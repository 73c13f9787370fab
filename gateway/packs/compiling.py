"""From a schematron of a pack to an XSLT 3 stylesheet that Saxon runs, and a catalogue of its asserts.

Made with the three stylesheets that lxml carries (include is ours, for letter case): abstract patterns
expanded, then SVRL. The texts of the asserts are taken out of the stylesheet: what is reported is an assert's
number and a path, so that no value of a document can come back. The static part of each text is kept in the
catalogue.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from lxml import etree

from gateway.packs.contexts import container, go_straight_to_contexts
from gateway.packs.tree import SCH, NotCompiled, PackTree, with_includes

# The stubs of lxml do not know this module.
_ISO: Any = import_module("lxml.isoschematron")
_XSL = "{http://www.w3.org/1999/XSL/Transform}"
_SVRL = "{http://purl.oclc.org/dsdl/svrl}"
_ROLES = {"warning": "warning", "warn": "warning", "info": "warning", "information": "warning"}
_LITERAL = re.compile(r"\s*(?:'([^']*)'|\"([^\"]*)\")\s*")
_FILE = re.compile(r"(?:[\w .-]+/)*[\w .-]+\.xml|(?:\.\./)+[\w ./-]+")
_QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_MOST_TEXT = 600


@dataclass(frozen=True, slots=True)
class Assert:
    """One assert or report: its number in the schematron, the pattern it is in, its static text.

    ``role`` is ``warning`` where its author says that it is no error, else empty.
    """

    number: int
    pattern: str
    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Compiled:
    """``stylesheet`` is to be written to the folder of the schematron's own file: value sets are relative.

    ``gaps`` names the value sets that the pack lacks; asserts that need one cannot be evaluated.
    ``templates`` are the document templateIds that its header rules ask for, ``type_codes`` the codes.
    """

    stylesheet: bytes
    asserts: tuple[Assert, ...]
    gaps: tuple[str, ...]
    templates: tuple[str, ...]
    type_codes: tuple[str, ...]


def compile_schematron(tree: PackTree, path: Path) -> Compiled:
    """Raises NotCompiled with the reason; whether Saxon takes the stylesheet is for the engine to say."""
    whole = with_includes(tree, path)
    if whole.getroot().tag != f"{SCH}schema":
        raise NotCompiled("is a part that other schematrons include, not a schematron")
    try:
        expanded = _ISO.iso_abstract_expand(whole)
    except etree.XSLTApplyError:
        raise NotCompiled("its abstract patterns cannot be expanded") from None
    root = expanded.getroot()
    gaps = _mend_paths(tree, path, root)
    templates, codes = header_facts(root)
    asserts = _take_texts(root)
    # The stylesheets for XSLT 1 refuse the name xslt2; the expressions go to Saxon as they are.
    root.set("queryBinding", "xslt")
    try:
        stylesheet = _ISO.iso_svrl_for_xslt1(expanded)
    except etree.XSLTApplyError:
        raise NotCompiled("cannot be turned into a stylesheet") from None
    if stylesheet.getroot() is None:
        raise NotCompiled("cannot be turned into a stylesheet")
    return Compiled(_for_saxon(stylesheet.getroot()), asserts, gaps, templates, codes)


def header_facts(root: etree._Element) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The templateId roots and the document type codes that rules on ClinicalDocument itself ask for."""
    templates: dict[str, None] = {}
    codes: dict[str, None] = {}
    for rule in root.iter(f"{SCH}rule"):
        context = (rule.get("context") or "").strip().lstrip("/")
        if context.rpartition(":")[2] != "ClinicalDocument" or "/" in context:
            continue
        for one in rule.iter(f"{SCH}assert"):
            test = " ".join((one.get("test") or "").split())
            found = re.match(r"(?:count\()?(?:\./)?\w+:templateId\[ ?@root ?= ?['\"]([\d.]+)['\"]", test)
            if found:
                templates[found.group(1)] = None
            found = re.match(r"(?:count\()?(?:\./)?\w+:code\[ ?@code ?= ?['\"]([\w.-]+)['\"]", test)
            if found:
                codes[found.group(1)] = None
    return tuple(templates), tuple(codes)


def _mend_paths(tree: PackTree, path: Path, root: etree._Element) -> tuple[str, ...]:
    """Give value set paths the letter case of the files; returns the names of those that are absent."""
    gaps: dict[str, None] = {}

    def mended(match: re.Match[str]) -> str:
        href = match.group(1) or match.group(2) or ""
        if not _FILE.fullmatch(href):
            return match.group(0)
        target = tree.find(path.parent, href)
        if target is None:
            gaps[href.rpartition("/")[2]] = None
            return match.group(0)
        same = href[: len(href) - len(target.name)] + target.name
        return match.group(0).replace(href, same)

    for element in root.iter(f"{SCH}let", f"{SCH}assert", f"{SCH}report"):
        name = "value" if element.tag == f"{SCH}let" else "test"
        value = element.get(name) or ""
        if "/" in value and ("doc" in value or element.tag == f"{SCH}let"):
            element.set(name, _QUOTED.sub(mended, value))
    return tuple(gaps)


def _take_texts(root: etree._Element) -> tuple[Assert, ...]:
    """Number the asserts, keep their static texts, and leave nothing in them that could be evaluated."""
    known = {let.get("name"): _literal(let.get("value") or "") for let in root.iter(f"{SCH}let")}
    asserts = []
    for number, element in enumerate(root.iter(f"{SCH}assert", f"{SCH}report"), 1):
        pattern = next(
            (up.get("id") or up.get("name") or "" for up in element.iterancestors(f"{SCH}pattern")), ""
        )
        role = _ROLES.get((element.get("role") or container(element).get("role") or "").lower(), "")
        asserts.append(Assert(number, pattern, role, _static_text(element, known)))
        test = element.get("test") or "true()"
        tail = element.tail
        element.clear()
        element.tail = tail
        element.set("id", str(number))
        element.set("test", test)
    for spare in list(root.iter(f"{SCH}diagnostics", f"{SCH}p", f"{SCH}title")):
        parent = spare.getparent()
        if parent is not None:
            parent.remove(spare)
    return tuple(asserts)


def _literal(value: str) -> str | None:
    found = _LITERAL.fullmatch(value)
    return (found.group(1) or found.group(2) or "") if found else None


def _static_text(element: etree._Element, known: dict[Any, str | None]) -> str:
    """The text without what would come from the document; a constant of the schematron is kept."""
    words = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str):
            local = child.tag.rpartition("}")[2]
            if local == "value-of":
                words.append(_constant(child.get("select") or "", known))
            elif local == "name":
                words.append("…")
            else:
                words.append("".join(str(part) for part in child.itertext()))
        words.append(child.tail or "")
    text = " ".join("".join(words).split())
    text = re.sub(r"\s*\[[\s…:;,/|-]*\]", "", text)
    text = re.sub(r"…(?:[\s:;,]*…)+", "…", text)
    return text if len(text) <= _MOST_TEXT else text[: _MOST_TEXT - 1] + "…"


def _constant(select: str, known: dict[Any, str | None]) -> str:
    value = _literal(select)
    if value is None and select.strip().startswith("$"):
        value = known.get(select.strip()[1:])
    if value is None:
        return "…"
    return value.rpartition("/")[2] if value.startswith("../") else value


def _for_saxon(root: etree._Element) -> bytes:
    """XSLT 3, one walk per pattern over elements only, each assert in a ``try``, only failures said."""
    root.set("version", "3.0")
    for spare in list(root.iter(etree.Comment, f"{_SVRL}fired-rule", f"{_SVRL}active-pattern")):
        _unwrap_or_drop(spare)
    for spare in list(root.iter(f"{_SVRL}text", f"{_SVRL}ns-prefix-in-attribute-values", f"{_XSL}comment")):
        _unwrap_or_drop(spare)
    go_straight_to_contexts(root)
    attempts = [_bare(one) for one in list(root.iter(f"{_SVRL}failed-assert", f"{_SVRL}successful-report"))]
    _share(root, attempts)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def _unwrap_or_drop(spare: etree._Element) -> None:
    """Take an element or comment out, its tail too: only white space stands between instructions."""
    parent = spare.getparent()
    if parent is not None:
        parent.remove(spare)


def _bare(failure: etree._Element) -> etree._Element:
    """``<failed-assert id location/>``; when its test cannot be evaluated, ``<not-evaluated id/>``."""
    number = next(one.text for one in failure.iter(f"{_XSL}attribute") if one.get("name") == "id") or "0"
    failure.clear()
    failure.set("id", number)
    failure.set("location", "{path(.)}")
    condition = next(failure.iterancestors(f"{_XSL}choose", f"{_XSL}if"))
    parent = container(condition)
    attempt = etree.Element(f"{_XSL}try", id=number)
    parent.replace(condition, attempt)
    condition.tail = None
    attempt.append(condition)
    catch = etree.SubElement(attempt, f"{_XSL}catch")
    etree.SubElement(catch, f"{_SVRL}not-evaluated").set("id", number)
    return attempt


def _share(root: etree._Element, attempts: list[etree._Element]) -> None:
    """Write an assert that many rules extend once, as a named template; not if it uses a variable."""
    shared: set[str] = set()
    uses = Counter(attempt.get("id") for attempt in attempts)
    for attempt in attempts:
        number = str(attempt.attrib.pop("id"))
        test = next(one.get("test") or "" for one in attempt.iter(f"{_XSL}when", f"{_XSL}if"))
        if uses[number] < 2 or "$" in test:
            continue
        call = etree.Element(f"{_XSL}call-template", name=f"assert-{number}")
        container(attempt).replace(attempt, call)
        if number not in shared:
            shared.add(number)
            attempt.tail = None
            etree.SubElement(root, f"{_XSL}template", name=f"assert-{number}").append(attempt)
