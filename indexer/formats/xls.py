"""Workbooks before 2007 ([MS-XLS]; Excel 5 and 95 too): one segment a row, comments and text boxes where they come.

A reader of our own: calamine unpacks a sheet with one cell at each end into memory and aborts, and shows 12.5 % as 0.125.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from indexer.config import ExtractLimits
from indexer.errors import UnreadableDocument
from indexer.formats.codepages import WESTERN, codec_of, decode_as
from indexer.formats.compound import Compound
from indexer.formats.sheet_rows import CellFormats, SheetRows, number_of_rk
from indexer.model import DocumentInfo, Reason, Segment

EXTENSIONS = frozenset(("xls", "xlt", "xla", "et"))
_BIFF8 = 0x0600
_WORKSHEET = 0
_IS_NOTE = 0x19
_SHARED_CHARACTERS = 60_000_000


class _Kind(IntEnum):
    """The records that are read ([MS-XLS] 2.3.1)."""

    BEGIN = 0x809
    END = 0x0A
    CONTINUE = 0x3C
    FILE_PASS = 0x2F
    CODE_PAGE = 0x42
    DATE_MODE = 0x22
    SHEET = 0x85
    SHARED_STRINGS = 0xFC
    FORMAT = 0x41E
    STYLE = 0xE0
    NUMBER = 0x203
    RK = 0x27E
    SEVERAL_RK = 0xBD
    SHARED_STRING = 0xFD
    LABEL = 0x204
    RICH_LABEL = 0xD6
    BOOLEAN = 0x205
    FORMULA = 0x06
    RESULT_STRING = 0x207
    OBJECT = 0x5D
    OBJECT_TEXT = 0x1B6
    NOTE = 0x1C


_CELLS = frozenset((
    _Kind.NUMBER, _Kind.RK, _Kind.SHARED_STRING, _Kind.LABEL, _Kind.RICH_LABEL, _Kind.BOOLEAN, _Kind.FORMULA,
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Record:
    kind: int
    parts: list[bytes]
    """The record's bytes and those of the records that continue it."""

    @property
    def data(self) -> bytes:
        return self.parts[0]

    def u16(self, position: int) -> int:
        return int.from_bytes(self.data[position : position + 2], "little")

    def u32(self, position: int) -> int:
        return int.from_bytes(self.data[position : position + 4], "little")


def read(path: Path, info: DocumentInfo, limits: ExtractLimits) -> Iterator[Segment]:
    """Yield the filled rows of each sheet, hidden ones too."""
    del limits
    with Compound(path) as compound:
        compound.fill_info(info)
        data = compound.read("Workbook") or compound.read("Book")
    workbook = _Workbook(data)
    for offset, name in workbook.sheets:
        yield from _Sheet(workbook, name).segments(_records(data, offset))


def _records(data: bytes, position: int) -> Iterator[_Record]:
    """Records of a substream with what continues them, up to its end; charts inside it are skipped."""
    depth = 0
    waiting: _Record | None = None
    while position + 4 <= len(data):
        kind, size = struct.unpack_from("<2H", data, position)
        part = data[position + 4 : position + 4 + size]
        position += 4 + size
        if kind == _Kind.CONTINUE and waiting:
            waiting.parts.append(part)
            continue
        if waiting and depth == 1:
            yield waiting
        waiting = _Record(kind, [part])
        depth += (kind == _Kind.BEGIN) - (kind == _Kind.END)
        if depth <= 0:
            return
    if waiting and depth == 1:
        yield waiting


