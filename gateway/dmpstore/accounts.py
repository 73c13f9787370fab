"""Who may sign in to the pages and the JSON interface of a store that is no trial.

A TOML file, written by hand or with ``dmp-gateway dmpstore account``::

    [[account]]
    name = "camille"
    password = "$argon2id$v=19$..."   # Argon2id, never the password itself
    token = "9f86d081..."             # SHA-256 of a bearer token for the JSON interface; optional
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import Argon2Error, InvalidHashError

from gateway.errors import ConfigurationError

LONGEST_PASSWORD = 1024
_NAME = re.compile(r"[A-Za-z0-9._@-]{1,64}", re.ASCII)
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)
_KEYS = frozenset({"name", "password", "token"})
_OWN_NAME = "dmp"
_hasher = PasswordHasher()


@dataclass(frozen=True, slots=True)
class Account:
    """``password`` is an Argon2 hash, ``token`` a SHA-256; empty when the account has none."""

    name: str
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)


class Accounts:
    """Accounts by name. Checking a password costs some 50 ms of computing and 64 MB on purpose."""

    def __init__(self, accounts: Iterable[Account]) -> None:
        self._by_name = {each.name: each for each in accounts}

    def __bool__(self) -> bool:
        return bool(self._by_name)

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def by_password(self, name: str, password: str) -> Account | None:
        """The account; for a name that does not exist it takes as long to say no."""
        account = self._by_name.get(name)
        expected = account.password if account is not None and account.password else _nobody()
        if len(password) > LONGEST_PASSWORD:
            return None
        try:
            _hasher.verify(expected, password)
        except (Argon2Error, InvalidHashError):
            return None
        return account

    def by_token(self, token: str) -> Account | None:
        given = token_hash(token)
        found = [
            each for each in self._by_name.values() if each.token and hmac.compare_digest(each.token, given)
        ]
        return found[0] if found else None


def read_accounts(file: Path | None, password: str = "", api_token: str = "") -> Accounts:
    """The accounts of a file, and one called ``dmp`` when a password or a token is given.

    Raises ConfigurationError with every problem of the file; its texts hold no hash.
    """
    accounts = _from_file(file) if file is not None else []
    if password or api_token:
        hashed = hash_password(password) if password else ""
        accounts.append(Account(_OWN_NAME, hashed, token_hash(api_token) if api_token else ""))
    return Accounts(accounts)


def is_name(text: str) -> bool:
    """True for what an account may be called."""
    return _NAME.fullmatch(text) is not None


def hash_password(password: str) -> str:
    return _hasher.hash(password)


def new_token() -> str:
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """SHA-256 is enough for what is random and long."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _from_file(file: Path) -> list[Account]:
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise ConfigurationError([f"the store's accounts cannot be read: {file}"]) from None
    rows = data.get("account")
    if not isinstance(rows, list) or not rows:
        raise ConfigurationError([f"{file}: no [[account]]"])
    problems = [
        f"{file}: account {number}: {each}" for number, row in enumerate(rows, 1) for each in _wrong(row)
    ]
    names = [row.get("name") for row in rows if isinstance(row, dict)]
    problems += [f"{file}: two accounts with the same name"] if len(set(map(str, names))) < len(names) else []
    if problems:
        raise ConfigurationError(problems)
    return [Account(row["name"], row.get("password", ""), row.get("token", "")) for row in rows]


def _wrong(row: Any) -> Iterator[str]:
    if not isinstance(row, dict) or not all(isinstance(value, str) for value in row.values()):
        yield "a table of texts is expected"
        return
    yield from (f"{key}: not known" for key in sorted(set(row) - _KEYS))
    if not is_name(row.get("name", "")):
        yield "name: 1 to 64 letters, digits, . _ @ -"
    if "password" in row and not _is_argon2id(row["password"]):
        yield "password: an Argon2id hash is expected"
    if "token" in row and not _HASH.fullmatch(row["token"]):
        yield "token: the SHA-256 of the token is expected, 64 hexadecimal digits"
    if not ({"password", "token"} & set(row)):
        yield "a password or a token is needed"


def _is_argon2id(text: str) -> bool:
    try:
        return extract_parameters(text).type.name == "ID"
    except InvalidHashError:
        return False


@cache
def _nobody() -> str:
    return _hasher.hash(secrets.token_urlsafe(32))
