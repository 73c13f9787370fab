"""One ebXML registry object seen as slots, classifications and external identifiers, with its problems."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gateway.errors import MalformedMetadata
from gateway.model import Code, RegistryError
from gateway.xds import names
from gateway.xds.xml import child, children, text

if TYPE_CHECKING:
    from lxml.etree import _Element as Element


class Problems:
    """Collects what is wrong. With ``required`` false, absences are no problem (answers of a registry)."""

    def __init__(self, code: str, *, required: bool = True) -> None:
        self.code = code
        self.required = required
        self.errors: list[RegistryError] = []

    def add(self, identity: str, attribute: str, sentence: str) -> None:
        location = "/".join(part for part in (identity, attribute) if part)
        self.errors.append(RegistryError(self.code, f"{attribute}: {sentence}", location))

    def raise_if_any(self) -> None:
        """Raises MalformedMetadata made of everything collected."""
        if self.errors:
            first = self.errors[0]
            raise MalformedMetadata(first.context, first.code, first.location, self.errors)


class RimObject:
    """A RegistryPackage, ExtrinsicObject, Classification or Association; any order of children is read."""

    def __init__(self, element: Element, problems: Problems, identity: str = "") -> None:
        self.element = element
        self.identity = identity or element.get("id", "")
        self._problems = problems
        if not self.identity:
            self.wrong("id", "identifiant d'objet absent / object id missing")

    def wrong(self, attribute: str, sentence: str) -> None:
        self._problems.add(self.identity, attribute, sentence)

    def missing(self, attribute: str, *, always: bool = False) -> None:
        if always or self._problems.required:
            self.wrong(
                attribute, "attribut obligatoire absent / required attribute missing (ITI TF-3 §4.3.1)"
            )

    def attribute(self, name: str, *, required: bool = False, always: bool = False) -> str:
        value = (self.element.get(name) or "").strip()
        if required and not value:
            self.missing(name, always=always)
        return value

    def all_slots(self) -> dict[str, tuple[str, ...]]:
        return {each.get("name", ""): _values(each) for each in children(self.element, names.RIM, "Slot")}

    def slots(self, name: str) -> tuple[str, ...]:
        """All values of the slots of that name."""
        found = [each for each in children(self.element, names.RIM, "Slot") if each.get("name") == name]
        return tuple(value for each in found for value in _values(each))

    def slot(self, name: str, attribute: str, *, required: bool = False) -> str:
        """The only value of a slot; a second one is a problem."""
        values = self.slots(name)
        if len(values) > 1:
            self.wrong(attribute, "une seule valeur permise / only one value allowed")
        if required and not values:
            self.missing(attribute)
        return values[0] if values else ""

    def localized(self, name: str) -> str:
        """Name or Description: the value of its first LocalizedString."""
        found = child(child(self.element, names.RIM, name), names.RIM, "LocalizedString")
        return found.get("value", "") if found is not None else ""

    def version(self) -> str:
        found = child(self.element, names.RIM, "VersionInfo")
        return found.get("versionName", "") if found is not None else ""

    def identifier(self, scheme: str, attribute: str, *, always: bool = False) -> str:
        """The value of the ExternalIdentifier of that scheme, exactly one."""
        found = [
            each
            for each in children(self.element, names.RIM, "ExternalIdentifier")
            if _uuid(each.get("identificationScheme")) == scheme
        ]
        if len(found) > 1:
            self.wrong(attribute, "une seule valeur permise / only one value allowed")
        value = (found[0].get("value") or "").strip() if found else ""
        if not value:
            self.missing(attribute, always=always)
        return value

    def classifications(self, scheme: str) -> Iterator[RimObject]:
        for each in children(self.element, names.RIM, "Classification"):
            if _uuid(each.get("classificationScheme")) == scheme:
                yield RimObject(each, self._problems, self.identity)

    def codes(self, scheme: str, attribute: str) -> tuple[Code, ...]:
        """The coded values of a scheme; a code without value or coding scheme is a problem."""
        return tuple(each.coded(attribute) for each in self.classifications(scheme))

    def coded(self, attribute: str) -> Code:
        code = Code(
            self.attribute("nodeRepresentation"), self.slot("codingScheme", attribute), self.localized("Name")
        )
        if not code.code:
            self.wrong(attribute, "nodeRepresentation absent / missing (ITI TF-3 §4.2.3.1.2)")
        if not code.system:
            self.wrong(attribute, "codingScheme absent / missing (ITI TF-3 §4.2.3.1.2)")
        return code


def _uuid(text: str | None) -> str:
    """A scheme without blanks and in lower case: line ends of printed examples are found inside UUIDs."""
    return "".join((text or "").split()).lower()


def _values(slot: Element) -> tuple[str, ...]:
    value_list = child(slot, names.RIM, "ValueList")
    texts = (text(each) for each in children(value_list, names.RIM, "Value"))
    return tuple(value for value in texts if value)
