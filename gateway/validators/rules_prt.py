"""Rules of the participants (PRT, pre-adopted from HL7 2.9): R.PRT.01 to .22."""

from __future__ import annotations

from gateway.model import Rule, Severity

_PRT = "CI-SIS CDA-HL7v2 2.1.3, PRT"
_FR = "Contraintes françaises sur les types de données HL7 v2.5, 1.8"
_E, _W = Severity.ERROR, Severity.WARNING

PRT_01 = Rule(
    "R.PRT.01",
    _PRT + "-2",
    _E,
    "L'action de la participation n'est pas UC : mettre UC dans PRT-2.",
    "The action of the participation is not UC: put UC in PRT-2.",
    "103",
)
PRT_02 = Rule(
    "R.PRT.02",
    _PRT + "-4.1",
    _E,
    "Le rôle du participant est inconnu : mettre SB, RCT ou REPLY dans PRT-4.1.",
    "The role of the participant is unknown: put SB, RCT or REPLY in PRT-4.1.",
    "103",
)
PRT_03 = Rule(
    "R.PRT.03",
    _PRT + "-4",
    _W,
    "Le libellé PRT-4.2 manque, ou PRT-4.3 n'est pas participation : donner les trois composants.",
    "The label PRT-4.2 is missing, or PRT-4.3 is not participation: give the three components.",
    "103",
)
PRT_04 = Rule(
    "R.PRT.04",
    _PRT + ", ordre",
    _W,
    "Les participants ne sont pas dans l'ordre : mettre SB, puis les RCT, puis REPLY.",
    "The participants are not in order: put SB, then the RCT, then REPLY.",
    "100",
)
PRT_05 = Rule(
    "R.PRT.05",
    _PRT,
    _E,
    "Ce rôle ne peut figurer qu'une fois : ne laisser qu'un SB et qu'un REPLY.",
    "This role may only appear once: keep one SB and one REPLY.",
    "198",
)
PRT_06 = Rule(
    "R.PRT.06",
    _PRT + " SB",
    _E,
    "Le DMP est demandé sans expéditeur : ajouter un PRT de rôle SB après le premier document.",
    "The DMP is asked for without a sender: add a PRT with role SB after the first document.",
    "100",
)
PRT_07 = Rule(
    "R.PRT.07",
    _PRT + " SB (SC.DMP/CONF.12)",
    _E,
    "L'expéditeur n'est pas identifié : donner un professionnel (PRT-5.1) ou un dispositif (PRT-10.1).",
    "The sender is not identified: give a professional (PRT-5.1) or a device (PRT-10.1).",
    "101",
)
PRT_08 = Rule(
    "R.PRT.08",
    _PRT + "-5 SB",
    _E,
    "Le professionnel expéditeur est incomplet : remplir ce composant de PRT-5.",
    "The sending professional is incomplete: fill this component of PRT-5.",
    "101",
)
PRT_09 = Rule(
    "R.PRT.09",
    _PRT + "-5.9",
    _E,
    "L'autorité de l'identifiant du professionnel est fausse : mettre 1.2.250.1.71.4.2.1 et ISO dans"
    " PRT-5.9.",
    "The authority of the professional's identifier is wrong: put 1.2.250.1.71.4.2.1 and ISO in PRT-5.9.",
    "103",
)
PRT_10 = Rule(
    "R.PRT.10",
    _FR + ", table 0203",
    _E,
    "Le type d'identifiant du professionnel n'est pas dans la table 0203 française : corriger PRT-5.13.",
    "The identifier type of the professional is not in the French table 0203: mend PRT-5.13.",
    "103",
)
PRT_11 = Rule(
    "R.PRT.11",
    _PRT + "-8 SB",
    _E,
    "L'organisation de l'expéditeur est incomplète : remplir ce composant de PRT-8.",
    "The organisation of the sender is incomplete: fill this component of PRT-8.",
    "101",
)
PRT_12 = Rule(
    "R.PRT.12",
    _PRT + "-8.6",
    _E,
    "L'autorité de l'identifiant de l'organisation est fausse : mettre 1.2.250.1.71.4.2.2 dans PRT-8.6.2.",
    "The authority of the organisation's identifier is wrong: put 1.2.250.1.71.4.2.2 in PRT-8.6.2.",
    "103",
)
PRT_13 = Rule(
    "R.PRT.13",
    _PRT + "-8.7 SB",
    _E,
    "Le type d'identifiant de l'organisation expéditrice n'est pas admis : mettre FINEJ, FINEG ou IDNST.",
    "The identifier type of the sending organisation is not allowed: put FINEJ, FINEG or IDNST.",
    "103",
)
PRT_14 = Rule(
    "R.PRT.14",
    _FR + ", XCN-1 et XON-10",
    _W,
    "La forme de l'identifiant ne va pas avec son type : FINESS sur 9 caractères (ou 1 + 9), RPPS sur 11"
    " chiffres (ou 8 + 11), ADELI sur 9 (ou 0 + 9), IDNPS et IDNST toujours préfixés.",
    "The form of the identifier does not go with its type: FINESS has 9 characters (or 1 + 9), RPPS 11 digits"
    " (or 8 + 11), ADELI 9 (or 0 + 9), IDNPS and IDNST always have a prefix.",
    "102",
)
PRT_15 = Rule(
    "R.PRT.15",
    _PRT + "-8.7 (SC.DMP/CONF.12)",
    _W,
    "Le DMP attend l'entité géographique : donner le FINESS géographique (FINEG) plutôt que juridique.",
    "The DMP expects the geographic entity: give the geographic FINESS (FINEG) rather than the legal one.",
    "103",
)
PRT_16 = Rule(
    "R.PRT.16",
    _PRT + " RCT",
    _E,
    "Un envoi par MSSanté est demandé sans destinataire : ajouter un PRT de rôle RCT par destinataire.",
    "A mail by MSSanté is asked for without a recipient: add one PRT with role RCT for each recipient.",
    "100",
)
PRT_17 = Rule(
    "R.PRT.17",
    _PRT + "-15.4",
    _E,
    "L'adresse de messagerie manque ou n'en est pas une : la mettre dans le champ 15 (PRT-15.4), pas un"
    " autre.",
    "The mail address is missing or is not one: put it in field 15 (PRT-15.4), not in another.",
    "102",
)
PRT_18 = Rule(
    "R.PRT.18",
    _PRT + "-15.3",
    _E,
    "Le type d'équipement de l'adresse n'est pas X.400 : mettre X.400 dans PRT-15.3, et rien ou NET dans"
    " PRT-15.2.",
    "The equipment type of the address is not X.400: put X.400 in PRT-15.3, and nothing or NET in PRT-15.2.",
    "103",
)
PRT_19 = Rule(
    "R.PRT.19",
    _PRT + "-5.9 RCT patient",
    _W,
    "L'autorité de l'INS du destinataire patient n'est pas à sa place : mettre l'OID dans le deuxième"
    " sous-composant de PRT-5.9 et ISO dans le troisième.",
    "The authority of the recipient patient's INS is not in its place: put the OID in the second"
    " sub-component of PRT-5.9 and ISO in the third.",
    "103",
)
PRT_20 = Rule(
    "R.PRT.20",
    _PRT + " RCT patient",
    _W,
    "Le destinataire patient n'est pas le patient du message : accorder PRT-5.1 et l'adresse avec l'INS de"
    " PID-3 ; une autre adresse de patient n'est pas employée.",
    "The recipient patient is not the patient of the message: make PRT-5.1 and the address agree with the INS"
    " in PID-3; another patient's address is not used.",
    "207",
    "904",
)
PRT_21 = Rule(
    "R.PRT.21",
    _PRT + "-5.13 RCT",
    _E,
    "Le type d'identifiant du destinataire n'est pas admis : mettre RPPS, IDNPS ou INS dans PRT-5.13.",
    "The identifier type of the recipient is not allowed: put RPPS, IDNPS or INS in PRT-5.13.",
    "103",
)
PRT_22 = Rule(
    "R.PRT.22",
    _PRT + "-8.7 RCT",
    _E,
    "Le type d'identifiant de l'organisation destinataire n'est pas admis : mettre FINEJ, FINEG, IDNST, UF ou"
    " SRV dans PRT-8.7.",
    "The identifier type of the recipient organisation is not allowed: put FINEJ, FINEG, IDNST, UF or SRV in"
    " PRT-8.7.",
    "103",
)

RULES: tuple[Rule, ...] = (
    *(PRT_01, PRT_02, PRT_03, PRT_04, PRT_05, PRT_06, PRT_07, PRT_08, PRT_09, PRT_10, PRT_11),
    *(PRT_12, PRT_13, PRT_14, PRT_15, PRT_16, PRT_17, PRT_18, PRT_19, PRT_20, PRT_21, PRT_22),
)
