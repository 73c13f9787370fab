"""Who and where, as CDA writes it: persons, organisations, addresses, telephone numbers."""

from __future__ import annotations

from collections.abc import Iterable

from lxml.etree import _Element

from gateway.model import Code, Facility, Identifier
from gateway.model.facility import FacilityPerson
from gateway.model.plain import PlainAddress, PlainPerson
from gateway.nomenclature import value_set
from gateway.routes.author import PROFESSIONALS, STRUCTURES, ps_idnat, struct_idnat
from gateway.routes.cda.markup import coded, el


def concept(name: str, code: str) -> Code:
    """The coded concept of a value set; the facility's declaration was checked against it."""
    return value_set(name).by_code(code)[0].coded


def address(found: PlainAddress | None, null: str = "UNK") -> _Element:
    """``addr``; the null flavour when nothing is known."""
    if found is None:
        return el("addr", nullFlavor=null)
    parts = (
        ("streetAddressLine", found.street),
        ("postalCode", found.postcode),
        ("city", found.city),
        ("country", found.country),
    )
    return el("addr", *[el(tag, text) for tag, text in parts if text])


def facility_address(facility: Facility) -> _Element:
    where = facility.address
    if where is None:
        return el("addr", nullFlavor="NAV")
    return address(PlainAddress(where.street, where.city, where.postcode, where.country))


def facility_telecoms(facility: Facility) -> list[_Element]:
    where = facility.address
    found = (
        [el("telecom", value=f"tel:{where.phone.replace(' ', '')}", use="WP")]
        if where and where.phone
        else []
    )
    if where and where.mail:
        found.append(el("telecom", value=f"mailto:{where.mail}", use="WP"))
    return found or [el("telecom", nullFlavor="NAV")]


def organization(tag: str, facility: Facility, *, setting: bool = False) -> _Element:
    """The structure: identifier, name, telecom, address; with its practice setting when asked."""
    practice = concept("J62", facility.practice_setting) if setting else None
    return el(
        tag,
        el("id", root=STRUCTURES, extension=struct_idnat(facility.structure_id)),
        el("name", facility.name),
        *facility_telecoms(facility),
        facility_address(facility),
        coded("standardIndustryClassCode", practice) if practice else None,
    )


def person_name(tag: str, family: str, given: str, prefix: str = "") -> _Element:
    return el(
        tag,
        el(
            "name",
            *[el(t, text) for t, text in (("prefix", prefix), ("given", given), ("family", family)) if text],
        ),
    )


def assigned(tag: str, who: FacilityPerson, facility: Facility, *, setting: bool = False) -> _Element:
    """An assignedEntity or assignedAuthor of the facility."""
    return el(
        tag,
        el("id", root=PROFESSIONALS, extension=ps_idnat(who.identifier)),
        coded("code", concept("J56", who.specialty)),
        facility_address(facility),
        *facility_telecoms(facility),
        person_name("assignedPerson", who.family, who.given, who.prefix),
        organization("representedOrganization", facility, setting=setting),
    )


def professional_id(found: Identifier | None) -> Identifier | None:
    """The identifier of a professional of the message, when it is a national one (RPPS, ADELI)."""
    if found is None:
        return None
    if found.root == PROFESSIONALS or (
        not found.root and len(found.extension) == 11 and found.extension.isdigit()
    ):
        return Identifier(PROFESSIONALS, ps_idnat(found.extension))
    return found if found.root else None


def first_numbered(people: Iterable[PlainPerson | None]) -> PlainPerson | None:
    """The first who has a national number: CI-SIS takes no participant without identifier."""
    return next((one for one in people if one and professional_id(one.identifier) is not None), None)


def associated(who: PlainPerson) -> _Element:
    """The associatedEntity of somebody outside the facility; what is not known of them has a null flavour."""
    known = professional_id(who.identifier)
    return el(
        "associatedEntity",
        el("id", root=known.root, extension=known.extension) if known else el("id", nullFlavor="UNK"),
        el("addr", nullFlavor="UNK"),
        el("telecom", nullFlavor="UNK"),
        person_name("associatedPerson", who.family, who.given) if who.family else None,
        classCode="PROV",
    )
