"""Is this a report without a CDA, and of which document type? Whatever claims the profile is not plain."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gateway.model import Code, Facility, Message
from gateway.nomenclature import code_system_of_hl7, value_set
from gateway.nomenclature.loinc import NAMES as LOINC_NAMES
from gateway.parsers.kinds import DISCHARGE_TYPES, IMAGING_TYPES, LOINC
from gateway.parsers.lab.recognise import claims_profile, is_imaging

IMAGING_REPORT = "18748-4"
DIAGNOSTIC_IMAGING = "DI"  # HL7 table 0270, TXA-2
# Names of CCAM in CE-3, and an act of it whose third letter says "by imaging".
CCAM_NAMES = frozenset({"CCAM", "1.2.250.1.213.2.5", "1.2.250.1.215.300.1"})
_CCAM_IMAGING = re.compile(r"[A-Z]{2}Q[HJKLMN][0-9]{3}")
# OBR-24 of systems that write the DICOM modality there; none of these means another section in table 0074.
MODALITY_SECTIONS = frozenset({"BMD", "CR", "DX", "IO", "MG", "MRI", "NM", "PX", "RF", "XA"})
NUMERIC = frozenset({"NM", "SN"})
_WORDS = frozenset({"ED", "TX", "FT", "ST"})


def is_plain_report(message: Message, facility: Facility | None = None) -> bool:
    """True for an MDM, or an ORU^R01 that reports what somebody saw or did, without any CDA.

    An ORU is a report when an order is of an imaging section, a code names an imaging act or a type of
    report; failing that, when its declared sender says so and it holds no numeric result. Everything else is
    laboratory.
    """
    code, event = message.msh.value(9, 1), message.msh.value(9, 2)
    if code == "MDM":
        return event.startswith("T") and not claims_profile(message)
    if (code, event) != ("ORU", "R01") or message.first("OBR") is None or claims_profile(message):
        return False
    if is_imaging_message(message) or any(one in DISCHARGE_TYPES for one, _ in _standard(message)):
        return True
    if facility is None or any(obx.value(2) in NUMERIC for obx in message.named("OBX")):
        return False
    mapped = any(facility.document_type(one) for one, _ in named_types(message))
    return mapped or facility.plain_kind in ("imaging", "discharge")


def is_imaging_message(message: Message) -> bool:
    """True when the message itself says that it is of an imaging department."""
    if is_imaging(message):
        return True
    txa = message.first("TXA")
    if txa is not None and txa.value(2) == DIAGNOSTIC_IMAGING:
        return True
    requests = message.named("OBR")
    if any(obr.value(24).upper() in MODALITY_SECTIONS for obr in requests):
        return True
    acts = ((obr.value(4, n), obr.value(4, n + 2)) for obr in requests for n in (1, 4))
    return any(system in CCAM_NAMES and _CCAM_IMAGING.fullmatch(code) for code, system in acts)


def type_of(message: Message, facility: Facility | None = None) -> Code | None:
    """The document type: as declared, else as the message says in a standard code, else an imaging report.

    None when nothing says it: a type is never supposed.
    """
    types = value_set("J66")
    if facility is not None:
        declared = (facility.document_type(code) for code, _ in named_types(message))
        if (found := next((code for code in declared if code), None)) is not None:
            return found
    for code, system in _standard(message):
        if (concept := types.get(code, system)) is not None:
            return concept.coded
    imaging = is_imaging_message(message) or (facility is not None and facility.plain_kind == "imaging")
    report = types.get(IMAGING_REPORT, LOINC)
    return report.coded if imaging and report is not None else None


def named_types(message: Message) -> Iterator[tuple[str, str]]:
    """(code, system) wherever a message may name its type: TXA-2, OBR-4, OBX-3; both codings."""
    for name, number in (("TXA", 2), ("OBR", 4), ("OBX", 3)):
        for segment in message.named(name):
            if name == "OBX" and segment.value(2) not in _WORDS:
                continue
            for component in (1, 4):
                if code := segment.value(number, component):
                    yield code, segment.value(number, component + 2)


def _standard(message: Message) -> Iterator[tuple[str, str]]:
    """Those named with LOINC or TRE_A05, as (code, OID); an imaging or discharge code may be left bare.

    OBX-3 may name a section, whose code may also be a document type (55115-0): only a type of report counts.
    """
    reports = IMAGING_TYPES | DISCHARGE_TYPES
    sections = {obx.value(3, n) for obx in message.named("OBX") for n in (1, 4)} - reports
    for code, system in named_types(message):
        if code in sections:
            continue
        if system in LOINC_NAMES or (not system and code in reports):
            yield code, LOINC
        elif (oid := code_system_of_hl7(system)) is not None:
            yield code, oid
