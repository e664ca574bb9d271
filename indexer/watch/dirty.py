"""Paths of which something was heard, held back until they are quiet.

Each path is handed out twice: soon after the first event, so that new names are found and gone ones are not,
and once more when it has been quiet, so that its content is read once for a storm of saves.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

_SOON_S = 0.15
_QUIET_S = 0.4
_MOST_QUIET_S = 2.0
_BURST_GAP_S = 0.2
"""Events that come nearer to each other than this are one save."""
_LONGEST_S = 30.0
_MOST_PATHS = 50_000

Shape = tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Dirty:
    """Something changed at `path`; `deep`: anything below it may have changed too."""

    path: str
    deep: bool = False


@dataclass(slots=True)
class _Mark:
    first: float
    last: float
    soon: float | None
    """When the first look is due; None: it was taken."""
    deep: bool = False
    writing: bool = False
    bursts: int = 0
    shape: Shape = None

    @property
    def quiet_at(self) -> float:
        wait = _MOST_QUIET_S if self.writing else min(_MOST_QUIET_S, _QUIET_S * (1 + self.bursts))
        return min(self.last + wait, self.first + _LONGEST_S)


@dataclass(slots=True)
class DirtyPaths:
    """The paths that wait. Thread-safe. Times are those of `clock`, in seconds.

    `shape` gives size and time of a path, None when there is nothing: one that still changes is not quiet,
    even when nothing was heard of it.
    """

    shape: Callable[[str], Shape]
    clock: Callable[[], float] = time.monotonic
    most: int = _MOST_PATHS
    _marks: dict[str, _Mark] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __len__(self) -> int:
        return len(self._marks)

    @property
    def too_many(self) -> bool:
        """True when it is better to look at everything."""
        return len(self._marks) > self.most

    def mark(self, path: str, *, deep: bool = False, structural: bool = True, writing: bool = False) -> float:
        """Something happened at `path`; returns when it is due.

        `structural`: it came, went or got another name. `writing`: somebody has it open and writes.
        """
        now = self.clock()
        with self._lock:
            mark = self._marks.get(path)
            if mark is None:
                self._marks[path] = _Mark(now, now, now + _SOON_S, deep, writing)
                return now + _SOON_S
            mark.bursts += now - mark.last > _BURST_GAP_S
            mark.last = now
            mark.deep = mark.deep or deep
            mark.writing = writing
            if structural and mark.soon is None:
                mark.soon = now + _SOON_S
            return mark.quiet_at if mark.soon is None else mark.soon

    def take_new(self) -> list[Dirty]:
        """Paths for a first look: names only. They stay until they are quiet."""
        now = self.clock()
        with self._lock:
            due = [(path, mark) for path, mark in self._marks.items() if mark.soon is not None and mark.soon <= now]
            for _path, mark in due:
                mark.soon = None
            taken = [Dirty(path, mark.deep) for path, mark in due]
        for path, mark in due:
            mark.shape = self.shape(path)
        return taken

    def take_quiet(self) -> list[Dirty]:
        """Paths that have been quiet and keep their size; they are forgotten here."""
        now = self.clock()
        with self._lock:
            due = [(path, mark) for path, mark in self._marks.items() if mark.soon is None and mark.quiet_at <= now]
        return [Dirty(path, mark.deep) for path, mark in due if self._release(path, mark, now)]

    def _release(self, path: str, mark: _Mark, now: float) -> bool:
        shape = self.shape(path)
        with self._lock:
            if shape != mark.shape and now < mark.first + _LONGEST_S:
                mark.shape, mark.last = shape, now
                return False
            if mark.quiet_at > now:  # something was heard meanwhile
                return False
            self._marks.pop(path, None)
            return True

    def clear(self) -> None:
        """Forget all: everything is looked at anyhow."""
        with self._lock:
            self._marks.clear()

    def count_below(self, folder: str) -> int:
        """How many paths wait at `folder` and below."""
        prefix = folder.rstrip("/") + "/"
        with self._lock:
            return sum(path == folder or path.startswith(prefix) for path in self._marks)

    def next_due(self) -> float | None:
        """When the next path is due, None when none waits."""
        with self._lock:
            return min(
                (mark.quiet_at if mark.soon is None else mark.soon for mark in self._marks.values()), default=None
            )
