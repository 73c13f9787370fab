"""The rule of the CDA schema, R.XSD.01, and the sentences that say what of the schema a place breaks.

No sentence holds a value found: names are those that the schema declares, values those that it asks for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.model import Rule, Severity

MOST_NAMES = 12

XSD_01 = Rule(
    "R.XSD.01",
    "HL7 CDA R2 (ISO/HL7 27932) avec les extensions sdtc, lab, pharm et DICOM",
    Severity.ERROR,
    "Le document ne suit pas le schéma de CDA R2 : corriger cet endroit.",
    "The document does not follow the schema of CDA R2: mend this place.",
    "207",
    "906",
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One reason in both languages."""

    fr: str
    en: str


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:MOST_NAMES])
    return f"{shown}…" if len(names) > MOST_NAMES else shown


def _expected(expected: Sequence[str], complete: bool) -> Sentence:
    if not expected:
        return Sentence("Plus rien n'est attendu ici.", "Nothing more is expected here.")
    listed = _listed(expected)
    if complete:
        return Sentence(f"Attendu ici : {listed}, ou rien.", f"Expected here: {listed}, or nothing.")
    return Sentence(f"Attendu ici : {listed}.", f"Expected here: {listed}.")


def unexpected(name: str, expected: Sequence[str], *, complete: bool) -> Sentence:
    """``name`` is empty for an element that the schema does not know at all."""
    follows = _expected(expected, complete)
    if not name:
        return Sentence(
            f"Cet élément n'existe pas dans ce schéma. {follows.fr}",
            f"This element is not known to the schema. {follows.en}",
        )
    return Sentence(
        f"L'élément {name} n'a pas sa place ici (ordre, nombre ou nom). {follows.fr}",
        f"The element {name} has no place here (order, number or name). {follows.en}",
    )


def missing_before(missing: str, name: str) -> Sentence:
    return Sentence(
        f"Il manque l'élément {missing} avant l'élément {name}.",
        f"The element {missing} is missing before the element {name}.",
    )


def incomplete(expected: Sequence[str]) -> Sentence:
    if len(expected) == 1:
        return Sentence(f"Il manque l'élément {expected[0]}.", f"The element {expected[0]} is missing.")
    listed = _listed(expected)
    return Sentence(f"Il manque un des éléments : {listed}.", f"One of these elements is missing: {listed}.")


def attribute_missing(name: str) -> Sentence:
    return Sentence(f"Il manque l'attribut {name}.", f"The attribute {name} is missing.")


def attribute_unknown(name: str) -> Sentence:
    """``name`` is empty for an attribute that the schema does not know at all."""
    if not name:
        return Sentence(
            "Un attribut n'existe pas dans ce schéma.", "An attribute is not known to the schema."
        )
    return Sentence(f"L'attribut {name} n'est pas permis ici.", f"The attribute {name} is not allowed here.")


def attribute_value(name: str, form: Sentence) -> Sentence:
    return Sentence(
        f"La valeur de l'attribut {name} n'a pas la forme attendue : {form.fr}.",
        f"The value of the attribute {name} does not have the expected form: {form.en}.",
    )


def attribute_fixed(name: str, value: str) -> Sentence:
    return Sentence(f"L'attribut {name} doit valoir {value}.", f"The attribute {name} must be {value}.")


def text_value(form: Sentence) -> Sentence:
    return Sentence(
        f"Le contenu de cet élément n'a pas la forme attendue : {form.fr}.",
        f"The content of this element does not have the expected form: {form.en}.",
    )


TEXT_FOUND = Sentence(
    "Cet élément ne contient que des éléments : retirer le texte qui est entre eux.",
    "This element holds elements only: take away the text between them.",
)
NOT_EMPTY = Sentence("Cet élément doit être vide.", "This element must be empty.")
TYPE_MISSING = Sentence(
    "Le type de la valeur manque : ajouter xsi:type (PQ, CD, ST, INT, TS…).",
    "The type of the value is missing: add xsi:type (PQ, CD, ST, INT, TS…).",
)
TYPE_UNKNOWN = Sentence(
    "xsi:type ne nomme pas un type de données HL7 V3 (vérifier le nom et son espace de noms).",
    "xsi:type does not name an HL7 V3 data type (check the name and its namespace).",
)
TYPE_UNFIT = Sentence(
    "Le type que nomme xsi:type ne convient pas à cet élément.",
    "The type named by xsi:type does not fit this element.",
)
NOT_NILLABLE = Sentence(
    "xsi:nil n'est pas permis ici : dire l'absence par nullFlavor.",
    "xsi:nil is not allowed here: say the absence with nullFlavor.",
)
ID_TWICE = Sentence(
    "Cet identifiant est déjà pris dans le document : chaque ID est unique.",
    "This identifier is already taken in the document: each ID is unique.",
)
OTHER = Sentence("La raison n'a pas pu être précisée.", "The reason could not be told more precisely.")


def left_out(count: int | None) -> Sentence:
    """``count`` is None when there are too many to count."""
    if count is None:
        return Sentence("D'autres endroits, trop nombreux pour être comptés, ne le suivent pas non plus.",
                        "Other places, too many to count, do not follow it either.")  # fmt: skip
    if count == 1:
        return Sentence(
            "Un autre endroit ne le suit pas non plus.", "One other place does not follow it either."
        )
    return Sentence(
        f"{count} autres endroits ne le suivent pas non plus.",
        f"{count} other places do not follow it either.",
    )
