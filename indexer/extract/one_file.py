"""From one file's path to its chunks, whatever the file is. Runs in a worker process."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from indexer.chunk import chunks
from indexer.config import ExtractLimits
from indexer.errors import UnreadableDocument
from indexer.extract.handed import path_of
from indexer.extract.limits import time_limit
from indexer.extract.opening import is_regular, open_file
from indexer.formats import Reader, choose_reader
from indexer.formats.headings import one_line
from indexer.formats.sniff import HEAD_BYTES, sniff
from indexer.model import Chunk, DocumentInfo, Extraction, FileState, Reason, Segment

_BLOCK_BYTES = 1 << 20
_INFO_CHARACTERS = 300
_SOFT_SHARE = 0.4
"""After this share of the time limit a document ends where it is, with what was read."""
_NAME_ONLY = frozenset((Reason.UNSUPPORTED, Reason.TOO_LARGE, Reason.ENCRYPTED, Reason.WRONG_TYPE))
_NO_TEXT = frozenset((Reason.NONE, Reason.EMPTY))


@dataclass(slots=True)
class _Outcome:
    """What stopped the reading of a file, if anything did."""

    reason: Reason = Reason.NONE
    detail: str = ""
    info: DocumentInfo = field(default_factory=DocumentInfo)
    content_hash: bytes = b""
    chunks: int = 0

    def fail(self, reason: Reason, detail: str) -> None:
        """Keep the first reason."""
        if not self.reason:
            self.reason, self.detail = reason, detail[:200]


def extract_file(
    path: str, limits: ExtractLimits, emit: Callable[[Chunk], None], handed: int | None = None
) -> Extraction:
    """Read one file, giving each chunk to `emit` at once; the returned extraction has none.

    `handed` is the descriptor of the file when it was opened elsewhere; it stays open. Raises nothing but what `emit` raises.
    """
    started = time.monotonic()
    outcome = _Outcome()
    try:
        _read_safely(path, limits, outcome, emit, handed)
    except BaseException as error:  # noqa: BLE001 - the edge: parsers raise anything, Rust panics are no Exception
        outcome.fail(reason_of(error), _describe(error))
    outcome.info.title = one_line(outcome.info.title, _INFO_CHARACTERS)
    outcome.info.author = one_line(outcome.info.author, _INFO_CHARACTERS)
    return _extraction(outcome, time.monotonic() - started)


def state_for(reason: Reason, chunk_count: int) -> FileState:
    """The state of a file of which `chunk_count` chunks were read before `reason` ended it."""
    if reason is Reason.CHANGED:
        return FileState.FAILED
    if chunk_count:
        return FileState.INDEXED
    if reason in _NO_TEXT:
        return FileState.NO_TEXT
    return FileState.NAME_ONLY if reason in _NAME_ONLY else FileState.FAILED


def reason_of(error: BaseException) -> Reason:
    """Why a file could not be read, from what was raised."""
    if isinstance(error, UnreadableDocument):
        return error.reason
    if isinstance(error, MemoryError):
        return Reason.OUT_OF_MEMORY
    if isinstance(error, OSError) and error.errno is not None:
        return Reason.VANISHED if error.errno in {errno.ENOENT, errno.ENOTDIR} else Reason.UNREADABLE
    return Reason.BROKEN


def _extraction(outcome: _Outcome, took_s: float) -> Extraction:
    state = state_for(outcome.reason, outcome.chunks)
    return Extraction(
        state=state,
        reason=outcome.reason,
        detail=outcome.detail,
        info=outcome.info,
        truncated=state is FileState.INDEXED and outcome.reason is not Reason.NONE,
        content_hash=outcome.content_hash,
        took_s=took_s,
    )


def _read_safely(
    path: str, limits: ExtractLimits, outcome: _Outcome, emit: Callable[[Chunk], None], handed: int | None
) -> None:
    before = os.lstat(path)
    if not stat.S_ISREG(before.st_mode):
        raise UnreadableDocument(Reason.UNSUPPORTED, "not a regular file")
    if before.st_size == 0:
        raise UnreadableDocument(Reason.EMPTY)
    descriptor = open_file(path) if handed is None else os.dup(handed)
    try:
        if not is_regular(descriptor):
            raise UnreadableDocument(Reason.CHANGED, "not a regular file any more")
        _read_open(path, descriptor, limits, outcome, emit)
        if _is_changed(before, os.fstat(descriptor)) or _is_changed(before, os.lstat(path)):
            outcome.reason, outcome.detail = Reason.CHANGED, "the file changed while it was read"
    finally:
        os.close(descriptor)


def _is_changed(before: os.stat_result, after: os.stat_result) -> bool:
    return (before.st_size, before.st_mtime_ns, before.st_ino) != (after.st_size, after.st_mtime_ns, after.st_ino)


def _read_open(
    path: str, descriptor: int, limits: ExtractLimits, outcome: _Outcome, emit: Callable[[Chunk], None]
) -> None:
    opened = _path_of_descriptor(descriptor, path)
    reader = choose_reader(os.path.basename(path), sniff(opened, os.read(descriptor, HEAD_BYTES)))
    if reader is None:
        raise UnreadableDocument(Reason.UNSUPPORTED)
    size = os.fstat(descriptor).st_size
    if size > limits.file_bytes:
        raise UnreadableDocument(Reason.TOO_LARGE, f"{size} bytes")
    outcome.content_hash = _hash(descriptor)
    deadline = time.monotonic() + _SOFT_SHARE * time_limit(path, size, limits)
    for chunk in chunks(_segments(reader, opened, limits, deadline, outcome)):
        outcome.chunks += 1
        emit(chunk)


def _path_of_descriptor(descriptor: int, path: str) -> Path:
    """The open file itself, so that no other file can slip in under its name."""
    return path_of(descriptor) if sys.platform == "linux" else Path(path)


def _hash(descriptor: int) -> bytes:
    digest = hashlib.blake2b(digest_size=16)
    os.lseek(descriptor, 0, os.SEEK_SET)
    while block := os.read(descriptor, _BLOCK_BYTES):
        digest.update(block)
    return digest.digest()


def _segments(
    reader: Reader, path: Path, limits: ExtractLimits, deadline: float, outcome: _Outcome
) -> Iterator[Segment]:
    """The reader's segments up to a limit or a failure, which end them quietly so that the last chunk is kept."""
    characters = 0
    try:
        for segment in reader.read(path, outcome.info, limits):
            room = limits.characters - characters
            characters += len(segment.text)
            yield (
                segment if len(segment.text) <= room else Segment(segment.text[:room], segment.anchor, segment.heading)
            )
            if characters > limits.characters:
                raise UnreadableDocument(Reason.TOO_LARGE, "more text than the limit")
            if time.monotonic() > deadline:
                raise UnreadableDocument(Reason.TIMEOUT, "stopped early")
    except GeneratorExit:
        raise
    except BaseException as error:  # noqa: BLE001 - see extract_file; here what was read is still to be kept
        outcome.fail(reason_of(error), _describe(error))


def _describe(error: BaseException) -> str:
    return str(error) if isinstance(error, UnreadableDocument) else f"{type(error).__name__}: {error}"
