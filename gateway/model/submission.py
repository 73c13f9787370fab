"""What goes to the DMP: XDS.b metadata under their IHE names (ITI TF-3 §4.2), and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.model.document import Code, Organization, Person
from gateway.model.stages import Action, Rubrique


@dataclass(frozen=True, slots=True)
class PatientId:
    """A CX: value, assigning authority OID, identifier type (``NH`` for an INS, ``PI`` for a local id)."""

    value: str = field(repr=False)
    authority: str
    type_code: str = "NH"


@dataclass(frozen=True, slots=True)
class Author:
    """An XDS author. ``person.identifier.root`` is the XCN authority, ``person_type`` XCN-13.

    ``more_institutions`` is only filled when reading what others wrote: the DMP wants one.
    """

    person: Person | None = None
    person_type: str = "IDNPS"
    institution: Organization | None = None
    institution_type: str = "IDNST"
    roles: tuple[str, ...] = ()
    specialties: tuple[Code, ...] = ()
    more_institutions: tuple[Organization, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """XDSDocumentEntry. Times are DTM in UTC without offset; ``hash`` is SHA-1, lower-case hexadecimal.

    ``entry_id`` is the symbolic id in a submission. The last block is only set in entries that a registry
    returned. In an entry that was read, ``hash`` is empty and ``size`` is -1 when the sender gave none.
    """

    entry_id: str
    unique_id: str
    patient_id: PatientId
    source_patient_id: PatientId
    class_code: Code
    type_code: Code
    format_code: Code
    confidentiality_codes: tuple[Code, ...]
    healthcare_facility_type_code: Code
    practice_setting_code: Code
    creation_time: str
    service_start_time: str
    language_code: str
    title: str = field(repr=False)
    mime_type: str
    hash: str
    size: int
    authors: tuple[Author, ...]
    legal_authenticator: Author | None = None
    service_stop_time: str = ""
    source_patient_info: tuple[str, ...] = field(default=(), repr=False)
    event_codes: tuple[Code, ...] = ()
    reference_ids: tuple[str, ...] = ()
    comments: str = ""
    entry_uuid: str = ""
    logical_id: str = ""
    availability_status: str = ""
    repository_unique_id: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class SubmissionSet:
    """XDSSubmissionSet: one deposit. ``submission_time`` is DTM in UTC and the same on every retry."""

    unique_id: str
    source_id: str
    patient_id: PatientId
    submission_time: str
    content_type_code: Code
    author: Author
    title: str = field(default="", repr=False)
    comments: str = ""
    entry_id: str = "SubmissionSet01"


@dataclass(frozen=True, slots=True)
class Replacement:
    """The RPLC wish of one entry: the uniqueId of the document that it replaces."""

    entry_id: str
    predecessor_unique_id: str


@dataclass(frozen=True, slots=True)
class Association:
    """One rim:Association: ``type`` is a URN, ``source`` and ``target`` ids of the same message or UUIDs."""

    association_id: str
    type: str
    source: str
    target: str
    slots: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Content:
    """The exact bytes of one document of a submission."""

    entry_id: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Depositor:
    """The declared sender as the VIHF presents it; what the author of the set does not say.

    ``structure_id`` is Struct_IdNat, ``sector`` a code of J61 (None: not declared), ``responsible_id`` the
    PS_IdNat of who answers for automatic deposits, ``specialties`` what the author of the set is (J56).
    """

    structure_id: str
    sector: Code | None = None
    responsible_id: str = ""
    specialties: tuple[Code, ...] = ()


@dataclass(frozen=True, slots=True)
class Submission:
    """One SubmissionSet with its entries and bytes, for one destination, the same on every retry.

    With ``action`` DELETE the entries name what is to be deleted (by ``unique_id``) and nothing is stored.
    ``levels`` are the CDA levels of the documents (1 or 3), in their order. ``secret_connection`` asks for
    the connection that the guardians of a minor do not see. ``signatures`` are the ids of entries that sign
    the set (association ``signs``).
    """

    action: Action
    submission_set: SubmissionSet
    entries: tuple[DocumentEntry, ...]
    contents: tuple[Content, ...]
    rubriques: tuple[Rubrique, ...]
    replacements: tuple[Replacement, ...] = ()
    levels: tuple[int, ...] = ()
    secret_connection: bool = False
    depositor: Depositor | None = None
    signatures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RegistryError:
    """One rs:RegistryError of an answer."""

    code: str
    context: str = field(default="", repr=False)
    location: str = ""
    severity: str = "Error"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the store answered. ``already_there`` means an earlier attempt had stored the same bytes."""

    status: str
    errors: tuple[RegistryError, ...] = ()
    already_there: bool = False

    @property
    def success(self) -> bool:
        return self.status == "Success"
