"""What all pages share: templates, links that keep the language, who is signed in, headers of a page.

Everything that came from outside is escaped by Jinja2; the content security policy of
``gateway.dmpstore.guard`` would stop a script that got through all the same.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from sqlalchemy import Row
from starlette.requests import Request
from starlette.responses import HTMLResponse

from gateway.dmpstore.guard import POLICY
from gateway.dmpstore.texts import Texts, iso_date

_LARGEST_NUMBER = 2**53
# A page that shows a PDF: the browser's own reader, fed by this store.
_POLICY_WITH_PDF = f"{POLICY}; object-src 'self'; frame-src 'self'"
_environment = Environment(
    loader=PackageLoader("gateway.dmpstore"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def render(
    request: Request, name: str, status: int = 200, *, embeds: bool = False, **values: Any
) -> HTMLResponse:
    """One page. A template has ``t`` (texts), ``link(path, **query)``, ``path``, ``whole`` (the page without
    query) and the values; ``embeds`` allows it to hold a document of this store in a frame.
    """
    texts = Texts(request.query_params.get("lang", "fr"))
    # A path that leads nowhere is not repeated in the page.
    path = request.url.path if status != 404 else "/"

    def link(target: str, /, **query: object) -> str:
        kept = {key: value for key, value in query.items() if value not in ("", None)}
        return url(target, {**kept, **({"lang": "en"} if texts.language == "en" else {})})

    other = {key: value for key, value in request.query_params.items() if key != "lang"}
    page = _environment.get_template(name).render(
        t=texts,
        link=link,
        path=path,
        whole=link(path),
        other_language=url(path, {**other, **({"lang": "en"} if texts.language == "fr" else {})}),
        iso_date=iso_date,
        confidentiality=confidentiality,
        account=getattr(request.state, "account", ""),
        csrf=getattr(request.state, "csrf", ""),
        private=getattr(request.state, "private", True),
        **values,
    )
    headers = {"content-security-policy": _POLICY_WITH_PDF} if embeds else None
    return HTMLResponse(page, status_code=status, headers=headers)


def url(path: str, query: dict[str, object]) -> str:
    return f"{path}?{urlencode(query)}" if query else path


def document_path(public_id: str, unique_id: str) -> str:
    """The page of a document; a uniqueId is an OID, or any short word where rules are not French."""
    return f"/records/{public_id}/documents/{quote(unique_id, safe='')}"


def confidentiality(row: Row[Any]) -> list[str]:
    codes: list[str] = json.loads(row.confidentiality)
    return codes


def number(request: Request, name: str) -> int | None:
    """A number of the query, None when there is none or it is something else."""
    text = request.query_params.get(name, "")
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 16):
        return None
    return max(-_LARGEST_NUMBER, min(int(text), _LARGEST_NUMBER))


_environment.globals["document_path"] = document_path
