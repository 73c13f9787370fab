"""Queue to store with every security on: mutual TLS, a VIHF on each request, a signature in each deposit."""

from __future__ import annotations

import ssl
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.dmpstore.listing import fetch_documents, fetch_summary
from gateway.dmpstore.server import EmbeddedStore
from gateway.dmpstore.settings import StoreSettings
from gateway.resources import fixtures
from tests.e2e.harness import REPOSITORY, Stack, fetch, until
from tests.security.authority import Issued, cast

SECRETS = (b"258043523899174", b"PAT-EXEMPLE", b"899000000022")


def letter() -> bytes:
    return (fixtures() / "valid" / "discharge-mdm-t02-lettre-de-liaison.hl7").read_bytes()


def strict(stack: Stack) -> EmbeddedStore:
    certificate, key = cast().server.files(stack.folder, "server")
    authority = cast().authority.file(stack.folder)
    return EmbeddedStore(
        StoreSettings(
            database_url=f"sqlite:///{stack.folder}/strict.sqlite3",
            tls_certificate=certificate,
            tls_key=key,
            tls_client_authorities=authority,
            require_vihf=True,
            vihf_authorities=authority,
            trial=True,
        )
    )


def settings(folder: Path, base_url: str, sign: Issued) -> dict[str, str]:
    sign_cert, sign_key = sign.files(folder, "sign")
    tls = cast().auth.pkcs12(folder, "auth", "sésame-0")
    password = folder / "password"
    password.write_text("sésame-0\n", encoding="utf-8")
    return {
        "GATEWAY_REPOSITORY_URL": f"{base_url}/services/repository",
        "GATEWAY_REGISTRY_URL": f"{base_url}/services/registry",
        "GATEWAY_SIGN_CERT": str(sign_cert),
        "GATEWAY_SIGN_KEY": str(sign_key),
        "GATEWAY_TLS_CERT": str(tls),
        "GATEWAY_TLS_PASSWORD_FILE": str(password),
        "GATEWAY_DMP_CA": str(folder / "ca.pem"),
    }


def trusting(folder: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=folder / "ca.pem")
    context.load_cert_chain(*cast().auth.files(folder, "reader"))
    return context


async def test_a_letter_goes_from_the_queue_to_a_store_that_requires_everything(stack: Stack) -> None:
    async with strict(stack) as store:
        stack.start_worker(**settings(stack.folder, store.base_url, cast().sign))
        await stack.publish(letter())
        rows = await stack.settled(1)
        assert [row["outcome"] for row in rows.values()] == ["submitted"]
        context = trusting(stack.folder)
        documents = fetch_documents(store.base_url, context=context)
        assert [(row["type_code"], row["rubrique"]) for row in documents] == [("11490-0", "comptes_rendus")]
        counts = fetch_summary(store.base_url, context=context)
        assert (counts["documents"], counts["signatures"]) == (1, 1)
        health = await until(stack.health_url, what="the address of the metrics")
        shown = fetch(f"{health}/metrics")
        assert 'dmp_gateway_certificate_expiry_seconds{use="sign"}' in shown
        log = stack.log.read_bytes()
        assert not [word for word in SECRETS if word in log]


async def test_an_assertion_that_the_store_refuses_makes_the_letter_wait(stack: Stack) -> None:
    far = datetime.now(UTC) + timedelta(days=90)
    other = cast().authority.issue("AUTRE SIGN", structure="1990000099", end=far)
    async with strict(stack) as store:
        environment = settings(stack.folder, store.base_url, other) | {"GATEWAY_RETRY_DELAYS": "600"}
        stack.start_worker(**environment)
        message_id = await stack.publish(letter())
        row = await until(lambda: _waiting(stack, message_id), what="a retry")
        assert row["reason"] == "vihf-structure-mismatch"
        assert fetch_summary(store.base_url, context=trusting(stack.folder))["documents"] == 0


def _waiting(stack: Stack, message_id: str) -> dict[str, object] | None:
    row = stack.ledger().get(message_id)
    return row if row is not None and row["outcome"] == "waiting" else None


@pytest.mark.parametrize("moment", ["expired", "production"])
def test_a_worker_does_not_start_with_what_the_dmp_would_refuse(
    tmp_path: Path, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign = cast().sign
    if moment == "expired":
        sign = cast().authority.issue("VIEUX", end=datetime.now(UTC) - timedelta(days=1), key=sign.key)
    cast().authority.file(tmp_path)
    for name, value in settings(tmp_path, "https://127.0.0.1:1", sign).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("GATEWAY_AMQP_URL", "amqp://127.0.0.1:1/")
    monkeypatch.setenv("GATEWAY_ENVIRONMENT", "production" if moment == "production" else "trial")
    monkeypatch.setenv("GATEWAY_LPS_HOMOLOGATION", "H-1")
    done = subprocess.run(
        [sys.executable, "-m", "gateway", "run"],
        cwd=REPOSITORY,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode != 0
    said = (done.stderr + done.stdout).decode()
    assert ("expired on" if moment == "expired" else "does not name the structure") in said
    assert "Traceback" not in said
