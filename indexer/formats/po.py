"""Translations of programs (gettext)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from indexer.config import ExtractLimits
from indexer.errors import UnreadableDocument
from indexer.formats.encoding import read_text
from indexer.model import Anchor, DocumentInfo, Reason, Segment

EXTENSIONS = frozenset(("po",))
_LINE = re.compile(r"(?:#~ ?)?(?:(msgctxt|msgid|msgid_plural|msgstr)(?:\[\d+\])?\s*)?\"(.*)\"\s*$")
_COMMENT = re.compile(r"#[.|]?\s+(.*)")
_SIGN = re.compile(r"\\(.)")


def read(path: Path, info: DocumentInfo, limits: ExtractLimits) -> Iterator[Segment]:
    """Yield originals and translations, each with the line it begins on."""
    text, cut = read_text(path, limits)
    for number, string in _strings(text):
        if "Content-Type:" in string and not info.language:
            info.language = _header(string, "Language")
        yield Segment(string, Anchor(line=number))
    if cut:
        raise UnreadableDocument(Reason.TOO_LARGE, "more text than the limit")


def _strings(text: str) -> Iterator[tuple[int, str]]:
    """`(first line, text)` of each string, lines that belong together joined, and of the comments for translators."""
    first, parts = 1, []
    for number, line in enumerate(text.split("\n"), 1):
        match = _LINE.match(line)
        if match and not match[1]:
            parts.append(match[2])
            continue
        yield from _joined(first, parts)
        first, parts = number, [match[2]] if match else []
        if match is None and (comment := _COMMENT.match(line)):
            yield number, comment[1]
    yield from _joined(first, parts)


def _joined(line: int, parts: list[str]) -> Iterator[tuple[int, str]]:
    text = _SIGN.sub(lambda match: " \n"[match[1] == "n"] if match[1] in "nrt" else match[1], "".join(parts))
    if text.strip():
        yield line, text.strip()


def _header(string: str, name: str) -> str:
    match = re.search(rf"^{name}: *(\S+)", string, re.MULTILINE)
    return match[1].replace("_", "-") if match else ""
