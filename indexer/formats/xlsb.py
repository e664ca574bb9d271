"""Binary workbooks of Excel 2007 and later ([MS-XLSB]), streamed: one segment a row, then the sheet's comments."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from enum import IntEnum
from pathlib import Path

from indexer.config import ExtractLimits
from indexer.errors import UnreadableDocument
from indexer.formats.package import CappedStream, Package, Relation
from indexer.formats.sheet_rows import CellFormats, SheetRows, number_of_rk
from indexer.model import DocumentInfo, Reason, Segment

EXTENSIONS = frozenset(("xlsb",))
_RECORD_BYTES = 16 << 20
_SHARED_CHARACTERS = 60_000_000


class _Kind(IntEnum):
    """The records that are read ([MS-XLSB] 2.3.2)."""

    ROW = 0
    RK = 2
    BOOLEAN = 4
    NUMBER = 5
    TEXT = 6
    SHARED_STRING = 7
    RESULT_TEXT = 8
    RESULT_NUMBER = 9
    RESULT_BOOLEAN = 10
    STRING = 19
    FORMAT = 44
    STYLE = 47
    RICH_TEXT = 62
    WORKBOOK = 153
    SHEET = 156
    STYLES_BEGIN = 617
    STYLES_END = 618
    COMMENT = 635
    COMMENT_TEXT = 637


def read(path: Path, info: DocumentInfo, limits: ExtractLimits) -> Iterator[Segment]:
    """Yield the filled rows of each sheet, hidden ones too."""
    with Package(path, limits) as package:
        package.fill_info(info)
        main = package.main_part("xl/workbook.bin")
        relations = package.relations(main)
        workbook = _Workbook(package, main, list(relations.values()))
        for identifier, name in workbook.sheets:
            relation = relations.get(identifier)
            if relation is not None and relation.kind == "worksheet" and relation.target in package:
                yield from workbook.rows(relation.target, name)
                yield from workbook.comments(relation.target, name)


class _Workbook:
    def __init__(self, package: Package, main: str, relations: list[Relation]) -> None:
        self._package = package
        self.sheets: list[tuple[str, str]] = []
        epoch_1904 = False
        for kind, data in self._records(main):
            if kind == _Kind.WORKBOOK:
                epoch_1904 = bool(_u32(data, 0) & 1)
            elif kind == _Kind.SHEET:
                identifier, position = _wide_string(data, 8)
                self.sheets.append((identifier, _wide_string(data, position)[0]))
        if not self.sheets:
            raise UnreadableDocument(Reason.BROKEN, "no sheets")
        targets = {relation.kind: relation.target for relation in relations if relation.target in package}
        self._formats = self._cell_formats(targets.get("styles", ""), epoch_1904=epoch_1904)
        self._strings = list(self._shared_strings(targets.get("sharedStrings", "")))

    def rows(self, part: str, sheet: str) -> Iterator[Segment]:
        """Yield the rows of one sheet that have any text."""
        rows = SheetRows(sheet)
        row = 0
        for kind, data in self._records(part):
            if kind == _Kind.ROW:
                row = _u32(data, 0)
            elif text := self._text(kind, data):
                yield from rows.add(row, _u32(data, 0), text)
        yield from rows.finish()

    def comments(self, part: str, sheet: str) -> Iterator[Segment]:
        """Yield the comments of one sheet at their rows."""
        rows = SheetRows(sheet)
        for relation in self._package.relations(part).values():
            if relation.kind != "comments":
                continue
            row = 0
            for kind, data in self._records(relation.target):
                if kind == _Kind.COMMENT:
                    row = _u32(data, 4)
                elif kind == _Kind.COMMENT_TEXT and (text := _wide_string(data, 1)[0].strip()):
                    yield Segment(text, rows.anchor(row))

    def _text(self, kind: int, data: bytes) -> str:
        style = _u32(data, 4) & 0xFF_FFFF
        match kind:
            case _Kind.RK:
                return self._formats.show(number_of_rk(_u32(data, 8)), style)
            case _Kind.NUMBER | _Kind.RESULT_NUMBER if len(data) >= 16:
                return self._formats.show(struct.unpack_from("<d", data, 8)[0], style)
            case _Kind.BOOLEAN | _Kind.RESULT_BOOLEAN:
                return "TRUE" if data[8:9] == b"\1" else "FALSE"
            case _Kind.TEXT | _Kind.RESULT_TEXT | _Kind.RICH_TEXT:
                return _wide_string(data, 9 if kind == _Kind.RICH_TEXT else 8)[0]
            case _Kind.SHARED_STRING:
                index = _u32(data, 8)
                return self._strings[index] if index < len(self._strings) else ""
            case _:
                return ""

    def _cell_formats(self, part: str, *, epoch_1904: bool) -> CellFormats:
        codes: dict[int, str] = {}
        styles: list[int] = []
        of_cells = False
        for kind, data in self._records(part):
            if kind == _Kind.FORMAT:
                codes[int.from_bytes(data[:2], "little")] = _wide_string(data, 2)[0]
            elif kind in {_Kind.STYLES_BEGIN, _Kind.STYLES_END}:
                of_cells = kind == _Kind.STYLES_BEGIN
            elif kind == _Kind.STYLE and of_cells:
                styles.append(int.from_bytes(data[2:4], "little"))
        return CellFormats(styles, codes, epoch_1904=epoch_1904)

    def _shared_strings(self, part: str) -> Iterator[str]:
        total = 0
        for kind, data in self._records(part):
            if kind == _Kind.STRING:
                text = _wide_string(data, 1)[0]
                total += len(text)
                if total > _SHARED_CHARACTERS:
                    return
                yield text

    def _records(self, part: str) -> Iterator[tuple[int, bytes]]:
        if part in self._package:
            with self._package.stream(part) as stream:
                yield from _records(stream)


def _records(stream: CappedStream) -> Iterator[tuple[int, bytes]]:
    """Kind and bytes of each record. Raises `UnreadableDocument` for one that is larger than any can be."""
    buffer, position = b"", 0
    while True:
        header = _header(buffer, position)
        if header is not None and len(buffer) >= header[2] + header[1]:
            kind, size, start = header
            yield kind, buffer[start : start + size]
            position = start + size
            continue
        if header is not None and header[1] > _RECORD_BYTES:
            raise UnreadableDocument(Reason.BROKEN, f"a record of {header[1]} bytes")
        if not (more := stream.read()):
            return
        buffer, position = buffer[position:] + more, 0


def _header(buffer: bytes, position: int) -> tuple[int, int, int] | None:
    """Kind, size and where the data begin; numbers have seven bits a byte ([MS-XLSB] 2.1.4)."""
    kind = _varying(buffer, position, 2)
    size = _varying(buffer, kind[1], 4) if kind else None
    return (kind[0], size[0], size[1]) if kind and size else None


def _varying(buffer: bytes, position: int, most: int) -> tuple[int, int] | None:
    value = 0
    for index in range(most):
        if position >= len(buffer):
            return None
        byte = buffer[position]
        position += 1
        value |= (byte & 0x7F) << 7 * index
        if byte < 0x80:
            break
    return value, position


def _u32(data: bytes, position: int) -> int:
    return int.from_bytes(data[position : position + 4], "little")


def _wide_string(data: bytes, position: int) -> tuple[str, int]:
    """A string and where it ends."""
    end = min(position + 4 + 2 * _u32(data, position), len(data))
    return data[position + 4 : end].decode("utf-16-le", "replace"), end
