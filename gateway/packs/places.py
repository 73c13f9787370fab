"""Places of a document, from the ways that Saxon and libxml2 write them to the way that people read."""

from __future__ import annotations

import re

from lxml import etree

from gateway.model import Location

_STEP = re.compile(r"/(?:Q\{([^}]*)\}([^/\[@]+)|(\*)|(?:[\w.-]+:)?([\w.-]+))(?:\[(\d+)\])?")
_ATTRIBUTE = re.compile(r"/@(?:Q\{[^}]*\})?([\w.-]+)$")


def located(root: etree._Element, path: str) -> etree._Element | None:
    """The element at an absolute path of ``fn:path()`` or of libxml2; None when it cannot be followed."""
    steps = list(_STEP.finditer(_ATTRIBUTE.sub("", path)))
    element: etree._Element | None = root if steps else None
    for step in steps[1:]:
        if element is None:
            return None
        namespace, name, star, prefixed, number = step.groups()
        place = int(number or 1) - 1
        children = [child for child in element if isinstance(child.tag, str)]
        if not star:
            full = f"{{{namespace}}}{name}" if namespace else name
            children = [
                child
                for child in children
                if child.tag == full or (prefixed and etree.QName(child).localname == prefixed)
            ]
        element = children[place] if place < len(children) else None
    return element


def attribute_of(path: str) -> str:
    """The name of the attribute that a path ends in, empty for an element."""
    found = _ATTRIBUTE.search(path)
    return found.group(1) if found else ""


def readable(element: etree._Element, root: etree._Element, attribute: str = "") -> str:
    """``/ClinicalDocument/recordTarget/patientRole/id[2]``: local names, numbers where there are several."""
    steps: list[str] = []
    one: etree._Element | None = element
    while one is not None:
        name = etree.QName(one).localname
        parent = one.getparent() if one is not root else None
        same = [child for child in parent if child.tag == one.tag] if parent is not None else [one]
        steps.append(name if len(same) == 1 else f"{name}[{same.index(one) + 1}]")
        one = parent
    path = "/" + "/".join(reversed(steps))
    return f"{path}/@{attribute}" if attribute else path


def location(origin: Location, xpath: str, line: int | None) -> Location:
    """A place in a document, with the OBX-5 that carried it."""
    return Location(
        segment=origin.segment,
        sequence=origin.sequence,
        field=5 if origin.segment is not None else None,
        xpath=xpath,
        line=line,
    )
