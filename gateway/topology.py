"""The exchanges, queues and bindings of the gateway, as data. ``gateway.broker`` declares them.

::

    publishers -> dmp.intake (topic) -- lab.# --> intake.lab --+-- worker --> dmp.replies  -> replies
                     |        ^     -- discharge.# --> ...     |         +--> dmp.outcomes -> outcomes
          no binding |        |                                |         +--> dmp.retry.<n>s -> retry.<n>s
                     v        +--- after <n> seconds ----------|-----------------------------+
               dmp.unrouted -> dead.unrouted                   |         +--> dmp.dead (topic) -> dead.lab ...
                                                               +- delivery limit reached --^

All queues are quorum queues. Wherever RabbitMQ itself moves a message on (time to live, delivery limit) it
does so at least once, which needs ``x-overflow=reject-publish``. Every queue has an explicit
``x-delivery-limit``: RabbitMQ 3.x has no default, 4.x drops or dead-letters after 20 returns when none is
given. Names and arguments never depend on an order. The arguments of an existing queue cannot change:
RabbitMQ refuses such a declaration.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway.errors import ConfigurationError
from gateway.model import Kind

INTAKE = "dmp.intake"
DEAD = "dmp.dead"
UNROUTED = "dmp.unrouted"
REPLIES = "dmp.replies"
OUTCOMES = "dmp.outcomes"

REPLIES_QUEUE = "replies"
OUTCOMES_QUEUE = "outcomes"
UNROUTED_QUEUE = "dead.unrouted"

FLOWS = ("lab", "discharge", "imaging", "consent")

# Our own headers. The attempt is counted from 1 by us: the broker's delivery count also counts returns that
# are no fault of the message. "First seen" is an ISO 8601 instant in UTC.
ATTEMPT_HEADER = "x-dmp-attempt"
FIRST_SEEN_HEADER = "x-dmp-first-seen"

RETRY_DELAYS_SECONDS = (10, 60, 600, 3600, 21600)
DELIVERY_LIMIT = 20
MAX_LENGTH_BYTES = 8 * 1024**3

# Looking at a queue returns its messages to it, and that counts as a delivery. RabbitMQ 3.x has no
# "unlimited" value (4.x: -1), so: a number that nobody reaches by looking.
_NO_PRACTICAL_LIMIT = 1_000_000

_OUTCOMES_KEPT = 100_000

_LONGEST_DELAY_SECONDS = 49 * 86_400  # x-message-ttl is in milliseconds, below 2^32


@dataclass(frozen=True, slots=True)
class Exchange:
    """A durable exchange; ``kind`` is ``topic`` or ``fanout``."""

    name: str
    kind: str = "topic"
    arguments: dict[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Queue:
    """A durable queue; ``arguments`` include its type."""

    name: str
    arguments: dict[str, str | int]


@dataclass(frozen=True, slots=True)
class Binding:
    """Messages of ``exchange`` whose key matches ``routing_key`` go to ``queue``."""

    exchange: str
    queue: str
    routing_key: str


@dataclass(frozen=True, slots=True)
class Topology:
    """Everything the gateway declares, in the order in which it can be declared."""

    exchanges: tuple[Exchange, ...]
    queues: tuple[Queue, ...]
    bindings: tuple[Binding, ...]
    retry_delays_seconds: tuple[int, ...]

    @property
    def intake_queues(self) -> tuple[str, ...]:
        """The queues that workers consume."""
        return tuple(f"intake.{flow}" for flow in FLOWS)

    @property
    def dead_queues(self) -> tuple[str, ...]:
        """The queues that wait for a person."""
        return (*(f"dead.{flow}" for flow in FLOWS), UNROUTED_QUEUE)

    @property
    def retry_queues(self) -> tuple[str, ...]:
        """The delay queues, shortest delay first."""
        return tuple(f"retry.{delay}s" for delay in sorted(set(self.retry_delays_seconds)))

    def retry_delay(self, attempt: int) -> int:
        """Seconds to wait after attempt number ``attempt`` (from 1) failed; the last delay repeats."""
        return self.retry_delays_seconds[min(max(attempt, 1), len(self.retry_delays_seconds)) - 1]

    def retry_exchange(self, attempt: int) -> str:
        """Where to publish after attempt number ``attempt`` failed; keep the message's own routing key."""
        return f"dmp.retry.{self.retry_delay(attempt)}s"


def intake_key(kind: Kind, facility: str) -> str:
    """The routing key for a message of this kind; bare documents and acknowledgements go to ``discharge``."""
    flow = kind.value if kind.value in FLOWS else "discharge"
    return f"{flow}.{facility}"


