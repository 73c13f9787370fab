"""The pages people read: records, and the nine rubriques of one record. Server-rendered, no script.

Everything that came from outside is escaped by Jinja2; the content security policy of
``gateway.dmpstore.guard`` would stop a script that got through all the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources import files
from typing import Any
from urllib.parse import urlencode

from anyio.to_thread import run_sync
from jinja2 import Environment, PackageLoader, StrictUndefined
from sqlalchemy import Row
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from gateway.dmpstore import records
from gateway.dmpstore.database import Database
from gateway.dmpstore.texts import Texts, iso_date
from gateway.model import Rubrique

_LARGEST_NUMBER = 2**53
_STATIC = {"store.css": "text/css; charset=utf-8", "icon.svg": "image/svg+xml"}
_environment = Environment(
    loader=PackageLoader("gateway.dmpstore"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page_routes(database: Database) -> list[Route]:
    """``/``, ``/records/{id}`` and the style sheet; ``?lang=en`` gives English."""
    pages = _Pages(database)
    return [
        Route("/", pages.overview),
        Route("/records/{public_id}", pages.record),
        *(Route(f"/static/{name}", _static(name, kind)) for name, kind in _STATIC.items()),
    ]


async def not_found(request: Request, _error: Exception) -> Response:
    return _render(request, "not_found.html", status=404)


class _Pages:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def overview(self, request: Request) -> Response:
        before = _number(request, "before")
        view = await run_sync(self._read, lambda connection: records.overview(connection, before))
        return _render(request, "overview.html", view=view, newest=before is None)

    async def record(self, request: Request) -> Response:
        public_id = request.path_params["public_id"]
        chosen = _rubrique(request.query_params.get("rubrique", ""))
        page = max(1, _number(request, "page") or 1)
        if chosen is None:
            view = await run_sync(self._read, lambda connection: records.record(connection, public_id))
        else:
            view = await run_sync(
                self._read, lambda connection: records.rubrique_page(connection, public_id, chosen, page)
            )
        if view is None:
            return _render(request, "not_found.html", status=404)
        return _render(
            request, "record.html", view=view, chosen=chosen, page=page, pages=_pages(view, chosen)
        )

    def _read(self, question: Callable[..., Any]) -> Any:
        with self._database.reading() as connection:
            return question(connection)


def _render(request: Request, name: str, status: int = 200, **values: Any) -> HTMLResponse:
    texts = Texts(request.query_params.get("lang", "fr"))
    # A path that leads nowhere is not repeated in the page.
    path = request.url.path if status == 200 else "/"

    def link(target: str, **query: object) -> str:
        return _url(target, {**query, **({"lang": "en"} if texts.language == "en" else {})})

    other = {key: value for key, value in request.query_params.items() if key != "lang"}
    page = _environment.get_template(name).render(
        t=texts,
        link=link,
        path=path,
        whole=link(path),
        other_language=_url(path, {**other, **({"lang": "en"} if texts.language == "fr" else {})}),
        iso_date=iso_date,
        confidentiality=_confidentiality,
        **values,
    )
    return HTMLResponse(page, status_code=status)


def _url(path: str, query: dict[str, object]) -> str:
    return f"{path}?{urlencode(query)}" if query else path


def _pages(view: records.Record, chosen: Rubrique | None) -> int:
    size = next((section.size for section in view.sections if section.rubrique is chosen), 0)
    return max(1, -(-size // records.DOCUMENTS_ON_A_PAGE))


def _confidentiality(row: Row[Any]) -> list[str]:
    codes: list[str] = json.loads(row.confidentiality)
    return codes


def _rubrique(text: str) -> Rubrique | None:
    return Rubrique(text) if text in set(Rubrique) else None


def _number(request: Request, name: str) -> int | None:
    text = request.query_params.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        return None
    return min(int(text), _LARGEST_NUMBER)


def _static(name: str, kind: str) -> Callable[[Request], Any]:
    data = (files("gateway.dmpstore") / "static" / name).read_bytes()

    async def serve(_request: Request) -> Response:
        return Response(data, headers={"content-type": kind, "cache-control": "max-age=300"})

    return serve
