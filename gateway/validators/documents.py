"""The judge of documents: their OBX, their metadata, their header, and their agreement with the message."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gateway.model import Document, Finding, Reading, Segment
from gateway.validators.body import judge_body
from gateway.validators.consistency import (
    MessagePatient,
    judge_qualified,
    judge_same_patient,
    judge_type,
    read_patient,
)
from gateway.validators.document_obx import judge_document_obx, judge_pair
from gateway.validators.header_places import HeaderView
from gateway.validators.identity import TRIAL_OIDS, cda_patient, judge_patient
from gateway.validators.index import MessageIndex, index_message
from gateway.validators.metadata_rows import Wishes, judge_metadata, read_wishes
from gateway.validators.participation import (
    judge_participation,
    judge_patient_recipients,
    read_participants,
)
from gateway.validators.routing import judge_routing
from gateway.validators.schematron import judge_schematron
from gateway.validators.settings import JudgeSettings
from gateway.validators.terminology import judge_codes


def judge_documents(reading: Reading, settings: JudgeSettings) -> Iterator[Finding]:
    """Everything wrong with the documents of a reading and with what is asked for them.

    R.DOC.* (but .09 and .10), R.PRT.*, R.MET.*, R.RTE.*, R.CDA.01, R.CDA.02, R.DMP.01 to .06 and .09 for an
    ORU or MDM; R.HDR.* and the R.DMP.* of the document for every document, bare or carried. Other messages
    (ADT, ACK) give nothing. Severities are those of the rules; ``settings.observe`` is not applied here.
    """
    index = _request_index(reading, settings)
    if index is None:
        for view in _views(reading, dmp=True):
            yield from _judge_view(view, None, None, settings)
        return
    wishes = read_wishes(index)
    pid = index.first("PID")
    patient = read_patient(pid) if pid is not None else None
    yield from _judge_request(index, wishes, patient)
    views = _views(reading, dmp=wishes.wants("DESTDMP"))
    for view in views:
        yield from _judge_view(view, index, patient, settings)
    if index.code == "ORU":
        yield from judge_pair(views)


def _request_index(reading: Reading, settings: JudgeSettings) -> MessageIndex | None:
    if reading.message is None or not reading.message.segments or reading.is_plain:
        return None  # a document built from plain results is judged as a bare one
    index = index_message(reading.message, reading, settings)
    return index if index.code in {"ORU", "MDM"} else None


def _views(reading: Reading, *, dmp: bool) -> list[HeaderView]:
    return [HeaderView(d, d.root, dmp) for d in reading.documents if d.root is not None]


def _judge_request(index: MessageIndex, wishes: Wishes, patient: MessagePatient | None) -> Iterator[Finding]:
    """What the segments say, without the documents."""
    # A second ED row of the other flow is its mail body, not a document.
    yield from judge_document_obx(index, index.documents[:1] if wishes.foreign else index.documents)
    people = read_participants(index)
    yield from judge_participation(index, wishes, people)
    yield from judge_metadata(index, wishes)
    if not wishes.foreign:
        yield from judge_routing(index, wishes, people)
    if patient is not None:
        yield from judge_patient_recipients(people, patient.ins_value)
        if wishes.wants("DESTDMP"):
            yield from judge_qualified(patient)


def _judge_view(
    view: HeaderView, index: MessageIndex | None, message: MessagePatient | None, settings: JudgeSettings
) -> Iterator[Finding]:
    """One document; ``index`` and ``message`` are those of the message that carries it."""
    obx = _carrier(view.document, index.named("OBX")) if index is not None else None
    replacement = None if obx is None else obx.value(11) == "C"
    yield from judge_schematron(view, replacement=replacement)
    yield from judge_codes(view)
    yield from judge_body(view)
    patient = cda_patient(view)
    yield from judge_patient(view, patient, refuse_trial=_refuses_trial(index, message, settings))
    if obx is not None:
        yield from judge_type(view, obx)
    if message is not None and patient is not None:
        yield from judge_same_patient(view, message, patient)


def _refuses_trial(
    index: MessageIndex | None, message: MessagePatient | None, settings: JudgeSettings
) -> bool:
    """True on a production instance, unless R.PID.18 already says it of the same INS in PID-3."""
    if settings.environment != "production":
        return False
    told = index is not None and index.msh.value(11) == "P" and message is not None
    return not (told and message is not None and TRIAL_OIDS & message.ins.keys())


def _carrier(document: Document, observations: Sequence[Segment]) -> Segment | None:
    """The OBX that carried the document."""
    if document.origin.segment != "OBX":
        return None
    return next((obx for obx in observations if obx.occurrence == document.origin.sequence), None)
