"""The door before pages and JSON interface: a session cookie or a bearer token, unless the store is a trial.

What stays open: the SOAP services, which ask for an assertion instead, ``/healthz``, the style sheets, the
sign-in page. A cookie only reads from the JSON interface; changing something there takes a bearer token,
which no other site can make a browser send.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.dmpstore import sessions
from gateway.dmpstore.accounts import Accounts
from gateway.dmpstore.database import Database
from gateway.dmpstore.sessions import Session

LOGIN = "/login"
_OPEN = ("/services/", "/static/")
_OPEN_EXACTLY = frozenset({"/healthz", LOGIN})
_READING = frozenset({"GET", "HEAD"})


def cookie_name(request: Request) -> str:
    """With https the name itself makes the browser insist on Secure, this host and path ``/``."""
    return "__Host-dmpstore" if request.url.scheme == "https" else "dmpstore"


class Door:
    """ASGI middleware. Puts ``account`` and ``csrf`` into the state of a request that may pass.

    ``private`` is there in every request: whether this store asks who comes.
    """

    def __init__(self, app: ASGIApp, database: Database, accounts: Accounts, *, trial: bool) -> None:
        self._app = app
        self._database = database
        self._accounts = accounts
        self._open = trial and not accounts
        # Outside a trial the faults on demand say no to everybody by themselves.
        self._unguarded = _OPEN_EXACTLY if trial else _OPEN_EXACTLY | {"/api/faults"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        path = request.url.path
        request.state.private = not self._open
        if not self._open and path not in self._unguarded and not path.startswith(_OPEN):
            refusal = await self._refusal(request, api=path == "/api" or path.startswith("/api/"))
            if refusal is not None:
                await refusal(scope, receive, send)
                return
        await self._app(scope, receive, send)

    async def _refusal(self, request: Request, *, api: bool) -> Response | None:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if api and kind.lower() == "bearer":
            account = self._accounts.by_token(token.strip())
            if account is None:
                return _unauthorised()
            request.state.account = account.name
            return None
        session = await self._session(request)
        if session is not None and (not api or request.method in _READING):
            request.state.account, request.state.csrf = session.account, session.csrf
            return None
        return _unauthorised() if api else _to_login(request)

    async def _session(self, request: Request) -> Session | None:
        token = request.cookies.get(cookie_name(request), "")
        if not token:
            return None
        session: Session | None = await run_sync(self._find, token)
        return session

    def _find(self, token: str) -> Session | None:
        session = _in(self._database.reading, sessions.find, token)
        if session is None or session.account not in self._accounts:
            return None
        if session.fading:
            _in(self._database.writing, sessions.touch, token)
        found: Session = session
        return found


def _in(transaction: Callable[[], Any], question: Callable[..., Any], *values: Any) -> Any:
    with transaction() as connection:
        return question(connection, *values)


def _unauthorised() -> Response:
    return JSONResponse(
        {"error": "sign in, or give a bearer token / s'identifier, ou donner un jeton"},
        status_code=401,
        headers={"www-authenticate": "Bearer"},
    )


def _to_login(request: Request) -> Response:
    query = {key: request.query_params[key] for key in ("lang",) if key in request.query_params}
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if wanted != "/" and request.method in _READING:
        query["next"] = wanted
    return RedirectResponse(LOGIN + (f"?{urlencode(query)}" if query else ""), status_code=303)
