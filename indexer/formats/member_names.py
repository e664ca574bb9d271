"""Names of files inside archives and messages, made harmless and readable.

A member's name is only ever shown and searched, never used as a path on disk: what is cleaned away here
would confuse people, not open anything.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from indexer.formats.encoding import detect_encoding

MOST_CHARACTERS = 400
"""Of a member's name; the middle of a longer one is left out."""
_SEPARATORS = re.compile(r"[/\\]+")
_DRIVE = re.compile(r"[A-Za-z]:")
_LONGEST_EXTENSION = 12
_LONGEST = 4_000
_SAMPLE_BYTES = 16_384
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]+")
_EAST_ASIAN = frozenset(
    (
        "gb18030",
        "big5hkscs",
        "cp932",
        "shift_jis",
        "shift_jis_2004",
        "euc_jp",
        "euc_jis_2004",
        "euc_kr",
        "cp949",
        "johab",
    )
)


def cleaned(name: str) -> str:
    """A relative path with "/" between its parts: no drive, no "..", nothing invisible. Empty when nothing is left."""
    bounded = name if len(name) <= _LONGEST else name[: _LONGEST // 2] + name[-_LONGEST // 2 :]
    visible = "".join(" " if _is_invisible(character) else character for character in bounded)
    parts = [
        part.strip()
        for part in _SEPARATORS.split(_DRIVE.sub("", visible, count=1) if _DRIVE.match(visible) else visible)
    ]
    return _shortened("/".join(part for part in parts if part not in {"", ".", ".."}))


def _is_invisible(character: str) -> bool:
    """Controls, direction marks, surrogates: category C, the unassigned ones included."""
    return not character.isprintable() and unicodedata.category(character).startswith("C")


def _shortened(name: str) -> str:
    if len(name) <= MOST_CHARACTERS:
        return name
    stem, dot, extension = name.rpartition(".")
    ending = f"{dot}{extension}" if stem and len(extension) <= _LONGEST_EXTENSION else ""
    return f"{name[: MOST_CHARACTERS - len(ending) - 1]}…{ending}"


def names_codec(names: Iterable[bytes]) -> str:
    """The codec of names whose archive does not tell it: UTF-8, a Chinese or other East Asian code page, else DOS's own.

    All names of an archive together tell more than each alone.
    """
    sample = b"\n".join(name for name in names if not name.isascii())[:_SAMPLE_BYTES]
    codec = (detect_encoding(sample) if sample else None) or "utf-8"
    alone = max(map(len, _BEYOND_ASCII.findall(sample)), default=0) == 1  # an accented letter here and there
    return codec if codec == "utf-8" or (codec in _EAST_ASIAN and not alone) else "cp437"


def base_name(name: str) -> str:
    """The last part of a member's name."""
    return name.rpartition("/")[2]


def unpacked_name(name: str) -> str:
    """What a file is called once its only compression is undone: "a.csv" for "a.csv.gz"."""
    stem, _, extension = name.rpartition(".")
    return stem if stem and len(extension) <= _LONGEST_EXTENSION else f"{name} (unpacked)"


class UniqueNames:
    """Gives each member of one container a name of its own."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def add(self, name: str) -> str:
        """`name`, with a number before its extension when it was given before."""
        count = self._seen.get(name, 0) + 1
        self._seen[name] = count
        if count == 1:
            return name
        stem, _, extension = name.rpartition(".")
        numbered = f"{stem} ({count}).{extension}" if stem and "/" not in extension else f"{name} ({count})"
        return self.add(numbered) if numbered in self._seen else self._note(numbered)

    def _note(self, name: str) -> str:
        self._seen[name] = 1
        return name
