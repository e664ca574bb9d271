"""Which folders are watched and which, beyond the system's limit, are looked at from time to time."""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Callable

from indexer.report import Reporter
from indexer.watch.folder_watches import FolderWatches, Listener, NoMoreWatches
from indexer.watch.limits import limit_for, watch_budget, watch_limit, watches_held
from indexer.watch.no_watches import NoWatches
from indexer.watch.tree_watches import TreeWatches

log = logging.getLogger(__name__)

LIMIT_CODE = "watch_limit"
_EXCHANGED_AT_ONCE = 500


class WatchedFolders:
    """Shares out the watches: those folders get one in which something happened last. Thread-safe."""

    def __init__(self, listener: Listener, reporter: Reporter, budget: Callable[[], int] | None) -> None:
        self._listener = listener
        self._reporter = reporter
        self._ask_budget = budget or (lambda: watch_budget(watch_limit()))
        self._lock = threading.RLock()
        self._unwatched: dict[str, float] = {}
        self._complained = False
        self._watches, self._budget = self._open(), self._ask_budget()

    def _open(self) -> FolderWatches | TreeWatches | NoWatches:
        try:
            return FolderWatches(self._listener) if sys.platform == "linux" else TreeWatches(self._listener)
        except OSError as error:  # the system allows a user only so many readers of events
            log.warning("nothing can be watched: %s", error)
            return NoWatches()

    @property
    def alive(self) -> bool:
        """False when nothing is heard any more."""
        return self._watches.alive

    def is_watched(self, folder: str) -> bool:
        """Whether changes in this folder are heard of."""
        return folder in self._watches

    def is_complete(self) -> bool:
        """Whether the system really holds the watches that were set."""
        return sys.platform != "linux" or watches_held() >= self._watches.held

    def restart(self) -> None:
        """Begin anew with nothing watched: the next look at everything sets the watches."""
        with self._lock:
            self._watches.close()
            self._watches, self._budget = self._open(), self._ask_budget()
            self._unwatched.clear()

    def close(self) -> None:
        """Hear nothing more."""
        self._watches.close()

    def add(self, folder: str) -> None:
        """Watch a folder if there is a watch left."""
        with self._lock:
            if folder in self._watches or len(self._watches) < self._budget:
                try:
                    self._watches.add(folder)
                    self._unwatched.pop(folder, None)
                    return
                except NoMoreWatches:
                    self._budget = len(self._watches)
            self._unwatched.setdefault(folder, 0.0)

    def note_newest(self, folder: str, newest: float) -> None:
        """Remember the time of the newest thing in a folder."""
        with self._lock:
            if folder in self._unwatched:
                self._unwatched[folder] = newest
            else:
                self._watches.note_newest(folder, newest)

    def remove_tree(self, folder: str) -> None:
        """Forget a folder and all below it."""
        with self._lock:
            self._watches.remove_tree(folder)
            for path in self._unwatched_below(folder):
                del self._unwatched[path]

    def unwatched(self) -> list[str]:
        """Folders that have no watch."""
        with self._lock:
            return list(self._unwatched)

    def unwatched_below(self, folder: str) -> int:
        """How many folders at `folder` and below have no watch."""
        with self._lock:
            return len(self._unwatched_below(folder))

    def _unwatched_below(self, folder: str) -> list[str]:
        inside = os.path.join(folder, "")
        return [path for path in self._unwatched if path == folder or path.startswith(inside)]

    def rebalance(self) -> list[str]:
        """Give watches to those folders in which something happened later than in others; returns them.

        They must be looked at: what happened before was not heard. Also tells the user of the limit, or that it is over.
        """
        with self._lock:
            self._tell()
            if not self._unwatched:
                return []
            self._budget = self._ask_budget()  # it may have been raised
            best = sorted(((newest, path) for path, newest in self._unwatched.items()), reverse=True)
            free = max(0, self._budget - len(self._watches))
            for _newest, path in best[:free]:
                self.add(path)
            wanted = best[:free] + self._make_room(best[free:])
            return [path for _newest, path in wanted if path in self._watches]

    def _make_room(self, best: list[tuple[float, str]]) -> list[tuple[float, str]]:
        """Take watches from folders in which nothing happened for long."""
        given = []
        for (newest, path), (other, out) in zip(best, self._watches.oldest(_EXCHANGED_AT_ONCE), strict=False):
            if newest <= other:
                break
            self._watches.remove(out)
            self._unwatched[out] = other
            self.add(path)
            given.append((newest, path))
        return given

    def _tell(self) -> None:
        if self._unwatched and not self._complained:
            needed = len(self._unwatched) + len(self._watches)
            facts: dict[str, object] = {"folders": needed, "watched": len(self._watches), "wanted": limit_for(needed)}
            log.warning("too few watches %s", facts)
            self._reporter.problem(LIMIT_CODE, facts)
        elif self._complained and not self._unwatched:
            self._reporter.resolved(LIMIT_CODE)
        self._complained = bool(self._unwatched)
