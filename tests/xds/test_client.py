"""The client against a real HTTP server: what it concludes from every kind of answer, and from none."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import replace

import pytest
from lxml import etree

from gateway.errors import Permanent, SubmissionError, Transient, Unknown
from gateway.model import Action, Receipt, Submission
from gateway.xds import names, soap
from gateway.xds.client import ClientSettings, XdsRepository
from tests.xds import samples
from tests.xds.fake_store import FakeStore, Misbehaviour, failure, lost, plain, running, silent

OLD = "1.2.250.1.999.1.0"
STORED_BEFORE = Receipt("Success", already_there=True)
FAULT = "application/soap+xml; charset=UTF-8"


def with_predecessor(status: str = names.STATUS_APPROVED) -> FakeStore:
    store = FakeStore()
    store.keep(replace(samples.entry(), unique_id=OLD), status)
    return store


def deletion() -> Submission:
    return replace(samples.submission(action=Action.DELETE), contents=())


async def refused(store: FakeStore, submission: Submission, **limits: float) -> SubmissionError:
    async with running(store, **limits) as client:
        with pytest.raises(SubmissionError) as caught:
            await client.submit(submission)
    return caught.value


@pytest.mark.parametrize("mtom", [False, True])
async def test_a_deposit_is_stored_to_the_byte_and_answered(mtom: bool) -> None:
    store = FakeStore(mtom_answers=mtom)
    async with running(store) as client:
        assert await client.submit(samples.submission(documents=2)) == Receipt("Success")
    assert store.contents == {"1.2.250.1.999.1.1": samples.CDA, "1.2.250.1.999.1.2": samples.CDA}


async def test_the_request_has_a_length_and_no_soap_action() -> None:
    store = FakeStore()
    async with running(store) as client:
        await client.submit(samples.submission())
    headers = store.seen[0][1]
    assert int(headers["Content-Length"]) > 0
    assert "Transfer-Encoding" not in headers
    assert "SOAPAction" not in headers
    assert headers["MIME-Version"] == "1.0"
    assert headers["Content-Type"].startswith("multipart/related")


async def test_a_large_document_arrives_whole() -> None:
    data = bytes(range(256)) * 80_000
    store = FakeStore()
    async with running(store) as client:
        await client.submit(samples.submission(data=data))
    assert store.contents["1.2.250.1.999.1.1"] == data


async def test_a_repetition_is_sent_as_the_same_bytes() -> None:
    store = FakeStore(deposits=[plain(503), None])
    async with running(store) as client:
        with pytest.raises(Transient):
            await client.submit(samples.submission())
        await client.submit(samples.submission())
    assert store.bodies[0] == store.bodies[1]


@pytest.mark.parametrize(
    ("answer", "kind", "reason"),
    [
        (failure("XDSRepositoryBusy"), Transient, "XDSRepositoryBusy"),
        (failure("XDSRepositoryMetadataError"), Permanent, "XDSRepositoryMetadataError"),
        (failure("XDSUnknownPatientId", status=500), Permanent, "XDSUnknownPatientId"),
        (plain(503), Transient, "http-503"),
        (plain(502, b"<html>"), Transient, "http-502"),
        (plain(504), Transient, "http-504"),
        (plain(413), Permanent, "http-413"),
        (plain(403), Transient, "http-403"),
        (plain(302), Transient, "http-302"),
        (
            plain(500, soap.fault("Sender", "DMPInvalidCertificate", "x"), FAULT),
            Transient,
            "DMPInvalidCertificate",
        ),
        (
            plain(400, soap.fault("Sender", "DMPAccessDeniedByRightsService", "x"), FAULT),
            Permanent,
            "DMPAccessDeniedByRightsService",
        ),
        (plain(200, soap.fault("Receiver", "", "x"), FAULT), Transient, "soap-fault"),
    ],
)
async def test_each_answer_has_its_conclusion(
    answer: Misbehaviour, kind: type[SubmissionError], reason: str
) -> None:
    store = FakeStore(deposits=[answer])
    error = await refused(store, samples.submission())
    assert (type(error), error.reason) == (kind, reason)
    assert len(store.seen) == 1


async def test_an_invalid_certificate_stops_the_flow() -> None:
    answer = plain(500, soap.fault("Sender", "DMPInvalidCertificate", "x"), FAULT)
    assert (await refused(FakeStore(deposits=[answer]), samples.submission())).reaction == "stop_flow"


@pytest.mark.parametrize("doubt", [lost, silent])
async def test_a_lost_answer_after_storing_is_a_success_after_asking(doubt) -> None:  # type: ignore[no-untyped-def]
    store = FakeStore(deposits=[doubt(stored=True)])
    async with running(store, read_timeout=0.3) as client:
        assert await client.submit(samples.submission()) == STORED_BEFORE
    assert store.actions() == ["ProvideAndRegisterDocumentSet-b", "RegistryStoredQuery"]


@pytest.mark.parametrize(("doubt", "reason"), [(lost, "connection-lost"), (silent, "timeout")])
async def test_a_lost_answer_without_storing_is_transient_after_asking(doubt, reason: str) -> None:  # type: ignore[no-untyped-def]
    error = await refused(FakeStore(deposits=[doubt(stored=False)]), samples.submission(), read_timeout=0.3)
    assert (type(error), error.reason) == (Transient, reason)


async def test_a_lost_answer_is_unknown_when_nobody_can_be_asked() -> None:
    store = FakeStore(deposits=[lost(stored=True)], queries=[plain(503)])
    error = await refused(store, samples.submission())
    assert (type(error), error.reason) == (Unknown, "connection-lost")


async def test_an_unreadable_success_is_verified() -> None:
    store = FakeStore(deposits=[plain(200, b"<html>OK</html>")])
    error = await refused(store, samples.submission())
    assert (type(error), error.reason) == (Transient, "unreadable-answer")
    assert store.actions()[-1] == "RegistryStoredQuery"


async def test_an_answer_without_end_is_cut_and_verified() -> None:
    store = FakeStore(deposits=[plain(200, b"x" * 5_000)])
    error = await refused(store, samples.submission(), max_answer_bytes=4_000)
    assert error.reason == "answer-too-large"


async def test_two_documents_of_which_one_is_stored_go_to_a_human() -> None:
    store = FakeStore(deposits=[lost(stored=False)])
    store.keep(samples.entry(1))
    error = await refused(store, samples.submission(documents=2))
    assert (type(error), error.reason, error.location) == (Permanent, "partially-stored", "1.2.250.1.999.1.1")


@pytest.mark.parametrize("code", ["XDSDuplicateUniqueIdInRegistry", "XDSNonIdenticalHash"])
async def test_a_duplicate_with_the_same_hash_is_a_success(code: str) -> None:
    store = FakeStore(deposits=[failure(code)])
    store.keep(samples.entry())
    async with running(store) as client:
        assert await client.submit(samples.submission()) == STORED_BEFORE


@pytest.mark.parametrize("code", ["XDSDuplicateUniqueIdInRegistry", "XDSNonIdenticalHash"])
async def test_a_duplicate_with_another_content_is_permanent(code: str) -> None:
    store = FakeStore(deposits=[failure(code)])
    store.keep(replace(samples.entry(), hash="0" * 40))
    error = await refused(store, samples.submission())
    assert (type(error), error.reason) == (Permanent, "XDSNonIdenticalHash")
    assert (error.location, error.reaction) == ("1.2.250.1.999.1.1", "ask_human")


async def test_a_registry_that_does_not_tell_the_hash_leaves_the_doubt() -> None:
    store = FakeStore(deposits=[lost(stored=False)])
    store.keep(replace(samples.entry(), hash=""))
    assert type(await refused(store, samples.submission())) is Unknown


async def test_a_refused_connection_is_transient_and_nothing_was_sent() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}/"
    client = XdsRepository(ClientSettings(address, address))
    with pytest.raises(Transient, match="connection-refused"):
        await client.submit(samples.submission())
    await client.close()


async def test_a_name_that_does_not_resolve_is_transient() -> None:
    client = XdsRepository(ClientSettings("http://dmp.invalid/", "http://dmp.invalid/"))
    with pytest.raises(Transient, match="dns-failure"):
        await client.submit(samples.submission())
    await client.close()


async def test_a_request_cut_before_its_last_byte_is_transient_without_asking() -> None:
    async def cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(1000)
        writer.transport.abort()

    server = await asyncio.start_server(cut, "127.0.0.1", 0)
    address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    client = XdsRepository(ClientSettings(address, "http://dmp.invalid/"))
    with pytest.raises(Transient, match="connection-lost"):
        await client.submit(samples.submission(data=b"x" * 30_000_000))
    await client.close()
    server.close()
    await server.wait_closed()


async def test_a_replacement_deprecates_the_predecessor() -> None:
    store = with_predecessor()
    async with running(store) as client:
        assert await client.submit(samples.replacement()) == Receipt("Success")
    assert store.entries[OLD].availability_status == names.STATUS_DEPRECATED
    assert store.actions() == ["RegistryStoredQuery", "ProvideAndRegisterDocumentSet-b"]


async def test_a_predecessor_that_is_not_there_yet_is_transient() -> None:
    store = FakeStore()
    error = await refused(store, samples.replacement())
    assert (type(error), error.reason, error.location) == (Transient, "predecessor-not-found", OLD)
    assert store.contents == {}


@pytest.mark.parametrize("status", [names.STATUS_DEPRECATED, names.STATUS_DELETED])
async def test_a_superseded_predecessor_is_permanent(status: str) -> None:
    store = with_predecessor(status)
    error = await refused(store, samples.replacement())
    assert (type(error), error.reason, error.location) == (Permanent, "predecessor-superseded", OLD)
    assert store.contents == {}


async def test_a_replacement_stored_by_an_earlier_attempt_is_a_success() -> None:
    store = with_predecessor()
    async with running(store) as client:
        await client.submit(samples.replacement())
        assert await client.submit(samples.replacement()) == STORED_BEFORE
    assert store.actions().count("ProvideAndRegisterDocumentSet-b") == 1


async def test_a_deletion_changes_the_status() -> None:
    store = FakeStore()
    store.keep(samples.entry())
    async with running(store) as client:
        assert await client.submit(deletion()) == Receipt("Success")
        assert await client.submit(deletion()) == STORED_BEFORE
    assert store.entries["1.2.250.1.999.1.1"].availability_status == names.STATUS_DELETED
    assert store.actions().count("UpdateDocumentSet") == 1


async def test_a_deletion_of_something_unknown_is_transient() -> None:
    error = await refused(FakeStore(), deletion())
    assert (type(error), error.reason) == (Transient, "predecessor-not-found")


@pytest.mark.parametrize("stored", [True, False])
async def test_a_lost_answer_to_a_deletion_is_settled_by_asking(stored: bool) -> None:
    store = FakeStore(deposits=[lost(stored=stored)])
    store.keep(samples.entry())
    async with running(store) as client:
        if stored:
            assert await client.submit(deletion()) == STORED_BEFORE
        else:
            with pytest.raises(Transient, match="connection-lost"):
                await client.submit(deletion())


async def test_find_returns_what_is_known() -> None:
    store = with_predecessor()
    async with running(store) as client:
        assert [entry.unique_id for entry in await client.find([OLD, "1.2.3"])] == [OLD]
        assert await client.find([]) == ()
    assert len(store.seen) == 1


@pytest.mark.parametrize(
    "answer", [failure("XDSRegistryError"), plain(403), plain(200, b"no"), lost(stored=False)]
)
async def test_a_search_that_fails_is_always_transient(answer: Misbehaviour) -> None:
    store = FakeStore(queries=[answer])
    async with running(store) as client:
        with pytest.raises(Transient):
            await client.find([OLD])


async def test_the_assertion_is_sent_and_never_told() -> None:
    store = FakeStore()
    secret = "899700000017-SECRET"

    def security(submission: Submission | None) -> etree._Element:
        made = etree.Element("{urn:oasis:names:tc:SAML:2.0:assertion}Assertion")
        made.text = secret
        return made

    async with running(store) as client:
        settings = client._settings
        await client.close()
        own = XdsRepository(settings, security)
        await own.submit(samples.submission())
        store.deposits.append(failure("XDSRepositoryMetadataError"))
        with pytest.raises(Permanent) as caught:
            await own.submit(samples.submission())
        await own.close()
    for place in (str(caught.value), repr(caught.value), caught.value.detail, repr(caught.value.__cause__)):
        assert secret not in place
        assert samples.PATIENT.value not in place


async def test_fifty_deposits_at_once_share_the_pool() -> None:
    store = FakeStore()
    deposits = [
        replace(
            samples.submission(),
            entries=(replace(samples.entry(), unique_id=f"1.2.{number}"),),
        )
        for number in range(50)
    ]
    async with running(store, pool_size=4) as client:
        receipts = await asyncio.gather(*(client.submit(each) for each in deposits))
    assert all(receipt.success for receipt in receipts)
    assert len(store.entries) == 50
