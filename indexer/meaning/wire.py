"""How client and worker talk: frames of a JSON header and a block of bytes, over two pipes.

A request has `id` and `op`; its reply has the same `id`, and `error` when it failed. A header
with `event` and without `id` is news from the worker: model, opening, ready, failed.
"""

from __future__ import annotations

import json
import struct
import threading
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import IO, Any

from indexer.errors import DiskFull, IndexerError, MeaningUnavailable, ModelUnavailable
from indexer.meaning.items import EmbedItem, StoredItem

_LENGTHS = struct.Struct(">II")
_LARGEST = 1 << 28

Header = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Frame:
    """One message. `block` holds what JSON would bloat: vectors and long lists of ids."""

    header: Header
    block: bytes = b""


class FrameWriter:
    """Writes whole frames from any thread."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def write(self, header: Header, block: bytes = b"") -> None:
        """Send one frame. Raises `OSError` or `ValueError` when nobody listens any more."""
        text = json.dumps(header, separators=(",", ":")).encode("ascii")
        with self._lock:
            self._stream.write(_LENGTHS.pack(len(text), len(block)) + text + block)
            self._stream.flush()

    def close(self) -> None:
        """End the conversation."""
        with self._lock:
            self._stream.close()


def read_frame(stream: IO[bytes]) -> Frame | None:
    """The next frame; None at the end of the conversation, also when it ends in the middle of a frame."""
    lengths = stream.read(_LENGTHS.size)
    if len(lengths) < _LENGTHS.size:
        return None
    header_bytes, block_bytes = _LENGTHS.unpack(lengths)
    if max(header_bytes, block_bytes) > _LARGEST:
        raise ValueError("a frame of impossible size")
    text, block = stream.read(header_bytes), stream.read(block_bytes)
    if len(text) < header_bytes or len(block) < block_bytes:
        return None
    header = json.loads(text)
    if not isinstance(header, dict):
        raise ValueError("a frame without a header")  # noqa: TRY004 - bad bytes, not a bad argument
    return Frame(header, block)


def pack_ids(ids: Sequence[int]) -> bytes:
    """Chunk ids as little-endian 64-bit numbers."""
    return struct.pack(f"<{len(ids)}q", *ids)


def unpack_ids(block: bytes) -> tuple[int, ...]:
    """The reverse of :func:`pack_ids`."""
    return struct.unpack(f"<{len(block) // 8}q", block)


def pack_embed_items(items: Sequence[EmbedItem]) -> list[Any]:
    """Items as plain JSON values."""
    return [astuple(item) for item in items]


def unpack_embed_items(rows: list[Any]) -> list[EmbedItem]:
    """The reverse of :func:`pack_embed_items`."""
    return [EmbedItem(row[0], row[1], row[2], tuple(row[3]), *row[4:]) for row in rows]


def pack_stored_items(items: Sequence[StoredItem]) -> tuple[list[Any], bytes]:
    """Items as plain JSON values, each with the length of its vector, and the vectors one after another."""
    rows = []
    for item in items:
        row = list(astuple(item))
        row[1] = len(item.vector)
        rows.append(row)
    return rows, b"".join(item.vector for item in items)


def unpack_stored_items(rows: list[Any], block: bytes) -> list[StoredItem]:
    """The reverse of :func:`pack_stored_items`."""
    vectors = split(block, [row[1] for row in rows])
    return [
        StoredItem(row[0], vector, row[2], tuple(row[3]), *row[4:]) for row, vector in zip(rows, vectors, strict=True)
    ]


def split(block: bytes, lengths: Sequence[int]) -> list[bytes]:
    """Cut `block` into pieces of these lengths. Raises `ValueError` when they do not add up."""
    if sum(lengths) != len(block):
        raise ValueError("the lengths do not add up to the block")
    pieces, start = [], 0
    for length in lengths:
        pieces.append(block[start : start + length])
        start += length
    return pieces


def pack_error(error: IndexerError) -> Header:
    """An expected failure as plain JSON values."""
    return {"code": error.code, "detail": str(error)[:500], "facts": error.facts}


def unpack_error(packed: Header) -> IndexerError:
    """The failure as the client raises it: what is neither disk nor model is `MeaningUnavailable`."""
    code, detail, facts = packed["code"], packed["detail"], packed["facts"]
    for known in (DiskFull, ModelUnavailable, MeaningUnavailable):
        if code == known.code:
            return known(detail, **facts)
    return MeaningUnavailable(detail, **{"why": code} | {k: v for k, v in facts.items() if k != "why"})
