"""ORU^R01 and MDM of a radiology or hospital system to PlainReport: one walk, nothing left out."""

from __future__ import annotations

from gateway.model import Facility, Finding, Flags, Identifier, Kind, Message, Reading, Segment
from gateway.model.hl7 import unescape
from gateway.model.imaging import Notice, PlainReport, ReportedAct, ReportFile, ReportText, Source
from gateway.model.plain import PlainConcept, PlainPerson
from gateway.parsers.encapsulated import decode
from gateway.parsers.imaging.formatted import formatted, plain
from gateway.parsers.imaging.modality import modalities_of, studies_of
from gateway.parsers.imaging.recognise import type_of
from gateway.parsers.kinds import kind_of_type
from gateway.parsers.lab.report import read_order
from gateway.parsers.limits import Limits
from gateway.parsers.plain import read_concept, read_person, read_pid

TEXTS = frozenset({"TX", "ST", "FT"})
OTHERS = frozenset({"NM", "SN", "SI", "ID", "IS", "CE", "CWE", "CNE", "CF", "DT", "TM", "TS", "DTM"})
# DCM codes of an OBX that identifies the study instead of saying something (IHE RAD TF-2, RAD-128).
STUDY_CODES = frozenset({"113014", "110180"})


def read_report(
    message: Message, limits: Limits, findings: list[Finding], facility: Facility | None = None
) -> Reading:
    """The reading of a plain report. It asks for the DMP: there is nothing else to ask for."""
    report, found = _report(message, limits, facility)
    visit = message.first("PV1")
    kind = kind_of_type(report.type) if report.type is not None else Kind.DOCUMENT
    return Reading(
        kind=kind,
        message=message,
        flags=Flags(destdmp=True),
        findings=(*findings, *found),
        patient_class=visit.value(2) if visit is not None else "",
        report=report,
    )


def _report(message: Message, limits: Limits, facility: Facility | None) -> tuple[PlainReport, list[Finding]]:
    acts: list[ReportedAct] = []
    texts: list[ReportText] = []
    files: list[ReportFile] = []
    findings: list[Finding] = []
    orc: Segment | None = None
    for segment in message.segments:
        if segment.name == "ORC":
            orc = segment
        elif segment.name == "OBR":
            acts.append(read_act(segment, orc))
            orc = None
        elif segment.name == "OBX" and segment.value(2) == "ED":
            content, found = decode(segment, limits)
            findings += found
            files.append(ReportFile(segment.occurrence, content, segment.value(11)))
        elif segment.name == "OBX" and segment.value(3) not in STUDY_CODES:
            texts.append(read_text(segment))
        elif segment.name == "NTE" and (acts or texts) and (text := _comment(segment)):
            texts.append(ReportText(0, "", text))
    visit = message.first("PV1")
    regions = [act.region for act in acts if act.region is not None]
    report = PlainReport(
        source=Source.MDM if message.msh.value(9) == "MDM" else Source.ORU,
        event=message.msh.value(9, 2),
        patient=read_pid(message.first("PID")),
        type=type_of(message, facility),
        sent=message.msh.value(7),
        acts=tuple(acts),
        notice=read_notice(message.first("TXA")),
        texts=tuple(texts),
        files=tuple(files),
        modalities=modalities_of(message),
        regions=tuple(dict.fromkeys(regions)),
        studies=studies_of(message, STUDY_CODES),
        visit_start=visit.value(44) if visit is not None else "",
        visit_end=visit.value(45) if visit is not None else "",
    )
    return report, findings


def read_act(obr: Segment, orc: Segment | None) -> ReportedAct:
    """One OBR, completed by its ORC. OBR-18 is the accession number (IHE RAD TF-2, RAD-4), else OBR-3."""
    order = read_order(obr, orc)
    accession = obr.value(18)
    return ReportedAct(
        sequence=order.sequence,
        service=order.service,
        placer=order.placer,
        filler=order.filler,
        accession=Identifier(order.filler.root if order.filler else "", accession) if accession else None,
        section=order.section,
        control=order.control,
        status=order.status,
        observed=order.observed,
        ended=obr.value(8),
        reported=order.reported,
        region=order.specimen.site if order.specimen else None,
        prescriber=order.prescriber,
        interpreter=order.interpreter,
    )


def read_notice(txa: Segment | None) -> Notice | None:
    """TXA (HL7 2.5 §9.6.1); TXA-22.15 is when it was authenticated."""
    if txa is None:
        return None
    return Notice(
        number=_entity(txa, 12),
        parent=_entity(txa, 13),
        completion=txa.value(17),
        availability=txa.value(19),
        confidentiality=txa.value(18),
        activity=txa.value(4),
        originated=txa.value(6),
        signed=txa.value(22, 15),
        author=read_person(txa, 9) or read_person(txa, 5),
        authenticator=_signer(txa) or read_person(txa, 10),
    )


def read_text(obx: Segment) -> ReportText:
    """One OBX that is not a file, as text; a coded or numeric value with its unit."""
    concept, kind = read_concept(obx, 3), obx.value(2)
    title = concept.text if concept else ""
    if kind in TEXTS:
        write = formatted if kind == "FT" else plain
        text = "\n".join(write(part, obx) for part in obx.repetitions(5)).strip("\n")
        return ReportText(obx.occurrence, title, text, obx.value(11))
    if kind not in OTHERS:
        return ReportText(obx.occurrence, title, "", obx.value(11), readable=not obx.raw(5))
    return ReportText(obx.occurrence, title, _value(obx, kind), obx.value(11))


def _value(obx: Segment, kind: str) -> str:
    coded = kind in ("CE", "CWE", "CNE", "CF")
    numbers = range(1, len(obx.repetitions(5)) + 1)
    concepts = [read_concept(obx, 5, number) if coded else None for number in numbers]
    values = [_shown(obx, number, concept) for number, concept in zip(numbers, concepts, strict=True)]
    unit = read_concept(obx, 6)
    text = ", ".join(value for value in values if value)
    return f"{text} {unit.text}" if text and unit is not None else text


def _shown(obx: Segment, number: int, concept: PlainConcept | None) -> str:
    if concept is not None:
        return concept.text
    parts = obx.repetitions(5)[number - 1].split(obx.separators.component)
    return " ".join(part for raw in parts if (part := plain(raw, obx)))


def _comment(nte: Segment) -> str:
    return "\n".join(formatted(part, nte) for part in nte.repetitions(3)).strip("\n")


def _entity(txa: Segment, number: int) -> str:
    """An EI as one name: the number alone, or with its authority when it has one."""
    value, authority = txa.value(number), txa.value(number, 3) or txa.value(number, 2)
    return f"{authority}/{value}" if value and authority else value


def _signer(txa: Segment) -> PlainPerson | None:
    """TXA-22 is a PPN: the components of an XCN, with other ones after them."""
    person = read_person(txa, 22)
    if person is None or person.identifier is None:
        return person
    root = unescape(txa.value(22, 9, 2), txa.separators)
    return PlainPerson(Identifier(root, person.identifier.extension), person.family, person.given)
