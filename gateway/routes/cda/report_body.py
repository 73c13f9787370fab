"""The body and the codes of a level 1 report: its PDF as received, or its words as plain text."""

from __future__ import annotations

import base64

from lxml.etree import _Element

from gateway.model import Code, Facility, Identifier
from gateway.model.imaging import PlainReport, ReportedAct
from gateway.model.plain import PlainConcept
from gateway.nomenclature import value_set
from gateway.nomenclature.loinc import NAMES as LOINC_NAMES
from gateway.nomenclature.loinc import is_loinc
from gateway.routes.cda.encounters import encounter_code
from gateway.routes.cda.header import Service
from gateway.routes.cda.markup import LOINC, el
from gateway.routes.cda.orders import CCAM

_CCAM_NAMES = frozenset({"CCAM", "1.2.250.1.213.2.5", CCAM})
_IMAGING_CLASS_TYPE = "18748-4"


def body_of(report: PlainReport, title: str) -> _Element:
    """nonXMLBody with Base64. A deletion without content has the title for content: it is never stored."""
    pdf = next((file.content for file in report.files if file.is_pdf), None)
    data = pdf if pdf is not None else f"{text_of(report) or title}\n".encode()
    media_type = "text/plain" if pdf is None else "application/pdf"
    encoded = base64.b64encode(data).decode("ascii")
    return el("nonXMLBody", el("text", encoded, mediaType=media_type, representation="B64"))


def text_of(report: PlainReport) -> str:
    """The pieces in order; each title above its pieces, when there is more than one title."""
    titles = {piece.title for piece in report.words}
    lines: list[str] = []
    last: str | None = None
    for piece in report.words:
        if len(titles) > 1 and piece.title and piece.title != last:
            lines += ["", piece.title.upper()] if lines else [piece.title.upper()]
        last = piece.title
        lines.append(piece.text)
    return "\n".join(lines)


def services_of(report: PlainReport, facility: Facility, patient_class: str) -> tuple[Service, ...]:
    """One documented act an OBR, without times; the modalities and regions of the report go with each."""
    kinds = (*_modalities(report), *_regions(report.regions))
    found: list[Service] = []
    for number, act in enumerate(report.acts):
        codes = _codes(act.service, facility)
        own = (
            *_modalities(report),
            *(_regions((act.region,)) if act.region else kinds[len(_modalities(report)) :]),
        )
        study = Identifier(report.studies[number]) if number < len(report.studies) else None
        if codes:
            found.append(Service(codes[0], identifier=study, translations=(*codes[1:], *own)))
        elif not found:
            found.append(_unnamed(report, patient_class, study, kinds))
    first_study = Identifier(report.studies[0]) if report.studies else None
    return tuple(found) or (_unnamed(report, patient_class, first_study, kinds),)


def _unnamed(
    report: PlainReport, patient_class: str, study: Identifier | None, kinds: tuple[Code, ...]
) -> Service:
    """No code for the act: the modality, else the kind of report, else the kind of stay."""
    if report.type is None or report.type.code != _IMAGING_CLASS_TYPE:
        return Service(encounter_code(patient_class), identifier=study)
    code, *others = kinds or (report.type,)
    return Service(code, identifier=study, translations=tuple(others))


def act_title(act: ReportedAct) -> str:
    return act.service.text if act.service else ""


def _codes(concept: PlainConcept | None, facility: Facility) -> tuple[Code, ...]:
    """LOINC first, then CCAM; a local code as its sender maps it, else below its declared root."""
    if concept is None:
        return ()
    text = concept.text
    codings = concept.codings
    loinc = [code for code in codings if code.system in LOINC_NAMES and is_loinc(code.code)]
    ccam = [code for code in codings if code.system in _CCAM_NAMES]
    standard = [Code(code.code, LOINC, code.display or text) for code in loinc]
    standard += [Code(code.code, CCAM, code.display or text) for code in ccam]
    local = [code for code in codings if code not in loinc and code not in ccam]
    mapped = [found for code in local if (found := facility.loinc_of(code.code)) is not None]
    if standard or mapped:
        return tuple(dict.fromkeys((*mapped, *standard)))
    root = facility.local_code_root
    return tuple(Code(code.code, root, code.display or text) for code in local[:1]) if root else ()


def _modalities(report: PlainReport) -> tuple[Code, ...]:
    known = value_set("ModaliteAcquisition")
    return tuple(concept.coded for code in report.modalities for concept in known.by_code(code)[:1])


def _regions(regions: tuple[PlainConcept, ...]) -> tuple[Code, ...]:
    """Those of JDV_RegionAnatomique; another region stays in the words of the report."""
    known = value_set("RegionAnatomique")
    codes = [code.code for region in regions for code in region.codings]
    return tuple(dict.fromkeys(concept.coded for code in codes for concept in known.by_code(code)[:1]))
