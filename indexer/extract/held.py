"""A file inside another one, made a file that any reader can open, for as long as it is read.

On Linux it is kept in memory and touches no disk. Elsewhere it is a private temporary file; one that a
killed process left behind is removed by the next one.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from indexer.errors import UnreadableDocument
from indexer.model import Reason

_PREFIX = "docent-member-"


@dataclass(frozen=True, slots=True)
class Held:
    """An open copy: where readers find it, its size in bytes, its BLAKE2b hash of 16 bytes."""

    path: Path
    size: int
    content_hash: bytes


@contextlib.contextmanager
def held(blocks: Iterable[bytes], limit: int, *, in_memory: bool = sys.platform == "linux") -> Iterator[Held]:
    """Copy `blocks` to a file that is gone after the `with` block. Raises `UnreadableDocument` (TOO_LARGE) above `limit` bytes."""
    with _memory_file() if in_memory else _temporary_file() as (descriptor, path):
        digest = hashlib.blake2b(digest_size=16)
        size = 0
        for block in blocks:
            size += len(block)
            if size > limit:
                raise UnreadableDocument(Reason.TOO_LARGE, f"more than {limit} bytes inside an archive")
            digest.update(block)
            _write(descriptor, block)
        yield Held(path, size, digest.digest())


def _write(descriptor: int, block: bytes) -> None:
    rest = memoryview(block)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


@contextlib.contextmanager
def _memory_file() -> Iterator[tuple[int, Path]]:
    descriptor = os.memfd_create("member", os.MFD_CLOEXEC)
    try:
        yield descriptor, Path(f"/proc/self/fd/{descriptor}")
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _temporary_file() -> Iterator[tuple[int, Path]]:
    _remove_abandoned()
    descriptor, name = tempfile.mkstemp(prefix=f"{_PREFIX}{os.getpid()}-")
    try:
        yield descriptor, Path(name)
    finally:
        os.close(descriptor)
        os.unlink(name)


def _remove_abandoned() -> None:
    for path in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        owner = path.name.removeprefix(_PREFIX).partition("-")[0]
        if owner.isdigit() and not psutil.pid_exists(int(owner)):
            with contextlib.suppress(OSError):
                path.unlink()
