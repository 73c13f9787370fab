"""The rules of the message structure, as data (R.STR.*)."""

from __future__ import annotations

from gateway.model import Rule, Severity

STR_01 = Rule(
    "R.STR.01",
    "CI-SIS CDA-HL7v2 2.1, profil ORU_R01",
    Severity.ERROR,
    "Ce segment n'est pas à sa place. Ordre attendu : MSH, PID, PV1, ORC, OBR, OBX du document et ses PRT,"
    " puis les OBX de métadonnées.",
    "This segment is out of place. Expected order: MSH, PID, PV1, ORC, OBR, the document OBX and its PRT,"
    " then the metadata OBX.",
    "100",
)
STR_02 = Rule(
    "R.STR.02",
    "CI-SIS CDA-HL7v2 2.1, profil MDM_T02",
    Severity.ERROR,
    "Ce segment n'est pas à sa place. Ordre attendu : MSH, EVN, PID, PV1, ORC, OBR, TXA, OBX du document et"
    " ses PRT, puis les OBX de métadonnées.",
    "This segment is out of place. Expected order: MSH, EVN, PID, PV1, ORC, OBR, TXA, the document OBX and"
    " its PRT, then the metadata OBX.",
    "100",
)
STR_03 = Rule(
    "R.STR.03",
    "CI-SIS CDA-HL7v2 2.1, PATIENT_RESULT",
    Severity.ERROR,
    "Le message doit avoir un segment PID et un seul. Envoyer un message par patient.",
    "The message must have exactly one PID segment. Send one message per patient.",
    "100",
)
STR_04 = Rule(
    "R.STR.04",
    "CI-SIS CDA-HL7v2 2.1, PATIENT_VISIT",
    Severity.ERROR,
    "Le message doit avoir un segment PV1 et un seul. Ajouter la venue du patient (PV1-2 au moins), une"
    " fois.",
    "The message must have exactly one PV1 segment. Add the patient's visit (at least PV1-2), once.",
    "100",
)
STR_05 = Rule(
    "R.STR.05",
    "CI-SIS CDA-HL7v2 2.1, profil MDM_T02",
    Severity.ERROR,
    "Le message MDM doit avoir un segment EVN et un seul, après MSH.",
    "An MDM message must have exactly one EVN segment, after MSH.",
    "100",
)
STR_06 = Rule(
    "R.STR.06",
    "CI-SIS CDA-HL7v2 2.1, ORC",
    Severity.ERROR,
    "Le message doit avoir un segment ORC et un seul. Y dire la demande : NW, RO ou CA.",
    "The message must have exactly one ORC segment. It tells the request: NW, RO or CA.",
    "100",
)
STR_07 = Rule(
    "R.STR.07",
    "CI-SIS CDA-HL7v2 2.1, OBR",
    Severity.ERROR,
    "Le message doit avoir un segment OBR et un seul. Y mettre le type du document en OBR-4.",
    "The message must have exactly one OBR segment. Put the type of the document in OBR-4.",
    "100",
)
STR_08 = Rule(
    "R.STR.08",
    "CI-SIS CDA-HL7v2 2.1, TXA",
    Severity.ERROR,
    "Le message MDM doit avoir un segment TXA et un seul, après OBR.",
    "An MDM message must have exactly one TXA segment, after OBR.",
    "100",
)
STR_09 = Rule(
    "R.STR.09",
    "CI-SIS CDA-HL7v2 2.1, ORDER_OBSERVATION",
    Severity.ERROR,
    "Le message contient plusieurs groupes ORC/OBR. Envoyer un message par demande.",
    "The message holds several ORC/OBR groups. Send one message per request.",
    "198",
)
STR_10 = Rule(
    "R.STR.10",
    "CI-SIS CDA-HL7v2 2.1, OBSERVATION 1 et 2",
    Severity.ERROR,
    "Un ORU porte un ou deux documents (OBX de type ED). Joindre le CDA, et deux formats au plus.",
    "An ORU carries one or two documents (OBX of type ED). Attach the CDA, in two formats at most.",
    "100",
)
STR_11 = Rule(
    "R.STR.11",
    "CI-SIS CDA-HL7v2 2.1, OBXNTE 1",
    Severity.ERROR,
    "Un MDM porte un document et un seul (OBX de type ED). Envoyer un message par document.",
    "An MDM carries exactly one document (OBX of type ED). Send one message per document.",
    "100",
)
STR_12 = Rule(
    "R.STR.12",
    "CI-SIS CDA-HL7v2 2.1, ordre des OBX",
    Severity.ERROR,
    "Cet OBX de document suit un OBX de métadonnées. Placer les documents avant les métadonnées.",
    "This document OBX follows a metadata OBX. Put the documents before the metadata.",
    "100",
)
STR_13 = Rule(
    "R.STR.13",
    "CI-SIS CDA-HL7v2 2.1, PRT, note 1",
    Severity.ERROR,
    "Ce PRT n'est pas à sa place. Placer tous les PRT juste après le premier OBX de document.",
    "This PRT is out of place. Put every PRT directly after the first document OBX.",
    "100",
)
STR_14 = Rule(
    "R.STR.14",
    "CI-SIS CDA-HL7v2 2.1, PRT",
    Severity.ERROR,
    "Le message n'a aucun segment PRT. Ajouter l'expéditeur (SB) pour le DMP, les destinataires (RCT) pour"
    " MSSanté.",
    "The message has no PRT segment. Add the sender (SB) for the DMP, the recipients (RCT) for MSSanté.",
    "100",
)
