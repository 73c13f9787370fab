"""A declared sender: who it is towards the DMP, and what its messages may leave unsaid."""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway.model.document import Code


@dataclass(frozen=True, slots=True)
class FacilityPerson:
    """A professional of the facility. ``identifier`` is PS_IdNat, ``specialty`` a code of J56."""

    identifier: str
    family: str
    given: str
    specialty: str
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class FacilityAddress:
    """Where the facility is; ``phone`` and ``mail`` as people write them, empty when not given."""

    street: str
    postcode: str
    city: str
    country: str = "FRANCE"
    phone: str = ""
    mail: str = ""


@dataclass(frozen=True, slots=True)
class Facility:
    """One hospital, laboratory or imaging centre that feeds the gateway.

    ``code`` is its name in routing keys (``lab.<code>``). ``structure_id`` is Struct_IdNat (``1`` + FINESS).
    ``sender_ids`` are the spellings of MSH-4 and the broker users that mean this facility. ``source_id`` is
    the OID of the emitting system (XDS sourceId); ``oid_root`` is where new SubmissionSet uniqueIds hang.

    The rest completes messages that carry no CDA. ``document_root`` is where the ids of built documents hang,
    ``patient_id_root`` the authority of the local patient ids, ``order_root`` the one of order numbers,
    ``local_code_root`` the code system of local test codes. ``responsible`` answers for the documents
    (legalAuthenticator); ``author`` is the responsible person when nobody else is declared. ``loinc`` maps
    local test codes. ``charset`` (HL7 table 0211) is used without MSH-18. ``qualified_identity_by_default``
    says that the patients of this sender are qualified (VALI) where HL7 before 2.5 has no PID-32, and where
    DICOM has no attribute for it.

    ``plain_kind`` (``lab``, ``imaging``, ``discharge`` or empty) says what an ORU without CDA is when its
    content does not. ``document_types`` maps the sender's own document types (TXA-2, OBR-4, OBX-3) to J66.
    ``professionals`` gives the specialty of those who sign; another one is a doctor (``G15_10``), no more.
    ``birthplace_from_ins`` lets a DICOM file, which has no attribute for it, take the birthplace from the
    INS.
    """

    code: str
    name: str
    structure_id: str
    source_id: str
    oid_root: str = ""
    sender_ids: frozenset[str] = field(default=frozenset())
    facility_type: str = ""
    practice_setting: str = ""
    time_zone: str = "Europe/Paris"
    default_content_type: str = "07"
    observe: frozenset[str] = field(default=frozenset())
    document_root: str = ""
    patient_id_root: str = ""
    order_root: str = ""
    local_code_root: str = ""
    author: FacilityPerson | None = None
    responsible: FacilityPerson | None = None
    address: FacilityAddress | None = None
    loinc: tuple[tuple[str, Code], ...] = ()
    charset: str = ""
    qualified_identity_by_default: bool = False
    plain_kind: str = ""
    document_types: tuple[tuple[str, Code], ...] = ()
    professionals: tuple[FacilityPerson, ...] = ()
    birthplace_from_ins: bool = False

    @property
    def writer(self) -> FacilityPerson | None:
        """Who wrote what this facility sends without saying who."""
        return self.author or self.responsible

    def loinc_of(self, local: str) -> Code | None:
        """The LOINC concept declared for a local test code."""
        return next((code for known, code in self.loinc if known == local), None)

    def document_type(self, local: str) -> Code | None:
        """The document type declared for a code of the sender."""
        return next((code for known, code in self.document_types if known == local), None)
