"""Asking a running store what it holds, with the standard library only (for the command line and tests)."""

from __future__ import annotations

import json
import ssl
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from gateway.errors import GatewayError

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
) -> list[dict[str, Any]]:
    """All documents, in the order of storing, all pages read; deleted ones only with ``status="all"``.

    ``patient`` is a CX or a bare INS; ``context`` trusts a private certificate. Raises StoreUnreachable.
    """
    asked = {"patient": patient, "rubrique": rubrique, "unique_id": unique_id, "status": status}
    query = {name: value for name, value in asked.items() if value}
    url: str | None = urljoin(base_url, f"/api/documents?{urlencode({**query, 'limit': _PAGE})}")
    found: list[dict[str, Any]] = []
    while url is not None:
        page, link = _get(url, context)
        if not isinstance(page, list):
            raise _unreachable(base_url, "it did not answer with a list")
        found.extend(page)
        url = urljoin(base_url, link) if link else None
    return found


def fetch_summary(base_url: str, *, context: ssl.SSLContext | None = None) -> dict[str, Any]:
    """The counts of ``/api/summary``. Raises StoreUnreachable."""
    counts, _ = _get(urljoin(base_url, "/api/summary"), context)
    if not isinstance(counts, dict):
        raise _unreachable(base_url, "it did not answer with counts")
    return counts


def _get(url: str, context: ssl.SSLContext | None) -> tuple[Any, str]:
    """The JSON of an answer and the target of its ``Link: <...>; rel="next"``."""
    if urlsplit(url).scheme not in ("http", "https"):
        raise _unreachable(url, "an http or https address is needed")
    try:
        with urllib.request.urlopen(url, timeout=_SECONDS, context=context) as answer:  # noqa: S310 - checked above
            link = answer.headers.get("link", "")
            return json.load(answer), link.partition("<")[2].partition(">")[0]
    except urllib.error.HTTPError as error:
        with error:
            raise _unreachable(url, f"HTTP {error.code}") from None
    except (OSError, ValueError) as error:
        raise _unreachable(url, type(error).__name__) from None


def _unreachable(url: str, why: str) -> StoreUnreachable:
    parts = urlsplit(url)
    return StoreUnreachable(f"no answer from the store at {parts.scheme}://{parts.netloc}: {why}")
