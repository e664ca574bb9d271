"""Text in which programs write characters beyond ASCII as escapes: Java properties."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from indexer.config import ExtractLimits
from indexer.errors import UnreadableDocument
from indexer.formats.encoding import read_text
from indexer.formats.plain import text_segments
from indexer.model import DocumentInfo, Reason, Segment

EXTENSIONS = frozenset(("properties",))
_ESCAPES = re.compile(r"(?:\\u[0-9a-fA-F]{4})+")


def read(path: Path, info: DocumentInfo, limits: ExtractLimits) -> Iterator[Segment]:
    """Yield paragraphs with the line they begin on, printable escapes turned into their characters."""
    del info
    text, cut = read_text(path, limits)
    yield from text_segments(unescaped(text))
    if cut:
        raise UnreadableDocument(Reason.TOO_LARGE, "more text than the limit")


def unescaped(text: str) -> str:
    r"""Text with `\uXXXX` made the character, if that can be shown."""
    return _ESCAPES.sub(_unescape, text)


def _unescape(match: re.Match[str]) -> str:
    units = bytes.fromhex(match.group().replace("\\u", ""))
    text = units.decode("utf-16-be", "replace")
    return text if text.isprintable() else match.group()
