"""How long films are and when they were made, by the first boxes of their containers.

MP4 and QuickTime (ISO/IEC 14496-12), Matroska and WebM (RFC 9559), RIFF (AVI; of WAVE its texts).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import BinaryIO

from indexer.formats.encoding import decode_labelled

_MOST_BOXES = 2_000
_TEXT_BYTES = 4_096
_DEEPEST = 4
_MP4_EPOCH = datetime(1904, 1, 1, tzinfo=UTC)
_MATROSKA_EPOCH = datetime(2001, 1, 1, tzinfo=UTC)
_SEGMENT, _INFO, _DURATION, _SCALE, _DATE, _TITLE = 0x1853_8067, 0x1549_A966, 0x4489, 0x2A_D7B1, 0x4461, 0x7BA9
_TRACKS, _TRACK, _VIDEO, _WIDTH, _HEIGHT = 0x1654_AE6B, 0xAE, 0xE0, 0xB0, 0xBA
_CLUSTER = 0x1F43_B675
_UNKNOWN_SIZES = frozenset((1 << 7 * length) - 1 for length in range(1, 9))
_INFO_OF_RIFF = {b"INAM": "title", b"IART": "artist", b"ICMT": "comment", b"IGNR": "genre"}


@dataclass(slots=True)
class FilmFacts:
    """What is known; 0 and "" for what is not. Sizes in pixels, `duration` in seconds."""

    duration: float = 0.0
    created: datetime | None = None
    width: int = 0
    height: int = 0
    title: str = ""
    artist: str = ""
    comment: str = ""
    genre: str = ""
    place: str = ""


def film_facts(file: BinaryIO, size: int) -> FilmFacts:
    """Read the boxes of an open file; all of them empty for anything else. Never raises for what the bytes are."""
    file.seek(0)
    head = file.read(12)
    facts = FilmFacts()
    try:
        if head[:4] == b"\x1aE\xdf\xa3":
            _matroska(file, 0, size, facts, 0, _Scale())
        elif head[:4] == b"RIFF" and head[8:] in {b"AVI ", b"WAVE"}:
            _riff(file, 12, size, facts, 0)
        elif head[4:8] in {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"}:
            _mp4(file, 0, size, facts, 0)
    except (struct.error, IndexError, ValueError, OverflowError):
        pass  # cut off or made up; what was read before stands
    return facts


# -- MP4


def _boxes(file: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """`(type, start, end)` of the contents of each box."""
    for _ in range(_MOST_BOXES):
        if start + 8 > end:
            return
        file.seek(start)
        size, kind = struct.unpack(">I4s", file.read(8))
        content = start + 8
        if size == 1:
            (size,) = struct.unpack(">Q", file.read(8))
            content += 8
        stop = end if size == 0 else min(end, start + size)
        if stop < content:
            return
        yield kind, content, stop
        start = stop


def _mp4(file: BinaryIO, start: int, end: int, facts: FilmFacts, depth: int) -> None:
    for kind, content, stop in _boxes(file, start, end):
        if kind in {b"moov", b"trak", b"udta"} and depth < _DEEPEST:
            _mp4(file, content, stop, facts, depth + 1)
        elif kind in {b"mvhd", b"tkhd", b"\xa9xyz"}:
            file.seek(content)
            _mp4_header(kind, file.read(min(stop - content, 200)), facts)


def _mp4_header(kind: bytes, data: bytes, facts: FilmFacts) -> None:
    wide = data[:1] == b"\1"
    if kind == b"mvhd":
        created, _, scale, length = struct.unpack_from(">QQIQ" if wide else ">IIII", data, 4)
        facts.created = _MP4_EPOCH + timedelta(seconds=created) if created else None
        facts.duration = length / scale if scale and length < (1 << 32) - 1 else 0.0
    elif kind == b"tkhd":
        width, height = struct.unpack_from(">II", data, 88 if wide else 76)
        if width >> 16 > facts.width:
            facts.width, facts.height = width >> 16, height >> 16
    else:
        facts.place = data[4:].decode("ascii", "ignore").strip("/\0 ")


# -- Matroska


@dataclass(slots=True)
class _Scale:
    nanoseconds: int = 1_000_000


def _number(file: BinaryIO, *, keep_marker: bool) -> int:
    first = file.read(1)[0]
    length = 9 - first.bit_length()
    if length > 8:
        raise ValueError("no number")
    value = first if keep_marker else first & ((1 << (8 - length)) - 1)
    return int.from_bytes(bytes((value,)) + file.read(length - 1), "big")


def _elements(file: BinaryIO, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    for _ in range(_MOST_BOXES):
        if start >= end:
            return
        file.seek(start)
        identifier = _number(file, keep_marker=True)
        size = _number(file, keep_marker=False)
        content = file.tell()
        stop = end if size in _UNKNOWN_SIZES else min(end, content + size)
        yield identifier, content, stop
        start = stop


def _matroska(file: BinaryIO, start: int, end: int, facts: FilmFacts, depth: int, scale: _Scale) -> None:
    for identifier, content, stop in _elements(file, start, end):
        if identifier == _CLUSTER:
            return  # the film itself
        if identifier in {_SEGMENT, _INFO, _TRACKS, _TRACK, _VIDEO} and depth < _DEEPEST:
            _matroska(file, content, stop, facts, depth + 1, scale)
        elif identifier in {_DURATION, _SCALE, _DATE, _TITLE, _WIDTH, _HEIGHT}:
            file.seek(content)
            _matroska_value(identifier, file.read(min(stop - content, _TEXT_BYTES)), facts, scale)


def _matroska_value(identifier: int, data: bytes, facts: FilmFacts, scale: _Scale) -> None:
    if identifier == _SCALE:
        scale.nanoseconds = int.from_bytes(data, "big")
    elif identifier == _DURATION:
        (length,) = struct.unpack(">f" if len(data) == 4 else ">d", data)
        facts.duration = length * scale.nanoseconds / 1e9
    elif identifier == _DATE:
        facts.created = _MATROSKA_EPOCH + timedelta(microseconds=int.from_bytes(data, "big", signed=True) / 1000)
    elif identifier == _TITLE:
        facts.title = data.decode("utf-8", "replace").rstrip("\0")
    elif identifier == _WIDTH:
        facts.width = max(facts.width, int.from_bytes(data, "big"))
    else:
        facts.height = max(facts.height, int.from_bytes(data, "big"))


# -- RIFF


def _riff(file: BinaryIO, start: int, end: int, facts: FilmFacts, depth: int) -> None:
    for _ in range(_MOST_BOXES):
        file.seek(start)
        header = file.read(12)
        if start + 8 > end or len(header) < 8:
            return
        kind, size = struct.unpack_from("<4sI", header)
        if kind == b"LIST" and header[8:] != b"movi" and depth < _DEEPEST:
            _riff(file, start + 12, min(end, start + 8 + size), facts, depth + 1)
        elif kind == b"avih":
            file.seek(start + 8)
            numbers = struct.unpack("<10I", file.read(40))
            facts.duration, facts.width, facts.height = numbers[0] * numbers[4] / 1e6, numbers[8], numbers[9]
        elif name := _INFO_OF_RIFF.get(kind):
            file.seek(start + 8)
            setattr(facts, name, decode_labelled(file.read(min(size, _TEXT_BYTES)).rstrip(b"\0"), ""))
        start += 8 + size + size % 2
