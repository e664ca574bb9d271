"""What a person sees after a program has printed to a terminal: just enough of one for these tests."""

from __future__ import annotations

import re
from typing import Self

from assistant.cli.safe_text import display_width

_CONTROL = re.compile(r"\x1b\[(\??[0-9;]*)([A-Za-z])")


class Screen:
    """Lines of text and a cursor; wraps late, as terminals do. It never scrolls: `lines` must be enough."""

    def __init__(self, columns: int, lines: int) -> None:
        self._columns = columns
        self._cells = [[" "] * columns for _ in range(lines)]
        self._row = self._column = 0

    def feed(self, text: str) -> Self:
        at = 0
        while at < len(text):
            control = _CONTROL.match(text, at)
            if control:
                self._control(control[1], control[2])
                at = control.end()
            else:
                self._put(text[at])
                at += 1
        return self

    def lines(self) -> list[str]:
        return ["".join(row).rstrip() for row in self._cells]

    def _put(self, character: str) -> None:
        if character == "\n":
            self._row += 1
        elif character == "\r":
            self._column = 0
        else:
            width = display_width(character)
            if self._column + width > self._columns:
                self._row, self._column = self._row + 1, 0
            self._cells[self._row][self._column : self._column + width] = [character] + [""] * (width - 1)
            self._column += width

    def _control(self, numbers: str, name: str) -> None:
        if name == "A":
            self._row -= int(numbers or 1)
        elif name == "K":
            self._erase(self._row, self._row + 1)
        elif name == "J":
            self._erase(self._row, len(self._cells))

    def _erase(self, first: int, last: int) -> None:
        assert self._column == 0 or first + 1 == last
        for row in range(first, last):
            self._cells[row] = [" "] * self._columns
