"""Structured logs to standard error. Only closed vocabularies, counts and ids go in; never a body."""

from __future__ import annotations

import logging
import sys
from typing import Any, TextIO

import structlog


def configure_logging(level: str = "info", form: str = "json", stream: TextIO | None = None) -> None:
    """Set the process's logs: ``json`` for machines (one object a line), ``console`` for people."""
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=_type_only)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(stream or sys.stderr),
        cache_logger_on_first_use=False,
    )


def get_logger(name: str) -> Any:
    """A logger whose lines carry ``source=name``."""
    return structlog.get_logger(source=name)


def _type_only(stream: Any, info: Any) -> None:
    """Exceptions show their type, not their text: a third-party text may hold what it was given."""
    stream.write(f"  {info[0].__name__}\n")
