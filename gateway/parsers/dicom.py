"""A DICOM file as a report: an encapsulated PDF or CDA, or a text SR. No pixel is ever read.

The encapsulated value is cut out before pydicom sees the rest, whose size is capped: what it builds in memory
is many times what it reads.
"""

from __future__ import annotations

import struct
import warnings
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING

from gateway.model import Facility, Finding, Identifier, Location
from gateway.model.imaging import PlainReport, ReportFile, ReportText
from gateway.parsers import rules_dicom as rules
from gateway.parsers.dicom_facts import facts_of, patient_of
from gateway.parsers.dicom_text import TooDeep, text_of

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

PREAMBLE, MAGIC = 128, b"DICM"
ENCAPSULATED_PDF, ENCAPSULATED_CDA = "1.2.840.10008.5.1.4.1.1.104.1", "1.2.840.10008.5.1.4.1.1.104.2"
BASIC_TEXT_SR, ENHANCED_SR = "1.2.840.10008.5.1.4.1.1.88.11", "1.2.840.10008.5.1.4.1.1.88.22"
SERVED = frozenset({ENCAPSULATED_PDF, ENCAPSULATED_CDA, BASIC_TEXT_SR, ENHANCED_SR})
IMPLICIT, EXPLICIT = "1.2.840.10008.1.2", "1.2.840.10008.1.2.1"
MOST_STRUCTURE = 1024 * 1024
_SOP_CLASS, _TRANSFER_SYNTAX = (0x0002, 0x0002), (0x0002, 0x0010)
_LONG_VRS = frozenset(b"OB OW OF SQ UT UN OD OL UC UR OV SV UV".split())
_DOCUMENT = b"\x42\x00\x11\x00"  # (0042,0011) EncapsulatedDocument
# What pydicom raises on bytes that are no DICOM: whatever it is, the file cannot be read.
_FAILURES = (
    ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, NotImplementedError, OSError,
    RecursionError, TypeError, ValueError, struct.error,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DicomReading:
    """``report`` for a PDF or SR, ``cda`` for an encapsulated CDA; neither with an error in ``findings``.

    ``ins`` are the INS that the file itself names.
    """

    report: PlainReport | None = field(default=None, repr=False)
    cda: bytes = field(default=b"", repr=False)
    ins: tuple[Identifier, ...] = field(default=(), repr=False)
    findings: tuple[Finding, ...] = ()


def is_dicom(body: bytes) -> bool:
    """True for a DICOM Part 10 file."""
    return body[PREAMBLE : PREAMBLE + 4] == MAGIC


def read_dicom(data: bytes, facility: Facility | None = None) -> DicomReading:
    """Read one file. Raises nothing; time and memory are bounded by the size of ``data``."""
    try:
        meta = _file_meta(data)
    except (struct.error, UnicodeDecodeError):
        return _refused(rules.UNREADABLE.at(Location(detail="(0002,xxxx) file meta information")))
    sop_class, syntax = meta.get(_SOP_CLASS, ""), meta.get(_TRANSFER_SYNTAX, "")
    if sop_class not in SERVED:
        return _refused(rules.SOP_CLASS.at(Location(detail="(0002,0002) MediaStorageSOPClassUID")))
    if syntax not in (IMPLICIT, EXPLICIT):
        return _refused(rules.TRANSFER_SYNTAX.at(Location(detail="(0002,0010) TransferSyntaxUID")))
    structure, content = data, b""
    if sop_class in (ENCAPSULATED_PDF, ENCAPSULATED_CDA):
        structure, content = _cut(data, explicit=syntax == EXPLICIT)
        if not content:
            return _refused(rules.CONTENT.at(Location(detail="(0042,0011) EncapsulatedDocument")))
    if len(structure) > MOST_STRUCTURE:
        return _refused(rules.TOO_LARGE.at(Location(detail="DICOM")))
    try:
        return _read(structure, content, sop_class, facility)
    except TooDeep:
        return _refused(rules.TOO_LARGE.at(Location(detail="(0040,A730) ContentSequence")))
    except _FAILURES:
        return _refused(rules.UNREADABLE.at(Location(detail="DICOM")))


def _read(structure: bytes, content: bytes, sop_class: str, facility: Facility | None) -> DicomReading:
    with warnings.catch_warnings():
        # pydicom warns with the values that it found.
        warnings.simplefilter("ignore")
        dataset = _parsed(structure)
        patient = patient_of(dataset, facility)
        size = int(dataset.get("EncapsulatedDocumentLength", 0) or 0)
        content = content[:size] if 0 < size <= len(content) else content.removesuffix(b"\x00")
        if sop_class == ENCAPSULATED_CDA:
            return DicomReading(cda=content, ins=patient.ins)
        texts: tuple[ReportText, ...] = ()
        files: tuple[ReportFile, ...] = ()
        if sop_class == ENCAPSULATED_PDF:
            files = (ReportFile(1, content),)
        else:
            texts = (ReportText(1, "", text_of(dataset)),)
        structured = sop_class != ENCAPSULATED_PDF
        report = facts_of(dataset, patient, facility, texts, files, structured=structured)
    return DicomReading(report, ins=patient.ins, findings=tuple(_wrong(report)))


def _wrong(report: PlainReport) -> list[Finding]:
    found: list[Finding] = []
    if not report.words and not any(file.is_pdf for file in report.files):
        found.append(rules.CONTENT.at(Location(detail="report")))
    who = report.patient
    names = (who.birth_family, who.birth_givens, who.used_family)
    if any("\ufffd" in text for text in (*names, *(piece.text for piece in report.texts))):
        found.append(rules.CHARACTERS.at(Location(detail="(0008,0005) SpecificCharacterSet")))
    return found


def _parsed(structure: bytes) -> Dataset:
    # pydicom costs a quarter of a second to import: only those who receive DICOM pay for it.
    from pydicom import config, dcmread
    from pydicom.errors import InvalidDicomError

    config.logger.disabled = True  # it logs values
    try:
        return dcmread(BytesIO(structure), stop_before_pixels=True)
    except InvalidDicomError:
        raise ValueError("not DICOM") from None


def _file_meta(data: bytes) -> dict[tuple[int, int], str]:
    """The UIDs of group 0002, always explicit little endian (PS3.10 §7.1). Raises struct.error when cut."""
    found: dict[tuple[int, int], str] = {}
    position = PREAMBLE + 4
    while True:
        group, element, vr = struct.unpack_from("<HH2s", data, position)
        if group != 0x0002:
            return found
        wide = vr in _LONG_VRS
        length = struct.unpack_from("<I" if wide else "<H", data, position + (8 if wide else 6))[0]
        start = position + (12 if wide else 8)
        if vr == b"UI":
            found[group, element] = data[start : start + length].decode("ascii").rstrip("\x00 ")
        position = start + length


def _cut(data: bytes, *, explicit: bool) -> tuple[bytes, bytes]:
    """The file without the value of EncapsulatedDocument, and that value; empty when it cannot be found."""
    mark = _DOCUMENT + b"OB\x00\x00" if explicit else _DOCUMENT
    position = data.find(mark, PREAMBLE)
    while 0 <= position <= MOST_STRUCTURE:
        start = position + len(mark) + 4
        length = int.from_bytes(data[start - 4 : start], "little")
        end = start + length
        if length > 0 and end <= len(data):
            empty = data[: start - 4] + b"\x00\x00\x00\x00"
            return empty + data[end:], data[start:end]
        position = data.find(mark, position + 1)
    return data, b""


def _refused(finding: Finding) -> DicomReading:
    return DicomReading(findings=(finding,))
