"""Cells of binary workbooks made rows of text."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

from indexer.formats.numbers import NumberFormat, number_format, show_number
from indexer.formats.tables import HeaderFinder, row_text
from indexer.model import Anchor, Segment

_WIDEST_GAP = 20
_MOST_CELLS = 16_384
_PLAIN = NumberFormat()
_DOUBLE = struct.Struct("<d")


class SheetRows:
    """Gathers the cells of one sheet as they come, row by row; rows and columns count from 0."""

    def __init__(self, sheet: str) -> None:
        self._sheet = sheet
        self._row = -1
        self._cells: list[str] = []
        self._header = HeaderFinder()

    def add(self, row: int, column: int, text: str) -> Iterator[Segment]:
        """Take a cell; yields the row before it when it begins another."""
        if not (text := text.strip()):
            return
        if row != self._row:
            yield from self.finish()
            self._row = row
        if len(self._cells) < _MOST_CELLS:
            self._cells += [""] * min(max(0, column - len(self._cells)), _WIDEST_GAP)
            self._cells.append(text)

    def finish(self) -> Iterator[Segment]:
        """Yield the last row."""
        cells, self._cells = self._cells, []
        if text := row_text(cells):
            yield Segment(text, self.anchor(self._row), header=self._header.header_above(cells))

    def anchor(self, row: int) -> Anchor:
        """The place of a row, or of what hangs on it."""
        return Anchor(sheet=self._sheet, row=row + 1)


class CellFormats:
    """Shows numbers by the styles of their cells."""

    def __init__(self, identifiers: Sequence[int], codes: dict[int, str], *, epoch_1904: bool) -> None:
        known = {identifier: number_format(identifier, codes.get(identifier)) for identifier in set(identifiers)}
        self._formats = [known[identifier] for identifier in identifiers]
        self._epoch_1904 = epoch_1904

    def show(self, value: float, style: int) -> str:
        """The number as a person reads it."""
        form = self._formats[style] if style < len(self._formats) else _PLAIN
        return show_number(repr(value), form, epoch_1904=self._epoch_1904)


def number_of_rk(packed: int) -> float:
    """Unpack a number of 30 bits: an integer or the upper half of a double, perhaps times 100 ([MS-XLS] 2.5.217)."""
    if packed & 2:
        value = float((packed >> 2) - (1 << 30 if packed & 0x8000_0000 else 0))
    else:
        value = float(_DOUBLE.unpack(((packed & 0xFFFF_FFFC) << 32).to_bytes(8, "little"))[0])
    return value / 100 if packed & 1 else value
