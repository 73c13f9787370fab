"""The Prometheus metrics of a worker. Labels are closed vocabularies: stage, kind, outcome, reason."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from gateway.model import Kind, Stage

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_BYTES = (1e3, 1e4, 1e5, 2.5e5, 5e5, 1e6, 2.5e6, 5e6, 1e7, 2.5e7)


class Metrics:
    """One registry per worker, so that two workers in one process (tests) do not mix."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.stages = Counter(
            "dmp_gateway_messages",
            "Messages that reached a stage.",
            ["stage", "kind"],
            registry=self.registry,
        )
        self.outcomes = Counter(
            "dmp_gateway_outcomes",
            "Messages settled, by outcome (submitted, refused, waiting, recorded).",
            ["outcome", "kind"],
            registry=self.registry,
        )
        self.refusals = Counter(
            "dmp_gateway_refusals",
            "Dead letters by reason code.",
            ["reason", "stage"],
            registry=self.registry,
        )
        self.seconds = Histogram(
            "dmp_gateway_stage_seconds",
            "Seconds spent to reach a stage from the one before.",
            ["stage"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.bytes = Histogram(
            "dmp_gateway_message_bytes", "Size of received messages.", buckets=_BYTES, registry=self.registry
        )
        self.documents = Counter(
            "dmp_gateway_documents",
            "Documents deposited, by rubrique and action.",
            ["rubrique", "action"],
            registry=self.registry,
        )
        self.in_flight = Gauge("dmp_gateway_in_flight", "Messages being worked on.", registry=self.registry)
        self.in_flight_bytes = Gauge(
            "dmp_gateway_in_flight_bytes", "Bytes of the messages being worked on.", registry=self.registry
        )
        self.connected = Gauge(
            "dmp_gateway_broker_connected", "1 while the broker connection is open.", registry=self.registry
        )
        self.flow_stopped = Gauge(
            "dmp_gateway_flow_stopped",
            "1 while the deposits of a facility wait: the DMP refuses its certificate or configuration.",
            ["facility"],
            registry=self.registry,
        )
        self.certificate_expiry = Gauge(
            "dmp_gateway_certificate_expiry_seconds",
            "Seconds until a certificate expires, by use (sign, tls); negative once it has.",
            ["use"],
            registry=self.registry,
        )
        self._start_series()

    def _start_series(self) -> None:
        """Every series exists from the first scrape, at zero: an absent metric is not a quiet one."""
        for stage in Stage:
            self.seconds.labels(stage.value)
            for kind in Kind:
                self.stages.labels(stage.value, kind.value)

    @contextmanager
    def timing(self, stage: Stage) -> Iterator[None]:
        """Observe the seconds of the block under ``stage``."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds.labels(stage.value).observe(time.perf_counter() - start)

    def exposition(self) -> bytes:
        """The text format that Prometheus scrapes."""
        return generate_latest(self.registry)
