"""Rows of tables as text, and the header row above them."""

from __future__ import annotations

import re
from collections.abc import Sequence

_NUMBER = re.compile(r"[-+(]?[¥￥$€£]?\s?[-+]?\d[\d.,:/\-% )]*")
_YEAR = re.compile(r"(?:19|20)\d\d年?")
_HEADER_CELL_CHARACTERS = 60
_ROWS_ABOVE_HEADER = 5


def row_text(cells: Sequence[str]) -> str:
    """Cells joined by tabs, each on one line, empty ones at the end left out."""
    return "\t".join(" ".join(cell.split()) for cell in cells).rstrip("\t")


class HeaderFinder:
    """Finds the header row of one table: the first row of several cells, if it holds names and no numbers."""

    def __init__(self) -> None:
        self._header: str | None = None
        self._rows_seen = 0

    def header_above(self, cells: Sequence[str]) -> str:
        """The header row that stands above this row; empty for the header itself and where there is none."""
        if self._header is not None:
            return self._header
        self._rows_seen += 1
        filled = [cell.strip() for cell in cells if cell.strip()]
        if len(filled) >= 2:
            self._header = row_text(cells) if _are_names(filled) else ""
        elif self._rows_seen >= _ROWS_ABOVE_HEADER:
            self._header = ""
        return ""


def _are_names(cells: Sequence[str]) -> bool:
    return all(
        len(cell) <= _HEADER_CELL_CHARACTERS and (not _NUMBER.fullmatch(cell) or _YEAR.fullmatch(cell))
        for cell in cells
    ) and not all(_YEAR.fullmatch(cell) for cell in cells)
