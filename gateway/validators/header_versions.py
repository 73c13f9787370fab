"""Versions of a document: setId, versionNumber, and the document that this one replaces."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from gateway.model import Finding
from gateway.validators import header_places as places
from gateway.validators import rules_dmp, rules_hdr
from gateway.validators.header import is_oid
from gateway.validators.header_places import HeaderView, Place, attribute

_WHOLE_NUMBER = re.compile(r"[1-9][0-9]{0,9}")
_SET_ID, _VERSION_NUMBER = Place("setId"), Place("versionNumber")


def judge_versions(view: HeaderView, *, replacement: bool | None) -> Iterator[Finding]:
    """``replacement``: what the message asks for; None for a bare CDA, where relatedDocument itself asks."""
    set_id, version = _SET_ID.first(view.root), _VERSION_NUMBER.first(view.root)
    if not attribute(set_id, "root"):
        yield rules_hdr.HDR_26.at(view.at(_SET_ID, set_id))
    if not _WHOLE_NUMBER.fullmatch(attribute(version, "value")):
        yield rules_hdr.HDR_27.at(view.at(_VERSION_NUMBER, version, "value"))
    yield from _related(view, replacement)


def _related(view: HeaderView, replacement: bool | None) -> Iterator[Finding]:
    related = places.RELATED.all(view.root)
    replaced = [element for element in related if attribute(element, "typeCode") == "RPLC"]
    wanted = bool(replaced) if replacement is None else replacement
    if wanted and (broken := _not_a_replacement(view, replaced)) is not None:
        yield rules_dmp.DMP_06.at(view.at(places.PARENT_ID if replaced else places.RELATED, broken))
    elif len(related) != len(replaced) or not all(_deposited(element) for element in replaced):
        yield rules_hdr.HDR_28.at(view.at(places.RELATED, related[0]))


def _not_a_replacement(view: HeaderView, replaced: list[etree._Element]) -> etree._Element | None:
    """The element to show when this is not one RPLC to one other document; None when it is."""
    parents = places.PARENT_ID.all(replaced[0]) if len(replaced) == 1 else []
    if len(parents) != 1 or not attribute(parents[0], "root"):
        return parents[0] if parents else (replaced[-1] if replaced else view.root)
    own = places.DOCUMENT_ID.first(view.root)
    return parents[0] if own is not None and _named(own) == _named(parents[0]) else None


def _named(identifier: etree._Element) -> tuple[str, str]:
    return attribute(identifier, "root"), attribute(identifier, "extension")


def _deposited(related: etree._Element) -> bool:
    """True when the parent can be a document of the DMP: its id is an OID without extension."""
    parents = places.PARENT_ID.all(related)
    return bool(parents) and all(is_oid(root) and not ext for root, ext in map(_named, parents))
