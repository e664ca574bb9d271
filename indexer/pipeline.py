"""Keeps the catalogue true: plan → extract → chunk → text index → meaning. The one writer.

The pipeline's thread owns the catalogue's only writing connection. Extraction runs in the
worker pool and embedding in a thread of its own that talks to the meaning worker; both hand
their results back through the pipeline's inbox, so that all three overlap.
"""

from __future__ import annotations

import logging
import os
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import apsw

from indexer.catalog.database import full_or_corrupt, is_sound, put_aside
from indexer.catalog.root_list import RootList
from indexer.catalog.writer import EXTRACTOR_VERSION, CatalogWriter, OwedChunk, Root
from indexer.config import IndexConfig
from indexer.embedding import EmbeddingThread
from indexer.errors import CatalogCorrupt, DiskFull, FolderUnavailable, IndexerError
from indexer.extract.pool import ExtractPool
from indexer.meaning.client import MeaningClient
from indexer.model import Extraction, FileFacts, FileState, Reason
from indexer.names import NameIndex
from indexer.plan import Plan, make_plan
from indexer.report import Progress, Reporter
from indexer.scan import check_folder, scan_folder

log = logging.getLogger(__name__)

T = TypeVar("T")
Work = Callable[[], None]

_IN_FLIGHT_PER_WORKER = 4
_EMBED_BATCH = 32
_REPORT_EVERY_S = 0.2
_DISK_RETRY_S = 10.0
_CHANGED_RETRY_S = 2.0


