"""Why the schema refuses an element: what it lacks, what is too much, which form a value should have.

xmlschema reads the schema files and serves as the dictionary (types, attributes, content models); only the
elements that lxml refused are looked at, so the cost does not grow with the document. Nothing found in the
document goes into a sentence, not even the name of an element that the schema does not know.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

import xmlschema
from lxml import etree
from xmlschema.validators import XsdElement

from gateway.validators import rules_schema as say
from gateway.validators.rules_schema import Sentence
from gateway.validators.schema_forms import FORMS, fits, form_of
from gateway.validators.schema_model import FOREIGN, Expression, expression_of, first_deviation

MOST_CHILDREN = 20_000  # beyond, the order of the children of one element is not explained
ROOT = "{urn:hl7-org:v3}ClinicalDocument"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
PREFIXES = {
    "urn:hl7-org:v3": "",
    "urn:hl7-org:sdtc": "sdtc:",
    "urn:oid:1.3.6.1.4.1.19376.1.3.2": "lab:",
    "urn:ihe:pharm:medication": "pharm:",
    "urn:dicom-org:ps3-20": "dicom:",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One reason at one place; ``xpath`` counts from the ClinicalDocument and shows known names only."""

    element: etree._Element
    xpath: str
    sentence: Sentence


class Explainer:
    """The schema as a dictionary. Building one takes about 0.6 s; it may be shared between threads."""

    def __init__(self, path: str) -> None:
        self._schema = xmlschema.XMLSchema10(path, allow="local")
        self._models: dict[int, Expression] = {}
        self._children: dict[int, dict[str, Any]] = {}
        self._elements: set[str] = {ROOT}
        self._attributes: set[str] = set()
        for xsd_type in self._schema.maps.types.values():
            if xsd_type.is_complex():
                self._learn(xsd_type)

    def faults(self, element: etree._Element, root: etree._Element) -> Iterator[Fault]:
        """What is wrong with this element itself and with its place among its siblings."""
        if element is not root and (parent := element.getparent()) is not None:
            yield from self._place(element, parent, root)
        yield from self.own_faults(element, root)

    def own_faults(self, element: etree._Element, root: etree._Element) -> Iterator[Fault]:
        """What is wrong with its type, its attributes and its content, down to its children's order."""
        declared = self._declared(element, root)
        if declared is None:
            return
        yield from self._nil_faults(element, declared, root)
        named = element.get(f"{XSI}type")
        xsd_type = self._named_type(element, declared.type)
        if xsd_type is None or (xsd_type.is_complex() and xsd_type.abstract):
            wrong = say.TYPE_MISSING if named is None else self._type_fault(element)
            yield Fault(element, self.xpath(element, root, None if named is None else "xsi:type"), wrong)
            return
        yield from self._attribute_faults(element, xsd_type, root)
        yield from self._content_faults(element, xsd_type, root)

    def _nil_faults(self, element: etree._Element, declared: Any, root: etree._Element) -> Iterator[Fault]:
        nil = element.get(f"{XSI}nil")
        if nil is None:
            return
        if not declared.nillable:
            yield Fault(element, self.xpath(element, root, "xsi:nil"), say.NOT_NILLABLE)
        elif nil.strip() not in ("true", "false", "1", "0"):
            wrong = say.attribute_value("xsi:nil", FORMS["boolean"])
            yield Fault(element, self.xpath(element, root, "xsi:nil"), wrong)

    def xpath(self, element: etree._Element, root: etree._Element, attribute: str | None = None) -> str:
        """Where an element is, with the usual prefixes; ``*`` for a name that the schema does not know."""
        steps: list[str] = [f"@{attribute}"] if attribute else []
        here: etree._Element | None = element
        while here is not None:
            steps.append(self._step(here, root))
            here = None if here is root else here.getparent()
        return "/" + "/".join(reversed(steps))

    def _step(self, element: etree._Element, root: etree._Element) -> str:
        known = element.tag in self._elements
        name = _shown(str(element.tag)) if known else "*"
        if element is root:
            return name
        tag = str(element.tag) if known else "*"
        before = sum(1 for _ in element.itersiblings(tag, preceding=True))
        alone = not before and next(element.itersiblings(tag), None) is None
        return name if alone else f"{name}[{before + 1}]"

    def _learn(self, xsd_type: Any) -> None:
        self._attributes.update(name for name in xsd_type.attributes if name)
        if xsd_type.has_simple_content():
            return
        declared = {
            part.name: part for part in xsd_type.content.iter_elements() if isinstance(part, XsdElement)
        }
        self._elements.update(declared)
        self._children[id(xsd_type)] = declared

    def _children_of(self, xsd_type: Any) -> dict[str, Any]:
        if id(xsd_type) not in self._children and xsd_type.is_complex():
            self._learn(xsd_type)  # a type without a name
        return self._children.get(id(xsd_type), {})

    def _model(self, xsd_type: Any) -> Expression:
        if id(xsd_type) not in self._models:
            self._models[id(xsd_type)] = expression_of(xsd_type.content)
        return self._models[id(xsd_type)]

    def _declared(self, element: etree._Element, root: etree._Element) -> Any:
        """The declaration of an element, down from the root; None below one that has no place."""
        line = [element]
        while line[-1] is not root:
            parent = line[-1].getparent()
            if parent is None:
                return None
            line.append(parent)
        declared: Any = self._schema.maps.elements.get(ROOT)
        for parent, child in zip(reversed(line), reversed(line[:-1]), strict=False):
            xsd_type = self._named_type(parent, declared.type)
            declared = self._children_of(xsd_type).get(str(child.tag)) if xsd_type is not None else None
            if declared is None:
                return None
        return declared

    def _named_type(self, element: etree._Element, declared: Any) -> Any:
        """The type in force: that of xsi:type, None when it cannot stand here."""
        if element.get(f"{XSI}type") is None:
            return declared
        found = self._lookup(element)
        return found if found is not None and found.is_derived(declared) else None

    def _lookup(self, element: etree._Element) -> Any:
        prefix, _, local = (element.get(f"{XSI}type") or "").strip().rpartition(":")
        namespace = element.nsmap.get(prefix or None)
        return self._schema.maps.types.get(f"{{{namespace}}}{local}" if namespace else local)

    def _type_fault(self, element: etree._Element) -> Sentence:
        return say.TYPE_UNKNOWN if self._lookup(element) is None else say.TYPE_UNFIT

    def _place(
        self, element: etree._Element, parent: etree._Element, root: etree._Element
    ) -> Iterator[Fault]:
        declared = self._declared(parent, root)
        xsd_type = self._named_type(parent, declared.type) if declared is not None else None
        if xsd_type is None or not xsd_type.is_complex() or xsd_type.has_simple_content():
            return
        fault = self._order_fault(parent, xsd_type, root)
        if fault is not None and fault.element is element:
            yield fault

    def _order_fault(self, parent: etree._Element, xsd_type: Any, root: etree._Element) -> Fault | None:
        children = [child for child in parent if isinstance(child.tag, str)]
        if len(children) > MOST_CHILDREN:
            return None
        known = self._children_of(xsd_type)
        names = [self._symbol(child, known) for child in children]
        deviation = first_deviation(self._model(xsd_type), names)
        if deviation is None:
            return None
        expected = [_shown(name) for name in known if name in deviation.expected]  # in the order of CDA
        if deviation.index is None:
            return Fault(parent, self.xpath(parent, root), say.incomplete(expected))
        culprit = children[deviation.index]
        name = _shown(str(culprit.tag)) if culprit.tag in self._elements else ""
        if deviation.missing not in (None, FOREIGN) and name:
            sentence = say.missing_before(_shown(deviation.missing), name)
        else:
            sentence = say.unexpected(name, expected, complete=deviation.complete)
        return Fault(culprit, self.xpath(culprit, root), sentence)

    @staticmethod
    def _symbol(child: etree._Element, known: dict[str, Any]) -> str:
        tag = str(child.tag)
        foreign = etree.QName(child).namespace not in (None, "urn:hl7-org:v3")
        return FOREIGN if tag not in known and foreign else tag

    def _content_faults(
        self, element: etree._Element, xsd_type: Any, root: etree._Element
    ) -> Iterator[Fault]:
        if not xsd_type.is_complex() or xsd_type.has_simple_content():
            if len(element) or not fits(xsd_type, element.text or ""):
                yield Fault(element, self.xpath(element, root), say.text_value(form_of(xsd_type)))
            return
        if element.get(f"{XSI}nil") in ("true", "1") and (len(element) or element.text):
            yield Fault(element, self.xpath(element, root), say.NOT_EMPTY)
            return
        if not xsd_type.mixed and _has_text(element):
            nothing = not self._children_of(xsd_type)
            yield Fault(element, self.xpath(element, root), say.NOT_EMPTY if nothing else say.TEXT_FOUND)
        fault = self._order_fault(element, xsd_type, root)
        if fault is not None:
            yield fault

    def _attribute_faults(
        self, element: etree._Element, xsd_type: Any, root: etree._Element
    ) -> Iterator[Fault]:
        allowed = cast("dict[str, Any]", xsd_type.attributes) if xsd_type.is_complex() else {}
        for name, declared in allowed.items():
            if name and declared.use == "required" and element.get(name) is None:
                yield Fault(element, self.xpath(element, root), say.attribute_missing(_shown(name)))
        for name, value in cast("list[tuple[str, str]]", element.items()):
            if name.startswith(XSI):
                continue
            sentence = self._attribute_fault(name, value, allowed.get(name))
            if sentence is not None:
                shown = _shown(name) if name in self._attributes else None
                yield Fault(element, self.xpath(element, root, shown), sentence)

    def _attribute_fault(self, name: str, value: str, declared: Any) -> Sentence | None:
        if declared is None or declared.use == "prohibited":
            return say.attribute_unknown(_shown(name) if name in self._attributes else "")
        if declared.fixed is not None and declared.type.normalize(value) != declared.fixed:
            return say.attribute_fixed(_shown(name), declared.fixed)
        if not fits(declared.type, value):
            return say.attribute_value(_shown(name), form_of(declared.type))
        return None


def _shown(name: str) -> str:
    qualified = etree.QName(name)
    return PREFIXES.get(qualified.namespace or "", "") + qualified.localname


def _has_text(element: etree._Element) -> bool:
    texts = [element.text, *(child.tail for child in element)]
    return any(text and text.strip(" \t\r\n") for text in texts)
