"""Tables as text: comma, semicolon, tab or bar between the cells."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from indexer.config import ExtractLimits
from indexer.errors import UnreadableDocument
from indexer.formats.encoding import read_text
from indexer.formats.tables import HeaderFinder, row_text
from indexer.model import Anchor, DocumentInfo, Reason, Segment

EXTENSIONS = frozenset(("csv", "tsv", "tab"))
_DELIMITERS = ",\t;|"
_LINES_LOOKED_AT = 20
_EXCEL_HINT = "sep="


def read(path: Path, info: DocumentInfo, limits: ExtractLimits) -> Iterator[Segment]:
    """Yield rows with the line they begin on. A quote that never ends makes the rest plain lines."""
    del info
    text, cut = read_text(path, limits)
    yield from _rows(text)
    if cut:
        raise UnreadableDocument(Reason.TOO_LARGE, "more rows than the limit")


def _rows(text: str) -> Iterator[Segment]:
    lines = _NumberedLines(text)
    header = HeaderFinder()
    rows = csv.reader(lines, delimiter=_delimiter(text))
    while True:
        first = lines.number + 1
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error:  # a field of more than 128 KiB: a quote was opened and not closed
            yield from lines.plain_from(first)
            return
        if (line := row_text(cells)) and not _is_excel_hint(line, first):
            yield Segment(line, Anchor(line=first), header=header.header_above(cells))


class _NumberedLines:
    """The lines of a text; knows how many were taken."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = io.StringIO(text)
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self.number += 1
            yield line.replace("\0", "")

    def plain_from(self, first: int) -> Iterator[Segment]:
        """The lines from `first` on as they stand."""
        for number, line in enumerate(io.StringIO(self._text), 1):
            if number >= first and line.strip():
                yield Segment(line.rstrip("\n"), Anchor(line=number))


def _delimiter(text: str) -> str:
    """The delimiter that stands equally often in the most of the first lines."""
    lines = [line for line in text[:20_000].split("\n")[:_LINES_LOOKED_AT] if line.strip()]
    if lines and lines[0].lower().startswith(_EXCEL_HINT) and len(lines[0].strip()) == 5:
        return lines[0][4]
    return max(_DELIMITERS, key=lambda delimiter: _agreement(lines, delimiter))


def _agreement(lines: list[str], delimiter: str) -> tuple[int, int]:
    counts = [line.count(delimiter) for line in lines]
    common = max(set(counts) - {0}, key=counts.count, default=0)
    return (counts.count(common) if common else 0, common)


def _is_excel_hint(line: str, number: int) -> bool:
    return number == 1 and line.lower().startswith(_EXCEL_HINT)
