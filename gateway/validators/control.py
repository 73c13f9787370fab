"""The message as a whole: encoding, MSH and EVN (CI-SIS CDA-HL7v2 2.1, contrôle du message)."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.model import Finding, Location, Segment
from gateway.model.timestamps import is_timestamp
from gateway.validators import rules_header as rules
from gateway.validators import rules_request
from gateway.validators.index import MessageIndex, place, required, required_in

CHARSETS = frozenset({"UNICODE UTF-8", "8859/15"})
EVENTS = {"ORU": frozenset({"R01"}), "MDM": frozenset({"T02", "T04", "T10"})}
STRUCTURES = {"ORU": frozenset({"ORU_R01"}), "MDM": frozenset({"MDM_T02"})}
VERSIONS = {"ORU": frozenset({"2.5"}), "MDM": frozenset({"2.6"})}
CONTROL_ID_LENGTH = {"ORU": 20, "MDM": 199}
_FRANCE, _PROFILE_VERSION, _PROFILE = frozenset({"FRA"}), frozenset({"2.1"}), frozenset({"CISIS_CDA_HL7_V2"})


def judge_encoding(index: MessageIndex) -> Iterator[Finding]:
    """R.ENC.05 and R.ENC.08, for every message; the parsers tell the other R.ENC rules.

    The parsers cut plain blanks at the end of a line: what is left to tell are the others (no-break space).
    """
    msh = index.msh
    yield from required_in(rules.ENC_05, msh, 18, CHARSETS)
    if len(msh.repetitions(18)) > 1:
        yield rules.ENC_05.at(place(msh, 18, repetition=2))
    for segment in index.message.segments:
        if segment.fields[-1][-1:].isspace():
            yield rules.ENC_08.at(place(segment, len(segment.fields) - 1 or None))


def judge_type(index: MessageIndex) -> Iterator[Finding]:
    """R.MSH.03 to R.MSH.06: is it a message of this interface at all?"""
    msh, code = index.msh, index.code
    served = code in EVENTS or (code == "ADT" and index.settings.consent_feed)
    if code and not served:
        yield rules.MSH_04.at(place(msh, 9, 1))
        return
    if code == "ADT":
        return
    for component in (1, 2, 3):
        yield from required(rules.MSH_03, msh, 9, component)
    if code and index.event and index.event not in EVENTS[code]:
        yield rules.MSH_05.at(place(msh, 9, 2))
    elif code and (structure := msh.value(9, 3)) and structure not in STRUCTURES[code]:
        yield rules.MSH_06.at(place(msh, 9, 3))


def judge_header(index: MessageIndex) -> Iterator[Finding]:
    """The other MSH rules of an ORU or MDM."""
    msh = index.msh
    for number in (3, 4, 5, 6):
        yield from required(rules.MSH_01, msh, number)
    sent = msh.value(7)
    if not is_timestamp(sent):
        yield rules.MSH_02.at(place(msh, 7), hl7_code=None if sent else "101")
    yield from _control_id(index)
    yield from _processing(index)
    if index.code in VERSIONS:
        yield from required_in(rules.MSH_10, msh, 12, VERSIONS[index.code], component=1)
    yield from required_in(rules.MSH_11, msh, 17, _FRANCE)
    yield from _profile(msh)


def _control_id(index: MessageIndex) -> Iterator[Finding]:
    control_id = index.msh.value(10)
    if not control_id or len(control_id) > CONTROL_ID_LENGTH.get(index.code, 199):
        yield rules.MSH_07.at(place(index.msh, 10), hl7_code=None if control_id else "101")


def _processing(index: MessageIndex) -> Iterator[Finding]:
    settings = index.settings
    accepted = settings.processing_ids & ({"P"} if settings.environment == "production" else {"P", "T", "D"})
    yield from required_in(rules.MSH_09, index.msh, 11, accepted, component=1)


def _profile(msh: Segment) -> Iterator[Finding]:
    yield from required_in(rules.MSH_12, msh, 21, _PROFILE_VERSION, component=1)
    if msh.raw(21) and msh.value(21, 2) not in _PROFILE:
        yield rules.MSH_13.at(place(msh, 21, 2))
    if len(msh.repetitions(21)) > 1:
        yield rules.MSH_12.at(place(msh, 21, repetition=2))


def judge_event(index: MessageIndex) -> Iterator[Finding]:
    """R.EVN.01, for MDM and ADT. A missing EVN is R.STR.05 in an MDM."""
    event = index.first("EVN")
    if event is None:
        if index.code == "ADT":
            yield rules_request.EVN_01.at(Location("EVN", field=2), hl7_code="101")
        return
    recorded = event.value(2)
    if not is_timestamp(recorded):
        yield rules_request.EVN_01.at(place(event, 2), hl7_code=None if recorded else "101")
