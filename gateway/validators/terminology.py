"""Codes of the header against the value sets: type, practice setting, facility type; restricted documents."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from gateway.model import Finding
from gateway.nomenclature import value_set
from gateway.validators import header_places as places
from gateway.validators import rules_hdr, rules_rte
from gateway.validators.header_places import HeaderView, Place, attribute

_RESTRICTED = frozenset({"R", "V"})
_LOW = places.EVENT.inside("effectiveTime/low")
_SETTING = places.EVENT.inside(
    "performer[1]/assignedEntity/representedOrganization/standardIndustryClassCode"
)
_FACILITY = Place("componentOf/encompassingEncounter/location/healthCareFacility/code")
_SPECIALTIES = (
    Place("author/assignedAuthor/code"),
    Place("legalAuthenticator/assignedEntity/code"),
    Place("documentationOf/serviceEvent/performer/assignedEntity/code"),
    Place("participant/associatedEntity/code"),
)


def coded_in(element: etree._Element | None, name: str) -> bool:
    """True when (code, codeSystem) of the element belongs to the value set of this name."""
    return (attribute(element, "code"), attribute(element, "codeSystem")) in value_set(name)


def judge_codes(view: HeaderView) -> Iterator[Finding]:
    """Type, practice setting, facility type, specialties: for the DMP, the narrower sets of the DMP.

    What is not there at all is told by the schematron, the practice setting and the facility type here.
    """
    code = places.CODE.first(view.root)
    coded = attribute(code, "code") and attribute(code, "codeSystem")
    if coded and not coded_in(code, "J66" if view.dmp else "J07"):
        yield rules_hdr.HDR_03.at(view.at(places.CODE, code))
    level = places.CONFIDENTIALITY.first(view.root)
    if view.dmp and attribute(level, "code") in _RESTRICTED:
        yield rules_rte.RTE_08.at(view.at(places.CONFIDENTIALITY, level, "code"))
    yield from _practice_setting(view)
    facility = _FACILITY.first(view.root)
    if not coded_in(facility, "J61" if view.dmp else "J02"):
        yield rules_hdr.HDR_21.at(view.at(_FACILITY, facility))
    yield from _specialties(view)


def _specialties(view: HeaderView) -> Iterator[Finding]:
    name = "J56" if view.dmp else "J01"
    for place in _SPECIALTIES:
        for code in place.all(view.root):
            if attribute(code, "code") and not coded_in(code, name):
                yield rules_hdr.HDR_53.at(view.at(place, code))


def _practice_setting(view: HeaderView) -> Iterator[Finding]:
    main = main_event(places.EVENT.all(view.root))
    if main is None:
        return
    setting = _SETTING.first(main)
    if not coded_in(setting, "J62" if view.dmp else "J04"):
        yield rules_hdr.HDR_20.at(view.at(_SETTING, main if setting is None else setting))


def main_event(events: list[etree._Element]) -> etree._Element | None:
    """The event that serviceStartTime and practiceSettingCode come from: the first that has both."""
    started = [event for event in events if attribute(_LOW.first(event), "value")]
    complete = [event for event in started if attribute(_SETTING.first(event), "code")]
    return next(iter((*complete, *started, *events)), None)
