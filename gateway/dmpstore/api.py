"""The JSON interface, for scripts and tests: what is stored, and the exact bytes of each document."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gateway.dmpstore import catalogue, traces
from gateway.dmpstore.actors import actor_of_request
from gateway.dmpstore.database import Database
from gateway.dmpstore.traces import Access, Did
from gateway.model import Rubrique

_MOST = 1000
_STATUSES = ("", "all", "Approved", "Deprecated", "Archived", "Deleted")
_NAME = re.compile(r"[A-Za-z0-9.-]{1,64}")
# A document is never a page of ours: nothing in it may run, load or be guessed to be something else.
_CAGE = {
    "content-security-policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
}


class _WrongQuery(Exception):
    """A query parameter cannot be understood; the text names it."""


def api_routes(database: Database) -> list[Route]:
    api = _Api(database)
    return [
        Route("/healthz", api.health),
        Route("/api/summary", api.summary),
        Route("/api/documents", api.documents),
        Route("/api/documents/{unique_id}/content", api.content),
    ]


class _Api:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def health(self, _request: Request) -> Response:
        """200 when the database answers."""
        await run_sync(self._read, catalogue.alive)
        return JSONResponse({"status": "ok"})

    async def summary(self, _request: Request) -> Response:
        return JSONResponse(await run_sync(self._read, catalogue.summary))

    async def documents(self, request: Request) -> Response:
        """A JSON list in the order of storing; header ``Link: <...>; rel="next"`` when there is more."""
        try:
            wanted = _wanted(request)
        except _WrongQuery as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        page = await run_sync(self._read, lambda connection: catalogue.find_documents(connection, wanted))
        await run_sync(self._trace, request, Did.LIST, [each["unique_id"] for each in page.documents])
        headers = {}
        if page.next_cursor is not None:
            query = {**request.query_params, "after": page.next_cursor}
            headers["link"] = f'</api/documents?{urlencode(query)}>; rel="next"'
        return JSONResponse(list(page.documents), headers=headers)

    async def content(self, request: Request) -> Response:
        unique_id = request.path_params["unique_id"]
        deleted_too = request.query_params.get("status") == "all"
        found = await run_sync(
            self._read,
            lambda connection: catalogue.content(connection, unique_id, deleted_too=deleted_too),
        )
        if found is None:
            return JSONResponse({"error": "unknown uniqueId / uniqueId inconnu"}, status_code=404)
        data, mime_type = found
        await run_sync(self._trace, request, Did.READ, [unique_id])
        return Response(
            data, headers={"content-type": mime_type, **_disposition(unique_id, mime_type), **_CAGE}
        )

    def _trace(self, request: Request, action: Did, unique_ids: list[str]) -> None:
        """Traces in the records of these documents, before their answer leaves."""
        if unique_ids:
            access = Access(actor_of_request(request), action, "API")
            with self._database.writing() as connection:
                traces.leave_each(connection, access, traces.seen_by_unique_id(connection, unique_ids))

    def _read(self, question: Callable[..., Any]) -> Any:
        with self._database.reading() as connection:
            return question(connection)


def _wanted(request: Request) -> catalogue.Wanted:
    query = request.query_params
    rubrique, status = query.get("rubrique", ""), query.get("status", "")
    if rubrique and rubrique not in set(Rubrique):
        raise _WrongQuery(f"rubrique: one of {', '.join(Rubrique)}")
    if status not in _STATUSES:
        raise _WrongQuery(f"status: one of {', '.join(_STATUSES[1:])}")
    return catalogue.Wanted(
        patient=query.get("patient", ""),
        rubrique=rubrique,
        unique_id=query.get("unique_id", ""),
        status=status,
        after=_number(request, "after", 0, 2**53),
        limit=max(1, _number(request, "limit", 100, _MOST)),
    )


def _number(request: Request, name: str, default: int, most: int) -> int:
    text = request.query_params.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise _WrongQuery(f"{name}: a whole number")
    return min(int(text), most)


def _disposition(unique_id: str, mime_type: str) -> dict[str, str]:
    if not _NAME.fullmatch(unique_id):
        return {"content-disposition": "attachment"}
    kind = "xml" if "xml" in mime_type else mime_type.rpartition("/")[2]
    ending = kind if _NAME.fullmatch(kind) else "bin"
    return {"content-disposition": f'attachment; filename="{unique_id}.{ending}"'}
