"""Asking a running trial store for faults, with the standard library only (command line and tests)."""

from __future__ import annotations

import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urljoin, urlsplit

from gateway.errors import ConfigurationError, GatewayError

_SECONDS = 30.0
_PATH = "/api/faults"


class FaultsUnreachable(GatewayError):
    """The store did not answer, or not about faults. The text names the address only."""


def list_faults(base_url: str, *, context: ssl.SSLContext | None = None, token: str = "") -> dict[str, Any]:
    """What ``GET /api/faults`` says. Raises FaultsUnreachable, or ConfigurationError with what is wrong."""
    return _ask("GET", base_url, None, context, token)


def set_faults(
    base_url: str,
    faults: Sequence[Mapping[str, Any]],
    seed: int = 0,
    *,
    context: ssl.SSLContext | None = None,
    token: str = "",
) -> dict[str, Any]:
    """Put these in force, in place of all others. Raises as ``list_faults``."""
    return _ask("PUT", base_url, {"faults": list(faults), "seed": seed}, context, token)


def clear_faults(base_url: str, *, context: ssl.SSLContext | None = None, token: str = "") -> dict[str, Any]:
    return _ask("DELETE", base_url, None, context, token)


def _ask(
    method: str, base_url: str, data: Mapping[str, Any] | None, context: ssl.SSLContext | None, token: str
) -> dict[str, Any]:
    parts = urlsplit(base_url)
    place = f"{parts.scheme}://{parts.hostname}:{parts.port}"
    if parts.scheme not in ("http", "https"):
        raise FaultsUnreachable("an http or https address is needed")
    request = urllib.request.Request(  # noqa: S310 - checked above
        urljoin(base_url, _PATH),
        method=method,
        data=json.dumps(data).encode() if data is not None else None,
        headers={"authorization": f"Bearer {token}"} if token else {},
    )
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS, context=context) as answer:  # noqa: S310
            found: dict[str, Any] = json.load(answer)
            return found
    except urllib.error.HTTPError as error:
        with error:
            raise _refused(error, place) from None
    except (OSError, ValueError) as error:
        raise FaultsUnreachable(f"no answer about faults from {place}: {type(error).__name__}") from None


def _refused(error: urllib.error.HTTPError, place: str) -> GatewayError:
    try:
        return ConfigurationError([str(each) for each in json.load(error)["problems"]])
    except (ValueError, KeyError, TypeError):
        hint = ", set GATEWAY_STORE_TOKEN" if error.code == 401 else ""
        return FaultsUnreachable(f"no answer about faults from {place}: HTTP {error.code}{hint}")
