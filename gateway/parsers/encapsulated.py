"""Encapsulated data (ED): the Base64 of OBX-5.5 to bytes, refusing what RFC 4648 §4 does not allow."""

from __future__ import annotations

import binascii

from gateway.model import Finding, Location, Segment, Severity
from gateway.parsers import rules
from gateway.parsers.limits import Limits

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def location(obx: Segment) -> Location:
    """OBX-5.5 of this very OBX."""
    return Location(segment="OBX", sequence=obx.occurrence, field=5, component=5)


def decode(obx: Segment, limits: Limits) -> tuple[bytes, list[Finding]]:
    """The bytes of OBX-5.5, empty with an error when they cannot be had.

    An empty OBX-5.5 and an encoding other than Base64 give no bytes and no finding here: R.DOC.08 and
    R.DOC.07 are rules of the judges. Missing padding is only a warning: official files lack it.
    """
    encoding = obx.value(5, 4)
    text = obx.component(5, 5).strip()
    if not text or (encoding and encoding.lower() != "base64"):
        return b"", []
    if len(text) // 4 * 3 > limits.max_document_bytes:
        return b"", [rules.SIZE.at(location(obx))]
    return _from_base64(text, location(obx))


def _from_base64(text: str, where: Location) -> tuple[bytes, list[Finding]]:
    data = text.encode("ascii", errors="replace")  # every replacement is "?", a foreign character
    digits = data.rstrip(b"=")
    padding = len(data) - len(digits)
    foreign = digits.translate(None, _ALPHABET)
    if foreign:
        place = digits.find(foreign[:1]) + 1
        return b"", [
            _wrong(where, f"Caractère étranger à la position {place}.", f"Foreign character {place}.")
        ]
    if len(digits) % 4 == 1 or padding > 2:
        return b"", [_wrong(where, "Longueur impossible, texte tronqué ?", "Impossible length, cut text?")]
    needed = -len(digits) % 4
    findings = [] if padding == needed else [_padding(where)]
    return binascii.a2b_base64(digits + b"=" * needed), findings


def _wrong(where: Location, fr: str, en: str) -> Finding:
    return rules.BASE64.at(where, more_fr=fr, more_en=en)


def _padding(where: Location) -> Finding:
    return rules.BASE64.at(
        where,
        severity=Severity.WARNING,
        more_fr="Les signes = de fin ne sont pas ceux attendus ; le contenu reste lisible.",
        more_en="The final = signs are not those expected; the content can still be read.",
    )
