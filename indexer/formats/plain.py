"""Text as it stands: notes, logs, configuration, subtitles, source code."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from pathlib import Path

from indexer.config import ExtractLimits
from indexer.errors import UnreadableDocument
from indexer.formats.encoding import read_text
from indexer.model import Anchor, DocumentInfo, Reason, Segment

EXTENSIONS = frozenset(
    "txt text log nfo diff patch wiki sty cls sql yaml yml toml ini cfg conf config env service rules".split()
)
_SEGMENT_CHARACTERS = 4_000


def read(path: Path, info: DocumentInfo, limits: ExtractLimits) -> Iterator[Segment]:
    """Yield paragraphs with the line they begin on."""
    del info
    text, cut = read_text(path, limits)
    yield from text_segments(text)
    if cut:
        raise UnreadableDocument(Reason.TOO_LARGE, "more text than the limit")


def text_segments(text: str) -> Iterator[Segment]:
    """Yield the paragraphs of a text with their lines."""
    for line, paragraph in paragraphs(io.StringIO(text)):
        yield Segment(paragraph, Anchor(line=line))


def paragraphs(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Group lines into paragraphs: `(number of the first line, text)`. Blank lines and a few thousand characters part them."""
    block: list[str] = []
    size, first = 0, 1
    for number, line in enumerate(lines, 1):
        if block and (not line.strip() or size > _SEGMENT_CHARACTERS):
            yield first, "".join(block).rstrip("\n")
            block, size = [], 0
        if line.strip():
            first = first if block else number
            block.append(line)
            size += len(line)
    if block:
        yield first, "".join(block).rstrip("\n")
