"""Follows the indexed folders: hears of changes, waits until they are quiet, and has the pipeline look at them.

Whatever could have been missed is repaired by a look at everything: after the kernel dropped events, after the
reader of events died, after sleep, when a volume comes or goes, when an indexed folder is another one than before.
"""

from __future__ import annotations

import logging
import math
import os
import threading
import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Protocol

from indexer.catalog.writer import Root
from indexer.report import Reporter
from indexer.watch.dirty import Dirty, DirtyPaths, Shape
from indexer.watch.mounts import Mounts, MountWatch
from indexer.watch.polling import PollClock
from indexer.watch.sleep import SleepDetector
from indexer.watch.watched import WatchedFolders

log = logging.getLogger(__name__)

_TICK_S = 5.0
_GRAIN_S = 0.02
_AFTER_LOSS_S = 1.0
_MOST_AFTER_LOSS_S = 10.0
_COUNT_EVERY = 12
"""Ticks between counts of the watches that the kernel really holds."""


class Index(Protocol):
    """What the watcher needs of the pipeline."""

    @property
    def roots(self) -> list[Root]:
        """The indexed folders."""

    def look_at(self, dirty: Sequence[Dirty], *, read: bool = True, quiet: bool = False) -> Future[None]:
        """Compare paths with the disk."""

    def rescan(self, folders: Collection[str] | None = None, *, quiet: bool = False) -> Future[None]:
        """Compare whole folders with the disk."""


@dataclass(frozen=True, slots=True)
class Following:
    """How a folder is followed. `how`: watched, partly, polled or not; `why`: "", network, limit or trouble.

    `unwatched` folders in it are looked at from time to time only; `dirty` paths wait to be looked at.
    """

    how: str
    why: str = ""
    unwatched: int = 0
    dirty: int = 0


