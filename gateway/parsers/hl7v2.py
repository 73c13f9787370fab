"""An HL7v2 message of the French interface: its documents, flags and sender (CI-SIS CDA-HL7v2 2.1)."""

from __future__ import annotations

from gateway.model import (
    Action,
    Code,
    Document,
    Finding,
    Flags,
    Identifier,
    Message,
    Organization,
    Person,
    Reading,
    Segment,
    Sender,
)
from gateway.parsers import rules
from gateway.parsers.cda import read_cda
from gateway.parsers.consent import read_consent
from gateway.parsers.encapsulated import decode, location
from gateway.parsers.kinds import kind_of_message
from gateway.parsers.limits import Limits

METADATA_TABLE = "MetaDMPMSS"
# Table MetaDMPMSS: OBX-3.1 to the flag that it sets.
FLAGS = {
    "MASQUE_PS": "masque_ps",
    "INVISIBLE_PATIENT": "invisible_patient",
    "INVISIBLE_REP_LEGAUX": "invisible_rep_legaux",
    "CONNEXION_SECRETE": "connexion_secrete",
    "MODIF_CONF_CODE": "modif_conf_code",
    "DESTDMP": "destdmp",
    "DESTMSSANTEPS": "destmssanteps",
    "DESTMSSANTEPAT": "destmssantepat",
    "ACK_RECEPTION": "ack_reception",
    "ACK_LECTURE_MSS": "ack_lecture_mss",
}
MAIL_BODIES = frozenset({"CORPSMAIL_PS", "CORPSMAIL_PATIENT"})
_BY_OBX_11 = {"F": Action.SUBMIT, "C": Action.REPLACE, "D": Action.DELETE}
_BY_ORC_1 = {"NW": Action.SUBMIT, "RO": Action.REPLACE, "CA": Action.DELETE}
_BY_EVENT = {"T10": Action.REPLACE, "T04": Action.DELETE}


def read_request(message: Message, limits: Limits, findings: list[Finding]) -> Reading:
    """The reading of a message whose segments are known; ``findings`` are those of its encoding."""
    carriers = [] if message.msh.value(9) in ("ACK", "ZAM", "ADT") else document_segments(message)
    if len(carriers) > limits.max_documents:
        findings.append(rules.DOCUMENTS.at(location(carriers[limits.max_documents])))
    documents: list[Document] = []
    for position, obx in enumerate(carriers[: limits.max_documents], start=1):
        document, found = _document(message, obx, position, limits)
        documents.append(document)
        findings += found
    visit = message.first("PV1")
    return Reading(
        kind=kind_of_message(message.msh.value(9), _document_type(message, carriers, documents)),
        message=message,
        documents=tuple(documents),
        flags=read_flags(message),
        sender=read_sender(message),
        findings=tuple(findings),
        patient_class=visit.value(2) if visit is not None else "",
        consent=read_consent(message),
    )


def document_segments(message: Message) -> list[Segment]:
    """The OBX that carry a document: OBX-2 = ED outside the metadata table (R.STR.10).

    A mail body is not a document, even where an older profile leaves OBX-3.3 empty.
    """
    return [
        obx
        for obx in message.named("OBX")
        if obx.value(2) == "ED" and obx.value(3, 3) != METADATA_TABLE and obx.value(3) not in MAIL_BODIES
    ]


def read_flags(message: Message) -> Flags:
    """The coded metadata set to Y. A message asks for the DMP only by DESTDMP = Y."""
    active = {
        FLAGS[code]: True
        for obx in message.named("OBX")
        if (code := obx.value(3)) in FLAGS and obx.value(5) == "Y"
    }
    return Flags(**{"destdmp": False, **active})


def read_sender(message: Message) -> Sender | None:
    """Who asks: the first PRT with PRT-4.1 = SB; None without one."""
    prt = next((prt for prt in message.named("PRT") if prt.value(4) == "SB"), None)
    if prt is None:
        return None
    organization = None
    if prt.raw(8):
        identifier = _identifier(prt.value(8, 6, 2), prt.value(8, 10))
        organization = Organization(identifier, prt.value(8, 1))
    return Sender(_sender_person(prt), prt.value(5, 13), organization, prt.value(8, 7))


def _sender_person(prt: Segment) -> Person | None:
    """PRT-5 (XCN) for a professional, PRT-10 (EI) for a device."""
    if prt.raw(5):
        identifier = _identifier(prt.value(5, 9, 2), prt.value(5, 1))
        return Person(identifier, prt.value(5, 2), prt.value(5, 3))
    if prt.raw(10):
        return Person(_identifier(prt.value(10, 3), prt.value(10, 1)), prt.value(10, 2), device=True)
    return None


def _identifier(root: str, extension: str) -> Identifier | None:
    return Identifier(root, extension) if root or extension else None


def _document(
    message: Message, obx: Segment, position: int, limits: Limits
) -> tuple[Document, list[Finding]]:
    where = location(obx)
    content, findings = decode(obx, limits)
    action = _action(message, obx)
    if not content:
        return Document(content, action, position, where), findings
    read = read_cda(content, where, limits)
    document = Document(content, action, position, where, read.header, read.root, read.mime_type)
    return document, [*findings, *read.findings]


def _action(message: Message, obx: Segment) -> Action:
    """OBX-11 of the document, else ORC-1, else the event; the judges compare the three (R.ORC.03, .04)."""
    order = message.first("ORC")
    control = order.value(1) if order is not None else ""
    by_event = _BY_EVENT.get(message.msh.value(9, 2), Action.SUBMIT)
    return _BY_OBX_11.get(obx.value(11)) or _BY_ORC_1.get(control) or by_event


def _document_type(message: Message, carriers: list[Segment], documents: list[Document]) -> Code | None:
    """The code of the first document that could be read, else OBX-3 of the first carrier, else OBR-4."""
    for document in documents:
        if document.header is not None and document.header.code is not None:
            return document.header.code
    request = message.first("OBR")
    if not carriers:
        return None
    for segment, number in ((carriers[0], 3), (request, 4)):
        if segment is not None and segment.value(number):
            return Code(segment.value(number), segment.value(number, 3))
    return None
