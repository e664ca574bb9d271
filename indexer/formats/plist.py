"""Property lists of macOS, binary or XML."""

from __future__ import annotations

import plistlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.parsers.expat import ExpatError

from indexer.config import ExtractLimits
from indexer.errors import UnreadableDocument
from indexer.formats.data_text import without_blobs
from indexer.formats.encoding import read_capped
from indexer.formats.xml_text import read_xml, xml_segments
from indexer.model import DocumentInfo, Reason, Segment

EXTENSIONS = frozenset(("plist", "strings"))
_MOST_BYTES = 64 << 20
_MOST_VALUES = 50_000
_DEEPEST = 50
_BROKEN = (plistlib.InvalidFileException, ExpatError, ValueError, TypeError, IndexError, OverflowError, RecursionError)


def read(path: Path, info: DocumentInfo, limits: ExtractLimits) -> Iterator[Segment]:
    """Yield "key: value" one by one; data is left out. Old-style lists and broken XML are read as text."""
    del info
    tree = load(path)
    if tree is None:
        text, _ = read_xml(path, limits)
        yield from xml_segments(text)
        return
    for line in values(tree):
        yield Segment(line)


def load(path: Path) -> Any:
    """What a property list holds; None when it is none. Raises `UnreadableDocument` (BROKEN) for a broken binary one."""
    data, _ = read_capped(path, _MOST_BYTES)
    try:
        return plistlib.loads(data)
    except _BROKEN as error:
        if data.startswith(b"bplist"):
            raise UnreadableDocument(Reason.BROKEN, str(error)) from error
        return None


def values(tree: Any) -> Iterator[str]:
    """The leaves with their keys. Objects that are used again and again may unfold without end: `UnreadableDocument`."""
    waiting: list[tuple[str, Any, int]] = [("", tree, 0)]
    for _ in range(_MOST_VALUES):
        if not waiting:
            return
        key, value, depth = waiting.pop()
        if isinstance(value, dict | list):
            inner = value.items() if isinstance(value, dict) else ((key, item) for item in value)
            if depth < _DEEPEST:
                waiting += reversed([(str(name), item, depth + 1) for name, item in list(inner)[:_MOST_VALUES]])
        elif text := _shown(value):
            yield f"{key}: {text}" if key and not key.startswith("$") else text
    raise UnreadableDocument(Reason.TOO_LARGE, "more values than the limit")


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return without_blobs(" ".join(value.split()))
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return str(value) if isinstance(value, int | float) else ""
