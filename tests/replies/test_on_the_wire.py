"""Real broker, real worker, real store: what the sender receives, and when."""

from __future__ import annotations

import asyncio
import base64
import re
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.model import Envelope
from gateway.topology import INTAKE, REPLIES_QUEUE
from gateway.worker.replies import REPLY_HEADER
from tests.conftest import GivenBroker, PrivateBroker
from tests.e2e.harness import Stack, gateway_stack, until
from tests.replies.samples import hl7apy_accepts_ack, hl7apy_accepts_zam, lines, valid

ORU = "lab-oru-nfs-glycemie.hl7"
KEY = "lab.labo-exemple"


@pytest.fixture
async def stack(tmp_path: Path, broker: PrivateBroker | GivenBroker) -> AsyncIterator[Stack]:
    async with gateway_stack(tmp_path, broker.url) as running:
        yield running


async def ended(stack: Stack, message_id: str, outcome: str) -> None:
    def reached() -> bool:
        return bool(stack.ledger().get(message_id, {}).get("outcome") == outcome)

    await until(reached, what=f"the outcome {outcome}")


async def replies(stack: Stack, message_id: str, queue: str = REPLIES_QUEUE) -> list[Envelope]:
    """What was answered to one message, in order."""
    return [one for one in await stack.broker.peek(queue, 10_000) if one.correlation_id == message_id]


async def replies_in_time(stack: Stack, message_id: str, count: int) -> list[Envelope]:
    deadline = asyncio.get_running_loop().time() + 60
    while len(answers := await replies(stack, message_id)) < count:
        assert asyncio.get_running_loop().time() < deadline, f"{len(answers)} answers, not {count}"
        await asyncio.sleep(0.1)
    return answers


def sorts(answers: list[Envelope]) -> list[object]:
    return [answer.headers[REPLY_HEADER] for answer in answers]


def another_content(body: bytes) -> bytes:
    """The same message and document ids around other bytes."""
    found = re.search(rb"\^Base64\^([A-Za-z0-9+/=]+)", body)
    assert found is not None
    content = base64.b64decode(found.group(1)).replace(
        b"</ClinicalDocument>", b"<!-- another --></ClinicalDocument>"
    )
    return body[: found.start(1)] + base64.b64encode(content) + body[found.end(1) :]


async def test_a_good_oru_gets_aa_and_then_a_positive_zam(stack: Stack) -> None:
    stack.start_worker()
    sent = await stack.publish(valid(ORU), KEY)
    await ended(stack, sent, "submitted")
    ack, zam = await replies(stack, sent)
    assert sorts([ack, zam]) == ["ack", "zam"]
    assert ack.routing_key == zam.routing_key == KEY
    assert lines(ack.body)["MSA"] == [["MSA", "AA", "LABO-0001"]]
    assert lines(zam.body)["OBX"][0][4:6] == ["LABO-0001", "Y^^expandedYes-NoIndicator"]
    assert hl7apy_accepts_ack(ack.body)
    assert hl7apy_accepts_zam(zam.body)
    assert ack.message_id == lines(ack.body)["MSH"][0][10]


async def test_a_refused_message_gets_ae_with_every_error_and_no_zam(stack: Stack) -> None:
    stack.start_worker()
    body = valid(ORU).replace(b"|2.5|", b"|2.7|", 1).replace(b"|FRA|", b"|USA|", 1)
    sent = await stack.publish(body, KEY)
    await ended(stack, sent, "refused")
    [ack] = await replies(stack, sent)
    assert lines(ack.body)["MSA"][0][1] == "AE"
    assert [err[2] for err in lines(ack.body)["ERR"]] == ["MSH^1^12", "MSH^1^17"]


async def test_what_the_dmp_refuses_gets_aa_and_then_a_negative_zam(stack: Stack) -> None:
    worker = stack.start_worker()
    first = await stack.publish(another_content(valid(ORU)), KEY)
    await ended(stack, first, "submitted")
    worker.kill()
    worker.wait(10)
    (stack.folder / "elsewhere").mkdir()
    # A gateway that knows nothing of the other one, which put another content under the same id.
    stack.start_worker(GATEWAY_LEDGER_URL=f"sqlite:///{stack.folder}/elsewhere/ledger.sqlite3")
    second = await stack.publish(valid(ORU), KEY)
    ack, zam = await replies_in_time(stack, second, 2)
    assert lines(ack.body)["MSA"][0][1] == "AA"
    assert lines(zam.body)["OBX"][0][5] == "N^^expandedYes-NoIndicator"
    assert lines(zam.body)["ERR"][0][5].startswith("XDSNonIdenticalHash^")
    assert lines(zam.body)["ERR"][0][5].endswith("^DMP_ERROR_CODE")


async def test_a_retry_does_not_repeat_the_acknowledgement_and_keeps_where_to_answer(stack: Stack) -> None:
    address = stack.store.base_url
    await stack.store.stop()
    queue = await own_queue(stack)
    stack.start_worker(GATEWAY_MAX_ATTEMPTS="30")
    sent = await send_with_reply_to(stack, valid(ORU), queue)
    await ended(stack, sent, "waiting")
    assert sorts(await replies(stack, sent)) == ["ack"]
    stack.restart_store(address)
    await ended(stack, sent, "submitted")
    assert stack.ledger()[sent]["attempts"] > 1
    assert sorts(await replies(stack, sent)) == ["ack", "zam"]
    answers = await replies(stack, "of-the-sender", queue)
    assert sorts(answers) == ["ack", "zam"]


async def test_the_sender_s_own_queue_gets_the_same_bytes(stack: Stack) -> None:
    queue = await own_queue(stack)
    stack.start_worker()
    sent = await send_with_reply_to(stack, valid(ORU), queue)
    await ended(stack, sent, "submitted")
    here, there = await replies(stack, sent), await replies(stack, "of-the-sender", queue)
    assert [one.body for one in here] == [one.body for one in there]
    assert [one.message_id for one in here] == [one.message_id for one in there]


@pytest.mark.parametrize("queue", ["no-such-queue", "outcomes"])
async def test_a_reply_to_that_cannot_be_served_holds_nothing_up(stack: Stack, queue: str) -> None:
    stack.start_worker()
    sent = await send_with_reply_to(stack, valid(ORU), queue)
    await ended(stack, sent, "submitted")
    assert sorts(await replies(stack, sent)) == ["ack", "zam"]
    if queue == "outcomes":
        assert await replies(stack, "of-the-sender", queue) == []


async def own_queue(stack: Stack) -> str:
    """A queue that the sender made for its answers."""
    import pika

    name = f"test.answers.{uuid.uuid4()}"
    with pika.BlockingConnection(pika.URLParameters(stack.amqp_url)) as connection:
        connection.channel().queue_declare(name, arguments={"x-expires": 120_000})
    return name


async def send_with_reply_to(stack: Stack, body: bytes, queue: str) -> str:
    sent = str(uuid.uuid4())
    await stack.broker.publish(
        INTAKE, KEY, body, {}, message_id=sent, reply_to=queue, correlation_id="of-the-sender"
    )
    return sent
