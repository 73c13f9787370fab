"""Ratios that a busy machine does not spoil: both sides in turn, processor time, medians of many."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

# Each single measurement runs for about this long, so that the clock's resolution does not matter.
_SLICE_SECONDS = 0.005


@dataclass(frozen=True)
class Comparison:
    """Median seconds of one call of each side, and the median of the ratios of neighbouring rounds."""

    ours: float
    theirs: float
    times_faster: float


def compare(ours: Callable[[], object], theirs: Callable[[], object], rounds: int = 60) -> Comparison:
    """How many times faster ``ours`` is. Both run once before, to fill their caches."""
    many_ours, many_theirs = _repeats(ours), _repeats(theirs)
    gc.collect()
    pairs = [(_seconds(ours, many_ours), _seconds(theirs, many_theirs)) for _ in range(rounds)]
    return Comparison(
        statistics.median(left for left, _ in pairs),
        statistics.median(right for _, right in pairs),
        statistics.median(right / left for left, right in pairs),
    )


def median_seconds(call: Callable[[], object], rounds: int = 60) -> float:
    """Median processor seconds of one call."""
    many = _repeats(call)
    return statistics.median(_seconds(call, many) for _ in range(rounds))


def _repeats(call: Callable[[], object]) -> int:
    call()
    return max(1, int(_SLICE_SECONDS / max(_seconds(call, 1), 1e-7)))


def _seconds(call: Callable[[], object], many: int) -> float:
    # Processor time of this thread: what other processes do to the machine does not count.
    start = time.thread_time()
    for _ in range(many):
        call()
    return (time.thread_time() - start) / many
