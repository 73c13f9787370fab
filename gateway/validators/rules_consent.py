"""The rules of the consent feed (ADT with ZFA), as data (R.PAM.*). R.PAM.08 belongs to the consent store."""

from __future__ import annotations

from gateway.model import Rule, Severity

PAM_01 = Rule(
    "R.PAM.01",
    "PAM.fr 2.11 §6.14",
    Severity.ERROR,
    "Cet événement ADT, ou sa structure, n'est pas admis. Le consentement se lit dans A01, A04, Z99"
    " (ADT_A01) et A05, A14, A28, A31 (ADT_A05) ; A08 est exclu en France.",
    "This ADT event, or its structure, is not accepted. Consent is read in A01, A04, Z99 (ADT_A01) and A05,"
    " A14, A28, A31 (ADT_A05); A08 is excluded in France.",
    "201",
)
PAM_02 = Rule(
    "R.PAM.02",
    "PAM.fr 2.11 §6.5",
    Severity.ERROR,
    "La version n'est pas celle de PAM France. Mettre 2.5^FRA^2.11 en MSH-12 (2.10 au moins).",
    "The version is not the one of PAM France. Send 2.5^FRA^2.11 in MSH-12 (2.10 at least).",
    "203",
)
PAM_03 = Rule(
    "R.PAM.03",
    "PAM.fr 2.11 §5.2 et §6.14",
    Severity.WARNING,
    "Le message n'a pas de segment ZFA : le consentement connu ne change pas. Ajouter ZFA si la position du"
    " patient a été recueillie.",
    "The message has no ZFA segment: the known consent does not change. Add ZFA if the patient's position was"
    " collected.",
)
PAM_04 = Rule(
    "R.PAM.04",
    "PAM.fr 2.11 §6.14.1 à §6.14.3",
    Severity.ERROR,
    "Le statut du DMP ou une de ses dates est illisible. Mettre ACTIF, FERME ou INEXISTANT en ZFA-1, des"
    " dates en ZFA-2 et ZFA-3.",
    "The DMP status or one of its dates is unreadable. Send ACTIF, FERME or INEXISTANT in ZFA-1, dates in"
    " ZFA-2 and ZFA-3.",
    "103",
)
PAM_05 = Rule(
    "R.PAM.05",
    "PAM.fr 2.11 §6.14.4 à §6.14.8",
    Severity.WARNING,
    "Ce champ de ZFA n'est plus utilisé : il est ignoré. Le laisser vide.",
    "This field of ZFA is obsolete: it is ignored. Leave it empty.",
    "199",
)
PAM_06 = Rule(
    "R.PAM.06",
    "PAM.fr 2.11.1 §6.14.9 et §6.14.10",
    Severity.ERROR,
    "La position sur l'alimentation, ou sa date, est absente ou illisible. Mettre NA, IO ou INO en ZFA-9,"
    " et la date de recueil en ZFA-10.",
    "The position on feeding, or its date, is missing or unreadable. Send NA, IO or INO in ZFA-9 and the date"
    " of collection in ZFA-10.",
    "103",
)
PAM_07 = Rule(
    "R.PAM.07",
    "PAM.fr 2.11.0 et 2.11.1 §6.14.11 et §6.14.12",
    Severity.ERROR,
    "La position sur la consultation, ou sa date, est absente ou illisible. Mettre NA, INC ou IC en ZFA-11,"
    " et la date de recueil en ZFA-12.",
    "The position on consultation, or its date, is missing or unreadable. Send NA, INC or IC in ZFA-11 and"
    " the date of collection in ZFA-12.",
    "103",
)
PAM_09 = Rule(
    "R.PAM.09",
    "PAM.fr 2.11 §6.13",
    Severity.WARNING,
    "L'identifiant ou la date du mouvement est absent ou illisible. Renseigner ZBE-1 et ZBE-2.",
    "The id or the date of the movement is missing or unreadable. Fill ZBE-1 and ZBE-2.",
    "101",
)
PAM_10 = Rule(
    "R.PAM.10",
    "PAM.fr 2.11 §6.13.3",
    Severity.WARNING,
    "ZBE-3 est interdit en France : il est ignoré. Le laisser vide et vérifier que les champs suivants ne"
    " sont pas décalés.",
    "ZBE-3 is forbidden in France: it is ignored. Leave it empty and check that the later fields are not"
    " shifted.",
    "199",
)
PAM_11 = Rule(
    "R.PAM.11",
    "PAM.fr 2.11 §6.13.4 à §6.13.6 et §6.13.9",
    Severity.WARNING,
    "Un champ du mouvement est absent ou hors de sa table. Vérifier ZBE-4 (INSERT, UPDATE, CANCEL), ZBE-5"
    " (Y, N), ZBE-6 et ZBE-9.",
    "A field of the movement is missing or outside its table. Check ZBE-4 (INSERT, UPDATE, CANCEL), ZBE-5"
    " (Y, N), ZBE-6 and ZBE-9.",
    "103",
)
