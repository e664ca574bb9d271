"""File names in memory, matched as people half remember them: parts, any order, typos, pinyin.

Matching runs in frizbee (SIMD, without the GIL) over three lists that share their order: folded
names, pinyin of Chinese names, and initials of that pinyin.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from frizbee import Haystacks, Matcher
from pypinyin import Style, lazy_pinyin

from indexer.catalog.database import rows
from indexer.catalog.folders import VISIBLE
from indexer.text import ENGLISH_STOP_WORDS, fold, language_of, strip_chinese_filler

if TYPE_CHECKING:
    from indexer.catalog.writer import CatalogWriter

_WORD = re.compile(r"[^\W_]+")
_HAN_RUN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+|[^\W_\u3400-\u9fff\uf900-\ufaff]+")
_MAX_WORDS = 8
_MAX_MATCHES = 4_000

_ALIKE = 0.72  # of difflib's ratio: one letter of five wrong gives .8, two neighbours swapped .8
# How good a kind of match is, against a whole word (1.0).
_WHOLE, _START, _INSIDE, _PINYIN, _INITIALS, _TYPO = 1.0, 0.92, 0.8, 0.85, 0.8, 0.6


@dataclass(frozen=True, slots=True)
class NameMatch:
    """A file whose name fits. `score` is 0..1: the share of the query's words, by length, and how well each fits."""

    file_id: int
    score: float


