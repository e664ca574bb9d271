"""Vector drawings (SVG): the words in them."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from indexer.config import ExtractLimits
from indexer.errors import UnreadableDocument
from indexer.formats.encoding import read_capped
from indexer.formats.headings import one_line
from indexer.model import DocumentInfo, Reason, Segment

EXTENSIONS = frozenset(("svg", "svgz"))
_MOST_BYTES = 32 << 20
_GZIP = b"\x1f\x8b"
_WITH_TEXT = frozenset(("text", "title", "desc", "flowRoot"))
_TITLE_CHARACTERS = 300


def read(path: Path, info: DocumentInfo, limits: ExtractLimits) -> Iterator[Segment]:
    """Yield what kind of file it is and its size, then title, description and labels in their order."""
    data, cut = read_capped(path, min(_MOST_BYTES, limits.file_bytes))
    if data.startswith(_GZIP):
        data, cut = _unpacked(data)
    events = etree.iterparse(
        io.BytesIO(data),
        events=("start", "end"),
        recover=True,
        resolve_entities=False,
        no_network=True,
        remove_comments=True,
    )
    for event, element in events:
        name = etree.QName(element).localname
        if event == "start":
            if name == "svg" and element.getparent() is None:
                yield Segment(_head(element))
        elif name in _WITH_TEXT:
            text = " ".join(" ".join(element.itertext()).split())
            if name == "title":
                info.title = info.title or one_line(text, _TITLE_CHARACTERS)
            yield Segment(text)
            element.clear()
    if cut:
        raise UnreadableDocument(Reason.TOO_LARGE, "more data than the limit")


def _unpacked(data: bytes) -> tuple[bytes, bool]:
    with gzip.open(io.BytesIO(data)) as stream:
        try:
            unpacked = stream.read(_MOST_BYTES + 1)
        except (EOFError, OSError, zlib.error) as error:
            raise UnreadableDocument(Reason.BROKEN, str(error)) from error
    return unpacked[:_MOST_BYTES], len(unpacked) > _MOST_BYTES


def _head(root: etree._Element) -> str:
    width, height = (str(root.get(side, "")).removesuffix("px")[:12] for side in ("width", "height"))
    size = f" · {width} × {height}" if width and height else ""
    return f"Drawing 矢量图 SVG{size}"
