"""The table of reactions: what each answer makes the gateway do."""

from __future__ import annotations

import pytest

from gateway.errors import Permanent, SoapFaultReceived, SubmissionError, Transient, Unknown
from gateway.model import Receipt, RegistryError
from gateway.xds import errors
from gateway.xds.errors import Reaction

KINDS = {
    Reaction.RETRY: Transient,
    Reaction.STOP_FLOW: Transient,
    Reaction.VERIFY: Unknown,
    Reaction.REJECT: Permanent,
    Reaction.ASK_HUMAN: Permanent,
}


def failure(*codes: str, context: str = "") -> Receipt:
    return Receipt("Failure", tuple(RegistryError(code, context, "Document01") for code in codes))


@pytest.mark.parametrize(
    ("code", "reaction"),
    [(code, reaction) for code, reaction in errors.REGISTRY_ERRORS.items() if reaction is not Reaction.DONE],
)
def test_each_code_raises_the_kind_of_its_reaction(code: str, reaction: Reaction) -> None:
    with pytest.raises(SubmissionError) as caught:
        errors.classify(failure(code))
    assert type(caught.value) is KINDS[reaction]
    assert (caught.value.reason, caught.value.reaction) == (code, reaction.value)
    assert caught.value.location == "Document01"


def test_a_success_with_warnings_is_a_success() -> None:
    receipt = Receipt("Success", (RegistryError("XDSExtraMetadataNotSaved", severity="Warning"),))
    assert errors.classify(receipt) is receipt


def test_a_failure_that_only_says_a_warning_is_verified() -> None:
    assert errors.decide(failure("XDSExtraMetadataNotSaved")).reaction is Reaction.VERIFY


@pytest.mark.parametrize(
    ("codes", "reason"),
    [
        (("XDSRepositoryBusy", "XDSMissingDocument"), "XDSMissingDocument"),
        (("XDSRepositoryError", "XDSDuplicateUniqueIdInRegistry"), "XDSDuplicateUniqueIdInRegistry"),
        (("XDSRepositoryError", "XDSRegistryBusy"), "XDSRegistryBusy"),
        (("XDSMissingDocument", "DMPInvalidCertificate"), "DMPInvalidCertificate"),
    ],
)
def test_the_worst_of_several_errors_decides(codes: tuple[str, ...], reason: str) -> None:
    assert errors.decide(failure(*codes)).reason == reason


def test_a_bare_repository_error_gets_three_retries() -> None:
    assert errors.decide(failure("XDSRepositoryError")).retries == 3
    assert errors.decide(failure("XDSRepositoryBusy")).retries is None


def test_an_unknown_code_goes_to_a_human() -> None:
    decision = errors.decide(failure("DMPSomethingNew"))
    assert (decision.reaction, decision.reason, decision.known) == (
        Reaction.ASK_HUMAN,
        "DMPSomethingNew",
        False,
    )


def test_a_partial_success_is_no_success_of_a_deposit() -> None:
    receipt = Receipt("PartialSuccess", (RegistryError("XDSRegistryBusy"),))
    with pytest.raises(Transient):
        errors.classify(receipt)


@pytest.mark.parametrize(("sentence", "reason", "reaction"), errors.SENTENCES)
def test_a_sentence_of_the_dmp_is_recognised_in_faults_and_in_registry_errors(
    sentence: str, reason: str, reaction: Reaction
) -> None:
    text = f"[42] {sentence.capitalize()} : détail"
    assert errors.decide_fault(SoapFaultReceived("Sender", "", text)).reason == reason
    decision = errors.decide(failure("XDSRegistryError", context=text))
    assert (decision.reason, decision.reaction) == (reason, reaction)


@pytest.mark.parametrize(
    ("fault", "status", "reaction", "reason"),
    [
        (
            SoapFaultReceived("Sender", "DMPInvalidCertificate"),
            500,
            Reaction.STOP_FLOW,
            "DMPInvalidCertificate",
        ),
        (
            SoapFaultReceived("Sender", "DMPAccessDeniedByRightsService"),
            400,
            Reaction.ASK_HUMAN,
            "DMPAccessDeniedByRightsService",
        ),
        (SoapFaultReceived("Receiver"), 500, Reaction.RETRY, "soap-fault"),
        (SoapFaultReceived("Sender"), 400, Reaction.ASK_HUMAN, "soap-fault"),
        (SoapFaultReceived("Sender", "New"), 503, Reaction.RETRY, "http-503"),
        (SoapFaultReceived("Receiver", "New"), 500, Reaction.ASK_HUMAN, "New"),
    ],
)
def test_faults_have_their_reaction(
    fault: SoapFaultReceived, status: int, reaction: Reaction, reason: str
) -> None:
    decision = errors.decide_fault(fault, status)
    assert (decision.reaction, decision.reason) == (reaction, reason)


@pytest.mark.parametrize(
    ("status", "reaction"),
    [
        (200, Reaction.VERIFY),
        (202, Reaction.VERIFY),
        (302, Reaction.STOP_FLOW),
        (400, Reaction.ASK_HUMAN),
        (403, Reaction.STOP_FLOW),
        (404, Reaction.STOP_FLOW),
        (413, Reaction.REJECT),
        (429, Reaction.RETRY),
        (500, Reaction.RETRY),
        (503, Reaction.RETRY),
    ],
)
def test_http_statuses_have_their_reaction(status: int, reaction: Reaction) -> None:
    assert errors.decide_http(status).reaction is reaction


def test_the_words_of_the_store_never_reach_the_text_of_an_error() -> None:
    with pytest.raises(Permanent) as caught:
        errors.classify(failure("XDSUnknownPatientId", context="299010000000011 unknown"))
    assert "2990" not in f"{caught.value}{caught.value!r}{caught.value.detail}"
