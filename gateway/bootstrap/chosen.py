"""What the settings choose for the pure rooms. Imports nothing that talks to anybody: it loads fast."""

from __future__ import annotations

from gateway.packs import Bench, open_bench
from gateway.parsers import Limits
from gateway.settings import FacilityDirectory, Settings, load_facilities
from gateway.topology import Topology, build_topology
from gateway.validators import JudgeSettings


def topology_of(settings: Settings) -> Topology:
    return build_topology(retry_delays_seconds=settings.retry_delays, delivery_limit=settings.delivery_limit)


def directory_of(settings: Settings) -> FacilityDirectory:
    """The declared senders; only production refuses a sender that nobody declared."""
    return load_facilities(settings.facilities, open_senders=settings.environment != "production")


def judging_of(settings: Settings) -> JudgeSettings:
    return JudgeSettings(environment=settings.environment)


def limits_of(settings: Settings) -> Limits:
    return Limits(max_message_bytes=settings.max_message_bytes)


def bench_of(settings: Settings) -> Bench:
    """The installed official rule packs as judges; close it. Raises ConfigurationError or MissingProgram."""
    return open_bench(settings.packs_folder)
