"""Textile."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from indexer.config import ExtractLimits
from indexer.formats.outline import Line, read_outline, without_markup
from indexer.model import DocumentInfo, Segment

EXTENSIONS = frozenset(("textile",))
_STYLE = r"(?:\([^)\n]*\)|\{[^}\n]*\}|\[[^\]\n]*\]|[<>=])*"
_HEADING = re.compile(rf"h([1-6]){_STYLE}\.[ \t]+(.*)")
_BLOCK = re.compile(rf"(?:p|bq|bc|pre|fn\d+|notextile|table){_STYLE}\.{{1,2}}[ \t]*(?::\S+[ \t]+)?")
_CELL_STYLE = re.compile(rf"(?:_|[\\/]\d+|{_STYLE})\.[ \t]+")
_INLINE = (
    (re.compile(r'"([^"\n]+)":(\S+[\w/])'), r"\1 (\2)"),
    (re.compile(r"!([^\s!(]+)(?:\(([^)\n]*)\))?!"), r"\2"),
    (re.compile(r"<(/?)(?:notextile|pre|code)>"), ""),
    (re.compile(r"(?<![\w*_@%+-])(\*\*?|__?|@|%|\+|\?\?)(?=\S)([^\n]{0,200}?\S)\1(?!\w)"), r"\2"),
)


def read(path: Path, info: DocumentInfo, limits: ExtractLimits) -> Iterator[Segment]:
    """Yield paragraphs with their line and the headings above them, as text without markup."""
    return read_outline(path, info, limits, lambda lines: map(_line, lines))


def _line(line: str) -> Line:
    if match := _HEADING.match(line):
        return Line(_plain(match[2]), int(match[1]))
    if line.startswith("|"):
        cells = line.strip().strip("|").split("|")
        return Line("\t".join(_plain(_CELL_STYLE.sub("", cell, count=1).strip()) for cell in cells))
    return Line(_plain(_BLOCK.sub("", line, count=1) if _BLOCK.match(line) else line))


def _plain(text: str) -> str:
    return without_markup(text, _INLINE)
