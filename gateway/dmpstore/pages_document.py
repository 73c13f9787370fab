"""The page of one document, and what it shows of it: its PDF or picture, what is attached."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from anyio.to_thread import run_sync
from sqlalchemy import Connection, Row
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.dmpstore import history, traces
from gateway.dmpstore.actors import actor_of_request
from gateway.dmpstore.cda_reader import Attached, NotReadable, attached_object, read_cda, unstructured_body
from gateway.dmpstore.database import Database
from gateway.dmpstore.entry_facts import facts_of
from gateway.dmpstore.history import OneDocument
from gateway.dmpstore.page_frame import document_path, render
from gateway.dmpstore.rendering import PDF, PICTURES, Form, Readable, readable
from gateway.dmpstore.statuses import DELETED
from gateway.dmpstore.texts import Texts
from gateway.dmpstore.traces import Access, Actor, Did, TracePage

_PATH = "/records/{public_id}/documents/{unique_id}"
_TRACES_SHOWN = 10
# The parts that a page just shown loads belong to that view and leave no trace of their own.
_SAME_VIEW = timedelta(minutes=5)
_PART_HEADERS = {
    "x-content-type-options": "nosniff",
    "content-disposition": "inline; filename=document.pdf",
    # Chromium draws a PDF with a style sheet and a plug-in of its own; neither can reach anything else.
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; "
    "plugin-types application/pdf; frame-ancestors 'self'",
}
_PICTURE_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"


@dataclass(frozen=True, slots=True)
class _View:
    document: OneDocument
    content: Readable = field(repr=False)
    traces: TracePage


def document_routes(database: Database) -> list[Route]:
    """``/records/{id}/documents/{uniqueId}``, its ``/body`` (PDF, picture) and ``/media/{n}`` (attached)."""
    pages = _DocumentPages(database)
    return [
        Route(_PATH, pages.page),
        Route(_PATH + "/body", pages.body),
        Route(_PATH + "/media/{place:int}", pages.media),
    ]


class _DocumentPages:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, request: Request) -> Response:
        texts = Texts(request.query_params.get("lang", "fr"))
        view = await run_sync(self._view, _wanted(request), texts.language, actor_of_request(request))
        if view is None:
            return render(request, "not_found.html", status=404)
        return render(
            request,
            "document.html",
            embeds=view.content.form is Form.PDF,
            document=view.document,
            content=view.content,
            traces=view.traces,
            groups=facts_of(view.document, texts),
        )

    async def body(self, request: Request) -> Response:
        return _part(await run_sync(self._part_of, _wanted(request), actor_of_request(request), 0))

    async def media(self, request: Request) -> Response:
        place = request.path_params["place"]
        return _part(await run_sync(self._part_of, _wanted(request), actor_of_request(request), place))

    def _view(self, wanted: tuple[str, str], language: str, actor: Actor) -> _View | None:
        """The document, traced as shown; a deleted one without its content."""
        with self._database.reading() as connection:
            document = history.one_document(connection, *wanted)
            if document is None:
                return None
            data = b"" if document.deleted else history.data_of(connection, document.row)
        with self._database.writing() as connection:
            access = Access(actor, Did.VIEW, "page")
            traces.leave(connection, access, document.record.id, [document.row.unique_id])
            page = traces.page(connection, document.record.id, document.row.unique_id, limit=_TRACES_SHOWN)
        media = f"{document_path(*wanted)}/media/"
        content = readable(data, document.row.mime_type, language, media) if data else Readable(Form.NONE)
        return _View(document, content, page)

    def _part_of(self, wanted: tuple[str, str], actor: Actor, place: int) -> Attached | None:
        """The body (place 0) or an attached object; None when there is none, or the document is deleted."""
        with self._database.reading() as connection:
            row = history.newest_row(connection, *wanted)
            if row is None or row.status == DELETED:
                return None
            data = history.data_of(connection, row)
        part = _find_part(data, row.mime_type, place)
        if part is not None:
            with self._database.writing() as connection:
                _trace_part(connection, row, actor)
        return part


def _wanted(request: Request) -> tuple[str, str]:
    return request.path_params["public_id"], request.path_params["unique_id"]


def _trace_part(connection: Connection, row: Row[Any], actor: Actor) -> None:
    since = (datetime.now(UTC) - _SAME_VIEW).strftime("%Y%m%d%H%M%S")
    if not traces.just_viewed(connection, actor, row.record_id, row.unique_id, since):
        traces.leave(connection, Access(actor, Did.READ, "page"), row.record_id, [row.unique_id])


def _find_part(data: bytes, mime_type: str, place: int) -> Attached | None:
    kind = mime_type.partition(";")[0].strip().lower()
    if kind == PDF or kind in PICTURES:
        return Attached(kind, data) if place == 0 else None
    try:
        document = read_cda(data)
    except NotReadable:
        return None
    return attached_object(document, place) if place else unstructured_body(document)


def _part(part: Attached | None) -> Response:
    """Only what a browser shows without running anything; its type is ours to say, never to be guessed."""
    if part is None or part.media_type not in (PDF, *PICTURES):
        return Response("", status_code=404)
    headers = {**_PART_HEADERS, "content-type": part.media_type}
    if part.media_type in PICTURES:
        headers["content-security-policy"] = _PICTURE_POLICY
    return Response(part.data, headers=headers)