class Watcher:
    """One thread that follows all indexed folders of one pipeline, and is told by it which folders it looks at."""

    def __init__(self, reporter: Reporter, budget: Callable[[], int] | None = None) -> None:
        self._dirty = DirtyPaths(_shape)
        self._watched = WatchedFolders(self, reporter, budget)
        self._mounts = Mounts.now()
        self._mount_watch = MountWatch(self._on_mounts_changed)
        self._sleep = SleepDetector()
        self._polls = PollClock()
        self._index: Index | None = None
        self._wake = threading.Condition()
        self._sleeps_until = 0.0
        self._stopping = False
        self._lost_at = self._lost_first = 0.0
        self._mounts_changed = False
        self._repair: Future[None] | None = None
        self._looks: list[Future[None]] = []
        self._tick_at = 0.0
        self._ticks = 0
        self._inodes: dict[str, int | None] = {}
        self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)

    def start(self, index: Index) -> None:
        """Begin to follow; the pipeline's own look at everything sets the watches."""
        self._index = index
        self._tick_at = time.monotonic() + _TICK_S
        self._mount_watch.start()
        self._thread.start()

    def stop(self) -> None:
        """Hear nothing more."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        if self._thread.is_alive():
            self._thread.join()
        self._mount_watch.stop()
        self._watched.close()

    def following(self, root: str) -> Following:
        """How an indexed folder is followed."""
        dirty = self._dirty.count_below(root)
        if self._mounts.of(root).is_remote:
            return Following("polled", "network", dirty=dirty)
        unwatched = self._watched.unwatched_below(root)
        if unwatched:
            return Following("partly" if self._watched.is_watched(root) else "polled", "limit", unwatched, dirty)
        if not self._watched.is_watched(root):
            return Following("not", "trouble", dirty=dirty)
        return Following("watched", dirty=dirty)

    # -- Follower: the pipeline's thread tells what it walks through

    def enter(self, folder: str) -> None:
        """A folder is about to be listed."""
        if not self._mounts.of(folder).is_remote:
            self._watched.add(folder)

    def listed(self, folder: str, newest: float) -> None:
        """A folder was listed."""
        self._watched.note_newest(folder, newest)

    def leave(self, folder: str) -> None:
        """A folder is gone or left out, with all that lies in it."""
        self._watched.remove_tree(folder)

    # -- Listener: the reader of events tells what it hears

    def changed(self, path: str, *, folder: bool, structural: bool, writing: bool) -> None:
        """Something happened at `path`."""
        due = self._dirty.mark(path, deep=folder and structural, structural=structural, writing=writing)
        if due < self._sleeps_until:
            self._nudge()

    def lost(self) -> None:
        """Events were dropped."""
        now = time.monotonic()
        self._lost_first = self._lost_first or now
        self._lost_at = now
        self._nudge()

    def _on_mounts_changed(self) -> None:
        self._mounts_changed = True
        self._nudge()

    def _nudge(self) -> None:
        with self._wake:
            self._wake.notify()

    # -- the watcher's own thread

    def _run(self) -> None:
        while not self._stopping:
            try:
                self._work()
            except Exception:  # the edge of the thread: one round fails, the next look at everything repairs it
                log.exception("following changes failed")
                self.lost()
            with self._wake:
                self._sleeps_until = math.inf  # what is heard from now on wakes: it may be due earlier
                self._sleeps_until = self._next()
                if not self._stopping and not self._mounts_changed:
                    self._wake.wait(max(_GRAIN_S, self._sleeps_until - time.monotonic()))
                self._sleeps_until = 0.0

    def _next(self) -> float:
        """When there is something to do without news."""
        times = [self._tick_at, None if self._is_looking else self._dirty.next_due(), self._repair_at()]
        return min(at for at in times if at is not None)

    @property
    def _is_looking(self) -> bool:
        """Whether the pipeline still looks at what was heard last; more is not handed over until it has."""
        return not all(look.done() for look in self._looks)

    def _look(self, index: Index, dirty: list[Dirty], *, read: bool) -> None:
        if dirty:
            look = index.look_at(dirty, read=read)
            self._looks.append(look)
            look.add_done_callback(lambda _look: self._nudge())

    def _work(self) -> None:
        assert self._index is not None
        if self._mounts_changed:
            self._mounts_changed = False
            self._compare_mounts(self._index)
        if self._dirty.too_many:
            self._dirty.clear()
            self.lost()
        if not self._is_looking:
            self._looks.clear()
            self._look(self._index, self._dirty.take_new(), read=False)
            self._look(self._index, self._dirty.take_quiet(), read=True)
        repair_at = self._repair_at()
        if repair_at is not None and time.monotonic() >= repair_at:
            self._repair_all(self._index)
        if time.monotonic() >= self._tick_at:
            self._tick(self._index)
            self._tick_at = time.monotonic() + _TICK_S

    def _repair_at(self) -> float | None:
        """When to look at everything: soon after the last loss, but not while such a look is under way."""
        if not self._lost_at or (self._repair and not self._repair.done()):
            return None
        return min(self._lost_at + _AFTER_LOSS_S, self._lost_first + _MOST_AFTER_LOSS_S)

    def _repair_all(self, index: Index) -> None:
        log.warning("changes may have been missed: looking at everything")
        self._lost_at = self._lost_first = 0.0
        self._repair = index.rescan()

    def _compare_mounts(self, index: Index) -> None:
        """Look at the folders whose volume came or went."""
        before, self._mounts = self._mounts.points(), Mounts.now()
        now = self._mounts.points()
        changed = [point for point in before.keys() | now.keys() if before.get(point) != now.get(point)]
        affected = {root.path for root in index.roots if any(_touches(point, root.path) for point in changed)}
        if affected:
            log.info("volumes changed: looking at %d folders", len(affected))
            index.rescan(affected)

    def _tick(self, index: Index) -> None:
        self._ticks += 1
        if not self._watched.alive:
            log.warning("the reader of events is dead: starting another one")
            self._watched.restart()
            self.lost()
        elif self._ticks % _COUNT_EVERY == 0 and not self._watched.is_complete():
            log.warning("the system holds fewer watches than were set: setting them anew")
            self._watched.restart()
            self.lost()
        if self._sleep.slept():
            log.info("the computer slept")
            self.lost()
        self._check_roots(index)
        self._poll(index)
        heard_from_now_on = self._watched.rebalance()
        if heard_from_now_on:
            index.look_at([Dirty(path) for path in heard_from_now_on], quiet=True)

    def _check_roots(self, index: Index) -> None:
        """No event tells that a folder above an indexed one was renamed, or that a missing one is back."""
        local = [root.path for root in index.roots if not self._mounts.of(root.path).is_remote]
        inodes = {path: _inode(path) for path in local}
        other = {path for path in local if path in self._inodes and self._inodes[path] != inodes[path]}
        self._inodes = inodes
        if other:
            log.info("%d folders came, went or are other ones", len(other))
            index.rescan(other)

    def _poll(self, index: Index) -> None:
        """Look at what cannot be watched, the more rarely the longer it takes."""
        for root in index.roots:
            if self._mounts.of(root.path).is_remote and self._polls.is_due(root.path):
                self._polls.begin(root.path, index.rescan({root.path}, quiet=True))
        unwatched = self._watched.unwatched()
        if unwatched and self._polls.is_due(""):
            self._polls.begin("", index.look_at([Dirty(path) for path in unwatched], quiet=True))


def _touches(point: str, root: str) -> bool:
    return f"{root}/".startswith(f"{point.rstrip('/')}/") or point.startswith(f"{root}/")


def _inode(path: str) -> int | None:
    try:
        return os.stat(path).st_ino
    except OSError:
        return None


def _shape(path: str) -> Shape:
    try:
        seen = os.lstat(path)
    except OSError:
        return None
    return seen.st_size, seen.st_mtime_ns
