"""``python -m bench``: measure, print the table, write ``bench/latest.json``."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.registry import Figure, Unavailable, modules

LATEST = Path(__file__).resolve().parent / "latest.json"


def main() -> int:
    """Exit status 1 with ``--check`` when a goal is missed, or when something could not be measured."""
    arguments = _arguments()
    console = Console(width=max(Console().width, 130))
    found: list[Figure] = []
    missing: list[str] = []
    for name, measure in modules(arguments.only):
        console.print(f"[dim]{name}…[/dim]")
        try:
            for figure in measure(arguments.quick):
                found.append(figure)  # noqa: PERF402 - what was measured before a failure stays
        except Unavailable as error:
            missing.append(f"{name}: {error}")
    console.print(_table(found))
    for line in missing:
        console.print(f"[yellow]{line}[/yellow]")
    if not arguments.only:
        LATEST.write_text(json.dumps(_as_data(found), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    complete = not missing and all(figure.reached for figure in found)
    return 1 if arguments.check and not complete else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", default="", help="one module: hl7, cda...; latest.json is not written")
    parser.add_argument("--quick", action="store_true", help="few rounds, for a first idea")
    parser.add_argument("--check", action="store_true", help="exit with 1 when a goal is missed")
    return parser.parse_args()


def _table(found: list[Figure]) -> Table:
    table = Table(title=f"{_processor()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    for heading in ("key", "value", "goal", "", "measured"):
        table.add_column(heading, no_wrap=True)
    for figure in found:
        sign = "≥" if figure.at_least else "≤"
        goal = "" if figure.goal is None else f"{sign} {figure.goal:g}"
        mark = "" if figure.goal is None else ("ok" if figure.reached else "MISSED")
        table.add_row(figure.key, f"{figure.value:.2f}", goal, mark, figure.detail)
    return table


def _as_data(found: list[Figure]) -> dict[str, Any]:
    values = {figure.key: round(figure.value, 2) for figure in found}
    goals = {figure.key: figure.goal for figure in found if figure.goal is not None}
    details = {figure.key: figure.detail for figure in found}
    date = datetime.now(UTC).isoformat(timespec="seconds")
    return values | {"goals": goals, "details": details, "machine": _machine(), "date": date}


def _machine() -> dict[str, str | int]:
    return {
        "processor": _processor(),
        "cores": os.cpu_count() or 0,
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
    }


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


if __name__ == "__main__":
    sys.exit(main())
