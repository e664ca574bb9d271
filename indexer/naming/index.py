"""Finds files by name as people half remember them: parts, any order, typos, pinyin."""

from __future__ import annotations

import heapq
import itertools
import os
import re
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from indexer.catalog.database import rows
from indexer.catalog.folders import VISIBLE
from indexer.naming.segment import Row, Segment, Slots, merged
from indexer.naming.words import folded, query_words
from indexer.text import is_han

if TYPE_CHECKING:
    from indexer.catalog.writer import CatalogWriter

_MOST_SEGMENTS = 6
_BIG = 4
"""A segment this many times as large as all smaller ones is left out of a merge."""
_BATCH = 50_000
_LETTERS_OR_DIGITS = re.compile(r"[^\W\d]+|\d+")
_FRESHNESS = 1e-13
"""Weight of a second: a decade is less than the smallest difference between two matches."""


@dataclass(frozen=True, slots=True)
class NameMatch:
    """A file whose name fits. `score` is 0..1: the share of the query's words, by length, and how well each fits."""

    file_id: int
    score: float


class NameIndex:
    """Names of all files. Searched by any thread, changed by one at a time."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._segments: tuple[Segment, ...] = ()
        self._members: dict[int, tuple[int, ...]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._segments))

    def load(self, catalog: CatalogWriter) -> None:
        """Replace everything by what the catalogue holds."""
        above = {number: os.path.basename(path) for number, path in catalog.folders.all_paths()}
        found = rows(catalog.db, f"select id, folder, name, mtime_ns, container from file where {VISIBLE}")  # noqa: S608 - a constant
        members: dict[int, list[int]] = {}
        for file_id, _folder, _name, _changed, container in found:
            if container is not None:
                members.setdefault(container, []).append(file_id)
        with self._lock:
            self._members = {container: tuple(ids) for container, ids in members.items()}
            self._segments = ()
        self._enter((row[0], os.path.join(above[row[1]], os.fsdecode(row[2])), row[3] / 1e9) for row in found)

    def add(self, files: Iterable[tuple[int, str, float]]) -> None:
        """Enter files by id, path and time of change (seconds since the epoch); a known file gets its new name."""
        self._enter({row[0]: row for row in files}.values())

    def set_members(self, container_id: int, members: Iterable[tuple[int, str, float]]) -> None:
        """Enter what lies inside an archive or message in place of what lay there before."""
        inside = {row[0]: row for row in members}
        self.remove(file_id for file_id in self._members.pop(container_id, ()) if file_id not in inside)
        self._enter(inside.values())
        if inside:
            self._members[container_id] = tuple(inside)

    def remove(self, file_ids: Iterable[int]) -> None:
        """Forget files, and what lies inside them."""
        ids = list(file_ids)
        ids += [member for file_id in ids for member in self._members.pop(file_id, ())]
        with self._lock:
            self._drop(ids)

    def _drop(self, ids: list[int]) -> None:
        gone = np.array(ids, np.int64)
        for segment in self._segments:
            segment.drop(gone)

    def _enter(self, files: Iterable[Row]) -> None:
        waiting = iter(files)
        while batch := list(itertools.islice(waiting, _BATCH)):
            made = Segment.of(batch)
            with self._lock:
                self._drop([row[0] for row in batch])
                self._segments = (*(segment for segment in self._segments if len(segment)), made)
            self._tidy()

    def _tidy(self) -> None:
        """Merge small segments, so that a search has few to look through; searches go on meanwhile."""
        if len(self._segments) <= _MOST_SEGMENTS:
            return
        ordered = sorted(self._segments, key=len)
        while len(ordered) > 2 and len(ordered[-1]) > _BIG * sum(map(len, ordered[:-1])):
            ordered.pop()
        one = merged(ordered)
        with self._lock:
            self._segments = (*(segment for segment in self._segments if segment not in ordered), one)

    def search(self, query: str, limit: int) -> list[NameMatch]:
        """Files by how well their names fit `query`, best first and newest first among equals."""
        with self._lock:
            segments = self._segments
        words = [item for word in query_words(query) for item in _matched(word, segments)]
        total = sum(_weight(word) for word, _ in words)
        whole = folded(query).strip()
        best = _Best(limit)
        for number, segment in enumerate(segments):
            best.take(segment, [(_weight(word) / total, found[number]) for word, found in words], whole)
        return best.matches(whole)


Found = list[tuple[float, Slots]]
"""Slots of one segment by quality, lowest first."""


def _matched(word: str, segments: Sequence[Segment]) -> list[tuple[str, list[Found]]]:
    """The word, or what it seems to be made of, with what it finds in each segment."""
    found = [segment.match(word) for segment in segments]
    if any(found):
        return [(word, found)]
    parts = _LETTERS_OR_DIGITS.findall(word)
    if len(parts) > 1:
        return [item for part in parts for item in _matched(part, segments)]
    if len(word) >= (3 if is_han(word) else 5):
        close = [segment.near(word) for segment in segments]
        if any(close):
            return [(word, close)]
        for left, right in _halves(word, segments):
            pair = [*_matched(left, segments), *_matched(right, segments)]
            if all(any(found) for _, found in pair):
                return pair
    return [(word, found)]


def _halves(word: str, segments: Sequence[Segment]) -> Iterator[tuple[str, str]]:
    """Ways to part a word so that one half at least is a word of some name ("meetingnotes")."""
    for at in range(3, len(word) - 2):
        left, right = word[:at], word[at:]
        if any(segment.holds(left) or segment.holds(right) for segment in segments):
            yield left, right


class _Best:
    """The names that fit best so far, over all segments."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._found: list[tuple[float, float, int, bytes]] = []

    def take(self, segment: Segment, words: Sequence[tuple[float, Found]], whole: str) -> None:
        """Add those of a segment; `words` are weights and what each word found."""
        total = np.zeros(len(segment.ids), np.float32)
        for weight, found in words:
            quality = np.zeros(len(total), np.float32)
            for level, places in sorted(found, key=lambda item: item[0]):
                quality[places] = level
            total += quality * np.float32(weight)
        slots = np.flatnonzero((total > 0) & segment.alive)
        length = np.maximum(1, segment.lengths[slots])
        scores = total[slots] * 0.97 + 0.03 * np.minimum(1.0, len(whole.encode()) / length)
        keys = scores + segment.changed[slots] * _FRESHNESS
        if len(slots) > self._limit:
            top = np.argpartition(keys, -self._limit)[-self._limit :]
            slots, scores, keys = slots[top], scores[top], keys[top]
        if len(self._found) == self._limit:
            better = keys > self._found[-1][0]
            slots, scores, keys = slots[better], scores[better], keys[better]
        names = [segment.names[slot] for slot in slots.tolist()]
        rows_ = zip(keys.tolist(), scores.tolist(), segment.ids[slots].tolist(), names, strict=True)
        self._found = heapq.nlargest(self._limit, itertools.chain(self._found, rows_))

    def matches(self, whole: str) -> list[NameMatch]:
        """The best first; the name itself, with or without its extension, before all."""
        exact = {name for *_, name in self._found if _is_name(name, whole)}
        ordered = sorted(self._found, key=lambda item: (item[3] not in exact, -item[0], item[2]))
        return [NameMatch(file_id, 1.0 if name in exact else score) for _, score, file_id, name in ordered]


def _is_name(name: bytes, whole: str) -> bool:
    text = name.decode()
    return whole in (text, os.path.splitext(text)[0])


def _weight(word: str) -> float:
    return float(len(word) * (2 if is_han(word) else 1))
