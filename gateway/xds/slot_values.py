"""Values of stored-query slots: quoting them and reading them with a tokenizer (ITI TF-2 §3.18.4.1.2.3.5)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gateway.errors import MalformedMetadata

# A quoted string in which '' is a quote, a number, or one of the three marks of a list.
_TOKEN = re.compile(r"\s*(?:'((?:[^']|'')*)'|([+-]?\d+(?:\.\d+)?)|([(),]))\s*")


def quote(text: str) -> str:
    """A string literal: single quotes around, inner quotes doubled."""
    return "'" + text.replace("'", "''") + "'"


def quote_list(texts: Sequence[str]) -> str:
    return "(" + ",".join(quote(text) for text in texts) + ")"


def read_value(text: str, parameter: str) -> list[str]:
    """The literals of one rim:Value, a literal or a list of them.

    Raises MalformedMetadata (XDSRegistryError, location = parameter) when the syntax is not the standard's.
    """
    tokens = list(_tokens(text, parameter))
    if tokens and tokens[0] == ("mark", "("):
        return _list(tokens, parameter)
    if len(tokens) == 1 and tokens[0][0] == "literal":
        return [tokens[0][1]]
    raise _syntax(parameter)


def _list(tokens: list[tuple[str, str]], parameter: str) -> list[str]:
    inner = tokens[1:-1]
    literals, marks = inner[0::2], inner[1::2]
    well_formed = (
        tokens[-1] == ("mark", ")")
        and len(inner) % 2 == 1
        and all(kind == "literal" for kind, _ in literals)
        and all(mark == ("mark", ",") for mark in marks)
    )
    if not well_formed:
        raise _syntax(parameter)
    return [value for _, value in literals]


def _tokens(text: str, parameter: str) -> Iterator[tuple[str, str]]:
    position = 0
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None:
            raise _syntax(parameter)
        string, number, mark = found.groups()
        if string is not None:
            yield "literal", string.replace("''", "'")
        elif number is not None:
            yield "literal", number
        else:
            yield "mark", mark
        position = found.end()


def _syntax(parameter: str) -> MalformedMetadata:
    return MalformedMetadata(
        "syntaxe de valeur invalide / invalid value syntax: 'a' ou/or ('a','b') (ITI TF-2 §3.18.4.1.2.3.5)",
        "XDSRegistryError",
        parameter,
    )
