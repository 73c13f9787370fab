"""Initial, replacement, deletion: through queue, gateway and store, with official and with our documents."""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from fixtures.build import laboratory
from fixtures.build.messages import Request, Visit, request
from gateway.localbroker import start_private_broker
from gateway.model import Envelope
from gateway.routes.letters import read_dead_letter
from tests.consent.test_feed import settle
from tests.e2e.harness import SHARED, Stack, until
from tests.lifecycle.samples import V1, V2, mdm, of_another_patient, renamed, version

LAB, IMAGING, OFFICIAL = "lab.labo-exemple", "imaging.imagerie-exemple", "imaging.exemples-officiels"
MESSAGES = SHARED / "examples" / "hl7v2"
INITIAL = (
    "V2wave__Trans_Doc-CDA-HL7V2__MDM__Transmission_initiale_MDM__message_MDM_CR_Radio_INIT_N1_Base64.er7"
)
OFFICIAL_V1, OFFICIAL_V2 = (f"1.2.250.1.71.4.2.2.120456789.7102400008{number}" for number in (1, 2))


@pytest.fixture(scope="module")
def amqp_url() -> Iterator[str]:
    """One broker for all; a test that leaves dead letters looks only for its own."""
    broker = start_private_broker()
    yield broker.url
    broker.stop()


def statuses(stack: Stack) -> dict[str, str]:
    return {name: row["status"] for name, row in stack.stored().items()}


def official_cda(message: bytes) -> bytes:
    found = re.search(rb"\^Base64\^([^|]+)\|", message)
    assert found is not None
    return base64.b64decode(found.group(1))


def official_second_version(first: bytes) -> bytes:
    """What the official second version changes (id, title, version, predecessor), made on the first one.

    The published one is another patient's, and its id has an extension, which the DMP does not take.
    """
    changes = (
        (OFFICIAL_V1.encode(), OFFICIAL_V2.encode()),
        (b"Radio de hanche", b"Pelvis Masculin"),
        (b'<versionNumber value="1"/>', b'<versionNumber value="2"/>'),
        (
            b"<componentOf>",
            f'<relatedDocument typeCode="RPLC"><parentDocument><id root="{OFFICIAL_V1}"/></parentDocument>'
            "</relatedDocument><componentOf>".encode(),
        ),
    )
    for old, new in changes:
        assert first.count(old) == 1, old
        first = first.replace(old, new)
    return first


def official_request(event: str, order: str, status: str, cda: bytes, parent: str = "") -> bytes:
    """The official envelope around another version: event, ORC-1, OBX-11, TXA-12, TXA-13, OBX-5."""
    message = (MESSAGES / INITIAL).read_bytes()
    document = re.search(rb'<id root="([^"]+)"', cda)
    assert document is not None
    held = base64.b64encode(official_cda(message))
    for old, new in (
        (b"MDM^T02^MDM_T02|015|", f"MDM^{event}^MDM_T02|{event}-1|".encode()),
        (b"ORC|NW|", f"ORC|{order}|".encode()),
        (
            OFFICIAL_V1.encode() + b"^Organisation-Y|",
            document.group(1) + f"^Organisation-Y|{parent}".encode(),
        ),
        (held + b"||||||F|", base64.b64encode(cda) + f"||||||{status}|".encode()),
    ):
        assert message.count(old) == 1, old[:60]
        message = message.replace(old, new)
    return message


@pytest.mark.skipif(not MESSAGES.is_dir(), reason="the official examples are not beside the project")
async def test_the_official_mdm_chain_is_deposited_replaced_and_deleted(stack: Stack) -> None:
    first = (MESSAGES / INITIAL).read_bytes()
    second_cda = official_second_version(official_cda(first))
    second = official_request("T10", "RO", "C", second_cda, OFFICIAL_V1)
    stack.start_worker()
    assert (await settle(stack, first, OFFICIAL))["outcome"] == "submitted"
    assert statuses(stack) == {OFFICIAL_V1: "Approved"}
    assert stack.content(OFFICIAL_V1) == official_cda(first)
    assert (await settle(stack, second, OFFICIAL))["outcome"] == "submitted"
    assert statuses(stack) == {OFFICIAL_V1: "Deprecated", OFFICIAL_V2: "Approved"}
    assert stack.content(OFFICIAL_V2) == second_cda
    assert stack.stored()[OFFICIAL_V2]["replaces"] == OFFICIAL_V1
    deletion = official_request("T04", "CA", "D", second_cda)
    assert (await settle(stack, deletion, OFFICIAL))["outcome"] == "submitted"
    assert statuses(stack) == {OFFICIAL_V1: "Deprecated", OFFICIAL_V2: "Deleted"}


def kidney(number: int, order: str, control_id: str) -> Request:
    """ORU with the kidney report as N1 and as N3, both in this version."""
    pair = [
        replace(each, version=number)
        for each in (laboratory.kidney_printed(), laboratory.kidney_structured())
    ]
    return request(
        "SIL-EXEMPLE", control_id, Visit("O", "V102"), "20261012113100+0200", *pair, order=order
    )  # fmt: skip


