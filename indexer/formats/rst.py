"""reStructuredText."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from indexer.config import ExtractLimits
from indexer.formats.outline import BLANK, Line, read_outline, without_markup
from indexer.model import DocumentInfo, Segment

EXTENSIONS = frozenset(("rst", "rest"))
_RULE = re.compile(r"([!-/:-@\[-`{-~])\1+[ \t]*$")
_TABLE_BORDER = re.compile(r"[ \t]*(?:\+[-=+]{3,}|={2,}(?: +={2,})+)[ \t]*$")
_DIRECTIVE = re.compile(r"([ \t]*)\.\.[ \t]+(?:\|([^|]*)\|[ \t]+)?([\w:.+-]+?)::[ \t]*(.*)")
_TARGET = re.compile(r"[ \t]*\.\.[ \t]+_([^:]+):[ \t]*(.*)")
_COMMENT = re.compile(r"([ \t]*)\.\.(?=[ \t]|$)[ \t]*")
_FIELD = re.compile(r"([ \t]*):([A-Za-z][\w -]{0,40}):[ \t]+(.*)")
_SILENT = frozenset(("code", "code-block", "sourcecode", "highlight", "contents", "raw", "role", "default-role"))
_INLINE = (
    (re.compile(r":[\w:.+-]{1,40}:`([^`]*)`"), r"\1"),
    (re.compile(r"``(.+?)``"), r"\1"),
    (re.compile(r"`([^`]*)`_{0,2}"), r"\1"),
    (re.compile(r"(?<![\w*])(\*{1,2})(?=\S)([^*]*[^*\s])\1(?![\w*])"), r"\2"),
    (re.compile(r"::$"), ":"),
    (re.compile(r"\\(?=[*`|_\\])"), ""),
)


def read(path: Path, info: DocumentInfo, limits: ExtractLimits) -> Iterator[Segment]:
    """Yield paragraphs with their line and the headings above them, as text without markup."""
    return read_outline(path, info, limits, lambda lines: _lines(lines, info))


def _lines(lines: list[str], info: DocumentInfo) -> Iterator[Line]:
    styles: list[str] = []
    """The rules around headings, the highest first: each document has its own order of signs."""
    for number, line in enumerate(lines):
        above = lines[number - 1] if number else ""
        below = lines[number + 1] if number + 1 < len(lines) else ""
        if style := _style(above, line, below):
            if style not in styles:
                styles.append(style)
            yield Line(_plain(line.strip()), styles.index(style) + 1)
        elif _RULE.match(line) or _TABLE_BORDER.match(line):
            yield BLANK
        else:
            yield Line(_body(line, info))


def _style(above: str, line: str, below: str) -> str:
    """The signs under (and over) a heading; empty for other lines."""
    title = line.strip()
    rule = below.rstrip()
    if not title or _RULE.match(line) or not _RULE.match(rule) or len(rule) < min(len(title), 4):
        return ""
    overlined = above.rstrip() == rule
    return rule[0] * (2 if overlined else 1) if overlined or not line.startswith((" ", "\t")) else ""


def _body(line: str, info: DocumentInfo) -> str:
    if match := _DIRECTIVE.match(line):
        return _directive(match)
    if match := _TARGET.match(line):
        return match[2]
    if match := _FIELD.match(line):
        if match[2].lower() in {"author", "authors"}:
            info.author = info.author or match[3]
        return f"{match[1]}{match[2]}: {_plain(match[3])}"
    if line.lstrip().startswith("|"):
        return "\t".join(_plain(cell.strip()) for cell in line.strip().strip("|").split("|"))
    return _plain(_COMMENT.sub(r"\1", line, count=1) if _COMMENT.match(line) else line)


def _directive(match: re.Match[str]) -> str:
    indent, substitution, name, argument = match.groups()
    if name in _SILENT:
        return ""
    return f"{indent}{f'{substitution}: ' if substitution else ''}{name}: {_plain(argument)}".rstrip(" :")


def _plain(text: str) -> str:
    return without_markup(text, _INLINE)
