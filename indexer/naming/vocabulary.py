"""A sorted set of words in one buffer, searched by beginning, part and likeness."""

from __future__ import annotations

import bisect
import heapq
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from functools import cached_property
from typing import Self

import numpy as np
from frizbee import Haystacks, Matcher
from numpy.typing import NDArray

Ids = NDArray[np.int64]

_MOST_NEAR = 200
_LETTER_SCORE = 12  # frizbee's for a letter in its place
_CLOSE_SCORE = 0.5
_ALIKE = 0.72  # of difflib's ratio: one letter of five wrong gives .8, two neighbours swapped .8


class Lines:
    """Texts without line ends in one buffer, by number."""

    def __init__(self, buffer: bytes, starts: Ids) -> None:
        self.buffer = buffer
        self.starts = starts
        """Where each line begins, and past the last one: [lines + 1]."""

    @classmethod
    def of(cls, lines: Iterable[bytes]) -> Self:
        """From UTF-8 texts."""
        given = list(lines)
        lengths = np.fromiter((len(line) + 1 for line in given), np.int64, len(given))
        starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64) + 1
        return cls(b"\n" + b"".join(line + b"\n" for line in given), starts)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.buffer[1:-1].split(b"\n")) if len(self) else iter(())

    def __getitem__(self, number: int) -> bytes:
        return self.buffer[self.starts[number] : self.starts[number + 1] - 1]


class Vocabulary(Lines):
    """Sorted words; a word's number is its place in the order of the UTF-8 bytes."""

    def beginning(self, prefix: bytes) -> range:
        """Numbers of the words that begin so; the first of them is `prefix` itself if it is a word."""
        numbers = range(len(self))
        low = bisect.bisect_left(numbers, prefix, key=self.__getitem__)
        high = bisect.bisect_left(numbers, prefix + b"\xff", lo=low, key=self.__getitem__)
        return range(low, high)

    def holding(self, part: bytes) -> Ids:
        """Numbers of the words that hold `part` (two bytes or more), sorted and distinct."""
        rarest = min(range(len(part) - 1), key=lambda at: len(self._places(part[at : at + 2])))
        places = self._places(part[rarest : rarest + 2]).astype(np.int64) - rarest
        letters = np.frombuffer(self.buffer, np.uint8)
        places = places[(places >= 0) & (places <= len(letters) - len(part))]
        for at, letter in enumerate(part):
            places = places[letters[places + at] == letter]
        return np.unique(np.searchsorted(self.starts, places, side="right") - 1)

    def _places(self, pair: bytes) -> NDArray[np.int32]:
        order, bounds = self._pairs
        code = pair[0] << 8 | pair[1]
        return order[bounds[code] : bounds[code + 1]]

    @cached_property
    def _pairs(self) -> tuple[NDArray[np.int32], Ids]:
        """Where each pair of bytes stands in the buffer: places sorted by pair, and the bounds of each pair among them."""
        letters = np.frombuffer(self.buffer, np.uint8).astype(np.uint16)
        codes = letters[:-1] << 8 | letters[1:]
        bounds = np.concatenate([[0], np.cumsum(np.bincount(codes, minlength=1 << 16))])
        return np.argsort(codes, kind="stable").astype(np.int32), bounds

    def near(self, word: str) -> Ids:
        """Numbers of the words that `word` may be a misspelling of."""
        matcher = Matcher(word, matching="fuzzy", max_typos=2)
        needed = _LETTER_SCORE * len(word) * _CLOSE_SCORE
        close = [match for match in matcher.match_list(self._haystacks) if match.score >= needed]
        best = heapq.nlargest(_MOST_NEAR, close, key=lambda match: match.score)
        return np.array([match.index for match in best if _resembles(word, self[match.index].decode())], np.int64)

    @cached_property
    def _haystacks(self) -> Haystacks:
        return Haystacks([word.decode() for word in self])


def _resembles(word: str, other: str) -> bool:
    """Letters in the right order are not enough ("churn" in "insurance"): the word or a part of it must be alike."""
    if word.isascii():
        parts = [other, other[: len(word) + 1]]
    else:
        parts = [other[start : start + len(word)] for start in range(max(1, len(other) - len(word) + 1))]
    return any(SequenceMatcher(None, word, part).ratio() >= _ALIKE for part in parts)
