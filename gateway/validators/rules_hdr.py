"""Rules of the CDA header that need more than the document: value sets, the environment, a measure.

The others are data of ``schemas/schematron/cda-header.sch``, read by ``rules_cda_header``.
"""

from __future__ import annotations

from gateway.model import Rule, Severity


def _hdr(number: str, place: str, text_fr: str, text_en: str) -> Rule:
    clause = f"CI-SIS structuration minimale 1.16.8, {place}"
    return Rule(f"R.HDR.{number}", clause, Severity.ERROR, text_fr, text_en, "207", "906")


HDR_03 = _hdr(
    "03",
    "code (JDV_J66 pour le DMP, JDV_J07 sinon)",
    "Le type du document n'est pas dans le jeu de valeurs demandé (JDV_J66 pour le DMP, JDV_J07 sinon) :"
    " choisir un type de cette liste, avec son système de codage.",
    "The document type is not in the value set required (JDV_J66 for the DMP, JDV_J07 otherwise): choose a"
    " type from that list, with its code system.",
)
HDR_13 = _hdr(
    "13",
    "recordTarget/patientRole/id (INS)",
    "Une INS de test ou de démonstration n'entre pas dans le DMP de production : envoyer ce document à un"
    " environnement d'essai.",
    "A test or demonstration INS does not enter the production DMP: send this document to a trial"
    " environment.",
)
HDR_20 = _hdr(
    "20",
    "documentationOf/serviceEvent/performer (JDV_J62 pour le DMP, JDV_J04 sinon)",
    "Le cadre d'exercice manque ou n'est pas dans le jeu de valeurs (JDV_J62 pour le DMP, JDV_J04 sinon) :"
    " corriger standardIndustryClassCode de l'exécutant de l'acte principal.",
    "The practice setting is missing or is not in the value set (JDV_J62 for the DMP, JDV_J04 otherwise):"
    " mend standardIndustryClassCode of the performer of the main act.",
)
HDR_21 = _hdr(
    "21",
    "componentOf/encompassingEncounter/location (JDV_J61 pour le DMP, JDV_J02 sinon)",
    "Le secteur d'activité manque ou n'est pas dans le jeu de valeurs (JDV_J61 pour le DMP, JDV_J02 sinon) :"
    " corriger healthCareFacility/code.",
    "The facility type is missing or is not in the value set (JDV_J61 for the DMP, JDV_J02 otherwise): mend"
    " healthCareFacility/code.",
)
HDR_52 = _hdr(
    "52",
    "en-tête",
    "L'en-tête a plus de 10 000 éléments, il n'est pas jugé : l'alléger.",
    "The header has more than 10,000 elements, it is not judged: make it lighter.",
)
HDR_53 = _hdr(
    "53",
    "author, legalAuthenticator, performer, participant (JDV_J56 pour le DMP, JDV_J01 sinon)",
    "La profession ou spécialité de cette personne n'est pas dans le jeu de valeurs (JDV_J56 pour le DMP,"
    " JDV_J01 sinon) : corriger code, avec son système, ou le retirer.",
    "The profession or specialty of this person is not in the value set (JDV_J56 for the DMP, JDV_J01"
    " otherwise): mend code, with its system, or remove it.",
)
RULES: tuple[Rule, ...] = (HDR_03, HDR_13, HDR_20, HDR_21, HDR_52, HDR_53)
