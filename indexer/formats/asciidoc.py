"""AsciiDoc."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from indexer.config import ExtractLimits
from indexer.formats.outline import BLANK, Line, read_outline, without_markup
from indexer.model import DocumentInfo, Segment

EXTENSIONS = frozenset(("adoc", "asciidoc"))
_HEADING = re.compile(r"(={1,6}|#{1,6})[ \t]+(\S.*?)(?:[ \t]+\1)?[ \t]*$")
_SILENT = re.compile(r"(?:-{4,}|={4,}|\.{4,}|\*{4,}|_{4,}|\+{1,4}|/{4,}|--|[|,:!]={3,}|'{3,}|<{3}|\[[^\[\]]*\])[ \t]*$")
_VERBATIM = re.compile(r"(-{4,}|\.{4,})[ \t]*$")
_ATTRIBUTE = re.compile(r":([\w!-]{1,40}):(?:[ \t]+(.*))?$")
_SHOWN_ATTRIBUTES = frozenset("author authors email revdate revnumber date keywords description title subject".split())
_BLOCK_MACRO = re.compile(r"(image|video|audio|include)::([^\[\s]*)\[([^\]]*)\]")
_INLINE = (
    (re.compile(r"(?:link:|(?=https?://|mailto:))([^\s\[\]]+)\[([^\]]+?)\^?\]"), r"\2 (\1)"),
    (re.compile(r"(?:xref:[^\s\[]*|footnote:|kbd:|btn:|menu:[^\s\[]*)\[([^\]]*)\]"), r"\1"),
    (re.compile(r"image:[^\s\[]+\[([^\]]*)\]"), r"\1"),
    (re.compile(r"<<[^,>\n]*,[ \t]*([^>\n]*)>>"), r"\1"),
    (re.compile(r"<<([^>\n]*)>>"), r"\1"),
    (re.compile(r"\[\[[^\]\n]*\]\]"), ""),
    (re.compile(r"(?<![\w*_`#])(\*\*?|__?|``?|##?|\+\+?)(?=\S)([^\n]{0,200}?\S)\1(?!\w)"), r"\2"),
)


def read(path: Path, info: DocumentInfo, limits: ExtractLimits) -> Iterator[Segment]:
    """Yield paragraphs with their line and the headings above them, as text without markup."""
    return read_outline(path, info, limits, lambda lines: _lines(lines, info))


def _lines(lines: list[str], info: DocumentInfo) -> Iterator[Line]:
    verbatim = ""
    for line in lines:
        fence = _VERBATIM.match(line)
        if verbatim:
            verbatim = "" if line.rstrip() == verbatim else verbatim
            yield Line(line) if verbatim else BLANK
        elif fence:
            verbatim = line.rstrip()
            yield BLANK
        else:
            yield _line(line, info)


def _line(line: str, info: DocumentInfo) -> Line:
    if match := _HEADING.match(line):
        return Line(_plain(match[2]), len(match[1]))
    if _SILENT.match(line) or line.startswith("//"):
        return BLANK
    if match := _ATTRIBUTE.match(line):
        return Line(_attribute(match[1].lower(), match[2] or "", info))
    if match := _BLOCK_MACRO.match(line):
        return Line(" ".join(part for part in (match[3], match[2]) if part))
    if line.startswith("|"):
        return Line("\t".join(_plain(cell.strip()) for cell in line[1:].split("|")))
    text = line[1:] if line.startswith(".") and line[1:2].isalnum() else line
    return Line(_plain(text))


def _attribute(name: str, value: str, info: DocumentInfo) -> str:
    if name in {"author", "authors"}:
        info.author = info.author or value
    return f"{name}: {value}" if name in _SHOWN_ATTRIBUTES and value else ""


def _plain(text: str) -> str:
    return without_markup(text, _INLINE)
