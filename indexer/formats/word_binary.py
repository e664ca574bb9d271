"""The tables of a Word document before 2007 ([MS-DOC]): where its text stands, and what is set for it.

A character has a position in the text (`cp`) and an offset in the stream (`fc`).
"""

from __future__ import annotations

import struct
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from indexer.errors import UnreadableDocument
from indexer.formats.codepages import codec_of_language
from indexer.formats.compound import Compound
from indexer.model import Reason

_WORD_97 = 0xC1
_ENCRYPTED, _SECOND_TABLE, _FAST_SAVED = 0x0100, 0x0200, 0x0004
_PAIRS_97 = 0x9A
_STYLES, _RUNS, _PARAGRAPHS, _PIECES = 1, 12, 13, 33
_LENGTHS_97, _LENGTHS_95 = 0x4C, 0x34
_PIECES_95 = 0x160
_PAGE_BYTES = 512
_COMPRESSED = 0x4000_0000
_SPRM_DELETED, _SPRM_HIDDEN, _SPRM_ROW_END, _SPRM_OUTLINE_LEVEL = 0x0800, 0x083C, 0x2417, 0x2640
_OPERAND_BYTES = (1, 1, 2, 4, 2, 2, 0, 3)
_LONG_OPERANDS = frozenset((0xD608, 0xD606))
_BODY_TEXT = 9
_BUILT_IN_HEADINGS = range(1, 10)
_NO_STYLE = 0xFFF
_AT_ONCE = 1 << 16


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters that stand together in the stream."""

    first: int
    last: int
    offset: int
    width: int
    """Bytes of a character: 1 or 2."""


@dataclass(frozen=True, slots=True)
class ParagraphSettings:
    """What is set for a paragraph. `level` 1 is the highest heading, 0 is text."""

    level: int = 0
    ends_row: bool = False


class WordTables:
    """Finds text and settings. Raises `UnreadableDocument` (ENCRYPTED, BROKEN) and `struct.error`."""

    def __init__(self, compound: Compound) -> None:
        self._stream = compound.read("WordDocument")
        if len(self._stream) < 0x200:
            raise UnreadableDocument(Reason.BROKEN, "no document stream")
        version, language, flags = self._u16(2), self._u16(6), self._u16(10)
        if flags & _ENCRYPTED:
            raise UnreadableDocument(Reason.ENCRYPTED, "a password protects it")
        self.is_unicode = version >= _WORD_97
        self.codec = codec_of_language(language)
        self._table = (
            compound.read("1Table" if flags & _SECOND_TABLE else "0Table") if self.is_unicode else self._stream
        )
        self.pieces = self._find_pieces(fast_saved=bool(flags & _FAST_SAVED))
        self._starts = [piece.first for piece in self.pieces]
        self._levels = _heading_levels(self._part(_STYLES)) if self.is_unicode else {}
        self._run_pages = _Pages(self._part(_RUNS)) if self.is_unicode else _Pages(b"")
        self._paragraph_pages = _Pages(self._part(_PARAGRAPHS)) if self.is_unicode else _Pages(b"")
        self._page = lru_cache(maxsize=64)(self._parse_page)

    def lengths(self) -> tuple[int, ...]:
        """Characters of the text, footnotes, headers, macros, comments, endnotes, text boxes, and those in headers."""
        return struct.unpack_from("<8I", self._stream, _LENGTHS_97 if self.is_unicode else _LENGTHS_95)

    def pieces_within(self, first: int, last: int) -> Iterator[Piece]:
        """Yield the pieces, cut to a range of text positions and to a size that is read at once."""
        for piece in self.pieces[max(0, bisect_right(self._starts, first) - 1) :]:
            if piece.first >= last:
                return
            end = min(piece.last, last)
            for start in range(max(piece.first, first), end, _AT_ONCE):
                offset = piece.offset + (start - piece.first) * piece.width
                if offset >= len(self._stream):
                    break
                yield Piece(start, min(start + _AT_ONCE, end), offset, piece.width)

    def text(self, piece: Piece) -> str:
        """One character per position; halves of characters stay apart. In Word 95 each stands for a byte."""
        data = self._stream[piece.offset : piece.offset + (piece.last - piece.first) * piece.width]
        if piece.width == 1:
            return data.decode("cp1252" if self.is_unicode else "latin-1", "replace")
        units = array("H", data[: len(data) // 2 * 2])
        return "".join(map(chr, units))

    def unseen(self, piece: Piece) -> Iterator[tuple[int, int]]:
        """Yield the ranges of a piece, in characters from its beginning, that are deleted or hidden."""
        end = piece.offset + (piece.last - piece.first) * piece.width
        offset = piece.offset
        while offset < end and (run := self._setting_at(self._run_pages, offset)):
            _, stop, settings = run
            if settings is True:
                yield (offset - piece.offset) // piece.width, (min(stop, end) - piece.offset) // piece.width
            offset = max(stop, offset + 1)

    def paragraph_settings(self, offset: int) -> ParagraphSettings:
        """The settings of the paragraph whose mark stands at `offset` of the stream."""
        run = self._setting_at(self._paragraph_pages, offset)
        return run[2] if run and isinstance(run[2], ParagraphSettings) else ParagraphSettings()

    def _setting_at(self, pages: _Pages, offset: int) -> tuple[int, int, object] | None:
        number = pages.page_of(offset)
        if number is None:
            return None
        starts, settings = self._page(number, pages is self._paragraph_pages)
        index = bisect_right(starts, offset) - 1
        return (starts[index], starts[index + 1], settings[index]) if 0 <= index < len(settings) else None

    def _parse_page(self, number: int, of_paragraphs: bool) -> tuple[tuple[int, ...], list[object]]:
        """A page of settings: the offsets where each begins, and the last one's end; and the settings."""
        page = self._stream[number * _PAGE_BYTES : (number + 1) * _PAGE_BYTES]
        if len(page) < _PAGE_BYTES:
            return (), []
        most = (_PAGE_BYTES - 5) // (17 if of_paragraphs else 5)
        count = min(page[-1], most)
        starts = struct.unpack_from(f"<{count + 1}I", page)
        after = 4 * (count + 1)
        if of_paragraphs:
            return starts, [self._paragraph(page, 2 * page[after + 13 * index]) for index in range(count)]
        return starts, [_is_unseen(page, 2 * page[after + index]) for index in range(count)]

    def _paragraph(self, page: bytes, position: int) -> ParagraphSettings:
        if not 0 < position < _PAGE_BYTES - 4:
            return ParagraphSettings()
        size = 2 * page[position] - 1 if page[position] else 2 * page[position + 1]
        start = position + (1 if page[position] else 2)
        style = int.from_bytes(page[start : start + 2], "little")
        level, ends_row = self._levels.get(style, 0), False
        for code, operand in _settings(page[start + 2 : start + size]):
            if code == _SPRM_OUTLINE_LEVEL:
                level = operand + 1 if operand < _BODY_TEXT else 0
            elif code == _SPRM_ROW_END:
                ends_row = operand == 1
        return ParagraphSettings(level, ends_row)

    def _find_pieces(self, *, fast_saved: bool) -> list[Piece]:
        if self.is_unicode:
            table = self._part(_PIECES)
        else:
            start, size = struct.unpack_from("<2I", self._stream, _PIECES_95)
            table = self._stream[start : start + size] if fast_saved else b""
        if not table and not self.is_unicode:
            first, last = struct.unpack_from("<2I", self._stream, 0x18)
            return [Piece(0, max(0, last - first), first, 1)]
        return list(self._pieces_of(_piece_table(table)))

    def _pieces_of(self, table: bytes) -> Iterator[Piece]:
        count = max(0, (len(table) - 4) // 12)
        positions = struct.unpack_from(f"<{count + 1}I", table)
        for index, (first, last) in enumerate(pairwise(positions)):
            offset = struct.unpack_from("<I", table, 4 * (count + 1) + 8 * index + 2)[0]
            if not self.is_unicode:
                yield Piece(first, last, offset, 1)
            elif offset & _COMPRESSED:
                yield Piece(first, last, (offset & ~_COMPRESSED) // 2, 1)
            else:
                yield Piece(first, last, offset, 2)

    def _part(self, index: int) -> bytes:
        """A table by its number in the file information block (FibRgFcLcb97)."""
        start, size = struct.unpack_from("<2I", self._stream, _PAIRS_97 + 8 * index)
        return self._table[start : start + size]

    def _u16(self, position: int) -> int:
        return int.from_bytes(self._stream[position : position + 2], "little")


class _Pages:
    """Which page of settings belongs to which offset (PlcBtePapx, PlcBteChpx)."""

    def __init__(self, table: bytes) -> None:
        count = max(0, (len(table) - 4) // 8)
        self._starts = struct.unpack_from(f"<{count}I", table) if count else ()
        self._numbers = struct.unpack_from(f"<{count}I", table, 4 * (count + 1)) if count else ()

    def page_of(self, offset: int) -> int | None:
        """The page's number; None before the first."""
        index = bisect_right(self._starts, offset) - 1
        return self._numbers[index] & 0x3F_FFFF if index >= 0 else None


def _piece_table(table: bytes) -> bytes:
    """The piece table behind the property runs (Clx)."""
    position = 0
    while position + 5 <= len(table):
        if table[position] == 2:
            size = int.from_bytes(table[position + 1 : position + 5], "little")
            return table[position + 5 : position + 5 + size]
        if table[position] != 1:
            break
        position += 3 + int.from_bytes(table[position + 1 : position + 3], "little")
    raise UnreadableDocument(Reason.BROKEN, "no piece table")


def _settings(grpprl: bytes) -> Iterator[tuple[int, int]]:
    """The codes and the first byte of the operand of each single setting (Sprm)."""
    position = 0
    while position + 3 <= len(grpprl):
        code = int.from_bytes(grpprl[position : position + 2], "little")
        yield code, grpprl[position + 2]
        size = _OPERAND_BYTES[code >> 13]
        if not size:
            long = code in _LONG_OPERANDS
            size = (
                int.from_bytes(grpprl[position + 2 : position + 4], "little") + 1 if long else grpprl[position + 2] + 1
            )
        position += 2 + size


def _is_unseen(page: bytes, position: int) -> bool:
    """Whether a run of characters is deleted (but kept for review) or hidden."""
    if not 0 < position < _PAGE_BYTES - 1:
        return False
    settings = _settings(page[position + 1 : position + 1 + page[position]])
    return any(code in {_SPRM_DELETED, _SPRM_HIDDEN} and operand == 1 for code, operand in settings)


def _heading_levels(sheet: bytes) -> dict[int, int]:
    """The heading level of each style that is a heading or based on one."""
    if len(sheet) < 4:
        return {}
    position = 2 + int.from_bytes(sheet[:2], "little")
    identifiers: list[int] = []
    bases: list[int] = []
    while position + 2 <= len(sheet) and len(identifiers) < _NO_STYLE:
        size = int.from_bytes(sheet[position : position + 2], "little")
        known = size >= 4
        identifiers.append(int.from_bytes(sheet[position + 2 : position + 4], "little") & 0xFFF if known else _NO_STYLE)
        bases.append(int.from_bytes(sheet[position + 4 : position + 6], "little") >> 4 if known else _NO_STYLE)
        position += 2 + size + size % 2
    found: dict[int, int] = {}
    for style in range(len(identifiers)):
        if level := _level_of(style, identifiers, bases):
            found[style] = level
    return found


def _level_of(style: int, identifiers: list[int], bases: list[int]) -> int:
    for _ in range(10):  # styles may be based on each other in a circle
        if style >= len(identifiers):
            break
        if identifiers[style] in _BUILT_IN_HEADINGS:
            return identifiers[style]
        style = bases[style]
    return 0
