"""What to do about each answer of the DMP, as tables: error codes, SOAP faults, sentences, HTTP statuses.

The official list of DMP functional errors is not public: what no row knows goes to a human.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from gateway.errors import Permanent, SoapFaultReceived, Transient, Unknown
from gateway.model import Receipt, RegistryError


class Reaction(StrEnum):
    """What the gateway does. Values are stable: they travel in ``SubmissionError.reaction``."""

    DONE = "done"
    RETRY = "retry"
    REJECT = "reject"
    ASK_HUMAN = "ask_human"
    STOP_FLOW = "stop_flow"
    VERIFY = "verify"

    @property
    def advice(self) -> str:
        """What to do, in French and in English; empty for ``done``."""
        return _ADVICE[self]


_ADVICE = {
    Reaction.DONE: "",
    Reaction.RETRY: "service indisponible, nouvel essai plus tard / service away, will be retried",
    Reaction.REJECT: "à corriger à la source, pas de nouvel essai / fix at the source, not retried",
    Reaction.ASK_HUMAN: "à examiner par une personne, pas de nouvel essai / a person must look, not retried",
    Reaction.STOP_FLOW: (
        "configuration ou certificat de la structure à corriger, flux arrêté"
        " / fix the configuration or certificate of the structure, flow stopped"
    ),
    Reaction.VERIFY: "à vérifier par uniqueId avant tout renvoi / verify by uniqueId before any resend",
}


@dataclass(frozen=True, slots=True)
class Decision:
    """A reaction with its reason code. ``known`` is false when no row matched.

    ``retries`` is the most retries that it deserves, None for the usual policy.
    """

    reaction: Reaction
    reason: str
    location: str = ""
    retries: int | None = None
    known: bool = True


# When an answer has several errors, the first of this list that occurs decides.
_PRECEDENCE = (
    Reaction.STOP_FLOW,
    Reaction.ASK_HUMAN,
    Reaction.REJECT,
    Reaction.VERIFY,
    Reaction.RETRY,
    Reaction.DONE,
)
# Bare "it failed" codes: a few tries, then a person.
_GENERIC = frozenset({"XDSRegistryError", "XDSRepositoryError"})
_GENERIC_RETRIES = 3

REGISTRY_ERRORS: dict[str, Reaction] = {
    "XDSRegistryBusy": Reaction.RETRY,
    "XDSRepositoryBusy": Reaction.RETRY,
    "XDSRegistryNotAvailable": Reaction.RETRY,
    "XDSRegistryOutOfResources": Reaction.RETRY,
    "XDSRepositoryOutOfResources": Reaction.RETRY,
    "XDSRegistryError": Reaction.RETRY,
    "XDSRepositoryError": Reaction.RETRY,
    "XDSDuplicateUniqueIdInRegistry": Reaction.VERIFY,
    "XDSNonIdenticalHash": Reaction.VERIFY,
    "XDSNonIdenticalSize": Reaction.VERIFY,
    "DocumentQueued": Reaction.VERIFY,
    "XDSRepositoryMetadataError": Reaction.REJECT,
    "XDSRegistryMetadataError": Reaction.REJECT,
    "XDSMissingDocument": Reaction.REJECT,
    "XDSMissingDocumentMetadata": Reaction.REJECT,
    "XDSPatientIdDoesNotMatch": Reaction.REJECT,
    "XDSRegistryDuplicateUniqueIdInMessage": Reaction.REJECT,
    "XDSRepositoryDuplicateUniqueIdInMessage": Reaction.REJECT,
    "InvalidDocumentContent": Reaction.REJECT,
    "DMPClosed": Reaction.REJECT,
    "XDSUnknownPatientId": Reaction.ASK_HUMAN,
    "XDSRegistryDeprecatedDocumentError": Reaction.ASK_HUMAN,
    "XDSReplaceFailed": Reaction.ASK_HUMAN,
    "XDSUnknownStoredQuery": Reaction.ASK_HUMAN,
    "XDSStoredQueryMissingParam": Reaction.ASK_HUMAN,
    "XDSStoredQueryParamNumber": Reaction.ASK_HUMAN,
    "XDSResultNotSinglePatient": Reaction.ASK_HUMAN,
    "XDSTooManyResults": Reaction.ASK_HUMAN,
    "XDSDocumentUniqueIdError": Reaction.ASK_HUMAN,
    "XDSUnknownRepositoryId": Reaction.ASK_HUMAN,
    "XDSMetadataUpdateError": Reaction.ASK_HUMAN,
    "XDSMetadataUpdateOperationError": Reaction.ASK_HUMAN,
    "XDSMetadataVersionError": Reaction.ASK_HUMAN,
    "XDSMetadataIdentifierError": Reaction.ASK_HUMAN,
    "XDSPatientIDReconciliationError": Reaction.ASK_HUMAN,
    "UnmodifiableMetadataError": Reaction.ASK_HUMAN,
    "XDSObjectTypeError": Reaction.ASK_HUMAN,
    "LocalPolicyRestrictionError": Reaction.ASK_HUMAN,
    "XDSRemoveDocumentsError": Reaction.ASK_HUMAN,
    "UnresolvedReferenceException": Reaction.ASK_HUMAN,
    "ReferencesExistException": Reaction.ASK_HUMAN,
    "XDSUnreferencedObjectException": Reaction.ASK_HUMAN,
    "DMPAccessDeniedByRightsService": Reaction.ASK_HUMAN,
    "DMPInvalidCertificate": Reaction.STOP_FLOW,
    "XDSExtraMetadataNotSaved": Reaction.DONE,
}

# Subcode of a fault, or its code when there is no subcode.
FAULTS: dict[str, Reaction] = {
    "DMPInvalidCertificate": Reaction.STOP_FLOW,
    "DMPAccessDeniedByRightsService": Reaction.ASK_HUMAN,
    "DMPClosed": Reaction.REJECT,
    # WS-Security 1.1 §12
    "FailedAuthentication": Reaction.STOP_FLOW,
    "FailedCheck": Reaction.STOP_FLOW,
    "InvalidSecurity": Reaction.STOP_FLOW,
    "InvalidSecurityToken": Reaction.STOP_FLOW,
    "SecurityTokenUnavailable": Reaction.STOP_FLOW,
    "UnsupportedSecurityToken": Reaction.STOP_FLOW,
    "UnsupportedAlgorithm": Reaction.STOP_FLOW,
    "MessageExpired": Reaction.RETRY,
    # WS-Addressing 1.0 SOAP binding §6.4
    "EndpointUnavailable": Reaction.RETRY,
    "ActionNotSupported": Reaction.ASK_HUMAN,
    "ActionMismatch": Reaction.ASK_HUMAN,
    "DestinationUnreachable": Reaction.ASK_HUMAN,
    "InvalidAddressingHeader": Reaction.ASK_HUMAN,
    "MessageAddressingHeaderRequired": Reaction.ASK_HUMAN,
    "MustUnderstand": Reaction.ASK_HUMAN,
    "VersionMismatch": Reaction.ASK_HUMAN,
    "Receiver": Reaction.RETRY,
    "Server": Reaction.RETRY,
}

# Sentences seen in DMP answers, our reason code for each, and the reaction.
SENTENCES: tuple[tuple[str, str, Reaction], ...] = (
    ("not a valid signature certificate", "vihf-signing-certificate", Reaction.STOP_FLOW),
    ("erreur d'authentification de la personne morale", "vihf-structure-mismatch", Reaction.STOP_FLOW),
    ("structure introuvable ou inactive", "vihf-structure-unknown", Reaction.STOP_FLOW),
    ("ps et structure non liés", "vihf-professional-not-in-structure", Reaction.STOP_FLOW),
    ("aucune spécialité dans le vihf", "vihf-specialty-missing", Reaction.STOP_FLOW),
    ("aucun authorinstitution ne correspond", "vihf-author-institution-mismatch", Reaction.STOP_FLOW),
)

HTTP_STATUSES: dict[int, Reaction] = {
    400: Reaction.ASK_HUMAN,
    401: Reaction.STOP_FLOW,
    403: Reaction.STOP_FLOW,
    404: Reaction.STOP_FLOW,
    405: Reaction.STOP_FLOW,
    407: Reaction.STOP_FLOW,
    408: Reaction.RETRY,
    413: Reaction.REJECT,
    415: Reaction.ASK_HUMAN,
    421: Reaction.STOP_FLOW,
    425: Reaction.RETRY,
    429: Reaction.RETRY,
}


def decide(receipt: Receipt) -> Decision:
    """The decision for a receipt; warnings never decide. PartialSuccess is no success of a deposit."""
    if receipt.success:
        return Decision(Reaction.DONE, "Success")
    decisions = [_decide_error(error) for error in receipt.errors if error.severity != "Warning"]
    if not decisions:
        return Decision(Reaction.VERIFY, "failure-without-errors")
    return min(decisions, key=lambda each: (each.reason in _GENERIC, _PRECEDENCE.index(each.reaction)))


def decide_fault(fault: SoapFaultReceived, http_status: int = 500) -> Decision:
    """The decision for a SOAP fault; the HTTP status only helps when no row knows the fault."""
    by_sentence = _sentence(fault.text)
    if by_sentence is not None:
        return by_sentence
    for name in (fault.subcode, "" if fault.subcode else fault.code):
        if name in FAULTS:
            retries = _GENERIC_RETRIES if name in ("Receiver", "Server") else None
            return Decision(FAULTS[name], name if fault.subcode else "soap-fault", retries=retries)
    if http_status in (429, 502, 503, 504):
        return Decision(Reaction.RETRY, f"http-{http_status}")
    return Decision(Reaction.ASK_HUMAN, fault.subcode or "soap-fault", known=False)


def decide_http(status: int) -> Decision:
    """The decision for an HTTP status whose body said nothing readable; 2xx means verify."""
    if 200 <= status < 300:
        return Decision(Reaction.VERIFY, "unreadable-answer")
    default = {3: Reaction.STOP_FLOW, 5: Reaction.RETRY}.get(status // 100, Reaction.ASK_HUMAN)
    return Decision(HTTP_STATUSES.get(status, default), f"http-{status}")


def classify(receipt: Receipt) -> Receipt:
    """The receipt itself when it is a success; otherwise raises Permanent, Transient or Unknown."""
    react(decide(receipt))
    return receipt


def react(decision: Decision) -> None:
    """Raise what the decision asks for; nothing for ``done``.

    ``stop_flow`` is Transient: the messages are right and wait for the configuration to be corrected.
    """
    reaction = decision.reaction
    if reaction is Reaction.DONE:
        return
    kind: type[Permanent | Transient | Unknown] = Permanent
    if reaction in (Reaction.RETRY, Reaction.STOP_FLOW):
        kind = Transient
    elif reaction is Reaction.VERIFY:
        kind = Unknown
    raise kind(decision.reason, reaction.advice, decision.location, reaction.value, decision.retries)


def _decide_error(error: RegistryError) -> Decision:
    by_sentence = _sentence(error.context)
    if by_sentence is not None:
        return by_sentence
    reaction = REGISTRY_ERRORS.get(error.code)
    if reaction is None:
        return Decision(Reaction.ASK_HUMAN, error.code or "unknown-error", error.location, known=False)
    if reaction is Reaction.DONE:
        # A code of warnings as the error of a Failure: what was stored has to be seen.
        return Decision(Reaction.VERIFY, error.code, error.location)
    retries = _GENERIC_RETRIES if error.code in _GENERIC else None
    return Decision(reaction, error.code, error.location, retries)


def _sentence(text: str) -> Decision | None:
    lowered = text.lower().replace("’", "'")
    for sentence, reason, reaction in SENTENCES:
        if sentence in lowered:
            return Decision(reaction, reason)
    return None


def problems_error(problems: Sequence[RegistryError]) -> Permanent:
    """A submission that we could not write: our own defect or the producer's."""
    first = problems[0]
    return Permanent(first.code, Reaction.REJECT.advice, first.location, Reaction.REJECT.value)
