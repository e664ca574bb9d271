"""Keeps the catalogue true: plan → extract → chunk → text index → meaning. The one writer.

The pipeline's thread owns the catalogue's only writing connection. Extraction runs in the
worker pool and embedding in a thread of its own that talks to the meaning worker; both hand
their results back through the pipeline's inbox, so that all three overlap.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar

import apsw

from indexer.catalog.database import full_or_corrupt
from indexer.catalog.opening import begin_anew, open_catalog
from indexer.catalog.root_list import RootList
from indexer.catalog.writer import CatalogWriter, Root
from indexer.config import IndexConfig, RuleConfig
from indexer.courtesy import Courtesy
from indexer.errors import CatalogCorrupt, DiskFull, IndexerError
from indexer.extract.child import DEFAULT_COMMAND
from indexer.extract.journal import ReadingJournal
from indexer.extract.pool import ExtractPool
from indexer.indexed_folders import IndexedFolders
from indexer.meaning.client import MeaningClient
from indexer.naming.index import NameIndex
from indexer.ocr.conditions import Conditions
from indexer.ocr.queue import OcrQueue
from indexer.ocr.reader import PageReader
from indexer.owing import Owing
from indexer.pace import Pace, Pause
from indexer.progress import Left, ProgressMeter
from indexer.reading import ReadingQueue
from indexer.reconcile import Reconciler
from indexer.removal import Removal, Removed
from indexer.report import Progress, Reporter
from indexer.rules.book import Rules
from indexer.scan import check_folder
from indexer.throttle import Rate, Surroundings
from indexer.watch.dirty import Dirty
from indexer.watch.follower import Follower, NoFollower

log = logging.getLogger(__name__)

T = TypeVar("T")
Work = Callable[[], None]

_NAMES_FIRST_S = 60.0
_PAUSE = "pause"
_DISK_RETRY_S = 10.0
_SLICE_S = 0.05
_QUIET_SLICE_S = 0.01
_QUIET_PAUSE_S = 0.02


class Pipeline:
    """One thread that applies changes to the index in the order they are wanted."""

    def __init__(
        self,
        config: IndexConfig,
        names: NameIndex,
        meaning: MeaningClient | None,
        reporter: Reporter,
        own_folders: Sequence[Path],
        rule_config: Callable[[], RuleConfig] = RuleConfig,
        follower: Follower | None = None,
        look: Callable[[], Surroundings] = Surroundings,
    ) -> None:
        """`rule_config` is asked at every look at the folders, so that a changed setting counts from then on.

        `follower` watches what is indexed, if anybody does; `look` tells what goes on around, for the throttle.
        """
        self._config = config
        self._names = names
        self._meaning = meaning
        self._reporter = reporter
        self._own_folders = tuple(str(folder) for folder in own_folders)
        self._rule_config = rule_config
        self._follower = follower or NoFollower()
        self._inbox: queue.Queue[Work] = queue.Queue()
        self._stopping = threading.Event()
        self._meter = ProgressMeter(reporter)
        self._retry_at = 0.0
        self._full = False
        self._step_at = 0.0
        journal = ReadingJournal(config.index_dir / "reading")
        self._interrupted = journal.left_over()
        command = config.extract_command or DEFAULT_COMMAND
        self._pool = ExtractPool(config.extract_workers, config.limits, command, journal)
        self._page_reader = PageReader(config.ocr_limits)
        self.courtesy = Courtesy()
        self.pace = Pace(self.courtesy, look)
        self._walks_since = 0.0
        self._catalog_file = config.index_dir / "catalog.db"
        self._folder_list = RootList(config.index_dir / "folders.json")
        self._owing = Owing(meaning, self._meter, reporter, self._inbox.put)
        self._use(open_catalog(self._catalog_file, reporter))
        self._thread = threading.Thread(target=self._run, name="pipeline", daemon=True)

    def _use(self, catalog: CatalogWriter) -> None:
        """Build the parts that write to the catalogue."""
        self._catalog = catalog
        self._owing.use(catalog)
        self.pace.pause = self.pace.pause or Pause.from_text(catalog.meta(_PAUSE))
        self._reading = ReadingQueue(
            catalog, self._names, self._pool, self._config.extract_workers, self._meter, self._reporter,
            self._inbox.put, self._owing.forget, self._interrupted,
        )  # fmt: skip
        self._removal = Removal(catalog, self._names, self._config.undo_s, self._owing.forget)
        self._folders = IndexedFolders(catalog, self._folder_list, self._removal)
        self._reconciler = Reconciler(
            catalog, self._names, self._reading, self.rules, self._follower, self._owing.forget
        )
        allowed = Conditions(self.courtesy, enabled=self._config.ocr, may_use_battery=self._config.ocr_on_battery)
        self._ocr = OcrQueue(catalog, self._page_reader, allowed, self._meter, self._inbox.put, self._owing.forget)

    # -- called from other threads

    @property
    def catalog_file(self) -> Path:
        """The SQLite file, for readers."""
        return self._catalog_file

    @property
    def progress(self) -> Progress:
        """A picture of the work at this moment."""
        return self._meter.now

    @property
    def looks_again(self) -> bool:
        """Files that changed while they were read will be looked at once more."""
        return bool(self._reading.look_again_at)

    @property
    def roots(self) -> list[Root]:
        """The folders that are indexed."""
        return list(self._folders.all)

    @property
    def removed(self) -> list[Removed]:
        """The folders that were removed and can come back."""
        return self._removal.removed

    def rules(self) -> Rules:
        """What is left out, as the settings have it now."""
        return Rules(self._rule_config(), self._own_folders)

    def start(self) -> None:
        """Begin: load the names, so that they are found at once; then go on with what was not finished."""
        self._names.load(self._catalog)
        self._meter.update(phase="scanning", states=self._catalog.states())
        self._inbox.put(self._begin)
        self._thread.start()

    def stop(self) -> None:
        """Finish the step in hand, close everything. What was not done is done next time."""
        self._stopping.set()
        self._inbox.put(lambda: None)
        if self._thread.is_alive():
            self._thread.join()
        self._owing.stop()
        self._pool.close()
        self._page_reader.close()

    def add_folder(self, path: str) -> Future[Root]:
        """Add a folder and begin to index it. The future fails with `FolderUnavailable`."""
        return self._request(lambda future: self._add_folder(path, future.set_result))

    def remove_folder(self, path: str) -> Future[bool]:
        """Put a folder out of sight; it can come back for a while. False when it is not in the set."""
        return self._request(lambda future: future.set_result(self._remove_folder(path)))

    def undo_removal(self, path: str) -> Future[bool]:
        """Bring a removed folder back, with an empty path the last one; False when there is none."""
        return self._request(lambda future: future.set_result(self._undo_removal(path)))

    def rescan(self, folders: Collection[str] | None = None, *, quiet: bool = False) -> Future[None]:
        """Compare all indexed folders with the disk, or these; `quiet`: when there is nothing else to do."""
        return self._request(lambda future: self._rescan(folders, lambda: future.set_result(None), quiet=quiet))

    def look_at(self, dirty: Sequence[Dirty], *, read: bool = True, quiet: bool = False) -> Future[None]:
        """Compare single paths with the disk, see :meth:`indexer.reconcile.Reconciler.look_at`."""
        return self._request(
            lambda future: self._reconciler.look_at(dirty, read=read, quiet=quiet, done=lambda: future.set_result(None))
        )

    def set_pause(self, pause: Pause | None) -> Future[None]:
        """Do nothing but keep names true, as long as the pause holds; None: go on. A pause outlives the program."""
        self.pace.pause = pause
        return self._request(lambda future: self._keep_pause(pause, future))

    def prefer(self, file_ids: Sequence[int]) -> Future[None]:
        """Somebody looks at these files: what is still to be done for them comes first."""
        return self._request(lambda future: self._prefer(file_ids, future))

    def wait_settled(self, timeout: float | None, cancelled: Callable[[], bool]) -> bool:
        """Wait until nothing remains to be done; False when cancelled or out of time (seconds)."""
        return self._meter.wait_until(self._is_settled, timeout, cancelled)

    def _is_settled(self) -> bool:
        """Nothing is asked or being done, and what was done is reported."""
        return not (self._inbox.unfinished_tasks or self._meter.now.busy or self._meter.report_at)

    def _request(self, work: Callable[[Future[T]], None]) -> Future[T]:
        future: Future[T] = Future()

        def answer() -> None:
            try:
                work(future)
            except Exception as error:
                future.set_exception(error)
                if not isinstance(error, IndexerError):
                    raise

        self._inbox.put(answer)
        return future

    # -- the pipeline's thread

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                work = self._inbox.get(timeout=self._patience())
            except queue.Empty:
                self._guarded(self._due())
            else:
                self._guarded(work)
                self._inbox.task_done()
        self._reconciler.give_up()
        try:
            self._catalog.set_meta("clean", "1")
            self._catalog.close()
        except apsw.Error as error:
            log.warning("the catalogue was not closed cleanly: %s", error)

    def _patience(self) -> float | None:
        """Seconds until there is something to do although nobody asks; None: for ever."""
        if not self._full and self._reconciler.is_looking:
            return 0.0 if self._reconciler.is_busy else _QUIET_PAUSE_S
        if self._meter.now.busy:  # a rest ends; the meaning worker may become ready, or fail; a report is due
            longest = self.pace.patience
            return (
                min(longest, max(0.0, self._meter.report_at - time.monotonic())) if self._meter.report_at else longest
            )
        due = [self._retry_at, self._reading.look_again_at, self._owing.retry_at, self._ocr.look_again_at]
        due.append(self._meter.report_at)
        left = [max(0.0, at - time.monotonic()) for at in due if at]
        if not self._full and (removal := self._removal.wait_s()) is not None:
            left.append(removal)
        return min(left, default=None)

    def _due(self) -> Work:
        """What is to be done when nobody asks."""
        now = time.monotonic()
        if self._retry_at and now >= self._retry_at:
            return self._retry
        if self._reading.look_again_at and now >= self._reading.look_again_at:
            return self._look_again
        if self._owing.retry_at and now >= self._owing.retry_at:
            return self._owing.retry
        if not self._full and self._reconciler.is_looking and not self._reconciler.is_busy:
            return lambda: self._reconciler.step(_QUIET_SLICE_S)
        return lambda: None if self._full else self._removal.step()

    def _guarded(self, work: Work) -> None:
        if self._survives(work):
            self._survives(self._advance)
        self._survives(self._report)

    def _survives(self, step: Work) -> bool:
        try:
            step()
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
        else:
            return True
        return False

    def _begin(self) -> None:
        self._owing.begin()
        self._rescan(None, lambda: None)

    def _retry(self) -> None:
        self._retry_at = 0.0
        if self._full:
            self._full = False
            self._reporter.resolved(DiskFull.code)
        self._rescan(None, lambda: None)

    def _look_again(self) -> None:
        self._reconciler.look_at([Dirty(path) for path in self._reading.take_again()])

    def _add_folder(self, path: str, done: Callable[[Root], None]) -> None:
        check_folder(path)
        self._owing.wake()
        root = self._folders.add(path)
        self._meter.update(phase="scanning")
        self._reconciler.reconcile([root], done=lambda: self._looked(lambda: done(root)))

    def _remove_folder(self, path: str) -> bool:
        known = self._folders.remove(path)
        if known:
            self._reading.drop_below(path)
            self._reconciler.drop(path)
        return known

    def _undo_removal(self, path: str) -> bool:
        back = self._folders.undo(path)
        if back:
            self._rescan(None, lambda: None)
        return back

    def _rescan(self, folders: Collection[str] | None, done: Callable[[], None], *, quiet: bool = False) -> None:
        if not quiet:
            self._owing.wake()
            self._meter.update(phase="scanning")
        roots = [root for root in self._catalog.roots() if folders is None or root.path in folders]
        self._reconciler.reconcile(roots, quiet=quiet, done=lambda: self._looked(done))

    def _keep_pause(self, pause: Pause | None, done: Future[None]) -> None:
        self._catalog.set_meta(_PAUSE, pause.to_text() if pause else "")
        done.set_result(None)

    def _prefer(self, file_ids: Sequence[int], done: Future[None]) -> None:
        self._reading.prefer(file_ids)
        self._catalog.prefer(file_ids)
        done.set_result(None)

    def _looked(self, done: Callable[[], None]) -> None:
        try:
            self._folders.refresh()
        finally:
            done()

    def _advance(self) -> None:
        if self._full or self._stopping.is_set():
            return
        if self._reconciler.is_busy and (self._inbox.empty() or time.monotonic() >= self._step_at):
            self._reconciler.step(_SLICE_S)
            self._step_at = time.monotonic() + _SLICE_S  # what is ready has its turn as well
        rate = self.pace.decide().rate
        self._reading.feed(rate, only_touched=self._names_come_first())
        self._owing.feed(rate)
        if rate is not Rate.PAUSED and not len(self._reading) and self._owing.is_at_ease:
            self._ocr.feed()

    def _names_come_first(self) -> bool:
        """While all names are being entered nothing else is done, but not for ever: a network drive may take hours."""
        now = time.monotonic()
        if not self._reconciler.is_walking:
            self._walks_since = 0.0
        elif not self._walks_since:
            self._walks_since = now
        return bool(self._walks_since) and now - self._walks_since < _NAMES_FIRST_S

    # -- trouble

    def _wait_for_space(self, error: DiskFull) -> None:
        log.warning("disk is full: %s", error.facts)
        self._reconciler.give_up()
        self._reporter.problem(error.code, error.facts)
        self._full = True
        self._retry_at = time.monotonic() + _DISK_RETRY_S

    def _rebuild(self) -> None:
        try:
            self._catalog.db.close()
        except apsw.Error:
            log.exception("closing the damaged catalogue")
        self._reconciler.give_up()
        self._reading.close()
        self._ocr.close()
        self._use(begin_anew(self._catalog_file, self._reporter))
        self._names.load(self._catalog)
        self._begin()

    # -- progress

    def _report(self) -> None:
        phase = self._phase()
        if self._meter.is_due(phase):
            self._folders.refresh()
            self._ocr.tell()
            left = Left(
                self._reading.units, self._catalog.count_owed(), self._ocr.seconds_left, meaning=self._owing.works,
                reads=self._reading.busy, embeds=self._owing.embeds, paused=self.pace.is_paused,
            )  # fmt: skip
            self._meter.update(pace=self.pace.view())
            self._meter.report(phase, self._catalog.states(), left)

    def _phase(self) -> str:
        if not self._inbox.empty():
            return self._meter.now.phase if self._meter.now.busy else "scanning"
        if self._reconciler.is_busy:
            return "scanning"
        if len(self._reading):
            return "reading"
        if self._ocr.busy:
            return "ocr"
        if self._owing.busy or (self.pace.is_paused and self._owing.has_work):
            return "embedding"
        return "ocr" if self._ocr.has_work else "idle"
