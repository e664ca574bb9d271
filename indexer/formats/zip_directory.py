"""How large a zip archive's directory is, before anything reads it whole into memory."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import IO

from indexer.errors import UnreadableDocument
from indexer.model import Reason

MOST_BYTES = 16 << 20
"""About 150,000 members."""
_END = struct.Struct("<4s4H2IH")
_LOCATOR = struct.Struct("<4sIQI")
_END_64 = struct.Struct("<4sQ2H2I4Q")
_LONGEST_COMMENT = 0xFFFF


def check_directory(path: Path) -> None:
    """Raise `UnreadableDocument` (TOO_LARGE) for an archive with too many members; nothing for what is no archive."""
    with path.open("rb") as file:
        size = _directory_bytes(file)
    if size > MOST_BYTES:
        raise UnreadableDocument(Reason.TOO_LARGE, f"a zip directory of {size} bytes")


def _directory_bytes(file: IO[bytes]) -> int:
    length = file.seek(0, 2)
    start = max(0, length - _LONGEST_COMMENT - _END.size - _LOCATOR.size)
    file.seek(start)
    tail = file.read()
    at = tail.rfind(b"PK\5\6")
    if at < 0 or len(tail) - at < _END.size:
        return 0
    size = int(_END.unpack_from(tail, at)[5])
    if at >= _LOCATOR.size and tail[at - _LOCATOR.size : at].startswith(b"PK\6\7"):
        size = max(_size_64(file, length, _LOCATOR.unpack_from(tail, at - _LOCATOR.size)[2]), size % 0xFFFF_FFFF)
    return min(size, length)


def _size_64(file: IO[bytes], length: int, offset: int) -> int:
    if offset > length - _END_64.size:
        return 0
    file.seek(offset)
    fields = _END_64.unpack(file.read(_END_64.size))
    return int(fields[8]) if fields[0] == b"PK\6\6" else 0