class Pipeline:
    """One thread that applies changes to the index in the order they are wanted."""

    def __init__(
        self,
        config: IndexConfig,
        names: NameIndex,
        meaning: MeaningClient | None,
        reporter: Reporter,
        own_folders: Sequence[Path],
    ) -> None:
        self._config = config
        self._names = names
        self._meaning = meaning
        self._reporter = reporter
        self._own_folders = tuple(str(folder) for folder in own_folders)
        self._inbox: queue.SimpleQueue[Work] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._to_read: deque[tuple[int, FileFacts]] = deque()
        self._reading: dict[int, FileFacts] = {}
        self._progress = Progress()
        self._last_report = 0.0
        self._started = 0.0
        self._settled = threading.Condition()
        self._roots: list[Root] = []
        self._retry_at = 0.0
        self._full = False
        self._store_full_until = 0.0
        self._pool = ExtractPool(config.extract_workers, config.limits)
        self._catalog_file = config.index_dir / "catalog.db"
        self._root_list = RootList(config.index_dir / "folders.json")
        self._catalog = self._open()
        self._embedding = (
            EmbeddingThread(meaning, self._inbox.put, self._on_embedded, self._on_store_full) if meaning else None
        )
        self._store_known = False
        self._store_resets = 0
        self._thread = threading.Thread(target=self._run, name="pipeline", daemon=True)

    # -- called from other threads

    @property
    def catalog_file(self) -> Path:
        """The SQLite file, for readers."""
        return self._catalog_file

    @property
    def progress(self) -> Progress:
        """A picture of the work at this moment."""
        return self._progress

    @property
    def roots(self) -> list[Root]:
        """The folders that are indexed."""
        return list(self._roots)

    def start(self) -> None:
        """Begin: load the names, so that they are found at once; then go on with what was not finished."""
        self._load()
        self._update_progress(phase="scanning", states=self._catalog.states())
        self._inbox.put(self._begin)
        self._thread.start()

    def stop(self) -> None:
        """Finish the step in hand, close everything. What was not done is done next time."""
        self._stopping.set()
        self._inbox.put(lambda: None)
        if self._thread.is_alive():
            self._thread.join()
        if self._embedding:
            self._embedding.stop()
        self._pool.close()

    def add_folder(self, path: str) -> Future[Root]:
        """Add a folder and begin to index it. The future fails with `FolderUnavailable`."""
        return self._request(lambda: self._add_folder(path))

    def remove_folder(self, path: str) -> Future[bool]:
        """Forget a folder and what was indexed from it; False when it is not in the set."""
        return self._request(lambda: self._remove_folder(path))

    def rescan(self) -> Future[None]:
        """Compare all folders with the disk."""
        return self._request(self._rescan_all)

    def wait_settled(self, timeout: float | None, cancelled: Callable[[], bool]) -> bool:
        """Wait until nothing remains to be done; False when cancelled or out of time (seconds)."""
        deadline = None if timeout is None else time.monotonic() + timeout
        with self._settled:
            while self._progress.busy or not self._inbox.empty():
                if cancelled() or (deadline is not None and time.monotonic() > deadline):
                    return False
                self._settled.wait(0.1)
        return True

    def _request(self, work: Callable[[], T]) -> Future[T]:
        future: Future[T] = Future()

        def answer() -> None:
            try:
                result = work()
            except Exception as error:
                future.set_exception(error)
                if not isinstance(error, IndexerError):
                    raise
            else:
                future.set_result(result)

        self._inbox.put(answer)
        return future

    # -- the pipeline's thread

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                work = self._inbox.get(timeout=1.0)
            except queue.Empty:
                now = time.monotonic()
                if self._retry_at and now >= self._retry_at:
                    self._guarded(self._retry)
                elif self._store_full_until and now >= self._store_full_until:
                    self._guarded(self._retry_store)
                elif self._progress.busy:
                    self._guarded(lambda: None)  # the meaning worker may have become ready, or failed
                continue
            self._guarded(work)
        try:
            self._catalog.set_meta("clean", "1")
            self._catalog.close()
        except apsw.Error as error:
            log.warning("the catalogue was not closed cleanly: %s", error)

    def _guarded(self, work: Work) -> None:
        try:
            work()
            self._advance()
        except DiskFull as error:
            self._wait_for_space(error)
        except (apsw.CorruptError, apsw.NotADBError, CatalogCorrupt):
            log.exception("catalogue is damaged")
            self._rebuild()
        except (apsw.FullError, apsw.IOError) as error:
            failure = full_or_corrupt(error, self._catalog_file)
            if isinstance(failure, DiskFull):
                self._wait_for_space(failure)
            else:
                self._rebuild()
        except Exception:  # the edge of the thread: one step fails, the index lives
            log.exception("a step of the pipeline failed")
            self._reporter.problem("internal", {"detail": "see the engine's log"})
        self._report()

    def _load(self) -> None:
        self._roots = self._catalog.roots()
        for path in self._root_list.load():
            if path not in {root.path for root in self._roots}:
                self._catalog.add_root(path)
        self._roots = self._catalog.roots()
        self._names.load(self._catalog)

    def _begin(self) -> None:
        if self._meaning:
            self._meaning.start()
            self._reconcile_store()
        self._rescan_all()

    def _reconcile_store(self) -> None:
        self._store_known = False
        if self._embedding:
            self._embedding.reconcile(self._catalog.chunk_ids(), self._on_store_known)

    def _on_store_known(self, model_key: str, missing: set[int], resets: int) -> None:
        if self._catalog.meta("model") not in (None, model_key):
            self._catalog.owe_all(forget_vectors=True)
        elif missing:
            log.info("store lacks %d points", len(missing))
            self._catalog.owe(missing)
        self._catalog.set_meta("model", model_key)
        self._store_resets = resets
        self._store_known = True

    def _retry(self) -> None:
        self._retry_at = 0.0
        if self._full:
            self._full = False
            self._reporter.resolved(DiskFull.code)
        self._rescan_all()

    def _add_folder(self, path: str) -> Root:
        check_folder(path)
        root = self._catalog.add_root(path)
        self._roots = self._catalog.roots()
        self._root_list.save([item.path for item in self._roots])
        self._scan(root)
        return root

    def _remove_folder(self, path: str) -> bool:
        root = next((item for item in self._roots if item.path == path), None)
        if root is None:
            return False
        self._forget_in_store(self._catalog.remove_root(root))
        self._roots = self._catalog.roots()
        self._root_list.save([item.path for item in self._roots])
        self._to_read = deque(item for item in self._to_read if not item[1].path.startswith(os.path.join(path, "")))
        self._names.load(self._catalog)
        return True

    def _rescan_all(self) -> None:
        for root in self._catalog.roots():
            if self._stopping.is_set():
                return
            try:
                self._scan(root)
            except FolderUnavailable as error:
                self._catalog.note_scan(root, "missing" if error.facts["why"] != "unreadable" else "unreadable")
        self._roots = self._catalog.roots()

    def _scan(self, root: Root) -> None:
        self._update_progress(phase="scanning")
        scan = scan_folder(root.path, self._own_folders, self._stopping.is_set)
        known = self._catalog.files_below(root)
        plan = make_plan(known, scan.files, scan.unreadable, EXTRACTOR_VERSION)
        self._apply(plan)
        self._catalog.note_scan(root, "ok")
        self._roots = self._catalog.roots()
        log.info(
            "scanned add=%d update=%d move=%d remove=%d unchanged=%d skipped=%d",
            len(plan.add), len(plan.update), len(plan.move), len(plan.remove), plan.unchanged, scan.skipped,
        )  # fmt: skip

    def _apply(self, plan: Plan) -> None:
        waiting: list[tuple[int, FileFacts]] = []
        under_way = {*self._to_read, *self._reading.items()}
        with self._catalog.transaction():
            gone = self._catalog.remove_files(record.file_id for record in plan.remove)
            for record, facts in plan.move:
                self._catalog.move_file(record.file_id, facts)
            for record, facts in plan.update:
                self._catalog.mark_pending(record.file_id)
                if (record.file_id, facts) not in under_way:
                    waiting.append((record.file_id, facts))
            waiting += [(self._catalog.add_file(facts), facts) for facts in plan.add]
        self._names.remove(record.file_id for record in plan.remove)
        self._names.add((record.file_id, facts.path) for record, facts in plan.move)
        self._names.add((file_id, facts.path) for file_id, facts in waiting)
        self._forget_in_store(gone)
        waiting.sort(key=lambda item: item[1].mtime_ns, reverse=True)
        if not self.progress.done:
            self._started = time.monotonic()
        self._to_read.extend(waiting)
        self._update_progress(total=self._progress.total + len(waiting))

    def _advance(self) -> None:
        if self._full or self._stopping.is_set():
            return
        failure = self._meaning.failure if self._meaning else None
        if isinstance(failure, DiskFull) and not self._store_full_until:
            self._on_store_full(failure)
        while self._to_read and len(self._reading) < self._config.extract_workers * _IN_FLIGHT_PER_WORKER:
            self._read(*self._to_read.popleft())
        if self._embedding and self._meaning and self._store_known and not self._store_full_until:
            if self._meaning.store_resets != self._store_resets:
                self._reconcile_store()
            else:
                self._embedding.feed(self._catalog.owed, _EMBED_BATCH)

    def _read(self, file_id: int, facts: FileFacts) -> None:
        self._reading[file_id] = facts
        self._update_progress(current=facts.path)
        future = self._pool.submit(facts.path, facts.size)
        future.add_done_callback(lambda done: self._inbox.put(lambda: self._on_extracted(file_id, facts, done)))

    def _on_extracted(self, file_id: int, facts: FileFacts, future: Future[Extraction]) -> None:
        self._reading.pop(file_id, None)
        if not future.cancelled() and not isinstance(future.exception(), CancelledError):
            self._finish(file_id, facts, future.result())

    def _finish(self, file_id: int, facts: FileFacts, extraction: Extraction) -> None:
        failed = extraction.state is FileState.FAILED
        if failed and extraction.reason is Reason.VANISHED:
            self._forget_in_store(self._catalog.remove_files([file_id]))
            self._names.remove([file_id])
        elif failed and extraction.reason is Reason.CHANGED:
            self._retry_at = self._retry_at or time.monotonic() + _CHANGED_RETRY_S
        elif failed and extraction.reason is Reason.UNREADABLE:
            self._catalog.set_state(file_id, FileState.FAILED, extraction.reason, extraction.detail)
        else:
            self._forget_in_store(self._catalog.store_extraction(file_id, facts, extraction))
        if failed:
            self._reporter.file_failed(facts.path, extraction.reason)
        self._update_progress(done=self._progress.done + 1, failed=self._progress.failed + failed)

    def _on_store_full(self, error: DiskFull) -> None:
        """Names and text go on; only meaning waits for space."""
        self._reporter.problem(error.code, error.facts)
        self._store_full_until = time.monotonic() + _DISK_RETRY_S

    def _retry_store(self) -> None:
        self._store_full_until = 0.0
        self._reporter.resolved(DiskFull.code)
        if self._meaning and self._meaning.state == "failed":
            self._meaning.start()
            self._reconcile_store()

    def _on_embedded(self, chunks: Sequence[OwedChunk], vectors: Sequence[bytes | None]) -> None:
        self._catalog.set_stored(chunks, vectors)
        self._update_progress(chunks_embedded=self._progress.chunks_embedded + len(chunks))

    def _forget_in_store(self, chunk_ids: list[int]) -> None:
        if chunk_ids and self._embedding:
            self._embedding.delete(chunk_ids)

    # -- trouble

    def _wait_for_space(self, error: DiskFull) -> None:
        log.warning("disk is full: %s", error.facts)
        self._reporter.problem(error.code, error.facts)
        self._full = True
        self._retry_at = time.monotonic() + _DISK_RETRY_S

    def _open(self) -> CatalogWriter:
        try:
            catalog = CatalogWriter(self._catalog_file)
            if catalog.meta("clean") == "0" and not is_sound(catalog.db):
                catalog.db.close()
                raise CatalogCorrupt(path=str(self._catalog_file))
        except CatalogCorrupt as error:
            aside = put_aside(self._catalog_file)
            log.warning("catalogue damaged (%s), kept as %s", error, aside)
            self._reporter.problem(error.code, {"path": str(aside)})
            catalog = CatalogWriter(self._catalog_file)
        catalog.set_meta("clean", "0")
        return catalog

    def _rebuild(self) -> None:
        try:
            self._catalog.db.close()
        except apsw.Error:
            log.exception("closing the damaged catalogue")
        aside = put_aside(self._catalog_file)
        self._reporter.problem(CatalogCorrupt.code, {"path": str(aside)})
        self._catalog = CatalogWriter(self._catalog_file)
        self._to_read.clear()
        self._load()
        self._begin()

    # -- progress

    def _update_progress(self, **changes: object) -> None:
        self._progress = replace(self._progress, **changes)  # type: ignore[arg-type]

    def _report(self) -> None:
        phase = self._phase()
        now = time.monotonic()
        if phase != "idle" and now - self._last_report < _REPORT_EVERY_S:
            return
        self._last_report = now
        owed = self._catalog.count_owed()
        self._update_progress(
            phase=phase,
            chunks_total=self._progress.chunks_embedded + owed,
            states=self._catalog.states(),
            eta_s=self._eta(owed),
        )
        if phase == "idle":
            self._update_progress(
                total=0, done=0, failed=0, chunks_embedded=0, chunks_total=owed, current="", eta_s=None
            )
        self._reporter.progress(self._progress)
        with self._settled:
            self._settled.notify_all()

    @property
    def _meaning_works(self) -> bool:
        return self._meaning is not None and self._meaning.state not in ("failed", "off")

    def _phase(self) -> str:
        if not self._inbox.empty():
            return self._progress.phase if self._progress.busy else "scanning"
        if self._to_read or self._reading:
            return "reading"
        if self._meaning_works and self._embedding and (self._embedding.busy or not self._store_known):
            return "embedding"
        return "idle"

    def _eta(self, owed: int) -> float | None:
        done = self._progress.done + self._progress.chunks_embedded
        elapsed = time.monotonic() - self._started
        if elapsed < 3 or done < 20:
            return None
        return elapsed / done * (len(self._to_read) + len(self._reading) + (owed if self._meaning_works else 0))
