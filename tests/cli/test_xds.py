"""``dmp-gateway xds`` against a real store: what is listed, what is fetched, what evidence is left."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lxml import etree

from gateway.dmpstore.faults_client import set_faults
from gateway.dmpstore.server import EmbeddedStore
from gateway.dmpstore.settings import StoreSettings
from gateway.xds import metadata
from tests.dmpstore import samples
from tests.dmpstore.conftest import Client

REPOSITORY = Path(__file__).resolve().parents[2]
FIRST, SECOND = f"{samples.ROOT}.1.1", f"{samples.ROOT}.1.2"
PATIENT = metadata.format_cx(samples.PATIENT).rpartition("^")[0]
Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Client]:
    """A store with a document and the one that replaced it."""
    embedded = EmbeddedStore(StoreSettings(database_url=f"sqlite:///{tmp_path}/store.sqlite3", trial=True))
    embedded.launch()
    client = Client(embedded.base_url)
    client.submit(samples.submission(samples.entry(1), number=1))
    client.submit(samples.submission(samples.entry(2), number=2, replaces={"Document02": FIRST}))
    yield client
    embedded.shutdown()


@pytest.fixture
def xds(store: Client, tmp_path: Path) -> Command:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GATEWAY_")}

    def run(*words: str, url: str = store.base_url, given: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "gateway", "xds", *words, *(("--url", url) if url else ())],
            env=kept | {"PYTHONPATH": str(REPOSITORY), "COLUMNS": "200"},
            cwd=tmp_path,
            input=given,
            capture_output=True,
            text=True,
            timeout=60,
        )

    return run


def listed(done: subprocess.CompletedProcess[str]) -> list[tuple[str, str]]:
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    return [(row["unique_id"], row["status"]) for row in rows]


def test_documents_are_listed_by_each_kind_of_id(xds: Command, store: Client) -> None:
    both = [(FIRST, "Deprecated"), (SECOND, "Approved")]
    assert listed(xds("query", "--json", "--unique-id", FIRST, "--unique-id", SECOND)) == both
    assert listed(xds("query", "--json", "--unique-id", FIRST, "--status", "Approved")) == []
    (entry,) = store.entries(SECOND)
    assert listed(xds("query", "--json", "--entry-uuid", entry.entry_uuid)) == both[1:]
    assert listed(xds("query", "--json", "--patient", PATIENT)) == both[1:]
    assert listed(xds("query", "--json", "--patient", PATIENT, "--status", "all")) == both
    assert listed(xds("query", "--json", "--patient", "-", given=f"{PATIENT}\n")) == both[1:]
    whole = f"{store.base_url}/services/registry"
    assert listed(xds("query", "--json", "--unique-id", SECOND, url=whole)) == both[1:]
    table = xds("query", "--unique-id", SECOND).stdout
    assert SECOND in table
    assert "1 document(s)" in table


def test_a_row_has_what_the_registry_says(xds: Command, store: Client) -> None:
    (row,) = [json.loads(line) for line in xds("query", "--json", "--unique-id", SECOND).stdout.splitlines()]
    entry = samples.entry(2)
    assert {name: row[name] for name in ("type_code", "hash", "size", "confidentiality", "mime_type")} == {
        "type_code": entry.type_code.code,
        "hash": entry.hash,
        "size": entry.size,
        "confidentiality": ["N"],
        "mime_type": "text/xml",
    }


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("query",), "give one of"),
        (("query", "--unique-id", "1.2", "--patient", "x"), "give one of"),
        (("query", "--patient", "279035121518989"), "a CX with its authority"),
        (("query", "--unique-id", "1.2", "--status", "Lost"), "--status: one of"),
    ],
)
def test_a_wrong_question_is_told(xds: Command, words: tuple[str, ...], problem: str) -> None:
    done = xds(*words)
    assert (done.returncode, problem in done.stderr, "Traceback" in done.stderr) == (2, True, False)


def test_a_wrong_address_is_told(xds: Command) -> None:
    for url, problem in (("ftp://x", "http or https"), ("http://127.0.0.1:1", "connection-refused")):
        done = xds("query", "--unique-id", "1.2", url=url)
        assert (done.returncode, problem in done.stderr) == (2, True), done.stderr
    done = xds("retrieve", FIRST, "--to", "x", url="http://127.0.0.1:1/elsewhere")
    assert (done.returncode, "--registry is needed" in done.stderr) == (2, True)


def test_documents_are_fetched_to_the_byte(xds: Command, store: Client, tmp_path: Path) -> None:
    folder = tmp_path / "fetched"
    done = xds("retrieve", FIRST, SECOND, "--to", str(folder))
    assert done.returncode == 0, done.stderr
    assert (folder / f"{FIRST}.xml").read_bytes() == samples.document(1)
    assert (folder / f"{SECOND}.xml").read_bytes() == samples.document(2)
    assert done.stdout.split() == [str(folder / f"{name}.xml") for name in (FIRST, SECOND)]


def test_an_absent_document_is_told_and_the_others_come(xds: Command, tmp_path: Path) -> None:
    done = xds("retrieve", "1.2.3.4", SECOND, "--to", "out")
    assert done.returncode == 1
    assert "XDSDocumentUniqueIdError 1.2.3.4" in done.stderr
    assert [path.name for path in (tmp_path / "out").iterdir()] == [f"{SECOND}.xml"]


def test_a_refusal_of_the_server_is_one_line(xds: Command, store: Client) -> None:
    set_faults(store.base_url, [{"kind": "invalid-certificate"}])
    done = xds("query", "--unique-id", SECOND)
    assert done.returncode == 2
    assert done.stderr.startswith("dmp-gateway: DMPInvalidCertificate: ")
    assert len(done.stderr.splitlines()) == 1


def test_evidence_is_a_pair_for_each_exchange_without_identity(
    xds: Command, store: Client, tmp_path: Path
) -> None:
    folder = tmp_path / "evidence"
    assert xds("query", "--patient", PATIENT, "--evidence", str(folder)).returncode == 0
    assert xds("retrieve", SECOND, "--to", "out", "--evidence", str(folder)).returncode == 0
    files = sorted(folder.iterdir())
    pattern = r"\d{8}T\d{6}\.\d{6}Z-\d+-\d{4}-(iti18|iti43)-(request|response)\.xml"
    assert [re.fullmatch(pattern, path.name) is not None for path in files] == [True] * 6
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    texts = [path.read_text(encoding="utf-8") for path in files]
    for text in texts:
        etree.fromstring(text.encode())
        assert samples.PATIENT.value not in text
        assert "ClinicalDocument" not in text
    assert any(SECOND in text and samples.sha1(samples.document(2)) in text for text in texts)
    assert f"999999999999999^^^&amp;{samples.PATIENT.authority}&amp;ISO" in texts[0]
    fetched = next(text for path, text in zip(files, texts, strict=True) if "iti43-response" in path.name)
    assert f"{len(samples.document(2))} bytes, sha256 " in fetched


def test_a_server_that_is_away_leaves_evidence_too(xds: Command, tmp_path: Path) -> None:
    folder = tmp_path / "evidence"
    assert (
        xds(
            "query", "--unique-id", "1.2", "--evidence", str(folder), url="http://u:pw@127.0.0.1:1/r"
        ).returncode
        == 2
    )
    request, response = (path.read_text(encoding="utf-8") for path in sorted(folder.iterdir()))
    assert response == '<no-answer reason="connection-refused"/>\n'
    assert "POST http://127.0.0.1:1/r" in request
    assert "pw@" not in request


def test_an_evidence_folder_that_cannot_be_is_told(xds: Command, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    done = xds("query", "--unique-id", "1.2", "--evidence", str(tmp_path / "file" / "in"))
    assert (done.returncode, "evidence:" in done.stderr) == (2, True)
