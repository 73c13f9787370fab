"""What a document to be built cannot do without, as data: R.LAB.30 and following."""

from __future__ import annotations

from gateway.model import Rule, Severity


def _rule(number: str, clause: str, text_fr: str, text_en: str, severity: Severity = Severity.ERROR) -> Rule:
    return Rule(f"R.LAB.{number}", clause, severity, text_fr, text_en, "207", "906")


RESPONSIBLE = _rule(
    "30",
    "CI-SIS structuration minimale, legalAuthenticator",
    "Ni le message ni la déclaration de l'émetteur ne disent qui répond du document. Déclarez"
    " « responsible » dans le fichier des établissements.",
    "Neither the message nor the declaration of the sender says who answers for the document. Declare"
    " “responsible” in the facilities file.",
)
STRUCTURE = _rule(
    "31",
    "CI-SIS structuration minimale, custodian",
    "L'émetteur n'est pas déclaré avec son nom et son identifiant national : personne ne conserve le"
    " document. Déclarez la structure dans le fichier des établissements.",
    "The sender is not declared with its name and national identifier: nobody keeps the document. Declare"
    " the structure in the facilities file.",
)
FACILITY_TYPE = _rule(
    "32",
    "JDV_J61; CI-SIS structuration minimale, healthCareFacility",
    "Le type d'établissement n'est nulle part. Déclarez « facility_type » (J61) pour l'émetteur.",
    "The facility type is nowhere. Declare “facility_type” (J61) for the sender.",
)
PRACTICE_SETTING = _rule(
    "33",
    "JDV_J62; CI-SIS structuration minimale, standardIndustryClassCode",
    "Le cadre d'exercice n'est nulle part. Déclarez « practice_setting » (J62) pour l'émetteur.",
    "The practice setting is nowhere. Declare “practice_setting” (J62) for the sender.",
)
DOCUMENT_ROOT = _rule(
    "34",
    "CI-SIS structuration minimale, ClinicalDocument/id",
    "Aucune racine d'OID ne permet de numéroter le document. Déclarez « document_root » (au plus 43"
    " caractères) pour l'émetteur.",
    "No OID root is there to number the document. Declare “document_root” (at most 43 characters) for the"
    " sender.",
)
COUNT = _rule(
    "35",
    "Passerelle : autant de résultats à la sortie qu'à l'entrée",
    "Le document construit ne contient pas autant de résultats que le message. C'est un défaut de la"
    " passerelle : le message n'est pas déposé, signalez-le.",
    "The document built does not hold as many results as the message. This is a defect of the gateway: the"
    " message is not deposited, report it.",
)
NO_DATE = _rule(
    "36",
    "CI-SIS CR-BIO 2024.01, serviceEvent/effectiveTime",
    "Aucune date ne dit quand l'examen a eu lieu. Renseignez OBR-7, OBR-14 ou SPM-17 à la journée au moins.",
    "No date says when the examination took place. Fill OBR-7, OBR-14 or SPM-17, to the day at least.",
)
LOCAL_ID = _rule(
    "37",
    "CI-SIS structuration minimale, patientRole/id",
    "Un identifiant local du patient n'a pas d'autorité : il ne figure pas dans le document. Mettez son OID"
    " en PID-3.4.2 ou déclarez « patient_id_root ».",
    "A local identifier of the patient has no authority: it is not in the document. Put its OID in PID-3.4.2"
    " or declare “patient_id_root”.",
    Severity.WARNING,
)
CORRECTION = _rule(
    "38",
    "CI-SIS structuration minimale, relatedDocument",
    "Ce compte rendu corrige un compte rendu antérieur, que le message ne désigne pas : il est déposé à côté"
    " du précédent (même setId). Supprimez le précédent du DMP s'il ne doit plus être lu.",
    "This report corrects an earlier one, which the message does not name: it is deposited beside it (same"
    " setId). Delete the earlier one from the DMP if it must no longer be read.",
    Severity.WARNING,
)
RULES: tuple[Rule, ...] = (
    RESPONSIBLE,
    STRUCTURE,
    FACILITY_TYPE,
    PRACTICE_SETTING,
    DOCUMENT_ROOT,
    COUNT,
    NO_DATE,
    LOCAL_ID,
    CORRECTION,
)
