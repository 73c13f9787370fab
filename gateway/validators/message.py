"""The rules that bear on the HL7v2 message itself, in one pass over an index of its segments."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from gateway.model import Finding, Kind, Reading
from gateway.validators.consent import judge_consent
from gateway.validators.control import judge_encoding, judge_event, judge_header, judge_type
from gateway.validators.index import MessageIndex, index_message
from gateway.validators.patient import judge_patient, judge_visit_fields
from gateway.validators.plain import judge_plain
from gateway.validators.plain_report import judge_dicom_report, judge_plain_report
from gateway.validators.request import judge_notification, judge_observation_request, judge_order
from gateway.validators.settings import JudgeSettings
from gateway.validators.structure import judge_structure
from gateway.validators.visit import judge_visit

Judge = Callable[[MessageIndex], Iterator[Finding]]

_IDENTITY: tuple[Judge, ...] = (judge_patient, judge_visit_fields)
_REQUEST: tuple[Judge, ...] = (judge_visit, judge_order, judge_observation_request)
# What is judged of each message code (MSH-9.1), beyond its encoding and type.
PROFILES: dict[str, tuple[Judge, ...]] = {
    "ORU": (judge_header, judge_structure, *_IDENTITY, *_REQUEST),
    "MDM": (judge_header, judge_structure, judge_event, *_IDENTITY, *_REQUEST, judge_notification),
    "ADT": (judge_event, *_IDENTITY, judge_consent),
    "": (judge_header,),
}


def judge_message(reading: Reading, settings: JudgeSettings) -> Iterator[Finding]:
    """Every finding about the message of ``reading``; nothing for a bare CDA or an acknowledgement.

    The documents of the message are not judged here, except that TXA must name them.
    """
    message = reading.message
    if message is None and reading.report is not None:
        yield from judge_dicom_report(reading.report, settings)
    if message is None or not message.segments or message.msh.name != "MSH":
        return
    if reading.kind is Kind.ACKNOWLEDGEMENT:
        return
    index = index_message(message, reading, settings)
    if reading.lab is not None:
        yield from judge_plain(index, reading.lab)
        return
    if reading.report is not None:
        yield from judge_plain_report(index, reading.report)
        return
    yield from judge_encoding(index)
    yield from judge_type(index)
    if index.code == "ADT" and not settings.consent_feed:
        return
    for judge in PROFILES.get(index.code, ()):
        yield from judge(index)
