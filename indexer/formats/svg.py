"""Vector drawings (SVG): the words in them."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from lxml import etree

from indexer.config import ExtractLimits
from indexer.errors import UnreadableDocument
from indexer.formats.encoding import read_capped
from indexer.formats.headings import one_line
from indexer.model import DocumentInfo, Reason, Segment

EXTENSIONS = frozenset(("svg", "svgz"))
_MOST_BYTES = 8 << 20
_BLOCK_BYTES = 65_536
_GZIP = b"\x1f\x8b"
_WITH_TEXT = frozenset(("text", "title", "desc", "flowRoot"))
_TITLE_CHARACTERS = 300


def read(path: Path, info: DocumentInfo, limits: ExtractLimits) -> Iterator[Segment]:
    """Yield what kind of file it is and its size, then title, description and labels in their order."""
    data, cut = read_capped(path, min(_MOST_BYTES, limits.file_bytes))
    if data.startswith(_GZIP):
        data, cut = _unpacked(data)
    words = _Words(info)
    parser = etree.XMLParser(target=words, recover=True, resolve_entities=False, no_network=True)  # type: ignore[arg-type] # a target need not take comments
    for start in range(0, len(data), _BLOCK_BYTES):
        parser.feed(data[start : start + _BLOCK_BYTES])
        yield from map(Segment, words.take())
    if cut:
        raise UnreadableDocument(Reason.TOO_LARGE, "more data than the limit")


def _unpacked(data: bytes) -> tuple[bytes, bool]:
    with gzip.open(io.BytesIO(data)) as stream:
        try:
            unpacked = stream.read(_MOST_BYTES + 1)
        except (EOFError, OSError, zlib.error) as error:
            raise UnreadableDocument(Reason.BROKEN, str(error)) from error
    return unpacked[:_MOST_BYTES], len(unpacked) > _MOST_BYTES


class _Words:
    """Takes the events of a parser, so that no tree of a million lines need be built."""

    def __init__(self, info: DocumentInfo) -> None:
        self._info = info
        self._found: list[str] = []
        self._open = ""
        """The element whose words are being gathered."""
        self._parts: list[str] = []
        self._begun = False

    def take(self) -> list[str]:
        """What was found since the last call."""
        found, self._found = self._found, []
        return found

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        if not self._begun:
            self._begun = True
            self._found.append(_head(attributes))
        name = tag.rpartition("}")[2]
        if not self._open and name in _WITH_TEXT:
            self._open = name

    def data(self, text: str) -> None:
        """Text, or a part of it."""
        if self._open:
            self._parts.append(text)

    def end(self, tag: str) -> None:
        """An element ends."""
        if not self._open or tag.rpartition("}")[2] != self._open:
            return
        if text := " ".join("".join(self._parts).split()):
            self._found.append(text)
            if self._open == "title":
                self._info.title = self._info.title or one_line(text, _TITLE_CHARACTERS)
        self._open, self._parts = "", []

    def close(self) -> None:
        """The end of the document."""


def _head(attributes: Mapping[str, str]) -> str:
    width, height = (attributes.get(side, "").removesuffix("px")[:12] for side in ("width", "height"))
    return f"Drawing 矢量图 SVG · {width} × {height}" if width and height else "Drawing 矢量图 SVG"
