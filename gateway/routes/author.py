"""Authors as XDS wants them: of the document from its header, of the set from the sender of the message."""

from __future__ import annotations

from dataclasses import replace

from gateway.model import (
    Author,
    CdaHeader,
    Code,
    Facility,
    HeaderAuthor,
    Identifier,
    Organization,
    Person,
    Sender,
)
from gateway.nomenclature import ins_authority, value_set
from gateway.routes import rules
from gateway.routes.places import Reporter

PROFESSIONALS = "1.2.250.1.71.4.2.1"
STRUCTURES = "1.2.250.1.71.4.2.2"
SIRENE = "1.3.2"
_MACHINE = ("AUTOMATE", "1.2.250.1.213.1.1.4.6")


def ps_idnat(value: str, id_type: str = "") -> str:
    """PS_IdNat with its prefix: ``8`` + RPPS (11 digits), ``0`` + ADELI (9 characters), else unchanged."""
    if id_type == "EI" or "/" in value:
        return value
    if len(value) == 11 and value.isdigit():
        return f"8{value}"
    return f"0{value}" if len(value) == 9 else value


def struct_idnat(value: str, id_type: str = "") -> str:
    """Struct_IdNat with its prefix: ``1`` + FINESS, ``2`` + SIREN, ``3`` + SIRET; others as they are."""
    if len(value) == 14 and value.isdigit():
        return f"3{value}"
    if len(value) == 9:
        return f"2{value}" if id_type == "SIREN" else f"1{value}"
    return value


def document_authors(reporter: Reporter, header: CdaHeader) -> tuple[Author, ...]:
    """One Author for each CDA author, in order; missing authors and names are reported."""
    if not header.authors:
        reporter.report(rules.NO_AUTHOR, "author")
    return tuple(_document_author(reporter, author) for author in header.authors)


def legal_authenticator(reporter: Reporter, header: CdaHeader) -> Author | None:
    """The person who answers for the document; None (and reported) without one."""
    if header.legal_authenticator is None:
        reporter.report(rules.LEGAL_AUTHENTICATOR, "legalAuthenticator")
        return None
    _require_name(reporter, header.legal_authenticator, "legalAuthenticator/assignedEntity")
    person, person_type = _person(header.legal_authenticator)
    return Author(person=person, person_type=person_type)


def submission_author(sender: Sender | None, facility: Facility, headers: tuple[CdaHeader, ...]) -> Author:
    """Who deposits: the sender (PRT "SB") with its structure, else the gateway itself for the facility.

    A sender who also wrote a document keeps the role and specialty known there.
    """
    institution = _sending_structure(sender, facility)
    if sender is None or sender.person is None:
        machine = value_set("J56").get(*_MACHINE)
        return Author(
            person=_machine(institution, facility),
            person_type="RI",
            institution=institution,
            specialties=(machine.coded,) if machine else (),
        )
    person, person_type = _person(sender.person, sender.person_id_type)
    known = _as_document_author(person, headers)
    return Author(
        person=person,
        person_type=person_type,
        institution=institution,
        roles=_roles(known) if known else (),
        specialties=_specialties(known) if known else (),
    )


def _document_author(reporter: Reporter, author: HeaderAuthor) -> Author:
    _require_name(reporter, author.person, "author/assignedAuthor")
    if author.specialty is not None and author.specialty.code and not _specialties(author):
        reporter.report(rules.SPECIALTY, "author/assignedAuthor/code")
    person, person_type = _person(author.person)
    # CI-SIS: a document written by the patient has no authorInstitution.
    institution, institution_type = (None, "") if person_type == "NH" else _institution(author.organization)
    return Author(
        person=person,
        person_type=person_type,
        institution=institution,
        institution_type=institution_type,
        roles=_roles(author),
        specialties=_specialties(author),
    )


def _require_name(reporter: Reporter, person: Person, path: str) -> None:
    if not (person.family or (person.device and person.given)):
        reporter.report(rules.NAMELESS, path)


def _person(person: Person, id_type: str = "") -> tuple[Person, str]:
    """The person with a normalised identifier, and XCN-13: IDNPS, RI (a machine), NH (a patient) or EI."""
    identifier = person.identifier
    if identifier is None or not identifier.extension:
        return person, "RI" if person.device else ""
    if person.device:
        return person, "RI"
    if identifier.root == PROFESSIONALS:
        national = ps_idnat(identifier.extension, id_type)
        return replace(person, identifier=Identifier(identifier.root, national)), "IDNPS"
    return person, "NH" if ins_authority(identifier.root) else "EI"


def _institution(organization: Organization | None, id_type: str = "") -> tuple[Organization | None, str]:
    """The structure with a normalised identifier, and XON-7; None when nothing is known of it."""
    if organization is None:
        return None, ""
    identifier = organization.identifier
    if identifier is None or not identifier.extension:
        return (Organization(None, organization.name), "") if organization.name else (None, "")
    if identifier.root == STRUCTURES:
        national = struct_idnat(identifier.extension, id_type)
        return Organization(Identifier(STRUCTURES, national), organization.name), "IDNST"
    return organization, "SIREN" if identifier.root == SIRENE else ""


def _sending_structure(sender: Sender | None, facility: Facility) -> Organization:
    declared = Organization(Identifier(STRUCTURES, struct_idnat(facility.structure_id)), facility.name)
    named = sender.organization if sender else None
    if sender is None or named is None or named.identifier is None or not named.identifier.extension:
        return declared
    national = struct_idnat(named.identifier.extension, sender.organization_id_type)
    return Organization(Identifier(STRUCTURES, national), named.name or facility.name)


def _machine(institution: Organization, facility: Facility) -> Person:
    """The gateway as a system of the structure: Struct_IdNat, a slash, an internal name (CI-SIS)."""
    structure = institution.identifier.extension if institution.identifier else facility.structure_id
    return Person(
        Identifier(PROFESSIONALS, f"{structure}/dmp-gateway"), "Passerelle DMP", "dmp-gateway", device=True
    )


def _as_document_author(person: Person, headers: tuple[CdaHeader, ...]) -> HeaderAuthor | None:
    written = (author for header in headers for author in header.authors)
    return next(
        (author for author in written if _person(author.person)[0].identifier == person.identifier), None
    )


def _roles(author: HeaderAuthor) -> tuple[str, ...]:
    return (author.role,) if author.role else ()


def _specialties(author: HeaderAuthor) -> tuple[Code, ...]:
    code = author.specialty
    concept = value_set("J56").get(code.code, code.system) if code else None
    return (concept.coded,) if concept else ()
