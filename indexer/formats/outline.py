"""Text with headings, line by line: what the readers of light markup share."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from indexer.config import ExtractLimits
from indexer.errors import UnreadableDocument
from indexer.formats.encoding import read_text
from indexer.formats.headings import HeadingPath
from indexer.formats.plain import paragraphs
from indexer.model import Anchor, DocumentInfo, Reason, Segment


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the source without its markup; `level` 1 is the highest heading, 0 none."""

    text: str = ""
    level: int = 0


BLANK = Line()
LONGEST_LINE = 20_000
"""Markup is not looked for in longer ones: no person wrote them, and some patterns would take long."""

Rules = tuple[tuple[re.Pattern[str], str], ...]


def without_markup(text: str, rules: Rules) -> str:
    """A line after all replacements."""
    if len(text) <= LONGEST_LINE:
        for pattern, replacement in rules:
            text = pattern.sub(replacement, text)
    return text


def read_outline(
    path: Path, info: DocumentInfo, limits: ExtractLimits, parse: Callable[[list[str]], Iterable[Line]]
) -> Iterator[Segment]:
    """Read a text file whose lines `parse` turns into headings and text; raises TOO_LARGE after what fits in the limits."""
    text, cut = read_text(path, limits)
    yield from outlined(parse(text.split("\n")), info)
    if cut:
        raise UnreadableDocument(Reason.TOO_LARGE, "more text than the limit")


def outlined(lines: Iterable[Line], info: DocumentInfo) -> Iterator[Segment]:
    """Yield paragraphs with their line and the headings above them; a heading's own line is among them.

    `lines` has one entry for every line of the source. The first heading is the title of a document without one.
    """
    headings = HeadingPath()
    first = 1
    section: list[str] = []
    for number, line in enumerate(lines, 1):
        if line.level:
            yield from _segments(section, first, str(headings))
            first, section = number, []
            headings.enter(line.level, line.text)
            info.title = info.title or line.text
        section.append(line.text + "\n")
    yield from _segments(section, first, str(headings))


def _segments(section: list[str], first: int, heading: str) -> Iterator[Segment]:
    for line, paragraph in paragraphs(section):
        yield Segment(paragraph, Anchor(line=first + line - 1), heading)
