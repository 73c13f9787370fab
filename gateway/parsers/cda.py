"""A CDA R2 document: bytes to ClinicalDocument element and header facts. The bytes are never altered."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lxml import etree

from gateway.model import CdaHeader, Finding, Location
from gateway.parsers import rules
from gateway.parsers.header import read_header
from gateway.parsers.limits import Limits
from gateway.parsers.reasons import Reason
from gateway.parsers.safexml import Refusal, parse

CLINICAL_DOCUMENT = "{urn:hl7-org:v3}ClinicalDocument"
STYLESHEETS = (
    "{http://www.w3.org/1999/XSL/Transform}stylesheet",
    "{http://www.w3.org/1999/XSL/Transform}transform",
)
MIME_CDA = "text/xml"
MIME_SELF_PRESENTABLE = "application/xslt+xml"


@dataclass(frozen=True, slots=True)
class CdaReading:
    """What one document gave. ``root`` and ``header`` are None together, with an error in ``findings``."""

    root: etree._Element | None = None
    header: CdaHeader | None = None
    mime_type: str = MIME_CDA
    findings: tuple[Finding, ...] = ()


def read_cda(content: bytes, where: Location, limits: Limits) -> CdaReading:
    """Read ``content``, carried at ``where``. Raises nothing.

    A self-presentable document (an XSL stylesheet that embeds exactly one ClinicalDocument) is read by its
    embedded element and keeps a MIME type of its own.
    """
    parsed = parse(content, limits)
    if isinstance(parsed, Refusal):
        return CdaReading(findings=(_refused(parsed, where),))
    document = _clinical_document(parsed.root)
    if isinstance(document, Reason):
        wrong = _refused(Refusal(document, line=_line(parsed.root)), where)
        return CdaReading(findings=(wrong,))
    mime_type = MIME_CDA if document is parsed.root else MIME_SELF_PRESENTABLE
    findings = () if parsed.encoding == "utf-8" else (rules.ENCODING.at(replace(where, line=1)),)
    return CdaReading(document, read_header(document), mime_type, findings)


def _clinical_document(root: etree._Element) -> etree._Element | Reason:
    if root.tag == CLINICAL_DOCUMENT:
        return root
    if root.tag in STYLESHEETS:
        embedded = list(root.iter(CLINICAL_DOCUMENT))
        return embedded[0] if len(embedded) == 1 else Reason.EMBEDDED
    return Reason.NAMESPACE if etree.QName(root).localname == "ClinicalDocument" else Reason.ROOT


def _refused(refusal: Refusal, where: Location) -> Finding:
    rule = rules.SIZE if refusal.reason is Reason.SIZE else rules.NOT_A_CDA
    place = replace(where, line=refusal.line, detail=refusal.detail)
    return rule.at(place, more_fr=refusal.reason.fr, more_en=refusal.reason.en)


def _line(root: etree._Element) -> int | None:
    return getattr(root, "sourceline", None)