def build_topology(
    retry_delays_seconds: tuple[int, ...] = RETRY_DELAYS_SECONDS,
    delivery_limit: int = DELIVERY_LIMIT,
    max_length_bytes: int | None = MAX_LENGTH_BYTES,
) -> Topology:
    """The topology for these settings. Raises ConfigurationError when they make no sense.

    ``max_length_bytes`` bounds each intake queue: beyond it a publish is refused (the sender keeps its
    message); ``None`` leaves the bound to the broker's disk alarm, which stops all publishers at once.
    ``outcomes`` is a stream of notifications: it keeps the newest 100 000 and drops the oldest. ``replies``
    and the dead letters are bounded by nothing and never expire: watch their depth.
    """
    _check(retry_delays_seconds, delivery_limit, max_length_bytes)
    delays = tuple(sorted(set(retry_delays_seconds)))
    parts = [_intake(delivery_limit, max_length_bytes), _dead(), _retry(delays), _notifications()]
    return Topology(
        exchanges=tuple(exchange for part in parts for exchange in part[0]),
        queues=tuple(queue for part in parts for queue in part[1]),
        bindings=tuple(binding for part in parts for binding in part[2]),
        retry_delays_seconds=tuple(retry_delays_seconds),
    )


_Part = tuple[list[Exchange], list[Queue], list[Binding]]


def _check(delays: tuple[int, ...], delivery_limit: int, max_length_bytes: int | None) -> None:
    problems = []
    if not delays or any(not 0 < delay <= _LONGEST_DELAY_SECONDS for delay in delays):
        problems.append("retry_delays_seconds: at least one delay, each a whole number of seconds above 0")
    if delivery_limit < 1:
        problems.append("delivery_limit: at least 1")
    if max_length_bytes is not None and max_length_bytes < 1:
        problems.append("max_length_bytes: at least 1, or none")
    if problems:
        raise ConfigurationError(problems)


def _intake(delivery_limit: int, max_length_bytes: int | None) -> _Part:
    arguments = _at_least_once(delivery_limit, DEAD)
    if max_length_bytes is not None:
        arguments["x-max-length-bytes"] = max_length_bytes
    return (
        [Exchange(UNROUTED, "fanout"), Exchange(INTAKE, arguments={"alternate-exchange": UNROUTED})],
        [Queue(f"intake.{flow}", dict(arguments)) for flow in FLOWS],
        [Binding(INTAKE, f"intake.{flow}", f"{flow}.#") for flow in FLOWS],
    )


def _dead() -> _Part:
    # The alternate exchange also catches dead letters whose key belongs to no flow.
    exchange = Exchange(DEAD, arguments={"alternate-exchange": UNROUTED})
    queues = [Queue(f"dead.{flow}", _quorum(_NO_PRACTICAL_LIMIT)) for flow in FLOWS]
    bindings = [Binding(DEAD, f"dead.{flow}", f"{flow}.#") for flow in FLOWS]
    unrouted = Queue(UNROUTED_QUEUE, _quorum(_NO_PRACTICAL_LIMIT))
    return [exchange], [*queues, unrouted], [*bindings, Binding(UNROUTED, UNROUTED_QUEUE, "#")]


def _retry(delays: tuple[int, ...]) -> _Part:
    exchanges, queues, bindings = [], [], []
    for delay in delays:
        exchange, queue = f"dmp.retry.{delay}s", f"retry.{delay}s"
        arguments = _at_least_once(_NO_PRACTICAL_LIMIT, INTAKE) | {"x-message-ttl": delay * 1000}
        exchanges.append(Exchange(exchange))
        queues.append(Queue(queue, arguments))
        bindings.append(Binding(exchange, queue, "#"))
    return exchanges, queues, bindings


def _notifications() -> _Part:
    bounded: dict[str, str | int] = {"x-max-length": _OUTCOMES_KEPT, "x-overflow": "drop-head"}
    return (
        [Exchange(REPLIES), Exchange(OUTCOMES)],
        [
            Queue(REPLIES_QUEUE, _quorum(_NO_PRACTICAL_LIMIT)),
            Queue(OUTCOMES_QUEUE, _quorum(_NO_PRACTICAL_LIMIT) | bounded),
        ],
        [Binding(REPLIES, REPLIES_QUEUE, "#"), Binding(OUTCOMES, OUTCOMES_QUEUE, "#")],
    )


def _quorum(delivery_limit: int) -> dict[str, str | int]:
    return {"x-queue-type": "quorum", "x-delivery-limit": delivery_limit}


def _at_least_once(delivery_limit: int, dead_letter_exchange: str) -> dict[str, str | int]:
    return _quorum(delivery_limit) | {
        "x-dead-letter-exchange": dead_letter_exchange,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }
