"""``/metrics``, ``/healthz`` (the process lives) and ``/readyz`` (it can do its work) on one small port."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import web

from gateway.observability.metrics import Metrics

Check = Callable[[], bool]


@dataclass
class Health:
    """Named checks; the worker is ready while all of them hold."""

    checks: dict[str, Check] = field(default_factory=dict)

    def state(self) -> dict[str, bool]:
        return {name: check() for name, check in self.checks.items()}


class HealthServer:
    """Serves until ``stop()``; port 0 takes a free one (``url`` tells which)."""

    def __init__(self, metrics: Metrics, health: Health, host: str, port: int) -> None:
        self._metrics, self._health, self._host, self._port = metrics, health, host, port
        self._runner: web.AppRunner | None = None
        self.url = ""

    async def start(self) -> None:
        """Raises OSError when the address is taken."""
        app = web.Application()
        app.router.add_get("/metrics", self._show_metrics)
        app.router.add_get("/healthz", self._alive)
        app.router.add_get("/readyz", self._ready)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _show_metrics(self, _request: web.Request) -> web.Response:
        return web.Response(
            body=self._metrics.exposition(), headers={"Content-Type": "text/plain; version=0.0.4"}
        )

    async def _alive(self, _request: web.Request) -> web.Response:
        return web.json_response({"status": "alive"})

    async def _ready(self, _request: web.Request) -> web.Response:
        state = self._health.state()
        ready = all(state.values())
        return web.json_response(
            {"status": "ready" if ready else "not ready", "checks": state}, status=200 if ready else 503
        )
