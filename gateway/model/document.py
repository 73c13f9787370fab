"""A document as read: the exact CDA bytes and the facts of its header.

Every field that can tell who the patient is stays out of ``repr``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gateway.model.hl7 import Message
from gateway.model.location import Location
from gateway.model.stages import Action, Kind
from gateway.model.verdict import Finding

if TYPE_CHECKING:
    from gateway.model.consent import ConsentNotice
    from gateway.model.imaging import PlainReport
    from gateway.model.lab import LabReport


@dataclass(frozen=True, slots=True)
class Code:
    """A coded value: code, code system (OID or keyword) and display name."""

    code: str
    system: str
    display: str = ""


@dataclass(frozen=True, slots=True)
class Identifier:
    """A CDA II: root OID and optional extension."""

    root: str
    extension: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """A professional, a device or a patient as an actor of a document."""

    identifier: Identifier | None = None
    family: str = field(default="", repr=False)
    given: str = field(default="", repr=False)
    device: bool = False


@dataclass(frozen=True, slots=True)
class Organization:
    identifier: Identifier | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class HeaderAuthor:
    """CDA author: who wrote it, when, as what, for whom."""

    person: Person
    time: str = ""
    specialty: Code | None = None
    role: str = ""
    organization: Organization | None = None


@dataclass(frozen=True, slots=True)
class HeaderPatient:
    """CDA recordTarget: every identifier and the five INS traits."""

    identifiers: tuple[Identifier, ...] = field(default=(), repr=False)
    birth_family: str = field(default="", repr=False)
    used_family: str = field(default="", repr=False)
    birth_given: str = field(default="", repr=False)
    givens: tuple[str, ...] = field(default=(), repr=False)
    birth_time: str = field(default="", repr=False)
    gender: str = field(default="", repr=False)
    birthplace: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ServiceEvent:
    """CDA documentationOf/serviceEvent; ``practice_setting`` is the performer's standardIndustryClassCode.

    ``identifier`` is a DICOM Study Instance UID in imaging reports.
    """

    code: Code | None = None
    start: str = ""
    stop: str = ""
    practice_setting: Code | None = None
    performer: Person | None = None
    translations: tuple[Code, ...] = ()
    identifier: Identifier | None = None


@dataclass(frozen=True, slots=True)
class Body:
    """The CDA body: level 1 (nonXMLBody, ``media_type`` known) or level 3 (structuredBody)."""

    level: int
    media_type: str = ""
    representation: str = ""


@dataclass(frozen=True, slots=True)
class CdaHeader:
    """Facts read from a CDA R2 header, as written there (HL7 TS strings, codes untouched)."""

    unique_id: Identifier | None = None
    code: Code | None = None
    title: str = field(default="", repr=False)
    effective_time: str = ""
    confidentiality: Code | None = None
    language: str = ""
    set_id: Identifier | None = None
    version_number: str = ""
    replaces: tuple[Identifier, ...] = ()
    template_ids: tuple[str, ...] = ()
    patient: HeaderPatient = field(default_factory=HeaderPatient)
    authors: tuple[HeaderAuthor, ...] = ()
    custodian: Organization | None = None
    legal_authenticator: Person | None = None
    service_events: tuple[ServiceEvent, ...] = ()
    facility_type: Code | None = None
    encounter_start: str = ""
    encounter_stop: str = ""
    order_ids: tuple[Identifier, ...] = ()
    body: Body | None = None
    accession_numbers: tuple[Identifier, ...] = ()


@dataclass(frozen=True, slots=True)
class Flags:
    """The ten coded metadata OBX (table MetaDMPMSS). A bare CDA asks for the DMP and nothing else."""

    masque_ps: bool = False
    invisible_patient: bool = False
    invisible_rep_legaux: bool = False
    connexion_secrete: bool = False
    modif_conf_code: bool = False
    destdmp: bool = True
    destmssanteps: bool = False
    destmssantepat: bool = False
    ack_reception: bool = False
    ack_lecture_mss: bool = False


@dataclass(frozen=True, slots=True)
class Sender:
    """Who asks for the deposit (PRT "SB"): author of the SubmissionSet and structure of the VIHF."""

    person: Person | None = None
    person_id_type: str = ""
    organization: Organization | None = None
    organization_id_type: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """One CDA document on its way. ``content`` is exactly what the sender sent, byte for byte.

    ``root`` is the parsed ClinicalDocument element (lxml), shared read-only between the judges; None when
    the bytes could not be read as a CDA, in which case the reading holds the finding that says why.
    ``position`` counts the documents of one message from 1; ``origin`` is the place that carried it.
    """

    content: bytes = field(repr=False)
    action: Action = Action.SUBMIT
    position: int = 1
    origin: Location = field(default_factory=Location)
    header: CdaHeader | None = field(default=None, repr=False)
    root: Any = field(default=None, repr=False, compare=False)
    mime_type: str = "text/xml"


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything the parsers read from one message; ``findings`` are what could not be read.

    ``message`` is None for a bare CDA document. ``lab`` holds the results of a laboratory message that
    carries no CDA, ``report`` a report in words or PDF that carries none: the document is built later.
    ``consent`` is what an ADT with ZFA says. A reading always exists: unreadable bytes give a reading without
    documents and at least one error.
    """

    kind: Kind
    message: Message | None = field(default=None, repr=False)
    documents: tuple[Document, ...] = ()
    flags: Flags = field(default_factory=Flags)
    sender: Sender | None = field(default=None, repr=False)
    findings: tuple[Finding, ...] = ()
    patient_class: str = ""
    lab: LabReport | None = field(default=None, repr=False)
    consent: ConsentNotice | None = field(default=None, repr=False)
    report: PlainReport | None = field(default=None, repr=False)

    @property
    def is_plain(self) -> bool:
        """True when there was no CDA to read and the gateway builds the document."""
        return self.lab is not None or self.report is not None

    @property
    def message_type(self) -> str | None:
        return self.message.message_type if self.message is not None else None

    @property
    def control_id(self) -> str:
        return self.message.control_id if self.message is not None else ""
