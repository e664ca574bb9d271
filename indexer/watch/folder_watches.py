"""Watches on folders through watchdog's inotify reader: one instance and one thread for everything (Linux).

watchdog's own observer watches whole trees, ignored folders included, and does not say which it failed to
watch. Here each folder is watched by decision, before it is listed, so that no change falls between the two.
"""

from __future__ import annotations

import errno
import logging
import os
import threading
from dataclasses import dataclass, field
from typing import Protocol

from watchdog.observers.inotify_c import CallbackId, InotifyConstants, InotifyEvent, InotifyFD, Mask, WatchDescriptor

log = logging.getLogger(__name__)

_CAME = InotifyConstants.IN_CREATE | InotifyConstants.IN_MOVED_TO
_WENT = InotifyConstants.IN_DELETE | InotifyConstants.IN_MOVED_FROM
_MASK = Mask(
    _CAME | _WENT | InotifyConstants.IN_MODIFY | InotifyConstants.IN_CLOSE_WRITE | InotifyConstants.IN_ATTRIB
    | InotifyConstants.IN_DELETE_SELF | InotifyConstants.IN_MOVE_SELF
    | InotifyConstants.IN_ONLYDIR | InotifyConstants.IN_DONT_FOLLOW | InotifyConstants.IN_EXCL_UNLINK
)  # fmt: skip
_SELF = InotifyConstants.IN_DELETE_SELF | InotifyConstants.IN_MOVE_SELF | InotifyConstants.IN_UNMOUNT


class Listener(Protocol):
    """Told what happens, from the reader's thread: must be quick."""

    def changed(self, path: str, *, folder: bool, structural: bool, writing: bool) -> None:
        """Something happened at `path`."""

    def lost(self) -> None:
        """The kernel dropped events: anything may have changed."""


class NoMoreWatches(Exception):
    """The system's limit is reached."""


@dataclass(slots=True, eq=False)
class _Folder:
    """A watched folder; it is what watchdog calls back. One inode may be watched under several paths (bind mounts)."""

    owner: FolderWatches
    path: str
    number: CallbackId
    descriptor: WatchDescriptor = WatchDescriptor(-1)  # noqa: RUF009 - a number
    newest: float = 0.0
    children: set[str] = field(default_factory=set)

    def on_event(self, event: InotifyEvent) -> None:
        self.owner.on_event(self, event)

    def on_watch_deleted(self, wd: WatchDescriptor) -> None:
        self.owner.on_gone(self, wd)

    def on_queue_overflow(self) -> None:
        self.owner.on_overflow()


class FolderWatches:
    """The watched folders. Thread-safe."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._lock = threading.RLock()
        self._folders: dict[str, _Folder] = {}
        self._next = 0
        self._reader = self._start()

    def __len__(self) -> int:
        return len(self._folders)

    def __contains__(self, path: str) -> bool:
        return path in self._folders

    @property
    def held(self) -> int:
        """Watches that the system must hold: two paths of one folder share theirs."""
        with self._lock:
            return len({folder.descriptor for folder in self._folders.values()})

    @property
    def alive(self) -> bool:
        """False when the thread that reads events is dead."""
        return self._reader.is_alive()

    def add(self, path: str) -> bool:
        """Watch a folder; False when it is not there or may not be listed. Raises `NoMoreWatches`.

        A folder that was watched before and is another one now is watched anew.
        """
        with self._lock:
            self._next += 1
            folder = _Folder(self, path, CallbackId(self._next))
            try:
                descriptor = self._reader.add_callback(os.fsencode(path), _MASK, folder, folder.number)
            except OSError as error:
                if error.errno in {errno.ENOSPC, errno.ENOMEM}:
                    raise NoMoreWatches from None
                return False
            if descriptor < 0:
                self._reader.remove_callbacks([(descriptor, folder.number)])
                return False
            folder.descriptor = descriptor
            known = self._folders.get(path)
            if known is not None and known.descriptor == descriptor:
                self._reader.remove_callbacks([(descriptor, folder.number)])
                return True
            if known is not None:
                folder.children = known.children
                self._unwatch(known)
            self._folders[path] = folder
            above = self._folders.get(os.path.dirname(path))
            if above is not None:
                above.children.add(path)
            return True

    def note_newest(self, path: str, newest: float) -> None:
        """Remember the time of the newest thing in a folder."""
        folder = self._folders.get(path)
        if folder is not None:
            folder.newest = newest

    def oldest(self, count: int) -> list[tuple[float, str]]:
        """The watched folders in which nothing happened for longest."""
        with self._lock:
            return sorted((folder.newest, path) for path, folder in self._folders.items())[:count]

    def remove(self, path: str) -> None:
        """Stop to watch one folder; those below stay."""
        with self._lock:
            folder = self._folders.pop(path, None)
            if folder is not None:
                self._unwatch(folder)

    def remove_tree(self, path: str) -> None:
        """Stop to watch a folder and all below it."""
        with self._lock:
            waiting = [path]
            while waiting:
                folder = self._folders.pop(waiting.pop(), None)
                if folder is not None:
                    waiting += folder.children
                    self._unwatch(folder)
            above = self._folders.get(os.path.dirname(path))
            if above is not None:
                above.children.discard(path)

    def close(self) -> None:
        """Stop to watch everything."""
        with self._lock:
            self._folders.clear()
        self._reader.stop()
        self._reader.join(5)

    # -- the reader's thread

    def on_event(self, folder: _Folder, event: InotifyEvent) -> None:
        """Something happened in a folder, or to it."""
        if event.mask & _SELF:
            self._listener.changed(folder.path, folder=True, structural=True, writing=False)
            return
        path = os.path.join(folder.path, os.fsdecode(event.name)) if event.name else folder.path
        is_folder = bool(event.mask & InotifyConstants.IN_ISDIR)
        if is_folder and event.mask & InotifyConstants.IN_MOVED_FROM:
            self.remove_tree(path)  # the watches would follow it and tell of paths that are no more
        self._listener.changed(
            path,
            folder=is_folder,
            structural=bool(event.mask & (_CAME | _WENT)),
            writing=bool(event.mask & InotifyConstants.IN_MODIFY),
        )

    def on_gone(self, folder: _Folder, _descriptor: WatchDescriptor) -> None:
        """The kernel dropped a watch: its folder is deleted or unmounted."""
        with self._lock:
            if self._folders.get(folder.path) is folder:
                del self._folders[folder.path]
                above = self._folders.get(os.path.dirname(folder.path))
                if above is not None:
                    above.children.discard(folder.path)

    def on_overflow(self) -> None:
        """Called once for each watched folder: told once."""
        self._listener.lost()

    def _start(self) -> InotifyFD:
        reader = InotifyFD()
        reader.start()
        return reader

    def _unwatch(self, folder: _Folder) -> None:
        try:
            self._reader.remove_callbacks([(folder.descriptor, folder.number)])
        except OSError as error:
            log.debug("removing a watch: %s", error)
