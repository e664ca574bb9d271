"""When the engine lives: one per home, started on demand, gone when nobody needs it."""

from __future__ import annotations

import logging
import signal
import threading
import time
from pathlib import Path
from types import FrameType, TracebackType
from typing import Protocol, Self

import filelock

log = logging.getLogger(__name__)

_SHORTEST_TICK_S, _LONGEST_TICK_S = 0.25, 5.0


class EngineLock:
    """Held by the one engine of a home. The system frees it when its process dies, however it dies."""

    def __init__(self, path: Path) -> None:
        self._lock = filelock.FileLock(path, mode=0o600)
        self.held = False

    def __enter__(self) -> Self:
        try:
            self._lock.acquire(timeout=0)
            self.held = True
        except filelock.Timeout:
            self.held = False
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.held:
            self._lock.release()


class Runnable(Protocol):
    """What `run_until_idle` needs of an engine."""

    idle_seconds: float
    rescan_seconds: float
    stopping: threading.Event
    """Set when a client asked the engine to leave."""

    def start(self) -> None:
        """Begin to serve."""

    def is_needed(self) -> bool:
        """Somebody is connected, work is under way, or background indexing is on."""

    def rescan(self) -> None:
        """Compare all folders with the disk."""

    def stop(self) -> None:
        """End everything."""


def run_until_idle(engine: Runnable) -> None:
    """Serve until a signal, a `shutdown` request, or `idle_seconds` without need."""

    def end(_signal: int, _frame: FrameType | None) -> None:
        engine.stopping.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    engine.start()
    needed = scanned = time.monotonic()
    tick = min(_LONGEST_TICK_S, max(_SHORTEST_TICK_S, engine.idle_seconds / 8))
    try:
        while not engine.stopping.wait(tick):
            now = time.monotonic()
            if engine.is_needed():
                needed = now
            elif now - needed >= engine.idle_seconds:
                log.info("idle for %d s: leaving", engine.idle_seconds)
                break
            if now - scanned >= engine.rescan_seconds:
                scanned = now
                engine.rescan()
    finally:
        engine.stop()
