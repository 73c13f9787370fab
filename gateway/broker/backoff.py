"""How long to wait before knocking again."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

_SYSTEM = random.SystemRandom()


@dataclass(frozen=True, slots=True)
class Backoff:
    """Exponential delays with jitter, in seconds.

    The delay after the n-th failure in a row lies between half of and the whole of
    ``initial * factor ** (n - 1)``, and never above ``maximum``: many workers do not come back all at once.
    """

    initial: float = 0.5
    factor: float = 2.0
    maximum: float = 30.0
    chance: Callable[[], float] = _SYSTEM.random

    def delay(self, failures: int) -> float:
        """Seconds to wait after ``failures`` failures in a row (from 1)."""
        # Beyond 64 doublings the cap was reached long ago and a float could overflow.
        whole = min(self.maximum, self.initial * self.factor ** min(max(failures, 1) - 1, 64))
        return whole * (0.5 + self.chance() / 2)
