"""The JSON interface of records: their states and their traces of access.

::

    GET  /api/records?patient=CX|INS           records, the last fed first
    PUT  /api/records                          {"patient": "INS^^^&oid&ISO^NH", "state": "open"} (may be new)
    GET  /api/records/{id}                     one record
    PUT  /api/records/{id}/state               {"state": "open" | "opposed" | "closed"}
    GET  /api/records/{id}/traces?document=    traces, the newest first; header Link: <...>; rel="next"
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from anyio.to_thread import run_sync
from sqlalchemy import Connection, Row, select
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gateway.dmpstore import states, traces
from gateway.dmpstore.actors import actor_of_request
from gateway.dmpstore.database import Database
from gateway.dmpstore.page_frame import number
from gateway.dmpstore.records import by_public_id, masked
from gateway.dmpstore.rules import Rules
from gateway.dmpstore.schema import records
from gateway.dmpstore.states import State
from gateway.dmpstore.traces import Access, Actor, Did, TracePage
from gateway.model import PatientId
from gateway.xds import metadata

_LONGEST_BODY = 4096
_MOST_RECORDS = 100
_MOST_TRACES = 500
_UNKNOWN = JSONResponse({"error": "unknown record / dossier inconnu"}, status_code=404)


class _Wrong(Exception):
    """The body of a request cannot be understood; the text says why, without its values."""


def record_routes(database: Database, rules: Rules) -> list[Route]:
    api = _Records(database, rules)
    return [
        Route("/api/records", api.listing, methods=["GET"]),
        Route("/api/records", api.declare, methods=["PUT"]),
        Route("/api/records/{public_id}", api.one, methods=["GET"]),
        Route("/api/records/{public_id}/state", api.change, methods=["PUT"]),
        Route("/api/records/{public_id}/traces", api.traces, methods=["GET"]),
    ]


class _Records:
    def __init__(self, database: Database, rules: Rules) -> None:
        self._database = database
        self._rules = rules

    async def listing(self, request: Request) -> Response:
        rows = await run_sync(self._find, request.query_params.get("patient", ""))
        return JSONResponse([_facts(row) for row in rows])

    async def one(self, request: Request) -> Response:
        row = await run_sync(self._by_id, request.path_params["public_id"])
        return _UNKNOWN if row is None else JSONResponse(_facts(row))

    async def declare(self, request: Request) -> Response:
        try:
            data = await _body(request)
            patient, state = self._patient(data), _state(data)
        except _Wrong as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        row, made = await run_sync(self._declare, patient, state, actor_of_request(request))
        return JSONResponse(_facts(row), status_code=201 if made else 200)

    async def change(self, request: Request) -> Response:
        try:
            state = _state(await _body(request))
        except _Wrong as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        public_id = request.path_params["public_id"]
        row = await run_sync(self._change, public_id, state, actor_of_request(request))
        return _UNKNOWN if row is None else JSONResponse(_facts(row))

    async def traces(self, request: Request) -> Response:
        public_id, document = request.path_params["public_id"], request.query_params.get("document", "")
        limit = min(max(1, number(request, "limit") or traces.ON_A_PAGE), _MOST_TRACES)
        page = await run_sync(self._traces, public_id, document, number(request, "before"), limit)
        if page is None:
            return _UNKNOWN
        headers = {}
        if page.older is not None:
            query = urlencode({**request.query_params, "before": page.older})
            headers["link"] = f'</api/records/{public_id}/traces?{query}>; rel="next"'
        return JSONResponse([_trace(row, page) for row in page.rows], headers=headers)

    def _patient(self, data: dict[str, Any]) -> PatientId:
        text = data.get("patient")
        if not isinstance(text, str) or len(text) > 256:
            raise _Wrong("patient: INS^^^&oid&ISO^NH")
        patient = metadata.parse_cx(text)
        if self._rules.patient_problem(patient) or not states.has_right_key(patient):
            raise _Wrong("patient: not an INS, or a wrong key / pas un INS, ou clé fausse")
        return patient

    def _find(self, patient: str) -> list[Row[Any]]:
        query = select(records).order_by(records.c.fed.desc()).limit(_MOST_RECORDS)
        if patient:
            read = metadata.parse_cx(patient)
            query = query.where(records.c.ins == read.value)
            if read.authority:
                query = query.where(records.c.authority == read.authority)
        with self._database.reading() as connection:
            return list(connection.execute(query))

    def _by_id(self, public_id: str) -> Row[Any] | None:
        with self._database.reading() as connection:
            return by_public_id(connection, public_id)

    def _declare(self, patient: PatientId, state: State, actor: Actor) -> tuple[Row[Any], bool]:
        with self._database.writing() as connection:
            row, made = states.declare(connection, patient, state)
            _trace_state(connection, row.id, state, actor)
            return row, made

    def _change(self, public_id: str, state: State, actor: Actor) -> Row[Any] | None:
        with self._database.writing() as connection:
            row = by_public_id(connection, public_id)
            if row is None:
                return None
            states.change(connection, row.id, state)
            _trace_state(connection, row.id, state, actor)
            return by_public_id(connection, public_id)

    def _traces(self, public_id: str, document: str, before: int | None, limit: int) -> TracePage | None:
        with self._database.reading() as connection:
            row = by_public_id(connection, public_id)
            return None if row is None else traces.page(connection, row.id, document, before, limit)


def _trace_state(connection: Connection, record: int, state: State, actor: Actor) -> None:
    traces.leave(connection, Access(actor, Did.STATE, "API", state.value), record)


def _facts(row: Row[Any]) -> dict[str, Any]:
    return {
        "id": row.public_id,
        "ins": masked(row.ins),
        "authority": row.authority,
        "state": row.state,
        "last_fed": row.fed_at or None,
        "page": f"/records/{row.public_id}",
    }


def _trace(row: Row[Any], page: TracePage) -> dict[str, Any]:
    return {
        "id": row.id,
        "at": row.at,
        "action": row.action,
        "interface": row.interface,
        "who": {
            "kind": row.actor_kind,
            "name": row.actor,
            "structure": row.structure,
            "person": row.person,
            "role": row.role,
        },
        "why": row.purpose,
        "detail": row.detail,
        "documents": list(page.documents.get(row.id, ())),
    }


def _state(data: dict[str, Any]) -> State:
    text = data.get("state")
    if not isinstance(text, str) or text not in set(State):
        raise _Wrong("state: one of " + ", ".join(State))
    return State(text)


async def _body(request: Request) -> dict[str, Any]:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LONGEST_BODY:
            raise _Wrong(f"at most {_LONGEST_BODY} bytes")
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise _Wrong("a JSON object is expected")
    return data
