"""Rules of destinations and visibility (R.RTE.01 to .09): what is asked must be possible together."""

from __future__ import annotations

from gateway.model import Rule, Severity

_DEST = "CI-SIS CDA-HL7v2 2.1.3, métadonnées DMP/MSSanté"
_MATRIX = "CI-SIS CDA-HL7v2 2.1.3, règles de gestion MSSanté"
_E, _W = Severity.ERROR, Severity.WARNING

RTE_01 = Rule(
    "R.RTE.01",
    _DEST + ", destinataires",
    _E,
    "Aucune destination n'est demandée : mettre Y à DESTDMP, DESTMSSANTEPS ou DESTMSSANTEPAT.",
    "No destination is asked for: put Y for DESTDMP, DESTMSSANTEPS or DESTMSSANTEPAT.",
    "207",
    "906",
)
RTE_02 = Rule(
    "R.RTE.02",
    _DEST + ", document non visible par le patient",
    _E,
    "Un document invisible au patient ne lui est jamais envoyé : choisir INVISIBLE_PATIENT ou"
    " DESTMSSANTEPAT.",
    "A document hidden from the patient is never mailed to the patient: choose INVISIBLE_PATIENT or"
    " DESTMSSANTEPAT.",
    "207",
    "906",
)
RTE_03 = Rule(
    "R.RTE.03",
    _MATRIX + ", ligne 1",
    _W,
    "Envoi aux professionnels et au patient : la matrice MSSanté veut MASQUE_PS, INVISIBLE_PATIENT et"
    " INVISIBLE_REP_LEGAUX à N.",
    "Mail to professionals and to the patient: the MSSanté matrix wants MASQUE_PS, INVISIBLE_PATIENT and"
    " INVISIBLE_REP_LEGAUX at N.",
    "207",
    "906",
)
RTE_04 = Rule(
    "R.RTE.04",
    _MATRIX + ", ligne 2",
    _W,
    "Envoi aux seuls professionnels : la matrice MSSanté veut INVISIBLE_PATIENT à Y, MASQUE_PS et"
    " INVISIBLE_REP_LEGAUX à N.",
    "Mail to professionals only: the MSSanté matrix wants INVISIBLE_PATIENT at Y, MASQUE_PS and"
    " INVISIBLE_REP_LEGAUX at N.",
    "207",
    "906",
)
RTE_05 = Rule(
    "R.RTE.05",
    _MATRIX + ", ligne 3",
    _W,
    "Envoi au seul patient : la matrice MSSanté veut INVISIBLE_PATIENT, CONNEXION_SECRETE et DESTDMP à N.",
    "Mail to the patient only: the MSSanté matrix wants INVISIBLE_PATIENT, CONNEXION_SECRETE and DESTDMP at"
    " N.",
    "207",
    "906",
)
RTE_06 = Rule(
    "R.RTE.06",
    "CI-SIS CDA-HL7v2 2.1.3, remplacement",
    _W,
    "Un changement de masquage ou de visibilité est un remplacement : mettre C dans OBX-11 et un nouvel"
    " identifiant au document, ou MODIF_CONF_CODE à N.",
    "A change of masking or visibility is a replacement: put C in OBX-11 and a new id in the document, or"
    " MODIF_CONF_CODE at N.",
    "207",
    "906",
)
RTE_07 = Rule(
    "R.RTE.07",
    _DEST + ", connexion secrète et destinataires",
    _W,
    "Cette indication est sans effet avec les destinations demandées : la retirer, ou demander la"
    " destination.",
    "This indication has no effect with the destinations asked for: remove it, or ask for the destination.",
)
RTE_08 = Rule(
    "R.RTE.08",
    _DEST + ", alimentation du DMP",
    _W,
    "Le document est de confidentialité restreinte (R ou V) et ne devrait pas être partagé : vérifier la"
    " demande d'envoi au DMP.",
    "The document is of restricted confidentiality (R or V) and should not be shared: check the request to"
    " send it to the DMP.",
    "207",
    "906",
)
RTE_09 = Rule(
    "R.RTE.09",
    _DEST + ", échange MSSanté",
    _E,
    "Il manque le destinataire de l'envoi demandé : un RCT qui n'est pas le patient pour DESTMSSANTEPS, un"
    " RCT pour le patient pour DESTMSSANTEPAT.",
    "The recipient of the mail asked for is missing: an RCT that is not the patient for DESTMSSANTEPS, an RCT"
    " for the patient for DESTMSSANTEPAT.",
    "100",
)

RULES: tuple[Rule, ...] = (RTE_01, RTE_02, RTE_03, RTE_04, RTE_05, RTE_06, RTE_07, RTE_08, RTE_09)
