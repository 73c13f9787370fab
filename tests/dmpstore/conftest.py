"""A real store on a free port, and a small client that keeps the wire visible."""

from __future__ import annotations

import http.client
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from gateway.dmpstore import StoreSettings
from gateway.dmpstore.listing import fetch_documents, fetch_summary
from gateway.dmpstore.server import EmbeddedStore
from gateway.model import DocumentEntry, Receipt, Submission
from gateway.xds import iti18, iti41, iti57
from gateway.xds.wire import HttpMessage
from tests.postgres import PostgresNode


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def text(self) -> str:
        return self.body.decode()


class Client:
    """Talks HTTP to one store."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self._address = urlsplit(base_url).netloc

    def request(self, method: str, path: str, body: bytes = b"", content_type: str = "") -> Answer:
        connection = http.client.HTTPConnection(self._address, timeout=20)
        try:
            connection.request(method, path, body, {"content-type": content_type} if content_type else {})
            response = connection.getresponse()
            headers = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, headers, response.read())
        finally:
            connection.close()

    def get(self, path: str) -> Answer:
        return self.request("GET", path)

    def post(self, path: str, message: HttpMessage) -> Answer:
        return self.request("POST", path, message.body, message.content_type)

    def message(self, submission: Submission) -> HttpMessage:
        predecessors = {
            wish.predecessor_unique_id: self.entries(wish.predecessor_unique_id)[0].entry_uuid
            for wish in submission.replacements
        }
        return iti41.build_request(
            submission, to=self.base_url, message_id="urn:uuid:41", predecessors=predecessors
        )

    def submit(self, submission: Submission) -> Receipt:
        return self.deposit(self.message(submission))

    def deposit(self, message: HttpMessage) -> Receipt:
        answer = self.post("/services/repository", message)
        assert answer.status == 200, answer.text
        return iti41.read_response(answer.headers["content-type"], answer.body)

    def query(self, query: tuple[str, Mapping[str, list[str]]], return_type: str = "LeafClass") -> Answer:
        return self.post(
            "/services/registry",
            iti18.build_request(query, to=self.base_url, message_id="urn:uuid:18", return_type=return_type),
        )

    def entries(self, *unique_ids: str) -> tuple[DocumentEntry, ...]:
        answer = self.query(iti18.get_documents(unique_ids=unique_ids))
        return iti18.read_response(answer.headers["content-type"], answer.body)

    def update(self, message: HttpMessage) -> Receipt:
        answer = self.post("/services/registry", message)
        assert answer.status == 200, answer.text
        return iti57.read_response(answer.headers["content-type"], answer.body)

    def documents(self, **wanted: str) -> list[dict[str, object]]:
        return fetch_documents(self.base_url, **wanted)

    def counts(self) -> dict[str, object]:
        return fetch_summary(self.base_url)


_ON_BOTH = frozenset(
    {
        "test_deposits",
        "test_registry",
        "test_migrations",
        "test_queries",
        "test_versions",
        "test_retrieval",
        "test_states",
    }
)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tests of what is stored and found run on SQLite and on PostgreSQL; the others on SQLite only."""
    if "database_url" in metafunc.fixturenames:
        both = metafunc.module.__name__.rpartition(".")[2] in _ON_BOTH
        metafunc.parametrize("database_url", ["sqlite", "postgresql"] if both else ["sqlite"], indirect=True)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of the engine that the test is run for."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.sqlite'}"
    node: PostgresNode = request.getfixturevalue("postgres")
    return node.database()


@pytest.fixture
def settings(database_url: str) -> StoreSettings:
    return StoreSettings(database_url=database_url, trial=True)


@pytest.fixture
def store(settings: StoreSettings) -> Iterator[Client]:
    embedded = EmbeddedStore(settings)
    embedded.launch()
    try:
        yield Client(embedded.base_url)
    finally:
        embedded.shutdown()
