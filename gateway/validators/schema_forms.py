"""What a simple type of the schema asks for, in words: its codes, or the form its name stands for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gateway.validators.rules_schema import Sentence

MOST_CODES = 20

FORMS: dict[str, Sentence] = {
    "cs": Sentence("un code, sans espace", "a code, without blanks"),
    "oid": Sentence(
        "un OID (nombres séparés par des points, sans zéro en tête)",
        "an OID (numbers and dots, no leading zero)",
    ),
    "uid": Sentence(
        "un OID (nombres séparés par des points, sans zéro en tête) ou un UUID",
        "an OID (numbers and dots, no leading zero) or a UUID",
    ),
    "ts": Sentence(
        "une date HL7 (AAAAMMJJ, ou AAAAMMJJHHMMSS avec décalage, +0100 par exemple)",
        "an HL7 timestamp (YYYYMMDD, or YYYYMMDDHHMMSS with an offset, +0100 for example)",
    ),
    "bl": Sentence("true ou false", "true or false"),
    "st": Sentence("un texte non vide", "a text that is not empty"),
    "int": Sentence("un nombre entier", "a whole number"),
    "real": Sentence("un nombre (point décimal)", "a number (decimal point)"),
    "probability": Sentence("un nombre de 0 à 1", "a number from 0 to 1"),
    "bin": Sentence("des données en Base64", "Base64 data"),
    "url": Sentence("une URI", "a URI"),
    "ID": Sentence("un identifiant qui commence par une lettre", "an identifier that starts with a letter"),
    "IDREF": Sentence("un identifiant du document", "an identifier of the document"),
    "IDREFS": Sentence("des identifiants du document", "identifiers of the document"),
    "NMTOKEN": Sentence("un mot, sans espace", "a word, without blanks"),
    "NMTOKENS": Sentence("des mots séparés par des espaces", "words with blanks between them"),
    "boolean": Sentence("true ou false", "true or false"),
    "": Sentence("la forme que demande le schéma", "the form that the schema asks for"),
}
"""What the simple types of the schema ask for, by their local name."""


def fits(simple: Any, value: str) -> bool:
    """Whether ``value`` has the form that an xmlschema simple type asks for."""
    return bool(simple.is_valid(value))


def form_of(simple: Any) -> Sentence:
    """What an xmlschema simple type asks for (or that of the simple content of a complex one)."""
    if simple.is_complex():
        simple = simple.content
    several = simple.is_list()
    codes = _codes(_item_type(simple) if several else simple)
    if codes:
        return _one_of(codes, several=several)
    here: Any = simple
    while here is not None:
        if here.local_name in FORMS:
            return FORMS[here.local_name]
        here = here.base_type
    return FORMS[""]


def _item_type(simple: Any) -> Any:
    """The type of the members of a list, also of a list that is restricted further."""
    while getattr(simple, "item_type", None) is None:
        simple = simple.base_type
    return simple.item_type


def _codes(simple: Any) -> list[str]:
    members = getattr(simple, "member_types", None)
    if members:
        parts = [_codes(member) for member in members]
        return [code for part in parts for code in part] if all(parts) else []
    return [str(code) for code in simple.enumeration or ()]


def _one_of(codes: Sequence[str], *, several: bool = False) -> Sentence:
    """``several`` when the value is a set of codes with blanks between them."""
    listed = ", ".join(codes[:MOST_CODES]) + ("…" if len(codes) > MOST_CODES else "")
    if several:
        return Sentence(f"des codes parmi {listed}", f"codes among {listed}")
    return Sentence(f"un code parmi {listed}", f"one of {listed}")
