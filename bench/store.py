"""The embedded DMP store in a process of its own: deposits per second, FindDocuments in small and large ones.

Deposits are ITI-41 over HTTP, 8 at a time, one document of 20 kB each, committed to disk one by one; on
SQLite, and on a private PostgreSQL when it is installed. FindDocuments is asked over HTTP for one of many
patients with 20 documents each, of SQLite registries with 1,000 to 1,000,000 entries.
"""

from __future__ import annotations

import asyncio
import hashlib
import http.client
import multiprocessing
import random
import shutil
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp

from bench.registry import Figure
from bench.store_rows import PER_PATIENT, fill, patient_number
from gateway.dmpstore.server import run_store
from gateway.dmpstore.settings import StoreSettings
from gateway.model import Content
from gateway.xds import iti18, iti41
from gateway.xds.wire import HttpMessage
from tests.dmpstore.samples import ROOT, entry, submission
from tests.postgres import find_binaries, start_postgres

_DOCUMENT_BYTES = 20_000
_AT_ONCE = 8
_WARM_UP = 20
_ROOM_NEEDED = 8 * 1024**3
_SIZES = {"1k": 1_000, "100k": 100_000, "1m": 1_000_000}


def figures(quick: bool) -> Iterator[Figure]:
    """Deposits and searches; without PostgreSQL or 8 GB of room on disk, fewer of them."""
    with tempfile.TemporaryDirectory(prefix="bench-store-") as name:
        yield _deposits("sqlite", f"sqlite:///{name}/deposits.sqlite", quick)
        if find_binaries() is not None:
            with start_postgres(durable=True) as node:
                yield _deposits("postgresql", node.database(), quick)
        yield from _find_documents(Path(name), quick)


def _deposits(engine: str, url: str, quick: bool) -> Figure:
    many = 100 if quick else 600
    with _store(url) as base_url:
        warm = [_message(number, base_url) for number in range(20)]
        asyncio.run(_post_all(base_url, warm))
        messages = [_message(number, base_url) for number in range(20, 20 + many)]
        start = time.perf_counter()
        asyncio.run(_post_all(base_url, messages))
        seconds = time.perf_counter() - start
    detail = (
        f"{many} deposits of {_DOCUMENT_BYTES // 1000} kB, {_AT_ONCE} at a time, each on disk when answered"
    )
    return Figure(f"deposits_per_second_{engine}", many / seconds, detail)


def _find_documents(folder: Path, quick: bool) -> Iterator[Figure]:
    """One store for each size, asked in turn: what slows down the machine slows down all of them."""
    sizes = dict(_SIZES)
    if quick or shutil.disk_usage(folder).free < _ROOM_NEEDED:
        del sizes["1m"]
    with ExitStack() as stack:
        stores = {}
        for name, size in sizes.items():
            url = _filled(folder / f"find-{name}.sqlite", size)
            stores[name] = _Asked(stack.enter_context(_store(url)), size)
        for number in range((100 if quick else 400) + _WARM_UP):
            for store in stores.values():
                store.ask(number)
    for name, store in stores.items():
        detail = (
            f"{store.size:,} entries, {PER_PATIENT} documents of one patient as LeafClass over HTTP, median"
        )
        yield Figure(f"find_documents_ms_{name}", statistics.median(store.seconds) * 1000, detail)
    ratios = zip(stores[max(sizes, key=lambda name: sizes[name])].seconds, stores["1k"].seconds, strict=True)
    growth = statistics.median(largest / smallest for largest, smallest in ratios)
    detail = f"largest ({list(sizes)[-1]}) against smallest, asked in turn, median of the ratios"
    yield Figure("find_documents_growth", growth, detail, goal=2.0, at_least=False)


def _filled(path: Path, size: int) -> str:
    """The URL of a registry with that many entries."""
    url = f"sqlite:///{path}"
    with _store(url) as base_url:
        asyncio.run(_post_all(base_url, [_message(0, base_url)]))
    connection = sqlite3.connect(path)
    fill(connection, size)
    connection.close()
    return url


class _Asked:
    """A store that is asked for patients at random over one connection; ``seconds`` of whole exchanges."""

    def __init__(self, base_url: str, size: int) -> None:
        self.size = size
        self.seconds: list[float] = []
        self._base_url = base_url
        self._chance = random.Random(7)
        self._connection = http.client.HTTPConnection(urlsplit(base_url).netloc, timeout=60)

    def ask(self, number: int) -> None:
        ins = patient_number(self._chance.randrange(self.size // PER_PATIENT))
        query = iti18.find_documents(replace(entry().patient_id, value=ins))
        message = iti18.build_request(query, to=self._base_url, message_id=f"urn:uuid:{number}")
        headers = {"content-type": message.content_type}
        start = time.perf_counter()
        self._connection.request("POST", "/services/registry", message.body, headers)
        answer = self._connection.getresponse()
        body = answer.read()
        seconds = time.perf_counter() - start
        found = iti18.read_response(answer.headers["content-type"], body)
        assert len(found) == PER_PATIENT, f"{len(found)} entries found"
        if number >= _WARM_UP:
            self.seconds.append(seconds)


def _message(number: int, base_url: str) -> HttpMessage:
    data = hashlib.shake_128(str(number).encode()).digest(_DOCUMENT_BYTES)
    made = entry(1, data, unique_id=f"{ROOT}.1.{number}")
    wanted = submission(made, number=number, contents={made.entry_id: data})
    wanted = replace(wanted, contents=(Content(made.entry_id, data),))
    return iti41.build_request(wanted, to=base_url, message_id=f"urn:uuid:{number}")


async def _post_all(base_url: str, messages: list[HttpMessage]) -> None:
    url = f"{base_url}/services/repository"
    turn = asyncio.Semaphore(_AT_ONCE)
    async with aiohttp.ClientSession() as session:

        async def post(message: HttpMessage) -> None:
            headers = {"content-type": message.content_type}
            async with turn, session.post(url, data=message.body, headers=headers) as answer:
                receipt = iti41.read_response(answer.headers["content-type"], await answer.read())
                assert receipt.success, receipt

        await asyncio.gather(*(post(message) for message in messages))


@contextmanager
def _store(url: str) -> Iterator[str]:
    """A store in a process of its own; the base URL."""
    context = multiprocessing.get_context("spawn")
    ready: multiprocessing.Queue[str] = context.Queue()
    process = context.Process(target=_serve, args=(url, ready))
    process.start()
    try:
        yield ready.get(timeout=120)
    finally:
        process.terminate()  # SIGTERM: requests in progress are finished
        process.join(60)


def _serve(url: str, ready: multiprocessing.Queue[str]) -> None:
    run_store(StoreSettings(database_url=url), ready.put)
