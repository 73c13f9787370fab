"""What a message is: laboratory, discharge, imaging, other document, consent or acknowledgement.

The document type decides (CDA code, else OBX-3 or OBR-4): laboratory and imaging reports, and the reports
with which a hospital closes a stay, a visit or an operation. Every other type is ``document``: requests for
tests or imaging are prescriptions, not results. Without a document, an ORU is a laboratory message; ADT is
the consent feed; ACK and ZAM answer something.
"""

from __future__ import annotations

from gateway.model import Code, Kind

LOINC = "2.16.840.1.113883.6.1"
TRE_A05 = "1.2.250.1.213.1.1.4.12"

LAB_TYPES = frozenset({
    "11502-2",  # laboratory report
    "51969-4",  # molecular genetics report
    "60568-3",  # pathology report
})  # fmt: skip
IMAGING_TYPES = frozenset({
    "18748-4",  # imaging report
    "IMG-KOS",  # references of the objects of an imaging study
    "52040-3",  # non-DICOM illustration image
})  # fmt: skip
DISCHARGE_TYPES = frozenset({
    "11490-0",  # discharge letter of a health care facility
    "34112-3",  # hospital stay report
    "34874-8",  # operation report
    "34875-5",  # postoperative evaluation
    "11488-4",  # consultation or visit report
    "78513-9",  # ophthalmology consultation report
    "15507-7",  # emergency department report
    "60280-5",  # return sheet of the emergency department
    "15508-5",  # delivery report
    "67851-6",  # admission report
    "77436-4",  # anaesthesia report
    "34749-2",  # pre-anaesthesia consultation report
    "11505-5",  # therapeutic procedure report
    "70004-7",  # diagnostic procedure report
    "83981-1",  # discharge letter of a social or medico-social facility
})  # fmt: skip

_SYSTEMS = frozenset({"", "LN", LOINC, "TRE_A05", TRE_A05})
_MESSAGES = {"ADT": Kind.CONSENT, "ACK": Kind.ACKNOWLEDGEMENT, "ZAM": Kind.ACKNOWLEDGEMENT}


def kind_of_type(code: Code | None) -> Kind:
    """The kind of a document type; ``document`` for a type of none of the three lists."""
    if code is None or code.system not in _SYSTEMS:
        return Kind.DOCUMENT
    if code.code in LAB_TYPES:
        return Kind.LAB
    if code.code in IMAGING_TYPES:
        return Kind.IMAGING
    return Kind.DISCHARGE if code.code in DISCHARGE_TYPES else Kind.DOCUMENT


def kind_of_message(message_code: str, document_type: Code | None) -> Kind:
    """The kind of an HL7v2 message: ``message_code`` is MSH-9.1."""
    if message_code in _MESSAGES:
        return _MESSAGES[message_code]
    if document_type is None:
        return Kind.LAB if message_code == "ORU" else Kind.DOCUMENT
    return kind_of_type(document_type)
