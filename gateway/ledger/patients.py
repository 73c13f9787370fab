"""Patients by keyed hash: the ledger can recognise one, and nobody can read who it is."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path

import sqlalchemy as sa

from gateway.errors import ConfigurationError
from gateway.ledger.schema import facts
from gateway.model import PatientId

KEY_BYTES = 32
SHORTEST_KEY = 32
_FINGERPRINT = "patient-key-fingerprint"


class PatientHasher:
    """HMAC-SHA256 under one secret key, in lower-case hexadecimal. The key shows nowhere."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def __repr__(self) -> str:
        return "PatientHasher()"

    def patient(self, patient: PatientId) -> str:
        """The same for the same identifier of the same authority; empty without a value."""
        return self._hash("patient", patient.authority, patient.value) if patient.value else ""

    def name(self, kind: str, text: str) -> str:
        """An opaque name for a visit or a movement; empty for an empty text."""
        return self._hash(kind, text) if text else ""

    @property
    def fingerprint(self) -> str:
        """Tells two keys apart without telling anything of them."""
        return self._hash("fingerprint")[:32]

    def _hash(self, *parts: str) -> str:
        return hmac.new(self._key, "\0".join(parts).encode(), hashlib.sha256).hexdigest()


def patient_hasher(given: str | None, file: Path) -> PatientHasher:
    """The hasher under the key that was given, else under the one in ``file``, made (mode 0600) when absent.

    Raises ConfigurationError for a key that is too short to keep a secret, or a file that cannot be used.
    """
    if given is not None:
        if len(given) < SHORTEST_KEY:
            raise ConfigurationError(
                [f"GATEWAY_PATIENT_KEY: give at least {SHORTEST_KEY} characters, for instance 64 hex digits"]
            )
        return PatientHasher(given.encode())
    try:
        key = file.read_bytes() if file.exists() else _make(file)
    except OSError as error:
        raise ConfigurationError([f"GATEWAY_PATIENT_KEY: {file} cannot be used ({error.strerror})"]) from None
    if len(key.strip()) < SHORTEST_KEY:
        raise ConfigurationError([f"GATEWAY_PATIENT_KEY: {file} is damaged; restore it from its backup"])
    return PatientHasher(key.strip())


def _make(file: Path) -> bytes:
    """Several workers start at once: the first to link its file gives the key, the others take it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    own = file.with_name(f"{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(secrets.token_hex(KEY_BYTES).encode())
        stream.flush()
        os.fsync(stream.fileno())
    try:
        os.link(own, file)
    except FileExistsError:
        pass
    finally:
        own.unlink()
    return file.read_bytes()


def check_key(engine: sa.Engine, hasher: PatientHasher) -> None:
    """Raises ConfigurationError when this ledger was made under another key.

    With another key no patient would be recognised, and every opposition would be silently forgotten.
    """
    known = _fingerprint(engine)
    if known is None:
        # Another worker may be the first at this very moment: whoever writes, all compare with what stands.
        with suppress(sa.exc.IntegrityError), engine.begin() as connection:
            connection.execute(sa.insert(facts).values(name=_FINGERPRINT, value=hasher.fingerprint))
        known = _fingerprint(engine)
    if known != hasher.fingerprint:
        raise ConfigurationError(
            [
                "GATEWAY_PATIENT_KEY: this ledger was made with another key; give that key back (or the file"
                " patient.key of its data folder), else known oppositions would be forgotten"
            ]
        )


def _fingerprint(engine: sa.Engine) -> str | None:
    query = sa.select(facts.c.value).where(facts.c.name == _FINGERPRINT)
    with engine.connect() as connection:
        return connection.scalar(query)
