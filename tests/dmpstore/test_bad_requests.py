"""What is not a request gets a fault or a plain refusal, and the store goes on."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from gateway.dmpstore import StoreSettings
from gateway.dmpstore.server import EmbeddedStore
from gateway.xds import iti41, names, soap, wire
from gateway.xds.wire import HttpMessage

from .conftest import Answer, Client
from .samples import submission

WIRE = Path(__file__).resolve().parents[2] / ".." / "shared" / "examples" / "xds" / "wire"
needs_samples = pytest.mark.skipif(not WIRE.is_dir(), reason="../shared/examples/xds/wire is not there")


def fault(answer: Answer) -> str:
    """The fault code of an answer that must be a SOAP fault."""
    envelope = wire.read(answer.headers["content-type"], answer.body).envelope
    found = soap.read_fault(envelope)
    assert found is not None
    assert answer.status == (400 if found.code == "Sender" else 500)
    return found.code


def with_body(message: HttpMessage, body: bytes) -> HttpMessage:
    return HttpMessage(message.content_type, (body,), len(body))


@pytest.fixture
def alive(store: Client) -> Iterator[Client]:
    """A store that must still take a deposit after the test, and must have taken none before."""
    yield store
    assert store.counts()["documents"] == 0
    assert store.submit(submission()).success


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"<soap:Envelope", b'<!DOCTYPE x [<!ENTITY a "b">]><soap:Envelope'),
        (b"</soap:Envelope>", b""),
        (names.ACTION_ITI41.encode() + b"</wsa:Action>", b"</wsa:Action>"),
        (names.ACTION_ITI41.encode() + b"</wsa:Action>", b"urn:other</wsa:Action>"),
        (names.ACTION_ITI41.encode() + b"</wsa:Action>", names.ACTION_ITI18.encode() + b"</wsa:Action>"),
        (b"ProvideAndRegisterDocumentSetRequest", b"SomethingElse"),
        (b"\r\n--uuid-", b"\r\n--uuid+"),
        (b"Content-Transfer-Encoding: binary", b"Content-Transfer-Encoding: rot13"),
    ],
    ids=[
        "doctype",
        "cut",
        "no action",
        "foreign action",
        "action of the registry",
        "other body",
        "boundary",
        "encoding",
    ],
)
def test_a_malformed_request_gets_a_sender_fault(alive: Client, before: bytes, after: bytes) -> None:
    message = alive.message(submission())
    assert before in message.body

    answer = alive.post("/services/repository", with_body(message, message.body.replace(before, after)))

    assert fault(answer) == "Sender"


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("", b""),
        ("", b"hello"),
        ("text/plain", b"hello"),
        ("application/json", b"{}"),
        ("multipart/related", b"--x\r\n\r\n--x--"),
        ("multipart/related; boundary=x", b""),
        ("multipart/related; boundary=x", b"\x00\xff" * 5000),
        ("multipart/related; boundary=x", b"--x\r\nContent-ID: <a>\r\n\r\n\r\n--x--"),
        ("application/soap+xml", b"<a>" * 100_000),
        ("application/soap+xml", b"\xff\xfe<\x00a\x00/\x00>\x00"),
    ],
)
def test_garbage_gets_a_sender_fault(alive: Client, content_type: str, body: bytes) -> None:
    for path in ("/services/repository", "/services/registry"):
        assert fault(alive.request("POST", path, body, content_type)) == "Sender"


def test_an_unknown_header_that_must_be_understood_gets_its_fault(alive: Client) -> None:
    message = alive.message(submission())
    header = b'<x:Tx xmlns:x="urn:x" soap:mustUnderstand="true"/></soap:Header>'

    answer = alive.post(
        "/services/repository",
        with_body(message, message.body.replace(b"</soap:Header>", header)),
    )

    assert fault(answer) == "MustUnderstand"


def test_every_truncation_of_a_request_is_refused(alive: Client) -> None:
    message = alive.message(submission())
    body = message.body

    for length in range(0, len(body) - 4, 499):
        answer = alive.post("/services/repository", with_body(message, body[:length]))
        assert fault(answer) == "Sender", length


def test_only_post_is_served_by_the_services(alive: Client) -> None:
    assert alive.get("/services/repository").status == 405
    assert alive.get("/services/registry").status == 405


@pytest.fixture
def small(settings: StoreSettings) -> Iterator[Client]:
    """A store with narrow bounds."""
    embedded = EmbeddedStore(
        replace(settings, max_body_bytes=50_000, max_bytes_in_flight=60_000, body_seconds=0.5)
    )
    embedded.launch()
    try:
        yield Client(embedded.base_url)
    finally:
        embedded.shutdown()


def raw(store: Client, data: bytes) -> bytes:
    """Send bytes, return the status line of the answer."""
    parts = urlsplit(store.base_url)
    with socket.create_connection((parts.hostname, parts.port), timeout=20) as connection:
        connection.sendall(data)
        return connection.recv(4096).split(b"\r\n")[0]


def test_a_body_announced_too_large_is_refused_before_it_is_read(small: Client) -> None:
    head = b"POST /services/repository HTTP/1.1\r\nHost: x\r\nContent-Length: 50001\r\n\r\n"

    assert b" 413 " in raw(small, head)
    assert small.submit(submission()).success


def test_a_chunked_body_that_grows_too_large_is_refused(small: Client) -> None:
    head = b"POST /services/repository HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"2710\r\n" + b"x" * 10_000 + b"\r\n"

    assert b" 413 " in raw(small, head + chunk * 6)
    assert small.submit(submission()).success


def test_a_body_that_does_not_arrive_is_given_up(small: Client) -> None:
    head = b"POST /services/repository HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc"

    assert b" 408 " in raw(small, head)
    assert small.submit(submission()).success


def test_bodies_that_fill_the_memory_bound_together_are_put_off(small: Client) -> None:
    parts = urlsplit(small.base_url)
    head = b"POST /services/repository HTTP/1.1\r\nHost: x\r\nContent-Length: 49000\r\n\r\n"
    with socket.create_connection((parts.hostname, parts.port), timeout=20) as waiting:
        waiting.sendall(head + b"x" * 48_999)
        statuses = {raw(small, head + b"x" * 49_000).split(b" ")[1] for _ in range(3)}
        # The waiting request is given up after half a second; until then the others are put off.
        assert statuses & {b"503"}
        assert b" 408 " in waiting.recv(4096)
    assert small.submit(submission()).success


@needs_samples
@pytest.mark.parametrize(
    ("name", "boundary"),
    [
        ("multipart.body.txt", "MIMEBoundary_ba2e384099b4a244bc1c7bab88c735b4f94aeb2925619b62"),
        ("PnrXop_Xop.body.txt", "MIMEBoundary_95b57d7287e4fa4b528a8f050c41f8ad829c20332f23b48d"),
        ("PnrXop_NoXop.body.txt", "MIMEBoundary_95b57d7287e4fa4b528a8f050c41f8ad829c20332f23b48d"),
    ],
)
def test_public_samples_are_read_and_refused_for_their_foreign_metadata(
    alive: Client, name: str, boundary: str
) -> None:
    content_type = f'multipart/related; boundary="{boundary}"; type="application/xop+xml"'

    answer = alive.request("POST", "/services/repository", (WIRE / name).read_bytes(), content_type)

    assert answer.status == 200
    receipt = iti41.read_response(answer.headers["content-type"], answer.body)
    assert "XDSUnknownPatientId" in {error.code for error in receipt.errors}


@needs_samples
def test_a_public_sample_with_an_unquoted_boundary_is_read(alive: Client) -> None:
    head, _, body = (WIRE / "http-mtom-pnr.txt").read_bytes().replace(b"\r\n", b"\n").partition(b"\n \n")
    if not body:
        head, _, body = (WIRE / "http-mtom-pnr.txt").read_bytes().replace(b"\r\n", b"\n").partition(b"\n\n")
    lines = [line.decode().strip() for line in head.splitlines()]
    content_type = next(line.partition(":")[2].strip() for line in lines if line.startswith("Content-Type"))

    answer = alive.request("POST", "/services/repository", body, content_type)

    assert answer.status in (200, 400)
    if answer.status == 200:
        assert not iti41.read_response(answer.headers["content-type"], answer.body).success
