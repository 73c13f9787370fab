"""What operators see of a running gateway: metrics, health and structured logs. No patient data in any."""

from gateway.observability.health import Health, HealthServer
from gateway.observability.logs import configure_logging, get_logger
from gateway.observability.metrics import Metrics

__all__ = ["Health", "HealthServer", "Metrics", "configure_logging", "get_logger"]
