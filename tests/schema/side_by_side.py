"""Both schemas walked together, type by type, as xmlschema reads them: what one asks and the other does not.

Content models are compared as languages (the same sequences of names), attributes by use and by the values
they accept out of a list that holds every code of both schemas.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import xmlschema
from xmlschema.validators import XsdElement

from gateway.resources import schemas
from gateway.validators.schema_model import (
    NOTHING,
    Expression,
    derivative,
    expression_of,
    may_end,
    names_in,
)
from tests.schema.mutations import VALUES
from tests.schema.official import CLINICAL_DOCUMENT, OFFICIAL

V3, PHARM = "{urn:hl7-org:v3}", "{urn:ihe:pharm:medication}"


class Walk:
    """``differences`` has lines (place, what); ``pairs`` counts the types compared."""

    def __init__(self) -> None:
        self.ours = xmlschema.XMLSchema10(str(schemas() / "cda" / "cda.xsd"))
        # The official one breaks rules of XML Schema that libxml2 does not check.
        self.theirs = xmlschema.XMLSchema10(str(OFFICIAL), validation="lax")
        self.values = sorted({*VALUES, *_codes(self.ours), *_codes(self.theirs)})
        self.differences: list[tuple[str, str]] = []
        self._met: set[tuple[int, int]] = set()
        self._accepted: dict[tuple[int, Any], frozenset[str]] = {}

    @property
    def pairs(self) -> int:
        return len(self._met)

    def run(self) -> None:
        start, other = (s.maps.elements[CLINICAL_DOCUMENT].type for s in (self.ours, self.theirs))
        self._compare(start, other, "")
        for name in sorted(set(self.ours.maps.types) & set(self.theirs.maps.types)):
            ours, theirs = self.ours.maps.types[name], self.theirs.maps.types[name]
            if name.startswith((V3, PHARM)) and ours.is_complex() and _is_data_type(ours):
                if list(_ancestors(ours)) != list(_ancestors(theirs)):
                    self.differences.append((name, "derivation"))
                self._compare(ours, theirs, name)

    def _compare(self, ours: Any, theirs: Any, place: str) -> None:
        if (id(ours), id(theirs)) in self._met:
            return
        self._met.add((id(ours), id(theirs)))
        if theirs.local_name == "anyType":
            self.differences.append((place, "not typed there"))
            return
        for fact in ("mixed", "abstract"):
            if ours.is_complex() and getattr(ours, fact) != getattr(theirs, fact):
                self.differences.append((place, fact))
        if not ours.is_complex() or ours.has_simple_content():
            return
        self._attributes(ours, theirs, place)
        if not _same_language(expression_of(ours.content), expression_of(theirs.content)):
            self.differences.append((place, "content"))
        children, others = _children(ours), _children(theirs)
        for name in sorted(children.keys() & others.keys()):
            if children[name].nillable != others[name].nillable:
                self.differences.append((f"{place}/{name}", "nillable"))
            self._compare(children[name].type, others[name].type, f"{place}/{name.rpartition('}')[2]}")

    def _attributes(self, ours: Any, theirs: Any, place: str) -> None:
        allowed, others = _allowed(ours), _allowed(theirs)
        for name in sorted(allowed.keys() | others.keys()):
            if name not in allowed or name not in others:
                self.differences.append((place, f"@{name}"))
                continue
            one, other = allowed[name], others[name]
            if (one.use == "required") != (other.use == "required"):
                self.differences.append((place, f"@{name} required"))
            if self._accepts(one) != self._accepts(other):
                self.differences.append((place, f"@{name} values"))

    def _accepts(self, attribute: Any) -> frozenset[str]:
        key = (id(attribute.type), attribute.fixed)
        if key not in self._accepted:
            self._accepted[key] = frozenset(
                value
                for value in self.values
                if attribute.type.is_valid(value)
                and attribute.fixed in (None, attribute.type.normalize(value))
            )
        return self._accepted[key]


def _codes(schema: Any) -> Iterator[str]:
    for xsd_type in schema.maps.types.values():
        yield from map(str, getattr(xsd_type, "enumeration", None) or ())


def _is_data_type(xsd_type: Any) -> bool:
    """Types that xsi:type can name: all capitals, as in IVL_TS."""
    return str(xsd_type.local_name).replace("_", "").isupper()


def _ancestors(xsd_type: Any) -> Iterator[str]:
    here = xsd_type
    while here is not None and here.local_name not in (None, "anyType"):
        yield here.local_name
        here = here.base_type


def _children(xsd_type: Any) -> dict[str, Any]:
    return {part.name: part for part in xsd_type.content.iter_elements() if isinstance(part, XsdElement)}


def _allowed(xsd_type: Any) -> dict[str, Any]:
    return {name: found for name, found in xsd_type.attributes.items() if name and found.use != "prohibited"}


def _same_language(one: Expression, other: Expression) -> bool:
    names = names_in(one) | names_in(other)
    met: set[tuple[Expression, Expression]] = set()
    waiting = [(one, other)]
    while waiting:
        pair = waiting.pop()
        if pair in met:
            continue
        met.add(pair)
        if may_end(pair[0]) != may_end(pair[1]):
            return False
        after = ((derivative(pair[0], name), derivative(pair[1], name)) for name in names)
        waiting.extend(both for both in after if both != (NOTHING, NOTHING))
    return True
