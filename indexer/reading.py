"""The files that wait to be read, those being read, and what becomes of each."""

from __future__ import annotations

import logging
import os
import time
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import CancelledError, Future

from indexer.catalog.writer import CatalogWriter
from indexer.extract.pool import ExtractPool
from indexer.model import Extraction, FileFacts, FileState, Reason
from indexer.naming.index import NameIndex
from indexer.progress import ProgressMeter
from indexer.report import Reporter

log = logging.getLogger(__name__)

Post = Callable[[Callable[[], None]], None]

_IN_FLIGHT_PER_WORKER = 4
_CHANGED_RETRY_S = 2.0
_FAULTS = 2
"""Tries that hang, crash or run out of memory before a file is left alone."""
_INTERRUPTIONS = 5
"""Tries during which the whole program died: that may have been a power cut, so it takes more of them."""


class ReadingQueue:
    """Hands files to the extract workers and stores what comes back. Pipeline's thread only.

    `post` runs a callable in the pipeline's thread; `forget_chunks` is given the chunks that are gone.
    `interrupted` are the paths that were being read when the last run was killed.
    """

    def __init__(
        self,
        catalog: CatalogWriter,
        names: NameIndex,
        pool: ExtractPool,
        workers: int,
        meter: ProgressMeter,
        reporter: Reporter,
        post: Post,
        forget_chunks: Callable[[list[int]], None],
        interrupted: Iterable[str],
    ) -> None:
        self._interrupted = set(interrupted)
        self._catalog = catalog
        self._names = names
        self._pool = pool
        self._most_in_flight = workers * _IN_FLIGHT_PER_WORKER
        self._meter = meter
        self._reporter = reporter
        self._post = post
        self._forget_chunks = forget_chunks
        self._waiting: deque[tuple[int, FileFacts]] = deque()
        self._reading: dict[int, FileFacts] = {}
        self._closed = False
        self._again: set[str] = set()
        self.look_again_at = 0.0
        """Monotonic time at which :meth:`take_again` should be asked; 0: never."""

    def __len__(self) -> int:
        return len(self._waiting) + len(self._reading)

    def close(self) -> None:
        """What is still being read will be ignored."""
        self._closed = True
        self._waiting.clear()

    def add(self, files: Iterable[tuple[int, FileFacts]]) -> None:
        """Queue files, newest first, those that went wrong before last, but not what waits or is being read as it is now."""
        under_way = {*self._waiting, *self._reading.items()}
        fresh = [item for item in files if item not in under_way]
        self._note_interrupted(fresh)
        suspects = self._catalog.attempts.suspects()
        fresh.sort(key=lambda item: (item[0] in suspects, -item[1].mtime_ns))
        self._waiting.extend(fresh)
        self._meter.add_work(len(fresh))

    def _note_interrupted(self, files: Iterable[tuple[int, FileFacts]]) -> None:
        for file_id, facts in files:
            if facts.path in self._interrupted:
                self._interrupted.remove(facts.path)
                self._catalog.attempts.add(file_id, facts)

    def drop_below(self, folder: str) -> None:
        """Forget the files that wait in a folder."""
        inside = os.path.join(folder, "")
        self._waiting = deque(item for item in self._waiting if not item[1].path.startswith(inside))

    def take_again(self) -> set[str]:
        """Paths of files that went, were moved or changed while they were read."""
        taken, self._again, self.look_again_at = self._again, set(), 0.0
        return taken

    def _look_again(self, path: str, seconds: float) -> None:
        at = time.monotonic() + seconds
        self._again.add(path)
        self.look_again_at = min(self.look_again_at or at, at)

    def feed(self) -> None:
        """Keep the workers busy."""
        while self._waiting and len(self._reading) < self._most_in_flight:
            self._read(*self._waiting.popleft())

    def _read(self, file_id: int, facts: FileFacts) -> None:
        if (tries := self._catalog.attempts.count(file_id, facts)) >= _INTERRUPTIONS:
            detail = f"the program ended {tries} times while it was read"
            self._finish(file_id, facts, Extraction(FileState.FAILED, Reason.CRASHED, detail, fault=True))
            return
        self._reading[file_id] = facts
        self._meter.update(current=facts.path)
        future = self._pool.submit(facts.path, facts.size)
        future.add_done_callback(lambda done: self._post(lambda: self._on_extracted(file_id, facts, done)))

    def _on_extracted(self, file_id: int, facts: FileFacts, future: Future[Extraction]) -> None:
        self._reading.pop(file_id, None)
        cancelled = future.cancelled() or isinstance(future.exception(), CancelledError)
        if cancelled or self._closed:
            return
        if not self._is_tried_again(file_id, facts, future.result()):
            self._finish(file_id, facts, future.result())

    def _is_tried_again(self, file_id: int, facts: FileFacts, extraction: Extraction) -> bool:
        """Whether a file that hung or crashed was queued once more, behind the others."""
        if not extraction.fault:
            return False
        tries = self._catalog.attempts.add(file_id, facts)
        log.warning("reading went wrong reason=%s tries=%d detail=%s", extraction.reason, tries, extraction.detail)
        if tries < _FAULTS:
            self._waiting.append((file_id, facts))
        return tries < _FAULTS

    def _finish(self, file_id: int, facts: FileFacts, extraction: Extraction) -> None:
        failed = extraction.state is FileState.FAILED
        if failed and extraction.reason is Reason.VANISHED:
            self._look_again(facts.path, 0.0)
        elif failed and extraction.reason is Reason.CHANGED:
            self._look_again(facts.path, _CHANGED_RETRY_S)
        elif failed and extraction.reason is Reason.UNREADABLE:
            self._catalog.set_state(file_id, FileState.FAILED, extraction.reason, extraction.detail)
        else:
            self._store(file_id, facts, extraction)
        if failed:
            self._reporter.file_failed(facts.path, extraction.reason)
        self._meter.count_read(failed=failed)

    def _store(self, file_id: int, facts: FileFacts, extraction: Extraction) -> None:
        with self._catalog.transaction():
            gone = self._catalog.store_extraction(file_id, facts, extraction)
            if not extraction.fault:
                self._catalog.attempts.forget(file_id)
        self._names.set_members(file_id, self._catalog.members.of([file_id]))
        self._forget_chunks(gone)
