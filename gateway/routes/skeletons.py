"""The segments of our answers, built and validated once by hl7apy; per message only fields are filled in.

hl7apy knows the ACK of each version. ZAM_Z01 is a message of the French guide, so its segments are built
and validated one by one (PFI guide §3.3).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

VERSIONS = ("2.5", "2.6")
# Values that only serve to have hl7apy validate a whole message; each is replaced before anything is sent.
_SAMPLE_TIME, _SAMPLE_TEXT = "20260101000000+0100", "X"
_ESCAPES = str.maketrans({"\\": "\\E\\", "|": "\\F\\", "^": "\\S\\", "&": "\\T\\", "~": "\\R\\"})


@dataclass(frozen=True, slots=True)
class Skeleton:
    """One segment: ``fields[n]`` is field n (``fields[0]`` its name). For MSH, field 1 is the separator."""

    fields: tuple[str, ...]

    def fill(self, values: Mapping[int, str]) -> str:
        """The segment with ``values`` (encoded, by field number) put in; trailing empty fields left out."""
        last = max((*values, len(self.fields) - 1))
        fields = [*self.fields, *[""] * (last + 1 - len(self.fields))]
        for number, value in values.items():
            fields[number] = value
        if fields[0] == "MSH":
            fields[:2] = ["MSH"]  # MSH-1 is written by the join
        return "|".join(fields).rstrip("|")


@dataclass(frozen=True, slots=True)
class Skeletons:
    """The segments of one sort of answer, by name."""

    segments: Mapping[str, Skeleton]

    def fill(self, name: str, values: Mapping[int, str]) -> str:
        return self.segments[name].fill(values)


def escape(text: str) -> str:
    """A text as ER7 data: delimiters escaped, anything that would end the segment turned into a blank."""
    return "".join(sign if sign.isprintable() else " " for sign in text).translate(_ESCAPES)


def prepare() -> None:
    """Build and validate all skeletons now rather than at the first answer (hl7apy takes its time)."""
    for version in VERSIONS:
        ack_skeletons(version)
    zam_skeletons()


@cache
def ack_skeletons(version: str) -> Skeletons:
    """MSH, MSA and ERR of the acknowledgement of HL7 ``version`` (2.5 or 2.6)."""
    from hl7apy.consts import VALIDATION_LEVEL
    from hl7apy.core import Message

    message = Message("ACK", version=version, validation_level=VALIDATION_LEVEL.STRICT)
    header = message.msh
    header.msh_7, header.msh_10, header.msh_11 = _SAMPLE_TIME, _SAMPLE_TEXT, "P"
    header.msh_9, header.msh_17, header.msh_18 = "ACK^R01^ACK", "FRA", "UNICODE UTF-8"
    message.msa.msa_1, message.msa.msa_2 = "AE", _SAMPLE_TEXT
    message.add_segment("ERR")
    _fill_error(message.err, "906^X^applicationErrorCode")
    message.validate()
    return _taken_apart(message.to_er7().split("\r"))


@cache
def zam_skeletons() -> Skeletons:
    """MSH, EVN, OBX and ERR of ZAM^Z01^ZAM_Z01, always HL7 2.6 (R.ZAM.04)."""
    from hl7apy.consts import VALIDATION_LEVEL
    from hl7apy.core import Segment

    parts = {
        name: Segment(name, version="2.6", validation_level=VALIDATION_LEVEL.STRICT)
        for name in ("MSH", "EVN", "OBX", "ERR")
    }
    header, event, status = parts["MSH"], parts["EVN"], parts["OBX"]
    header.msh_1, header.msh_2, header.msh_7, header.msh_10 = "|", "^~\\&", _SAMPLE_TIME, _SAMPLE_TEXT
    header.msh_9, header.msh_11, header.msh_12 = "ZAM^Z01^ZAM_Z01", "P", "2.6"
    header.msh_17, header.msh_18, header.msh_21 = "FRA", "UNICODE UTF-8", "2.1^CISIS_CDA_HL7_V2"
    event.evn_2 = _SAMPLE_TIME
    status.obx_1, status.obx_2, status.obx_11 = "1", "CWE", "F"
    status.obx_3 = "ACK_RECEPTION_DMP^Accusé de réception DMP^AckMetierZAM"
    status.obx_4, status.obx_5 = _SAMPLE_TEXT, "N^^expandedYes-NoIndicator"
    _fill_error(parts["ERR"], "DMPClosed^DMP fermé^DMP_ERROR_CODE")
    for part in parts.values():
        part.validate()
    return _taken_apart([part.to_er7() for part in parts.values()])


def _fill_error(error: object, detail: str) -> None:
    """ERR-3, 4 and 5; ERR-2 and the texts for people are only there when there is something to say."""
    for name, value in (
        ("err_3", "207^Application error^messageErrorCondition"),
        ("err_4", "E"),
        ("err_5", detail),
    ):
        setattr(error, name, value)


def _taken_apart(lines: list[str]) -> Skeletons:
    segments = {}
    for line in filter(None, lines):
        name, *fields = line.split("|")
        if name == "MSH":
            fields.insert(0, "|")
        segments[name] = Skeleton((name, *fields))
    return Skeletons(segments)
