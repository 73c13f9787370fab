"""ITI-43 over real HTTP, asked by the codec and by the gateway's own client."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest

from gateway.dmpstore import StoreSettings
from gateway.dmpstore.server import EmbeddedStore
from gateway.errors import Permanent
from gateway.xds import iti43, iti57, names
from gateway.xds.client import ClientSettings, XdsRepository
from gateway.xds.iti43 import DocumentRequest, Retrieved

from .conftest import Client
from .samples import ROOT, document, entry, submission

REPOSITORY = StoreSettings().repository_unique_id
BINARY = b"\r\n--uuid-\x00\xff\r\n--\r\n" * 1000


def retrieve(store: Client, *unique_ids: str, repository: str = REPOSITORY) -> Retrieved:
    wanted = [DocumentRequest(repository, each) for each in unique_ids]
    message = iti43.build_request(wanted, to=store.base_url, message_id="urn:uuid:43")
    answer = store.post("/services/repository", message)
    assert answer.status == 200, answer.text
    assert answer.headers["content-type"].startswith("multipart/related")
    assert int(answer.headers["content-length"]) == len(answer.body)
    return iti43.read_response(answer.headers["content-type"], answer.body)


def codes(found: Retrieved) -> list[tuple[str, str]]:
    return [(error.code, error.location) for error in found.receipt.errors]


@pytest.fixture
async def repository(store: Client) -> AsyncIterator[XdsRepository]:
    settings = ClientSettings(f"{store.base_url}/services/repository", f"{store.base_url}/services/registry")
    client = XdsRepository(settings)
    yield client
    await client.close()


def test_documents_come_back_to_the_byte_with_their_media_types(store: Client) -> None:
    pdf = entry(2, BINARY, mime_type="application/pdf")
    store.submit(submission(entry(1), pdf, contents={"Document02": BINARY}))

    found = retrieve(store, f"{ROOT}.1.2", f"{ROOT}.1.1")

    assert found.receipt.success
    assert [(each.unique_id, each.mime_type, each.data) for each in found.documents] == [
        (f"{ROOT}.1.2", "application/pdf", BINARY),
        (f"{ROOT}.1.1", "text/xml", document(1)),
    ]


def test_an_unknown_document_beside_a_known_one_is_a_partial_success(store: Client) -> None:
    store.submit(submission())

    found = retrieve(store, f"{ROOT}.1.1", "1.2.3")

    assert found.receipt.status == "PartialSuccess"
    assert codes(found) == [("XDSDocumentUniqueIdError", "1.2.3")]
    assert [each.data for each in found.documents] == [document(1)]


def test_nothing_found_is_a_failure_that_names_each_document(store: Client) -> None:
    store.submit(submission())
    entry_uuid = store.entries(f"{ROOT}.1.1")[0].entry_uuid

    found = retrieve(store, "1.2.3", entry_uuid)

    assert found.receipt.status == "Failure"
    assert codes(found) == [
        ("XDSDocumentUniqueIdError", "1.2.3"),
        ("XDSDocumentUniqueIdError", entry_uuid),
    ]


def test_another_repository_is_unknown(store: Client) -> None:
    store.submit(submission())

    assert codes(retrieve(store, f"{ROOT}.1.1", repository="1.2.3")) == [
        ("XDSUnknownRepositoryId", f"{ROOT}.1.1")
    ]


@pytest.mark.parametrize(
    "unique_id",
    [
        "../../../etc/passwd",
        "..%2f..%2fetc%2fpasswd",
        "file:///etc/passwd",
        "1.2.3' OR '1'='1",
        "%",
        "' or count(//*)=1 or '",
        "x" * 100_000,
    ],
)
def test_an_id_with_a_trick_in_it_is_unknown_and_is_not_repeated(store: Client, unique_id: str) -> None:
    store.submit(submission())

    found = retrieve(store, unique_id)

    assert codes(found) == [("XDSDocumentUniqueIdError", "?")]
    assert unique_id not in found.receipt.errors[0].context
    assert retrieve(store, f"{ROOT}.1.1").receipt.success


def test_a_deleted_document_is_no_longer_delivered_and_a_replaced_one_is(store: Client) -> None:
    store.submit(submission())
    store.submit(submission(entry(2), number=2, replaces={"Document02": f"{ROOT}.1.1"}))
    assert retrieve(store, f"{ROOT}.1.1").documents[0].data == document(1)

    (old,) = store.entries(f"{ROOT}.1.1")
    store.update(
        iti57.build_delete(
            replace(submission().submission_set, unique_id=f"{ROOT}.9.50"),
            {old.entry_uuid: names.STATUS_DEPRECATED},
            to=store.base_url,
            message_id="urn:uuid:57",
        )
    )

    assert codes(retrieve(store, f"{ROOT}.1.1")) == [("XDSDocumentUniqueIdError", f"{ROOT}.1.1")]
    assert retrieve(store, f"{ROOT}.1.2").receipt.success


@pytest.fixture
def narrow(settings: StoreSettings) -> Iterator[Client]:
    """A store that gives out few bytes at once."""
    embedded = EmbeddedStore(replace(settings, max_bytes_in_flight=30_000))
    embedded.launch()
    try:
        yield Client(embedded.base_url)
    finally:
        embedded.shutdown()


def test_an_answer_that_would_be_too_large_says_to_ask_for_fewer(narrow: Client) -> None:
    for number in (1, 2):
        each = entry(number, BINARY)
        assert narrow.submit(submission(each, number=number, contents={each.entry_id: BINARY})).success

    found = retrieve(narrow, f"{ROOT}.1.1", f"{ROOT}.1.2")

    assert [each.unique_id for each in found.documents] == [f"{ROOT}.1.1"]
    assert codes(found) == [("XDSRepositoryOutOfResources", f"{ROOT}.1.2")]


async def test_the_client_retrieves_what_it_has_submitted(store: Client, repository: XdsRepository) -> None:
    await repository.submit(submission(entry(1), entry(2)))

    found = await repository.retrieve([f"{ROOT}.1.2", f"{ROOT}.1.1"])

    assert [hashlib.sha1(each.data).hexdigest() for each in found.documents] == [
        entry(2).hash,
        entry(1).hash,
    ]


async def test_the_client_is_told_which_documents_are_not_there(
    store: Client, repository: XdsRepository
) -> None:
    assert (await repository.retrieve(["1.2.3"])).receipt.status == "Failure"
    await repository.submit(submission())

    found = await repository.retrieve(["1.2.3", f"{ROOT}.1.1"])

    assert found.receipt.status == "PartialSuccess"
    assert codes(found) == [("XDSDocumentUniqueIdError", "1.2.3")]
    assert [each.unique_id for each in found.documents] == [f"{ROOT}.1.1"]


async def test_the_client_refuses_bytes_that_are_not_those_registered(
    store: Client, repository: XdsRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    await repository.submit(submission())
    read = iti43.read_response

    def corrupted(content_type: str, body: bytes) -> Retrieved:
        found = read(content_type, body)
        return replace(found, documents=tuple(replace(each, data=b"other") for each in found.documents))

    monkeypatch.setattr(iti43, "read_response", corrupted)
    with pytest.raises(Permanent, match="retrieved-content-differs"):
        await repository.retrieve([f"{ROOT}.1.1"])
