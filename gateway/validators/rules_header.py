"""The rules of the encoding and of MSH, as data (R.ENC.*, R.MSH.*)."""

from __future__ import annotations

from gateway.model import Rule, Severity

ENC_05 = Rule(
    "R.ENC.05",
    "CI-SIS CDA-HL7v2 2.1, MSH-18; PAM.fr 2.11 §6.1",
    Severity.ERROR,
    "MSH-18 ne déclare pas un jeu de caractères admis. Y mettre une seule valeur : UNICODE UTF-8 ou 8859/15.",
    "MSH-18 does not declare an accepted character set. Send one value only: UNICODE UTF-8 or 8859/15.",
    "103",
)
ENC_08 = Rule(
    "R.ENC.08",
    "HL7 2.5 §2.6",
    Severity.WARNING,
    "Des blancs suivent le dernier champ du segment : ils sont ignorés. Terminer le segment après sa dernière"
    " valeur.",
    "Blanks follow the last field of the segment: they are ignored. End the segment after its last value.",
)
ENC_09 = Rule(
    "R.ENC.09",
    "CI-SIS CDA-HL7v2 2.1, autres champs",
    Severity.WARNING,
    "Ce segment ne fait pas partie du profil : il est ignoré. S'il porte une information utile au DMP, la"
    " mettre dans le CDA.",
    "This segment is not part of the profile: it is ignored. If it says something the DMP needs, put it in"
    " the CDA.",
)
MSH_01 = Rule(
    "R.MSH.01",
    "CI-SIS CDA-HL7v2 2.1, MSH-3 à MSH-6",
    Severity.ERROR,
    "Application ou organisation d'origine ou de destination absente. Renseigner MSH-3, MSH-4, MSH-5 et"
    " MSH-6.",
    "Sending or receiving application or organisation missing. Fill MSH-3, MSH-4, MSH-5 and MSH-6.",
    "101",
)
MSH_02 = Rule(
    "R.MSH.02",
    "CI-SIS CDA-HL7v2 2.1, MSH-7; IHE-FR data types 1.8 §N.5",
    Severity.ERROR,
    "La date et heure du message est absente ou illisible. Mettre en MSH-7 une date"
    " AAAAMMJJHHMM[SS][+/-ZZZZ].",
    "The date and time of the message is missing or unreadable. Send YYYYMMDDHHMM[SS][+/-ZZZZ] in MSH-7.",
    "102",
)
MSH_03 = Rule(
    "R.MSH.03",
    "CI-SIS CDA-HL7v2 2.1, MSH-9",
    Severity.ERROR,
    "Le type du message est incomplet. Renseigner les trois composants de MSH-9 : code, événement,"
    " structure.",
    "The message type is incomplete. Fill the three components of MSH-9: code, event, structure.",
    "101",
)
MSH_04 = Rule(
    "R.MSH.04",
    "CI-SIS CDA-HL7v2 2.1, MSH-9.1",
    Severity.ERROR,
    "Ce type de message n'est pas traité ici. Envoyer un ORU ou un MDM (ADT si le flux des consentements est"
    " ouvert).",
    "This message type is not served here. Send an ORU or an MDM (an ADT if the consent feed is open).",
    "200",
)
MSH_05 = Rule(
    "R.MSH.05",
    "CI-SIS CDA-HL7v2 2.1, MSH-9.2",
    Severity.ERROR,
    "Cet événement n'est pas prévu pour ce type de message. Utiliser R01 avec ORU ; T02, T10 ou T04 avec"
    " MDM.",
    "This event is not foreseen for this message type. Use R01 with ORU; T02, T10 or T04 with MDM.",
    "201",
)
MSH_06 = Rule(
    "R.MSH.06",
    "CI-SIS CDA-HL7v2 2.1.1, MSH-9.3",
    Severity.ERROR,
    "La structure déclarée ne va pas avec l'événement. Mettre en MSH-9.3 ORU_R01 pour ORU, MDM_T02 pour les"
    " trois événements MDM.",
    "The declared structure does not go with the event. MSH-9.3 is ORU_R01 for ORU and MDM_T02 for the three"
    " MDM events.",
    "200",
)
MSH_07 = Rule(
    "R.MSH.07",
    "CI-SIS CDA-HL7v2 2.1, MSH-10; HL7 2.5 et 2.6, MSH-10",
    Severity.ERROR,
    "L'identifiant du message est absent ou trop long. Mettre en MSH-10 un identifiant unique d'au plus 20"
    " caractères (ORU 2.5) ou 199 (MDM 2.6).",
    "The message control id is missing or too long. Send in MSH-10 a unique id of at most 20 characters"
    " (ORU 2.5) or 199 (MDM 2.6).",
    "102",
)
MSH_09 = Rule(
    "R.MSH.09",
    "CI-SIS CDA-HL7v2 2.1, MSH-11",
    Severity.ERROR,
    "Le mode de traitement est absent ou n'est pas celui de cette installation. Mettre en MSH-11 P"
    " (production), T (test) ou D (mise au point) selon l'installation visée.",
    "The processing id is missing or is not the one of this installation. Send in MSH-11 P (production),"
    " T (test) or D (debug) as the installation expects.",
    "202",
)
MSH_10 = Rule(
    "R.MSH.10",
    "CI-SIS CDA-HL7v2 2.1, MSH-12",
    Severity.ERROR,
    "La version HL7 n'est pas celle du profil. Mettre en MSH-12 2.5 pour ORU, 2.6 pour MDM.",
    "The HL7 version is not the one of the profile. Send 2.5 in MSH-12 for ORU, 2.6 for MDM.",
    "203",
)
MSH_11 = Rule(
    "R.MSH.11",
    "CI-SIS CDA-HL7v2 2.1, MSH-17",
    Severity.ERROR,
    "Le pays n'est pas celui du profil. Mettre FRA en MSH-17.",
    "The country is not the one of the profile. Send FRA in MSH-17.",
    "103",
)
MSH_12 = Rule(
    "R.MSH.12",
    "CI-SIS CDA-HL7v2 2.1, MSH-21.1",
    Severity.ERROR,
    "La version du profil est absente, répétée ou non prise en charge. Mettre une seule fois"
    " 2.1^CISIS_CDA_HL7_V2 en MSH-21 ; les profils 1.2 et 2.0 sont incompatibles.",
    "The profile version is missing, repeated or not supported. Send 2.1^CISIS_CDA_HL7_V2 once in MSH-21;"
    " profiles 1.2 and 2.0 are incompatible.",
    "103",
)
MSH_13 = Rule(
    "R.MSH.13",
    "CI-SIS CDA-HL7v2 2.1, MSH-21.2",
    Severity.ERROR,
    "Le profil déclaré n'est pas celui de ce flux. Mettre CISIS_CDA_HL7_V2 en MSH-21.2 ; le profil LPS est"
    " celui du flux inverse, vers le logiciel du professionnel.",
    "The declared profile is not the one of this flow. Send CISIS_CDA_HL7_V2 in MSH-21.2; the LPS profile"
    " belongs to the reverse flow, towards the professional's software.",
    "103",
)
