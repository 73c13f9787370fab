"""What a pack can say of a document, as rules: the official ones, and what we say of the pack itself."""

from __future__ import annotations

from gateway.model import Rule, Severity

FAILED = Rule(
    "P.FAILED",
    "GATEWAY: rule packs",
    Severity.WARNING,
    "Un fichier du pack officiel n'a pas pu juger ce document : le moteur de règles s'est arrêté ou a "
    "dépassé son temps. Le document n'est pas en cause ; en mode enforce il sera jugé de nouveau plus tard.",
    "A file of the official pack could not judge this document: the rule engine stopped or ran out of time. "
    "The document is not at fault; in mode enforce it is judged again later.",
    "207",
    "906",
)
NO_VOLET = Rule(
    "P.NO-VOLET",
    "GATEWAY: rule packs",
    Severity.WARNING,
    "Le pack officiel n'a pas de volet pour le modèle de ce document : seule sa structure minimale est "
    "jugée. Installez un pack plus récent si ce modèle est publié.",
    "The official pack has no volet for this document's model: only its minimal structure is judged. Install "
    "a newer pack if this model is published.",
    "207",
    "906",
)
NOT_COMPILED = Rule(
    "P.NOT-COMPILED",
    "GATEWAY: rule packs",
    Severity.WARNING,
    "Un fichier du pack officiel qui concerne ce document n'a pas pu être compilé : il ne le juge "
    "pas. `dmp-gateway schemas list` dit pourquoi.",
    "A file of the official pack that is for this document could not be compiled: it does not judge "
    "it. `dmp-gateway schemas list` says why.",
    "207",
    "906",
)
OTHER_EDITION = Rule(
    "P.EDITION",
    "GATEWAY: rule packs",
    Severity.WARNING,
    "Le pack officiel n'a pas l'édition du volet que ce document annonce ; il est jugé par la plus proche. "
    "Installez un pack qui a cette édition, ou corrigez templateId/@extension.",
    "The official pack lacks the edition of the volet that this document claims; it is judged by the "
    "nearest. Install a pack that has it, or mend templateId/@extension.",
    "207",
    "906",
)
NOT_EVALUATED = Rule(
    "P.NOT-EVALUATED",
    "GATEWAY: rule packs",
    Severity.WARNING,
    "Des règles du pack officiel n'ont pas pu être évaluées sur ce document (jeu de valeurs absent du pack, "
    "ou expression en erreur). Vérifiez-le à la main, ou installez un pack complet.",
    "Rules of the official pack could not be evaluated on this document (value set absent from the pack, "
    "or an expression in error). Check it by hand, or install a complete pack.",
    "207",
    "906",
)


def official(rule_id: str, title: str, severity: Severity, text: str) -> Rule:
    """An official assert. Its French text is its own static one; it has no official English."""
    text_fr = text or "Règle officielle non respectée à cet endroit ; elle n'a pas de texte."
    return Rule(
        rule_id,
        f"CI-SIS {title}",
        severity,
        f"[{title}] {text_fr}",
        f"[{title}] Official CI-SIS rule not met here; its own text: {text_fr}",
        "207",
        "906",
    )
