"""What the VIHF says of one request: who acts, for which structure, about which patient.

Values come from the submission and from the declaration of its sender (CI-SIS CDA-HL7v2, "Mapping VIHF").
"""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway.errors import Permanent, Transient
from gateway.model import Author, Code, Depositor, PatientId, Person, Submission
from gateway.nomenclature import value_set
from gateway.xds import metadata
from gateway.xds.errors import Reaction

SENDER, RESPONSIBLE = "sender", "responsible"
PROFESSIONS = "1.2.250.1.71.1.2.7"
IN_TRAINING = "1.2.250.1.71.1.2.8"
AUTOMATON = ("AUTOMATE", "1.2.250.1.213.1.1.4.6")
_PHYSICIAN, _PHARMACIST = "10", "21"


@dataclass(frozen=True, slots=True)
class Vihf:
    """The variable part of an assertion. ``patient`` is a CX, empty when the request is about nobody.

    ``sector`` is ``code^oid`` (J61), ``roles`` one or two codes of J65, ``secret`` a secret connection.
    """

    structure_id: str
    sector: str
    name_id: str = field(repr=False)
    subject_id: str = field(repr=False)
    roles: tuple[Code, ...]
    patient: str = field(default="", repr=False)
    secret: bool = False


def vihf_of(submission: Submission, name_id: str = SENDER) -> Vihf:
    """The facts of a deposit, a deletion or a search about one.

    ``name_id`` is ``sender`` (the author of the set, the responsible person when a machine sends) or always
    ``responsible``. Raises Permanent when the message names another structure than its declared sender has,
    Transient (stop_flow) when the declaration lacks something.
    """
    author = submission.submission_set.author
    declared = submission.depositor or Depositor(_institution(author))
    structure = declared.structure_id
    if not structure:
        raise _incomplete("vihf-structure-missing")
    if _institution(author) != structure:
        # The DMP would answer "Aucun AuthorInstitution ne correspond à l'utilisateur du VIHF".
        advice = Reaction.ASK_HUMAN.advice
        raise Permanent(
            "vihf-author-institution-mismatch", advice, "authorInstitution", Reaction.ASK_HUMAN.value
        )
    return Vihf(
        structure_id=structure,
        sector=_sector(submission, declared),
        name_id=_name_id(author, declared, name_id),
        subject_id=_subject_id(author),
        roles=subject_roles(declared.specialties or author.specialties),
        patient=_patient(submission.submission_set.patient_id),
        secret=submission.secret_connection,
    )


def subject_roles(specialties: tuple[Code, ...]) -> tuple[Code, ...]:
    """Profession and speciality (J65) of a specialty of J56 such as ``G15_10/SM26``, else AUTOMATE.

    A physician or a pharmacist without speciality is AUTOMATE too: for them the second role is mandatory.
    """
    for specialty in specialties:
        roles = _roles(specialty)
        alone = len(roles) == 1 and roles[0].system == PROFESSIONS
        if roles and not (alone and roles[0].code in (_PHYSICIAN, _PHARMACIST)):
            return roles
    automaton = value_set("J65").get(*AUTOMATON)
    return (automaton.coded,) if automaton else ()


def needs_speciality(roles: tuple[Code, ...]) -> bool:
    """True for a physician or a pharmacist who comes without a second role."""
    first = roles[0] if len(roles) == 1 else Code("", "")
    return first.system == PROFESSIONS and first.code in (_PHYSICIAN, _PHARMACIST)


def _roles(specialty: Code) -> tuple[Code, ...]:
    allowed = value_set("J65")
    profession, _, speciality = specialty.code.partition("/")
    for prefix, system in (("G15_", PROFESSIONS), ("G16_", IN_TRAINING)):
        if profession.startswith(prefix):
            first = allowed.get(profession.removeprefix(prefix), system)
            second = allowed.by_code(speciality) if speciality else ()
            unclear = speciality and len(second) != 1
            return () if first is None or unclear else (first.coded, *(one.coded for one in second))
    others = [one for one in allowed.by_code(specialty.code) if one.system not in (PROFESSIONS, IN_TRAINING)]
    return (others[0].coded,) if len(others) == 1 else ()


def _institution(author: Author) -> str:
    identifier = author.institution.identifier if author.institution else None
    return identifier.extension if identifier else ""


def _sector(submission: Submission, declared: Depositor) -> str:
    code = declared.sector
    if code is None and submission.entries:
        code = submission.entries[0].healthcare_facility_type_code
    if code is None or not code.code:
        raise _incomplete("vihf-sector-missing")
    return f"{code.code}^{code.system}"


def _name_id(author: Author, declared: Depositor, choice: str) -> str:
    person = author.person
    sender = _identifier(person) if person is not None and not person.device else ""
    wanted = sender if choice == SENDER and sender else declared.responsible_id
    if not wanted:
        raise _incomplete("vihf-name-id-missing")
    return wanted


def _identifier(person: Person) -> str:
    return person.identifier.extension if person.identifier else ""


def _subject_id(author: Author) -> str:
    """ "Prénom Nom"; for a machine software, model and service, as the guide of the DMP words it."""
    person = author.person or Person()
    service = author.institution.name if author.institution else ""
    parts = (person.family, person.given, service) if person.device else (person.given, person.family)
    written = (", " if person.device else " ").join(part for part in parts if part)
    if not written:
        raise _incomplete("vihf-subject-id-missing")
    return written


def _patient(patient: PatientId) -> str:
    return metadata.format_cx(PatientId(patient.value, patient.authority, "NH"))


def _incomplete(reason: str) -> Transient:
    """The declaration of the sender lacks what the VIHF needs: every message of the sender has to wait."""
    return Transient(reason, Reaction.STOP_FLOW.advice, reaction=Reaction.STOP_FLOW.value)
