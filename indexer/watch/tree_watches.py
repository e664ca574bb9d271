"""Watches on whole trees by watchdog's own observer: FSEvents on macOS, ReadDirectoryChangesW on Windows."""

from __future__ import annotations

import os
import threading

from watchdog.events import DirModifiedEvent, FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import ObservedWatch

from indexer.watch.folder_watches import Listener

_STRUCTURAL = frozenset(("created", "deleted", "moved"))


class _Handler(FileSystemEventHandler):
    def __init__(self, listener: Listener) -> None:
        self._listener = listener

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Tell of both ends of a move; a folder's own time says nothing that its entries do not say."""
        if isinstance(event, DirModifiedEvent) or event.event_type in {"opened", "closed_no_write"}:
            return
        for path in (event.src_path, event.dest_path):
            if not path:
                continue
            self._listener.changed(
                os.fsdecode(path if isinstance(path, str) else bytes(path)),
                folder=event.is_directory,
                structural=event.event_type in _STRUCTURAL,
                writing=False,
            )


class TreeWatches:
    """The watched trees; the same methods as :class:`FolderWatches`. Thread-safe."""

    def __init__(self, listener: Listener) -> None:
        self._handler = _Handler(listener)
        self._observer = Observer()
        self._observer.start()
        self._lock = threading.Lock()
        self._trees: dict[str, ObservedWatch] = {}

    def __len__(self) -> int:
        return len(self._trees)

    def __contains__(self, path: str) -> bool:
        return any(path == tree or path.startswith(os.path.join(tree, "")) for tree in self._trees)

    @property
    def alive(self) -> bool:
        """False when a thread that reads events is dead."""
        return self._observer.is_alive() and all(emitter.is_alive() for emitter in self._observer.emitters)

    @property
    def held(self) -> int:
        """Watches that the system must hold."""
        return len(self._trees)

    def add(self, path: str) -> bool:
        """Watch the tree at `path`, if it is not inside a watched one; False when it cannot be."""
        with self._lock:
            if path in self:
                return True
            try:
                self._trees[path] = self._observer.schedule(self._handler, path, recursive=True)
            except OSError:
                return False
            return True

    def note_newest(self, path: str, newest: float) -> None:
        """Trees are never exchanged: it does not matter."""

    def oldest(self, _count: int) -> list[tuple[float, str]]:
        """None may be given up."""
        return []

    def remove(self, path: str) -> None:
        """Stop to watch a tree."""
        self.remove_tree(path)

    def remove_tree(self, path: str) -> None:
        """Stop to watch a tree; a part of a watched one goes on being watched."""
        with self._lock:
            watch = self._trees.pop(path, None)
            if watch is not None:
                self._observer.unschedule(watch)

    def close(self) -> None:
        """Stop to watch everything."""
        self._observer.stop()
        self._observer.join(5)
