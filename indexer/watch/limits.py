"""How many folders the system lets one user watch, and how many watches this process really has (Linux)."""

from __future__ import annotations

import contextlib
import os
import sys

_LIMIT_FILES = ("/proc/sys/fs/inotify/max_user_watches", "/proc/sys/user/max_inotify_watches")
_SHARE = 0.8
"""Watches are counted for the user, not for the program: others need some."""


def watch_limit(files: tuple[str, ...] = _LIMIT_FILES) -> int | None:
    """Watches a user may have; None where the system sets no limit."""
    limits = []
    for path in files:
        with contextlib.suppress(OSError, ValueError), open(path, encoding="ascii") as file:
            limits.append(int(file.read()))
    return min(limits, default=None)


def watch_budget(limit: int | None) -> int:
    """How many of them to use."""
    return sys.maxsize if limit is None else int(limit * _SHARE)


def watches_held() -> int:
    """The inotify watches of this process as the kernel counts them."""
    held = 0
    for number in os.listdir("/proc/self/fdinfo"):
        with (
            contextlib.suppress(OSError),
            open(f"/proc/self/fdinfo/{number}", encoding="ascii", errors="replace") as file,
        ):
            held += sum(line.startswith("inotify ") for line in file)
    return held


def limit_for(folders: int) -> int:
    """A limit that is enough for so many folders with room to grow: a power of two."""
    wanted = 524_288
    while wanted * _SHARE < folders * 1.5:
        wanted *= 2
    return wanted
