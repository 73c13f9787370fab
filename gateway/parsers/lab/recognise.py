"""Plain or of the French profile? Whatever claims the profile is judged by the profile."""

from __future__ import annotations

import binascii

from gateway.model import Message, Segment
from gateway.parsers.hl7v2 import FLAGS, MAIL_BODIES, METADATA_TABLE

PROFILE_MARK = "CISIS"
# HL7 table 0074 (OBR-24) and document types: results that are images, not laboratory ones.
IMAGING_SECTIONS = frozenset({
    "CT", "CUS", "IMG", "MG", "MR", "NMR", "NMS", "NUC", "OUS", "RAD", "RUS", "RX", "US", "VUS", "XRC",
})  # fmt: skip
IMAGING_TYPES = frozenset({"18748-4", "IMG-KOS", "52040-3"})


def is_plain_lab(message: Message) -> bool:
    """True for an ORU^R01 of a laboratory that carries results and nothing of the CDA interface.

    The marks of that interface: a profile named in MSH-21, a row of table MetaDMPMSS, a PRT, an ED that
    holds XML or announces it. Imaging reports (OBR-24, document type) are not laboratory results.
    """
    if (message.msh.value(9, 1), message.msh.value(9, 2)) != ("ORU", "R01") or message.first("OBR") is None:
        return False
    return not claims_profile(message) and not is_imaging(message)


def claims_profile(message: Message) -> bool:
    """True when the message says that it is of the CDA interface, or carries a CDA."""
    if PROFILE_MARK in message.msh.raw(21) or message.first("PRT") is not None:
        return True
    return any(_is_metadata(obx) or _is_document(obx) for obx in message.named("OBX"))


def is_imaging(message: Message) -> bool:
    """True when an order is of an imaging section, or names an imaging report."""
    requests = message.named("OBR")
    if any(obr.value(24).upper() in IMAGING_SECTIONS or obr.value(4) in IMAGING_TYPES for obr in requests):
        return True
    return any(obx.value(3) in IMAGING_TYPES for obx in message.named("OBX"))


def _is_metadata(obx: Segment) -> bool:
    code = obx.value(3)
    return obx.value(3, 3) == METADATA_TABLE or code in FLAGS or code in MAIL_BODIES


def _is_document(obx: Segment) -> bool:
    if obx.value(2) != "ED":
        return False
    announced = {obx.value(5, 2).upper(), obx.value(5, 3).upper()}
    return bool(announced & {"XML", "TEXT", "HL7 CDA", "CDA"}) or _begins_as_xml(obx)


def _begins_as_xml(obx: Segment) -> bool:
    """The first bytes of OBX-5.5 are those of an XML document."""
    head = obx.component(5, 5)[:64].strip()
    try:
        data = binascii.a2b_base64(head[: len(head) // 4 * 4].encode("ascii", errors="replace"))
    except binascii.Error:
        return False
    return data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<"
