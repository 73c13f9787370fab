"""The rules of the CDA header that ``schemas/schematron/cda-header.sch`` holds, read from it as data.

R.HDR.* but those of ``rules_hdr``, R.DMP.02, .03, .05 and .06. An assert is named after its rule; where a
rule has several, a hyphen tells them apart, each has its own texts, and the first speaks for the rule.
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from gateway.model import Rule, Severity
from gateway.resources import schemas

SCH = "{http://purl.oclc.org/dsdl/schematron}"
_MINIMAL_STRUCTURE = "CI-SIS structuration minimale 1.16.8"
_OTHER_TEXT = "CI-SIS"


@dataclass(frozen=True, slots=True)
class Assert:
    """One assert: the rule with this assert's severity and texts, and where to look from its context.

    ``subject`` is a path of child steps (``assignedEntity/id``), which may end with an attribute. ``dmp``:
    an error only for a document meant for the DMP.
    """

    rule: Rule
    subject: str
    dmp: bool


def schematron() -> etree._ElementTree:
    """The schematron as a tree of its own, free to be changed."""
    return etree.ElementTree(etree.fromstring(_FILE.read_bytes()))


def _read() -> dict[str, Assert]:
    root = schematron().getroot()
    english = {one.get("id"): _text(one) for one in root.iter(f"{SCH}diagnostic")}
    found: dict[str, Assert] = {}
    for one in root.iter(f"{SCH}assert"):
        found[_attribute(one, "id")] = _row(one, english[_attribute(one, "diagnostics")])
    return found


def _row(element: etree._Element, english: str) -> Assert:
    role, see = _attribute(element, "role"), _attribute(element, "see")
    rule = Rule(
        _attribute(element, "id").partition("-")[0],
        see if see.startswith(_OTHER_TEXT) else f"{_MINIMAL_STRUCTURE}, {see}",
        Severity.WARNING if role == "warning" else Severity.ERROR,
        _text(element),
        english,
        "207",
        element.get("flag") or "906",
    )
    return Assert(rule, element.get("subject") or "", role == "dmp")


def _attribute(element: etree._Element, name: str) -> str:
    value = element.get(name)
    if value is None:
        raise ValueError(f"cda-header.sch: an assert without {name} at line {element.sourceline}")
    return value


def _text(element: etree._Element) -> str:
    return " ".join((element.text or "").split())


def _first_of_each(asserts: dict[str, Assert]) -> tuple[Rule, ...]:
    rules: dict[str, Rule] = {}
    for one in asserts.values():
        rules.setdefault(one.rule.id, one.rule)
    return tuple(rules[rule_id] for rule_id in sorted(rules))


_FILE = schemas() / "schematron" / "cda-header.sch"
ASSERTS: dict[str, Assert] = _read()
"""Every assert by its id."""
RULES: tuple[Rule, ...] = _first_of_each(ASSERTS)
