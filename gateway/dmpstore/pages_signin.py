"""Signing in and out: the only forms that change something. Both bring a token against forgery."""

from __future__ import annotations

import hmac
import logging
import secrets
from urllib.parse import parse_qs

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from gateway.dmpstore import sessions
from gateway.dmpstore.accounts import Account, Accounts
from gateway.dmpstore.database import Database
from gateway.dmpstore.page_frame import render
from gateway.dmpstore.sessions import Attempts
from gateway.dmpstore.signin import LOGIN, cookie_name

_LONGEST_FORM = 8192
_log = logging.getLogger("gateway.dmpstore")


def signin_routes(database: Database, accounts: Accounts) -> list[Route]:
    pages = _SignIn(database, accounts)
    return [
        Route(LOGIN, pages.show, methods=["GET"]),
        Route(LOGIN, pages.sign_in, methods=["POST"]),
        Route("/logout", pages.sign_out, methods=["POST"]),
    ]


class _SignIn:
    def __init__(self, database: Database, accounts: Accounts) -> None:
        self._database = database
        self._accounts = accounts
        self._attempts = Attempts()
        self._limiter: CapacityLimiter | None = None

    async def show(self, request: Request) -> Response:
        return self._page(request)

    async def sign_in(self, request: Request) -> Response:
        form = await _form(request)
        nonce = request.cookies.get(_nonce_name(request), "")
        if form is None or not nonce or not _same(form.get("nonce", ""), nonce):
            return self._page(request, "signin_stale", 400)
        goal = _local(form.get("next", ""))
        place = request.client.host if request.client else ""
        name = form.get("name", "")[:64]
        wait = self._attempts.wait(place, name)
        if wait:
            page = self._page(request, "signin_wait", 429, goal)
            page.headers["retry-after"] = str(wait)
            return page
        self._attempts.made(place, name)
        account = await self._check(name, form.get("password", ""))
        if account is None:
            _log.info("sign-in refused")
            return self._page(request, "signin_wrong", 403, goal)
        self._attempts.succeeded(place, name)
        token = await run_sync(self._begin, account.name)
        _log.info("signed in")
        response = RedirectResponse(goal, status_code=303)
        _set_cookie(request, response, cookie_name(request), token)
        response.delete_cookie(_nonce_name(request), path="/")
        return response

    async def sign_out(self, request: Request) -> Response:
        form = await _form(request)
        expected = getattr(request.state, "csrf", "")
        if form is None or not expected or not _same(form.get("csrf", ""), expected):
            return self._page(request, "signin_stale", 400)
        await run_sync(self._end, request.cookies.get(cookie_name(request), ""))
        english = request.query_params.get("lang") == "en"
        response = RedirectResponse(f"{LOGIN}?lang=en" if english else LOGIN, status_code=303)
        response.delete_cookie(
            cookie_name(request), path="/", secure=request.url.scheme == "https", httponly=True
        )
        return response

    async def _check(self, name: str, password: str) -> Account | None:
        """Two passwords at a time: each check takes 64 MB."""
        if self._limiter is None:  # made here because it belongs to the running loop
            self._limiter = CapacityLimiter(2)
        return await run_sync(self._accounts.by_password, name, password, limiter=self._limiter)

    def _page(self, request: Request, problem: str = "", status: int = 200, goal: str = "") -> Response:
        nonce = request.cookies.get(_nonce_name(request), "") or secrets.token_urlsafe(24)
        page = render(
            request,
            "login.html",
            status,
            problem=problem,
            nonce=nonce,
            goal=goal or _local(request.query_params.get("next", "")),
            accounts=bool(self._accounts),
        )
        _set_cookie(request, page, _nonce_name(request), nonce)
        return page

    def _begin(self, account: str) -> str:
        with self._database.writing() as connection:
            return sessions.begin(connection, account)

    def _end(self, token: str) -> None:
        with self._database.writing() as connection:
            sessions.end(connection, token)


def _nonce_name(request: Request) -> str:
    return cookie_name(request) + "-form"


def _set_cookie(request: Request, response: Response, name: str, value: str) -> None:
    """A cookie of the browser session that no script reads and no other site sends."""
    response.set_cookie(
        name, value, path="/", httponly=True, samesite="strict", secure=request.url.scheme == "https"
    )


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode("utf-8", "replace"))


def _local(goal: str) -> str:
    """A path of this store; anything that a browser could take for another host becomes ``/``."""
    safe = (
        goal.startswith("/")
        and not goal.startswith(("//", "/\\"))
        and goal.isprintable()
        and "\\" not in goal
    )
    return goal if safe else "/"


async def _form(request: Request) -> dict[str, str] | None:
    """The fields of a small form; None when it is none."""
    if (
        request.headers.get("content-type", "").partition(";")[0].strip()
        != "application/x-www-form-urlencoded"
    ):
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LONGEST_FORM:
            return None
    try:
        fields = parse_qs(body.decode("utf-8"), max_num_fields=10, keep_blank_values=True)
    except ValueError:
        return None
    return {name: values[0] for name, values in fields.items()}
