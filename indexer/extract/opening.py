"""Opening a file that may be anything, without following a link or waiting for a writer."""

from __future__ import annotations

import os
import stat

_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
)


def is_regular(descriptor: int) -> bool:
    """Whether an open file is an ordinary one."""
    return stat.S_ISREG(os.fstat(descriptor).st_mode)


def open_file(path: str) -> int:
    """A descriptor for reading. Raises `OSError`; what is behind it may have become something else than a file."""
    return os.open(path, _FLAGS)


def open_to_hand_over(path: str) -> int | None:
    """A descriptor of a regular file that is not empty; None for anything else, and for what cannot be opened."""
    try:
        found = os.lstat(path)
        if not stat.S_ISREG(found.st_mode) or found.st_size == 0:
            return None
        descriptor = open_file(path)
    except (OSError, ValueError):
        return None
    if is_regular(descriptor):
        return descriptor
    os.close(descriptor)
    return None
