"""Data written as text: nothing a person would look for."""

from __future__ import annotations

import re

_LONGEST_WORD = 200
_BLOB = re.compile(rf"(?:data:[\w./+-]{{1,60}}(?:;[\w=-]{{1,40}})*,)?[A-Za-z0-9+/=_%-]{{{_LONGEST_WORD},}}")
ELLIPSIS = "…"


def without_blobs(text: str) -> str:
    """Text with runs of base64, hexadecimal and the like cut down to an ellipsis."""
    return _BLOB.sub(ELLIPSIS, text) if len(text) >= _LONGEST_WORD else text
