"""Outside a trial: nobody sees a page or a document without signing in, and forms cannot be forged."""

from __future__ import annotations

import json
import logging
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.dmpstore import StoreSettings, sessions
from gateway.dmpstore.accounts import Account, Accounts, hash_password, read_accounts, token_hash
from gateway.dmpstore.database import Database
from gateway.dmpstore.listing import StoreUnreachable, change_record, fetch_documents
from gateway.dmpstore.server import EmbeddedStore
from gateway.errors import ConfigurationError
from tests.dmpstore.conftest import Client
from tests.dmpstore.samples import PATIENT, ROOT, submission

from .content import Visitor, hidden

REPOSITORY = Path(__file__).resolve().parents[3]
PASSWORD, TOKEN = "ouvre-toi, sésame", "jeton-d-essai-0123456789"
HASH = hash_password(PASSWORD)
PLACES = (
    "/",
    "/records/0",
    "/records/0/traces",
    f"/records/0/documents/{ROOT}.1.1",
    f"/records/0/documents/{ROOT}.1.1/body",
    "/nothing",
)
API = (
    "/api/summary",
    "/api/documents",
    f"/api/documents/{ROOT}.1.1/content",
    "/api/records",
    "/api/records/0/traces",
)


@pytest.fixture
def closed(settings: StoreSettings, tmp_path: Path) -> Iterator[Client]:
    """A store that is no trial, with two accounts."""
    file = tmp_path / "accounts.toml"
    file.write_text(
        f'[[account]]\nname = "camille"\npassword = "{HASH}"\n\n'
        f'[[account]]\nname = "robot"\ntoken = "{token_hash(TOKEN)}"\n',
        encoding="utf-8",
    )
    embedded = EmbeddedStore(replace(settings, trial=False, accounts=file))
    embedded.launch()
    try:
        yield Client(embedded.base_url)
    finally:
        embedded.shutdown()


@pytest.fixture
def visitor(closed: Client) -> Visitor:
    return Visitor(closed.base_url)


@pytest.mark.parametrize("path", PLACES)
def test_a_page_sends_a_stranger_to_the_door(closed: Client, path: str) -> None:
    answer = closed.get(path)

    assert answer.status == 303
    assert answer.headers["location"].startswith("/login")
    assert answer.body == b""


