"""The rules of plain laboratory results, as data: R.LAB.01 to R.LAB.16 (HL7 2.3.1 to 2.6, chapter 7)."""

from __future__ import annotations

from gateway.model import Rule, Severity

_E, _W = Severity.ERROR, Severity.WARNING

LAB_01 = Rule(
    "R.LAB.01",
    "HL7 2.5 §7.3.1",
    _E,
    "Le message ne contient aucun résultat. Envoyer au moins un OBX sous un OBR.",
    "The message holds no result. Send at least one OBX below an OBR.",
    "100",
)
LAB_02 = Rule(
    "R.LAB.02",
    "HL7 2.5 §2.15.9.12",
    _E,
    "Cette version d'HL7 n'est pas lue pour des résultats sans CDA. Mettre 2.3.1 à 2.6 en MSH-12.",
    "This HL7 version is not read for results without CDA. Send 2.3.1 to 2.6 in MSH-12.",
    "203",
)
LAB_03 = Rule(
    "R.LAB.03",
    "HL7 2.5 §7.3.1",
    _E,
    "Un résultat précède tout OBR : rien ne dit à quelle demande il répond. Placer l'OBX sous son OBR.",
    "A result stands before any OBR: nothing says what it answers. Put the OBX below its OBR.",
    "100",
)
LAB_04 = Rule(
    "R.LAB.04",
    "HL7 2.5 §7.4.2.3",
    _E,
    "L'examen n'est pas nommé. Donner en OBX-3 un code et son libellé.",
    "The test is not named. Send a code and its text in OBX-3.",
    "101",
)
LAB_05 = Rule(
    "R.LAB.05",
    "HL7 2.5 §7.4.2.11 (table 0085) et §7.4.1.25 (table 0123)",
    _E,
    "Ce résultat n'est pas validé par le biologiste : le DMP ne reçoit que des résultats définitifs. Envoyer"
    " le message quand tout est en F (définitif), C (corrigé) ou X (non réalisé).",
    "This result is not validated by the biologist: the DMP takes final results only. Send the message when"
    " everything is F (final), C (corrected) or X (not obtained).",
    "103",
)
LAB_06 = Rule(
    "R.LAB.06",
    "HL7 2.5 §7.4.2.2 (table 0125)",
    _E,
    "Le type de la valeur est absent, ou n'est pas lu. Mettre en OBX-2 NM, SN, ST, TX, FT, CE, CWE, DT, TM,"
    " TS ou ED.",
    "The type of the value is missing or not read. Send NM, SN, ST, TX, FT, CE, CWE, DT, TM, TS or ED in"
    " OBX-2.",
    "103",
)
LAB_07 = Rule(
    "R.LAB.07",
    "HL7 2.5 §7.4.2.5",
    _E,
    "Un résultat définitif n'a ni valeur ni commentaire. Renseigner OBX-5, ou mettre X en OBX-11 si l'examen"
    " n'a pas été réalisé.",
    "A final result has neither value nor comment. Fill OBX-5, or send X in OBX-11 if the test was not done.",
    "101",
)
LAB_08 = Rule(
    "R.LAB.08",
    "HL7 2.5 §2.A.46 (NM) et §2.A.70 (SN)",
    _E,
    "La valeur n'est pas un nombre de la forme annoncée en OBX-2. Envoyer un nombre, ou le type ST pour un"
    " texte.",
    "The value is not a number of the form that OBX-2 announces. Send a number, or type ST for a text.",
    "102",
)
LAB_09 = Rule(
    "R.LAB.09",
    "HL7 2.5 §2.A.75 (TS)",
    _E,
    "Date ou heure illisible. Envoyer AAAAMMJJ[HHMM[SS]][+/-ZZZZ].",
    "Unreadable date or time. Send YYYYMMDD[HHMM[SS]][+/-ZZZZ].",
    "102",
)
LAB_10 = Rule(
    "R.LAB.10",
    "LOINC, forme et clé des codes",
    _W,
    "Le code annoncé comme LOINC n'en est pas un : il est gardé comme code local. Corriger le code, ou"
    " annoncer le système local.",
    "The code announced as LOINC is none: it is kept as a local code. Mend the code, or announce the local"
    " system.",
    "103",
)
LAB_11 = Rule(
    "R.LAB.11",
    "CI-SIS CR-BIO 2024.01, Document-PDF-copie",
    _E,
    "Le document joint (ED) n'est pas un PDF lisible. Joindre le compte rendu en PDF et en Base64.",
    "The embedded document (ED) is not a readable PDF. Embed the report as a PDF in Base64.",
    "102",
)
LAB_12 = Rule(
    "R.LAB.12",
    "HL7 2.5 §7.4.1.26 et §7.4.1.29",
    _E,
    "Le résultat parent que désigne l'OBR-26 n'est pas dans le message. Envoyer la culture et ses"
    " antibiogrammes ensemble, avec le code et le sous-identifiant (OBX-3, OBX-4) du parent.",
    "The parent result that OBR-26 names is not in the message. Send the culture and its antibiograms"
    " together, with the code and sub-id (OBX-3, OBX-4) of the parent.",
    "204",
)
LAB_13 = Rule(
    "R.LAB.13",
    "HL7 2.5 §7.4.1.2 et §7.4.1.3",
    _E,
    "Le numéro de la demande est absent. Mettre celui du laboratoire en OBR-3 (ou ORC-3), à défaut celui du"
    " prescripteur en OBR-2 : il relie les versions d'un compte rendu.",
    "The order number is missing. Send the laboratory's own in OBR-3 (or ORC-3), failing that the"
    " prescriber's in OBR-2: it links the versions of a report.",
    "101",
)
LAB_14 = Rule(
    "R.LAB.14",
    "HL7 2.5 §7.4.2.11 (table 0085) et §4.5.1.1 (table 0119)",
    _E,
    "Ce message retire ou annule un résultat déjà envoyé : rien n'est déposé. Faire supprimer le document du"
    " DMP, puis envoyer le résultat corrigé.",
    "This message withdraws or cancels a result already sent: nothing is deposited. Have the document deleted"
    " from the DMP, then send the corrected result.",
    "103",
)
LAB_15 = Rule(
    "R.LAB.15",
    "JDV_HL7_ObservationInterpretation_CISIS",
    _W,
    "Cet indicateur n'est pas du jeu de valeurs : il est gardé dans le texte, pas dans les données codées."
    " Utiliser N, L, H, LL, HH, A, AA, S, I, R...",
    "This flag is not of the value set: it is kept in the text, not in the coded data. Use N, L, H, LL, HH,"
    " A, AA, S, I, R...",
)
LAB_16 = Rule(
    "R.LAB.16",
    "HL7 2.5 §7.4.1.29",
    _W,
    "La demande parente (OBR-29) n'est pas dans le message : la demande est présentée seule.",
    "The parent order (OBR-29) is not in the message: the order is shown on its own.",
)
