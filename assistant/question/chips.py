"""What was read out of a query, piece by piece, with the user's own words for each."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any, Literal

_UNDECODABLE = re.compile("[\ud800-\udfff]")

ChipKind = Literal["time", "kind", "size", "folder", "order", "phrase", "name", "author", "language", "without", "path"]


@dataclass(frozen=True, slots=True)
class Chip:
    """One reading: without `text` in the query it would not be there.

    `value` is JSON. A `likely` reading ranks files and leaves none out.
    """

    kind: ChipKind
    text: str
    value: Any
    likely: bool = False

    def to_json(self) -> dict[str, Any]:
        """An entry of `understood.chips`."""
        return {"kind": self.kind, "text": self.text, "value": self.value, "likely": self.likely}


def own_words(query: str, words: str) -> str:
    """The part of the query that `words` were made of (by NFKC, without signs that cannot be seen); else `words`."""
    if words in query:
        return words
    folded, origins = "", []
    for position, character in enumerate(query):
        for sign in unicodedata.normalize("NFKC", character).replace("’", "'"):
            if not sign.isspace() and sign.isprintable():
                folded += sign
                origins.append(position)
    sought = "".join(words.split())
    start = folded.find(sought)
    if not sought or start < 0:
        return words
    found = query[origins[start] : origins[start + len(sought) - 1] + 1]
    return words if _UNDECODABLE.search(found) else found
