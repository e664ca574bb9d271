"""The path of headings above a passage."""

from __future__ import annotations

SEPARATOR = " › "
_TITLE_CHARACTERS = 120


class HeadingPath:
    """Follows the headings of a document as they come."""

    def __init__(self) -> None:
        self._titles: list[tuple[int, str]] = []

    def enter(self, level: int, title: str) -> str:
        """Begin the section `title`; `level` 1 is the highest. Returns the new path."""
        title = one_line(title, _TITLE_CHARACTERS)
        self._titles = [entry for entry in self._titles if entry[0] < level]
        if title:
            self._titles.append((level, title))
        return str(self)

    def __str__(self) -> str:
        return SEPARATOR.join(title for _, title in self._titles)


def one_line(text: str, limit: int) -> str:
    """At most `limit` printable characters, runs of white space made blanks."""
    return "".join(filter(str.isprintable, " ".join(text.split())))[:limit]
