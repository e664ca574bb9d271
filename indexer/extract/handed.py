"""Reading a file that was handed over open, where opening it again is refused.

Readers are given a path, `/proc/self/fd/N`, and open it as often as they like. Under Landlock the
kernel would refuse that, so Python's own `open` answers for such a path with a reader of the
descriptor that has a position of its own.
"""

from __future__ import annotations

import builtins
import errno
import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from typing_extensions import override

_PREFIX = "/proc/self/fd/"
_BUFFER_BYTES = 1 << 16

Open = Callable[..., IO[Any]]


def path_of(descriptor: int) -> Path:
    """A path under which readers find the open file (Linux)."""
    return Path(f"{_PREFIX}{descriptor}")


def let_open_read_descriptors() -> None:
    """From here on Python's `open` reads what :func:`path_of` names through the descriptor itself."""
    builtins.open = io.open = _with_descriptors(io.open)  # type: ignore[assignment]


def _with_descriptors(plain: Open) -> Open:
    def opened(file: Any, mode: str = "r", buffering: int = -1, *args: Any, **options: Any) -> IO[Any]:
        descriptor = _descriptor(file)
        if descriptor is None:
            return plain(file, mode, buffering, *args, **options)
        if set(mode) & set("wax+"):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), os.fspath(file))
        raw = DescriptorReader(descriptor)
        if buffering == 0:
            return raw  # type: ignore[return-value]
        buffered = io.BufferedReader(raw, max(buffering, _BUFFER_BYTES))
        return buffered if "b" in mode else io.TextIOWrapper(buffered, *args, **options)

    return opened


def _descriptor(file: Any) -> int | None:
    path = os.fspath(file) if isinstance(file, str | os.PathLike) else None
    if isinstance(path, str) and path.startswith(_PREFIX) and (number := path.removeprefix(_PREFIX)).isdigit():
        return int(number)
    return None


class DescriptorReader(io.RawIOBase):
    """Reads a file from a descriptor that others read too. Closing it leaves theirs open."""

    def __init__(self, descriptor: int) -> None:
        self.name = f"{_PREFIX}{descriptor}"
        self._position = 0
        self._descriptor = os.dup(descriptor)

    @override
    def readable(self) -> bool:
        return True

    @override
    def seekable(self) -> bool:
        return True

    @override
    def fileno(self) -> int:
        return self._descriptor

    @override
    def readinto(self, buffer: Any) -> int:
        count = os.preadv(self._descriptor, [buffer], self._position)
        self._position += count
        return count

    @override
    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position}.get(whence)
        if base is None:
            base = os.fstat(self._descriptor).st_size
        if base + offset < 0:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        self._position = base + offset
        return self._position

    @override
    def tell(self) -> int:
        return self._position

    @override
    def close(self) -> None:
        if not self.closed:
            os.close(self._descriptor)
        super().close()
