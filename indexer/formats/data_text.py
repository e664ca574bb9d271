"""Data written as text: what of it a person would look for, and how much."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from indexer.config import ExtractLimits
from indexer.errors import UnreadableDocument
from indexer.model import Reason, Segment

LONGEST_LINE = 1_500
"""Characters after which a segment ends, where a program wrote everything on one line."""
ELLIPSIS = "…"
_MOST_CHARACTERS = 500_000
"""More is a data set: its end says what its beginning said."""
_LONGEST_WORD = 200
_BLOB = re.compile(rf"(?:data:[\w./+-]{{1,60}}(?:;[\w=-]{{1,40}})*,)?[A-Za-z0-9+/=_%-]{{{_LONGEST_WORD},}}")


def without_blobs(text: str) -> str:
    """Text with runs of base64, hexadecimal and the like cut down to an ellipsis."""
    return _BLOB.sub(ELLIPSIS, text) if len(text) >= _LONGEST_WORD else text


def bounded(segments: Iterable[Segment], limits: ExtractLimits) -> Iterator[Segment]:
    """As many as a data file may give. Raises `UnreadableDocument` (TOO_LARGE) after them."""
    room = min(_MOST_CHARACTERS, limits.characters)
    for segment in segments:
        yield segment if len(segment.text) <= room else replace(segment, text=segment.text[:room])
        room -= len(segment.text)
        if room < 0:
            raise UnreadableDocument(Reason.TOO_LARGE, "more data than the limit")
