"""One HTTP exchange with a pool, explicit timeouts, no redirects, and an exact answer to "did it leave?"."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from gateway.errors import SubmissionError, Transient, Unknown
from gateway.xds.client.evidence import Evidence, Side
from gateway.xds.errors import Reaction
from gateway.xds.wire import HttpMessage

_HEADERS = {
    "MIME-Version": "1.0",
    "Accept": "multipart/related, application/soap+xml, text/xml",
    "Accept-Encoding": "identity",
    "User-Agent": "dmp-gateway",
}


@dataclass(frozen=True, slots=True)
class ClientSettings:
    """Addresses and limits; times in seconds. ``ssl_context`` None means the platform's default checks.

    With ``evidence_dir`` each exchange leaves a pair of redacted files there.
    """

    repository_url: str
    registry_url: str
    connect_timeout: float = 5.0
    read_timeout: float = 30.0
    total_timeout: float = 60.0
    ssl_context: ssl.SSLContext | None = None
    max_answer_bytes: int = 16 * 1024 * 1024
    max_retrieved_bytes: int = 256 * 1024 * 1024
    pool_size: int = 32
    keepalive: float = 30.0
    evidence_dir: Path | None = None


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """Status, Content-Type header (empty when absent) and body of an answer."""

    status: int
    content_type: str
    body: bytes = field(repr=False)


class Transport:
    """Posts messages. The session is made at the first use, inside the running loop."""

    def __init__(self, settings: ClientSettings) -> None:
        self._settings = settings
        self._session: aiohttp.ClientSession | None = None
        self._evidence = Evidence(settings.evidence_dir) if settings.evidence_dir is not None else None

    async def post(self, url: str, message: HttpMessage, most_bytes: int = 0) -> HttpAnswer:
        """Send and read the whole answer, whatever its status; ``most_bytes`` 0 is ``max_answer_bytes``.

        Raises Transient when the request cannot have arrived whole, Unknown when it may have.
        """
        if self._evidence is None:
            return await self._post(url, message, most_bytes)
        request = Side(f"POST {url}", message.content_type, message.body)
        try:
            answer = await self._post(url, message, most_bytes)
        except SubmissionError as error:
            await self._evidence.keep(request, Side(error.reason))
            raise
        await self._evidence.keep(request, Side(f"HTTP {answer.status}", answer.content_type, answer.body))
        return answer

    async def _post(self, url: str, message: HttpMessage, most_bytes: int) -> HttpAnswer:
        outgoing = _Outgoing(message)
        headers = {"Content-Type": message.content_type, "Content-Length": str(message.length)}
        try:
            async with self._open().post(
                url, data=outgoing.chunks(), headers=headers, allow_redirects=False
            ) as response:
                body = await self._read(response, most_bytes or self._settings.max_answer_bytes)
                return HttpAnswer(response.status, response.headers.get("Content-Type", ""), body)
        except (aiohttp.ClientConnectorCertificateError, aiohttp.ClientConnectorSSLError):
            raise _transient("tls-refused", Reaction.STOP_FLOW) from None
        except aiohttp.InvalidURL:
            raise _transient("invalid-url", Reaction.STOP_FLOW) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            if _is_alert(error):
                raise _transient("tls-refused", Reaction.STOP_FLOW) from None
            reason = _reason(error)
            if not outgoing.complete:
                raise _transient(reason, Reaction.RETRY) from None
            raise Unknown(reason, Reaction.VERIFY.advice, reaction=Reaction.VERIFY.value) from None

    async def close(self) -> None:
        """Close the pool. A later ``post`` opens a new one."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            limits = self._settings
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=limits.pool_size,
                    keepalive_timeout=limits.keepalive,
                    ssl=limits.ssl_context if limits.ssl_context is not None else True,
                ),
                timeout=aiohttp.ClientTimeout(
                    total=limits.total_timeout,
                    sock_connect=limits.connect_timeout,
                    sock_read=limits.read_timeout,
                ),
                headers=_HEADERS,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                trust_env=False,
            )
        return self._session

    async def _read(self, response: aiohttp.ClientResponse, most_bytes: int) -> bytes:
        blocks: list[bytes] = []
        size = 0
        async for block in response.content.iter_chunked(65_536):
            size += len(block)
            if size > most_bytes:
                raise Unknown("answer-too-large", Reaction.VERIFY.advice, reaction=Reaction.VERIFY.value)
            blocks.append(block)
        return b"".join(blocks)


class _Outgoing:
    """Hands out the chunks without copying and remembers whether the last one was asked for."""

    def __init__(self, message: HttpMessage) -> None:
        self._message = message
        self.complete = False

    async def chunks(self) -> AsyncIterator[bytes]:
        last = len(self._message.chunks) - 1
        for number, chunk in enumerate(self._message.chunks):
            # Without its last chunk the request is not whole, so nothing can have been stored.
            self.complete = number == last
            yield chunk


def _transient(reason: str, reaction: Reaction) -> Transient:
    return Transient(reason, reaction.advice, reaction=reaction.value)


def _is_alert(error: BaseException) -> bool:
    """True when the server broke off the handshake.

    In TLS 1.3 it refuses our certificate after we think that the connection stands (RFC 8446 §4.4.2.4), but
    before it reads anything of the request.
    """
    seen: BaseException | None = error
    while seen is not None and not isinstance(seen, ssl.SSLError):
        seen = seen.__cause__ or seen.__context__
    return isinstance(seen, ssl.SSLError) and "ALERT" in (seen.reason or "")


def _reason(error: BaseException) -> str:
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "dns-failure"
    if isinstance(error, aiohttp.ClientConnectorError):
        return "connection-refused"
    if isinstance(error, (asyncio.TimeoutError, TimeoutError)):
        return "timeout"
    return "connection-lost"
