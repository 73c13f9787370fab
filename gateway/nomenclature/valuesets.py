"""A value set (JDV): the concepts that an attribute may hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from gateway.model import Code
from gateway.nomenclature.files import edition, once, rows


@dataclass(frozen=True, slots=True)
class Concept:
    """One row of a value set. Dates are those of the concept in its terminology, ISO, empty if unknown."""

    code: str
    system: str
    display: str
    start_date: str = ""
    end_date: str = ""

    @property
    def coded(self) -> Code:
        """The concept as it goes into metadata, with the display of the value set."""
        return Code(self.code, self.system, self.display)


@dataclass(frozen=True, slots=True, repr=False)
class ValueSet:
    """An immutable value set; ``("11502-2", LOINC) in value_set("J66")``. Iterates in file order."""

    name: str
    oid: str
    version: str
    _concepts: Mapping[tuple[str, str], Concept] = field(compare=False)
    _by_code: Mapping[str, tuple[Concept, ...]] = field(compare=False)

    def get(self, code: str, system: str) -> Concept | None:
        """The concept with this code in this code system, else None."""
        return self._concepts.get((code, system))

    def by_code(self, code: str) -> tuple[Concept, ...]:
        """Every concept with this code, whatever the system: none, one, rarely two (J59 ``11``)."""
        return self._by_code.get(code, ())

    def __contains__(self, key: object) -> bool:
        return key in self._concepts

    def __iter__(self) -> Iterator[Concept]:
        return iter(self._concepts.values())

    def __len__(self) -> int:
        return len(self._concepts)

    def __repr__(self) -> str:
        return f"ValueSet({self.name}, version {self.version}, {len(self)} concepts)"


@once
def value_set(name: str) -> ValueSet:
    """The value set called ``name``: ``J01`` to ``J66``, ``J197``, ``J231``, ``ModaliteAcquisition``,
    ``RegionAnatomique``. Raises KeyError naming what exists."""
    about = edition(name)
    concepts: dict[tuple[str, str], Concept] = {}
    by_code: dict[str, tuple[Concept, ...]] = {}
    for row in rows(name):
        concept = Concept(
            row["code"], row["code_system_oid"], row["display"], row["start_date"], row["end_date"]
        )
        concepts[concept.code, concept.system] = concept
        by_code[concept.code] = (*by_code.get(concept.code, ()), concept)
    return ValueSet(name, about.oid, about.version, MappingProxyType(concepts), MappingProxyType(by_code))
