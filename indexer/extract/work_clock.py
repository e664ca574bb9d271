"""How the time that a file may take is counted.

Seconds are seconds of work: those that a process computed count whole, those in which it waited for the
disk or for its turn count a third. A file is not given up because the computer is busy with other things,
yet whatever hangs ends after three times its limit.
"""

from __future__ import annotations

import contextlib
import time

import psutil


def worked() -> float:
    """Seconds that this process has worked, from some moment on."""
    return _seconds_of_work(time.process_time())


class WorkClock:
    """The same for another process. One that is gone computes no more, while its time goes on."""

    def __init__(self, pid: int) -> None:
        self._computed = 0.0
        self._process: psutil.Process | None = None
        with contextlib.suppress(psutil.Error):
            self._process = psutil.Process(pid)

    def __call__(self) -> float:
        """Seconds that it has worked, from some moment on."""
        if self._process is not None:
            with contextlib.suppress(psutil.Error):
                times = self._process.cpu_times()
                self._computed = times.user + times.system
        return _seconds_of_work(self._computed)


def _seconds_of_work(computed: float) -> float:
    return (2 * computed + time.monotonic()) / 3
