"""The rules that belong to no room: who may send, what is served, what the DMP answered."""

from __future__ import annotations

from gateway.model import Rule, Severity

UNKNOWN_SENDER = Rule(
    "R.FAC.01",
    "DESIGN: sender identity",
    Severity.ERROR,
    "L'émetteur n'est pas déclaré dans cette passerelle. Déclarez la structure dans le fichier des "
    "établissements, ou corrigez la clé de routage.",
    "The sender is not declared in this gateway. Declare the structure in the facilities file, or mend the "
    "routing key.",
    "207",
    "906",
)

NOT_SERVED = Rule(
    "R.DST.01",
    "PFI-HL7V2 §8, DESTDMP",
    Severity.ERROR,
    "Le message ne demande pas le DMP (DESTDMP=N) et cette passerelle n'envoie pas de courriel MSSanté. "
    "Mettez DESTDMP à Y, ou adressez ce message à votre service de messagerie.",
    "The message does not ask for the DMP (DESTDMP=N) and this gateway sends no MSSanté mail. Set DESTDMP to "
    "Y, or send this message to your mail service.",
    "207",
    "906",
)

REFUSED_BY_STORE = Rule(
    "R.DMP.90",
    "ITI TF-3 §4.2.4",
    Severity.ERROR,
    "Le DMP a refusé le dépôt. Le code de motif est celui de sa réponse ; corrigez ce qu'il désigne puis "
    "rejouez le message.",
    "The DMP refused the deposit. The reason code is the one of its answer; mend what it names, then replay "
    "the message.",
    "207",
    "906",
)

RULES = (UNKNOWN_SENDER, NOT_SERVED, REFUSED_BY_STORE)
