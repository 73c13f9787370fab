"""Where a header fact stands: the HL7 place that carried the document, the path in it, and the line."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from gateway.model import Document, Finding, Location, Rule

_CDA = "{urn:hl7-org:v3}"


def place(document: Document, path: str) -> Location:
    """The location of ``path`` (``code``, ``recordTarget/patientRole/id``) in the header of ``document``.

    The line is that of the first such element, or of the closest ancestor that exists.
    """
    return replace(document.origin, xpath=f"/ClinicalDocument/{path}", line=_line(document.root, path))


def _line(root: Any, path: str) -> int | None:
    if root is None:
        return None
    element = root
    for step in path.split("/"):
        child = element.find(f"{_CDA}{step}")
        if child is None:
            break
        element = child
    line = element.sourceline
    return int(line) if line is not None else None


class Reporter:
    """Collects what is wrong with one document, in the order of its metadata."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.findings: list[Finding] = []

    def report(self, rule: Rule, path: str, more_fr: str = "", more_en: str = "") -> None:
        self.findings.append(rule.at(place(self.document, path), more_fr=more_fr, more_en=more_en))
