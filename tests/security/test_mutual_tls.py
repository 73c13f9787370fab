"""Client and store over real mutual TLS: who is let in, what is negotiated, what a refusal is called."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest

from gateway.dmpstore.listing import fetch_summary
from gateway.dmpstore.server import EmbeddedStore
from gateway.dmpstore.settings import StoreSettings
from gateway.errors import ConfigurationError, Transient, Unknown
from gateway.model import Receipt
from gateway.xds.client import ClientSettings, SetSigner, VihfSecurity, XdsRepository
from gateway.xds.client.credentials import CIPHERS, tls_context
from tests.security.authority import SERVER, Authority, Issued, cast, stranger
from tests.security.conftest import open_store
from tests.security.samples import PROFILE, submission
from tests.security.test_store_assertion import now


def context(folder: Path, shown: Issued | None, authority: Authority | None = None) -> ssl.SSLContext:
    trusted = (authority or cast().authority).file(folder, "trusted.pem")
    return tls_context(shown.identity if shown is not None else None, trusted)


async def deposit(base_url: str, tls: ssl.SSLContext) -> Receipt:
    client = XdsRepository(
        ClientSettings(f"{base_url}/services/repository", f"{base_url}/services/registry", ssl_context=tls),
        VihfSecurity(cast().sign.identity, PROFILE, now),
        SetSigner(cast().sign.identity),
    )
    try:
        return await client.submit(submission())
    finally:
        await client.close()


def stored(base_url: str, folder: Path) -> int:
    tls = context(folder, cast().auth)
    return int(fetch_summary(base_url, context=tls)["documents"])


async def test_a_deposit_goes_through_with_the_certificate_of_the_structure(
    tls_store: str, tmp_path: Path
) -> None:
    assert tls_store.startswith("https://127.0.0.1:")
    assert await deposit(tls_store, context(tmp_path, cast().auth)) == Receipt("Success")
    assert stored(tls_store, tmp_path) == 1


VERSIONS = [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3]


@pytest.mark.parametrize("maximum", VERSIONS)
@pytest.mark.parametrize("who", ["nobody", "stranger"])
async def test_a_wrong_client_certificate_does_not_come_in(
    tls_store: str, tmp_path: Path, who: str, maximum: ssl.TLSVersion
) -> None:
    tls = context(tmp_path, stranger().issue("PASSERELLE AUTH") if who == "stranger" else None)
    tls.maximum_version = maximum
    # asyncio cuts the connection instead of saying why, so all that is known is that it was lost.
    with pytest.raises((Transient, Unknown)):
        await deposit(tls_store, tls)
    assert stored(tls_store, tmp_path) == 0


@contextmanager
def telling_server(folder: Path) -> Iterator[str]:
    """A TLS server that refuses the client's certificate with an alert, as servers on the internet do."""
    certificate, key = cast().server.files(folder, "server")
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=cast().authority.file(folder))
    tls.verify_mode = ssl.CERT_REQUIRED
    tls.load_cert_chain(certificate, key)
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        raw, _ = listener.accept()
        with raw:
            with pytest.raises(ssl.SSLError):
                tls.wrap_socket(raw.dup(), server_side=True)
            raw.shutdown(socket.SHUT_WR)
            while raw.recv(65_536):
                pass  # what is unread would make the kernel reset the connection before the alert is read

    thread = Thread(target=serve)
    thread.start()
    try:
        yield f"https://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        thread.join(10)
        listener.close()


@pytest.mark.parametrize("maximum", VERSIONS)
async def test_a_certificate_refused_by_an_alert_stops_the_flow(
    tmp_path: Path, maximum: ssl.TLSVersion
) -> None:
    tls = context(tmp_path, stranger().issue("PASSERELLE AUTH"))
    tls.maximum_version = maximum
    with telling_server(tmp_path) as base_url, pytest.raises(Transient) as caught:
        await deposit(base_url, tls)
    assert (caught.value.reason, caught.value.reaction) == ("tls-refused", "stop_flow")


async def test_a_server_of_an_unknown_authority_is_refused(tls_store: str, tmp_path: Path) -> None:
    with pytest.raises(Transient, match="tls-refused"):
        await deposit(tls_store, context(tmp_path, cast().auth, stranger()))
    assert stored(tls_store, tmp_path) == 0


async def test_a_server_with_another_name_is_refused(tmp_path: Path) -> None:
    other = cast().authority.issue("DMP", purposes=(SERVER,), addresses=("127.0.0.2",))
    certificate, key = other.files(tmp_path, "server")
    settings = StoreSettings(
        database_url=f"sqlite:///{tmp_path / 'store.sqlite'}", tls_certificate=certificate, tls_key=key
    )
    for base_url in open_store(settings):
        with pytest.raises(Transient, match="tls-refused"):
            await deposit(base_url, context(tmp_path, cast().auth))


def test_the_connection_is_never_older_than_tls_1_2(tmp_path: Path) -> None:
    assert context(tmp_path, cast().auth).minimum_version is ssl.TLSVersion.TLSv1_2


@pytest.mark.parametrize("suite", CIPHERS.split(":"))
def test_each_suite_of_the_dmp_is_negotiated_in_tls_1_2(tls_store: str, tmp_path: Path, suite: str) -> None:
    tls = context(tmp_path, cast().auth)
    tls.maximum_version = ssl.TLSVersion.TLSv1_2
    tls.set_ciphers(suite)
    address = urlsplit(tls_store)
    with (
        socket.create_connection((address.hostname, address.port), timeout=10) as raw,
        tls.wrap_socket(raw, server_hostname=address.hostname) as connection,
    ):
        assert connection.version() == "TLSv1.2"
        assert connection.cipher()[0] == suite  # type: ignore[index]


def test_no_other_suite_is_offered_in_tls_1_2(tmp_path: Path) -> None:
    offered = [one["name"] for one in context(tmp_path, cast().auth).get_ciphers()]
    older = [name for name in offered if not name.startswith("TLS_")]
    assert sorted(older) == sorted(
        [
            "ECDHE-RSA-CHACHA20-POLY1305",
            "ECDHE-RSA-AES128-GCM-SHA256",
            "ECDHE-RSA-AES256-GCM-SHA384",
            "ECDHE-RSA-AES256-SHA384",
        ]
    )


def test_a_store_without_tls_cannot_ask_for_certificates(tmp_path: Path) -> None:
    settings = StoreSettings(
        database_url=f"sqlite:///{tmp_path / 'store.sqlite'}",
        tls_client_authorities=cast().authority.file(tmp_path),
    )
    with pytest.raises(ConfigurationError, match="only over TLS"):
        EmbeddedStore(settings).launch()
