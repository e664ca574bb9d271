"""JSON, JSON lines and GeoJSON, read as a person would: keys and values, without the signs between them.

Nothing is parsed: what is nested without end, cut off or commented is read like anything else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from indexer.config import ExtractLimits
from indexer.errors import UnreadableDocument
from indexer.formats.data_text import ELLIPSIS, LONGEST_LINE, bounded, without_blobs
from indexer.formats.encoding import read_text
from indexer.formats.escaped import unescaped
from indexer.model import Anchor, DocumentInfo, Reason, Segment

EXTENSIONS = frozenset(("json", "jsonl", "ndjson", "geojson", "json5", "jsonc", "topojson", "har"))
_MOST_NUMBERS = 6
"""Numbers in a row that are shown: coordinates and measurements are nothing to search for."""
_TOKEN = re.compile(
    r'"(?P<string>[^"\\\n]*+(?:\\.[^"\\\n]*+)*+)"?(?P<key>\s*:)?'
    r"|(?P<number>-?\d[\d.eE+-]*)(?![^\s,\[\]{}])|(?P<signs>[{}\[\],\s]+)|(?P<other>[^{}\[\],\s\"]+)"
)
_RECORD_END = re.compile(r"\}\s*,\s*\{")
_ROW_END = re.compile(r"\]\s*,\s*\[")
_ESCAPED_SIGN = re.compile(r"\\(u[0-9a-fA-F]{4}|.)")
_SIGNS = {"n": " ", "r": " ", "t": " ", "b": "", "f": " "}


def read(path: Path, info: DocumentInfo, limits: ExtractLimits) -> Iterator[Segment]:
    """Yield "key: value" with the line it stands on, one segment a line or record."""
    del info
    text, cut = read_text(path, limits)
    yield from bounded(json_segments(text), limits)
    if cut:
        raise UnreadableDocument(Reason.TOO_LARGE, "more text than the limit")


def json_segments(text: str) -> Iterator[Segment]:
    """The lines and records of a text, with the signs of JSON taken out."""
    line = _Line(1)
    for match in _TOKEN.finditer(text):
        signs = match["signs"] or ""
        newlines = signs.count("\n")
        if newlines or line.length > LONGEST_LINE or _is_border(signs, line):
            yield from line.segments()
            line = _Line(line.number + newlines, line.numbers)
        elif "," in signs:
            line.separate()
        if not signs:
            line.add(match)
    yield from line.segments()


def _is_border(signs: str, line: _Line) -> bool:
    """Whether one record ends and the next begins here; rows of nothing but numbers are none."""
    return bool(_RECORD_END.search(signs) or (not line.numbers and _ROW_END.search(signs)))


class _Line:
    """What is to be shown of one line of the source, or of one record of a long one."""

    def __init__(self, number: int, numbers: int = 0) -> None:
        self.number = number
        self.numbers = numbers
        """How many numbers came without a word between, in the lines before too."""
        self.length = 0
        self._pieces: list[str] = []
        self._owes_comma = False

    def separate(self) -> None:
        """A comma stood here."""
        self._owes_comma = bool(self._pieces)

    def add(self, match: re.Match[str]) -> None:
        if (number := match["number"]) is not None:
            self.numbers += 1
            if self.numbers <= _MOST_NUMBERS + 1:
                self._write(number if self.numbers <= _MOST_NUMBERS else ELLIPSIS)
            return
        self.numbers = 0
        if (string := match["string"]) is not None:
            self._write(without_blobs(_unescaped(string)) + (":" if match["key"] else ""))
        else:
            self._write(match["other"])

    def _write(self, piece: str) -> None:
        if not piece:
            return
        if self._pieces:
            self._pieces.append(", " if self._owes_comma else " ")
        self._owes_comma = False
        self._pieces.append(piece)
        self.length += len(piece)

    def segments(self) -> Iterator[Segment]:
        if text := "".join(self._pieces).strip():
            yield Segment(text, Anchor(line=self.number))


def _unescaped(string: str) -> str:
    if "\\" not in string:
        return string
    return _ESCAPED_SIGN.sub(_sign, unescaped(string))


def _sign(match: re.Match[str]) -> str:
    return " " if len(match[1]) > 1 else _SIGNS.get(match[1], match[1])
