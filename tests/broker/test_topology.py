"""The topology as data."""

from __future__ import annotations

import pytest

from gateway.errors import ConfigurationError
from gateway.model import Kind
from gateway.topology import Queue, build_topology, intake_key


def queue(name: str, **settings: object) -> Queue:
    topology = build_topology(**settings)  # type: ignore[arg-type]
    return next(each for each in topology.queues if each.name == name)


def test_every_queue_is_a_quorum_queue_with_an_explicit_delivery_limit() -> None:
    for each in build_topology().queues:
        assert each.arguments["x-queue-type"] == "quorum"
        assert int(each.arguments["x-delivery-limit"]) > 0


def test_whatever_the_broker_moves_on_by_itself_it_moves_at_least_once() -> None:
    moving = [each for each in build_topology().queues if "x-dead-letter-exchange" in each.arguments]
    assert {each.name for each in moving} >= {"intake.lab", "intake.consent", "retry.10s", "retry.21600s"}
    for each in moving:
        assert each.arguments["x-dead-letter-strategy"] == "at-least-once"
        assert each.arguments["x-overflow"] == "reject-publish"


def test_dead_letters_never_expire_and_are_never_dropped() -> None:
    topology = build_topology()
    assert topology.dead_queues == (
        "dead.lab",
        "dead.discharge",
        "dead.imaging",
        "dead.consent",
        "dead.unrouted",
    )
    for name in topology.dead_queues:
        assert set(queue(name).arguments) == {"x-queue-type", "x-delivery-limit"}
        assert queue(name).arguments["x-delivery-limit"] == 1_000_000


def test_every_binding_names_an_exchange_and_a_queue_that_are_declared() -> None:
    topology = build_topology()
    exchanges = {each.name for each in topology.exchanges}
    queues = {each.name for each in topology.queues}
    assert {binding.exchange for binding in topology.bindings} <= exchanges
    assert {binding.queue for binding in topology.bindings} == queues


def test_the_delay_grows_with_the_attempts_and_the_last_one_repeats() -> None:
    topology = build_topology(retry_delays_seconds=(10, 60, 600))
    assert [topology.retry_exchange(attempt) for attempt in (1, 2, 3, 4, 99)] == [
        "dmp.retry.10s",
        "dmp.retry.60s",
        "dmp.retry.600s",
        "dmp.retry.600s",
        "dmp.retry.600s",
    ]


def test_queue_names_do_not_depend_on_the_order_of_the_delays() -> None:
    one, other = build_topology((60, 10, 60)), build_topology((10, 60))
    assert one.queues == other.queues
    assert one.retry_queues == other.retry_queues
    assert one.retry_exchange(1) == "dmp.retry.60s"


def test_the_length_of_the_intake_queues_can_be_left_to_the_broker() -> None:
    assert "x-max-length-bytes" in queue("intake.lab").arguments
    assert "x-max-length-bytes" not in queue("intake.lab", max_length_bytes=None).arguments


def test_outcomes_keep_the_newest() -> None:
    arguments = queue("outcomes").arguments
    assert (arguments["x-max-length"], arguments["x-overflow"]) == (100_000, "drop-head")


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        (Kind.LAB, "lab.1120459876"),
        (Kind.IMAGING, "imaging.1120459876"),
        (Kind.CONSENT, "consent.1120459876"),
        (Kind.DISCHARGE, "discharge.1120459876"),
        (Kind.DOCUMENT, "discharge.1120459876"),
        (Kind.ACKNOWLEDGEMENT, "discharge.1120459876"),
    ],
)
def test_each_kind_has_its_routing_key(kind: Kind, key: str) -> None:
    assert intake_key(kind, "1120459876") == key


def test_settings_that_make_no_sense_are_refused_all_at_once() -> None:
    with pytest.raises(ConfigurationError) as refusal:
        build_topology(retry_delays_seconds=(10, 0), delivery_limit=0, max_length_bytes=0)
    assert [problem.partition(":")[0] for problem in refusal.value.problems] == [
        "retry_delays_seconds",
        "delivery_limit",
        "max_length_bytes",
    ]
