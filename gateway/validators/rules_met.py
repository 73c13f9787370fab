"""Rules of the metadata OBX (table MetaDMPMSS): R.MET.01 to .12."""

from __future__ import annotations

from gateway.model import Rule, Severity

_MET = "CI-SIS CDA-HL7v2 2.1.3, métadonnées DMP/MSSanté"

MET_01 = Rule(
    "R.MET.01",
    _MET,
    Severity.ERROR,
    "Une des dix métadonnées codées manque : ajouter son OBX, chacune est attendue exactement une fois.",
    "One of the ten coded metadata is missing: add its OBX, each is expected exactly once.",
    "100",
)
MET_02 = Rule(
    "R.MET.02",
    _MET,
    Severity.ERROR,
    "Cette métadonnée est répétée : n'en laisser qu'une.",
    "This metadata row is repeated: keep only one.",
    "198",
)
MET_03 = Rule(
    "R.MET.03",
    _MET + ", ordre",
    Severity.ERROR,
    "Les métadonnées ne sont pas dans l'ordre du guide : à partir de cet OBX, les remettre dans l'ordre"
    " MASQUE_PS … ACK_LECTURE_MSS, puis les corps de mail.",
    "The metadata rows are not in the order of the guide: from this OBX on, put them back in the order"
    " MASQUE_PS ... ACK_LECTURE_MSS, then the mail bodies.",
    "100",
)
MET_04 = Rule(
    "R.MET.04",
    _MET + ", table MetaDMPMSS",
    Severity.ERROR,
    "Le code de la métadonnée n'est pas (ou plus) dans la table MetaDMPMSS : employer le code en vigueur.",
    "The metadata code is not (or no longer) in table MetaDMPMSS: use the current code.",
    "103",
)
MET_05 = Rule(
    "R.MET.05",
    _MET + ", OBX-2",
    Severity.ERROR,
    "Le type de valeur de la métadonnée est faux : mettre CE dans un ORU, CWE dans un MDM.",
    "The value type of the metadata row is wrong: put CE in an ORU, CWE in an MDM.",
    "103",
)
MET_06 = Rule(
    "R.MET.06",
    _MET + ", OBX-3.3",
    Severity.ERROR,
    "Le système de codage de la métadonnée manque ou est faux : mettre MetaDMPMSS dans OBX-3.3.",
    "The coding system of the metadata row is missing or wrong: put MetaDMPMSS in OBX-3.3.",
    "103",
)
MET_07 = Rule(
    "R.MET.07",
    _MET + ", OBX-5.1",
    Severity.ERROR,
    "La valeur de la métadonnée n'est ni Y ni N : mettre Y ou N dans OBX-5.1.",
    "The value of the metadata row is neither Y nor N: put Y or N in OBX-5.1.",
    "103",
)
MET_08 = Rule(
    "R.MET.08",
    _MET + ", OBX-5.3",
    Severity.ERROR,
    "La table de la valeur manque ou date d'un profil ancien : mettre expandedYes-NoIndicator dans OBX-5.3.",
    "The table of the value is missing or comes from an older profile: put expandedYes-NoIndicator in"
    " OBX-5.3.",
    "103",
)
MET_09 = Rule(
    "R.MET.09",
    _MET + ", OBX-11",
    Severity.ERROR,
    "Le statut d'une métadonnée est toujours F, aussi pour un remplacement ou une suppression : mettre F dans"
    " OBX-11.",
    "The status of a metadata row is always F, also for a replacement or a deletion: put F in OBX-11.",
    "103",
)
MET_10 = Rule(
    "R.MET.10",
    _MET + ", corps du mail",
    Severity.ERROR,
    "Le corps de mail n'est pas un texte codé : mettre ED dans OBX-2 et ^TEXT^^Base64^… (UTF-8) dans OBX-5 ;"
    " sinon le corps par défaut sert.",
    "The mail body is not an encoded text: put ED in OBX-2 and ^TEXT^^Base64^... (UTF-8) in OBX-5; otherwise"
    " the default body is used.",
    "103",
)
MET_11 = Rule(
    "R.MET.11",
    _MET,
    Severity.WARNING,
    "Ce corps de mail ou ce commentaire FIN est sans effet : le destinataire qu'il concerne n'est pas"
    " demandé, ou il suit un autre OBX que DESTMSSANTEPAT.",
    "This mail body or FIN note has no effect: the recipient that it concerns is not asked for, or it follows"
    " another OBX than DESTMSSANTEPAT.",
)
MET_12 = Rule(
    "R.MET.12",
    _MET + ", échange MSSanté patient",
    Severity.ERROR,
    "Le commentaire après DESTMSSANTEPAT n'est pas FIN : mettre FIN dans NTE-4, ou le laisser vide.",
    "The note after DESTMSSANTEPAT is not FIN: put FIN in NTE-4, or leave it empty.",
    "103",
)

RULES: tuple[Rule, ...] = (
    MET_01,
    MET_02,
    MET_03,
    MET_04,
    MET_05,
    MET_06,
    MET_07,
    MET_08,
    MET_09,
    MET_10,
    MET_11,
    MET_12,
)
