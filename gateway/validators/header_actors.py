"""Who wrote, keeps and answers for the document, and the act that it documents."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from gateway.model import Finding
from gateway.model.timestamps import is_timestamp
from gateway.validators import rules_hdr
from gateway.validators.header_places import AUTHOR, EVENT, HeaderView, Place, attribute, text_of
from gateway.validators.terminology import coded_in

_ASSIGNED_AUTHOR = AUTHOR.inside("assignedAuthor")
_AUTHOR_TIME = AUTHOR.inside("time")
_AUTHOR_ID = _ASSIGNED_AUTHOR.inside("id")
_AUTHOR_FAMILY = _ASSIGNED_AUTHOR.inside("assignedPerson/name/family")
_DEVICE = _ASSIGNED_AUTHOR.inside("assignedAuthoringDevice")
_CUSTODIAN = Place("custodian")
_CUSTODIAN_ID = _CUSTODIAN.inside("assignedCustodian/representedCustodianOrganization/id")
_AUTHENTICATOR = Place("legalAuthenticator")
_AUTHENTICATOR_ID = _AUTHENTICATOR.inside("assignedEntity/id")
_AUTHENTICATOR_FAMILY = _AUTHENTICATOR.inside("assignedEntity/assignedPerson/name/family")
_SIGNATURE = _AUTHENTICATOR.inside("signatureCode")
_LOW, _HIGH = EVENT.inside("effectiveTime/low"), EVENT.inside("effectiveTime/high")
_SETTING = EVENT.inside("performer[1]/assignedEntity/representedOrganization/standardIndustryClassCode")


def judge_actors(view: HeaderView) -> Iterator[Finding]:
    """author, custodian, legalAuthenticator and documentationOf/serviceEvent."""
    yield from _authors(view)
    yield from _custodian(view)
    yield from _legal_authenticator(view)
    yield from _act(view)


def _authors(view: HeaderView) -> Iterator[Finding]:
    authors = AUTHOR.all(view.root)
    if not any(is_timestamp(attribute(_AUTHOR_TIME.first(author), "value")) for author in authors):
        place = _AUTHOR_TIME if authors else AUTHOR
        yield rules_hdr.HDR_14.at(view.at(place, authors[0] if authors else None))
    for author in authors:
        assigned = _ASSIGNED_AUTHOR.first(author)
        if assigned is None or not _identified_author(assigned):
            yield rules_hdr.HDR_15.at(view.at(_ASSIGNED_AUTHOR, author if assigned is None else assigned))


def _identified_author(assigned: etree._Element) -> bool:
    named = text_of(_AUTHOR_FAMILY.first(assigned)) or _DEVICE.first(assigned) is not None
    return bool(named) and any(_complete(identifier) for identifier in _AUTHOR_ID.all(assigned))


def _complete(identifier: etree._Element) -> bool:
    return bool(attribute(identifier, "root") and attribute(identifier, "extension"))


def _custodian(view: HeaderView) -> Iterator[Finding]:
    custodian = _CUSTODIAN.first(view.root)
    if custodian is None:
        yield rules_hdr.HDR_16.at(view.at(_CUSTODIAN))
    elif not attribute(_CUSTODIAN_ID.first(custodian), "root"):
        yield rules_hdr.HDR_16.at(view.at(_CUSTODIAN_ID, custodian))


def _legal_authenticator(view: HeaderView) -> Iterator[Finding]:
    element = _AUTHENTICATOR.first(view.root)
    if element is None:
        yield rules_hdr.HDR_17.at(view.at(_AUTHENTICATOR))
        return
    if not any(_complete(identifier) for identifier in _AUTHENTICATOR_ID.all(element)):
        yield rules_hdr.HDR_17.at(view.at(_AUTHENTICATOR_ID, element))
    if not text_of(_AUTHENTICATOR_FAMILY.first(element)):
        yield rules_hdr.HDR_17.at(view.at(_AUTHENTICATOR_FAMILY, element))
    signature = _SIGNATURE.first(element)
    if attribute(signature, "code") != "S":
        yield rules_hdr.HDR_18.at(view.at(_SIGNATURE, element if signature is None else signature))


def main_event(events: list[etree._Element]) -> etree._Element | None:
    """The event that serviceStartTime and practiceSettingCode come from: the first that has both."""
    started = [event for event in events if attribute(_LOW.first(event), "value")]
    complete = [event for event in started if attribute(_SETTING.first(event), "code")]
    return next(iter((*complete, *started, *events)), None)


def _act(view: HeaderView) -> Iterator[Finding]:
    main = main_event(EVENT.all(view.root))
    if main is None:
        yield rules_hdr.HDR_19.at(view.at(EVENT))
        return
    low, high, setting = _LOW.first(main), _HIGH.first(main), _SETTING.first(main)
    if not is_timestamp(attribute(low, "value")):
        yield rules_hdr.HDR_19.at(view.at(_LOW, main if low is None else low))
    if attribute(high, "value") and not is_timestamp(attribute(high, "value")):
        yield rules_hdr.HDR_19.at(view.at(_HIGH, high))
    if not coded_in(setting, "J62" if view.dmp else "J04"):
        yield rules_hdr.HDR_20.at(view.at(_SETTING, main if setting is None else setting))
