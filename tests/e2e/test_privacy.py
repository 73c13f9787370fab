"""No patient data leaves the bodies: every fixture goes through, and everything the gateway says is read."""

from __future__ import annotations

import json
import re

import pytest
from lxml import etree

from gateway.cli.demo_fixtures import load_fixtures
from gateway.model import HeaderPatient, Identifier
from gateway.parsers import read
from tests.e2e.harness import SHARED, Stack, fetch, until


def messages() -> list[tuple[bytes, str]]:
    """Every fixture and, where they are beside the project, every official example, with its routing key."""
    found = [(fixture.body, fixture.routing_key) for fixture in load_fixtures()]
    for folder in (SHARED / "examples" / "cda", SHARED / "examples" / "hl7v2"):
        if folder.is_dir():
            official = [path for path in sorted(folder.iterdir()) if path.suffix != ".csv"]
            found += [(path.read_bytes(), "discharge.exemples-officiels") for path in official]
    return found


def identities() -> set[str]:
    """The INS, names, birth dates and street names of all these messages."""
    found: set[str] = set()
    for body, _ in messages():
        reading = read(body)
        for document in reading.documents:
            if document.header is not None:
                found |= _traits(document.header.patient)
                streets = document.root.iter("{urn:hl7-org:v3}streetName")
                found |= {
                    street.text for street in streets if isinstance(street, etree._Element) and street.text
                }
        if reading.message is not None and (pid := reading.message.first("PID")) is not None:
            found |= {pid.value(3), pid.value(5), pid.value(5, 2), pid.value(7), pid.value(11)}
    return {text for text in found if len(text) >= 5}


def _traits(patient: HeaderPatient) -> set[str]:
    numbers = {identifier.extension for identifier in patient.identifiers if _is_ins(identifier)}
    names = {patient.birth_family, patient.used_family, patient.birth_given, *patient.givens}
    return numbers | names | {patient.birth_time}


def _is_ins(identifier: Identifier) -> bool:
    return identifier.root.startswith("1.2.250.1.213.1.4.")


@pytest.mark.timeout(300)
async def test_no_identity_is_in_logs_headers_ledger_metrics_or_notices(stack: Stack) -> None:
    worker = stack.start_worker(GATEWAY_LOG_LEVEL="debug")
    sent = messages()
    for body, routing_key in sent:
        await stack.publish(body, routing_key)
    rows = await stack.settled(len(sent), 240)
    address = await until(stack.health_url, what="the metrics address")
    metrics = fetch(f"{address}/metrics")
    notices = [notice.body.decode() for notice in await stack.broker.peek("outcomes", 10_000)]
    headers = [json.dumps(dict(letter.headers), default=str) for letter in await stack.dead_letters()]
    assert len(notices) >= len(sent)
    assert headers
    said = {
        "log": stack.log.read_text(encoding="utf-8"),
        "ledger": json.dumps(rows, default=str, ensure_ascii=False),
        "metrics": metrics,
        "notices": "\n".join(notices),
        "headers": "\n".join(headers),
    }
    known = identities()
    assert len(known) > 20
    for place, text in said.items():
        leaked = {secret for secret in known if re.search(rf"(?<![\w-]){re.escape(secret)}(?![\w-])", text)}
        assert not leaked, (place, len(leaked))
    assert worker.poll() is None


async def test_the_metrics_count_every_message_and_health_follows_the_broker(stack: Stack) -> None:
    stack.start_worker()
    fixtures = load_fixtures()
    for fixture in fixtures:
        await stack.publish(fixture.body, fixture.routing_key)
    await stack.settled(len(fixtures))
    address = await until(stack.health_url, what="the metrics address")
    metrics = fetch(f"{address}/metrics")
    outcomes = re.findall(
        r'^dmp_gateway_outcomes_total\{kind="\w+",outcome="(\w+)"\} (\d+)', metrics, re.MULTILINE
    )
    ended = sum(int(float(count)) for outcome, count in outcomes if outcome != "waiting")
    assert ended == len(fixtures)
    received = re.findall(
        r'^dmp_gateway_messages_total\{kind="\w+",stage="received"\} (\d+)', metrics, re.MULTILINE
    )
    assert sum(map(int, received)) >= len(fixtures)
    assert "dmp_gateway_broker_connected 1.0" in metrics
    assert re.search(r'dmp_gateway_stage_seconds_count\{stage="submitted"\} [1-9]', metrics)
    for path in ("healthz", "readyz"):
        assert '"status"' in fetch(f"{address}/{path}")
