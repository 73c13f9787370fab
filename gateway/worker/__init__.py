"""The worker: consumes, climbs, settles, and stops without losing what it holds."""

from gateway.worker.budget import ByteBudget
from gateway.worker.loop import Worker, WorkerLimits

__all__ = ["ByteBudget", "Worker", "WorkerLimits"]
