"""What the gateway makes of a report, for the declared senders of the trial installation."""

from __future__ import annotations

import base64
import dataclasses
import functools

from lxml import etree

from gateway.model import Code, Facility
from gateway.pipeline import Judged, judge_message
from gateway.settings import load_facilities
from gateway.validators import JudgeSettings

V3 = "{urn:hl7-org:v3}"


@functools.cache
def facility(code: str = "imagerie-exemple") -> Facility:
    return next(one for one in load_facilities(None).facilities if one.code == code)


def judged(
    body: bytes, settings: JudgeSettings | None = None, sender: str = "imagerie-exemple", **changes: object
) -> Judged:
    """``changes`` replace fields of the declared sender."""
    who = dataclasses.replace(facility(sender), **changes)  # type: ignore[arg-type]
    return judge_message(body, lambda reading: who, "20261020140000", settings)


def problems(found: Judged) -> list[tuple[str, str]]:
    """(rule, place) of every error."""
    return [(finding.rule, str(finding.location)) for finding in found.verdict.errors]


def remarks(found: Judged) -> list[tuple[str, str]]:
    """(rule, place) of every warning."""
    return [(finding.rule, str(finding.location)) for finding in found.verdict.warnings]


def content(body: bytes, **changes: object) -> bytes:
    """The CDA built from a message that must be accepted."""
    found = judged(body, **changes)  # type: ignore[arg-type]
    assert found.submission is not None, problems(found)
    return found.submission.contents[0].data


def document(body: bytes, **changes: object) -> etree._Element:
    return etree.fromstring(content(body, **changes), etree.XMLParser(huge_tree=True))


def body_of(root: etree._Element) -> tuple[str, bytes]:
    """Media type and bytes of the level 1 body."""
    text = root.find(f"{V3}component/{V3}nonXMLBody/{V3}text")
    assert text is not None
    return text.get("mediaType", ""), base64.b64decode(text.text or "")


def written(body: bytes, **changes: object) -> str:
    """The words of a report in plain text."""
    media_type, data = body_of(document(body, **changes))
    assert media_type == "text/plain"
    return data.decode()


def service_codes(root: etree._Element, number: int = 0) -> list[tuple[str, str]]:
    """(code, system) of an act, its translations after it."""
    code = root.findall(f"{V3}documentationOf/{V3}serviceEvent/{V3}code")[number]
    found = [code, *code.findall(f"{V3}translation")]
    return [(one.get("code", ""), one.get("codeSystem", "")) for one in found]


def types(**mapping: str) -> tuple[tuple[str, Code], ...]:
    """``document_types`` as the settings give them."""
    from gateway.settings.declared import document_type

    return tuple((local, document_type(code.replace("_", "-"))) for local, code in mapping.items())
