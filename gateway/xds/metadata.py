"""The HL7v2 data types in XDS metadata: CX, XCN, XON, CXi, coded specialties (ITI TF-3 table 4.2.3.1.7-2).

Writers escape the HL7 delimiters of each value and drop trailing empty components; readers undo it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from gateway.model import Code, Identifier, Organization, PatientId, Person, Separators
from gateway.model.hl7 import unescape

_SEPARATORS = Separators()
# The backslash comes first, or it would escape the escapes.
_ESCAPES = (("\\", "\\E\\"), ("|", "\\F\\"), ("^", "\\S\\"), ("&", "\\T\\"), ("~", "\\R\\"))


@dataclass(frozen=True, slots=True)
class ReferenceId:
    """A CXi: value, assigning authority OID, type (JDV_J197, e.g. ``urn:ihe:iti:xds:2013:order``)."""

    value: str = field(repr=False)
    authority: str
    type_code: str


def escape(text: str) -> str:
    """The text with HL7 delimiters as escape sequences (HL7 2.5 §2.7)."""
    for plain, sequence in _ESCAPES:
        text = text.replace(plain, sequence)
    return text


def format_cx(patient: PatientId) -> str:
    """``value^^^&oid&ISO^type``; without a type the last component is left out."""
    return _join((escape(patient.value), "", "", _authority(patient.authority), escape(patient.type_code)))


def parse_cx(text: str) -> PatientId:
    """What is absent is empty; a missing type stays empty."""
    parts = _split(text)
    return PatientId(_part(parts, 1), _oid(parts, 4), _part(parts, 5))


def format_cxi(reference: ReferenceId) -> str:
    return _join(
        (
            escape(reference.value),
            "",
            "",
            _authority(reference.authority),
            escape(reference.type_code),
        )
    )


def parse_cxi(text: str) -> ReferenceId:
    parts = _split(text)
    return ReferenceId(_part(parts, 1), _oid(parts, 4), _part(parts, 5))


def format_xcn(person: Person, person_type: str) -> str:
    """``id^NAME^GIVEN^^^^^^&oid&ISO^D^^^type``; component 10 is ``U`` for a device.

    Without an identifier, authority and type stay empty.
    """
    identifier = person.identifier
    name_type = ("U" if person.device else "D") if person.family or person.given else ""
    return _join(
        (
            escape(identifier.extension) if identifier else "",
            escape(person.family),
            escape(person.given),
            *("",) * 5,
            _authority(identifier.root) if identifier else "",
            name_type,
            "",
            "",
            escape(person_type) if identifier else "",
        )
    )


def parse_xcn(text: str) -> tuple[Person, str]:
    """The person and XCN-13, which is empty when absent."""
    parts = _split(text)
    extension, root = _part(parts, 1), _oid(parts, 9)
    identifier = Identifier(root, extension) if extension or root else None
    person = Person(identifier, _part(parts, 2), _part(parts, 3), _part(parts, 10) == "U")
    return person, _part(parts, 13)


def format_xon(institution: Organization, institution_type: str) -> str:
    """``NAME^^^^^&oid&ISO^type^^^id``; without an identifier components 6, 7 and 10 are empty."""
    identifier = institution.identifier
    if identifier is None:
        return escape(institution.name)
    return _join(
        (
            escape(institution.name),
            *("",) * 4,
            _authority(identifier.root),
            escape(institution_type),
            "",
            "",
            escape(identifier.extension),
        )
    )


def parse_xon(text: str) -> tuple[Organization, str]:
    """The organization and XON-7, which is empty when absent."""
    parts = _split(text)
    root, extension = _oid(parts, 6), _part(parts, 10)
    identifier = Identifier(root, extension) if root or extension else None
    return Organization(identifier, _part(parts, 1)), _part(parts, 7)


def format_coded(code: Code) -> str:
    """``code^label^scheme``, the shape of authorSpecialty in the DMP."""
    return _join((escape(code.code), escape(code.display), escape(code.system)))


def parse_coded(text: str) -> Code:
    parts = _split(text)
    return Code(_part(parts, 1), _part(parts, 3), _part(parts, 2))


def _authority(oid: str) -> str:
    return f"&{escape(oid)}&ISO" if oid else ""


def _join(parts: Sequence[str]) -> str:
    return "^".join(parts).rstrip("^")


def _split(text: str) -> list[str]:
    return text.strip().split("^")


def _part(parts: Sequence[str], number: int) -> str:
    """The first sub-component of component ``number``, unescaped."""
    if number > len(parts):
        return ""
    return unescape(parts[number - 1].split("&")[0], _SEPARATORS).strip()


def _oid(parts: Sequence[str], number: int) -> str:
    """The universal id of an HD component: ``&oid&ISO``."""
    pieces = parts[number - 1].split("&") if number <= len(parts) else []
    return unescape(pieces[1], _SEPARATORS).strip() if len(pieces) > 1 else ""
