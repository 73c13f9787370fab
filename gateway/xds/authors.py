"""XDS authors as slots, both directions (ITI TF-3 §4.2.3.1.4); legalAuthenticator is the person of one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gateway.model import Author
from gateway.xds import metadata
from gateway.xds.rim import RimObject

_DEFAULT = Author()


def author_slots(author: Author) -> Iterator[tuple[str, Sequence[str]]]:
    """Name and values of each slot of an author Classification; empty ones are not to be written."""
    institutions = [each for each in (author.institution, *author.more_institutions) if each is not None]
    yield "authorInstitution", [metadata.format_xon(each, author.institution_type) for each in institutions]
    yield "authorPerson", [person_value(author)]
    yield "authorRole", author.roles
    yield "authorSpecialty", [metadata.format_coded(code) for code in author.specialties]


def person_value(author: Author | None) -> str:
    """The XCN of the author's person, empty without one."""
    if author is None or author.person is None:
        return ""
    return metadata.format_xcn(author.person, author.person_type)


def read_authors(rim: RimObject, scheme: str) -> tuple[Author, ...]:
    """The authors of a set or an entry, one for each Classification of that scheme."""
    return tuple(_author(each) for each in rim.classifications(scheme))


def read_person(text: str) -> Author:
    """An author that is only the person of an XCN."""
    if not text:
        return _DEFAULT
    person, kind = metadata.parse_xcn(text)
    return Author(person=person, person_type=kind if person.identifier else _DEFAULT.person_type)


def _author(rim: RimObject) -> Author:
    institutions = [metadata.parse_xon(value) for value in rim.slots("authorInstitution")]
    person = read_person(rim.slot("authorPerson", "authorPerson"))
    kinds = [kind for institution, kind in institutions if institution.identifier is not None]
    return Author(
        person=person.person,
        person_type=person.person_type,
        institution=institutions[0][0] if institutions else None,
        institution_type=kinds[0] if kinds else _DEFAULT.institution_type,
        roles=rim.slots("authorRole"),
        specialties=tuple(metadata.parse_coded(value) for value in rim.slots("authorSpecialty")),
        more_institutions=tuple(institution for institution, _ in institutions[1:]),
    )
