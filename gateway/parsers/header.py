"""The facts of a CDA R2 header, in one pass over the children of ClinicalDocument.

Everything is kept as written. An element with a nullFlavor counts as absent, whatever else it says.
"""

from __future__ import annotations

from lxml.etree import _Element

from gateway.model import Body, CdaHeader, HeaderAuthor, Identifier, Organization, Person, ServiceEvent
from gateway.parsers.elements import (
    Children,
    attribute,
    child,
    children,
    code_of,
    descend,
    grouped,
    identifiers_of,
    interval,
    text_of,
)
from gateway.parsers.elements import identifier_of as _ii
from gateway.parsers.patient import read_patient


def read_header(document: _Element) -> CdaHeader:
    """The header of a ClinicalDocument element. Never raises: what is not there is empty."""
    parts = grouped(document)
    encounter = child(parts.first("componentOf"), "encompassingEncounter")
    start, stop = interval(child(encounter, "effectiveTime"))
    return CdaHeader(
        unique_id=_ii(parts.first("id")),
        code=code_of(parts.first("code")),
        title=text_of(parts.first("title")),
        effective_time=attribute(parts.first("effectiveTime"), "value"),
        confidentiality=code_of(parts.first("confidentialityCode")),
        language=attribute(parts.first("languageCode"), "code"),
        set_id=_ii(parts.first("setId")),
        version_number=attribute(parts.first("versionNumber"), "value"),
        replaces=_replaces(parts),
        template_ids=tuple(root for part in parts.all("templateId") if (root := attribute(part, "root"))),
        patient=read_patient(parts.first("recordTarget")),
        authors=tuple(_author(part) for part in parts.all("author")),
        custodian=_custodian(parts.first("custodian")),
        legal_authenticator=_authenticator(parts.first("legalAuthenticator")),
        service_events=tuple(_events(parts)),
        facility_type=code_of(child(descend(encounter, "location", "healthCareFacility"), "code")),
        encounter_start=start,
        encounter_stop=stop,
        order_ids=_orders(parts, "{urn:hl7-org:v3}id"),
        body=_body(parts.first("component")),
        accession_numbers=_orders(parts, "{urn:dicom-org:ps3-20}accessionNumber"),
    )


def _replaces(parts: Children) -> tuple[Identifier, ...]:
    parents = [
        parent
        for related in parts.all("relatedDocument")
        if related.get("typeCode") == "RPLC"
        for parent in children(related, "parentDocument")
    ]
    return tuple(found for parent in parents for found in identifiers_of(parent))


def _orders(parts: Children, tag: str) -> tuple[Identifier, ...]:
    orders = [order for part in parts.all("inFulfillmentOf") for order in children(part, "order")]
    found = (_ii(element) for order in orders for element in order.iterchildren(tag))
    return tuple(identifier for identifier in found if identifier is not None)


def _author(author: _Element) -> HeaderAuthor:
    assigned = child(author, "assignedAuthor")
    return HeaderAuthor(
        person=_person(assigned) or Person(),
        time=attribute(child(author, "time"), "value"),
        specialty=code_of(child(assigned, "code")),
        role=attribute(child(author, "functionCode"), "displayName"),
        organization=_organization(child(assigned, "representedOrganization")),
    )


def _person(entity: _Element | None) -> Person | None:
    """The professional of an assigned entity, or the device (softwareName, manufacturerModelName)."""
    if entity is None:
        return None
    identifier = next(iter(identifiers_of(entity)), None)
    device = child(entity, "assignedAuthoringDevice")
    if device is not None:
        model = text_of(child(device, "manufacturerModelName"))
        return Person(identifier, text_of(child(device, "softwareName")), model, device=True)
    name = descend(entity, "assignedPerson", "name")
    return Person(identifier, text_of(child(name, "family")), text_of(child(name, "given")))


def _organization(element: _Element | None) -> Organization | None:
    if element is None or element.get("nullFlavor") is not None:
        return None
    return Organization(next(iter(identifiers_of(element)), None), text_of(child(element, "name")))


def _custodian(custodian: _Element | None) -> Organization | None:
    return _organization(descend(custodian, "assignedCustodian", "representedCustodianOrganization"))


def _authenticator(authenticator: _Element | None) -> Person | None:
    return _person(child(authenticator, "assignedEntity"))


def _events(parts: Children) -> list[ServiceEvent]:
    """Every serviceEvent in the order of the document; judges choose the main one."""
    documentations = parts.all("documentationOf")
    return [_event(event) for part in documentations for event in children(part, "serviceEvent")]


def _event(event: _Element) -> ServiceEvent:
    code = child(event, "code")
    start, stop = interval(child(event, "effectiveTime"))
    performer = descend(event, "performer", "assignedEntity")
    setting = child(child(performer, "representedOrganization"), "standardIndustryClassCode")
    translations = [code_of(translation) for translation in children(code, "translation")]
    return ServiceEvent(
        code=code_of(code),
        start=start,
        stop=stop,
        practice_setting=code_of(setting),
        performer=_person(performer),
        translations=tuple(found for found in translations if found is not None),
        identifier=next(iter(identifiers_of(event)), None),
    )


def _body(component: _Element | None) -> Body | None:
    plain = child(component, "nonXMLBody")
    if plain is not None:
        text = child(plain, "text")
        return Body(1, attribute(text, "mediaType"), attribute(text, "representation"))
    return Body(3) if child(component, "structuredBody") is not None else None
