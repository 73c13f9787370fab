"""What the gateway makes of a message, for the declared laboratory of the trial installation."""

from __future__ import annotations

import dataclasses
import functools

from lxml import etree

from gateway.model import Facility, Finding
from gateway.pipeline import Judged, judge_message
from gateway.settings import load_facilities
from gateway.validators import JudgeSettings

V3 = "{urn:hl7-org:v3}"
XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"


@functools.cache
def laboratory() -> Facility:
    found = load_facilities(None)
    return next(facility for facility in found.facilities if facility.code == "labo-exemple")


def judged(body: bytes, settings: JudgeSettings | None = None, **changes: object) -> Judged:
    """``changes`` replace fields of the declared laboratory."""
    facility = dataclasses.replace(laboratory(), **changes)  # type: ignore[arg-type]
    return judge_message(body, lambda reading: facility, "20261005140000", settings)


def problems(found: Judged) -> list[tuple[str, str]]:
    """(rule, place) of every error."""
    return [(finding.rule, str(finding.location)) for finding in found.verdict.errors]


def remarks(found: Judged) -> list[tuple[str, str]]:
    """(rule, place) of every warning."""
    return [(finding.rule, str(finding.location)) for finding in found.verdict.warnings]


def document(body: bytes, **changes: object) -> etree._Element:
    """The document built from a message that must be accepted."""
    return etree.fromstring(content(body, **changes), etree.XMLParser(huge_tree=True))


def content(body: bytes, **changes: object) -> bytes:
    found = judged(body, **changes)
    assert found.submission is not None, problems(found)
    return found.submission.contents[0].data


def observations(root: etree._Element) -> list[etree._Element]:
    """The observations of results, in document order."""
    return [
        element
        for element in root.iter(f"{V3}observation")
        if any(t.get("root") == "1.3.6.1.4.1.19376.1.3.1.6" for t in element.iterchildren(f"{V3}templateId"))
    ]


def value(root: etree._Element, number: int = 0) -> etree._Element:
    """The value of the observation ``number``."""
    found = observations(root)[number].find(f"{V3}value")
    assert found is not None
    return found


def texts(finding: Finding) -> str:
    return f"{finding.text_fr} {finding.text_en}"