class NameIndex:
    """Names of all files. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._members: dict[int, tuple[int, ...]] = {}
        self._clear()

    def _clear(self) -> None:
        self._ids: list[int] = []
        self._slots: dict[int, int] = {}
        self._folded: list[str] = []
        self._names = Haystacks([])
        self._pinyin = Haystacks([])
        self._initials = Haystacks([])
        self._dead = 0

    def __len__(self) -> int:
        return len(self._slots)

    def load(self, catalog: CatalogWriter) -> None:
        """Replace everything by what the catalogue holds."""
        files = rows(catalog.db, f"select id, name, container from file where {VISIBLE}")  # noqa: S608 - a constant
        members: dict[int, list[int]] = {}
        for file_id, _, container in files:
            if container is not None:
                members.setdefault(container, []).append(file_id)
        with self._lock:
            self._clear()
            self._members = {container: tuple(ids) for container, ids in members.items()}
            self.add((file_id, os.fsdecode(name)) for file_id, name, _ in files)

    def add(self, files: Iterable[tuple[int, str]]) -> None:
        """Enter files by name or path; a known file gets its new name."""
        with self._lock:
            for file_id, path in files:
                self._drop(file_id)
                name = os.path.basename(path).encode(errors="replace").decode()
                full, short = pinyin_of(name)
                self._slots[file_id] = len(self._ids)
                self._ids.append(file_id)
                self._folded.append(fold(name))
                self._names.append(self._folded[-1])
                self._pinyin.append(full)
                self._initials.append(short)

    def set_members(self, container_id: int, members: Iterable[tuple[int, str]]) -> None:
        """Enter what lies inside an archive or message, by id and name, in place of what lay there before."""
        with self._lock:
            inside = dict(members)
            self.remove(file_id for file_id in self._members.pop(container_id, ()) if file_id not in inside)
            self.add((file_id, name) for file_id, name in inside.items() if file_id not in self._slots)
            if inside:
                self._members[container_id] = tuple(inside)

    def remove(self, file_ids: Iterable[int]) -> None:
        """Forget files, and what lies inside them."""
        with self._lock:
            for file_id in file_ids:
                self._drop(file_id)
                for member_id in self._members.pop(file_id, ()):
                    self._drop(member_id)
            if self._dead > 1_000 and self._dead > len(self._slots):
                self._compact()

    def _drop(self, file_id: int) -> None:
        slot = self._slots.pop(file_id, None)
        if slot is not None:
            self._ids[slot] = -1
            self._dead += 1

    def _compact(self) -> None:
        living = [(file_id, self._folded[slot]) for file_id, slot in self._slots.items()]
        self._clear()
        self.add(living)

    def search(self, query: str, limit: int) -> list[NameMatch]:
        """Files by how well their names fit `query`, best first; names that share too little are left out."""
        words = query_words(query)
        if not words:
            return []
        with self._lock:
            scores: dict[int, float] = {}
            total = sum(map(_weight, words))
            for word in words:
                for slot, quality in self._match_word(word).items():
                    scores[slot] = scores.get(slot, 0.0) + quality * _weight(word) / total
            whole = fold(query).strip()
            matches = [
                NameMatch(self._ids[slot], self._shaped(slot, score, whole))
                for slot, score in scores.items()
                if self._ids[slot] >= 0
            ]
        matches.sort(key=lambda match: (-match.score, match.file_id))
        return matches[:limit]

    def _shaped(self, slot: int, score: float, whole: str) -> float:
        name = self._folded[slot]
        if name == whole or os.path.splitext(name)[0] == whole:
            return 1.0
        return score * 0.97 + 0.03 * min(1.0, len(whole) / max(1, len(name)))

    def _match_word(self, word: str) -> dict[int, float]:
        found: dict[int, float] = {}
        for slot in _matches(self._names, word, "substring"):
            if (quality := _quality(word, self._folded[slot])) > 0:
                found[slot] = quality
        if word.isascii() and word.isalpha() and len(word) >= 2:
            for slot in _matches(self._initials, word, "substring"):
                found[slot] = max(found.get(slot, 0.0), _INITIALS)
            if len(word) >= 4:
                for slot in _matches(self._pinyin, word, "substring"):
                    found[slot] = max(found.get(slot, 0.0), _PINYIN)
        if not found and len(word) >= (3 if language_of(word) == "zh" else 5):
            found = dict.fromkeys(self._near(word), _TYPO)
        return found

    def _near(self, word: str) -> list[int]:
        matcher = Matcher(word, matching="fuzzy", max_typos=1 if len(word) < 9 else 2)
        needed = _perfect_score(word) * 0.72
        close = [match.index for match in matcher.match_list(self._names)[:200] if match.score >= needed]
        return [slot for slot in close if _resembles(word, self._folded[slot])]


def query_words(query: str) -> list[str]:
    """The words of a query that a name may hold: folded, question words left out, at most eight."""
    found = _HAN_RUN.findall(strip_chinese_filler(fold(query)))
    return [word for word in dict.fromkeys(found) if word not in ENGLISH_STOP_WORDS][:_MAX_WORDS]


@lru_cache(maxsize=4096)
def pinyin_of(name: str) -> tuple[str, str]:
    """Pinyin without tones and its initials, Latin parts kept: 租房合同2024 -> zufanghetong2024, zfht2024.

    Both are empty for names without Chinese characters.
    """
    if not re.search(r"[\u3400-\u9fff]", name):
        return "", ""
    syllables = lazy_pinyin(name, style=Style.NORMAL)
    full = "".join(syllables).lower()
    initials = "".join(part[0] if len(part) > 1 and part.isalpha() else part for part in syllables).lower()
    return full, initials


def _matches(haystacks: Haystacks, word: str, matching: Literal["substring"]) -> list[int]:
    return [match.index for match in Matcher(word, matching=matching).match_list(haystacks)[:_MAX_MATCHES]]


def _quality(word: str, name: str) -> float:
    if language_of(word) == "zh" or not word.isascii():
        return _WHOLE if len(word) > 1 else _INSIDE
    parts = _WORD.findall(name)
    if word in parts:
        return _WHOLE
    if any(part.startswith(word) for part in parts):
        return _START
    return _INSIDE if len(word) > 2 else 0.0


def _resembles(word: str, name: str) -> bool:
    """Tell a typo from letters that merely stand in the same order: some word of the name, or all of them, must be alike."""
    length = len(word)
    if word.isascii():
        parts = _WORD.findall(os.path.splitext(name)[0])
        stretches = [*parts, *(part[: length + 1] for part in parts), "".join(parts)]
    else:
        stretches = [name[start : start + length] for start in range(max(1, len(name) - length + 1))]
    return any(SequenceMatcher(None, word, stretch).ratio() >= _ALIKE for stretch in stretches)


def _perfect_score(word: str) -> float:
    return 12.0 * len(word)


def _weight(word: str) -> float:
    return float(len(word) * (2 if language_of(word) == "zh" else 1))
