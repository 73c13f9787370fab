"""The header of a DICOM report in the words of a plain report: patient, study, order, people, status."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.model import Code, Facility, Identifier
from gateway.model.imaging import Notice, PlainReport, ReportedAct, ReportFile, ReportText, Source
from gateway.model.plain import PlainConcept, PlainPatient, PlainPerson
from gateway.nomenclature import ins_authority, value_set
from gateway.parsers.imaging.modality import is_uid, modality_of
from gateway.parsers.imaging.recognise import IMAGING_REPORT
from gateway.parsers.kinds import LOINC

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

_NIA = "1.2.250.1.213.1.4.9"
_GENDERS = {"M": "M", "F": "F", "O": "U"}
# Defined terms of BodyPartExamined (PS3.16 annex L) to JDV_RegionAnatomique.
_REGIONS = {
    **dict.fromkeys(("HEAD", "NECK", "HEADNECK", "SKULL", "BRAIN", "FACE", "JAW"), "774007"),
    **dict.fromkeys(("CHEST", "THORAX", "LUNG", "RIB"), "67734004"),
    **dict.fromkeys(("ABDOMEN", "PELVIS", "ABDOMENPELVIS", "KIDNEY", "LIVER"), "63337009"),
    **dict.fromkeys(("SPINE", "CSPINE", "TSPINE", "LSPINE", "SSPINE"), "737561001"),
    **dict.fromkeys(("SHOULDER", "ARM", "ELBOW", "FOREARM", "WRIST", "HAND"), "53120007"),
    **dict.fromkeys(("THIGH", "KNEE", "LEG", "ANKLE", "FOOT"), "61685007"),
    "BREAST": "76752008",
    "HEART": "80891009",
    "WHOLEBODY": "38266002",
}


def patient_of(dataset: Dataset, facility: Facility | None) -> PlainPatient:
    """PatientID and OtherPatientIDsSequence by their issuers; the traits that DICOM has.

    PatientBirthName, when there, makes PatientName the used name. The birthplace comes from the INS only
    where the sender is declared so.
    """
    ins: list[Identifier] = []
    local: list[Identifier] = []
    for holder in (dataset, *(dataset.get("OtherPatientIDsSequence") or [])):
        value, root = _text(holder, "PatientID"), _issuer(holder)
        if value:
            (ins if ins_authority(root) else local).append(Identifier(root, value))
    name, birth = dataset.get("PatientName"), dataset.get("PatientBirthName")
    family, given, givens = _name(birth or name)
    used_family, used_given, _ = _name(name) if birth else ("", "", "")
    return PlainPatient(
        ins=tuple(dict.fromkeys(ins)),
        local=tuple(dict.fromkeys(local)),
        birth_family=family,
        birth_given=given,
        birth_givens=givens,
        used_family=used_family,
        used_given=used_given,
        birth_time=_text(dataset, "PatientBirthDate"),
        gender=_GENDERS.get(_text(dataset, "PatientSex"), ""),
        birthplace_code=_birthplace(ins) if facility is not None and facility.birthplace_from_ins else "",
    )


def facts_of(
    dataset: Dataset,
    patient: PlainPatient,
    facility: Facility | None,
    texts: tuple[ReportText, ...],
    files: tuple[ReportFile, ...],
    *,
    structured: bool,
) -> PlainReport:
    """Everything else; ``structured`` is True for an SR, which must say that it is verified."""
    study = _text(dataset, "StudyInstanceUID")
    names = _text(dataset, "ModalitiesInStudy").replace("\\", " ").split()
    modalities = (modality_of(code) for code in names if code != "SR")
    return PlainReport(
        source=Source.DICOM,
        event="",
        patient=patient,
        type=_type(dataset, facility),
        sent=_moment(dataset, "ContentDate", "ContentTime"),
        acts=_acts(dataset),
        notice=_notice(dataset, structured=structured),
        texts=texts,
        files=files,
        modalities=tuple(dict.fromkeys(code for code in modalities if code)),
        regions=_regions(dataset),
        studies=(study,) if is_uid(study) else (),
        sender=_text(dataset, "InstitutionName"),
    )


def _acts(dataset: Dataset) -> tuple[ReportedAct, ...]:
    """One act a procedure code; without any, the description of the study."""
    request = next(iter(dataset.get("ReferencedRequestSequence") or []), None)
    codes = list(dataset.get("ProcedureCodeSequence") or [])
    if not codes and request is not None:
        codes = list(request.get("RequestedProcedureCodeSequence") or [])
    services = [_concept(code) for code in codes]
    described = PlainConcept(Code("", "", _text(dataset, "StudyDescription")))
    number = _text(dataset, "AccessionNumber") or (_text(request, "AccessionNumber") if request else "")
    placer = _text(request, "PlacerOrderNumberImagingServiceRequest") if request else ""
    issuer = next(iter(dataset.get("IssuerOfAccessionNumberSequence") or []), None)
    authority = _text(issuer, "UniversalEntityID") if issuer else ""
    who = _identified(dataset, "PhysiciansReadingStudyIdentificationSequence", "NameOfPhysiciansReadingStudy")
    referrer = _identified(dataset, "ReferringPhysicianIdentificationSequence", "ReferringPhysicianName")
    observed = _moment(dataset, "StudyDate", "StudyTime")
    return tuple(
        ReportedAct(
            sequence=position,
            service=service,
            placer=Identifier("", placer) if placer else None,
            accession=Identifier(authority if is_uid(authority) else "", number) if number else None,
            observed=observed,
            prescriber=referrer,
            interpreter=who,
        )
        for position, service in enumerate(services or [described], 1)
    )


def _notice(dataset: Dataset, *, structured: bool) -> Notice:
    """What identifies the document and says that it is final (C.17.2, C.24.2)."""
    verified = _text(dataset, "VerificationFlag")
    unverified = verified == "UNVERIFIED" or (structured and verified != "VERIFIED")
    partial = _text(dataset, "CompletionFlag") == "PARTIAL"
    draft = _text(dataset, "PreliminaryFlag") == "PRELIMINARY"
    observer = next(iter(dataset.get("VerifyingObserverSequence") or []), None)
    signed = _text(observer, "VerificationDateTime").partition(".")[0] if observer is not None else ""
    signer = None
    if observer is not None:
        codes = observer.get("VerifyingObserverIdentificationCodeSequence") or []
        signer = _person(observer.get("VerifyingObserverName"), _text(codes[0], "CodeValue") if codes else "")
    return Notice(
        number=_text(dataset, "SOPInstanceUID"),
        parent=_predecessor(dataset),
        completion="DO" if unverified or partial or draft else "LA",
        signed=signed,
        author=signer,
        authenticator=signer,
    )


def _predecessor(dataset: Dataset) -> str:
    for study in dataset.get("PredecessorDocumentsSequence") or []:
        for series in study.get("ReferencedSeriesSequence") or []:
            for instance in series.get("ReferencedSOPSequence") or []:
                return _text(instance, "ReferencedSOPInstanceUID")
    return ""


def _type(dataset: Dataset, facility: Facility | None) -> Code | None:
    """ConceptNameCodeSequence when it is a document type, as declared or as it is; else an imaging report."""
    types, codes = value_set("J66"), dataset.get("ConceptNameCodeSequence") or []
    named = _text(codes[0], "CodeValue") if codes else ""
    declared = facility.document_type(named) if facility is not None else None
    concept = types.get(named, LOINC) or types.get(IMAGING_REPORT, LOINC)
    return declared or (concept.coded if concept else None)


def _regions(dataset: Dataset) -> tuple[PlainConcept, ...]:
    coded = [_concept(code) for code in dataset.get("AnatomicRegionSequence") or []]
    known = _REGIONS.get(_text(dataset, "BodyPartExamined").replace(" ", "").upper())
    return tuple(coded) or ((PlainConcept(Code(known, "")),) if known else ())


def _concept(code: Dataset) -> PlainConcept:
    return PlainConcept(
        Code(_text(code, "CodeValue"), _text(code, "CodingSchemeDesignator"), _text(code, "CodeMeaning"))
    )


def _identified(dataset: Dataset, sequence: str, name: str) -> PlainPerson | None:
    """A physician by name, with the number of its identification sequence."""
    items = dataset.get(sequence) or []
    codes = items[0].get("PersonIdentificationCodeSequence") or [] if items else []
    named = dataset.get(name)
    first = named[0] if isinstance(named, list) or type(named).__name__ == "MultiValue" else named
    return _person(first, _text(codes[0], "CodeValue") if codes else "")


def _person(name: object, number: str) -> PlainPerson | None:
    family, given, _ = _name(name)
    return PlainPerson(Identifier("", number) if number else None, family, given) if family else None


def _name(name: object) -> tuple[str, str, str]:
    """Family name, given name, given and middle names, from the alphabetic group of a PN."""
    parts = [part.strip() for part in str(name or "").split("=")[0].split("^")] + ["", "", ""]
    return parts[0], parts[1], f"{parts[1]} {parts[2]}".strip()


def _issuer(holder: Dataset) -> str:
    qualifiers = holder.get("IssuerOfPatientIDQualifiersSequence") or []
    named = _text(qualifiers[0], "UniversalEntityID") if qualifiers else ""
    plain = _text(holder, "IssuerOfPatientID")
    return next((root for root in (named, plain) if is_uid(root) and "." in root), "")


def _birthplace(ins: list[Identifier]) -> str:
    """The five characters of a NIR after the month of birth; a NIA says nothing."""
    return next((one.extension[5:10] for one in ins if one.root != _NIA and len(one.extension) == 15), "")


def _moment(dataset: Dataset, day: str, hour: str) -> str:
    """DA and TM as an HL7 TS, with the offset of the file when it has one."""
    date, time = _text(dataset, day), _text(dataset, hour).partition(".")[0]
    return f"{date}{time}{_text(dataset, 'TimezoneOffsetFromUTC')}" if date and len(time) >= 4 else date


def _text(holder: Dataset, keyword: str) -> str:
    value = holder.get(keyword)
    return "" if value is None else _joined(value).strip("\x00 ")


def _joined(value: object) -> str:
    """Several values in one text, as DICOM writes them."""
    several = type(value).__name__ == "MultiValue"
    return "\\".join(str(one) for one in value) if several else str(value)  # type: ignore[attr-defined]
