"""The structure of a CDA document against our schema of CDA R2 (``schemas/cda``): R.XSD.01.

lxml gives the verdict; a document that it refuses is explained (see ``schema_explain``). The messages of lxml
quote the document, so nothing of them but the place is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from threading import Lock
from typing import Any, cast

from lxml import etree

from gateway.model import Document, Finding, Location
from gateway.resources import schemas
from gateway.validators import rules_schema as say
from gateway.validators.rules_schema import XSD_01, Sentence
from gateway.validators.schema_explain import Explainer, Fault

MOST_FINDINGS = 24
# lxml notes a path for each error, counting siblings: the cost is errors times siblings. Up to this many "<"
# that stays under half a second at worst; beyond, the errors are counted first, in a stream.
MARKUP_IN_ONE_GO = 16_000
MOST_ERRORS = 1_000
MOST_SCANNED = 50_000  # elements looked at one by one when there are more errors than that
_CHUNK = 64 * 1024
_STEP = re.compile(r"/([^/\[\]]+)(?:\[(\d+)\])?")


@dataclass(frozen=True, slots=True)
class Refused:
    """What lxml did not accept: elements by path, in document order; None when there are too many to ask."""

    paths: tuple[str, ...] | None


def judge_schemas(documents: Iterable[Document]) -> Iterator[Finding]:
    """R.XSD.01 for every document that could be read; see ``judge_schema``."""
    for document in documents:
        yield from judge_schema(document)


def judge_schema(document: Document) -> Iterator[Finding]:
    """R.XSD.01 where the document leaves the schema: at most 24 places, then one finding counts the others.

    Nothing for a document that could not be read (``root`` is None): the parsers told why. Thread-safe. The
    first refused document costs 0.6 s more, for the dictionary of the explanations.
    """
    root = document.root
    if root is None:
        return
    refused = _verdict(document.content, root)
    if refused is None:
        return
    for told, (position, fault) in enumerate(_distinct(_faults(root, refused))):
        if told == MOST_FINDINGS:
            others = None if refused.paths is None else len(refused.paths) - position
            yield _finding(document.origin, "/ClinicalDocument", root, say.left_out(others))
            return
        yield _finding(document.origin, fault.xpath, fault.element, fault.sentence)


def _finding(origin: Location, xpath: str, element: etree._Element, sentence: Sentence) -> Finding:
    line = cast("int | None", element.sourceline)
    place = replace(origin, field=5 if origin.segment is not None else None, xpath=xpath, line=line)
    return XSD_01.at(place, more_fr=sentence.fr, more_en=sentence.en)


class _Compiled:
    """The compiled schema. lxml keeps the errors of a validation on the schema object: one at a time."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._schema = etree.XMLSchema(etree.parse(path, etree.XMLParser(no_network=True)))
        self._lock = Lock()

    def refused(self, root: etree._Element) -> Refused | None:
        with self._lock:
            if self._schema.validate(root):
                return None
            entries = cast("Iterable[Any]", self._schema.error_log)
            paths = tuple(dict.fromkeys(_element_path(entry.path) for entry in entries))
        return Refused(paths)

    def errors_in_stream(self, content: bytes) -> int:
        """How many errors there are, counted to a little over MOST_ERRORS. Linear, whatever the document."""
        with self._lock:
            parser = etree.XMLParser(
                schema=self._schema,
                resolve_entities=False,
                no_network=True,
                load_dtd=False,
                huge_tree=True,  # the content was read once, within the limits of the parsers
            )
            for start in range(0, len(content), _CHUNK):
                parser.feed(content[start : start + _CHUNK])
                errors = len(cast("list[Any]", parser.feed_error_log))
                if errors > MOST_ERRORS:
                    return errors
            try:
                parser.close()
            except etree.XMLSyntaxError as error:
                return max(len(cast("list[Any]", error.error_log)), 1)
        return 0


@lru_cache(maxsize=1)
def compiled() -> _Compiled:
    """The schema, compiled on first use (about 0.02 s). Raises nothing that a document could cause."""
    return _Compiled(str(schemas() / "cda" / "cda.xsd"))


@lru_cache(maxsize=1)
def _explainer() -> Explainer:
    return Explainer(compiled().path)


def _verdict(content: bytes, root: etree._Element) -> Refused | None:
    if content.count(b"<") <= MARKUP_IN_ONE_GO:
        return compiled().refused(root)
    embedded = root.getparent() is not None
    errors = compiled().errors_in_stream(etree.tostring(root) if embedded else content)
    if not errors:
        return None
    return compiled().refused(root) if errors <= MOST_ERRORS else Refused(None)


def _faults(root: etree._Element, refused: Refused) -> Iterator[tuple[int, Fault]]:
    """Each fault with the position of its element among those refused."""
    explainer = _explainer()
    if refused.paths is None:
        yield from ((0, fault) for fault in _scan(root))
        return
    for position, path in enumerate(refused.paths):
        element = follow(root, path)
        faults = list(explainer.faults(element, root)) or [_unexplained(element, root)]
        yield from ((position, fault) for fault in faults)


def _scan(root: etree._Element) -> Iterator[Fault]:
    """The faults of element after element, for a document with more errors than lxml is asked to place."""
    found = False
    for element in islice(root.iter("*"), MOST_SCANNED):
        for fault in _explainer().own_faults(element, root):
            found = True
            yield fault
    if not found:
        yield _unexplained(root, root)


def _unexplained(element: etree._Element, root: etree._Element) -> Fault:
    sentence = say.OTHER if element.get("ID") is None else say.ID_TWICE
    return Fault(element, _explainer().xpath(element, root), sentence)


def _distinct(faults: Iterable[tuple[int, Fault]]) -> Iterator[tuple[int, Fault]]:
    """Each place and reason once; never nothing, since the document is refused."""
    told: set[tuple[str, Sentence]] = set()
    for position, fault in faults:
        key = (fault.xpath, fault.sentence)
        if key not in told:
            told.add(key)
            yield position, fault


def _element_path(path: str | None) -> str:
    """The path without its last step if that is an attribute."""
    return (path or "/*").partition("/@")[0]


def follow(root: etree._Element, path: str) -> etree._Element:
    """The element that a path of libxml2 names, as far as it can be followed.

    A step is ``*`` for an element in a default namespace (its number counts all elements), or a name with the
    prefix of the document; no number means the only one.
    """
    here = root
    for step in list(_STEP.finditer(path))[1:]:
        name, number = step.group(1), int(step.group(2) or 1)
        children: list[Any] = [child for child in here if isinstance(child.tag, str)]
        if name != "*":
            prefix, _, local = name.rpartition(":")
            named = ((prefix or None), local)
            children = [c for c in children if (c.prefix, etree.QName(c).localname) == named]
        if len(children) < number:
            return here
        here = children[number - 1]
    return here
