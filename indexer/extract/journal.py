"""Which files are being read, so that the next start knows them when the whole program dies of one."""

from __future__ import annotations

import contextlib
import logging
import os
from pathlib import Path

log = logging.getLogger(__name__)


class ReadingJournal:
    """A small file for each lane that holds the path it is reading, and nothing between files.

    Two system calls a file, no flush: it has to survive a killed process, not a power failure.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def left_over(self) -> list[str]:
        """The paths whose reading never ended; they are forgotten. Call before any lane is opened."""
        paths = []
        for file in sorted(self._folder.glob("lane-*")):
            with contextlib.suppress(OSError):
                paths.append(os.fsdecode(file.read_bytes()))
                file.unlink()
        return [path for path in paths if path]

    def open_lane(self, number: int) -> JournalLane:
        """The note of one lane."""
        return JournalLane(self._folder / f"lane-{number}")


class JournalLane:
    """What one lane is reading. Where it cannot be written nothing is noted: the journal only helps."""

    def __init__(self, file: Path) -> None:
        self._descriptor = -1
        try:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._descriptor = os.open(file, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
        except OSError as error:
            log.warning("no journal of what is read: %s", error)

    def begin(self, path: str) -> None:
        """`path` is about to be read."""
        self._write(os.fsencode(path))

    def end(self) -> None:
        """It was read, or could not be: nobody died of it."""
        self._write(b"")

    def close(self) -> None:
        """Release the file, which stays as it is."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _write(self, path: bytes) -> None:
        if self._descriptor >= 0:
            with contextlib.suppress(OSError):
                os.ftruncate(self._descriptor, 0)
                if path:
                    os.lseek(self._descriptor, 0, os.SEEK_SET)
                    os.write(self._descriptor, path)
