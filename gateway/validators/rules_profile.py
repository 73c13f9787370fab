"""The rules of the base standard (R.HL7.*), as data. None of them refuses a message.

The guide lets the receiver ignore what it does not list (R.ENC.09); where a French rule speaks of the same
place, only that rule is told.
"""

from __future__ import annotations

from gateway.model import Rule, Severity

CLAUSE = "HL7 2.3.1 to 2.6, ch. 2 and segment definitions"

HL7_01 = Rule(
    "R.HL7.01",
    CLAUSE,
    Severity.WARNING,
    "Ce segment n'existe pas dans la version HL7 annoncée en MSH-12 : il est ignoré. Corriger son nom ou la"
    " version.",
    "This segment does not exist in the HL7 version declared in MSH-12: it is ignored. Correct its name or"
    " the version.",
    "199",
)
HL7_02 = Rule(
    "R.HL7.02",
    CLAUSE,
    Severity.WARNING,
    "La structure annoncée en MSH-9.3 exige ce segment, qui est absent. L'ajouter.",
    "The structure declared in MSH-9.3 requires this segment, which is missing. Add it.",
    "100",
)
HL7_03 = Rule(
    "R.HL7.03",
    CLAUSE,
    Severity.WARNING,
    "Ce champ est obligatoire dans la norme HL7 et il est vide. Le renseigner.",
    "This field is required by the HL7 standard and is empty. Fill it.",
    "101",
)
HL7_04 = Rule(
    "R.HL7.04",
    CLAUSE,
    Severity.WARNING,
    "Ce champ n'est pas répétable et il est répété : seule la première occurrence est lue. Un ~ dans un texte"
    " s'écrit \\R\\.",
    "This field must not repeat and it does: only the first repetition is read. A ~ inside a text is written"
    " \\R\\.",
    "198",
)
HL7_05 = Rule(
    "R.HL7.05",
    CLAUSE,
    Severity.WARNING,
    "La valeur n'a pas la forme de son type de données (nombre, date, heure, code). La corriger.",
    "The value does not have the form of its data type (number, date, time, code). Correct it.",
    "102",
)
HL7_06 = Rule(
    "R.HL7.06",
    CLAUSE,
    Severity.WARNING,
    "Le champ a plus de composants ou de sous-composants que son type de données. Un ^ ou un & dans un texte"
    " s'écrit \\S\\ ou \\T\\.",
    "The field has more components or sub-components than its data type. A ^ or & inside a text is written"
    " \\S\\ or \\T\\.",
    "102",
)
HL7_07 = Rule(
    "R.HL7.07",
    "CI-SIS CDA-HL7v2 2.1 and IHE-FR data types, lengths",
    Severity.WARNING,
    "La valeur dépasse la longueur admise par le profil français. La raccourcir à la source.",
    "The value is longer than the French profile allows. Make it shorter at the source.",
    "102",
)
HL7_08 = Rule(
    "R.HL7.08",
    "HL7 and PAM.fr tables",
    Severity.WARNING,
    "Le code ne figure pas dans la table de ce champ. Utiliser un code de la table.",
    "The code is not in the table of this field. Use a code of the table.",
    "103",
)
HL7_09 = Rule(
    "R.HL7.09",
    CLAUSE,
    Severity.WARNING,
    "Le segment a plus de champs que la norme n'en définit : ils sont ignorés. Vérifier le nombre de | .",
    "The segment has more fields than the standard defines: they are ignored. Check the number of | .",
    "199",
)
