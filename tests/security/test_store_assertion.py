"""A real store that requires a VIHF: what a wrong one gets over the wire, and that nothing is stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from gateway.dmpstore import StoreSettings, create_app
from gateway.errors import ConfigurationError, Permanent, Transient
from gateway.model import Action, Depositor, Identifier, Organization, PatientId, Receipt, Submission
from gateway.xds import iti18, iti41, vihf
from gateway.xds.client import ClientSettings, SetSigner, VihfSecurity, XdsRepository
from gateway.xds.vihf_facts import vihf_of
from tests.dmpstore import samples
from tests.dmpstore.conftest import Client
from tests.security.authority import Issued, cast, stranger
from tests.security.samples import DEPOSITOR, MACHINE, PROFILE, physician, submission


def now() -> datetime:
    return datetime.now(UTC)


def security(signer: Issued | None = None, clock: Callable[[], datetime] = now) -> VihfSecurity:
    return VihfSecurity((signer or cast().sign).identity, PROFILE, clock)


@dataclass
class Gateway:
    """Our own client on a store."""

    base_url: str

    def open(self, provider: VihfSecurity | None, *, signer: bool = True) -> XdsRepository:
        settings = ClientSettings(
            f"{self.base_url}/services/repository", f"{self.base_url}/services/registry"
        )
        return XdsRepository(settings, provider, SetSigner(cast().sign.identity) if signer else None)

    async def deposit(
        self, deposit: Submission, provider: VihfSecurity | None, *, signer: bool = True
    ) -> Receipt:
        client = self.open(provider, signer=signer)
        try:
            return await client.submit(deposit)
        finally:
            await client.close()


def nothing_stored(base_url: str) -> None:
    counts = Client(base_url).counts()
    assert (counts["documents"], counts["signatures"], counts["submission_sets"]) == (0, 0, 0)


@pytest.mark.parametrize("author", [MACHINE, physician()])
async def test_a_signed_deposit_is_stored_and_found_again(strict_store: str, author: object) -> None:
    deposit = submission(author)  # type: ignore[arg-type]
    client = Gateway(strict_store).open(security())
    assert await client.submit(deposit) == Receipt("Success")
    found = await client.find([deposit.entries[0].unique_id], deposit)
    await client.close()
    assert [entry.unique_id for entry in found] == [deposit.entries[0].unique_id]


async def test_the_signature_is_stored_as_bytes_but_is_no_document_of_the_patient(strict_store: str) -> None:
    await Gateway(strict_store).deposit(submission(), security())
    store = Client(strict_store)
    counts = store.counts()
    assert (counts["documents"], counts["signatures"], counts["deposits"]) == (1, 1, 1)
    assert sum(counts["rubriques"].values()) == 1  # type: ignore[attr-defined]
    assert [row["type_code"] for row in store.documents()] == ["11502-2"]
    signed = SetSigner(cast().sign.identity)(submission())
    listed = store.get(f"/api/documents?unique_id={signed.entries[-1].unique_id}")
    assert '"type_code":"E1762"' in listed.text.replace(" ", "")


async def test_iti_18_finds_the_signature_of_a_patient_too(strict_store: str) -> None:
    deposit = submission()
    await Gateway(strict_store).deposit(deposit, security())
    query = iti18.find_documents(deposit.submission_set.patient_id)
    message = iti18.build_request(
        query, to=strict_store, message_id="urn:uuid:18", security=security()(deposit)
    )
    answer = Client(strict_store).post("/services/registry", message)
    found = iti18.read_response(answer.headers["content-type"], answer.body)
    assert {entry.type_code.code for entry in found} == {"11502-2", "E1762"}


async def test_a_retry_after_a_success_stores_nothing_twice(strict_store: str) -> None:
    gateway = Gateway(strict_store)
    await gateway.deposit(submission(), security())
    assert (await gateway.deposit(submission(), security())).already_there
    assert Client(strict_store).counts()["signatures"] == 1


async def test_a_replacement_and_a_deletion_carry_their_own_assertions(strict_store: str) -> None:
    gateway = Gateway(strict_store)
    await gateway.deposit(submission(), security())
    new = samples.entry(2)
    replacing = samples.submission(new, number=2, replaces={"Document02": samples.entry(1).unique_id})
    await gateway.deposit(replace(replacing, depositor=DEPOSITOR), security())
    deletion = samples.submission(new, number=3)
    await gateway.deposit(
        replace(deletion, depositor=DEPOSITOR, action=Action.DELETE, contents=()), security()
    )
    statuses = Client(strict_store).counts()["statuses"]
    assert statuses == {"Deprecated": 1, "Deleted": 1}


@pytest.mark.parametrize(
    ("signer", "clock", "reason"),
    [
        (lambda: stranger().issue("PASSERELLE SIGN"), now, "vihf-signing-certificate"),
        (lambda: cast().auth, now, "vihf-signing-certificate"),
        (
            lambda: cast().authority.issue("X", structure="1990000099"),
            now,
            "vihf-structure-mismatch",
        ),
        (lambda: cast().sign, lambda: now() - timedelta(minutes=11), "MessageExpired"),
        (lambda: cast().sign, lambda: now() + timedelta(minutes=11), "InvalidSecurityToken"),
    ],
)
async def test_a_wrong_assertion_gets_its_fault_and_nothing_is_stored(
    strict_store: str, signer: Callable[[], Issued], clock: Callable[[], datetime], reason: str
) -> None:
    with pytest.raises(Transient) as caught:
        await Gateway(strict_store).deposit(submission(), security(signer(), clock))
    assert caught.value.reason == reason
    assert caught.value.reaction == ("retry" if reason == "MessageExpired" else "stop_flow")
    nothing_stored(strict_store)


async def test_a_request_without_assertion_gets_a_fault(strict_store: str) -> None:
    with pytest.raises(Transient) as caught:
        await Gateway(strict_store).deposit(submission(), None)
    assert (caught.value.reason, caught.value.reaction) == ("InvalidSecurity", "stop_flow")
    nothing_stored(strict_store)


def post(base_url: str, deposit: Submission, told: Submission) -> str:
    """Send ``deposit`` with the assertion of ``told``; the answer as text."""
    message = iti41.build_request(deposit, to=base_url, message_id="urn:uuid:41", security=security()(told))
    answer = Client(base_url).post("/services/repository", message)
    assert answer.status == 400
    return answer.text


def test_a_set_of_another_structure_is_refused_in_the_words_of_the_dmp(strict_store: str) -> None:
    other = replace(
        samples.AUTHOR,
        institution=Organization(Identifier("1.2.250.1.71.4.2.2", "1990000099"), "CH EXEMPLE"),
    )
    text = post(strict_store, samples.submission(author=other), submission())
    assert "Aucun AuthorInstitution ne correspond à l'utilisateur du VIHF" in text
    nothing_stored(strict_store)


def test_a_set_without_institution_is_refused(strict_store: str) -> None:
    text = post(
        strict_store, samples.submission(author=replace(samples.AUTHOR, institution=None)), submission()
    )
    assert "Aucun AuthorInstitution" in text
    nothing_stored(strict_store)


def test_a_set_of_another_patient_is_refused(strict_store: str) -> None:
    entry = samples.entry(patient_id=samples.OTHER_PATIENT)
    text = post(strict_store, samples.submission(entry), submission())
    assert "DMPAccessDeniedByRightsService" in text
    assert samples.OTHER_PATIENT.value not in text
    nothing_stored(strict_store)


def test_metadata_changed_after_signing_are_refused(strict_store: str) -> None:
    message = iti41.build_request(
        submission(), to=strict_store, message_id="urn:uuid:41", security=security()(submission())
    )
    body = message.body.replace(b"<saml2:AttributeValue>1990000001<", b"<saml2:AttributeValue>1990000002<")
    assert len(body) == len(message.body)
    assert body != message.body
    answer = Client(strict_store).request("POST", "/services/repository", body, message.content_type)
    assert (answer.status, "FailedCheck" in answer.text) == (400, True)
    nothing_stored(strict_store)


def test_two_assertions_are_refused(strict_store: str) -> None:
    message = iti41.build_request(
        submission(), to=strict_store, message_id="urn:uuid:41", security=security()(submission())
    )
    start = message.body.index(b"<saml2:Assertion")
    end = message.body.index(b"</saml2:Assertion>") + len(b"</saml2:Assertion>")
    body = message.body[:end] + message.body[start:end] + message.body[end:]
    answer = Client(strict_store).request("POST", "/services/repository", body, message.content_type)
    assert (answer.status, "InvalidSecurity" in answer.text) == (400, True)
    nothing_stored(strict_store)


async def test_the_server_is_alive_after_all_of_it(strict_store: str) -> None:
    for deposit in (samples.submission(), submission()):
        answer = Client(strict_store).post("/services/repository", Client(strict_store).message(deposit))
        assert answer.status == 400
    assert await Gateway(strict_store).deposit(submission(), security()) == Receipt("Success")


async def test_a_sender_that_names_another_structure_is_stopped_before_anything_is_sent(
    strict_store: str,
) -> None:
    deposit = replace(submission(), depositor=Depositor("1990000099", None, "899000000022"))
    with pytest.raises(Permanent, match="vihf-author-institution-mismatch"):
        await Gateway(strict_store).deposit(deposit, security())
    nothing_stored(strict_store)


async def test_a_search_about_nobody_speaks_for_the_installation(strict_store: str) -> None:
    facts = replace(vihf_of(submission(MACHINE)), patient="")
    client = Gateway(strict_store).open(replace(security(), alone=facts))
    assert await client.find(["1.2.3"]) == ()
    await client.close()


def test_each_request_has_its_own_assertion() -> None:
    provider = security()
    first, second = provider(submission()), provider(submission())
    assert first is not None
    assert second is not None
    assert first.get("ID") != second.get("ID")
    assert first.tag == f"{{{vihf.SAML}}}Assertion"


def test_a_store_that_requires_a_vihf_needs_to_know_whom_to_believe() -> None:
    with pytest.raises(ConfigurationError, match="no authorities"):
        create_app(StoreSettings(require_vihf=True))


def test_the_patient_of_a_submission_is_the_one_of_its_assertion() -> None:
    assert vihf_of(submission()).patient == "279035121518989^^^&1.2.250.1.213.1.4.10&ISO^NH"
    assert PatientId("279035121518989", "1.2.250.1.213.1.4.10") == submission().submission_set.patient_id
