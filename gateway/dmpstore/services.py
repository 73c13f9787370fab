"""The SOAP endpoints: read within bounds, dispatch on the WS-Addressing Action, answer.

What is not SOAP or not ours gets a SOAP fault (HTTP 400, or 500 for our own failures); what is wrong with a
submission or a query gets a RegistryResponse Failure (HTTP 200).
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Mapping
from functools import partial

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from gateway.dmpstore.faults import FaultDesk
from gateway.dmpstore.faulty import around
from gateway.dmpstore.guard import log_failure
from gateway.dmpstore.intake import Intake, TooBusy, TooLarge, TooSlow
from gateway.errors import MalformedMetadata, MalformedMultipart, MalformedSoap
from gateway.xds import names, soap, wire
from gateway.xds.vihf_check import VihfRefused
from gateway.xds.wire import HttpMessage, Incoming

Handler = Callable[[Incoming], HttpMessage]
_THREADS = 8
_log = logging.getLogger("gateway.dmpstore")


def service_route(path: str, intake: Intake, faults: FaultDesk, handlers: Mapping[str, Handler]) -> Route:
    """One endpoint that serves these actions by POST."""
    return Route(path, _Service(intake, faults, handlers).serve, methods=["POST"])


class _Service:
    def __init__(self, intake: Intake, faults: FaultDesk, handlers: Mapping[str, Handler]) -> None:
        self._intake = intake
        self._faults = faults
        self._handlers = handlers
        self._limiter: CapacityLimiter | None = None

    async def serve(self, request: Request) -> Response:
        if self._limiter is None:  # made here because it belongs to the running loop
            self._limiter = CapacityLimiter(_THREADS)
        try:
            async with self._intake.body(request) as body:
                content_type = request.headers.get("content-type", "")
                answer = partial(run_sync, self._answer, content_type, body, limiter=self._limiter)
                return await around(self._faults, request, body, answer)
        except TooLarge:
            return _refused(413, "request too large / requête trop volumineuse")
        except TooBusy:
            return _refused(503, "busy, try again later / occupé, réessayer plus tard", {"retry-after": "1"})
        except TooSlow:
            return _refused(408, "request body did not arrive in time / corps de requête non reçu à temps")

    def _answer(self, content_type: str, body: bytes) -> Response:
        relates_to = ""
        try:
            incoming = wire.read(content_type, body)
            relates_to = incoming.envelope.message_id
            return _sent(self._handler(incoming)(incoming))
        except MalformedSoap as error:
            return _fault(error.code, str(error), relates_to)
        except (MalformedMultipart, MalformedMetadata) as error:
            return _fault("Sender", str(error), relates_to)
        except VihfRefused as refusal:
            return _fault("Sender", str(refusal), relates_to, refusal.subcode)
        except SQLAlchemyError as error:
            log_failure(error)
            return _fault("Receiver", "base de données indisponible / database not available", relates_to)
        except Exception as error:  # noqa: BLE001 - whatever a request does, the next one is served
            log_failure(error)
            return _fault("Receiver", "erreur interne / internal error", relates_to)

    def _handler(self, incoming: Incoming) -> Handler:
        envelope = incoming.envelope
        if not envelope.action:
            raise MalformedSoap("wsa:Action absent / missing (WS-Addressing 1.0 §3.2)")
        handler = self._handlers.get(envelope.action)
        if handler is None:
            raise MalformedSoap("action non servie ici / action not served at this address")
        if envelope.not_understood():
            raise MalformedSoap("en-tête mustUnderstand inconnu / unknown header", "MustUnderstand")
        return handler


def _sent(message: HttpMessage) -> Response:
    headers = {"content-type": message.content_type, "content-length": str(message.length)}
    return StreamingResponse(_chunks(message), headers=headers)


async def _chunks(message: HttpMessage) -> AsyncIterator[bytes]:
    """The body in its pieces: documents are not copied into one more body."""
    for chunk in message.chunks:
        yield chunk


def _fault(code: str, reason: str, relates_to: str, subcode: str = "") -> Response:
    _log.info("SOAP fault %s %s: %s", code, subcode, reason)
    message = wire.plain(soap.fault(code, subcode, reason, relates_to=relates_to), names.WSA_FAULT)
    status = 400 if code == "Sender" else 500
    return Response(message.body, status_code=status, headers={"content-type": message.content_type})


def _refused(status: int, text: str, headers: Mapping[str, str] | None = None) -> Response:
    # What is left of the body is not read: the connection cannot be used again.
    return PlainTextResponse(text, status_code=status, headers={"connection": "close", **(headers or {})})