async def test_an_oru_chain_keeps_its_two_levels_together(stack: Stack) -> None:
    stack.start_worker()
    steps = [kidney(1, "NW", "LABO-1"), kidney(2, "RO", "LABO-2"), kidney(2, "CA", "LABO-3")]
    (printed_1, structured_1), (printed_2, structured_2) = (
        [document.unique_id for document in step.documents] for step in steps[:2]
    )
    expected = [
        {printed_1: "Approved", structured_1: "Approved"},
        dict.fromkeys((printed_1, structured_1), "Deprecated")
        | dict.fromkeys((printed_2, structured_2), "Approved"),
        dict.fromkeys((printed_1, structured_1), "Deprecated")
        | dict.fromkeys((printed_2, structured_2), "Deleted"),
    ]
    for step, after in zip(steps, expected, strict=True):
        assert (await settle(stack, step.er7(), LAB))["outcome"] == "submitted"
        assert statuses(stack) == after
    stored = stack.stored()
    assert (stored[printed_2]["replaces"], stored[structured_2]["replaces"]) == (printed_1, structured_1)
    assert stored[printed_2]["submission_set_id"] == stored[structured_2]["submission_set_id"]
    assert stack.counts()["deposits"] == 2


async def test_a_replacement_waits_for_its_predecessor_and_both_arrive(stack: Stack) -> None:
    stack.start_worker(GATEWAY_MAX_ATTEMPTS="30")
    early = await stack.publish(mdm("T10", version(2), "IMG-2").er7(), IMAGING)
    await until(lambda: stack.ledger().get(early, {}).get("outcome") == "waiting", what="it waits")
    row = stack.ledger()[early]
    assert row["reason"] in ("", "predecessor-not-found")
    assert stack.stored() == {}
    first = await stack.publish(mdm("T02", version(1), "IMG-1").er7(), IMAGING)
    rows = await stack.settled(2)
    assert {rows[name]["outcome"] for name in (early, first)} == {"submitted"}
    assert rows[early]["attempts"] > 1
    assert statuses(stack) == {V1: "Deprecated", V2: "Approved"}


async def test_masking_is_changed_by_a_replacement_with_new_codes(stack: Stack) -> None:
    """CI-SIS CDA-HL7v2: MODIF_CONF_CODE; no other way is open to a server (XDS-DMP, life cycle)."""
    stack.start_worker()
    visible = mdm("T02", version(1), "IMG-1")
    hidden = replace(
        mdm("T10", version(2), "IMG-2"),
        on=("DESTDMP", "MODIF_CONF_CODE", "MASQUE_PS", "INVISIBLE_PATIENT", "INVISIBLE_REP_LEGAUX"),
    )
    for message in (visible, hidden):
        assert (await settle(stack, message.er7(), IMAGING))["outcome"] == "submitted"
    assert statuses(stack) == {V1: "Deprecated", V2: "Approved"}
    stored = stack.stored()
    assert stored[V1]["confidentiality"] == ["N"]
    assert stored[V2]["confidentiality"] == [
        "N",
        "MASQUE_PS",
        "INVISIBLE_PATIENT",
        "INVISIBLE_REPRESENTANTS_LEGAUX",
    ]


@pytest.mark.parametrize(
    ("other", "reason", "rule"),
    [
        (renamed(mdm("T10", version(2), "IMG-9"), f"{V2}.99"), "predecessor-superseded", "R.LIF.02"),
        (
            mdm("T10", of_another_patient(version(3)), "IMG-9").er7(),
            "XDSPatientIdDoesNotMatch",
            "R.LIF.07",
        ),
    ],
)
async def test_a_predecessor_that_only_the_store_knows_is_refused_clearly(
    stack: Stack, other: bytes, reason: str, rule: str
) -> None:
    """The document and its second version went through another gateway: our ledger knows neither."""
    elsewhere = stack.start_worker()
    for number, event in ((1, "T02"), (2, "T10")):
        await settle(stack, mdm(event, version(number), f"IMG-{number}").er7(), IMAGING)
    elsewhere.terminate()
    elsewhere.wait(30)
    stack.start_worker(GATEWAY_LEDGER_URL=f"sqlite:///{stack.folder}/other.sqlite3")
    name = await stack.publish(other, IMAGING)
    facts = read_dead_letter(await dead_letter(stack, name))
    assert (facts.reason, facts.rule, facts.stage, facts.attempts) == (reason, rule, "submitted", 1)
    told: list[Any] = [finding["rule"] for finding in facts.findings if finding["severity"] == "error"]
    assert told == [rule, "R.DMP.90"]
    assert statuses(stack) == {V1: "Deprecated", V2: "Approved"}


async def dead_letter(stack: Stack, message_id: str) -> Envelope:
    for _ in range(240):
        for letter in await stack.dead_letters():
            if letter.message_id == message_id:
                return letter
        await asyncio.sleep(0.25)
    raise AssertionError("no dead letter")
