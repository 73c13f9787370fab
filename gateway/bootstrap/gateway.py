"""Settings in, a gateway put together from its rooms out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from gateway.access import inspect_access, measure_access, missing_for_production, open_access
from gateway.bootstrap.chosen import bench_of, directory_of, judging_of, limits_of, topology_of
from gateway.broker import Broker
from gateway.errors import ConfigurationError
from gateway.ledger import SqlLedger, open_database, patient_hasher
from gateway.observability import Health, HealthServer, Metrics, get_logger
from gateway.pipeline import House, Judged
from gateway.routes import skeletons
from gateway.settings import Settings
from gateway.validators import dictionary
from gateway.worker import Worker, WorkerLimits
from gateway.xds.client import XdsRepository


class SystemClock:
    """The time of the machine, in UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True)
class Gateway:
    """A gateway that is up; ``worker.run()`` makes it work."""

    worker: Worker
    broker: Broker
    metrics: Metrics
    health_url: str


def open_ledger(settings: Settings) -> SqlLedger:
    """The ledger and its consents. Raises ConfigurationError when the patient key is not the ledger's."""
    given = settings.patient_key
    key = given.get_secret_value() if given is not None else None
    patients = patient_hasher(key, settings.patient_key_file)
    return SqlLedger(open_database(settings.ledger_database), SystemClock(), patients)


def check_settings(settings: Settings) -> None:
    """Raises ConfigurationError with everything that a worker would lack."""
    needed = {
        "GATEWAY_AMQP_URL": settings.amqp_url,
        "GATEWAY_REPOSITORY_URL": settings.repository_url,
        "GATEWAY_REGISTRY_URL": settings.registry_url,
    }
    problems = [f"{name} is not set (or use --embedded)" for name, value in needed.items() if not value]
    problems += missing_for_production(settings)
    if problems:
        raise ConfigurationError(problems)


@asynccontextmanager
async def open_gateway(settings: Settings) -> AsyncIterator[Gateway]:
    """Put a gateway together and take it down in order. Raises ConfigurationError or BrokerUnavailable."""
    check_settings(settings)
    directory = directory_of(settings)
    metrics, log, clock = Metrics(), get_logger("worker"), SystemClock()
    access = open_access(settings, directory.facilities, clock.now)
    inspect_access(access, settings, directory.facilities, clock.now(), log)
    measure_access(access, metrics, clock.now)
    async with AsyncExitStack() as stack:
        ledger = open_ledger(settings)
        stack.callback(ledger.close)
        repository = XdsRepository(access.client, access.security, access.signer)
        stack.push_async_callback(repository.close)
        broker = _broker(settings, metrics, log)
        health = HealthServer(
            metrics, Health({"broker": lambda: broker.connected}), settings.health_host, settings.health_port
        )
        await _listen(health, settings)
        stack.push_async_callback(health.stop)
        await asyncio.to_thread(_prepare)
        bench = bench_of(settings)
        stack.callback(bench.close)
        await asyncio.to_thread(bench.warm)
        await broker.start()
        stack.push_async_callback(broker.close)
        house = House(
            repository=repository,
            ledger=ledger,
            consents=ledger.consents,
            facility_of=directory.sender,
            think=_think,
            progress=lambda stage, reading: None,
            timing=metrics.timing,
            judging=judging_of(settings),
            limits=limits_of(settings),
            extra_judges=(bench.judge,) if bench else (),
            consent_required=settings.consent_required,
        )
        worker = Worker(broker, topology_of(settings), house, metrics, log, _worker_limits(settings))
        yield Gateway(worker, broker, metrics, health.url)


def _prepare() -> None:
    """What hl7apy gives us, made before the first message rather than while it waits."""
    skeletons.prepare()
    dictionary.prepare()


async def _think(judge: Callable[..., Judged], *arguments: Any) -> Judged:
    """Judge on a thread: heartbeats and confirms go on while a large message is read."""
    return await asyncio.to_thread(judge, *arguments)


def _broker(settings: Settings, metrics: Metrics, log: Any) -> Broker:
    def on_state(connected: bool) -> None:
        metrics.connected.set(1 if connected else 0)
        log.info("broker", connected=connected)

    assert settings.amqp_url is not None  # noqa: S101 - check_settings ran before
    return Broker(
        settings.amqp_url.get_secret_value(),
        topology_of(settings),
        prefetch=settings.prefetch,
        name="dmp-gateway worker",
        on_state=on_state,
        clock=SystemClock().now,
    )


async def _listen(health: HealthServer, settings: Settings) -> None:
    try:
        await health.start()
    except OSError:
        place = f"{settings.health_host}:{settings.health_port}"
        raise ConfigurationError(
            [f"GATEWAY_HEALTH_PORT: {place} is taken; choose another port, or 0 for any free one"]
        ) from None


def _worker_limits(settings: Settings) -> WorkerLimits:
    return WorkerLimits(
        bytes_in_flight=settings.bytes_in_flight,
        max_attempts=settings.max_attempts,
        shutdown_seconds=settings.shutdown_seconds,
    )
