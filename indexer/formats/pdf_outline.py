"""The outline of a PDF (its bookmarks): the titles that stand above each page's text."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import pypdfium2

from indexer.formats.headings import HeadingPath, one_line

_MOST_ENTRIES = 20_000
_MOST_ON_A_PAGE = 100
_TITLE_CHARACTERS = 200
_NUMBERING_CHARACTERS = 8
"""How much longer than its title in the outline a heading on the page may be: "3.1.2 "."""


class Outline:
    """Cuts pages, which are given in order, where the outline's titles stand on them."""

    def __init__(self, document: pypdfium2.PdfDocument) -> None:
        self._titles: dict[int, list[tuple[int, str]]] = {}
        for bookmark in islice(document.get_toc(), _MOST_ENTRIES):
            page, title = _target(bookmark)
            titles = self._titles.setdefault(page, []) if page is not None else []
            if title and len(titles) < _MOST_ON_A_PAGE:
                titles.append((bookmark.level + 1, title))
        self._headings = HeadingPath()

    def sections(self, page: int, text: str) -> Iterator[tuple[str, str]]:
        """Yield heading path and text of each part of a page (counted from 0), in reading order.

        A title that cannot be found on its page begins where the one before it does.
        """
        titles = self._titles.get(page)
        if not titles:
            yield str(self._headings), text
            return
        lines = text.splitlines()
        squeezed = [_squeezed(line) for line in lines]
        start = 0
        for level, title in titles:
            position = _find(squeezed, _squeezed(title), start)
            if position > start:
                yield str(self._headings), "\n".join(lines[start:position])
                start = position
            self._headings.enter(level, title)
        yield str(self._headings), "\n".join(lines[start:])


def _target(bookmark: pypdfium2.PdfBookmark) -> tuple[int | None, str]:
    try:
        destination = bookmark.get_dest()
        page = destination.get_index() if destination is not None else None
        return page, one_line(bookmark.get_title(), _TITLE_CHARACTERS)
    except (pypdfium2.PdfiumError, UnicodeError):
        return None, ""


def _find(lines: list[str], title: str, start: int) -> int:
    """The line that is the title, or begins it when it is broken in two; -1 when there is none."""
    for position in range(start, len(lines)):
        line = lines[position]
        if line.endswith(title) and len(line) <= len(title) + _NUMBERING_CHARACTERS:
            return position
        broken = line and title.startswith(line) and position + 1 < len(lines)
        if broken and lines[position + 1].startswith(title[len(line) :]):
            return position
    return -1


def _squeezed(text: str) -> str:
    return "".join(text.split()).casefold()
