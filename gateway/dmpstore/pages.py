"""The pages people read: records, the nine rubriques of one record, its traces. No script."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from typing import Any

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.dmpstore import records, traces
from gateway.dmpstore.actors import actor_of_request
from gateway.dmpstore.database import Database
from gateway.dmpstore.page_frame import number, render
from gateway.dmpstore.search import Filter, read_filter
from gateway.dmpstore.traces import Access, Did, TracePage
from gateway.model import Rubrique

_STATIC = {
    "store.css": "text/css; charset=utf-8",
    "document.css": "text/css; charset=utf-8",
    "icon.svg": "image/svg+xml",
}


def page_routes(database: Database) -> list[Route]:
    """``/``, ``/records/{id}`` and the style sheets; ``?lang=en`` gives English."""
    pages = _Pages(database)
    return [
        Route("/", pages.overview),
        Route("/records/{public_id}", pages.record),
        Route("/records/{public_id}/traces", pages.traces),
        *(Route(f"/static/{name}", _static(name, kind)) for name, kind in _STATIC.items()),
    ]


async def not_found(request: Request, _error: Exception) -> Response:
    return render(request, "not_found.html", status=404)


class _Pages:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def overview(self, request: Request) -> Response:
        before = number(request, "before")
        view = await run_sync(self._read, lambda connection: records.overview(connection, before))
        return render(request, "overview.html", view=view, newest=before is None)

    async def record(self, request: Request) -> Response:
        """What is listed is traced before it is shown."""
        wanted = read_filter(request.query_params)
        chosen = _rubrique(request.query_params.get("rubrique", ""))
        page = max(1, number(request, "page") or 1)
        access = Access(actor_of_request(request), Did.LIST, "page")
        view = await run_sync(self._record, request.path_params["public_id"], wanted, chosen, page, access)
        if view is None:
            return render(request, "not_found.html", status=404)
        return render(
            request,
            "record.html",
            view=view,
            chosen=chosen,
            page=page,
            pages=_pages(view, chosen),
            filter=wanted,
        )

    async def traces(self, request: Request) -> Response:
        before = number(request, "before")
        found = await run_sync(self._traces, request.path_params["public_id"], before)
        if found is None:
            return render(request, "not_found.html", status=404)
        card, page, titles = found
        return render(request, "traces.html", card=card, traces=page, titles=titles, newest=before is None)

    def _record(
        self, public_id: str, wanted: Filter, chosen: Rubrique | None, page: int, access: Access
    ) -> records.Record | None:
        view: records.Record | None = self._read(
            lambda connection: records.record(connection, public_id, wanted, chosen, page)
        )
        if view is not None:
            with self._database.writing() as connection:
                traces.leave(connection, access, view.card.key, view.shown)
        return view

    def _traces(
        self, public_id: str, before: int | None
    ) -> tuple[records.RecordCard, TracePage, dict[str, str]] | None:
        with self._database.reading() as connection:
            row = records.by_public_id(connection, public_id)
            if row is None:
                return None
            page = traces.page(connection, row.id, before=before)
            return records.card(row, {}), page, traces.titles(connection, row.id, page)

    def _read(self, question: Callable[..., Any]) -> Any:
        with self._database.reading() as connection:
            return question(connection)


def _pages(view: records.Record, chosen: Rubrique | None) -> int:
    size = next((section.size for section in view.sections if section.rubrique is chosen), 0)
    return max(1, -(-size // records.DOCUMENTS_ON_A_PAGE))


def _rubrique(text: str) -> Rubrique | None:
    return Rubrique(text) if text in set(Rubrique) else None


def _static(name: str, kind: str) -> Callable[[Request], Any]:
    data = (files("gateway.dmpstore") / "static" / name).read_bytes()

    async def serve(_request: Request) -> Response:
        return Response(data, headers={"content-type": kind, "cache-control": "max-age=300"})

    return serve
