"""A blamed certificate stops one facility and nobody else; what fails in a row ends in time."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from typing import Any

from gateway.dmpstore.faults_client import clear_faults
from gateway.routes.letters import read_dead_letter
from tests.e2e.harness import Stack, fetch, until
from tests.e2e.test_reliability import many_documents
from tests.lifecycle.samples import V1, mdm, version

LAB, IMAGING = "lab.labo-exemple", "imaging.imagerie-exemple"
LAB_STRUCTURE = "1990000019"


def waiting(stack: Stack) -> list[dict[str, Any]]:
    """What ``dmp-gateway ledger list --outcome waiting`` tells."""
    listed = subprocess.run(
        [sys.executable, "-m", "gateway", "ledger", "list", "--outcome", "waiting", "--json"],
        env=stack.environment,
        cwd=stack.folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in listed.stdout.splitlines()]


def gauge(stack: Stack) -> str:
    lines = fetch(f"{stack.health_url()}/metrics").splitlines()
    found = [line for line in lines if line.startswith('dmp_gateway_flow_stopped{facility="labo-exemple"}')]
    return found[0].rpartition(" ")[2] if found else ""


async def test_one_facility_waits_without_end_while_others_go_on_and_then_resumes(stack: Stack) -> None:
    stack.fault("invalid-certificate", structure=LAB_STRUCTURE)
    documents = many_documents(6)
    worker = stack.start_worker(GATEWAY_MAX_ATTEMPTS="2")
    held = [await stack.publish(body, LAB) for _, body in documents]
    other = await stack.publish(mdm("T02", version(1), "IMG-1").er7(), IMAGING)
    rows = await stack.settled(1)
    assert rows[other]["outcome"] == "submitted"

    def several_holds() -> bool:
        log = stack.log.read_text(encoding="utf-8")
        return min(log.count(f'"message_id": "{name}"') for name in held) >= 4

    await until(several_holds, what="each message was held four times, twice as often as it may be tried")
    # In passing, a held message is neither settled nor waiting: it is being looked at again.
    await until(lambda: len(waiting(stack)) == len(held), what="all of them wait")
    assert {(row["reason"], row["attempts"], row["facility"]) for row in waiting(stack)} == {
        ("DMPInvalidCertificate", 1, "labo-exemple")
    }
    assert set(stack.stored()) == {V1}
    assert await stack.dead_letters() == []
    assert gauge(stack) == "1.0"
    log = stack.log.read_text(encoding="utf-8")
    assert log.count('"event": "flow-stopped"') == 1

    clear_faults(stack.store.base_url)
    rows = await stack.settled(len(held) + 1)
    assert Counter(row["outcome"] for row in rows.values()) == {"submitted": len(held) + 1}
    assert {rows[name]["attempts"] for name in held} == {1}
    assert set(stack.stored()) == {V1, *(name for name, _ in documents)}
    assert gauge(stack) == "0.0"
    assert stack.log.read_text(encoding="utf-8").count('"event": "flow-resumed"') == 1
    assert worker.poll() is None


async def test_a_held_message_is_acknowledged_once(stack: Stack) -> None:
    """The sender is told that the message is right as soon as it is judged, and not again at each try."""
    stack.fault("http-status", status=403, transaction="iti41", times=3)
    stack.start_worker()
    name = await stack.publish(mdm("T02", version(1), "IMG-1").er7(), IMAGING)
    rows = await stack.settled(1)
    assert (rows[name]["outcome"], rows[name]["attempts"]) == ("submitted", 1)
    replies = await stack.broker.peek("replies", 100)
    assert [reply.headers["x-dmp-reply"] for reply in replies].count("ack") == 1


async def test_what_retries_cannot_mend_is_a_dead_letter_with_its_reason(stack: Stack) -> None:
    stack.start_worker(GATEWAY_MAX_ATTEMPTS="9")
    cases: list[tuple[dict[str, Any], str, int]] = [
        ({"kind": "access-denied"}, "DMPAccessDeniedByRightsService", 1),
        ({"kind": "closed"}, "DMPClosed", 1),
        ({"kind": "registry-error", "code": "XDSRegistryError"}, "XDSRegistryError", 4),
    ]
    for number, (fault, reason, attempts) in enumerate(cases, 1):
        stack.fault(**fault, transaction="iti41")
        name = await stack.publish(many_documents(number)[-1][1], LAB)
        row = (await stack.settled(number))[name]
        assert (row["outcome"], row["reason"], row["attempts"]) == ("refused", reason, attempts)
        facts = {letter.message_id: read_dead_letter(letter) for letter in await stack.dead_letters()}[name]
        assert (facts.reason, facts.stage) == (reason, "submitted")
        assert facts.detail
        assert facts.findings
    assert stack.counts()["documents"] == 0
