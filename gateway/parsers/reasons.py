"""Why bytes are not a readable CDA, in words. No text quotes the document."""

from __future__ import annotations

from enum import Enum

from lxml import etree


class Reason(Enum):
    """One reason each, as (French, English)."""

    EMPTY = ("Il est vide.", "It is empty.")
    NOT_XML = (
        "Ce n'est pas du XML : mettre le document CDA lui-même.",
        "It is not XML: put the CDA document itself.",
    )
    SIZE = ("Il dépasse la taille maximale.", "It exceeds the maximum size.")
    NODES = (
        "Il compte plus d'éléments ou d'attributs que la passerelle n'en lit.",
        "It has more elements or attributes than the gateway reads.",
    )
    DEPTH = (
        "Les éléments sont imbriqués trop profondément.",
        "The elements are nested too deeply.",
    )
    RESOURCE = (
        "Un texte, un nom ou une imbrication dépasse ce qu'un analyseur XML accepte.",
        "A text, a name or a nesting exceeds what an XML parser accepts.",
    )
    DOCTYPE = (
        "Une déclaration DOCTYPE est refusée par sécurité : la retirer.",
        "A DOCTYPE declaration is refused for safety: remove it.",
    )
    UNKNOWN_ENCODING = (
        "L'encodage déclaré n'est pas accepté : utiliser UTF-8.",
        "The declared encoding is not accepted: use UTF-8.",
    )
    CONTRADICTION = (
        "L'encodage déclaré contredit celui des octets (marque d'ordre ou UTF-16) : utiliser UTF-8.",
        "The declared encoding contradicts the bytes (byte order mark or UTF-16): use UTF-8.",
    )
    UNDECODABLE = (
        "Problème d'encodage : des octets ne correspondent pas à l'encodage déclaré (UTF-8 par défaut).",
        "Encoding problem: some bytes do not agree with the declared encoding (UTF-8 by default).",
    )
    TAGS = (
        "XML mal formé : une balise fermante ne correspond pas à la balise ouverte.",
        "XML not well-formed: a closing tag does not match the open one.",
    )
    TRUNCATED = (
        "XML mal formé : le document s'arrête avant sa fin (tronqué ?).",
        "XML not well-formed: the document stops before its end (truncated?).",
    )
    ENTITY = (
        "XML mal formé : entité inconnue ou & isolé (écrire &amp; ou le caractère lui-même).",
        "XML not well-formed: unknown entity or lone & (write &amp; or the character itself).",
    )
    CHARACTER = (
        "XML mal formé : caractère interdit en XML.",
        "XML not well-formed: a character that XML does not allow.",
    )
    PREFIX = (
        "XML mal formé : préfixe d'espace de noms non déclaré.",
        "XML not well-formed: undeclared namespace prefix.",
    )
    DECLARATION = (
        "XML mal formé : la déclaration XML doit être au tout début.",
        "XML not well-formed: the XML declaration must stand at the very beginning.",
    )
    SYNTAX = ("XML mal formé.", "XML not well-formed.")
    ROOT = (
        "La racine n'est pas ClinicalDocument dans l'espace de noms urn:hl7-org:v3.",
        "The root is not ClinicalDocument in the namespace urn:hl7-org:v3.",
    )
    NAMESPACE = (
        "La racine est ClinicalDocument, mais pas dans l'espace de noms urn:hl7-org:v3.",
        "The root is ClinicalDocument, but not in the namespace urn:hl7-org:v3.",
    )
    EMBEDDED = (
        "Une feuille de style autoprésentable doit contenir exactement un ClinicalDocument.",
        "A self-presentable style sheet must embed exactly one ClinicalDocument.",
    )

    @property
    def fr(self) -> str:
        return self.value[0]

    @property
    def en(self) -> str:
        return self.value[1]


_SYNTAX: dict[int, Reason] = {
    int(etree.ErrorTypes.ERR_TAG_NAME_MISMATCH): Reason.TAGS,
    int(etree.ErrorTypes.ERR_TAG_NOT_FINISHED): Reason.TRUNCATED,
    int(etree.ErrorTypes.ERR_GT_REQUIRED): Reason.TRUNCATED,
    int(etree.ErrorTypes.ERR_UNDECLARED_ENTITY): Reason.ENTITY,
    int(etree.ErrorTypes.ERR_NAME_REQUIRED): Reason.ENTITY,
    int(etree.ErrorTypes.ERR_ENTITYREF_SEMICOL_MISSING): Reason.ENTITY,
    int(etree.ErrorTypes.ERR_INVALID_CHAR): Reason.CHARACTER,
    int(etree.ErrorTypes.ERR_INVALID_ENCODING): Reason.UNDECODABLE,
    int(etree.ErrorTypes.NS_ERR_UNDEFINED_NAMESPACE): Reason.PREFIX,
    int(etree.ErrorTypes.ERR_RESERVED_XML_NAME): Reason.DECLARATION,
    int(etree.ErrorTypes.ERR_DOCUMENT_EMPTY): Reason.NOT_XML,
    114: Reason.RESOURCE,  # XML_ERR_RESOURCE_LIMIT, younger than some lxml versions
}


def syntax_reason(code: int | None) -> Reason:
    """The reason behind an error code of libxml2."""
    return _SYNTAX.get(code or 0, Reason.SYNTAX)
