"""Zip archives of files (APPNOTE.TXT), with names in whatever code page, damaged ones as far as they go."""

from __future__ import annotations

import struct
import time
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from indexer.config import ExtractLimits
from indexer.errors import UnreadableDocument
from indexer.formats.member_names import cleaned, names_codec
from indexer.formats.salvage import SalvagedArchive
from indexer.model import DocumentInfo, Member, Reason

EXTENSIONS = frozenset(("zip", "zipx"))
_BLOCK_BYTES = 1 << 16
_ENCRYPTED, _UTF8 = 0x1, 0x800
_LOCAL_HEADER_BYTES = 30
_LINK = 0o120000
_UNICODE_PATH, _EXTENDED_TIME = 0x7075, 0x5455
_EPOCH_OF_DOS = (1980, 1, 1, 0, 0, 0)


def read(path: Path, info: DocumentInfo, limits: ExtractLimits) -> Iterator[Member]:
    """Yield the files in the order of the directory."""
    del info, limits
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, UnicodeError) as error:
        yield from _salvaged(path)
        raise UnreadableDocument(Reason.BROKEN, f"its directory is lost: {error}") from error
    with archive:
        entries = archive.infolist()
        names = _names(entries)
        shared = _overlapping(entries)
        for entry, name in zip(entries, names, strict=True):
            if not entry.is_dir() and entry.external_attr >> 16 & 0o170000 != _LINK:
                yield _member(archive, entry, name, overlaps=entry.header_offset in shared)


def _member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, *, overlaps: bool) -> Member:
    if entry.flag_bits & _ENCRYPTED:
        return Member(name, entry.file_size, _time(entry), reason=Reason.ENCRYPTED)
    if overlaps:  # https://www.bamsoftware.com/hacks/zipbomb/
        return Member(name, entry.file_size, _time(entry), reason=Reason.BROKEN)
    return Member(name, entry.file_size, _time(entry), _content(archive, entry))


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    try:
        with archive.open(entry) as stream:
            yield from _blocks(stream)
    except NotImplementedError as error:
        raise UnreadableDocument(Reason.UNSUPPORTED, str(error)) from error
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise UnreadableDocument(Reason.BROKEN, str(error)) from error


def _blocks(stream: IO[bytes]) -> Iterator[bytes]:
    while block := stream.read(_BLOCK_BYTES):
        yield block


def _names(entries: Sequence[zipfile.ZipInfo]) -> list[str]:
    """Names that are not marked as UTF-8 were decoded as those of DOS, which loses nothing."""
    raw = {
        number: entry.orig_filename.encode("cp437", "replace")
        for number, entry in enumerate(entries)
        if not entry.flag_bits & _UTF8
    }
    codec = names_codec(raw.values())
    return [
        cleaned(
            _unicode_path(entry, raw[number]) or raw[number].decode(codec, "replace")
            if number in raw
            else entry.filename
        )
        for number, entry in enumerate(entries)
    ]


def _unicode_path(entry: zipfile.ZipInfo, raw: bytes) -> str:
    """The name in UTF-8 that some programs put beside the one in their code page (APPNOTE 4.6.9)."""
    field = _extra(entry, _UNICODE_PATH)
    if len(field) <= 5 or field[0] != 1 or int.from_bytes(field[1:5], "little") != zlib.crc32(raw):
        return ""
    return field[5:].decode("utf-8", "replace")


def _time(entry: zipfile.ZipInfo) -> float | None:
    field = _extra(entry, _EXTENDED_TIME)
    if len(field) >= 5 and field[0] & 1:
        return float(int.from_bytes(field[1:5], "little", signed=True))
    try:
        return None if entry.date_time == _EPOCH_OF_DOS else time.mktime((*entry.date_time, 0, 0, -1))
    except (OverflowError, ValueError):
        return None


def _extra(entry: zipfile.ZipInfo, wanted: int) -> bytes:
    rest = entry.extra
    while len(rest) >= 4:
        kind, length = struct.unpack_from("<HH", rest)
        if kind == wanted:
            return rest[4 : 4 + length]
        rest = rest[4 + length :]
    return b""


def _overlapping(entries: Sequence[zipfile.ZipInfo]) -> set[int]:
    """Offsets of the entries whose data another entry claims too."""
    shared: set[int] = set()
    ordered = sorted(entries, key=lambda entry: entry.header_offset)
    reached, last = -1, -1
    for entry in ordered:
        if entry.header_offset < reached:
            shared |= {last, entry.header_offset}
        end = entry.header_offset + _LOCAL_HEADER_BYTES + entry.compress_size
        if end > reached:
            reached, last = end, entry.header_offset
    return shared


def _salvaged(path: Path) -> Iterator[Member]:
    archive = SalvagedArchive(path)
    try:
        names = archive.namelist()
        raw = [name.encode("cp437", "ignore") for name in names]
        codec = names_codec(raw)
        for name, as_bytes in zip(names, raw, strict=True):
            if not name.endswith("/"):
                readable = name if as_bytes.decode("cp437") != name else as_bytes.decode(codec, "replace")
                yield Member(cleaned(readable), blocks=_salvaged_content(archive, name))
    finally:
        archive.close()


def _salvaged_content(archive: SalvagedArchive, name: str) -> Iterator[bytes]:
    try:
        with archive.open(name) as stream:
            yield from _blocks(stream)
    except NotImplementedError as error:
        raise UnreadableDocument(Reason.UNSUPPORTED, str(error)) from error
    except RuntimeError as error:
        raise UnreadableDocument(Reason.ENCRYPTED, str(error)) from error
