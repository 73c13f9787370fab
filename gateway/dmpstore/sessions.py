"""Who is signed in, and how often somebody tried.

Sessions are in the database, so that they outlive a restart and every store on it knows them; the cookie
holds a random token of which only the SHA-256 is kept. Attempts are counted in memory, for each process.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import Connection, delete, insert, select, update

from gateway.dmpstore.accounts import token_hash
from gateway.dmpstore.schema import sessions

LIFETIME = 8 * 3600
IDLE = 30 * 60
_TOUCH = 60
_WINDOW = 15 * 60.0
_MOST_KEYS = 10_000


@dataclass(frozen=True, slots=True)
class Session:
    """``csrf`` is what a form of this session must bring along. ``fading``: its last use is worth noting."""

    account: str
    csrf: str = field(repr=False)
    fading: bool = False


def begin(connection: Connection, account: str, clock: Callable[[], float] = time.time) -> str:
    """A new session; returns the token for the cookie. Those that ended are cleared away."""
    moment, token = int(clock()), secrets.token_urlsafe(32)
    ended = (sessions.c.seen < moment - IDLE) | (sessions.c.started < moment - LIFETIME)
    connection.execute(delete(sessions).where(ended))
    values = {
        "token_hash": token_hash(token),
        "account": account,
        "csrf": secrets.token_urlsafe(32),
        "started": moment,
        "seen": moment,
    }
    connection.execute(insert(sessions).values(**values))
    return token


def find(connection: Connection, token: str, clock: Callable[[], float] = time.time) -> Session | None:
    """The session of a cookie, None when there is none or it has ended."""
    row = connection.execute(select(sessions).where(sessions.c.token_hash == token_hash(token))).first()
    moment = clock()
    if row is None or row.seen < moment - IDLE or row.started < moment - LIFETIME:
        return None
    return Session(row.account, row.csrf, fading=row.seen < moment - _TOUCH)


def touch(connection: Connection, token: str, clock: Callable[[], float] = time.time) -> None:
    """The session was used just now."""
    connection.execute(
        update(sessions).where(sessions.c.token_hash == token_hash(token)).values(seen=int(clock()))
    )


def end(connection: Connection, token: str) -> None:
    connection.execute(delete(sessions).where(sessions.c.token_hash == token_hash(token)))


class Attempts:
    """Attempts of the last quarter of an hour: 5 for one name from one place, 30 from one place.

    One is counted before it is judged, so that many at once gain nothing, and forgotten when it succeeds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._made: dict[tuple[str, str], list[float]] = {}
        self._lock = threading.Lock()

    def wait(self, place: str, name: str) -> int:
        """Seconds until the next attempt may be made; 0 when it may be made now."""
        with self._lock:
            waits = [self._wait((place, name), 5), self._wait((place, ""), 30)]
        return max(waits)

    def made(self, place: str, name: str) -> None:
        with self._lock:
            if len(self._made) > _MOST_KEYS:
                self._forget()
            for key in ((place, name), (place, "")):
                self._made.setdefault(key, []).append(self._clock())

    def succeeded(self, place: str, name: str) -> None:
        with self._lock:
            self._made.pop((place, name), None)
            if self._made.get((place, "")):
                self._made[place, ""].pop()

    def _wait(self, key: tuple[str, str], most: int) -> int:
        recent = [each for each in self._made.get(key, ()) if each > self._clock() - _WINDOW]
        if len(recent) < most:
            return 0
        return max(1, int(recent[-most] + _WINDOW - self._clock()))

    def _forget(self) -> None:
        """Keep only what still counts; when that is too much as well, keep the latest."""
        oldest = self._clock() - _WINDOW
        kept = {key: times for key, times in self._made.items() if times and times[-1] > oldest}
        self._made = dict(list(kept.items())[-_MOST_KEYS // 2 :])
