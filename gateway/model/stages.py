"""The closed vocabularies of the house: stages, kinds, actions, severities and rubriques."""

from __future__ import annotations

from enum import StrEnum


class Stage(StrEnum):
    """The six floors a message climbs. Used unchanged in ledger rows, logs, metrics and the command line."""

    RECEIVED = "received"
    PARSED = "parsed"
    VALIDATED = "validated"
    CLASSIFIED = "classified"
    SUBMITTED = "submitted"
    SETTLED = "settled"


class Kind(StrEnum):
    """What a message is, whatever door it came through."""

    LAB = "lab"
    DISCHARGE = "discharge"
    IMAGING = "imaging"
    DOCUMENT = "document"
    CONSENT = "consent"
    ACKNOWLEDGEMENT = "acknowledgement"


class Action(StrEnum):
    """What the sender asks the DMP to do with one document."""

    SUBMIT = "submit"
    REPLACE = "replace"
    DELETE = "delete"


class Severity(StrEnum):
    """An error refuses the document; a warning never does."""

    ERROR = "error"
    WARNING = "warning"


class Rubrique(StrEnum):
    """The nine rubriques of the DMP, in the order in which people see them."""

    SYNTHESE = "synthese"
    TRAITEMENT = "traitement"
    ANALYSES = "analyses"
    IMAGERIE = "imagerie"
    COMPTES_RENDUS = "comptes_rendus"
    PREVENTION = "prevention"
    CERTIFICATS = "certificats"
    DONNEES_DE_REMBOURSEMENT = "donnees_de_remboursement"
    ESPACE_PERSONNEL = "espace_personnel"

    @property
    def label_fr(self) -> str:
        return _RUBRIQUE_LABELS[self][0]

    @property
    def label_en(self) -> str:
        return _RUBRIQUE_LABELS[self][1]


_RUBRIQUE_LABELS: dict[Rubrique, tuple[str, str]] = {
    Rubrique.SYNTHESE: ("Synthèse", "Summary"),
    Rubrique.TRAITEMENT: ("Traitement et soins", "Treatment and care"),
    Rubrique.ANALYSES: ("Analyses", "Laboratory results"),
    Rubrique.IMAGERIE: ("Imagerie", "Imaging"),
    Rubrique.COMPTES_RENDUS: ("Comptes rendus", "Reports"),
    Rubrique.PREVENTION: ("Prévention", "Prevention"),
    Rubrique.CERTIFICATS: ("Certificats", "Certificates"),
    Rubrique.DONNEES_DE_REMBOURSEMENT: ("Données de remboursement", "Reimbursement data"),
    Rubrique.ESPACE_PERSONNEL: ("Espace personnel", "Personal space"),
}
