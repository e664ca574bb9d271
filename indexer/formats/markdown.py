"""Markdown: text with headings."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

from indexer.config import ExtractLimits
from indexer.errors import UnreadableDocument
from indexer.formats.encoding import read_text
from indexer.formats.headings import HeadingPath
from indexer.formats.plain import paragraphs
from indexer.model import Anchor, DocumentInfo, Reason, Segment

EXTENSIONS = frozenset(("md", "markdown", "mdown", "mkd", "mdx", "rmd", "qmd"))
_ATX = re.compile(r" {0,3}(#{1,6})[ \t]+(.*)")
_SETEXT = re.compile(r" {0,3}(=+|-+)[ \t]*$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


def read(path: Path, info: DocumentInfo, limits: ExtractLimits) -> Iterator[Segment]:
    """Yield paragraphs with their line and the headings above them; the first heading is the title."""
    text, cut = read_text(path, limits)
    headings = HeadingPath()
    for first, level, title, lines in sections(text):
        heading = headings.enter(level, title) if level else ""
        info.title = info.title or title
        for line, paragraph in paragraphs(lines):
            yield Segment(paragraph, Anchor(line=first + line - 1), heading)
    if cut:
        raise UnreadableDocument(Reason.TOO_LARGE, "more text than the limit")


def sections(text: str) -> Iterator[tuple[int, int, str, list[str]]]:
    """Cut at headings: `(first line, level or 0, title, lines)`; the heading's own line is among the lines."""
    first, level, title = 1, 0, ""
    lines: list[str] = []
    fence = ""
    for number, line in enumerate(io.StringIO(text), 1):
        fence = _fence_after(fence, line)
        found = None if fence else _heading(line, lines)
        if found:
            kept = found[2]
            above = lines[: len(lines) - kept]
            if above:
                yield first, level, title, above
            first, level, title, lines = number - kept, found[0], found[1], lines[len(lines) - kept :]
        lines.append(line)
    yield first, level, title, lines


def _heading(line: str, lines_above: list[str]) -> tuple[int, str, int] | None:
    """`(level, title, lines above that belong to it)` if this line makes a heading."""
    if match := _ATX.match(line):
        return len(match[1]), match[2].rstrip(" \t#"), 0
    underline = _SETEXT.match(line)
    if underline is None or not lines_above:
        return None
    title = lines_above[-1].strip()
    stands_alone = len(lines_above) == 1 or not lines_above[-2].strip()
    if not title or not stands_alone or title.startswith(("#", ">", "-", "*", "|", "```")):
        return None
    return (1 if underline[1].startswith("=") else 2), title, 1


def _fence_after(fence: str, line: str) -> str:
    """The fence that is open after this line; empty outside of code blocks."""
    match = _FENCE.match(line)
    if match is None:
        return fence
    if not fence:
        return match[1]
    closes = match[1].startswith(fence) and not line.strip().strip(fence[0])
    return "" if closes else fence
