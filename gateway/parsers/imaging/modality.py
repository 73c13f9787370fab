"""Where a radiology system says with what it looked and which study it is: OBR-24, IPC, ZDS, OBX."""

from __future__ import annotations

import re

from gateway.model import Message
from gateway.nomenclature import value_set

# HL7 table 0074 to the modality of DCM. RAD and IMG name a department: no modality.
_SECTIONS = {
    "CT": "CT", "MRI": "MR", "NMR": "MR", "NMS": "NM", "NUC": "NM", "CUS": "US", "OUS": "US",
    "RUS": "US", "VUS": "US", "RX": "RG", "XRC": "RF",
}  # fmt: skip
# Sections of table 0074 that are spelt like a modality and mean something else (physical therapy...).
_OTHER_SECTIONS = frozenset({"EC", "PT", "SR"})
_UID = re.compile(r"[0-2](\.(0|[1-9][0-9]*))+")


def modality_of(code: str) -> str:
    """The DCM code for a section or a modality; empty when it is none of JDV_ModaliteAcquisition."""
    code = code.upper()
    found = _SECTIONS.get(code, code)
    return found if value_set("ModaliteAcquisition").by_code(found) else ""


def modalities_of(message: Message) -> tuple[str, ...]:
    """IPC-5 (HL7 2.5) first: it is a modality; OBR-24 is a section."""
    named = [modality_of(ipc.value(5)) for ipc in message.named("IPC")]
    sections = [obr.value(24).upper() for obr in message.named("OBR")]
    named += [modality_of(section) for section in sections if section not in _OTHER_SECTIONS]
    return tuple(dict.fromkeys(code for code in named if code))


def studies_of(message: Message, codes: frozenset[str]) -> tuple[str, ...]:
    """Study Instance UIDs: IPC-3, ZDS-1 (IHE RAD TF-2, RAD-4), or the OBX of DCM codes ``codes``."""
    named = [ipc.value(3) for ipc in message.named("IPC")]
    named += [zds.value(1) for zds in message.named("ZDS")]
    named += [obx.value(5) for obx in message.named("OBX") if obx.value(3) in codes]
    return tuple(dict.fromkeys(uid for uid in named if is_uid(uid)))


def is_uid(text: str) -> bool:
    """A DICOM UID: an OID of at most 64 characters (PS3.5 §9.1)."""
    return len(text) <= 64 and _UID.fullmatch(text) is not None
