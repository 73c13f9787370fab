"""The door of the room: any bytes to a Reading."""

from __future__ import annotations

from enum import Enum, auto

from gateway.model import Action, Document, Facility, Finding, Kind, Location, Message, Reading
from gateway.parsers import rules, rules_dicom
from gateway.parsers.cda import read_cda
from gateway.parsers.dicom import is_dicom, read_dicom
from gateway.parsers.er7 import first_line, read_message
from gateway.parsers.framing import UTF8_BOM, Frame, unwrap
from gateway.parsers.hl7v2 import read_request
from gateway.parsers.imaging import is_plain_report, read_report
from gateway.parsers.kinds import kind_of_message, kind_of_type
from gateway.parsers.lab import is_plain_lab, read_lab
from gateway.parsers.limits import DEFAULT, Limits


class Form(Enum):
    """What the first bytes look like."""

    EMPTY = auto()
    MESSAGE = auto()
    LATE_MESSAGE = auto()  # MSH after blanks
    BATCH = auto()
    XML = auto()
    UNKNOWN = auto()


def read(
    body: bytes, limits: Limits = DEFAULT, charset: str = "", facility: Facility | None = None
) -> Reading:
    """Read one delivery: an HL7v2 message (with or without MLLP framing), a bare CDA or a DICOM report.

    Never raises, whatever the bytes; time and memory are bounded by ``limits``. What cannot be read gives a
    Reading with at least one error. A message of which only MSH can be read still has ``message``, so that it
    can be answered. ``charset`` (HL7 table 0211) is that of a sender who leaves MSH-18 empty; ``facility``,
    once the sender is known, says what its messages without CDA are. The kind is chosen as
    ``gateway.parsers.kinds`` says.
    """
    if is_dicom(body):
        return _dicom(body, limits, facility)
    frame = unwrap(body[: limits.max_message_bytes + 1])
    form = sniff(frame.payload)
    if len(body) > limits.max_message_bytes:
        return _oversized(frame, form, limits)
    if form is Form.MESSAGE or form is Form.LATE_MESSAGE:
        return _message(frame, form, limits, charset, facility)
    if form is Form.XML:
        return _document(frame, limits)
    rule = {Form.EMPTY: rules.EMPTY, Form.BATCH: rules.MANY}.get(form, rules.NOT_A_MESSAGE)
    place = Location() if form is Form.EMPTY else Location(segment="MSH")
    return Reading(Kind.DOCUMENT, findings=(*frame.findings, rule.at(place)))


def read_header(body: bytes) -> Message | None:
    """The message with its MSH alone, to answer what could not be read; None for an ACK, a ZAM or no MSH."""
    payload = unwrap(body).payload.removeprefix(UTF8_BOM).lstrip()
    if not payload.startswith(b"MSH"):
        return None
    message, _ = read_message(first_line(payload), DEFAULT)
    kind = kind_of_message(message.msh.value(9), None) if message.segments else Kind.ACKNOWLEDGEMENT
    return None if kind is Kind.ACKNOWLEDGEMENT else message


def sniff(payload: bytes) -> Form:
    """What ``payload`` begins like; looks at its first bytes only."""
    if not payload or payload.isspace():
        return Form.EMPTY
    head = payload[:4096].removeprefix(UTF8_BOM)
    if head.startswith(b"MSH"):
        return Form.MESSAGE
    start = head.lstrip()
    if start.startswith((b"<", b"\x00<", b"\xff\xfe<", b"\xfe\xff\x00<")):
        return Form.XML
    if start.startswith((b"FHS", b"BHS")):
        return Form.BATCH
    return Form.LATE_MESSAGE if start.startswith(b"MSH") else Form.UNKNOWN


def _message(frame: Frame, form: Form, limits: Limits, charset: str, facility: Facility | None) -> Reading:
    data = frame.payload.removeprefix(UTF8_BOM)
    findings = list(frame.findings)
    if form is Form.LATE_MESSAGE:
        data = data.lstrip()
        findings.append(_late())
    offset = frame.offset + len(frame.payload) - len(data)
    message, found = read_message(data, limits, offset, charset)
    if is_plain_report(message, facility):
        return read_report(message, limits, [*findings, *found], facility)
    if is_plain_lab(message):
        return read_lab(message, limits, [*findings, *found])
    return read_request(message, limits, [*findings, *found])


def _late() -> Finding:
    return rules.NOT_A_MESSAGE.at(
        Location(segment="MSH"),
        more_fr="Des blancs précèdent MSH.",
        more_en="Blanks stand before MSH.",
    )


def _document(frame: Frame, limits: Limits) -> Reading:
    """A bare CDA: it asks for the DMP; one that names the document it replaces asks for a replacement."""
    document, findings = _bare(frame.payload, limits)
    header = document.header
    return Reading(
        kind=kind_of_type(header.code if header is not None else None),
        documents=(document,),
        findings=(*frame.findings, *findings),
    )


def _dicom(body: bytes, limits: Limits, facility: Facility | None) -> Reading:
    """A DICOM file: a report to build a document for, or the CDA that it encapsulates, as it came."""
    if len(body) > limits.max_message_bytes:
        return Reading(Kind.IMAGING, findings=(rules.SIZE.at(Location(detail="DICOM")),))
    found = read_dicom(body, facility)
    if found.report is not None:
        kind = kind_of_type(found.report.type)
        return Reading(kind, findings=found.findings, report=found.report)
    if not found.cda:
        return Reading(Kind.IMAGING, findings=found.findings)
    document, findings = _bare(found.cda, limits)
    header = document.header
    held = header.patient.identifiers if header is not None else ()
    authorities = {one.root for one in held}
    differs = any(one.root in authorities and one not in held for one in found.ins)
    other = (rules_dicom.TWO_PATIENTS.at(Location(detail="(0010,0020) PatientID")),) if differs else ()
    kind = kind_of_type(header.code if header is not None else None)
    return Reading(kind, documents=(document,), findings=(*findings, *other))


def read_document(content: bytes, limits: Limits = DEFAULT) -> Document:
    """One CDA that did not come by wire; ``root`` is None when it cannot be read."""
    return _bare(content, limits)[0]


def _bare(content: bytes, limits: Limits) -> tuple[Document, tuple[Finding, ...]]:
    found = read_cda(content, Location(), limits)
    replaces = found.header is not None and bool(found.header.replaces)
    document = Document(
        content=content,
        action=Action.REPLACE if replaces else Action.SUBMIT,
        header=found.header,
        root=found.root,
        mime_type=found.mime_type,
    )
    return document, found.findings


def _oversized(frame: Frame, form: Form, limits: Limits) -> Reading:
    """Beyond the size limit only MSH is read, for the answer."""
    if form is not Form.MESSAGE:
        return Reading(Kind.DOCUMENT, findings=(rules.SIZE.at(Location()),))
    line = first_line(frame.payload.removeprefix(UTF8_BOM))
    message, found = read_message(line, limits)
    kind = kind_of_message(message.msh.value(9), None)
    return Reading(kind, message, findings=(rules.SIZE.at(Location(segment="MSH")), *found))