@pytest.mark.parametrize("path", API)
def test_the_json_interface_wants_a_token(visitor: Visitor, path: str) -> None:
    answer = visitor.get(path)

    assert (answer.status, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert visitor.get(path, authorization="Bearer wrong").status == 401
    assert visitor.get(path, authorization=f"Basic {TOKEN}").status == 401
    assert visitor.get(path, authorization=f"Bearer {TOKEN}").status in (200, 404)


def test_what_machines_need_stays_open(closed: Client) -> None:
    assert closed.get("/healthz").status == 200
    assert closed.get("/static/store.css").status == 200
    assert closed.submit(submission()).success
    assert closed.entries(f"{ROOT}.1.1")


def test_a_store_that_is_no_trial_and_has_no_accounts_shows_nothing(settings: StoreSettings) -> None:
    embedded = EmbeddedStore(replace(settings, trial=False))
    embedded.launch()
    try:
        client = Client(embedded.base_url)
        assert client.get("/").status == 303
        assert "Aucun compte" in client.get("/login").text
        assert client.get("/api/summary").status == 401
    finally:
        embedded.shutdown()


def test_accounts_close_a_trial_too(settings: StoreSettings) -> None:
    embedded = EmbeddedStore(replace(settings, password=PASSWORD, api_token=TOKEN))
    embedded.launch()
    try:
        visitor = Visitor(embedded.base_url)
        assert visitor.get("/").status == 303
        assert visitor.sign_in("dmp", PASSWORD).status == 303
        assert visitor.get("/").status == 200
        assert fetch_documents(embedded.base_url, token=TOKEN) == []
    finally:
        embedded.shutdown()


def test_who_signs_in_comes_where_they_wanted_and_can_leave(closed: Client, visitor: Visitor) -> None:
    closed.submit(submission())

    answer = visitor.sign_in("camille", PASSWORD, "/?lang=en")
    page = visitor.get("/").text
    visitor.send("/logout", csrf=hidden(page, "csrf"))

    assert (answer.status, answer.headers["location"]) == (303, "/?lang=en")
    assert "2 79 03 •••" in page
    assert "camille" in page
    assert visitor.get("/").status == 303


def test_an_old_cookie_is_worth_nothing_after_leaving(visitor: Visitor) -> None:
    visitor.sign_in("camille", PASSWORD)
    kept = dict(visitor.cookies)
    visitor.send("/logout", csrf=hidden(visitor.get("/").text, "csrf"))

    visitor.cookies = kept

    assert visitor.get("/").status == 303


def test_the_cookie_is_for_this_browser_alone(visitor: Visitor) -> None:
    visitor.sign_in("camille", PASSWORD)

    (cookie,) = [each for each in visitor.set_cookies if each.startswith("dmpstore=")]

    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
    assert "Max-Age" not in cookie
    # A proxy on this machine that speaks https says so.
    assert "secure" in visitor.get("/login", x_forwarded_proto="https").headers["set-cookie"].lower()
    assert [each for each in visitor.set_cookies if each.startswith("__Host-dmpstore-form=")]


@pytest.mark.parametrize(
    ("name", "password"), [("camille", "x"), ("nobody", PASSWORD), ("robot", ""), ("", "")]
)
def test_a_wrong_name_or_password_gets_the_same_answer(visitor: Visitor, name: str, password: str) -> None:
    answer = visitor.sign_in(name, password)

    assert answer.status == 403
    assert "Identifiant ou mot de passe incorrect" in answer.text
    assert visitor.get("/").status == 303


def test_too_many_attempts_have_to_wait_even_with_the_right_password(visitor: Visitor) -> None:
    for _ in range(5):
        assert visitor.sign_in("camille", "x").status == 403

    answer = visitor.sign_in("camille", PASSWORD)

    assert answer.status == 429
    assert 0 < int(answer.headers["retry-after"]) <= 900


@pytest.mark.parametrize(
    "goal", ["https://example.org", "//example.org", "/\\example.org", "\\\\x", "javascript:x"]
)
def test_the_door_leads_nowhere_else(visitor: Visitor, goal: str) -> None:
    assert visitor.sign_in("camille", PASSWORD, goal).headers["location"] == "/"


def test_a_form_that_was_not_ours_is_refused(visitor: Visitor) -> None:
    page = visitor.get("/login").text
    nonce = hidden(page, "nonce")

    forged = visitor.send("/login", nonce="other", name="camille", password=PASSWORD)
    foreign = Visitor(f"http://{visitor._address}").send(
        "/login", nonce=nonce, name="camille", password=PASSWORD
    )
    as_json = visitor.ask("POST", "/login", b"{}", content_type="application/json")

    assert [each.status for each in (forged, foreign, as_json)] == [400, 400, 400]
    visitor.sign_in("camille", PASSWORD)
    assert visitor.send("/logout", csrf="other").status == 400
    assert visitor.get("/").status == 200


def test_a_cookie_reads_the_json_interface_and_changes_nothing_there(
    closed: Client, visitor: Visitor
) -> None:
    closed.submit(submission())
    visitor.sign_in("camille", PASSWORD)
    (record,) = json.loads(visitor.get("/api/records").body)
    path = f"/api/records/{record['id']}/state"

    assert visitor.get(f"/api/documents/{ROOT}.1.1/content").status == 200
    assert visitor.ask("PUT", path, b'{"state": "closed"}').status == 401
    assert visitor.ask("PUT", path, b'{"state": "closed"}', authorization=f"Bearer {TOKEN}").status == 200


def test_traces_say_who_signed_in(closed: Client, visitor: Visitor) -> None:
    closed.submit(submission())
    visitor.sign_in("camille", PASSWORD)
    visitor.get(f"/api/documents/{ROOT}.1.1/content")
    fetch_documents(closed.base_url, token=TOKEN)
    (record,) = json.loads(visitor.get("/api/records").body)

    found = json.loads(visitor.get(f"/api/records/{record['id']}/traces").body)

    assert [(each["who"]["kind"], each["who"]["name"]) for each in found] == [
        ("account", "robot"),
        ("account", "camille"),
        ("trial", ""),
    ]


def test_the_client_sends_its_token_and_says_when_one_is_needed(closed: Client) -> None:
    patient = f"{PATIENT.value}^^^&{PATIENT.authority}&ISO^NH"

    assert change_record(closed.base_url, patient, "closed", token=TOKEN)["state"] == "closed"
    for question in (fetch_documents, lambda url: change_record(url, patient, "open")):
        with pytest.raises(StoreUnreachable, match="GATEWAY_STORE_TOKEN"):
            question(closed.base_url)


def test_neither_passwords_nor_tokens_are_kept_or_logged(
    visitor: Visitor, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    visitor.sign_in("camille", PASSWORD)
    visitor.sign_in("camille", "presque")
    token = visitor.cookies["dmpstore"]
    visitor.get("/api/summary", authorization=f"Bearer {TOKEN}")

    with sqlite3.connect(tmp_path / "store.sqlite") as database:
        kept = "\n".join(database.iterdump())
    database.close()
    for secret in (PASSWORD, TOKEN, token, "presque"):
        assert secret not in kept
        assert secret not in caplog.text


def test_a_session_ends_when_it_is_not_used_and_when_it_is_old(database_url: str) -> None:
    database = Database(database_url)
    start = time.time()
    with database.writing() as connection:
        token = sessions.begin(connection, "camille", lambda: start)
        assert sessions.find(connection, token, lambda: start + 60) is not None
        assert sessions.find(connection, token, lambda: start + sessions.IDLE + 1) is None
        for used in range(0, sessions.LIFETIME, sessions.IDLE - 1):
            sessions.touch(connection, token, lambda moment=start + used: moment)  # type: ignore[misc]
        assert sessions.find(connection, token, lambda: start + sessions.LIFETIME + 1) is None
        assert sessions.find(connection, "other", lambda: start) is None
    database.close()


def test_attempts_are_forgotten_after_a_quarter_of_an_hour_and_by_success() -> None:
    moment = 0.0
    attempts = sessions.Attempts(lambda: moment)
    for number in range(5):
        assert attempts.wait("1.2.3.4", "camille") == 0, number
        attempts.made("1.2.3.4", "camille")

    assert attempts.wait("1.2.3.4", "camille") == 900
    assert attempts.wait("1.2.3.4", "other") == attempts.wait("5.6.7.8", "camille") == 0
    moment = 901.0
    assert attempts.wait("1.2.3.4", "camille") == 0
    for name in range(40):
        attempts.made("1.2.3.4", str(name))
    assert attempts.wait("1.2.3.4", "someone") > 0
    attempts.succeeded("9.9.9.9", "nobody")


def test_a_session_outlives_a_restart_but_not_its_account(settings: StoreSettings, tmp_path: Path) -> None:
    other = tmp_path / "others.toml"
    other.write_text(f'[[account]]\nname = "robot"\ntoken = "{token_hash(TOKEN)}"\n', encoding="utf-8")
    cookies: dict[str, str] = {}
    shown = []
    for changed in (
        replace(settings, password=PASSWORD),
        replace(settings, password=PASSWORD),
        replace(settings, accounts=other),
    ):
        embedded = EmbeddedStore(changed)
        embedded.launch()
        visitor = Visitor(embedded.base_url)
        visitor.cookies = cookies
        if not cookies:
            visitor.sign_in("dmp", PASSWORD)
        shown.append(visitor.get("/").status)
        embedded.shutdown()

    assert shown == [200, 200, 303]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "no \\[\\[account\\]\\]"),
        ("[[account]]", "name: 1 to 64"),
        ('[[account]]\nname = "a b"\ntoken = "x"', "token: the SHA-256"),
        ('[[account]]\nname = "a"', "a password or a token"),
        ('[[account]]\nname = "a"\npassword = "secret"', "Argon2id hash"),
        ('[[account]]\nname = "a"\npasword = "secret"', "pasword: not known"),
        ('[[account]]\nname = 1\npassword = "secret"', "table of texts"),
        ("[[account", "cannot be read"),
    ],
)
def test_a_file_of_accounts_is_checked_whole(tmp_path: Path, text: str, problem: str) -> None:
    file = tmp_path / "accounts.toml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(ConfigurationError, match=problem) as caught:
        read_accounts(file)
    assert "secret" not in str(caught.value)


def test_accounts_do_not_show_their_secrets() -> None:
    account = Account("camille", HASH, token_hash(TOKEN))

    assert HASH not in repr(account)
    assert token_hash(TOKEN) not in repr(account)
    assert Accounts([account]).by_password("camille", "x" * 5000) is None
    assert PASSWORD not in repr(StoreSettings(password=PASSWORD, api_token=TOKEN))


def test_the_command_writes_an_account_that_can_be_used(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "gateway", "dmpstore", "account", "camille", "--password", PASSWORD]
    done = subprocess.run(
        command,
        env={"PYTHONPATH": str(REPOSITORY), "PATH": "", "PYTHONUTF8": "1"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    file = tmp_path / "accounts.toml"
    file.write_text(done.stdout, encoding="utf-8")

    accounts = read_accounts(file)

    assert accounts.by_password("camille", PASSWORD) is not None
    assert accounts.by_token(done.stderr.split()[-1]) is not None
