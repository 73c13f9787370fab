"""Where to look when an assert of the schematron fails, and how people read that place."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import cast

from lxml import etree

_NAMESPACES = {"h": "urn:hl7-org:v3"}
_PREDICATE = re.compile(r"\[[^\]]*\]")
_Find = Callable[[etree._Element], list[etree._Element]]


class Subject:
    """Child steps from the context of an assert, at the end an attribute or not; empty: the context itself.

    A predicate of a step looks at attributes only and has no slash.
    """

    __slots__ = ("_attribute", "_steps")

    def __init__(self, path: str) -> None:
        steps = path.split("/") if path else []
        self._attribute = steps.pop() if steps and steps[-1].startswith("@") else ""
        self._steps = [(_PREDICATE.sub("", step), _finder(step)) for step in steps]

    def look(self, context: etree._Element) -> tuple[str, etree._Element]:
        """The place in words, and the element to show: the deepest that is there on the way to it."""
        element, missing = context, [name for name, _ in self._steps]
        for _, find in self._steps:
            found = find(element)
            if not found:
                break
            element = found[0]
            missing.pop(0)
        parts = [element_path(element), *missing]
        if self._attribute:
            parts.append(self._attribute)
        return "/".join(parts), element


def _finder(step: str) -> _Find:
    return cast("_Find", etree.XPath(f"h:{step}", namespaces=_NAMESPACES, smart_strings=False))


def element_path(element: etree._Element) -> str:
    """``/ClinicalDocument/author[2]/time``: the rank among namesakes is said from the second on."""
    steps = []
    one: etree._Element | None = element
    while one is not None:
        rank = 1 + sum(1 for _ in one.itersiblings(one.tag, preceding=True))
        name = etree.QName(one).localname
        steps.append(name if rank == 1 else f"{name}[{rank}]")
        # A self-presentable document stands inside a stylesheet: the path starts at the document.
        one = None if name == "ClinicalDocument" else one.getparent()
    return "/" + "/".join(reversed(steps))