class _Workbook:
    """What all sheets share. Raises `UnreadableDocument` (ENCRYPTED, BROKEN)."""

    def __init__(self, data: bytes) -> None:
        self.is_unicode = data[4:6] == _BIFF8.to_bytes(2, "little")
        self.codec = WESTERN
        self.strings: list[str] = []
        self.sheets: list[tuple[int, str]] = []
        codes: dict[int, str] = {}
        styles: list[int] = []
        epoch_1904 = False
        for record in _records(data, 0):
            match record.kind:
                case _Kind.FILE_PASS:
                    raise UnreadableDocument(Reason.ENCRYPTED, "a password protects it")
                case _Kind.CODE_PAGE:
                    self.codec = codec_of(record.u16(0))
                case _Kind.DATE_MODE:
                    epoch_1904 = record.u16(0) == 1
                case _Kind.FORMAT:
                    codes[record.u16(0)] = self._format_code(record)
                case _Kind.STYLE:
                    styles.append(record.u16(2))
                case _Kind.SHEET if record.data[5:6] == bytes([_WORKSHEET]):
                    self.sheets.append((record.u32(0), self.text(record, 6, wide_length=False)))
                case _Kind.SHARED_STRINGS:
                    self.strings = list(_shared_strings(record))
        if not self.sheets:
            raise UnreadableDocument(Reason.BROKEN, "no sheets")
        self.formats = CellFormats(styles, codes, epoch_1904=epoch_1904)

    def text(self, record: _Record, position: int, *, wide_length: bool) -> str:
        """A string whose length, of one byte or two, stands at `position`."""
        reader = _StringReader(record.parts, position)
        length = reader.number(2 if wide_length else 1)
        return reader.string(length) if self.is_unicode else decode_as(self.codec, reader.take(length))

    def _format_code(self, record: _Record) -> str:
        return self.text(record, 2, wide_length=self.is_unicode)


