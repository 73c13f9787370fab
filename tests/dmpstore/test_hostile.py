"""What an attacker or a broken sender puts into identifiers and parts: refused or harmless."""

from __future__ import annotations

import hashlib
import http.client
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from gateway.dmpstore import StoreSettings
from gateway.dmpstore.server import EmbeddedStore
from gateway.model import PatientId, Receipt
from gateway.xds import iti43, iti57, names
from gateway.xds.iti57 import StatusChange
from gateway.xds.wire import HttpMessage

from .conftest import Client
from .samples import PATIENT, ROOT, document, entry, submission

HUGE = 100_000_000
TRICKS = (
    "../../../etc/passwd",
    "..\\..\\windows",
    "/etc/passwd",
    "%2e%2e%2fetc",
    "1.2.3/../../4",
    "1.2.3\u0000",
    "1.2.3'; DROP TABLE documents; --",
    "1.2.3' or '1'='1",
    "//*[local-name()='Value']",
    "{{7*7}}",
    "${jndi:ldap://x}",
    "1.2." + "3" * 100_000,
)


def refused(receipt: Receipt) -> list[str]:
    assert not receipt.success
    return [error.code for error in receipt.errors]


def altered(message: HttpMessage, before: str, after: str) -> HttpMessage:
    assert before.encode() in message.body
    body = message.body.replace(before.encode(), after.encode())
    return HttpMessage(message.content_type, (body,), len(body))


@pytest.fixture
def alive(store: Client) -> Iterator[Client]:
    """A store that must be unharmed after the test: it still takes a deposit and holds nothing else."""
    yield store
    assert store.counts()["documents"] == 0
    assert store.submit(submission()).success
    assert store.get(f"/api/documents/{ROOT}.1.1/content").body == document(1)


@pytest.mark.parametrize(
    "trick", [each for each in TRICKS if "\u0000" not in each], ids=lambda each: each[:16]
)
def test_a_trick_in_an_identifier_is_refused_and_not_repeated(alive: Client, trick: str) -> None:
    safe = trick.replace("&", "&amp;").replace("<", "&lt;")
    for name, before in (("uniqueId", f'"{ROOT}.1.1"'), ("set", f'"{ROOT}.9.1"'), ("source", f'"{ROOT}.8"')):
        receipt = alive.deposit(altered(alive.message(submission()), before, f'"{safe}"'))
        assert refused(receipt) == ["XDSRegistryMetadataError"], name
        assert trick not in receipt.errors[0].context
    patient = submission(entry(patient_id=PatientId(trick, PATIENT.authority)))
    assert refused(alive.submit(patient)) == ["XDSUnknownPatientId"]


def test_object_ids_with_tricks_are_only_symbols(store: Client) -> None:
    for number, trick in enumerate(("../../x", "' or '1'='1", "urn:uuid:../../x", "urn:uuid:NOT-A-UUID"), 1):
        made = submission(entry(number, entry_id=trick), number=number, contents={trick: document(number)})
        assert store.submit(made).success
        (found,) = store.entries(f"{ROOT}.1.{number}")
        assert found.entry_uuid.startswith("urn:uuid:")
        assert trick not in found.entry_uuid


@pytest.mark.parametrize("path", ["..%2f..%2fetc%2fpasswd", "%00", "..", "' OR 1=1 --", "x" * 5000])
def test_a_path_in_the_address_of_a_document_leads_nowhere(alive: Client, path: str) -> None:
    answer = alive.get(f"/api/documents/{path.replace(' ', '%20')}/content")

    assert answer.status == 404
    assert b"root:" not in answer.body


@pytest.mark.parametrize("target", ["' OR '1'='1", "../x", "urn:uuid:%", "x" * 10_000])
def test_a_trick_in_a_target_changes_no_status(store: Client, target: str) -> None:
    store.submit(submission())
    submission_set = replace(submission().submission_set, unique_id=f"{ROOT}.9.50")
    change = StatusChange(target, names.STATUS_APPROVED, names.STATUS_DELETED)

    receipt = store.update(
        iti57.build_request(submission_set, [change], to=store.base_url, message_id="urn:uuid:57")
    )

    assert refused(receipt) == ["XDSMetadataUpdateError"]
    assert target not in receipt.errors[0].context
    assert store.documents()[0]["status"] == "Approved"


