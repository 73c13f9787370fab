"""The CDA header of one document: what the XDS metadata are made from, and the minimal structure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from gateway.model import Finding, Severity
from gateway.model.timestamps import has_offset, has_time, is_timestamp
from gateway.validators import header_places as places
from gateway.validators import rules_dmp, rules_hdr
from gateway.validators.header_places import HeaderView, Place, attribute, text_of

TITLE_LENGTH = 128
OID_LENGTH = 64
MINIMAL_TEMPLATES = ("2.16.840.1.113883.2.8.2.1", "1.2.250.1.213.1.1.1.1")

_OID = re.compile(r"[0-2](?:\.(?:0|[1-9][0-9]*))+")
_TITLE, _EFFECTIVE_TIME, _LANGUAGE = Place("title"), Place("effectiveTime"), Place("languageCode")
_REALM, _TYPE_ID, _TEMPLATE = Place("realmCode"), Place("typeId"), Place("templateId")
_BODY = Place("component")
_TIMED = (
    _EFFECTIVE_TIME,
    places.AUTHOR.inside("time", whole=True),
    places.EVENT.inside("effectiveTime/low", whole=True),
    places.EVENT.inside("effectiveTime/high", whole=True),
)


def is_oid(text: str) -> bool:
    """An OID fit for an XDS uniqueId: no leading zero in an arc, at most 64 characters (ITI TF-3 §4.2.3)."""
    return len(text) <= OID_LENGTH and _OID.fullmatch(text) is not None


def judge_header(view: HeaderView) -> Iterator[Finding]:
    """id, title, dates, language, body and the marks of the minimal structure; see also the other judges."""
    yield from _identifier(view)
    yield from _title(view)
    yield from _dates(view)
    yield from _language(view)
    yield from _one_body(view)
    yield from _minimal_structure(view)


def _identifier(view: HeaderView) -> Iterator[Finding]:
    element = places.DOCUMENT_ID.first(view.root)
    if not is_oid(attribute(element, "root")):
        yield rules_hdr.HDR_01.at(view.at(places.DOCUMENT_ID, element, "root"))
    if attribute(element, "extension"):
        severity = None if view.dmp else Severity.WARNING
        yield rules_dmp.DMP_05.at(view.at(places.DOCUMENT_ID, element, "extension"), severity=severity)


def _title(view: HeaderView) -> Iterator[Finding]:
    element = _TITLE.first(view.root)
    if not 1 <= len(text_of(element)) <= TITLE_LENGTH:
        yield rules_hdr.HDR_04.at(view.at(_TITLE, element))


def _dates(view: HeaderView) -> Iterator[Finding]:
    moment = _EFFECTIVE_TIME.first(view.root)
    if not is_timestamp(attribute(moment, "value")):
        yield rules_hdr.HDR_05.at(view.at(_EFFECTIVE_TIME, moment, "value"))
    for place in _TIMED:
        yield from _offsets(view, place)


def _offsets(view: HeaderView, place: Place) -> Iterator[Finding]:
    for element in place.all(view.root):
        value = attribute(element, "value")
        if value and has_time(value) and not has_offset(value):
            yield rules_hdr.HDR_06.at(view.at(place, element, "value"))


def _language(view: HeaderView) -> Iterator[Finding]:
    element = _LANGUAGE.first(view.root)
    code = attribute(element, "code")
    if not code:
        yield rules_hdr.HDR_08.at(view.at(_LANGUAGE, element, "code"))
    elif code != "fr-FR":
        yield rules_hdr.HDR_09.at(view.at(_LANGUAGE, element, "code"))


def body_level(root: etree._Element) -> int | None:
    """1 (nonXMLBody) or 3 (structuredBody); None when there is not exactly one body."""
    plain, structured = places.NON_XML_BODY.all(root), places.STRUCTURED_BODY.all(root)
    if len(plain) + len(structured) != 1:
        return None
    return 1 if plain else 3


def _one_body(view: HeaderView) -> Iterator[Finding]:
    if body_level(view.root) is None:
        yield rules_hdr.HDR_22.at(view.at(_BODY, _BODY.first(view.root)))


def _minimal_structure(view: HeaderView) -> Iterator[Finding]:
    realm, type_id = _REALM.first(view.root), _TYPE_ID.first(view.root)
    if attribute(realm, "code") != "FR":
        yield rules_hdr.HDR_23.at(view.at(_REALM, realm, "code"))
    named = (attribute(type_id, "root"), attribute(type_id, "extension"))
    if named != ("2.16.840.1.113883.1.3", "POCD_HD000040"):
        yield rules_hdr.HDR_24.at(view.at(_TYPE_ID, type_id))
    roots = {attribute(template, "root") for template in _TEMPLATE.all(view.root)}
    if not roots.issuperset(MINIMAL_TEMPLATES):
        yield rules_hdr.HDR_25.at(view.at(_TEMPLATE, _TEMPLATE.first(view.root)))
