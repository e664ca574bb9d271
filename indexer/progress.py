"""How far the work is, counted and reported as it moves on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace

from indexer.report import Progress, Reporter

_REPORT_EVERY_S = 0.2
_ESTIMATE_AFTER_S = 3.0
_ESTIMATE_AFTER_STEPS = 20


class ProgressMeter:
    """Keeps the picture of the work. Changed by the pipeline's thread, read by any."""

    def __init__(self, reporter: Reporter) -> None:
        self._reporter = reporter
        self._progress = Progress()
        self._last_report = 0.0
        self._started = 0.0
        self._settled = threading.Condition()
        self.report_at = 0.0
        """Monotonic time of a report that was not due yet; 0: none is owed."""

    @property
    def now(self) -> Progress:
        """A picture of the work at this moment."""
        return self._progress

    def update(self, **changes: object) -> None:
        """Set fields of the picture."""
        self._progress = replace(self._progress, **changes)  # type: ignore[arg-type]

    def add_work(self, files: int) -> None:
        """So many more files wait to be read; the first ones start the clock of the estimate."""
        if not self._progress.done:
            self._started = time.monotonic()
        self.update(total=self._progress.total + files)

    def count_read(self, *, failed: bool) -> None:
        """One more file was read, or could not be."""
        self.update(done=self._progress.done + 1, failed=self._progress.failed + failed)

    def count_embedded(self, chunks: int) -> None:
        """So many more chunks were embedded."""
        self.update(chunks_embedded=self._progress.chunks_embedded + chunks)

    def count_recognised(self) -> None:
        """The text of one more page was recognised, or could not be."""
        self.update(ocr_pages_done=self._progress.ocr_pages_done + 1)

    def is_due(self, phase: str) -> bool:
        """Whether it is time for another report; if not, :attr:`report_at` says when."""
        ends = phase == "idle" and self._progress.busy
        at = self._last_report + _REPORT_EVERY_S
        self.report_at = 0.0 if ends or time.monotonic() >= at else at
        return not self.report_at

    def report(self, phase: str, states: dict[str, int], owed: int, left: int, ocr_s: float = 0.0) -> None:
        """Tell the reporter. `owed` chunks have no embedding; `left` files and chunks can be done now.

        `ocr_s` is an estimate of the seconds that the pages take whose text is to be recognised.
        """
        self._last_report = time.monotonic()
        total = self._progress.chunks_embedded + owed
        self.update(phase=phase, chunks_total=total, states=states, eta_s=self._eta(left, ocr_s))
        if phase == "idle":
            self.update(total=0, done=0, failed=0, chunks_embedded=0, chunks_total=owed)
            self.update(ocr_pages_done=0, current="", eta_s=None)
        self._reporter.progress(self._progress)
        with self._settled:
            self._settled.notify_all()

    def wait_until(self, settled: Callable[[], bool], timeout: float | None, cancelled: Callable[[], bool]) -> bool:
        """Wait for `settled()`, asked again after each report; False when cancelled or out of time (seconds)."""
        deadline = None if timeout is None else time.monotonic() + timeout
        with self._settled:
            while not settled():
                if cancelled() or (deadline is not None and time.monotonic() > deadline):
                    return False
                self._settled.wait(0.1)
        return True

    def _eta(self, left: int, ocr_s: float) -> float | None:
        if not left:
            return ocr_s or None
        done = self._progress.done + self._progress.chunks_embedded
        elapsed = time.monotonic() - self._started
        if elapsed < _ESTIMATE_AFTER_S or done < _ESTIMATE_AFTER_STEPS:
            return None
        return elapsed / done * left + ocr_s
