"""Reports every time the window did not react for more than a tenth of a second, with where it was."""

from __future__ import annotations

import logging
import sys
import threading
import time
import traceback
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Slot

log = logging.getLogger(__name__)

LIMIT_S = 0.1
"""Longest time the window's thread may be away, in seconds."""
_BEAT_MS = 20


@dataclass(frozen=True, slots=True)
class Block:
    """One hold-up: how long it lasted, in seconds, and the stack a tenth of a second into it."""

    seconds: float
    stack: str


class Watchdog(QObject):
    """A timer beats in the window's thread; another thread notes the stack when a beat is missed.

    The next beat decides: only then is it known how long the window merely waited for a processor
    that other programs had, and that is not its fault. Nor is it when the whole program stood still
    (the other thread saw nothing either): then only what the window's thread computed counts.
    """

    def __init__(self, parent: QObject | None = None, limit_s: float = LIMIT_S) -> None:
        super().__init__(parent)
        self.blocks: list[Block] = []
        self._limit_s = limit_s
        self._window_thread = threading.get_ident()
        self._schedule = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")
        self._stop = threading.Event()
        self._beat = time.monotonic()
        self._waited = self._waited_for_cpu()
        self._computed = time.thread_time()
        self._missed: tuple[float, str] = (0.0, "")
        self._timer = QTimer(self)
        self._timer.setInterval(_BEAT_MS)
        self._timer.timeout.connect(self._on_beat)
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)

    def start(self) -> None:
        """Begin to watch; call it from the window's thread."""
        self._beat, self._waited, self._computed = time.monotonic(), self._waited_for_cpu(), time.thread_time()
        self._timer.start()
        self._thread.start()

    def stop(self) -> None:
        """Watch no more."""
        self._stop.set()
        self._timer.stop()
        self._thread.join()

    @Slot()
    def _on_beat(self) -> None:
        now, waited, computed = time.monotonic(), self._waited_for_cpu(), time.thread_time()
        beat, stack = self._missed
        if beat == self._beat:
            away = now - beat - (waited - self._waited)
        else:
            away, stack = computed - self._computed, ""
        if away > self._limit_s:
            self.blocks.append(Block(away, stack))
            log.warning("window blocked for %.0f ms\n%s", away * 1000, stack)
        self._beat, self._waited, self._computed = now, waited, computed

    def _watch(self) -> None:
        woke = time.monotonic()
        while not self._stop.wait(_BEAT_MS / 1000):
            beat, before, woke = self._beat, woke, time.monotonic()
            on_time = woke - before < self._limit_s / 2
            if on_time and woke - beat > self._limit_s and self._missed[0] != beat:
                frame = sys._current_frames().get(self._window_thread)  # noqa: SLF001 - the only way to see another thread
                self._missed = (beat, "".join(traceback.format_stack(frame)) if frame else "")

    def _waited_for_cpu(self) -> float:
        """Seconds the window's thread was ready to run but other programs had the processor (Linux; else 0)."""
        try:
            return int(self._schedule.read_text(encoding="ascii").split()[1]) / 1e9
        except (OSError, ValueError, IndexError):
            return 0.0
