"""Word documents before 2007 ([MS-DOC]; Word 95 as far as its text goes): one segment a paragraph or table row."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from indexer.config import ExtractLimits
from indexer.formats.codepages import decode_as
from indexer.formats.compound import Compound
from indexer.formats.headings import HeadingPath
from indexer.formats.tables import HeaderFinder, row_text
from indexer.formats.word_binary import ParagraphSettings, Piece, WordTables
from indexer.model import Anchor, DocumentInfo, Segment

EXTENSIONS = frozenset(("doc", "dot", "wps"))
_FIELD_BEGIN, _FIELD_RESULT, _FIELD_END = "\x13", "\x14", "\x15"
_CELL_END = "\x07"
_PARAGRAPH_ENDS = "\r\x07\x0c\x0e"
_CHARACTERS = str.maketrans({
    "\x0b": "\n", "\x1e": "-", "\x1f": None, "\x01": None, "\x02": None, "\x03": None, "\x04": None, "\x05": None,
    "\x08": None, "\x00": None, "\x10": None, "\x11": None, "\x12": None,
})  # fmt: skip
_LONGEST = 20_000
_TEXT, _HEADERS, _MACROS = 0, 2, 3


def read(path: Path, info: DocumentInfo, limits: ExtractLimits) -> Iterator[Segment]:
    """Yield the text in reading order, then notes, comments, text boxes, headers and footers, each text once."""
    del limits
    with Compound(path) as compound:
        compound.fill_info(info)
        tables = WordTables(compound)
        stories = _stories(tables)
        yield from _Story(tables).segments(*stories.pop(_TEXT))
        seen: set[str] = set()
        for first, last in stories.values():
            for segment in _Story(tables).segments(first, last):
                if segment.text not in seen:
                    seen.add(segment.text)
                    yield Segment(segment.text)


def _stories(tables: WordTables) -> dict[int, tuple[int, int]]:
    """Where the text, the notes, comments and text boxes stand, headers last."""
    found: dict[int, tuple[int, int]] = {}
    position = 0
    for number, length in enumerate(tables.lengths()):
        found[number] = (position, position + length)
        position += length
    del found[_MACROS]
    return {**{number: found[number] for number in found if number != _HEADERS}, _HEADERS: found[_HEADERS]}


class _Story:
    """Makes paragraphs and rows of a run of characters."""

    def __init__(self, tables: WordTables) -> None:
        self._tables = tables
        self._pieces: list[str] = []
        self._length = 0
        self._cells: list[str] = []
        self._fields: list[bool] = []
        """For each field around the next character, whether its result has begun."""
        self._headings = HeadingPath()
        self._header = HeaderFinder()

    def segments(self, first: int, last: int) -> Iterator[Segment]:
        """Yield what stands between two positions of the text."""
        for piece in self._tables.pieces_within(first, last):
            for text, offset in _paragraphs(self._visible(piece), piece):
                self._add(text)
                if offset >= 0:
                    yield from self._end_paragraph(text[-1:], self._tables.paragraph_settings(offset))
                elif self._length > _LONGEST:
                    yield from self._end_paragraph("", ParagraphSettings())
        yield from self._end_paragraph("", ParagraphSettings())
        yield from self._end_row()

    def _visible(self, piece: Piece) -> str:
        r"""The piece's text with `\0` for what is deleted or hidden."""
        text = self._tables.text(piece)
        kept: list[str] = []
        position = 0
        for start, end in self._tables.unseen(piece):
            kept += (text[position:start], "\0" * (end - start))
            position = end
        return "".join((*kept, text[position:]))

    def _add(self, text: str) -> None:
        if self._fields or _FIELD_BEGIN in text:
            text = self._without_field_codes(text)
        self._pieces.append(text)
        self._length += len(text)

    def _without_field_codes(self, text: str) -> str:
        kept: list[str] = []
        for char in text:
            if char == _FIELD_BEGIN:
                self._fields.append(False)
            elif char == _FIELD_RESULT and self._fields:
                self._fields[-1] = True
            elif char == _FIELD_END and self._fields:
                self._fields.pop()
            elif all(self._fields):
                kept.append(char)
        return "".join(kept)

    def _end_paragraph(self, mark: str, settings: ParagraphSettings) -> Iterator[Segment]:
        text = self._take_text()
        self._fields = [True for begun in self._fields if begun]  # no code is longer than its paragraph
        if settings.ends_row or (mark == _CELL_END and not text and self._row_ends_unmarked()):
            yield from self._end_row()
        elif mark == _CELL_END:
            self._cells.append(text)
        elif text.strip():
            yield from self._end_row()
            self._header = HeaderFinder()
            if settings.level:
                self._headings.enter(settings.level, text)
            yield self._segment(text)

    def _row_ends_unmarked(self) -> bool:
        """In Word 95 we do not read the settings: an empty cell is taken for the end of the row."""
        return bool(self._cells) and not self._tables.is_unicode

    def _end_row(self) -> Iterator[Segment]:
        cells, self._cells = self._cells, []
        if text := row_text(cells):
            yield self._segment(text, self._header.header_above(cells))

    def _segment(self, text: str, header: str = "") -> Segment:
        section = str(self._headings)
        return Segment(text, Anchor(section=section) if section else Anchor(), section, header)

    def _take_text(self) -> str:
        text = "".join(self._pieces).rstrip(_PARAGRAPH_ENDS).translate(_CHARACTERS)
        self._pieces, self._length = [], 0
        if not self._tables.is_unicode:
            return decode_as(self._tables.codec, text.encode("latin-1", "replace"))
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _paragraphs(text: str, piece: Piece) -> Iterator[tuple[str, int]]:
    """Paragraphs with their marks and the marks' offsets in the stream; -1 for the rest that has none."""
    start = 0
    for position, char in enumerate(text):
        if char in _PARAGRAPH_ENDS:
            yield text[start : position + 1], piece.offset + position * piece.width
            start = position + 1
    if start < len(text):
        yield text[start:], -1
