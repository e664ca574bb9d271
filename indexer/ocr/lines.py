"""Recognised lines in the order in which a person reads them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

_SAME_ROW = 0.5
_PROSE_ASPECT = 12
"""Lines of prose are at least this many times as long as they are high; the cells of a table mostly are not."""
_LEAST_IN_COLUMN = 3
_MOST_ACROSS = 0.3
_NEW_PARAGRAPH = 1.0


@dataclass(frozen=True, slots=True)
class Line:
    """A piece of a row: its text, how sure the recogniser is (0..1), and its box in pixels."""

    text: str
    score: float
    left: float
    top: float
    right: float
    bottom: float

    @property
    def height(self) -> float:
        """In pixels."""
        return self.bottom - self.top

    @property
    def width(self) -> float:
        """In pixels."""
        return self.right - self.left

    @property
    def is_prose(self) -> bool:
        """Whether it is long enough for a line of running text."""
        return self.width >= _PROSE_ASPECT * self.height


def page_text(lines: Sequence[Line]) -> str:
    """Rows from top to bottom, columns of prose one after the other; an empty line between paragraphs."""
    if sum(_is_vertical(line) for line in lines) * 2 > len(lines):
        return "\n".join(line.text for line in sorted(lines, key=lambda line: (-line.right, line.top)))
    return "\n\n".join(_block_text(block) for block in _blocks(lines))


def _is_vertical(line: Line) -> bool:
    return line.height > 1.5 * line.width and len(line.text) > 1


def _blocks(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Parts to be read one after the other: what stands across the page, and the columns between."""
    gutter = _gutter(lines)
    if gutter is None:
        yield list(lines)
        return
    across: list[Line] = []
    beside: list[Line] = []
    for line in sorted(lines, key=lambda line: line.top):
        if line.left < gutter < line.right:
            yield from _columns(beside, gutter)
            beside = []
            across.append(line)
        else:
            if across:
                yield across
            across = []
            beside.append(line)
    yield from _columns(beside, gutter)
    if across:
        yield across


def _columns(lines: Sequence[Line], gutter: float) -> Iterator[list[Line]]:
    for column in ([line for line in lines if line.right <= gutter], [line for line in lines if line.right > gutter]):
        if column:
            yield from _blocks(column)


def _gutter(lines: Sequence[Line]) -> float | None:
    """Where two columns of prose meet: just right of a line's end, with the fewest lines across."""
    best, fewest = None, int(_MOST_ACROSS * len(lines))
    for place in {round(line.right) + 1 for line in lines if line.is_prose}:
        left = [line for line in lines if line.is_prose and line.right <= place]
        right = [line for line in lines if line.is_prose and line.left >= place]
        across = sum(line.left < place < line.right for line in lines)
        if min(len(left), len(right)) >= _LEAST_IN_COLUMN and across <= fewest and _side_by_side(left, right):
            best, fewest = float(place), across - 1
    return best


def _side_by_side(left: Sequence[Line], right: Sequence[Line]) -> bool:
    top = max(min(line.top for line in side) for side in (left, right))
    bottom = min(max(line.bottom for line in side) for side in (left, right))
    return bottom > top


def _block_text(lines: Sequence[Line]) -> str:
    rows = _rows(lines)
    height = median(line.height for line in lines)
    parts = [_row_text(rows[0])]
    for above, row in pairwise(rows):
        gap = min(line.top for line in row) - max(line.bottom for line in above)
        parts += ["\n\n" if gap > _NEW_PARAGRAPH * height else "\n", _row_text(row)]
    return "".join(parts)


def _rows(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines whose boxes stand side by side, from top to bottom."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: line.top + line.bottom):
        if rows and line.top + _SAME_ROW * line.height < rows[-1][-1].bottom:
            rows[-1].append(line)
        else:
            rows.append([line])
    return rows


def _row_text(row: Sequence[Line]) -> str:
    return "  ".join(line.text for line in sorted(row, key=lambda line: line.left))