@pytest.mark.parametrize("href", ["cid:nothing", "document1@dmp-gateway", "file:///etc/passwd", "cid:", ""])
def test_a_reference_that_names_no_part_is_a_missing_document(alive: Client, href: str) -> None:
    message = altered(alive.message(submission()), "cid:document1%40dmp-gateway", href)

    assert refused(alive.deposit(message)) == ["XDSMissingDocument"]


def test_two_parts_of_one_name_are_refused(alive: Client) -> None:
    message = altered(
        alive.message(submission(entry(1), entry(2))), "<document2@dmp-gateway>", "<document1@dmp-gateway>"
    )

    assert alive.post("/services/repository", message).status == 400


def test_a_document_under_the_hash_and_size_of_another_is_refused(alive: Client) -> None:
    other = entry(2)

    receipt = alive.deposit(
        altered(alive.message(submission(entry(1, hash=other.hash))), "<t>é </t>", "<t>e  </t>")
    )

    assert refused(receipt) == ["XDSRepositoryMetadataError"]


def test_an_id_of_the_registry_is_not_taken_over(store: Client) -> None:
    store.submit(submission())
    taken = store.entries(f"{ROOT}.1.1")[0].entry_uuid

    receipt = store.submit(submission(entry(2, entry_id=taken), number=2, contents={taken: document(2)}))

    assert refused(receipt) == ["XDSRegistryMetadataError"]
    assert [each.unique_id for each in store.entries(f"{ROOT}.1.1", f"{ROOT}.1.2")] == [f"{ROOT}.1.1"]


def test_more_parts_than_a_message_may_have_are_refused(alive: Client) -> None:
    message = alive.message(submission(*(entry(number) for number in range(1, 100))))
    extra = b"".join(b"--x\r\nContent-ID: <%d>\r\n\r\n\r\n" % number for number in range(200))

    answer = alive.request("POST", "/services/repository", extra + b"--x--", "multipart/related; boundary=x")

    assert answer.status == 400
    assert len(message.chunks) > 99


def test_a_part_of_100_megabytes_is_refused_by_default_announced_or_not(alive: Client) -> None:
    connection = http.client.HTTPConnection(urlsplit(alive.base_url).netloc, timeout=60)
    connection.putrequest("POST", "/services/repository")
    connection.putheader("content-length", str(HUGE))
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()

    block = b"100000\r\n" + bytes(0x100000) + b"\r\n"
    connection = http.client.HTTPConnection(urlsplit(alive.base_url).netloc, timeout=60)
    connection.putrequest("POST", "/services/repository")
    connection.putheader("transfer-encoding", "chunked")
    connection.endheaders()
    try:
        for _ in range(HUGE // 0x100000):
            connection.send(block)
    except ConnectionError:
        pass  # the store has stopped listening, which is its right
    else:
        assert connection.getresponse().status == 413
    finally:
        connection.close()


def test_a_part_of_100_megabytes_is_kept_to_the_byte_where_the_bounds_allow_it(
    settings: StoreSettings,
) -> None:
    embedded = EmbeddedStore(replace(settings, max_body_bytes=2 * HUGE, max_bytes_in_flight=2 * HUGE))
    embedded.launch()
    try:
        store = Client(embedded.base_url)
        data = hashlib.shake_128(b"huge").digest(1_000_000) * (HUGE // 1_000_000)
        huge = submission(entry(1, data), contents={"Document01": data})
        assert store.submit(huge).success

        wanted = [iti43.DocumentRequest(settings.repository_unique_id, f"{ROOT}.1.1")]
        answer = store.post(
            "/services/repository",
            iti43.build_request(wanted, to=store.base_url, message_id="urn:uuid:43"),
        )
        (found,) = iti43.read_response(answer.headers["content-type"], answer.body).documents
        assert found.data == data
    finally:
        embedded.shutdown()
