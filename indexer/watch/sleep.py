"""Tells that the computer slept: time passed in which nothing could be heard."""

from __future__ import annotations

import time
from collections.abc import Callable

_JUMP_S = 5.0


def away_clock() -> float:
    """Seconds that grow only while the computer sleeps (Linux), or when its clock is set."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME) - time.clock_gettime(time.CLOCK_MONOTONIC)
    return time.time() - time.monotonic()


class SleepDetector:
    """Asked now and then; compares `clock` with what it showed before."""

    def __init__(self, clock: Callable[[], float] = away_clock) -> None:
        self._clock = clock
        self._seen = clock()

    def slept(self) -> bool:
        """True once after each sleep of more than some seconds."""
        before, self._seen = self._seen, self._clock()
        return abs(self._seen - before) > _JUMP_S
