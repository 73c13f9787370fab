"""What a document built from a plain report cannot do without, as data: R.IMG.30 and following."""

from __future__ import annotations

from gateway.model import Rule, Severity


def _rule(number: str, clause: str, text_fr: str, text_en: str, severity: Severity = Severity.ERROR) -> Rule:
    return Rule(f"R.IMG.{number}", clause, severity, text_fr, text_en, "207", "906")


RESPONSIBLE = _rule(
    "30",
    "CI-SIS structuration minimale, author et legalAuthenticator",
    "Ni le message (OBR-32, TXA-9, TXA-22, avec un numéro RPPS) ni la déclaration de l'émetteur ne disent qui"
    " répond du document. Renseignez l'un d'eux, ou déclarez « responsible » dans le fichier des"
    " établissements.",
    "Neither the message (OBR-32, TXA-9, TXA-22, with an RPPS number) nor the declaration of the sender says"
    " who answers for the document. Fill in one of them, or declare “responsible” in the facilities file.",
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
NO_DATE = _rule(
    "35",
    "CI-SIS structuration minimale, serviceEvent/effectiveTime",
    "Aucune date ne dit quand l'acte a eu lieu. Renseignez OBR-7, TXA-4 ou, pour un séjour, PV1-44 ; en"
    " DICOM,"
    " StudyDate (0008,0020).",
    "No date says when the act took place. Fill in OBR-7, TXA-4 or, for a stay, PV1-44; in DICOM, StudyDate"
    " (0008,0020).",
)
LOCAL_ID = _rule(
    "36",
    "CI-SIS structuration minimale, patientRole/id",
    "Un identifiant local du patient n'a pas d'autorité : il ne figure pas dans le document. Mettez son OID"
    " en PID-3.4.2 ou déclarez « patient_id_root ».",
    "A local identifier of the patient has no authority: it is not in the document. Put its OID in PID-3.4.2"
    " or declare “patient_id_root”.",
    Severity.WARNING,
)
ORDER_ID = _rule(
    "37",
    "CI-SIS IMG-CR-IMG 2024.01, inFulfillmentOf/order",
    "Un numéro de demande ou d'examen (accession number) n'a pas d'autorité : il ne figure pas dans le"
    " document."
    " Mettez son OID en OBR-2.3 ou OBR-3.3, ou déclarez « order_root ».",
    "A number of the order or of the examination (accession number) has no authority: it is not in the"
    " document. Put its OID in OBR-2.3 or OBR-3.3, or declare “order_root”.",
    Severity.WARNING,
)
UNREADABLE = _rule(
    "38",
    "Passerelle : le document construit se relit",
    "Le document construit ne se relit pas. C'est un défaut de la passerelle : le message n'est pas déposé,"
    " signalez-le.",
    "The document built cannot be read again. This is a defect of the gateway: the message is not deposited,"
    " report it.",
)
NOT_NATIONAL = _rule(
    "39",
    "CI-SIS structuration minimale, author/assignedAuthor/id",
    "Le signataire du message n'a pas de numéro national (RPPS) : c'est le professionnel déclaré qui signe le"
    " document. Mettez le RPPS dans le message, ou déclarez « professionals ».",
    "The signer named in the message has no national number (RPPS): the declared professional signs the"
    " document. Put the RPPS number in the message, or declare “professionals”.",
    Severity.WARNING,
)
RULES: tuple[Rule, ...] = (
    RESPONSIBLE,
    STRUCTURE,
    FACILITY_TYPE,
    PRACTICE_SETTING,
    DOCUMENT_ROOT,
    NO_DATE,
    LOCAL_ID,
    ORDER_ID,
    UNREADABLE,
    NOT_NATIONAL,
)
