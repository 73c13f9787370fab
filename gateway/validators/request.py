"""What the sender asks for: ORC, OBR and TXA (CI-SIS CDA-HL7v2 2.1, demande de traitement)."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.model import Finding, Identifier, Segment
from gateway.nomenclature import LOINC, TRE_A05, value_set
from gateway.validators import rules_request as rules
from gateway.validators.index import MessageIndex, place, required, required_in

CODING_SYSTEMS = {"LN": LOINC, "TRE_A05": TRE_A05}
STATUS_OF_ORDER = {"NW": "F", "RO": "C", "CA": "D"}
ORDER_OF_EVENT = {"T02": "NW", "T10": "RO", "T04": "CA"}
_SYSTEMS, _ORDERS = frozenset(CODING_SYSTEMS), frozenset(STATUS_OF_ORDER)
_STATUSES = frozenset(STATUS_OF_ORDER.values())
_ONE, _TEXT, _AUTHENTICATED = frozenset({"1"}), frozenset({"TEXT"}), frozenset({"AU"})


def judge_order(index: MessageIndex) -> Iterator[Finding]:
    """R.ORC.*: the request, and its agreement with the event and the document."""
    order = index.first("ORC")
    control = order.value(1) if order else ""
    if order is not None:
        yield from required(rules.ORC_01, order, 1)
        if control and control not in _ORDERS:
            yield rules.ORC_02.at(place(order, 1))
    statuses = {status for obx in index.documents if (status := obx.value(11)) in _STATUSES}
    if order is not None and control in _ORDERS and statuses - {STATUS_OF_ORDER[control]}:
        yield rules.ORC_03.at(place(order, 1))
    yield from _event_agrees(index, control, statuses)


def _event_agrees(index: MessageIndex, control: str, statuses: set[str]) -> Iterator[Finding]:
    expected = ORDER_OF_EVENT.get(index.event) if index.code == "MDM" else None
    if expected is None:
        return
    # With a readable ORC-1, R.ORC.03 compares it with OBX-11; without, OBX-11 is compared here.
    agrees = control == expected if control in _ORDERS else statuses <= {STATUS_OF_ORDER[expected]}
    if not agrees:
        yield rules.ORC_04.at(place(index.msh, 9, 2))


def judge_observation_request(index: MessageIndex) -> Iterator[Finding]:
    """R.OBR.*: the document type. JDV_J66 is looked at only for a code that JDV_J07 knows."""
    request = index.first("OBR")
    if request is None:
        return
    yield from required(rules.OBR_01, request, 4, 1)
    yield from required(rules.OBR_01, request, 4, 2)
    yield from required_in(rules.OBR_02, request, 4, _SYSTEMS, component=3)
    code, system = request.value(4, 1), CODING_SYSTEMS.get(request.value(4, 3))
    if not code or system is None:
        return
    if (code, system) not in value_set("J07"):
        yield rules.OBR_03.at(place(request, 4, 1))
    elif index.reading.flags.destdmp and (code, system) not in value_set("J66"):
        yield rules.OBR_04.at(place(request, 4, 1))


def judge_notification(index: MessageIndex) -> Iterator[Finding]:
    """R.TXA.*: the document notification of an MDM, and its agreement with the CDA that it carries."""
    txa = index.first("TXA")
    if txa is None:
        return
    yield from required_in(rules.TXA_01, txa, 1, _ONE)
    yield from _document_type(index, txa)
    yield from required_in(rules.TXA_01, txa, 3, _TEXT)
    yield from required(rules.TXA_04, txa, 12, 1)
    yield from _document_id(index, txa)
    if index.event == "T10":
        yield from _parent_id(index, txa)
    elif txa.raw(13):
        yield rules.TXA_10.at(place(txa, 13))
    for number in (12, 13):
        if txa.value(number, 2):
            yield rules.TXA_06.at(place(txa, number, 2))
    yield from required_in(rules.TXA_11, txa, 17, _AUTHENTICATED)


def _document_type(index: MessageIndex, txa: Segment) -> Iterator[Finding]:
    code = txa.value(2)
    if not code or not value_set("J07").by_code(code):
        yield rules.TXA_02.at(place(txa, 2), hl7_code=None if code else "101")
        return
    request = index.first("OBR")
    others = {obx.value(3) for obx in index.documents[:1]} | ({request.value(4)} if request else set())
    others |= {d.header.code.code for d in index.reading.documents if d.header and d.header.code}
    if others - {code, ""}:
        yield rules.TXA_03.at(place(txa, 2))


def _document_id(index: MessageIndex, txa: Segment) -> Iterator[Finding]:
    documents = index.reading.documents
    header = documents[0].header if documents else None
    if header is None or header.unique_id is None or not txa.value(12, 1):
        return
    component = _difference(_entity(txa, 12), header.unique_id)
    if component is not None:
        yield rules.TXA_05.at(place(txa, 12, component))


def _parent_id(index: MessageIndex, txa: Segment) -> Iterator[Finding]:
    if not txa.value(13, 1):
        yield rules.TXA_07.at(place(txa, 13, 1))
        return
    if _entity(txa, 13) == _entity(txa, 12):
        yield rules.TXA_09.at(place(txa, 13))
        return
    documents = index.reading.documents
    parents = documents[0].header.replaces if documents and documents[0].header else ()
    # A CDA without relatedDocument is told by R.DMP.06.
    if parents and not any(_difference(_entity(txa, 13), parent) is None for parent in parents):
        yield rules.TXA_08.at(place(txa, 13))


def _entity(txa: Segment, number: int) -> tuple[str, str, str]:
    """Components 1, 3 and 4 of an EI; the second is ignored (every official MDM fills it)."""
    return txa.value(number, 1), txa.value(number, 3), txa.value(number, 4)


def _difference(sent: tuple[str, str, str], identifier: Identifier) -> int | None:
    """The first component that does not spell ``identifier``, None when all three do."""
    expected = (identifier.root, "", "")
    if identifier.extension:
        expected = (identifier.extension, identifier.root, "ISO")
    pairs = zip((1, 3, 4), sent, expected, strict=True)
    return next((component for component, found, wanted in pairs if found != wanted), None)
