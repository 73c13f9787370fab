"""Around each SOAP request of a trial store: the fault that it meets, if any, in place of its answer."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.dmpstore.asked import read_asked
from gateway.dmpstore.faults import Asked, Fault, FaultDesk, FaultKind
from gateway.model import RegistryError
from gateway.xds import iti18, iti41, iti43, iti57, names, soap, wire
from gateway.xds.wire import HttpMessage

Answer = Callable[[], Awaitable[Response]]
# The name of our ASGI extension: a function that closes the TCP connection without a word.
HANG_UP = "gateway.dmpstore.hang_up"
_ON_DEMAND = "panne demandée / fault on demand"
_log = logging.getLogger("gateway.dmpstore")

_RECORD_ERRORS = {FaultKind.NO_RECORD: "XDSUnknownPatientId", FaultKind.CLOSED: "DMPClosed"}
# Security and rights failures of the DMP are SOAP faults (XDS-DMP, errors).
_RIGHTS = {
    FaultKind.ACCESS_DENIED: "DMPAccessDeniedByRightsService",
    FaultKind.INVALID_CERTIFICATE: "DMPInvalidCertificate",
}


async def around(desk: FaultDesk, request: Request, body: bytes, answer: Answer) -> Response:
    """The answer, or what the fault in force makes of it. Costs nothing while no fault is in force."""
    if not desk.armed:
        return await answer()
    asked = await run_sync(read_asked, request.headers.get("content-type", ""), body)
    fault = desk.choose(asked) if asked is not None else None
    if asked is None or fault is None:
        return await answer()
    _log.info("fault on demand: %s at %s", fault.kind.value, asked.transaction)
    return await _met(fault, asked, request, answer)


async def _met(fault: Fault, asked: Asked, request: Request, answer: Answer) -> Response:
    match fault.kind:
        case FaultKind.SLOW:
            await asyncio.sleep(fault.milliseconds / 1000)
            return await answer()
        case FaultKind.SLOW_ANSWER:
            late = await answer()
            await _hold_back(request, fault.milliseconds / 1000)
            return late
        case FaultKind.ANSWER_LOST:
            await answer()
            return _HangUp()
        case FaultKind.CUT:
            return _HangUp()
        case FaultKind.HTTP_STATUS:
            return Response("<html></html>", fault.status, media_type="text/html")
        case FaultKind.SOAP_FAULT:
            return _soap_fault(fault.code, fault.text, asked)
        case FaultKind.ACCESS_DENIED | FaultKind.INVALID_CERTIFICATE:
            return _soap_fault(_RIGHTS[fault.kind], fault.text, asked)
    return _failure(_error_code(fault, asked), fault.text, asked)


async def _hold_back(request: Request, seconds: float) -> None:
    """Wait, but not for a client that has gone away."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await _gone(request.receive)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _error_code(fault: Fault, asked: Asked) -> str:
    if fault.kind is FaultKind.BUSY:
        return "XDSRepositoryBusy" if asked.transaction in ("iti41", "iti43") else "XDSRegistryBusy"
    return _RECORD_ERRORS.get(fault.kind, fault.code)


def _failure(code: str, text: str, asked: Asked) -> Response:
    errors = [RegistryError(code, text or _ON_DEMAND)]
    match asked.transaction:
        case "iti18":
            return _sent(iti18.build_response(asked.message_id, (), "Failure", errors))
        case "iti43":
            return _sent(iti43.build_response(asked.message_id, "Failure", errors=errors))
        case "iti57":
            return _sent(iti57.build_response(asked.message_id, "Failure", errors))
    return _sent(iti41.build_response(asked.message_id, "Failure", errors, mtom=asked.mtom))


def _soap_fault(subcode: str, text: str, asked: Asked) -> Response:
    code, status = ("Sender", 400) if subcode else ("Receiver", 500)
    envelope = soap.fault(code, subcode, text or _ON_DEMAND, relates_to=asked.message_id)
    return _sent(wire.plain(envelope, names.WSA_FAULT), status)


def _sent(message: HttpMessage, status: int = 200) -> Response:
    return Response(message.body, status, headers={"content-type": message.content_type})


class _HangUp(Response):
    """No answer: the TCP connection is closed."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["extensions"][HANG_UP]()
        # Until the server has seen it too: it would take our silence for a defect.
        await _gone(receive)


def with_hang_up(app: ASGIApp, hang_up: Callable[[], None]) -> ASGIApp:
    """The application with the extension ``HANG_UP``; for the server, which alone has the connection."""

    async def extended(scope: Scope, receive: Receive, send: Send) -> None:
        scope["extensions"] = {**scope.get("extensions", {}), HANG_UP: hang_up}
        await app(scope, receive, send)

    return extended
