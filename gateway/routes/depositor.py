"""The declared sender as the VIHF has to present it: structure, sector, responsible person, specialty."""

from __future__ import annotations

from gateway.model import Author, Code, Depositor, Facility
from gateway.nomenclature import value_set
from gateway.routes.author import struct_idnat


def depositor(author: Author, facility: Facility) -> Depositor:
    """What the declaration of the facility knows and the metadata do not.

    ``author`` is the author of the SubmissionSet. The sector is None when the facility declares none.
    """
    sectors = value_set("J61").by_code(facility.facility_type)
    return Depositor(
        structure_id=struct_idnat(facility.structure_id),
        sector=sectors[0].coded if len(sectors) == 1 else None,
        responsible_id=facility.responsible.identifier if facility.responsible else "",
        specialties=author.specialties or _declared(author, facility),
    )


def _declared(author: Author, facility: Facility) -> tuple[Code, ...]:
    """The specialty that the facility declares for this person; nothing is supposed of others."""
    person = author.person
    if person is None or person.device or person.identifier is None:
        return ()
    known = [one for one in (*facility.professionals, facility.responsible, facility.author) if one]
    codes = [one.specialty for one in known if one.identifier == person.identifier.extension]
    concepts = value_set("J56").by_code(codes[0]) if codes else ()
    return (concepts[0].coded,) if len(concepts) == 1 else ()
