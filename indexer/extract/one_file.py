"""From one file's path to its chunks and those of the files inside it, whatever the file is. Runs in a worker process."""

from __future__ import annotations

import hashlib
import os
import stat
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from indexer.config import ExtractLimits
from indexer.errors import UnreadableDocument
from indexer.extract.document import Document, DocumentReader
from indexer.extract.handed import path_of
from indexer.extract.opening import is_regular, open_file
from indexer.extract.parts import ROOT, Emit
from indexer.formats.sniff import HEAD_BYTES
from indexer.model import Extraction, Reason

_BLOCK_BYTES = 1 << 20
_NOTHING: Mapping[str, Reason] = MappingProxyType({})


def extract_file(
    path: str, limits: ExtractLimits, emit: Emit, handed: int | None = None, skip: Mapping[str, Reason] = _NOTHING
) -> Extraction:
    """Read one file, giving each chunk and member to `emit` at once; the returned extraction has none.

    `handed` is the descriptor of the file when it was opened elsewhere; it stays open. Members named in `skip` are
    not read but given its reason. Raises nothing but what `emit` raises.
    """
    started = time.monotonic()
    document = Document(ROOT, os.path.basename(path))
    try:
        _read_safely(path, handed, document, limits, emit, skip)
    except (FileNotFoundError, NotADirectoryError) as error:
        document.reason, document.detail = Reason.VANISHED, str(error)[:200]
    except OSError as error:
        document.reason, document.detail = Reason.UNREADABLE, str(error)[:200]
    except BaseException as error:  # noqa: BLE001 - the edge: parsers raise anything, Rust panics are no Exception
        document.fail(error)
    return document.extraction(time.monotonic() - started)


def _read_safely(
    path: str, handed: int | None, document: Document, limits: ExtractLimits, emit: Emit, skip: Mapping[str, Reason]
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
        _read_open(path, descriptor, document, DocumentReader(limits, before.st_size, emit, skip), limits)
        _believe_only_what_stayed(path, before, os.fstat(descriptor), document)
    finally:
        os.close(descriptor)


def _believe_only_what_stayed(path: str, before: os.stat_result, opened: os.stat_result, document: Document) -> None:
    """What was read of a file that changed or went meanwhile may never have stood in it."""
    try:
        changed = _is_changed(before, opened) or _is_changed(before, os.lstat(path))
    except (FileNotFoundError, NotADirectoryError):
        document.reason, document.detail = Reason.VANISHED, "the file went while it was read"
        return
    if changed:
        document.reason, document.detail = Reason.CHANGED, "the file changed while it was read"


def _is_changed(before: os.stat_result, after: os.stat_result) -> bool:
    return (before.st_size, before.st_mtime_ns, before.st_ino) != (after.st_size, after.st_mtime_ns, after.st_ino)


def _read_open(
    path: str, descriptor: int, document: Document, documents: DocumentReader, limits: ExtractLimits
) -> None:
    head = os.read(descriptor, HEAD_BYTES)
    size = os.fstat(descriptor).st_size
    opened = _path_of_descriptor(descriptor, path)
    reader = documents.choose(document, opened, head, size)
    if size <= limits.file_bytes:
        document.content_hash = _hash(descriptor)
    documents.read(document, reader, opened, size)


def _path_of_descriptor(descriptor: int, path: str) -> Path:
    """The open file itself, so that no other file can slip in under its name."""
    return path_of(descriptor) if sys.platform == "linux" else Path(path)


def _hash(descriptor: int) -> bytes:
    digest = hashlib.blake2b(digest_size=16)
    os.lseek(descriptor, 0, os.SEEK_SET)
    while block := os.read(descriptor, _BLOCK_BYTES):
        digest.update(block)
    return digest.digest()
