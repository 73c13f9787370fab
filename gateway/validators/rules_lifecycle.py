"""The rules that need memory, as data: what was received, accepted or said before.

``check`` reads a file without any memory: these rules are applied by the workers only.
"""

from __future__ import annotations

from gateway.model import Rule, Severity

_E, _W = Severity.ERROR, Severity.WARNING
_GUIDE = "CI-SIS CDA-HL7v2 2.1.3"

MSH_08 = Rule(
    "R.MSH.08",
    _GUIDE + ", acquittement (MSA-2)",
    _W,
    "Cet identifiant de message a déjà servi à cet émetteur pour un autre contenu : le message est traité"
    " comme nouveau. Donner à chaque message son propre MSH-10.",
    "This sender has used this message id for another content: the message is processed as a new one. Give"
    " each message its own MSH-10.",
)
DMP_08 = Rule(
    "R.DMP.08",
    "CSP L1111-15, R1111-47 ; PAM.fr 2.11 §6.14.9",
    _E,
    "Le patient s'est opposé à l'alimentation de son DMP : rien n'est déposé. Si sa position a changé,"
    " l'envoyer d'abord (ADT, ZFA-9 = INO, date en ZFA-10), puis renvoyer ou rejouer ce message.",
    "The patient is opposed to the feeding of their DMP: nothing is deposited. If their position has changed,"
    " send it first (ADT, ZFA-9 = INO, date in ZFA-10), then send or replay this message again.",
    "207",
    "906",
)
CST_01 = Rule(
    "R.CST.01",
    "CSP R1111-47 ; GATEWAY_CONSENT_REQUIRED",
    _E,
    "La position du patient sur l'alimentation de son DMP n'a pas été reçue, et cette passerelle l'exige. La"
    " recueillir et l'envoyer (ADT, ZFA-9), puis renvoyer ou rejouer ce message.",
    "The patient's position on the feeding of their DMP has not been received, and this gateway requires it."
    " Collect and send it (ADT, ZFA-9), then send or replay this message again.",
    "207",
    "906",
)
LIF_01 = Rule(
    "R.LIF.01",
    _GUIDE + ", nouvel identifiant et nouveau hash",
    _E,
    "Cet identifiant de document a déjà servi : un autre contenu a été accepté sous le même, ou le document"
    " a été supprimé. Donner un nouvel identifiant au nouveau document, et remplacer l'ancien s'il le"
    " corrige.",
    "This document id has already been used: other content was accepted under it, or the document was"
    " deleted. Give the new document a new id, and replace the former one if it corrects it.",
    "207",
    "906",
)
LIF_02 = Rule(
    "R.LIF.02",
    _GUIDE + ", codes d'erreur (table 0533), 900",
    _E,
    "Le document à remplacer n'est pas la dernière version connue, ou il a été supprimé. Remplacer la"
    " dernière version acceptée.",
    "The document to replace is not the latest known version, or it was deleted. Replace the latest accepted"
    " version.",
    "207",
    "900",
)
LIF_03 = Rule(
    "R.LIF.03",
    _GUIDE + ", cycle de vie",
    _W,
    "Le document à remplacer n'est pas passé par cette passerelle : c'est le DMP qui dira s'il le connaît.",
    "The document to replace did not come through this gateway: the DMP will say whether it knows it.",
)
LIF_04 = Rule(
    "R.LIF.04",
    _GUIDE + ", codes d'erreur (table 0533), 900 ; suppression",
    _E,
    "Le document à supprimer n'est pas la dernière version connue, ou il est déjà supprimé. Demander la"
    " suppression de la dernière version acceptée.",
    "The document to delete is not the latest known version, or it is deleted already. Ask for the deletion"
    " of the latest accepted version.",
    "207",
    "900",
)
LIF_05 = Rule(
    "R.LIF.05",
    _GUIDE + ", codes d'erreur (table 0533), 901",
    _E,
    "Seule la structure qui a écrit ou envoyé le document peut le remplacer ou le supprimer. Vérifier la"
    " structure de l'émetteur (PRT SB, PRT-8).",
    "Only the structure that wrote or sent the document may replace or delete it. Check the structure of the"
    " sender (PRT SB, PRT-8).",
    "207",
    "901",
)
LIF_06 = Rule(
    "R.LIF.06",
    _GUIDE + ", contraintes fonctionnelles (N1 et N3)",
    _E,
    "Le message d'origine portait le document en N1 et en N3 : remplacer ou supprimer les deux ensemble,"
    " dans un même message.",
    "The original message carried the document as N1 and as N3: replace or delete both together, in one"
    " message.",
    "207",
    "906",
)
LIF_07 = Rule(
    "R.LIF.07",
    _GUIDE + ", codes d'erreur (table 0533), 904",
    _E,
    "Le patient n'est pas celui du document à remplacer ou à supprimer. Vérifier l'INS (PID-3 et"
    " recordTarget) et l'identifiant du document visé.",
    "The patient is not the one of the document to replace or delete. Check the INS (PID-3 and recordTarget)"
    " and the id of the document that is meant.",
    "207",
    "904",
)
