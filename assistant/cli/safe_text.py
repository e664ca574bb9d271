"""Text for a terminal: nothing in it can steer the terminal, and columns line up.

File names, snippets and model output are untrusted. Control characters, bidirectional
overrides and undecodable bytes are shown as escapes, so a name cannot clear the screen or
pretend to be another one.
"""

from __future__ import annotations

import math
import re
import unicodedata

_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_UNSAFE = re.compile(rf"[\x00-\x1f\x7f-\x9f\u2028\u2029{_BIDI}\ud800-\udfff]")
_UNSAFE_BUT_NEWLINE = re.compile(rf"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029{_BIDI}\ud800-\udfff]")
_ELLIPSIS = "…"
_UNITS = ("KB", "MB", "GB", "TB")


def printable(text: str, *, keep_newlines: bool = False) -> str:
    r"""`text` with everything that could steer a terminal escaped (`\n`, `\x1b`, `\u202e`, `\xff`)."""
    pattern = _UNSAFE_BUT_NEWLINE if keep_newlines else _UNSAFE
    return pattern.sub(lambda match: _escape(match[0]), text)


def is_safe(text: str) -> bool:
    """True when nothing but newlines in `text` needs an escape."""
    return _UNSAFE_BUT_NEWLINE.search(text) is None


def _escape(character: str) -> str:
    if "\udc80" <= character <= "\udcff":
        return f"\\x{ord(character) - 0xDC00:02x}"
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")


def display_width(text: str) -> int:
    """Columns that `text` takes in a terminal: Chinese characters take two, combining marks none."""
    return sum(map(_columns, text))


def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def pad(text: str, columns: int) -> str:
    """`text` followed by blanks up to `columns`."""
    return text + " " * max(0, columns - display_width(text))


def shorten(text: str, columns: int) -> str:
    """`text` cut at its end to at most `columns`, with an ellipsis when something is missing."""
    if display_width(text) <= columns:
        return text
    kept, used = [], 1
    for character in text:
        used += _columns(character)
        if used > columns:
            break
        kept.append(character)
    return "".join(kept) + _ELLIPSIS


def rows_used(text: str, columns: int) -> int:
    """Rows of a terminal of `columns` that printing `text` fills; a wide character never straddles an edge."""
    rows = 0
    for line in text.split("\n"):
        rows += 1
        at = 0
        for character in line:
            width = _columns(character)
            if at + width > columns:
                rows += 1
                at = 0
            at += width
    return rows


def size_text(size: float) -> str:
    """Bytes as people read them: 512 bytes, 4.0 KB, 178 KB, 1.2 GB."""
    if size < 1024:
        return f"{int(size)} bytes"
    power = min(int(math.log(size, 1024)), len(_UNITS))
    number = size / 1024**power
    return f"{number:.{1 if number < 10 else 0}f} {_UNITS[power - 1]}"


def seconds_text(seconds: float) -> str:
    """A duration as people say it: 40 s, 3 min, 2.5 h."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    if seconds < 6000:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"
