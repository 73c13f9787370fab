"""Asking a running store what it holds, with the standard library only (for the command line and tests)."""

from __future__ import annotations

import json
import ssl
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from gateway.errors import ConfigurationError, GatewayError

_SECONDS = 30.0
_PAGE = 1000


class StoreUnreachable(GatewayError):
    """The store did not answer, or not with a list of documents. The text names the address only."""


def fetch_documents(
    base_url: str,
    patient: str | None = None,
    rubrique: str | None = None,
    *,
    unique_id: str | None = None,
    status: str | None = None,
    context: ssl.SSLContext | None = None,
    token: str = "",
) -> list[dict[str, Any]]:
    """All documents, in the order of storing, all pages read; deleted ones only with ``status="all"``.

    ``patient`` is a CX or a bare INS; ``context`` trusts a private certificate; ``token`` is a bearer token.
    Raises StoreUnreachable.
    """
    asked = {"patient": patient, "rubrique": rubrique, "unique_id": unique_id, "status": status}
    query = {name: value for name, value in asked.items() if value}
    url: str | None = urljoin(base_url, f"/api/documents?{urlencode({**query, 'limit': _PAGE})}")
    found: list[dict[str, Any]] = []
    while url is not None:
        page, link = _get(url, context, token)
        if not isinstance(page, list):
            raise _unreachable(base_url, "it did not answer with a list")
        found.extend(page)
        url = urljoin(base_url, link) if link else None
    return found


def fetch_summary(base_url: str, *, context: ssl.SSLContext | None = None, token: str = "") -> dict[str, Any]:
    """The counts of ``/api/summary``. Raises StoreUnreachable."""
    counts, _ = _get(urljoin(base_url, "/api/summary"), context, token)
    if not isinstance(counts, dict):
        raise _unreachable(base_url, "it did not answer with counts")
    return counts


def change_record(
    base_url: str,
    patient: str,
    state: str,
    *,
    context: ssl.SSLContext | None = None,
    token: str = "",
) -> dict[str, Any]:
    """Give the record of a patient (a CX) a state, making it when there is none; what ``/api/records`` says.

    Raises StoreUnreachable, or ConfigurationError with what the store does not understand.
    """
    _check(base_url)
    request = urllib.request.Request(  # noqa: S310 - checked above
        urljoin(base_url, "/api/records"),
        method="PUT",
        data=json.dumps({"patient": patient, "state": state}).encode(),
        headers=_headers(token),
    )
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS, context=context) as answer:  # noqa: S310
            found: dict[str, Any] = json.load(answer)
            return found
    except urllib.error.HTTPError as error:
        with error:
            if error.code == 400:
                raise ConfigurationError([str(json.load(error)["error"])]) from None
            raise _unreachable(base_url, _why(error)) from None
    except (OSError, ValueError) as error:
        raise _unreachable(base_url, type(error).__name__) from None


def _headers(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"} if token else {}


def _check(url: str) -> None:
    if urlsplit(url).scheme not in ("http", "https"):
        raise _unreachable(url, "an http or https address is needed")


def _why(error: urllib.error.HTTPError) -> str:
    return "HTTP 401, set GATEWAY_STORE_TOKEN" if error.code == 401 else f"HTTP {error.code}"


def _get(url: str, context: ssl.SSLContext | None, token: str) -> tuple[Any, str]:
    """The JSON of an answer and the target of its ``Link: <...>; rel="next"``."""
    _check(url)
    request = urllib.request.Request(url, headers=_headers(token))  # noqa: S310 - checked above
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS, context=context) as answer:  # noqa: S310
            link = answer.headers.get("link", "")
            return json.load(answer), link.partition("<")[2].partition(">")[0]
    except urllib.error.HTTPError as error:
        with error:
            raise _unreachable(url, _why(error)) from None
    except (OSError, ValueError) as error:
        raise _unreachable(url, type(error).__name__) from None


def _unreachable(url: str, why: str) -> StoreUnreachable:
    parts = urlsplit(url)
    return StoreUnreachable(f"no answer from the store at {parts.scheme}://{parts.netloc}: {why}")
