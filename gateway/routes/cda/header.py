"""The header of a built document (CI-SIS structuration minimale), from the message and the facility."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from lxml import etree
from lxml.etree import _Element

from gateway.model import Code, Facility, Identifier
from gateway.model.facility import FacilityPerson
from gateway.model.plain import PlainPatient, PlainPerson
from gateway.routes.cda.encounters import encounter_code
from gateway.routes.cda.markup import CDA, LAB, XSI, coded, el, identifier, lab_status, serialised
from gateway.routes.cda.orders import order_element, translation
from gateway.routes.cda.people import (
    address,
    assigned,
    associated,
    concept,
    facility_address,
    organization,
)

HL7_FRANCE, MINIMAL_STRUCTURE = "2.16.840.1.113883.2.8.2.1", "1.2.250.1.213.1.1.1.1"
NORMAL = Code("N", "2.16.840.1.113883.5.25", "Normal")
_GENDERS = {"M": "Masculin", "F": "Féminin", "U": "Inconnu"}
_ROOM = 64


@dataclass(frozen=True, slots=True)
class Service:
    """One documentationOf/serviceEvent. Times are CDA TS; the first of a document is the main one."""

    code: Code
    low: str = ""
    high: str = ""
    identifier: Identifier | None = None
    translations: tuple[Code, ...] = ()
    completed: bool = False


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """Everything a header says. Times are CDA TS (:func:`gateway.routes.cda.times.cda_time`).

    ``responsible`` and ``author`` belong to ``facility``, whose type, practice setting and structure id must
    be known; ``templates`` are those of the model, after the two that every French document has.
    ``orders`` are prescription numbers; ``requests`` pair one with the accession number of what was done.
    """

    unique_id: str
    set_id: str
    code: Code
    title: str
    created: str
    patient: PlainPatient = field(repr=False)
    facility: Facility
    author: FacilityPerson
    responsible: FacilityPerson
    templates: tuple[tuple[str, str], ...]
    services: tuple[Service, ...]
    version: int = 1
    replaces: str = ""
    patient_class: str = ""
    encounter_start: str = ""
    prescriber: PlainPerson | None = field(default=None, repr=False)
    prescribed: str = ""
    orders: tuple[Identifier, ...] = ()
    requests: tuple[tuple[Identifier | None, Identifier | None], ...] = ()
    performer_templates: tuple[str, ...] = ()
    referrer_templates: tuple[str, ...] = ()
    confidentiality: Code = NORMAL
    encounter_stop: str = ""


def clinical_document(facts: DocumentFacts, body: _Element) -> bytes:
    """The whole document around ``body`` (structuredBody or nonXMLBody)."""
    root = etree.Element(f"{{{CDA}}}ClinicalDocument", nsmap={None: CDA, "lab": LAB, "xsi": XSI})  # type: ignore[dict-item]
    for part in (*_identity(facts), _record_target(facts), *_actors(facts), *_acts(facts)):
        root.append(part)
    root.append(el("component", body))
    return serialised(root)


def derived_oid(root: str, *names: str) -> str:
    """An OID under ``root`` that is the same for the same names; at most 64 characters."""
    number = int.from_bytes(hashlib.sha256("\n".join(names).encode()).digest()[:16], "big")
    room = min(_ROOM - len(root) - 1, 38)
    return f"{root}.{number % 10**room}"


def _identity(facts: DocumentFacts) -> list[_Element]:
    known = ((HL7_FRANCE, ""), (MINIMAL_STRUCTURE, ""), *facts.templates)
    return [
        el("realmCode", code="FR"),
        el("typeId", root="2.16.840.1.113883.1.3", extension="POCD_HD000040"),
        *[el("templateId", root=root, extension=extension) for root, extension in known],
        el("id", root=facts.unique_id),
        coded("code", facts.code),
        el("title", facts.title),
        el("effectiveTime", value=facts.created),
        coded("confidentialityCode", facts.confidentiality),
        el("languageCode", code="fr-FR"),
        el("setId", root=facts.set_id),
        el("versionNumber", value=str(facts.version)),
    ]


def _record_target(facts: DocumentFacts) -> _Element:
    who, root = facts.patient, facts.facility.patient_id_root
    local = [Identifier(one.root or root, one.extension) for one in who.local if one.root or root]
    role = el(
        "patientRole",
        *[identifier("id", one) for one in (*who.ins, *dict.fromkeys(local))],
        address(who.address),
        *([el("telecom", value=value) for value in who.telecoms] or [el("telecom", nullFlavor="UNK")]),
        _patient(who),
    )
    return el("recordTarget", role)


def _patient(who: PlainPatient) -> _Element:
    used_family, used_given = who.used_family or who.birth_family, who.used_given or who.birth_given
    names = (
        ("family", who.birth_family, "BR"),
        ("given", who.birth_givens, ""),
        ("given", who.birth_given, "BR"),
        ("family", used_family, "CL"),
        ("given", used_given, "CL"),
    )
    gender = Code(who.gender, "2.16.840.1.113883.5.1", _GENDERS.get(who.gender, ""))
    return el(
        "patient",
        el("name", *[el(tag, text, qualifier=mark) for tag, text, mark in names if text]),
        coded("administrativeGenderCode", gender)
        if who.gender
        else el("administrativeGenderCode", nullFlavor="UNK"),
        el("birthTime", value=who.birth_time[:8]) if who.birth_time else el("birthTime", nullFlavor="UNK"),
        _birthplace(who),
        classCode="PSN",
    )


def _birthplace(who: PlainPatient) -> _Element | None:
    if not who.birthplace_code:
        return None
    city = el("city", who.birthplace_name) if who.birthplace_name else None
    return el("birthplace", el("place", el("addr", el("county", who.birthplace_code), city)))


def _actors(facts: DocumentFacts) -> list[_Element]:
    facility = facts.facility
    author = el("author", el("time", value=facts.created), assigned("assignedAuthor", facts.author, facility))
    keeper = organization("representedCustodianOrganization", facility)
    return [
        author,
        el("custodian", el("assignedCustodian", keeper)),
        el(
            "legalAuthenticator",
            el("time", value=facts.created),
            el("signatureCode", code="S"),
            assigned("assignedEntity", facts.responsible, facility, setting=True),
        ),
        *_referrer(facts),
    ]


def _referrer(facts: DocumentFacts) -> list[_Element]:
    """The prescriber, and when it was prescribed."""
    if facts.prescriber is None:
        return []
    when = el("high", value=facts.prescribed) if facts.prescribed else None
    time = el("time", nullFlavor="NA") if when is None else el("time", when, xsi_type="IVL_TS")
    return [
        el(
            "participant",
            *[el("templateId", root=root) for root in facts.referrer_templates],
            time,
            associated(facts.prescriber),
            typeCode="REF",
        )
    ]


def _acts(facts: DocumentFacts) -> list[_Element]:
    requests = [*((one, None) for one in facts.orders), *facts.requests]
    orders = [el("inFulfillmentOf", order_element(*request)) for request in requests]
    services = [
        el("documentationOf", _service(facts, service, main=number == 0))
        for number, service in enumerate(facts.services)
    ]
    related = (
        [el("relatedDocument", el("parentDocument", el("id", root=facts.replaces)), typeCode="RPLC")]
        if facts.replaces
        else []
    )
    return [*orders, *services, *related, _encounter(facts)]


def _service(facts: DocumentFacts, service: Service, *, main: bool) -> _Element:
    translations = [translation(code) for code in service.translations]
    return el(
        "serviceEvent",
        identifier("id", service.identifier) if service.identifier else None,
        coded("code", service.code, *translations),
        lab_status("completed") if service.completed else None,
        _interval(service.low, service.high) if service.low else None,
        _performer(facts, service) if main else None,
    )


def _performer(facts: DocumentFacts, service: Service) -> _Element:
    return el(
        "performer",
        *[el("templateId", root=root) for root in facts.performer_templates],
        el("time", el("high", value=service.high or service.low)),
        assigned("assignedEntity", facts.responsible, facts.facility, setting=True),
        typeCode="PRF",
    )


def _interval(low: str, high: str) -> _Element:
    return el("effectiveTime", el("low", value=low), el("high", value=high) if high else None)


def _encounter(facts: DocumentFacts) -> _Element:
    facility = facts.facility
    place = el("location", el("name", facility.name), facility_address(facility))
    encounter = el(
        "encompassingEncounter",
        coded("code", encounter_code(facts.patient_class)),
        _interval(facts.encounter_start or facts.created, facts.encounter_stop),
        el("responsibleParty", assigned("assignedEntity", facts.responsible, facility)),
        el(
            "location", el("healthCareFacility", coded("code", concept("J61", facility.facility_type)), place)
        ),
    )
    return el("componentOf", encounter)


def same_ids(identifiers: Sequence[Identifier]) -> tuple[Identifier, ...]:
    """Each identifier once, in order."""
    return tuple(dict.fromkeys(identifiers))
