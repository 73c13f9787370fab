"""``check`` keeps its contract with scripts and judges as a worker would."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gateway.resources import fixtures

VALID = Path(str(fixtures() / "valid"))
BROKEN = Path(str(fixtures() / "broken"))


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GATEWAY_")}
    return subprocess.run(
        [sys.executable, "-m", "gateway", *arguments],
        capture_output=True,
        text=True,
        env=kept | environment,
        timeout=60,
    )


def lines(*arguments: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run(*arguments).stdout.splitlines()]


def test_one_object_a_line_with_the_keys_of_the_contract() -> None:
    (row,) = lines("check", "--json", str(VALID / "lab-oru-nfs-glycemie.hl7"))
    assert list(row) == ["path", "accepted", "kind", "message_type", "documents", "ack", "findings"]
    assert row["accepted"] is True
    assert (row["kind"], row["message_type"]) == ("lab", "ORU^R01^ORU_R01")
    assert row["ack"] == {"code": "AA", "errors": []}
    (document,) = row["documents"]
    assert set(document) == {
        *("unique_id", "type_code", "class_code", "format_code", "rubrique", "action", "confidentiality")
    }
    assert (document["type_code"], document["class_code"], document["rubrique"]) == (
        "11502-2",
        "10",
        "analyses",
    )


def test_a_bare_document_has_no_acknowledgement() -> None:
    (row,) = lines("check", "--json", str(VALID / "cda-synthese-medicale.xml"))
    assert row["ack"] is None
    assert row["message_type"] is None
    assert row["accepted"] is True


def test_a_folder_is_walked_and_the_exit_status_tells() -> None:
    assert run("check", str(VALID)).returncode == 0
    broken = run("check", str(BROKEN), "--json")
    assert broken.returncode == 1
    assert not any(json.loads(line)["accepted"] for line in broken.stdout.splitlines())


@pytest.mark.parametrize(
    ("before", "after"),
    [(b"\r", b"\n"), (b"\r", b"\r\n")],
    ids=["LF", "CRLF"],
)
def test_line_ends_do_not_change_the_verdict(tmp_path: Path, before: bytes, after: bytes) -> None:
    body = (VALID / "lab-oru-nfs-glycemie.hl7").read_bytes().replace(before, after)
    file = tmp_path / "message.hl7"
    file.write_bytes(body)
    assert lines("check", "--json", str(file))[0]["accepted"] is True


def test_mllp_framing_is_taken_off(tmp_path: Path) -> None:
    file = tmp_path / "message.hl7"
    file.write_bytes(b"\x0b" + (VALID / "lab-oru-nfs-glycemie.hl7").read_bytes() + b"\x1c\r")
    assert lines("check", "--json", str(file))[0]["accepted"] is True


def test_emit_writes_the_document_as_it_would_be_submitted(tmp_path: Path) -> None:
    source = VALID / "cda-synthese-medicale.xml"
    assert run("check", str(source), "--emit", str(tmp_path / "out")).returncode == 0
    emitted = tmp_path / "out" / "cda-synthese-medicale.xml.1.xml"
    assert hashlib.sha1(emitted.read_bytes()).digest() == hashlib.sha1(source.read_bytes()).digest()


def test_messages_come_in_the_language_asked_for() -> None:
    file = str(next(BROKEN.glob("*.hl7")))
    french, english = (lines("check", "--json", "--lang", lang, file)[0]["findings"] for lang in ("fr", "en"))
    assert [item["rule"] for item in french] == [item["rule"] for item in english]
    assert [item["message"] for item in french] != [item["message"] for item in english]


@pytest.mark.parametrize(
    "arguments",
    [
        ("check",),
        ("check", "nowhere.xml"),
        ("check", "--lang", "de", "."),
        ("check", "--facilities", "nowhere.toml", "."),
        ("nonsense",),
        ("dead-letters", "show"),
        ("run",),
        ("settings", "--nonsense"),
    ],
)
def test_wrong_usage_is_one_clear_line_and_status_2(arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.returncode == 2, result.stdout + result.stderr
    assert result.stdout == ""
    assert result.stderr.startswith("dmp-gateway: ")
    assert "Traceback" not in result.stderr


def test_an_undeclared_sender_is_refused_in_production() -> None:
    result = run(
        "check", "--json", str(VALID / "cda-synthese-medicale.xml"), GATEWAY_ENVIRONMENT="production"
    )
    assert result.returncode == 1
