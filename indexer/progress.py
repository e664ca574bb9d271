"""How far the work is, counted and reported as it moves on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from indexer.estimate import Estimate
from indexer.report import Progress, Reporter

_REPORT_EVERY_S = 0.2


_LONGEST_STEP_S = 5.0


@dataclass(frozen=True, slots=True)
class Left:
    """What is still to be done: `units` of reading (see `to_read`), `chunks` without embedding, `ocr_s` seconds of recognition.

    `meaning`: chunks can be embedded at all. `reads`, `embeds`: that is being done just now. `paused`: nothing is.
    """

    units: int = 0
    chunks: int = 0
    ocr_s: float = 0.0
    meaning: bool = False
    reads: bool = False
    embeds: bool = False
    paused: bool = False


class ProgressMeter:
    """Keeps the picture of the work. Changed by the pipeline's thread, read by any."""

    def __init__(self, reporter: Reporter) -> None:
        self._reporter = reporter
        self._progress = Progress()
        self._last_report = 0.0
        self._estimate = Estimate()
        self._units = self._found = self._embedded = 0
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
        """So many more files wait to be read."""
        self.update(total=self._progress.total + files)

    def count_read(self, *, failed: bool, units: int, chunks: int) -> None:
        """One more file was read, or could not be; it cost so many units and gave so many chunks."""
        self._units += units
        self._found += chunks
        self.update(done=self._progress.done + 1, failed=self._progress.failed + failed)

    def count_embedded(self, chunks: int) -> None:
        """So many more chunks were embedded."""
        self._embedded += chunks
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

    def report(self, phase: str, states: dict[str, int], left: Left) -> None:
        """Tell the reporter how things stand, what is `left` included."""
        now = time.monotonic()
        seconds, self._last_report = now - self._last_report, now
        total = self._progress.chunks_embedded + left.chunks
        self.update(phase=phase, chunks_total=total, states=states, eta_s=self._eta(left, seconds))
        if phase == "idle":
            self.update(total=0, done=0, failed=0, chunks_embedded=0, chunks_total=left.chunks)
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

    def _eta(self, left: Left, seconds: float) -> float | None:
        spent = min(seconds, _LONGEST_STEP_S)
        self._estimate.note(
            spent, units=self._units, found=self._found, embedded=self._embedded, reads=left.reads, embeds=left.embeds
        )
        self._units = self._found = self._embedded = 0
        if left.paused:
            return None
        work = self._estimate.seconds_left(left.units, left.chunks, embeds=left.meaning, passed=spent)
        return None if work is None else (work + left.ocr_s or None)
