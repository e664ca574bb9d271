"""Org mode."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from indexer.config import ExtractLimits
from indexer.formats.outline import BLANK, Line, read_outline, without_markup
from indexer.model import DocumentInfo, Segment

EXTENSIONS = frozenset(("org",))
_HEADING = re.compile(r"(\*+)[ \t]+(.*)")
_TAGS = re.compile(r"[ \t]+:((?:[\w@#%]+:)+)[ \t]*$")
_KEYWORD = re.compile(r"[ \t]*#\+(\w+):[ \t]*(.*)", re.IGNORECASE)
_SILENT = re.compile(r"[ \t]*(?:#\+(?:begin|end)_\w+|:(?:properties|end|logbook):[ \t]*$|\|[-+]+\|)", re.IGNORECASE)
_SETTINGS = frozenset(
    "options startup latex_header latex_class html_head property todo seq_todo setupfile results attr_html attr_latex".split()
)
_PROPERTY = re.compile(r"([ \t]*):([\w+-]{1,40}):[ \t]+(.*)")
_INLINE = (
    (re.compile(r"\[\[([^\]\[]*)\]\[([^\]\[]*)\]\]"), r"\2 (\1)"),
    (re.compile(r"\[\[([^\]\[]*)\]\]"), r"\1"),
    (re.compile(r"(?<![\w/*_=~+])([*_=~+]|/(?!/))(?=\S)([^\n]{0,200}?\S)\1(?![\w*/])"), r"\2"),
    (re.compile(r"<(\d{4}-\d\d-\d\d[^>\n]{0,40})>"), r"\1"),
    (re.compile(r"\[(\d{4}-\d\d-\d\d[^\]\n]{0,40})\]"), r"\1"),
)


def read(path: Path, info: DocumentInfo, limits: ExtractLimits) -> Iterator[Segment]:
    """Yield paragraphs with their line and the headings above them, as text without markup."""
    return read_outline(path, info, limits, lambda lines: (_line(line, info) for line in lines))


def _line(line: str, info: DocumentInfo) -> Line:
    if match := _HEADING.match(line):
        return Line(_heading(match[2]), len(match[1]))
    if _SILENT.match(line):
        return BLANK
    if match := _KEYWORD.match(line):
        return Line(_keyword(match[1].lower(), match[2], info))
    if match := _PROPERTY.match(line):
        return Line(f"{match[1]}{match[2].lower()}: {match[3]}")
    if line.lstrip().startswith("|"):
        return Line("\t".join(_plain(cell.strip()) for cell in line.strip().strip("|").split("|")))
    return Line(_plain(line))


def _heading(text: str) -> str:
    tags = _TAGS.search(text)
    title = _plain(text[: tags.start()] if tags else text)
    return f"{title} ({', '.join(tags[1].strip(':').split(':'))})" if tags else title


def _keyword(name: str, value: str, info: DocumentInfo) -> str:
    if name in _SETTINGS:
        return ""
    if name == "title":
        info.title = value
    elif name == "author":
        info.author = value
    elif name == "language":
        info.language = value
    return value if name == "title" else f"{name}: {_plain(value)}"


def _plain(text: str) -> str:
    return without_markup(text, _INLINE)
