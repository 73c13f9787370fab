"""The document OBX of an ORU or MDM (R.DOC.*). Base64 and XML are the parsers' (R.DOC.09, R.DOC.10)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gateway.model import Finding, Segment, Severity
from gateway.model.hl7 import pick
from gateway.validators import header_places as places
from gateway.validators import rules_doc as rules
from gateway.validators.header_places import HeaderView, attribute, body_level
from gateway.validators.identity import cda_patient
from gateway.validators.index import MessageIndex, place, required, required_in

MOST_DOCUMENTS = 2
"""More is refused as a whole (R.STR.10, R.STR.11); the surplus is not judged in detail."""

_SET_ID = re.compile(r"[0-9]{1,6}")
_ED, _SYSTEMS, _STATUSES = frozenset({"ED"}), frozenset({"LN", "TRE_A05"}), frozenset({"F", "C", "D"})
_NOTHING = frozenset({"", '""'})


def judge_document_obx(index: MessageIndex, documents: Sequence[Segment]) -> Iterator[Finding]:
    """``documents`` are those among the document OBX that this interface knows."""
    yield from _numbering(index)
    for obx in documents[:MOST_DOCUMENTS]:
        yield from required_in(rules.DOC_02, obx, 2, _ED)
        yield from _type(index, obx)
        yield from _data(index, obx)
        yield from required_in(rules.DOC_11, obx, 11, _STATUSES)
    if index.code == "ORU" and len(documents) == MOST_DOCUMENTS:
        yield from _same_request(documents[0], documents[1])


def _numbering(index: MessageIndex) -> Iterator[Finding]:
    """A number is fine at its own position or after the one before it: each fault is told once."""
    before = ""
    for position, obx in enumerate(index.named("OBX"), start=1):
        number = obx.value(1)
        follows = _SET_ID.fullmatch(before) and number == str(int(before) + 1)
        if number != str(position) and not follows:
            yield rules.DOC_01.at(place(obx, 1))
        before = number


def _type(index: MessageIndex, obx: Segment) -> Iterator[Finding]:
    yield from required(rules.DOC_04, obx, 3, 1)
    yield from required(rules.DOC_04, obx, 3, 2)
    yield from required_in(rules.DOC_04, obx, 3, _SYSTEMS, component=3)
    request = index.first("OBR")
    if request is None:
        return
    for component in (1, 2, 3):
        # What is missing is told by R.DOC.04.
        value = obx.value(3, component)
        if value and value != request.value(4, component):
            yield rules.DOC_03.at(place(obx, 3, component))
            return


def _data(index: MessageIndex, obx: Segment) -> Iterator[Finding]:
    """OBX-5. The document may be megabytes long: it is cut off once and never unescaped."""
    marks = obx.separators
    parts = obx.raw(5).split(marks.component, 4)
    values = [pick(part, 1, 1, marks) for part in parts[:4]] + [""] * 4
    expected = "TEXT" if index.code == "ORU" else "text"
    if values[1].lower() != "text":
        yield rules.DOC_05.at(place(obx, 5, 2), hl7_code=None if values[1] else "101")
    elif values[1] != expected:
        yield rules.DOC_05.at(place(obx, 5, 2), severity=Severity.WARNING)
    if values[2] != "XML":
        yield rules.DOC_06.at(place(obx, 5, 3), hl7_code=None if values[2] else "101")
    if values[3] != "Base64":
        yield rules.DOC_07.at(place(obx, 5, 4), hl7_code=None if values[3] else "101")
    if len(parts) < 5 or parts[4][:64].strip() in _NOTHING:
        yield rules.DOC_08.at(place(obx, 5, 5))


def _same_request(first: Segment, second: Segment) -> Iterator[Finding]:
    if any(first.value(3, component) != second.value(3, component) for component in (1, 3)):
        yield rules.DOC_12.at(place(second, 3))
    if first.value(11) != second.value(11):
        yield rules.DOC_12.at(place(second, 11))


def judge_pair(views: Sequence[HeaderView]) -> Iterator[Finding]:
    """R.DOC.13: the same content in level 1 and in level 3, each with its own id, for the same patient."""
    if len(views) != MOST_DOCUMENTS:
        return
    first, second = views
    if _document_id(first) == _document_id(second):
        yield rules.DOC_13.at(second.at(places.DOCUMENT_ID, places.DOCUMENT_ID.first(second.root)))
    levels = {body_level(first.root), body_level(second.root)}
    if None not in levels and levels != {1, 3}:
        body = places.NON_XML_BODY if 1 in levels else places.STRUCTURED_BODY
        yield rules.DOC_13.at(second.at(body, body.first(second.root)))
    patients = cda_patient(first), cda_patient(second)
    if patients[0] and patients[1] and not _same_ins(first, second):
        yield rules.DOC_13.at(second.at(places.PATIENT_ID, patients[1].role))


def _document_id(view: HeaderView) -> tuple[str, str]:
    element = places.DOCUMENT_ID.first(view.root)
    return attribute(element, "root"), attribute(element, "extension")


def _same_ins(first: HeaderView, second: HeaderView) -> bool:
    """False only when both carry an INS and no INS authority gives the same value to both."""
    patients = cda_patient(first), cda_patient(second)
    if patients[0] is None or patients[1] is None or not patients[0].ins or not patients[1].ins:
        return True
    left, right = patients[0].ins, patients[1].ins
    values = [{oid: attribute(e, "extension") for oid, e in side.items()} for side in (left, right)]
    return any(values[1].get(oid) == value for oid, value in values[0].items())
