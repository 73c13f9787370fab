"""The rules of the request segments EVN, ORC, OBR and TXA, as data."""

from __future__ import annotations

from gateway.model import Rule, Severity

EVN_01 = Rule(
    "R.EVN.01",
    "CI-SIS CDA-HL7v2 2.1, EVN-2",
    Severity.ERROR,
    "La date de l'événement est absente ou illisible. Mettre en EVN-2 une date AAAAMMJJHHMM[SS].",
    "The date of the event is missing or unreadable. Send YYYYMMDDHHMM[SS] in EVN-2.",
    "102",
)
ORC_01 = Rule(
    "R.ORC.01",
    "CI-SIS CDA-HL7v2 2.1, ORC-1",
    Severity.ERROR,
    "La demande n'est pas dite. Mettre en ORC-1 NW (dépôt), RO (remplacement) ou CA (suppression).",
    "The request is not told. Send in ORC-1 NW (deposit), RO (replacement) or CA (deletion).",
    "101",
)
ORC_02 = Rule(
    "R.ORC.02",
    "CI-SIS CDA-HL7v2 2.1, ORC-1",
    Severity.ERROR,
    "La demande n'est pas une de celles du profil. Mettre en ORC-1 NW (dépôt), RO (remplacement) ou CA"
    " (suppression).",
    "The request is none of the profile's. Send in ORC-1 NW (deposit), RO (replacement) or CA (deletion).",
    "103",
)
ORC_03 = Rule(
    "R.ORC.03",
    "CI-SIS CDA-HL7v2 2.1, ORC-1 et OBX-11",
    Severity.ERROR,
    "ORC-1 et OBX-11 du document demandent deux choses différentes. Associer NW à F, RO à C, CA à D.",
    "ORC-1 and OBX-11 of the document ask for different things. Pair NW with F, RO with C, CA with D.",
    "199",
)
ORC_04 = Rule(
    "R.ORC.04",
    "CI-SIS CDA-HL7v2 2.1, MSH-9.2, ORC-1 et OBX-11",
    Severity.ERROR,
    "L'événement MDM ne va pas avec la demande. Associer T02 à NW et F, T10 à RO et C, T04 à CA et D.",
    "The MDM event does not go with the request. Pair T02 with NW and F, T10 with RO and C, T04 with CA and"
    " D.",
    "199",
)
OBR_01 = Rule(
    "R.OBR.01",
    "CI-SIS CDA-HL7v2 2.1, OBR-4",
    Severity.ERROR,
    "Le code ou le libellé du type de document est absent. Renseigner OBR-4.1 et OBR-4.2.",
    "The code or the label of the document type is missing. Fill OBR-4.1 and OBR-4.2.",
    "101",
)
OBR_02 = Rule(
    "R.OBR.02",
    "CI-SIS CDA-HL7v2 2.1, OBR-4.3",
    Severity.ERROR,
    "Le système de codage du type de document est absent ou inconnu. Mettre LN ou TRE_A05 en OBR-4.3.",
    "The coding system of the document type is missing or unknown. Send LN or TRE_A05 in OBR-4.3.",
    "103",
)
OBR_03 = Rule(
    "R.OBR.03",
    "CI-SIS CDA-HL7v2 2.1, OBR-4.1; JDV_J07",
    Severity.ERROR,
    "Ce type de document n'est pas dans JDV_J07-XdsTypeCode-CISIS pour ce système de codage. Choisir un code"
    " du jeu de valeurs.",
    "This document type is not in JDV_J07-XdsTypeCode-CISIS for this coding system. Choose a code of the"
    " value set.",
    "103",
)
OBR_04 = Rule(
    "R.OBR.04",
    "CI-SIS CDA-HL7v2 2.1, OBR-4.1; JDV_J66",
    Severity.ERROR,
    "Le DMP n'accepte pas ce type de document (JDV_J66-TypeCode-DMP). Choisir un type du DMP, ou mettre"
    " DESTDMP à N.",
    "The DMP does not accept this document type (JDV_J66-TypeCode-DMP). Choose a type of the DMP, or set"
    " DESTDMP to N.",
    "103",
)
TXA_01 = Rule(
    "R.TXA.01",
    "CI-SIS CDA-HL7v2 2.1, TXA-1 et TXA-3",
    Severity.ERROR,
    "TXA-1 ou TXA-3 n'a pas la valeur fixée par le profil. Mettre 1 en TXA-1 et TEXT en TXA-3.",
    "TXA-1 or TXA-3 does not have the value that the profile fixes. Send 1 in TXA-1 and TEXT in TXA-3.",
    "103",
)
TXA_02 = Rule(
    "R.TXA.02",
    "CI-SIS CDA-HL7v2 2.1, TXA-2; JDV_J07",
    Severity.ERROR,
    "Le type de document de TXA-2 est absent ou hors de JDV_J07-XdsTypeCode-CISIS. Y répéter le code"
    " d'OBR-4.1.",
    "The document type of TXA-2 is missing or not in JDV_J07-XdsTypeCode-CISIS. Repeat the code of OBR-4.1.",
    "103",
)
TXA_03 = Rule(
    "R.TXA.03",
    "CI-SIS CDA-HL7v2 2.1, TXA-2, OBR-4.1, OBX-3.1",
    Severity.WARNING,
    "Le type de document n'est pas le même partout. Mettre le même code en TXA-2, OBR-4.1, OBX-3.1 et dans le"
    " CDA.",
    "The document type is not the same everywhere. Send the same code in TXA-2, OBR-4.1, OBX-3.1 and the"
    " CDA.",
    "199",
)
TXA_04 = Rule(
    "R.TXA.04",
    "CI-SIS CDA-HL7v2 2.1, TXA-12.1",
    Severity.ERROR,
    "L'identifiant du document est absent. Mettre en TXA-12 l'identifiant du CDA joint.",
    "The identifier of the document is missing. Send in TXA-12 the id of the attached CDA.",
    "101",
)
TXA_05 = Rule(
    "R.TXA.05",
    "CI-SIS CDA-HL7v2 2.1, peuplement de TXA-12",
    Severity.ERROR,
    "TXA-12 n'est pas l'identifiant du CDA joint. Sans extension : la racine en TXA-12.1 seul. Avec"
    " extension : extension en .1, racine en .3, ISO en .4.",
    "TXA-12 is not the id of the attached CDA. Without extension: the root in TXA-12.1 alone. With an"
    " extension: extension in .1, root in .3, ISO in .4.",
    "207",
    "906",
)
TXA_06 = Rule(
    "R.TXA.06",
    "CI-SIS CDA-HL7v2 2.1, peuplement de TXA-12 et TXA-13",
    Severity.WARNING,
    "Le deuxième composant de l'identifiant est rempli : il est ignoré. Le laisser vide.",
    "The second component of the identifier is filled: it is ignored. Leave it empty.",
    "199",
)
TXA_07 = Rule(
    "R.TXA.07",
    "CI-SIS CDA-HL7v2 2.1, TXA-13",
    Severity.ERROR,
    "L'identifiant du document remplacé est absent. Le mettre en TXA-13 quand l'événement est T10.",
    "The identifier of the replaced document is missing. Send it in TXA-13 when the event is T10.",
    "101",
)
TXA_08 = Rule(
    "R.TXA.08",
    "CI-SIS CDA-HL7v2 2.1, TXA-13 et relatedDocument",
    Severity.ERROR,
    "TXA-13 n'est pas le document que le CDA dit remplacer. Y mettre l'identifiant de"
    " relatedDocument/parentDocument (RPLC), codé comme TXA-12.",
    "TXA-13 is not the document that the CDA says it replaces. Send the id of relatedDocument/parentDocument"
    " (RPLC), encoded like TXA-12.",
    "207",
    "906",
)
TXA_09 = Rule(
    "R.TXA.09",
    "CI-SIS CDA-HL7v2 2.1, remplacement",
    Severity.ERROR,
    "Le document remplace un document de même identifiant. Donner un nouvel identifiant à chaque version.",
    "The document replaces a document with the same identifier. Give each version a new identifier.",
    "207",
    "906",
)
TXA_10 = Rule(
    "R.TXA.10",
    "CI-SIS CDA-HL7v2 2.1, TXA-13",
    Severity.WARNING,
    "TXA-13 ne sert qu'au remplacement (T10) : il est ignoré. Le laisser vide.",
    "TXA-13 is only for a replacement (T10): it is ignored. Leave it empty.",
)
TXA_11 = Rule(
    "R.TXA.11",
    "CI-SIS CDA-HL7v2 2.1, TXA-17",
    Severity.ERROR,
    "L'état du document n'est pas celui du profil. Mettre AU (authentifié) en TXA-17 ; LA vient des anciens"
    " profils.",
    "The completion status is not the one of the profile. Send AU (authenticated) in TXA-17; LA comes from"
    " older profiles.",
    "103",
)
