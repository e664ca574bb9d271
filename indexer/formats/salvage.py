"""Zip archives without a usable directory: cut off, overwritten, badly repaired. Their members still announce themselves."""

from __future__ import annotations

import mmap
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol, Self

_SIGNATURE = b"PK\3\4"
_HEADER = struct.Struct("<4s5H3I2H")
_ENCRYPTED = 0x1
_UTF8 = 0x800
_MOST_MEMBERS = 100_000
_INPUT_BYTES = 65_536
_DEFLATED = 8
_UNREADABLE = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, struct.error, UnicodeError, ValueError)


class Archive(Protocol):
    """What readers use of a `zipfile.ZipFile`."""

    def namelist(self) -> list[str]:
        """The members' names."""
        ...

    def open(self, name: str) -> Any:
        """A readable stream of one member. Raises `RuntimeError` when it is encrypted."""
        ...

    def close(self) -> None:
        """Let the file go."""
        ...


def open_archive(path: Path) -> Archive:
    """Open a zip archive, from its members' own headers where its directory is lost. Raises `zipfile.BadZipFile`."""
    try:
        return zipfile.ZipFile(path)
    except _UNREADABLE:
        return SalvagedArchive(path)


@dataclass(frozen=True, slots=True)
class _Header:
    offset: int
    """Where the member's data begin."""
    size: int
    """Compressed bytes; 0 where the writer did not know."""
    method: int
    encrypted: bool


class SalvagedArchive:
    """The members that a broken archive still holds; a member that is cut off ends early. Raises `zipfile.BadZipFile` for none."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        try:
            self._data = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            self._file.close()
            raise zipfile.BadZipFile(str(error)) from error
        self._members = self._find_members()
        if not self._members:
            self.close()
            raise zipfile.BadZipFile("no member can be found")

    def namelist(self) -> list[str]:
        """The names in the order of the file."""
        return list(self._members)

    def open(self, name: str) -> IO[bytes]:
        """What is left of a member. Raises `KeyError`, `RuntimeError` when it is encrypted, `zipfile.BadZipFile`."""
        header = self._members[name]
        if header.encrypted:
            raise RuntimeError("encrypted")
        if header.method not in {0, _DEFLATED}:
            raise zipfile.BadZipFile(f"compression method {header.method}")
        return _Stream(self._data, header.offset, self._end(header), deflated=header.method == _DEFLATED)  # type: ignore[return-value]

    def close(self) -> None:
        """Let the file go."""
        self._data.close()
        self._file.close()

    def _end(self, header: _Header) -> int:
        if header.size:
            return min(len(self._data), header.offset + header.size)
        if header.method == _DEFLATED:  # says itself where it ends
            return len(self._data)
        following = self._data.find(b"PK", header.offset)
        return following if following >= 0 else len(self._data)

    def _find_members(self) -> dict[str, _Header]:
        members: dict[str, _Header] = {}
        position = self._data.find(_SIGNATURE)
        for _ in range(_MOST_MEMBERS):
            if not 0 <= position <= len(self._data) - _HEADER.size:
                break
            name, header = self._header_at(position)
            members.setdefault(name, header)
            position = self._data.find(_SIGNATURE, self._after(header, position))
        return members

    def _header_at(self, position: int) -> tuple[str, _Header]:
        _, _, flags, method, _, _, _, size, _, name_bytes, extra_bytes = _HEADER.unpack_from(self._data, position)
        start = position + _HEADER.size
        name = self._data[start : start + name_bytes].decode("utf-8" if flags & _UTF8 else "cp437", "replace")
        return name, _Header(start + name_bytes + extra_bytes, size, method, bool(flags & _ENCRYPTED))

    def _after(self, header: _Header, position: int) -> int:
        """Where to look on: behind the data, if a header or the end is there as promised, else behind this signature."""
        end = header.offset + header.size
        return end if header.size and self._data[end : end + 2] == b"PK" else position + len(_SIGNATURE)


class _Stream:
    """Reads a member piece by piece, as far as it goes."""

    def __init__(self, data: mmap.mmap, start: int, end: int, *, deflated: bool) -> None:
        self._data = data
        self._position = start
        self._end = end
        self._inflater = zlib.decompressobj(-zlib.MAX_WBITS) if deflated else None

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes; empty at the end and where the data are damaged."""
        wanted = size if size > 0 else 1 << 62
        pieces: list[bytes] = []
        while wanted > 0 and (piece := self._piece(min(wanted, 1 << 30))):
            pieces.append(piece)
            wanted -= len(piece)
        return b"".join(pieces)

    def close(self) -> None:
        """Read nothing more."""
        self._position = self._end

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def _piece(self, wanted: int) -> bytes:
        if self._inflater is None:
            return self._take(min(wanted, _INPUT_BYTES))
        try:
            while not self._inflater.eof:
                source = self._inflater.unconsumed_tail or self._take(_INPUT_BYTES)
                if piece := self._inflater.decompress(source, wanted):
                    return piece
                if not source:
                    break
        except zlib.error:
            self.close()
        return b""

    def _take(self, size: int) -> bytes:
        taken = self._data[self._position : min(self._position + size, self._end)]
        self._position += len(taken)
        return taken
