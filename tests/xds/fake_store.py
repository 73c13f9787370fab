"""A small real HTTP server that keeps entries, and behaves badly when told to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from aiohttp import web
from aiohttp.test_utils import TestServer

from gateway.model import DocumentEntry, RegistryError
from gateway.xds import ebxml, iti18, iti41, iti57, names
from gateway.xds.client import ClientSettings, XdsRepository
from gateway.xds.wire import HttpMessage

Misbehaviour = Callable[["FakeStore", web.Request, bytes], Awaitable[web.StreamResponse | None]]


@dataclass
class FakeStore:
    """``deposits`` and ``queries`` are misbehaviours, one for each coming request; None is good behaviour."""

    entries: dict[str, DocumentEntry] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)
    deposits: list[Misbehaviour | None] = field(default_factory=list)
    queries: list[Misbehaviour | None] = field(default_factory=list)
    seen: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list, repr=False)
    mtom_answers: bool = False
    release: asyncio.Event = field(default_factory=asyncio.Event)

    async def repository(self, request: web.Request) -> web.StreamResponse:
        body = await self._note(request)
        planned = await self._misbehave(self.deposits, request, body)
        return planned or http(self.store(request.headers["Content-Type"], body))

    async def registry(self, request: web.Request) -> web.StreamResponse:
        body = await self._note(request)
        content_type = request.headers["Content-Type"]
        update = names.ACTION_ITI57 in content_type
        planned = await self._misbehave(self.deposits if update else self.queries, request, body)
        if planned is not None:
            return planned
        return http(self.update(content_type, body) if update else self.query(content_type, body))

    def store(self, content_type: str, body: bytes) -> HttpMessage:
        read = iti41.read_request(content_type, body)
        errors = [
            RegistryError("XDSNonIdenticalHash", location=entry.unique_id)
            for entry in read.objects.entries
            if self.entries.get(entry.unique_id, entry).hash != entry.hash
        ]
        if errors:
            return iti41.build_response(read.message_id, "Failure", errors, mtom=self.mtom_answers)
        for association in read.objects.associations:
            if association.type == names.RPLC:
                self._set_status(association.target, names.STATUS_DEPRECATED)
        for entry in read.objects.entries:
            self.keep(entry)
            self.contents[entry.unique_id] = read.contents[entry.entry_id]
        return iti41.build_response(read.message_id, "Success", mtom=self.mtom_answers)

    def keep(self, entry: DocumentEntry, status: str = names.STATUS_APPROVED) -> None:
        uuid = f"urn:uuid:00000000-0000-4000-8000-{len(self.entries):012d}"
        kept = replace(entry, entry_id=uuid, entry_uuid=uuid, availability_status=status)
        self.entries[entry.unique_id] = kept

    def query(self, content_type: str, body: bytes) -> HttpMessage:
        query = iti18.read_request(content_type, body)
        wanted = query.values("$XDSDocumentEntryUniqueId")
        found = [self.entries[each] for each in wanted if each in self.entries]
        return iti18.build_response(query.message_id, [ebxml.document_entry_object(each) for each in found])

    def update(self, content_type: str, body: bytes) -> HttpMessage:
        update = iti57.read_request(content_type, body)
        for change in update.status_changes:
            self._set_status(change.entry_uuid, change.new_status)
        return iti57.build_response(update.message_id, "Success")

    def actions(self) -> list[str]:
        """The last word of the action of each request seen."""
        return [headers["Content-Type"].rpartition(":")[2].strip('"') for _, headers in self.seen]

    def _set_status(self, uuid: str, status: str) -> None:
        for unique_id, entry in self.entries.items():
            if entry.entry_uuid == uuid:
                self.entries[unique_id] = replace(entry, availability_status=status)

    async def _note(self, request: web.Request) -> bytes:
        body = await request.read()
        self.seen.append((request.path, dict(request.headers)))
        self.bodies.append(body)
        return body

    async def _misbehave(
        self, planned: list[Misbehaviour | None], request: web.Request, body: bytes
    ) -> web.StreamResponse | None:
        act = planned.pop(0) if planned else None
        return await act(self, request, body) if act is not None else None


def http(message: HttpMessage, status: int = 200) -> web.Response:
    return web.Response(status=status, body=message.body, headers={"Content-Type": message.content_type})


def plain(status: int, body: bytes = b"", content_type: str = "text/html") -> Misbehaviour:
    async def act(store: FakeStore, request: web.Request, data: bytes) -> web.StreamResponse:
        return web.Response(status=status, body=body, headers={"Content-Type": content_type})

    return act


def failure(*codes: str, status: int = 200) -> Misbehaviour:
    async def act(store: FakeStore, request: web.Request, data: bytes) -> web.StreamResponse:
        errors = [RegistryError(code) for code in codes]
        return http(iti41.build_response("urn:uuid:1", "Failure", errors), status)

    return act


def lost(*, stored: bool) -> Misbehaviour:
    """Cut the connection, after storing or before."""

    async def act(store: FakeStore, request: web.Request, data: bytes) -> web.StreamResponse | None:
        if stored:
            _obey(store, request, data)
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    return act


def silent(*, stored: bool) -> Misbehaviour:
    """Never answer until the test releases it."""

    async def act(store: FakeStore, request: web.Request, data: bytes) -> web.StreamResponse:
        if stored:
            _obey(store, request, data)
        await store.release.wait()
        return web.Response()

    return act


def _obey(store: FakeStore, request: web.Request, data: bytes) -> None:
    content_type = request.headers["Content-Type"]
    (store.update if names.ACTION_ITI57 in content_type else store.store)(content_type, data)


@asynccontextmanager
async def running(store: FakeStore, **limits: float) -> AsyncIterator[XdsRepository]:
    """The store on a real socket and a client of it."""
    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.router.add_post("/repository", store.repository)
    app.router.add_post("/registry", store.registry)
    server = TestServer(app)
    await server.start_server()
    settings = ClientSettings(str(server.make_url("/repository")), str(server.make_url("/registry")))
    client = XdsRepository(replace(settings, **limits))  # type: ignore[arg-type]
    try:
        yield client
    finally:
        store.release.set()
        await client.close()
        await server.close()
