"""The things that travel through the house, as frozen data. Imports nothing above itself."""

from gateway.model.consent import ConsentNotice, Consultation, Feeding, FeedingStatement, Movement
from gateway.model.document import (
    Body,
    CdaHeader,
    Code,
    Document,
    Flags,
    HeaderAuthor,
    HeaderPatient,
    Identifier,
    Organization,
    Person,
    Reading,
    Sender,
    ServiceEvent,
)
from gateway.model.envelope import Envelope
from gateway.model.facility import Facility
from gateway.model.hl7 import Message, Segment, Separators
from gateway.model.location import Location
from gateway.model.memory import KnownDocument, Memory
from gateway.model.rule import Rule
from gateway.model.settlement import Ack, DeadLetter, Retry, Settlement
from gateway.model.stages import Action, Kind, Rubrique, Severity, Stage
from gateway.model.submission import (
    Association,
    Author,
    Content,
    Depositor,
    DocumentEntry,
    PatientId,
    Receipt,
    RegistryError,
    Replacement,
    Submission,
    SubmissionSet,
)
from gateway.model.verdict import Finding, Verdict

__all__ = [
    "Ack",
    "Action",
    "Association",
    "Author",
    "Body",
    "CdaHeader",
    "Code",
    "ConsentNotice",
    "Consultation",
    "Content",
    "DeadLetter",
    "Depositor",
    "Document",
    "DocumentEntry",
    "Envelope",
    "Facility",
    "Feeding",
    "FeedingStatement",
    "Finding",
    "Flags",
    "HeaderAuthor",
    "HeaderPatient",
    "Identifier",
    "Kind",
    "KnownDocument",
    "Location",
    "Memory",
    "Message",
    "Movement",
    "Organization",
    "PatientId",
    "Person",
    "Reading",
    "Receipt",
    "RegistryError",
    "Replacement",
    "Retry",
    "Rubrique",
    "Rule",
    "Segment",
    "Sender",
    "Separators",
    "ServiceEvent",
    "Settlement",
    "Severity",
    "Stage",
    "Submission",
    "SubmissionSet",
    "Verdict",
]
