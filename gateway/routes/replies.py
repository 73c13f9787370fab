"""The technical acknowledgement as facts: its code and its errors (PFI guide §10, R.ACK.*)."""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway.model import Finding, Verdict

# Table HL70357, the part that this interface uses: ERR-3.1 and ERR-3.2.
ERROR_TEXTS = {
    "100": "Segment sequence error",
    "101": "Required field missing",
    "102": "Data type error",
    "103": "Table value not found",
    "198": "Non-conformant cardinality",
    "199": "Other HL7 Error",
    "200": "Unsupported message type",
    "201": "Unsupported event code",
    "202": "Unsupported processing id",
    "203": "Unsupported version id",
    "207": "Application error",
}
# Table HL70533 as the guide fills it: ERR-5.1 and, in our words, ERR-5.2.
APPLICATION_LABELS = {
    "900": "La version envoyée n'est pas la dernière version connue",
    "901": "Demandeur autre que l'auteur ou que son organisation",
    "902": "Patient inconnu du récepteur",
    "903": "Le CDA porte des identifiants mais pas d'INS",
    "904": "INS ou traits différents de ceux connus du récepteur",
    "905": "Matricule INS présent, traits incomplets",
    "906": "Autre erreur",
}
APPLICATION_ERROR, OTHER = "207", "906"


@dataclass(frozen=True, slots=True)
class AckError:
    """One ERR: ERL location (ERR-2), HL70357 code (ERR-3) and 900-906 (ERR-5) with ``207``.

    ``rules`` are the rules broken there and ``text`` what to do about the first of them, in French.
    """

    location: str
    err3: str
    err5: str | None
    rules: tuple[str, ...] = field(default=(), compare=False)
    text: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """``AA`` without errors, or ``AE`` with at least one. ``AR`` is only for a temporary inability."""

    code: str
    errors: tuple[AckError, ...] = ()


def acknowledge(verdict: Verdict) -> Acknowledgement:
    """Warnings never change AA; every error is reported (R.ACK.07, R.ACK.13)."""
    errors: dict[tuple[str, str, str | None], AckError] = {}
    for finding in verdict.errors:
        error = _error(finding)
        key = error.location, error.err3, error.err5
        told = errors.get(key)
        if told is None:
            errors[key] = error
        elif finding.rule not in told.rules:
            errors[key] = AckError(*key, (*told.rules, finding.rule), told.text)
    return Acknowledgement("AE", tuple(errors.values())) if errors else Acknowledgement("AA")


def unable(text: str) -> Acknowledgement:
    """AR for a temporary inability: the same message may be sent again later (R.ACK.12)."""
    return Acknowledgement("AR", (AckError("", APPLICATION_ERROR, OTHER, (), text),))


def _error(finding: Finding) -> AckError:
    code = finding.hl7_code or APPLICATION_ERROR
    detail = (finding.application_code or OTHER) if code == APPLICATION_ERROR else None
    return AckError(finding.location.erl, code, detail, (finding.rule,), finding.text_fr)
