"""Reading a VIHF: its times, its issuer, and the facts of its attributes. Says nothing of its signature."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from lxml import etree

from gateway.model import Code
from gateway.xds import vihf
from gateway.xds.vihf_facts import Vihf
from gateway.xds.xml import child, children, text

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

# R of the table of attributes; the patient is required by the transactions that concern one.
_REQUIRED = (
    vihf.STRUCTURE,
    vihf.SECTOR,
    vihf.SUBJECT_ID,
    vihf.ROLE,
    vihf.VERSION,
    vihf.RESOURCE_URN,
    vihf.PURPOSE,
    vihf.LPS_NAME,
    vihf.LPS_VERSION,
    vihf.LPS_HOMOLOGATION,
)
_KNOWN = (*_REQUIRED, *vihf.MODES, vihf.RESOURCE_ID, vihf.CONFIDENTIALITY, vihf.LPS_ID)
_VERSIONS = frozenset({"3.0", "4.0"})
_PURPOSES = frozenset({"normal", "bris_de_glace", "centre_15"})
_MOST_ROLES = 2


@dataclass(frozen=True, slots=True)
class ReadVihf:
    """An assertion as read. Times are None when absent or unreadable.

    ``wrong`` names, without their values, the parts that are missing, repeated or outside their values.
    """

    assertion_id: str
    issuer: str
    issued: datetime | None
    not_before: datetime | None
    not_on_or_after: datetime | None
    version: str
    mode: str
    purpose: str
    facts: Vihf
    wrong: tuple[str, ...] = ()
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)


def read(assertion: Element) -> ReadVihf:
    """Read a saml2:Assertion; nothing is raised, ``wrong`` tells."""
    attributes = _texts(assertion)
    roles = _codes(assertion, vihf.ROLE, "Role")
    purposes = _codes(assertion, vihf.PURPOSE, "PurposeOfUse")
    modes = [value for name in vihf.MODES for value in attributes.get(name, ())]
    subject = child(child(assertion, vihf.SAML, "Subject"), vihf.SAML, "NameID")
    conditions = child(assertion, vihf.SAML, "Conditions")
    facts = Vihf(
        structure_id=_first(attributes, vihf.STRUCTURE),
        sector=_first(attributes, vihf.SECTOR),
        name_id=text(subject),
        subject_id=_first(attributes, vihf.SUBJECT_ID),
        roles=roles,
        patient=_first(attributes, vihf.RESOURCE_ID),
        secret=vihf.SECRET in attributes.get(vihf.CONFIDENTIALITY, ()),
    )
    found = ReadVihf(
        assertion_id=assertion.get("ID", ""),
        issuer=text(child(assertion, vihf.SAML, "Issuer")),
        issued=_moment(assertion.get("IssueInstant")),
        not_before=_moment(conditions.get("NotBefore") if conditions is not None else None),
        not_on_or_after=_moment(conditions.get("NotOnOrAfter") if conditions is not None else None),
        version=_first(attributes, vihf.VERSION),
        mode=modes[0] if len(modes) == 1 else "",
        purpose=purposes[0].code if purposes else "",
        facts=facts,
        attributes=attributes,
    )
    return replace(found, wrong=tuple(dict.fromkeys(_wrong(found, assertion, purposes))))


def _wrong(found: ReadVihf, assertion: Element, purposes: tuple[Code, ...]) -> Iterator[str]:
    statement = child(assertion, vihf.SAML, "AuthnStatement")
    context = child(child(statement, vihf.SAML, "AuthnContext"), vihf.SAML, "AuthnContextClassRef")
    parts = {
        "Version": assertion.get("Version") == "2.0",
        "IssueInstant": found.issued is not None,
        "Issuer": bool(found.issuer),
        "Subject/NameID": bool(found.facts.name_id),
        "AuthnInstant": statement is not None and _moment(statement.get("AuthnInstant")) is not None,
        "AuthnContextClassRef": bool(text(context)),
        "Authentification_mode": found.mode in ("DIRECTE", "INDIRECTE", "INDIRECTE_RENFORCEE"),
        vihf.VERSION: found.version in _VERSIONS,
        vihf.RESOURCE_URN: found.attributes.get(vihf.RESOURCE_URN) == (vihf.DMP,),
        vihf.ROLE: 1 <= len(found.facts.roles) <= _MOST_ROLES,
        vihf.PURPOSE: len(purposes) == 1 and purposes[0].code in _PURPOSES,
        "Conditions": not list(assertion.iter(f"{{{vihf.SAML}}}AudienceRestriction")),
    }
    yield from (name for name, right in parts.items() if not right)
    names = [each.get("Name", "") for each in _attributes(assertion)]
    yield from (name for name in _REQUIRED if name not in names)
    # Only names of the table are told: another one could be anything.
    yield from (name for name in _KNOWN if names.count(name) > 1)
    yield from (
        name
        for name in _KNOWN
        if name in found.attributes and name not in (vihf.ROLE, vihf.PURPOSE)
        if len(found.attributes[name]) != 1 or not found.attributes[name][0]
    )


def _attributes(assertion: Element) -> Iterator[Element]:
    for statement in children(assertion, vihf.SAML, "AttributeStatement"):
        yield from children(statement, vihf.SAML, "Attribute")


def _texts(assertion: Element) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for each in _attributes(assertion):
        values = tuple(text(value) for value in children(each, vihf.SAML, "AttributeValue"))
        found[each.get("Name", "")] = (*found.get(each.get("Name", ""), ()), *values)
    return found


def _codes(assertion: Element, name: str, tag: str) -> tuple[Code, ...]:
    """The CE values of an attribute; another kind of value gives an empty code."""
    values = [
        value
        for each in _attributes(assertion)
        if each.get("Name") == name
        for value in children(each, vihf.SAML, "AttributeValue")
    ]
    return tuple(_code(child(value, vihf.HL7, tag)) for value in values)


def _code(element: Element | None) -> Code:
    if element is None or etree.QName(element).namespace != vihf.HL7:
        return Code("", "")
    return Code(element.get("code", ""), element.get("codeSystem", ""), element.get("displayName", ""))


def _first(attributes: Mapping[str, tuple[str, ...]], name: str) -> str:
    return next(iter(attributes.get(name, ())), "")


def _moment(value: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value or "")
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
