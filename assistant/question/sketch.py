"""A query in which every recognised piece is folded into one private-use character.

Reading "the pdf I edited last week" as "the K I edited T" lets the rules of grammar be short
patterns over marks, whatever words a date or a kind was written in.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum


class Sort(IntEnum):
    """What a mark stands for; the value is the first code point of its 256."""

    TIME = 0xE000
    KIND = 0xE100
    """A word that names a file type and nothing else here."""
    WEAK = 0xE200
    """A word such as "notes" that names a file type or a subject."""
    FOLDER = 0xE300
    SIZE = 0xE400
    KEPT = 0xE500
    """A quoted phrase, file name or path: never read, always text."""

    @property
    def pattern(self) -> str:
        """A regular expression class for the marks of this sort."""
        return f"[{chr(self)}-{chr(self + 0xFF)}]"


T, K, W, F, S, Q = (sort.pattern for sort in Sort)
MARK = f"[{chr(Sort.TIME)}-{chr(Sort.KEPT + 0xFF)}]"
CONDITION = f"[{chr(Sort.TIME)}-{chr(Sort.SIZE + 0xFF)}]"
_MARK = re.compile(MARK)

# Chinese has no blanks, so `\b` does not separate 的 from pdf: word borders are those of Latin words.
B = r"(?<![A-Za-z0-9_])"
E = r"(?![A-Za-z0-9_])"
HAN = r"\u3400-\u9fff\uf900-\ufaff"

_UNREADABLE = re.compile(
    "[\x00-\x20\x7f-\xa0\u1680\u2000-\u200a\u2028-\u202f\u205f\u3000\ud800-\udfff\ue000-\uf8ff\ufff9-\uffff]+"
)
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")


def cleaned(text: str) -> str:
    """Text in NFKC with plain apostrophes, without control, bidirectional and private-use characters."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    return _UNREADABLE.sub(" ", text.replace("’", "'")).strip()


@dataclass(frozen=True, slots=True)
class Part:
    """A value, and the characters of the sketch that stand for it."""

    value: object
    start: int
    end: int


class Sketch:
    """The query being read: `text` holds marks, :meth:`value` gives what a mark stands for."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._pieces: dict[str, tuple[object, str]] = {}
        self._counts = dict.fromkeys(Sort, 0)

    def mark(self, sort: Sort, pattern: re.Pattern[str], read: Callable[[re.Match[str]], object | None]) -> None:
        """Fold each match that `read` understands (does not return None for) into a mark for its value.

        `read` may return a :class:`Part` to fold other characters than those of the match.
        """
        done, position, pieces = 0, 0, []
        while self._counts[sort] <= 0xFF and (match := pattern.search(self.text, position)):
            value = read(match)
            position = max(match.end(), position + 1)
            if value is not None:
                part = value if isinstance(value, Part) else Part(value, match.start(), match.end())
                pieces += [self.text[done : part.start], self._add(sort, part.value, self.text[part.start : part.end])]
                done = position = part.end
        self.text = "".join([*pieces, self.text[done:]])

    def _add(self, sort: Sort, value: object, source: str) -> str:
        mark = chr(sort + self._counts[sort])
        self._counts[sort] += 1
        self._pieces[mark] = (value, source)
        return mark

    def value(self, mark: str) -> object:
        """What a mark stands for; `KeyError` for a character that is no mark."""
        return self._pieces[mark][0]

    def marks(self, sort: Sort) -> list[str]:
        """The marks of one sort that are still in the text, in its order."""
        return re.findall(sort.pattern, self.text)

    def remove(self, marks: str) -> None:
        """Take marks out of the text; what they stand for has been used."""
        self.text = "".join(" " if character in marks else character for character in self.text)

    def restore(self, sort: Sort) -> None:
        """Put the words of one sort back: they are no condition."""
        self.text = re.sub(sort.pattern, self._source, self.text)

    def written(self, text: str) -> str:
        """Text with every mark replaced by the words it stands for."""
        for _ in Sort:
            if not _MARK.search(text):
                break
            text = _MARK.sub(self._source, text)
        return text

    def _source(self, match: re.Match[str]) -> str:
        return self._pieces[match[0]][1] if match[0] in self._pieces else ""
