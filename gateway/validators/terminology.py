"""Codes of the header against the value sets: type, practice setting, facility type, confidentiality."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from gateway.model import Finding
from gateway.nomenclature import value_set
from gateway.validators import header_places as places
from gateway.validators import rules_hdr, rules_rte
from gateway.validators.header_places import HeaderView, Place, attribute

_CONFIDENTIALITY_SYSTEM = "2.16.840.1.113883.5.25"
_LEVELS = frozenset({"N", "R", "V"})
_FACILITY = Place("componentOf/encompassingEncounter/location/healthCareFacility/code")


def coded_in(element: etree._Element | None, name: str) -> bool:
    """True when (code, codeSystem) of the element belongs to the value set of this name."""
    return (attribute(element, "code"), attribute(element, "codeSystem")) in value_set(name)


def judge_codes(view: HeaderView) -> Iterator[Finding]:
    """code, confidentialityCode and healthCareFacility/code; for the DMP the narrower sets of the DMP."""
    yield from _type(view)
    yield from _confidentiality(view)
    facility = _FACILITY.first(view.root)
    if not coded_in(facility, "J61" if view.dmp else "J02"):
        yield rules_hdr.HDR_21.at(view.at(_FACILITY, facility))


def _type(view: HeaderView) -> Iterator[Finding]:
    code = places.CODE.first(view.root)
    if not attribute(code, "code") or not attribute(code, "codeSystem"):
        yield rules_hdr.HDR_02.at(view.at(places.CODE, code))
    elif not coded_in(code, "J66" if view.dmp else "J07"):
        yield rules_hdr.HDR_03.at(view.at(places.CODE, code))


def _confidentiality(view: HeaderView) -> Iterator[Finding]:
    element = places.CONFIDENTIALITY.first(view.root)
    code, system = attribute(element, "code"), attribute(element, "codeSystem")
    if code not in _LEVELS or system != _CONFIDENTIALITY_SYSTEM:
        yield rules_hdr.HDR_07.at(view.at(places.CONFIDENTIALITY, element))
    elif code != "N" and view.dmp:
        yield rules_rte.RTE_08.at(view.at(places.CONFIDENTIALITY, element, "code"))
