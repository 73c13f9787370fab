"""The XML schema of a pack as a judge: our own words for what libxml2 finds, never its message."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, cast

from lxml import etree

from gateway.model import Document, Finding, Rule, Severity
from gateway.packs.places import located, location, readable
from gateway.packs.tree import NotCompiled, PackTree

_XS = "{http://www.w3.org/2001/XMLSchema}"
_MOST = 100


def entry_points(tree: PackTree) -> list[Path]:
    """The schemas that no other includes or imports, and through which ClinicalDocument is declared."""
    used: set[Path] = set()
    declares: set[Path] = set()
    links: dict[Path, set[Path]] = {}
    for path in tree.files(".xsd"):
        try:
            root = tree.parse(path).getroot()
        except NotCompiled:
            continue  # a schema for schemas has a DOCTYPE; one that is needed fails where it is imported
        tags = (f"{_XS}include", f"{_XS}import", f"{_XS}redefine")
        found = {tree.find(path.parent, one.get("schemaLocation") or "") for one in root.iter(*tags)}
        links[path] = {one for one in found if one is not None}
        used |= links[path]
        if any(one.get("name") == "ClinicalDocument" for one in root.findall(f"{_XS}element")):
            declares.add(path)
    return [path for path in sorted(links) if path not in used and _reaches(path, links, declares)]


def _reaches(path: Path, links: dict[Path, set[Path]], wanted: set[Path]) -> bool:
    seen, waiting = set[Path](), [path]
    while waiting:
        one = waiting.pop()
        if one in wanted:
            return True
        if one not in seen:
            seen.add(one)
            waiting.extend(links.get(one, ()))
    return False


def load_schema(path: Path) -> etree.XMLSchema:
    """Raises NotCompiled with the reason of libxml2, which here speaks of the schema only."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.XMLSchema(etree.parse(str(path), parser))
    except (etree.XMLSchemaParseError, etree.XMLSyntaxError) as error:
        raise NotCompiled(" ".join(str(error).split())[:300]) from None


def _rule(text_fr: str, text_en: str) -> Rule:
    return Rule("P.XSD", "CDA R2, XML schema", Severity.ERROR, text_fr, text_en, "207", "906")


_OTHER = _rule(
    "Le document ne suit pas le schéma XML du pack à cet endroit. Comparez cet élément au schéma.",
    "The document does not follow the pack's XML schema here. Compare this element with the schema.",
)
_CONTENT = _rule(
    "Élément inattendu, mal placé, ou élément obligatoire manquant ici. Vérifiez la présence et l'ordre des "
    "éléments.",
    "Unexpected or misplaced element, or a required one is missing here. Check which elements there are, and "
    "their order.",
)
_VALUE = _rule(
    "La valeur n'a pas la forme ou n'est pas dans la liste que le schéma permet. Corrigez la valeur.",
    "The value has not the form, or is not in the list, that the schema allows. Mend the value.",
)
_ATTRIBUTE = _rule(
    "Attribut interdit ici, ou dont la valeur fixée n'est pas respectée. Retirez-le ou corrigez-le.",
    "Attribute not allowed here, or different from its fixed value. Remove or mend it.",
)
_REQUIRED = _rule("Attribut obligatoire manquant. Ajoutez-le.", "A required attribute is missing. Add it.")
_UNKNOWN = _rule(
    "Élément que le schéma ne connaît pas. Vérifiez son nom et son espace de noms.",
    "Element that the schema does not know. Check its name and its namespace.",
)
_TYPE = _rule(
    "xsi:type ou xsi:nil ne convient pas à cet élément. Utilisez un type que le schéma permet ici.",
    "xsi:type or xsi:nil does not suit this element. Use a type that the schema allows here.",
)
_IDENTITY = _rule(
    "Identifiant XML répété, ou référence vers un identifiant absent. Rendez-les uniques et cohérents.",
    "XML identifier repeated, or reference to one that is absent. Make them unique and consistent.",
)
_TEXTS = (
    ("SCHEMAV_ELEMENT_CONTENT", _CONTENT),
    ("SCHEMAV_CVC_COMPLEX_TYPE_2", _CONTENT),
    ("SCHEMAV_CVC_COMPLEX_TYPE_4", _REQUIRED),
    ("SCHEMAV_CVC_COMPLEX_TYPE_3", _ATTRIBUTE),
    ("SCHEMAV_CVC_COMPLEX_TYPE_5", _IDENTITY),
    ("SCHEMAV_CVC_AU", _ATTRIBUTE),
    ("SCHEMAV_CVC_ATTRIBUTE", _ATTRIBUTE),
    ("SCHEMAV_CVC_ELT_1", _UNKNOWN),
    ("SCHEMAV_CVC_ELT", _TYPE),
    ("SCHEMAV_CVC_TYPE", _TYPE),
    ("SCHEMAV_CVC_IDC", _IDENTITY),
    ("SCHEMAV_CVC", _VALUE),
)


class SchemaJudge:
    """Judges documents by one schema, loaded when the first one comes. Any thread may call."""

    def __init__(self, path: Path, severity: Severity) -> None:
        self._path, self._severity = path, severity
        self._lock = threading.Lock()

    @cached_property
    def _schema(self) -> etree.XMLSchema:
        return load_schema(self._path)

    def judge(self, document: Document) -> Iterator[Finding]:
        """At most 100 findings, one for each place."""
        root = document.root
        whole = root.getroottree().getroot() is root
        # lxml judges whole trees; one that is inside a stylesheet is judged on a copy, without its lines.
        judged = root if whole else etree.fromstring(etree.tostring(root, with_tail=False))
        with self._lock:
            if self._schema.validate(judged):
                return
            log = cast("Iterable[Any]", self._schema.error_log)
            errors = [(one.type_name, one.path or "", one.line) for one in log]
        told: set[tuple[str, int]] = set()
        for kind, path, line in errors:
            if (path, line) in told or len(told) >= _MOST:
                continue
            told.add((path, line))
            rule = next((rule for start, rule in _TEXTS if kind.startswith(start)), _OTHER)
            found = located(judged, path)
            place = readable(found, judged) if found is not None else "/ClinicalDocument"
            where = location(document.origin, place, line if whole else None)
            yield rule.at(where, severity=self._severity)