class _Sheet:
    def __init__(self, workbook: _Workbook, name: str) -> None:
        self._workbook = workbook
        self._rows = SheetRows(name)
        self._formula_at = (0, 0)
        self._object = (0, 0)
        self._notes: dict[int, str] = {}
        self._last_row = 0

    def segments(self, records: Iterator[_Record]) -> Iterator[Segment]:
        """Yield the rows, and what hangs on them, of one substream."""
        for record in records:
            for row, column, text in self._cells(record):
                self._last_row = row
                yield from self._rows.add(row, column, text)
            yield from self._drawn(record)
        yield from self._rows.finish()

    def _cells(self, record: _Record) -> Iterator[tuple[int, int, str]]:
        if record.kind == _Kind.RESULT_STRING:
            yield (*self._formula_at, self._workbook.text(record, 0, wide_length=True))
        elif record.kind == _Kind.SEVERAL_RK:
            yield from self._packed_numbers(record)
        elif record.kind in _CELLS and len(record.data) >= 8:
            row, column, style = struct.unpack_from("<3H", record.data)
            yield row, column, self._text(record, style)

    def _text(self, record: _Record, style: int) -> str:
        match record.kind:
            case _Kind.NUMBER:
                return self._number(record.data[6:14], style)
            case _Kind.RK:
                return self._workbook.formats.show(number_of_rk(record.u32(6)), style)
            case _Kind.SHARED_STRING:
                index = record.u32(6)
                return self._workbook.strings[index] if index < len(self._workbook.strings) else ""
            case _Kind.BOOLEAN:
                return "" if record.data[7] else ("TRUE" if record.data[6] else "FALSE")
            case _Kind.FORMULA:
                return self._result(record, style)
            case _:
                return self._workbook.text(record, 6, wide_length=True)

    def _result(self, record: _Record, style: int) -> str:
        """The result of a formula; a text follows in a record of its own."""
        result = record.data[6:14]
        if result[6:8] != b"\xff\xff":
            return self._number(result, style)
        self._formula_at = (record.u16(0), record.u16(2))
        return ("TRUE" if result[2] else "FALSE") if result[0] == 1 else ""

    def _number(self, data: bytes, style: int) -> str:
        return self._workbook.formats.show(struct.unpack("<d", data)[0], style) if len(data) == 8 else ""

    def _packed_numbers(self, record: _Record) -> Iterator[tuple[int, int, str]]:
        row, first = record.u16(0), record.u16(2)
        for index in range((len(record.data) - 6) // 6):
            number = number_of_rk(record.u32(6 + 6 * index))
            yield row, first + index, self._workbook.formats.show(number, record.u16(4 + 6 * index))

    def _drawn(self, record: _Record) -> Iterator[Segment]:
        """Comments at their cells, text boxes at the last row before them."""
        if record.kind == _Kind.OBJECT:
            self._object = (record.u16(4), record.u16(6))
        elif record.kind == _Kind.OBJECT_TEXT and len(record.parts) > 1:
            kind, identifier = self._object
            text = _StringReader(record.parts[1:], 0).string(record.u16(10))
            if kind == _IS_NOTE:
                self._notes[identifier] = text
            elif text.strip():
                yield from self._rows.finish()
                yield Segment(text, self._rows.anchor(self._last_row))
        elif record.kind == _Kind.NOTE and (text := self._note(record).strip()):
            yield from self._rows.finish()
            yield Segment(text, self._rows.anchor(record.u16(0)))

    def _note(self, record: _Record) -> str:
        if self._workbook.is_unicode:
            return self._notes.pop(record.u16(6), "")
        return decode_as(self._workbook.codec, record.data[6 : 6 + record.u16(4)]) if record.u16(0) != 0xFFFF else ""


def _shared_strings(record: _Record) -> Iterator[str]:
    reader = _StringReader(record.parts, 4)
    total = 0
    for _ in range(reader.number(4)):
        if reader.at_end or total > _SHARED_CHARACTERS:
            return
        text = reader.rich_string()
        total += len(text)
        yield text


class _StringReader:
    """Reads strings that may go on in the next record, there perhaps in the other width ([MS-XLS] 2.5.293)."""

    def __init__(self, parts: list[bytes], position: int) -> None:
        self._parts = parts
        self._index = 0
        self._position = position

    @property
    def at_end(self) -> bool:
        """Whether nothing is left."""
        return self._index >= len(self._parts) - 1 and not self._left()

    def number(self, size: int) -> int:
        """An unsigned number of `size` bytes."""
        return int.from_bytes(self.take(size), "little")

    def take(self, size: int) -> bytes:
        """The next bytes, fewer at the end."""
        taken = b""
        while len(taken) < size and not self.at_end:
            if not self._left():
                self._next_part()
            piece = self._parts[self._index][self._position : self._position + size - len(taken)]
            self._position += len(piece)
            taken += piece
        return taken

    def string(self, length: int) -> str:
        """A string of `length` characters; before it a byte tells their width."""
        return self._string(length, self.number(1) & 1)

    def rich_string(self) -> str:
        """A string with its length before it, and after it the fonts and phonetic guides, which are skipped."""
        length, options = self.number(2), self.number(1)
        runs = self.number(2) if options & 8 else 0
        extra = self.number(4) if options & 4 else 0
        text = self._string(length, options & 1)
        self._skip(4 * runs + extra)
        return text

    def _string(self, length: int, wide: int) -> str:
        pieces: list[str] = []
        while length > 0:
            if not self._left():
                if self.at_end:
                    break
                self._next_part()
                wide = self.number(1) & 1
            size = min(length, max(1, self._left() >> wide)) << wide
            data = self._parts[self._index][self._position : self._position + size]
            self._position += size
            length -= size >> wide
            pieces.append(data.decode("utf-16-le" if wide else "latin-1", "replace"))
        return "".join(pieces)

    def _skip(self, size: int) -> None:
        while size > 0 and not self.at_end:
            step = min(size, self._left())
            self._position += step
            size -= step
            if size > 0:
                self._next_part()

    def _left(self) -> int:
        return max(0, len(self._parts[self._index]) - self._position)

    def _next_part(self) -> None:
        if self._index < len(self._parts) - 1:
            self._index += 1
            self._position = 0
