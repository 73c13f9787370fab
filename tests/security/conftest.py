"""Real stores that require a VIHF, over HTTP or over mutual TLS."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.dmpstore.server import EmbeddedStore
from gateway.dmpstore.settings import StoreSettings
from tests.security.authority import cast


def open_store(settings: StoreSettings) -> Iterator[str]:
    embedded = EmbeddedStore(settings)
    embedded.launch()
    try:
        yield embedded.base_url
    finally:
        embedded.shutdown()


@pytest.fixture
def strict_store(tmp_path: Path) -> Iterator[str]:
    """The address of a store that requires a VIHF of the tests' authority."""
    yield from open_store(
        StoreSettings(
            database_url=f"sqlite:///{tmp_path / 'store.sqlite'}",
            require_vihf=True,
            vihf_authorities=cast().authority.file(tmp_path),
            trial=True,
        )
    )


@pytest.fixture
def tls_store(tmp_path: Path) -> Iterator[str]:
    """The address of a store that speaks mutual TLS and requires a VIHF."""
    certificate, key = cast().server.files(tmp_path, "server")
    authority = cast().authority.file(tmp_path)
    yield from open_store(
        StoreSettings(
            database_url=f"sqlite:///{tmp_path / 'store.sqlite'}",
            tls_certificate=certificate,
            tls_key=key,
            tls_client_authorities=authority,
            require_vihf=True,
            vihf_authorities=authority,
            trial=True,
        )
    )
