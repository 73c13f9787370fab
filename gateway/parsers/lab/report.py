"""ORU^R01 to LabReport: one walk over the segments, nothing left out (HL7 2.3.1 to 2.6, §7.3.1)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from gateway.model import Finding, Flags, Identifier, Kind, Message, Reading, Segment
from gateway.model.hl7 import nth, unescape
from gateway.model.lab import EmbeddedFile, LabOrder, LabReport, LabResult, ParentLink, Specimen
from gateway.model.plain import PlainPerson
from gateway.parsers.encapsulated import decode
from gateway.parsers.lab.values import read_values
from gateway.parsers.limits import Limits
from gateway.parsers.plain import concept_of, read_concept, read_person, read_pid, readable


def read_lab(message: Message, limits: Limits, findings: list[Finding]) -> Reading:
    """The reading of a plain laboratory message. It asks for the DMP: there is nothing else to ask for."""
    walk = _Walk(message, limits)
    for segment in message.segments:
        walk.take(segment)
    visit = message.first("PV1")
    return Reading(
        kind=Kind.LAB,
        message=message,
        flags=Flags(destdmp=True),
        findings=(*findings, *walk.findings),
        patient_class=visit.value(2) if visit is not None else "",
        lab=walk.report(),
    )


@dataclass
class _Draft:
    """An order while its segments are being read."""

    order: LabOrder
    results: list[LabResult] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)


class _Walk:
    """Where the reading stands: the order that is open, and what a comment would belong to."""

    def __init__(self, message: Message, limits: Limits) -> None:
        self.message, self.limits = message, limits
        self.findings: list[Finding] = []
        self.drafts: list[_Draft] = []
        self.files: list[EmbeddedFile] = []
        self.orphans: list[int] = []
        self.comments: list[str] = []
        self.observations = 0
        self._orc: Segment | None = None
        self._after = ""

    def take(self, segment: Segment) -> None:
        """One segment; those that say nothing of results (PV1, TQ1, Z segments...) change nothing."""
        name = segment.name
        if name == "ORC":
            self._orc = segment
        elif name == "OBR":
            self.drafts.append(_Draft(read_order(segment, self._orc)))
            self._orc = None
        elif name == "OBX":
            self._observation(segment)
        elif name == "NTE":
            self._comment(segment)
        elif name == "SPM" and self.drafts:
            self._specimen(segment)
        if name in ("PID", "ORC", "OBR", "OBX", "SPM"):
            self._after = "ED" if name == "OBX" and segment.value(2) == "ED" else name

    def report(self) -> LabReport:
        orders = tuple(
            replace(draft.order, results=tuple(draft.results), comments=tuple(draft.comments))
            for draft in self.drafts
        )
        return LabReport(
            patient=read_pid(self.message.first("PID")),
            sent=self.message.msh.value(7),
            orders=orders,
            files=tuple(self.files),
            comments=tuple(self.comments),
            orphans=tuple(self.orphans),
            observations=self.observations,
        )

    def _observation(self, obx: Segment) -> None:
        self.observations += 1
        if not self.drafts:
            self.orphans.append(obx.occurrence)
        elif obx.value(2) == "ED":
            content, found = decode(obx, self.limits)
            self.findings += found
            concept = read_concept(obx, 3)
            title = concept.text if concept else ""
            self.files.append(EmbeddedFile(obx.occurrence, content, title, obx.value(11)))
        else:
            self.drafts[-1].results.append(read_result(obx))

    def _comment(self, nte: Segment) -> None:
        lines = [text for raw in nte.repetitions(3) if (text := readable(raw, nte))]
        if not lines:
            return
        text = "\n".join(lines)
        draft = self.drafts[-1] if self.drafts else None
        if self._after == "OBX" and draft is not None and draft.results:
            last = draft.results[-1]
            draft.results[-1] = replace(last, comments=(*last.comments, text))
        elif draft is not None and self._after != "ORC":
            draft.comments.append(text)
        else:
            self.comments.append(text)

    def _specimen(self, spm: Segment) -> None:
        """SPM of 2.5 says more than OBR-15; the first one of an order is its specimen."""
        draft = self.drafts[-1]
        if draft.order.specimen is not None and self._after == "SPM":
            return
        specimen = Specimen(
            concept=read_concept(spm, 4),
            identifier=spm.value(2, 2) or spm.value(2, 1),
            site=read_concept(spm, 8),
            collected=spm.value(17),
        )
        received = draft.order.received or spm.value(18)
        draft.order = replace(draft.order, specimen=specimen, received=received)


def read_order(obr: Segment, orc: Segment | None) -> LabOrder:
    """One OBR, completed by its ORC."""
    return LabOrder(
        sequence=obr.occurrence,
        placer=_entity(obr, 2) or _entity(orc, 2),
        filler=_entity(obr, 3) or _entity(orc, 3),
        service=read_concept(obr, 4),
        control=orc.value(1) if orc is not None else "",
        status=obr.value(25),
        section=obr.value(24).upper(),
        observed=obr.value(7),
        received=obr.value(14),
        reported=obr.value(22),
        ordered=obr.value(6) or (orc.value(9) if orc is not None else ""),
        specimen=_specimen_source(obr),
        prescriber=read_person(obr, 16) or (read_person(orc, 12) if orc is not None else None),
        interpreter=_interpreter(obr),
        parent=_parent(obr),
    )


def read_result(obx: Segment) -> LabResult:
    """One OBX."""
    return LabResult(
        sequence=obx.occurrence,
        data_type=obx.value(2),
        concept=read_concept(obx, 3),
        sub_id=obx.value(4),
        values=read_values(obx),
        unit=read_concept(obx, 6),
        reference=readable(obx.raw(7), obx),
        flags=tuple(flag for text in obx.repetitions(8) if (flag := readable(text.split("^")[0], obx))),
        status=obx.value(11),
        observed=obx.value(14),
        method=read_concept(obx, 17),
        performer=obx.value(23) or obx.value(15, 2) or obx.value(15, 1),
        validator=read_person(obx, 16),
    )


def _entity(segment: Segment | None, number: int) -> Identifier | None:
    """An EI: its value, and its OID when EI-4 says ISO."""
    if segment is None or not segment.value(number):
        return None
    root = segment.value(number, 3) if segment.value(number, 4) in ("ISO", "") else ""
    return Identifier(root, segment.value(number))


def _specimen_source(obr: Segment) -> Specimen | None:
    """OBR-15 (SPS, before SPM existed): code in sub-components, body site in the fourth component."""
    if not obr.raw(15):
        return None
    concept = concept_of(obr.component(15, 1), obr, "subcomponent")
    site = concept_of(obr.component(15, 4), obr, "subcomponent")
    return Specimen(concept=concept, site=site)


def _interpreter(obr: Segment) -> PlainPerson | None:
    """OBR-32 (NDL): its first component is a CNN in sub-components: id, family name, given name."""
    marks = obr.separators
    parts = [unescape(part, marks).strip() for part in obr.component(32, 1).split(marks.subcomponent)]
    number, family, given, *others = [*parts, "", "", ""]
    if not number and not family:
        return None
    root = next((part for part in others if part.count(".") > 3 and part.replace(".", "").isdigit()), "")
    return PlainPerson(Identifier(root, number) if number else None, family, given)


def _parent(obr: Segment) -> ParentLink | None:
    """OBR-26: code (sub-components) and sub-id; OBR-29: placer and filler numbers (EIP)."""
    if not obr.raw(26) and not obr.raw(29):
        return None
    marks = obr.separators
    placer, filler = (nth(obr.component(29, n), marks.subcomponent, 1) for n in (1, 2))
    code = unescape(nth(obr.component(26, 1), marks.subcomponent, 1), marks).strip()
    numbers = [unescape(text, marks).strip() for text in (placer, filler)]
    return ParentLink(code, obr.value(26, 2), *numbers)
