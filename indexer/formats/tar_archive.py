"""Tar archives, plain and compressed, and single files that are compressed (gzip, bzip2, xz, zstd)."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from indexer.config import ExtractLimits
from indexer.errors import UnreadableDocument
from indexer.formats.libarchive_library import libarchive
from indexer.formats.member_names import cleaned, names_codec
from indexer.model import DocumentInfo, Member, Reason

EXTENSIONS = frozenset("tar gz tgz taz bz2 tbz tbz2 xz txz zst tzst".split())
_BLOCK_BYTES = 1 << 16
_TAR_BLOCK = 512
_REMEMBERED_NAMES = 50
_BROKEN = (tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError)


def is_tar(block: bytes) -> bool:
    """Whether the first 512 bytes are the header of a tar archive: its checksum is right (POSIX.1, pax)."""
    if len(block) < _TAR_BLOCK or not block[0]:
        return False
    try:
        stated = int(block[148:156].strip(b" \0") or b"x", 8)
    except ValueError:
        return False
    return stated == sum(block[:148]) + 8 * 0x20 + sum(block[156:_TAR_BLOCK])


def read(path: Path, info: DocumentInfo, limits: ExtractLimits) -> Iterator[Member]:
    """Yield the files of an archive, or the one that was compressed, which has no name of its own."""
    del info
    with path.open("rb") as file:
        head = file.read(_TAR_BLOCK)
        file.seek(0)
        if is_tar(head):
            yield from _files(file, "r:")
            return
        stream = io.BufferedReader(_Unpacked(file, head, limits.unpacked_limit(path.stat().st_size)), _BLOCK_BYTES)
        if is_tar(stream.peek(_TAR_BLOCK)[:_TAR_BLOCK]):
            yield from _files(stream, "r|")
        else:
            yield Member("", blocks=_blocks(stream))


class _Unpacked(io.RawIOBase):
    """A compressed file's content as a stream. Raises `UnreadableDocument`: TOO_LARGE above `limit` bytes, BROKEN."""

    def __init__(self, file: IO[bytes], head: bytes, limit: int) -> None:
        self._stream = _decompressed(file, head)
        self._left = limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            data = self._stream.read(len(buffer))
        except _BROKEN as error:
            raise UnreadableDocument(Reason.BROKEN, str(error)) from error
        self._left -= len(data)
        if self._left < 0:
            raise UnreadableDocument(Reason.TOO_LARGE, "more data than the limit when unpacked")
        buffer[: len(data)] = data
        return len(data)


def _decompressed(file: IO[bytes], head: bytes) -> IO[bytes]:
    if head.startswith(b"\x1f\x8b"):
        return gzip.GzipFile(fileobj=file)  # type: ignore[return-value]
    if head.startswith(b"BZh"):
        return bz2.BZ2File(file)
    return lzma.LZMAFile(file) if head.startswith(b"\xfd7zXZ\0") else _Zstandard(file)  # type: ignore[return-value]


class _Zstandard:
    """Reads a zstd stream through libarchive."""

    def __init__(self, file: IO[bytes]) -> None:
        self._pieces = self._unpack(file)
        self._rest = b""

    def read(self, size: int) -> bytes:
        """At most `size` bytes; empty at the end."""
        self._rest = self._rest or next(self._pieces, b"")
        data, self._rest = self._rest[:size], self._rest[size:]
        return data

    def _unpack(self, file: IO[bytes]) -> Iterator[bytes]:
        library = libarchive()
        try:
            with library.stream_reader(file, format_name="raw", filter_name="zstd", block_size=_BLOCK_BYTES) as archive:
                for entry in archive:
                    yield from entry.get_blocks(_BLOCK_BYTES)
        except library.ArchiveError as error:
            raise UnreadableDocument(Reason.BROKEN, str(error)) from error


def _files(stream: IO[bytes], mode: str) -> Iterator[Member]:
    names = _Names()
    try:
        with tarfile.open(fileobj=stream, mode=mode, encoding="utf-8", errors="surrogateescape") as archive:  # type: ignore[call-overload]
            while (entry := archive.next()) is not None:
                archive.members = []  # it would keep them all
                if entry.isreg():
                    yield Member(
                        names.readable(entry.name), entry.size, float(entry.mtime) or None, _content(archive, entry)
                    )
    except _BROKEN as error:
        raise UnreadableDocument(Reason.BROKEN, str(error)) from error


def _content(archive: tarfile.TarFile, entry: tarfile.TarInfo) -> Iterator[bytes]:
    try:
        stream = archive.extractfile(entry)
        if stream is not None:
            yield from _blocks(stream)
    except _BROKEN as error:
        raise UnreadableDocument(Reason.BROKEN, str(error)) from error


def _blocks(stream: IO[bytes]) -> Iterator[bytes]:
    while block := stream.read(_BLOCK_BYTES):
        yield block


class _Names:
    """Decodes names by themselves and those that came before."""

    def __init__(self) -> None:
        self._seen: list[bytes] = []

    def readable(self, name: str) -> str:
        """The name; one with undecodable bytes in the code page that fits."""
        raw = name.encode("utf-8", "surrogateescape")
        if raw.isascii() or not any("\udc80" <= character <= "\udcff" for character in name):
            return cleaned(name)
        self._seen = [*self._seen[-_REMEMBERED_NAMES:], raw]
        return cleaned(raw.decode(names_codec(self._seen), "replace"))
