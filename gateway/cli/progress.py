"""A progress bar on standard error while many files are judged; nothing there when it is not a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as RichProgress

_REFRESH = 0.1  # seconds between two drawings, by the clock of the bar itself


class Progress:
    """``over`` goes through the files and moves the bar; what is printed meanwhile goes inside ``aside``."""

    def __init__(self, total: int, *, wanted: bool) -> None:
        self._bar = _bar() if wanted and sys.stderr.isatty() else None
        self._task = self._bar.add_task("", total=total) if self._bar is not None else None
        self._drawn = float("-inf")

    def over(self, files: Sequence[Path]) -> Iterator[Path]:
        try:
            for path in files:
                self._show(path.name)
                yield path
                if self._bar is not None and self._task is not None:
                    self._bar.advance(self._task)
        finally:
            if self._bar is not None:
                self._bar.stop()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Takes the bar away while the report is printed in the same terminal."""
        if self._bar is not None and sys.stdout.isatty():
            self._bar.stop()
        yield

    def _show(self, name: str) -> None:
        if self._bar is None or self._task is None:
            return
        self._bar.update(self._task, description=name[:40])
        now = self._bar.get_time()
        if now - self._drawn >= _REFRESH:
            self._bar.start()
            self._bar.refresh()
            self._drawn = now


def _bar() -> RichProgress:
    return RichProgress(
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.description}", style="dim", markup=False),
        console=Console(stderr=True),
        auto_refresh=False,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
