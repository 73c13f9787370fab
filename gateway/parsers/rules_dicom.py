"""The rules that reading a DICOM file can break, as data: R.IMG.40 to .43 and .48 to .50."""

from __future__ import annotations

from gateway.model import Rule, Severity


def _rule(number: str, clause: str, text_fr: str, text_en: str) -> Rule:
    return Rule(f"R.IMG.{number}", clause, Severity.ERROR, text_fr, text_en, "207", "906")


UNREADABLE = _rule(
    "40",
    "DICOM PS3.10 §7",
    "Le fichier DICOM est illisible ou tronqué. L'exporter à nouveau (fichier Part 10, préambule DICM).",
    "The DICOM file is unreadable or cut. Export it again (a Part 10 file with its DICM preamble).",
)
SOP_CLASS = _rule(
    "41",
    "DICOM PS3.4 B.5",
    "Cet objet DICOM n'est pas un compte rendu que la passerelle dépose. Envoyer un PDF ou un CDA encapsulé,"
    " ou"
    " un compte rendu structuré Basic Text ou Enhanced SR.",
    "This DICOM object is no report that the gateway deposits. Send an encapsulated PDF or CDA, or a Basic"
    " Text"
    " or Enhanced SR.",
)
TRANSFER_SYNTAX = _rule(
    "42",
    "DICOM PS3.5 §10",
    "Cette syntaxe de transfert n'est pas lue. Exporter en Little Endian implicite ou explicite, sans"
    " compression.",
    "This transfer syntax is not read. Export in implicit or explicit Little Endian, without compression.",
)
TOO_LARGE = _rule(
    "43",
    "gateway limit",
    "Les données DICOM autour du document sont plus grandes ou plus imbriquées que celles d'un compte rendu.",
    "The DICOM data around the document is larger or deeper than that of a report.",
)
CONTENT = _rule(
    "48",
    "DICOM PS3.3 C.24.2 et C.17.3",
    "Le compte rendu est vide, ou n'est pas de la nature que sa classe SOP annonce (PDF, CDA ou texte).",
    "The report is empty, or is not what its SOP class announces (PDF, CDA or text).",
)
CHARACTERS = _rule(
    "49",
    "DICOM PS3.3 C.12.1.1.2, SpecificCharacterSet (0008,0005)",
    "Des caractères ne se décodent pas dans le jeu annoncé. Corriger SpecificCharacterSet (0008,0005).",
    "Some characters cannot be decoded with the set declared. Mend SpecificCharacterSet (0008,0005).",
)
TWO_PATIENTS = _rule(
    "50",
    "DICOM PS3.3 C.7.1.1 ; R.DMP.04",
    "L'INS du fichier DICOM n'est pas celle du CDA qu'il encapsule : deux patients. Vérifier l'identité à la"
    " source.",
    "The INS of the DICOM file is not the one of the CDA that it encapsulates: two patients. Check the"
    " identity"
    " at the source.",
)
RULES: tuple[Rule, ...] = (
    UNREADABLE,
    SOP_CLASS,
    TRANSFER_SYNTAX,
    TOO_LARGE,
    CONTENT,
    CHARACTERS,
    TWO_PATIENTS,
)
