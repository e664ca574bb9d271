"""Has pages read by one process that starts when it is needed and ends when it is idle."""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from indexer.catalog.owed_pages import OwedPage
from indexer.config import ExtractLimits
from indexer.extract.child import ChildDied, ChildTimedOut
from indexer.model import FileFacts, Reason
from indexer.ocr.child import DEFAULT_COMMAND, PageChild, PageFailed, Recognised

T = TypeVar("T")

_IDLE_SECONDS = 30.0


class PageReader:
    """Does one thing after another in a thread of its own. Futures fail with `PageFailed` and `ChildNotStarted`.

    `limits.seconds` and `limits.memory_bytes` hold for one page. `command` starts the process.
    """

    def __init__(self, limits: ExtractLimits, command: Sequence[str] = DEFAULT_COMMAND) -> None:
        self._limits = limits
        self._command = tuple(command)
        self._executor = ThreadPoolExecutor(1, "ocr")
        self._child: PageChild | None = None
        self._child_lock = threading.Lock()
        self._closed = False
        self._rest: threading.Timer | None = None

    def look(self, owed: OwedPage) -> Future[bytes]:
        """Make the picture of a page; the hash of what it shows."""
        return self._executor.submit(self._look, owed)

    def read(self) -> Future[Recognised]:
        """The text of the page that was looked at last."""
        return self._executor.submit(self._guarded, PageChild.read)

    def close(self) -> None:
        """Kill what runs; return when no process and no thread is left."""
        with self._child_lock:
            self._closed = True
            if self._rest:
                self._rest.cancel()
            if self._child:
                self._child.kill()
        self._executor.shutdown(cancel_futures=True)
        self._stop_child()

    def _look(self, owed: OwedPage) -> bytes:
        _check(owed.facts)
        image = self._guarded(lambda child: child.look(owed.facts.path, owed.page))
        _check(owed.facts)
        return image

    def _guarded(self, work: Callable[[PageChild], T]) -> T:
        if self._rest:
            self._rest.cancel()
        try:
            return work(self._ready_child())
        except ChildTimedOut as error:
            raise PageFailed(Reason.TIMEOUT) from error
        except (ChildDied, LookupError, TypeError, ValueError) as error:  # died, or answered what no worker answers
            raise PageFailed(Reason.CRASHED, str(error)) from error
        finally:
            self._rest_later()

    def _ready_child(self) -> PageChild:
        if self._child and self._child.alive:
            return self._child
        self._stop_child()
        child = PageChild(self._limits, self._command)
        with self._child_lock:
            self._child = child
            if self._closed:
                child.kill()
        return child

    def _rest_later(self) -> None:
        self._rest = threading.Timer(_IDLE_SECONDS, self._on_idle)
        self._rest.daemon = True
        self._rest.start()

    def _on_idle(self) -> None:
        with self._child_lock:
            if not self._closed:
                self._executor.submit(self._stop_child)

    def _stop_child(self) -> None:
        with self._child_lock:
            child, self._child = self._child, None
        if child:
            child.stop()


def _check(facts: FileFacts) -> None:
    """Raise `PageFailed` (VANISHED, CHANGED) unless the file is still the one that is known."""
    try:
        found = os.lstat(facts.path)
    except OSError as error:
        raise PageFailed(Reason.VANISHED, str(error)) from error
    if not stat.S_ISREG(found.st_mode) or (found.st_size, found.st_mtime_ns) != (facts.size, facts.mtime_ns):
        raise PageFailed(Reason.CHANGED)
