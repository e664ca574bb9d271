"""A set of names that does not change but by deletion: words, their postings, and the sounds of Chinese words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.naming.pinyin import readings
from indexer.naming.vocabulary import Ids, Lines, Vocabulary
from indexer.naming.words import folded, name_words, split_path
from indexer.text import is_han

# How good a kind of match is, against a whole word (1.0).
WHOLE, START, PINYIN, INSIDE, INITIALS, TYPO, ABOVE = 1.0, 0.92, 0.85, 0.8, 0.8, 0.6, 0.5

Slots = NDArray[np.int32]
Ints = NDArray[np.integer[Any]]
Floats = NDArray[np.float32]
Row = tuple[int, str, float]
"""File id, path or name, and when the file was changed in seconds since the epoch."""


@dataclass(frozen=True, slots=True)
class Postings:
    """The slots of the names that hold each word: those of word n are slots[bounds[n]:bounds[n + 1]]."""

    bounds: Ids
    slots: Slots

    @classmethod
    def of(cls, words: Ints, slots: Ints, vocabulary: int) -> Postings:
        """From pairs of word and slot in any order."""
        order = np.argsort(words, kind="stable")
        bounds = np.concatenate([[0], np.cumsum(np.bincount(words, minlength=vocabulary))])
        return cls(bounds.astype(np.int64), slots[order].astype(np.int32))

    def pairs(self) -> tuple[Slots, Slots]:
        """The pairs of word and slot, sorted by word."""
        return np.repeat(np.arange(len(self.bounds) - 1, dtype=np.int32), np.diff(self.bounds)), self.slots

    def within(self, words: range | Ids) -> Slots:
        """Slots of the names that hold any of the words."""
        if isinstance(words, range):
            return self.slots[self.bounds[words.start] : self.bounds[words.stop]] if len(words) else self.slots[:0]
        counts = self.bounds[words + 1] - self.bounds[words]
        first = np.repeat(self.bounds[words] - np.cumsum(counts) + counts, counts)
        return self.slots[first + np.arange(len(first))]


@dataclass(frozen=True, slots=True)
class Sounds:
    """Pinyin and initials of the Chinese words: many readings, each of the word in `words` at its place."""

    readings: Vocabulary
    words: Ids

    @classmethod
    def of(cls, spoken: Iterable[tuple[bytes, int]]) -> Sounds:
        """From readings and word numbers."""
        ordered = sorted({(reading, number) for reading, number in spoken if reading})
        vocabulary = Vocabulary.of([reading for reading, _ in ordered])
        return cls(vocabulary, np.fromiter((number for _, number in ordered), np.int64, len(ordered)))

    def pairs(self, numbers: Ids) -> Iterable[tuple[bytes, int]]:
        """The readings with new numbers of their words."""
        return zip(self.readings, numbers[self.words].tolist(), strict=True)

    def holding(self, part: bytes) -> Ids:
        """Numbers of the words that can be read so in some part."""
        return np.unique(self.words[self.readings.holding(part)])


class Segment:
    """Names in slots 0..n-1, in the order of their ids."""

    def __init__(
        self,
        ids: Ids,
        changed: NDArray[np.float64],
        names: Lines,
        vocabulary: Vocabulary,
        held: Postings,
        above: Postings,
        full: Sounds,
        short: Sounds,
    ) -> None:
        self.ids = ids
        self.changed = changed
        self.names = names
        """The folded names by slot."""
        self.lengths = np.diff(names.starts) - 1
        self.vocabulary = vocabulary
        self.held = held
        self.above = above
        """By words of the name of the folder that the file is in."""
        self.alive = np.ones(len(ids), np.bool_)
        self.living = len(ids)
        self.full = full
        self.short = short

    @classmethod
    def of(cls, rows: Sequence[Row]) -> Segment:
        """From rows of distinct ids."""
        rows = sorted(rows)
        numbers: dict[str, int] = {}
        held: list[tuple[int, int]] = []
        above: list[tuple[int, int]] = []
        folders: dict[str, list[int]] = {}
        texts = []
        for slot, (_, path, _when) in enumerate(rows):
            name, folder = split_path(path)
            texts.append(folded(name).replace("\n", " ").encode())
            held += [(numbers.setdefault(word, len(numbers)), slot) for word in name_words(name)]
            if folder not in folders:
                folders[folder] = [numbers.setdefault(word, len(numbers)) for word in name_words(folder)]
            above += [(number, slot) for number in folders[folder]]
        ordered = sorted(numbers)
        place = np.empty(len(numbers), np.int64)
        place[[numbers[word] for word in ordered]] = np.arange(len(numbers))
        full, short = _sounds_of(ordered)
        return cls(
            np.array([row[0] for row in rows], np.int64),
            np.array([row[2] for row in rows], np.float64),
            Lines.of(texts),
            Vocabulary.of(word.encode() for word in ordered),
            _postings(held, place),
            _postings(above, place),
            full,
            short,
        )

    def __len__(self) -> int:
        return self.living

    def drop(self, ids: Ids) -> None:
        """Forget files; ids that are not here are ignored."""
        slots = np.searchsorted(self.ids, ids)
        here = slots < len(self.ids)
        slots = slots[here]
        slots = slots[self.ids[slots] == ids[here]]
        self.living -= int(np.count_nonzero(self.alive[slots]))
        self.alive[slots] = False

    def holds(self, word: str) -> bool:
        """Whether some name has this very word."""
        first = self.vocabulary.beginning(word.encode())
        return bool(first) and self.vocabulary[first.start] == word.encode()

    def match(self, word: str) -> list[tuple[float, Slots]]:
        """Slots by quality, the lowest quality first; empty when nothing fits."""
        found: list[tuple[float, Slots]] = []
        code = word.encode()
        start = self.vocabulary.beginning(code)
        whole = start[:1] if start and self.vocabulary[start.start] == code else start[:0]
        found.append((ABOVE, self.above.within(start)))
        if is_han(word):
            inside = self.vocabulary.holding(code)
            found.append((WHOLE if len(word) > 1 else INSIDE, self.held.within(inside)))
        else:
            if len(word) > 2:
                found.append((INSIDE, self.held.within(self.vocabulary.holding(code))))
            found += self._spoken(word)
            found += [(START, self.held.within(start)), (WHOLE, self.held.within(whole))]
        return [(quality, slots) for quality, slots in found if len(slots)]

    def _spoken(self, word: str) -> list[tuple[float, Slots]]:
        if not (word.isascii() and word.isalpha()) or len(word) < 2:
            return []
        found = [(INITIALS, self.held.within(self.short.holding(word.encode())))]
        if len(word) > 3:
            found.append((PINYIN, self.held.within(self.full.holding(word.encode()))))
        return found

    def near(self, word: str) -> list[tuple[float, Slots]]:
        """Slots of names with a word that this one may be a misspelling of."""
        slots = self.held.within(self.vocabulary.near(word))
        return [(TYPO, slots)] if len(slots) else []


def merged(segments: Sequence[Segment]) -> Segment:
    """One segment with the living names of several, whose ids are distinct."""
    ids = np.concatenate([segment.ids[segment.alive] for segment in segments])
    order = np.argsort(ids)
    rank = np.empty(len(ids), np.int32)
    rank[order] = np.arange(len(ids))
    words = sorted({word for segment in segments for word in segment.vocabulary})
    place = {word: number for number, word in enumerate(words)}
    held, above, names = [], [], []
    full: list[tuple[bytes, int]] = []
    short: list[tuple[bytes, int]] = []
    base = 0
    for segment in segments:
        slots = np.full(len(segment.ids), -1, np.int32)
        slots[segment.alive] = rank[base : base + segment.living]
        base += segment.living
        numbers = np.fromiter((place[word] for word in segment.vocabulary), np.int64, len(segment.vocabulary))
        held.append(_moved(segment.held, numbers, slots))
        above.append(_moved(segment.above, numbers, slots))
        full += segment.full.pairs(numbers)
        short += segment.short.pairs(numbers)
        names += [name for name, alive in zip(segment.names, segment.alive.tolist(), strict=True) if alive]
    return Segment(
        ids[order],
        np.concatenate([segment.changed[segment.alive] for segment in segments])[order],
        Lines.of(names[slot] for slot in order.tolist()),
        Vocabulary.of(words),
        _joined(held, len(words)),
        _joined(above, len(words)),
        Sounds.of(full),
        Sounds.of(short),
    )


def _moved(postings: Postings, numbers: Ids, slots: Slots) -> tuple[Ints, Slots]:
    """Pairs of word and slot under new numbers, those of dropped names left out."""
    words, places = postings.pairs()
    places = slots[places]
    return numbers[words][places >= 0], places[places >= 0]


def _joined(parts: Sequence[tuple[Ints, Ints]], vocabulary: int) -> Postings:
    words, slots = (np.concatenate([part[side] for part in parts]) for side in (0, 1))
    return Postings.of(words, slots, vocabulary)


def _postings(pairs: list[tuple[int, int]], place: Ids) -> Postings:
    table = np.array(pairs, np.int64).reshape(-1, 2)
    return Postings.of(place[table[:, 0]], table[:, 1], len(place))


def _sounds_of(words: Sequence[str]) -> tuple[Sounds, Sounds]:
    spoken = [(reading, number) for number, word in enumerate(words) if is_han(word) for reading in readings(word)]
    return (
        Sounds.of((full.encode(), number) for (full, _), number in spoken),
        Sounds.of((short.encode(), number) for (_, short), number in spoken),
    )
