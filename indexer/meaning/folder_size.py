"""Watches a folder grow: the one measure of progress that every downloader has in common."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PERIOD_S = 0.2


def folder_size(folder: Path) -> int:
    """Bytes of the files below `folder`; files that vanish meanwhile count nothing."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += os.lstat(os.path.join(parent, name)).st_size
    return total


@contextmanager
def watched_size(folder: Path, on_size: Callable[[int], None]) -> Iterator[None]:
    """Call `on_size(bytes)` from another thread several times a second; never with less than before."""
    ended = threading.Event()

    def watch() -> None:
        largest = 0
        while not ended.wait(_PERIOD_S):
            largest = max(largest, folder_size(folder))
            on_size(largest)

    watcher = threading.Thread(target=watch, name="folder-size", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()
