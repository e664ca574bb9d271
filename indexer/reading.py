"""The files that wait to be read, those being read, and what becomes of each."""

from __future__ import annotations

import logging
import queue
import time
from collections.abc import Callable, Iterable
from concurrent.futures import CancelledError, Future

import apsw

from indexer.catalog.to_read import Lane, ToRead, Waiting, units_of
from indexer.catalog.writer import CatalogWriter
from indexer.extract.pool import ExtractPool
from indexer.model import Extraction, FileFacts, FileState, Reason
from indexer.naming.index import NameIndex
from indexer.progress import ProgressMeter
from indexer.report import Reporter
from indexer.throttle import Rate

log = logging.getLogger(__name__)

Post = Callable[[Callable[[], None]], None]

_IN_FLIGHT_PER_WORKER = 4
_GROUP_S = 0.2
"""Longest transaction: what was read meanwhile is stored in one."""
_LONGEST_REST_S = 2.0
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
        self._to_read = ToRead(catalog.db, catalog.folders)
        self._reading: dict[int, Waiting] = {}
        self._read: queue.SimpleQueue[tuple[Waiting, Future[Extraction]]] = queue.SimpleQueue()
        self._told: list[Callable[[], None]] = []
        self._rest_until = 0.0
        self._closed = False
        self._again: set[str] = set()
        self.look_again_at = 0.0
        """Monotonic time at which :meth:`take_again` should be asked; 0: never."""

    def __len__(self) -> int:
        return len(self._to_read) + len(self._reading)

    @property
    def units(self) -> int:
        """What it costs to read all that waits, see :func:`indexer.catalog.to_read.units_of`."""
        return self._to_read.units

    @property
    def busy(self) -> bool:
        """Whether a file is being read."""
        return bool(self._reading)

    def close(self) -> None:
        """What is still being read will be ignored."""
        self._closed = True

    def add(self, files: Iterable[tuple[int, FileFacts]], *, touched: bool = False) -> None:
        """Queue files (`touched`: changed just now), those that went wrong before last, but none that is being read as it is now."""
        fresh = [(file_id, facts) for file_id, facts in files if not self._reads(file_id, facts)]
        if not fresh:
            return
        self._note_interrupted(fresh)
        suspects = self._catalog.attempts.suspects()
        usual = Lane.TOUCHED if touched else Lane.USUAL
        new = self._to_read.add((item for item in fresh if item[0] not in suspects), usual)
        new += self._to_read.add((item for item in fresh if item[0] in suspects), Lane.SUSPECT)
        self._meter.add_work(new)

    def _reads(self, file_id: int, facts: FileFacts) -> bool:
        return file_id in self._reading and self._reading[file_id].facts == facts

    def prefer(self, file_ids: Iterable[int]) -> None:
        """Somebody looks at these files: read them before all others, if they wait."""
        for file_id in file_ids:
            self._to_read.prefer(file_id)

    def _note_interrupted(self, files: Iterable[tuple[int, FileFacts]]) -> None:
        for file_id, facts in files:
            if facts.path in self._interrupted:
                self._interrupted.remove(facts.path)
                self._catalog.attempts.add(file_id, facts)

    def drop_below(self, folder: str) -> None:
        """Forget the files that wait in a folder."""
        folder_id = self._catalog.folders.find(folder)
        if folder_id is not None:
            self._to_read.drop_below(folder_id)

    def take_again(self) -> set[str]:
        """Paths of files that went, were moved or changed while they were read."""
        taken, self._again, self.look_again_at = self._again, set(), 0.0
        return taken

    def _look_again(self, path: str, seconds: float) -> None:
        at = time.monotonic() + seconds
        self._again.add(path)
        self.look_again_at = min(self.look_again_at or at, at)

    def feed(self, rate: Rate = Rate.FULL, *, only_touched: bool = False) -> None:
        """Keep the workers busy, as far as the rate allows; with `only_touched` leave the usual files for later."""
        if self._closed or rate is Rate.PAUSED or (rate is Rate.GENTLE and time.monotonic() < self._rest_until):
            return
        most = 1 if rate is Rate.GENTLE else self._most_in_flight
        while len(self._reading) < most and (waiting := self._to_read.take(only_touched=only_touched)):
            self._begin(waiting)

    def _begin(self, waiting: Waiting) -> None:
        file_id, facts = waiting.file_id, waiting.facts
        if (tries := self._catalog.attempts.count(file_id, facts)) >= _INTERRUPTIONS:
            detail = f"the program ended {tries} times while it was read"
            self._finish(waiting, Extraction(FileState.FAILED, Reason.CRASHED, detail, fault=True))
            self._tell()
            return
        self._reading[file_id] = waiting
        self._meter.update(current=facts.path)
        future = self._pool.submit(facts.path, facts.size)
        future.add_done_callback(lambda done: self._on_extracted(waiting, done))

    def _on_extracted(self, waiting: Waiting, done: Future[Extraction]) -> None:
        """Called by a thread of the pool."""
        self._read.put((waiting, done))
        self._post(self._take_read)

    def _take_read(self) -> None:
        """Store all that was read by now, in one transaction. What one file breaks costs that file alone."""
        trouble: Exception | None = None
        self._told.clear()
        until = time.monotonic() + _GROUP_S
        with self._catalog.transaction():
            while time.monotonic() < until and not self._read.empty():
                try:
                    self._settle(*self._read.get_nowait())
                except apsw.Error:
                    raise
                except Exception as error:  # noqa: BLE001 - told when the others are safe
                    trouble = error
        self._tell()
        if trouble is not None:
            raise trouble

    def _tell(self) -> None:
        """What others hear of only when it is written."""
        told, self._told = self._told, []
        for tell in told:
            tell()

    def _settle(self, waiting: Waiting, future: Future[Extraction]) -> None:
        if self._reading.get(waiting.file_id) is waiting:
            del self._reading[waiting.file_id]
        cancelled = future.cancelled() or isinstance(future.exception(), CancelledError)
        if cancelled or self._closed:
            return
        extraction = future.result()
        self._rest_until = time.monotonic() + min(extraction.took_s, _LONGEST_REST_S)
        if not self._is_tried_again(waiting.file_id, waiting.facts, extraction):
            self._finish(waiting, extraction)

    def _is_tried_again(self, file_id: int, facts: FileFacts, extraction: Extraction) -> bool:
        """Whether a file that hung or crashed was queued once more, behind the others."""
        if not extraction.fault:
            return False
        tries = self._catalog.attempts.add(file_id, facts)
        log.warning("reading went wrong reason=%s tries=%d detail=%s", extraction.reason, tries, extraction.detail)
        if tries < _FAULTS:
            self._to_read.add([(file_id, facts)], Lane.SUSPECT)
        return tries < _FAULTS

    def _finish(self, waiting: Waiting, extraction: Extraction) -> None:
        facts = waiting.facts
        failed = extraction.state is FileState.FAILED
        if failed and extraction.reason is Reason.VANISHED:
            self._look_again(facts.path, 0.0)
        elif failed and extraction.reason is Reason.CHANGED:
            self._look_again(facts.path, _CHANGED_RETRY_S)
        elif failed and extraction.reason is Reason.UNREADABLE:
            self._catalog.set_state(waiting.file_id, FileState.FAILED, extraction.reason, extraction.detail)
        else:
            self._store(waiting, extraction)
        if failed:
            self._told.append(lambda: self._reporter.file_failed(facts.path, extraction.reason))
        self._told.append(
            lambda: self._meter.count_read(failed=failed, units=units_of(facts), chunks=len(extraction.chunks))
        )

    def _store(self, waiting: Waiting, extraction: Extraction) -> None:
        file_id = waiting.file_id
        with self._catalog.transaction():
            gone = self._catalog.store_extraction(file_id, waiting.facts, extraction)
            if not extraction.fault:
                self._catalog.attempts.forget(file_id)
            if waiting.lane <= Lane.TOUCHED:
                self._catalog.prefer([file_id])
        members = self._catalog.members.of([file_id])
        self._told.append(lambda: self._names.set_members(file_id, members))
        self._told.append(lambda: self._forget_chunks(gone))
