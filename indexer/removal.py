"""Removing a folder: out of sight at once, for good only when it was not wanted back within a time."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from indexer.catalog.removed import RemovedRoot, RemovedRoots
from indexer.catalog.writer import CatalogWriter, Root
from indexer.naming.index import NameIndex

log = logging.getLogger(__name__)

_FILES = 50
"""Files that one step deletes: some milliseconds, in which nothing else is written."""


@dataclass(frozen=True, slots=True)
class Removed:
    """A folder that comes back when it is added again before `until`, in seconds since the epoch."""

    path: str
    until: float


class Removal:
    """Hides folders, brings them back, and deletes what is past its time. Pipeline's thread only.

    `undo_s` is how long a folder can come back; `forget_chunks` is given the chunks that the vector store is to lose.
    """

    def __init__(
        self,
        catalog: CatalogWriter,
        names: NameIndex,
        undo_s: float,
        forget_chunks: Callable[[list[int]], None],
    ) -> None:
        self._catalog = catalog
        self._names = names
        self._undo_s = undo_s
        self._forget_chunks = forget_chunks
        self._rows = RemovedRoots(catalog)
        self._removed = self._rows.all()
        self._cleaning: _Cleaning | None = None

    @property
    def removed(self) -> list[Removed]:
        """The folders that can still come back, the last one removed last."""
        now = time.time()
        return [Removed(item.path, until) for item in self._removed if (until := self._until(item)) > now]

    def remove(self, root: Root) -> None:
        """Put a folder out of sight of every search."""
        files = self._rows.files(root)
        self._forget_chunks(self._rows.hide(root))
        self._names.remove(files)
        self._removed = self._rows.all()

    def make_way(self, path: str) -> None:
        """Before `path` is added: what was removed there comes back."""
        if self._removed:
            self._rows.make_way(path)
            self._show()

    def undo(self, path: str) -> bool:
        """Bring a folder back; False when there is nothing to bring back. An empty path means the one removed last."""
        wanted = [item for item in self._removed if item.path == path or not path]
        if not wanted or self._until(wanted[-1]) <= time.time():
            return False
        self._rows.bring_back(wanted[-1])
        self._show()
        return True

    def wait_s(self) -> float | None:
        """Seconds until there is something to delete; None: nothing to wait for."""
        if self._cleaning:
            return 0.0
        if not self._removed:
            return None
        return max(0.0, min(map(self._until, self._removed)) - time.time())

    def step(self) -> None:
        """Delete a little of what is past its time."""
        over = next((item for item in self._removed if self._until(item) <= time.time()), None)
        if over is not None:
            self._delete_some(over)
        elif self._cleaning and not self._cleaning.step():
            log.info("deleted what was removed: files=%d freed=%d bytes", self._cleaning.files, self._cleaning.freed)
            self._cleaning = None

    def _delete_some(self, removed: RemovedRoot) -> None:
        self._cleaning = self._cleaning or _Cleaning(self._rows)
        files, chunks = self._rows.delete_some(removed, _FILES)
        self._cleaning.files += files
        self._forget_chunks(chunks)
        if files < _FILES:
            self._removed = self._rows.all()

    def _until(self, removed: RemovedRoot) -> float:
        return removed.removed_at + self._undo_s

    def _show(self) -> None:
        self._removed = self._rows.all()
        self._names.load(self._catalog)


class _Cleaning:
    """Gives the space of deleted rows back to the disk, step by step."""

    def __init__(self, removed: RemovedRoots) -> None:
        self._rows = removed
        self._size = removed.size()
        self._merging = self._merged = False
        self.files = 0

    @property
    def freed(self) -> int:
        """Bytes that the database is smaller now."""
        return self._size - self._rows.size()

    def step(self) -> bool:
        """False when all is done."""
        if not self._merged:
            self._merged = not self._rows.merge_some(first=not self._merging)
            self._merging = True
            return True
        if self._rows.give_back_some():
            return True
        self._rows.fold_journal()
        return False
