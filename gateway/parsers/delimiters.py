"""The five delimiters of a message, read from MSH-1 and MSH-2 (HL7 2.5 §2.5.4)."""

from __future__ import annotations

from gateway.model import Finding, Location, Separators
from gateway.parsers import rules

STANDARD = Separators()
ENCODING_CHARACTERS = "^~\\&"


def header_text(line: bytes) -> str:
    """The MSH line before its character set is known: UTF-8 when it is, else one character a byte."""
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("iso-8859-15")


def field_separator(header: str) -> str:
    """MSH-1 as it is used, ``|`` when what stands there cannot separate anything."""
    sign = header[3:4]
    return sign if _usable(sign) else STANDARD.field


def read_separators(header: str, rest: bytes) -> tuple[Separators, list[Finding]]:
    """The delimiters to read with, and R.ENC.04 for MSH-1 and MSH-2 when they are not the standard ones.

    A declared sign that the message never uses, where the standard one is used, gives way to the standard:
    so a look-alike in MSH-2 alone (U+02DC for ``~``) does not spoil the reading of the rest.
    """
    separator = field_separator(header)
    declared = header[4:].partition(separator)[0]
    findings = []
    if header[3:4] != STANDARD.field:
        findings.append(rules.DELIMITERS.at(Location(segment="MSH", field=1)))
    if declared.rstrip() != ENCODING_CHARACTERS:
        findings.append(rules.DELIMITERS.at(Location(segment="MSH", field=2)))
    if not findings:
        return STANDARD, findings
    signs = _signs(declared, separator, rest)
    return Separators(separator, *signs), findings


def _signs(declared: str, separator: str, rest: bytes) -> list[str]:
    """Component, repetition, escape and subcomponent signs, each different from the others."""
    taken = {separator}
    signs = []
    for position, standard in enumerate(ENCODING_CHARACTERS):
        sign = declared[position : position + 1]
        if not _usable(sign) or sign in taken or _unused(sign, standard, rest):
            sign = standard
        taken.add(sign)
        signs.append(sign)
    return signs


def _usable(sign: str) -> bool:
    return bool(sign) and sign.isprintable() and not sign.isalnum() and not sign.isspace()


def _unused(sign: str, standard: str, rest: bytes) -> bool:
    return sign != standard and sign.encode() not in rest and standard.encode() in rest
