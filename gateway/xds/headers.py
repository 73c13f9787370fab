"""MIME header lines and Content-Type parameters, read strictly and within bounds (RFC 2045 §5.1)."""

from __future__ import annotations

import re

from gateway.errors import MalformedMultipart

MAX_HEADER_BYTES = 16_384
_TYPE = re.compile(r"\s*([!#$%&'*+\-.^_`|~0-9A-Za-z]+/[!#$%&'*+\-.^_`|~0-9A-Za-z]+)\s*(?=;|$)")
# An unquoted value may hold what RFC 2045 would have quoted (":", "=", "<>"): senders do so.
_PARAMETER = re.compile(r';\s*([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*))\s*(?=;|$)')
_REST = re.compile(r"[;\s]*")


def media_type(value: str) -> tuple[str, dict[str, str]]:
    """``type/subtype`` in lower case and the parameters by lower-case name. Raises MalformedMultipart."""
    found = _TYPE.match(value) if len(value) <= MAX_HEADER_BYTES else None
    if found is None:
        raise MalformedMultipart("Content-Type illisible / unreadable Content-Type")
    parameters: dict[str, str] = {}
    position = found.end()
    while (each := _PARAMETER.match(value, position)) is not None:
        name, quoted, plain = each.groups()
        if name.lower() in parameters:
            raise MalformedMultipart("paramètre de Content-Type répété / repeated Content-Type parameter")
        parameters[name.lower()] = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else plain
        position = each.end()
    if not _REST.fullmatch(value, position):
        raise MalformedMultipart("Content-Type illisible / unreadable Content-Type")
    return found.group(1).lower(), parameters


def read_headers(data: bytes) -> tuple[dict[str, str], int]:
    """Headers of a part by lower-case name, and where its content starts. Raises MalformedMultipart."""
    lines: list[str] = []
    position = 0
    while position < len(data):
        end = data.find(b"\n", position, MAX_HEADER_BYTES)
        if end < 0:
            raise MalformedMultipart("en-têtes de partie sans fin / part headers do not end")
        line = data[position:end].rstrip(b"\r")
        position = end + 1
        if not line:
            return _headers(lines), position
        if line[:1] in b" \t" and lines:
            lines[-1] += " " + line.decode("latin-1").strip()
        else:
            lines.append(line.decode("latin-1"))
    # Headers alone are a part without content (RFC 2046 §5.1, body-part).
    return _headers(lines), position


def _headers(lines: list[str]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        key = name.strip().lower()
        if not colon or not key or key in headers:
            raise MalformedMultipart("en-tête de partie invalide ou répété / invalid or repeated part header")
        headers[key] = value.strip()
    return headers
