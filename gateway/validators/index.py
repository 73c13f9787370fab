"""One message grouped by segment name, once, for every judge of the room."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from gateway.model import Finding, Location, Message, Reading, Rule, Segment
from gateway.validators.settings import JudgeSettings

METADATA_SYSTEM = "MetaDMPMSS"
REVERSE_PROFILE = "CISIS_CDA_HL7_LPS"
# Table MetaDMPMSS, then the names of the older profiles: an OBX so named is metadata, however its OBX-3.3.
METADATA_CODES = frozenset(
    (
        *("MASQUE_PS", "INVISIBLE_PATIENT", "INVISIBLE_REP_LEGAUX", "CONNEXION_SECRETE", "MODIF_CONF_CODE"),
        *("DESTDMP", "DESTMSSANTEPS", "DESTMSSANTEPAT", "ACK_RECEPTION", "ACK_LECTURE_MSS"),
        *("CORPSMAIL_PS", "CORPSMAIL_PATIENT"),
        *(
            "INVISIBLE_REPRESENTANTS_LEGAUX",
            "MODIF_CONFIDENTIALITYCODE",
            "ACK_LECTURE",
            "COMP_LOT",
            "REPLY_TO",
        ),
    )
)


@dataclass(frozen=True, slots=True)
class MessageIndex:
    """A message as the judges need it. ``documents`` are the document OBX, in the order sent."""

    reading: Reading = field(repr=False)
    settings: JudgeSettings
    message: Message = field(repr=False)
    by_name: Mapping[str, tuple[Segment, ...]] = field(repr=False)
    documents: tuple[Segment, ...] = field(repr=False)
    code: str
    event: str

    @property
    def msh(self) -> Segment:
        return self.message.msh

    def named(self, name: str) -> tuple[Segment, ...]:
        return self.by_name.get(name, ())

    def first(self, name: str) -> Segment | None:
        found = self.by_name.get(name)
        return found[0] if found else None


def index_message(message: Message, reading: Reading, settings: JudgeSettings) -> MessageIndex:
    """Group the segments of ``message``; its first segment is MSH."""
    groups: dict[str, list[Segment]] = {}
    for segment in message.segments:
        groups.setdefault(segment.name, []).append(segment)
    by_name = {name: tuple(segments) for name, segments in groups.items()}
    documents = document_observations(by_name.get("OBX", ()))
    if message.msh.value(21, 2) == REVERSE_PROFILE:
        # R.MSH.13 refuses the flow towards the professional, whose second ED row is a mail body.
        documents = documents[:1]
    return MessageIndex(
        reading=reading,
        settings=settings,
        message=message,
        by_name=by_name,
        documents=documents,
        code=message.msh.value(9, 1),
        event=message.msh.value(9, 2),
    )


def is_metadata(observation: Segment) -> bool:
    """True for an OBX of table MetaDMPMSS (CI-SIS CDA-HL7v2 2.1, métadonnées DMP/MSSanté)."""
    return observation.value(3, 3) == METADATA_SYSTEM or observation.value(3) in METADATA_CODES


def document_observations(observations: tuple[Segment, ...]) -> tuple[Segment, ...]:
    """The OBX that carry a document: ED and not metadata.

    Without any, the first OBX that is not metadata is the document of a sender who mistook OBX-2.
    """
    others = tuple(obx for obx in observations if not is_metadata(obx))
    return tuple(obx for obx in others if obx.value(2) == "ED") or others[:1]


def place(
    segment: Segment, number: int | None = None, component: int | None = None, repetition: int = 1
) -> Location:
    """Where a value is, in the terms of the sender's message."""
    return Location(segment.name, segment.occurrence, number, repetition, component)


def required(
    rule: Rule, segment: Segment, number: int, component: int | None = None, code: str = "101"
) -> Iterator[Finding]:
    """The value must be there; ``component`` None names the whole field and looks at its first component."""
    if not segment.value(number, component or 1):
        yield rule.at(place(segment, number, component), hl7_code=code)


def required_in(
    rule: Rule, segment: Segment, number: int, allowed: frozenset[str], component: int | None = None
) -> Iterator[Finding]:
    """The value must be there (101) and in ``allowed`` (the rule's own code)."""
    value = segment.value(number, component or 1)
    if value not in allowed:
        yield rule.at(place(segment, number, component), hl7_code=None if value else "101")
