"""A valid document and message as the parsers would give them, all identities invented."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lxml import etree

from gateway.model import (
    Action,
    Body,
    CdaHeader,
    Code,
    Document,
    Facility,
    Flags,
    HeaderAuthor,
    HeaderPatient,
    Identifier,
    Kind,
    Location,
    Message,
    Organization,
    Person,
    Reading,
    Segment,
    Separators,
    ServiceEvent,
)
from gateway.routes import Classification, classify

LOINC = "2.16.840.1.113883.6.1"
HL7 = "2.16.840.1.113883.5.25"
PS = "1.2.250.1.71.4.2.1"
STRUCTURES = "1.2.250.1.71.4.2.2"
NIR_TEST = "1.2.250.1.213.1.4.10"

FACILITY = Facility(
    code="clinique",
    name="Clinique des Tilleuls",
    structure_id="1990000001",
    source_id="1.2.250.1.999.1",
    oid_root="1.2.250.1.999.2",
)
PATIENT = HeaderPatient(
    identifiers=(
        Identifier(NIR_TEST, "299010000000011"),
        Identifier("1.2.250.1.999.3", "IPP-7"),
    ),
    birth_family="PAT-QUATRE",
    used_family="PAT-USUEL",
    birth_given="ANNE",
    givens=("ANNE", "MARIE"),
    birth_time="19990101",
    gender="F",
    birthplace="63220",
)
DOCTOR = Person(Identifier(PS, "899700000017"), "TILLEUL", "Luc")
HEADER = CdaHeader(
    unique_id=Identifier("1.2.250.1.999.4.1"),
    code=Code("11502-2", LOINC, "whatever the sender wrote"),
    title="CR d'examens biologiques",
    effective_time="20260302101500+0100",
    confidentiality=Code("N", HL7),
    language="fr-FR",
    template_ids=("2.16.840.1.113883.2.8.2.1", "1.2.250.1.213.1.1.1.1", "1.2.250.1.213.1.1.1.55"),
    patient=PATIENT,
    authors=(
        HeaderAuthor(
            person=DOCTOR,
            time="20260302101500+0100",
            specialty=Code("G15_10/SM03", "1.2.250.1.213.1.1.4.5"),
            role="Médecin traitant",
            organization=Organization(Identifier(STRUCTURES, "1990000001"), "Clinique des Tilleuls"),
        ),
    ),
    legal_authenticator=DOCTOR,
    service_events=(
        ServiceEvent(
            code=Code("ABCD001", "1.2.250.1.213.2.5", "acte"),
            translations=(Code("MR", "1.2.840.10008.2.16.4"), Code("", "")),
        ),
        ServiceEvent(
            code=Code("18725-2", LOINC, "Microbiologie"),
            start="20260301083000+0100",
            stop="20260301",
            practice_setting=Code("AMBULATOIRE", "1.2.250.1.213.1.1.4.9"),
        ),
    ),
    facility_type=Code("SA07", "1.2.250.1.71.4.2.4"),
    order_ids=(Identifier("1.2.250.1.999.5", "42"),),
    body=Body(level=3),
)
XML = b"""<ClinicalDocument xmlns="urn:hl7-org:v3">
<templateId root="1.2.250.1.213.1.1.1.55"/>
<id root="1.2.250.1.999.4.1"/>
<code code="11502-2"/>
<title>CR</title>
<recordTarget>
<patientRole>
</patientRole>
</recordTarget>
</ClinicalDocument>"""


def document(action: Action = Action.SUBMIT, position: int = 1, **changes: Any) -> Document:
    """The valid document, with header fields changed."""
    return Document(
        content=XML + b"<!-- %d -->" % position,
        action=action,
        position=position,
        origin=Location(segment="OBX", sequence=position, field=5),
        header=replace(HEADER, **changes),
        root=etree.fromstring(XML),
    )


_MSH = ("MSH", "|", "^~\\&", "SIL", "CLINIQUE", "PFI", "", "", "", "ORU^R01^ORU_R01", "A-0001")
MESSAGE = Message((Segment("MSH", _MSH, 1, 1, Separators()),), Separators(), "utf-8")


def reading(*documents: Document, flags: Flags | None = None, **changes: Any) -> Reading:
    return Reading(
        kind=Kind.LAB,
        documents=documents,
        flags=flags or Flags(),
        **{"patient_class": "I", "message": MESSAGE, **changes},
    )


def classified(message: Reading) -> list[Classification]:
    """The classification of every document; they must all be classified."""
    found = [classify(one).classification for one in message.documents]
    return [one for one in found if one is not None]
