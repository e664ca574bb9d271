"""What words may be called in the other language, from the dictionary in `resources/dictionary`.

Each table is a sorted text file, a line for each word: the word, a tab, translations parted by commas,
likeliest first. Files stay on the disk and are searched there; nothing is read before the first question.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

from indexer.text import ENGLISH_STOP_WORDS, WORD, fold, is_han, strip_chinese_filler

_LONGEST_HAN = 5
_LONGEST_PHRASE = 3
_TOO_COMMON = frozenset(
    "all every everything file files find folder get list need other show thing things which".split()
)


@dataclass(frozen=True, slots=True)
class Translated:
    """A word of a question, folded, and what it may be in the other language: nothing where the dictionary ends."""

    word: str
    others: tuple[str, ...]


def translated(question: str) -> list[Translated]:
    """The words of a question in order, of Chinese characters the longest that are known; empty when none is."""
    text = strip_chinese_filler(fold(question))
    found = [item for run in _stretches(text) for item in (_chinese(run[0]) if is_han(run[0]) else _english(run))]
    return list(dict.fromkeys(found)) if any(item.others for item in found) else []


def _stretches(text: str) -> Iterator[list[str]]:
    """A run of Chinese characters, or English words that follow each other."""
    words: list[str] = []
    for match in WORD.finditer(text):
        if is_han(match[0]):
            if words:
                yield words
            words = []
            yield [match[0]]
        else:
            words.append(match[0])
    if words:
        yield words


def _chinese(run: str) -> Iterator[Translated]:
    """The longest words from left to right; what lies between them stays untranslated."""
    at = unknown = 0
    while at < len(run):
        end, others = _longest(run, at)
        if others:
            yield from _untranslated(run[unknown:at])
            yield Translated(run[at:end], others)
            at = unknown = end
        else:
            at += 1
    yield from _untranslated(run[unknown:])


def _longest(run: str, at: int) -> tuple[int, tuple[str, ...]]:
    for end in range(min(len(run), at + _LONGEST_HAN), at, -1):
        others = _look_up("zh_en.tsv", run[at:end]) if end - at > 1 or len(run) == 1 else ()
        if others:
            return end, others
    return at, ()


def _untranslated(word: str) -> Iterator[Translated]:
    if len(word) > 1:
        yield Translated(word, ())


def _english(words: list[str]) -> Iterator[Translated]:
    """Each word, with what the phrases that it is part of may be."""
    phrases: list[list[str]] = [[] for _ in words]
    for size in range(_LONGEST_PHRASE, 1, -1):
        for at in range(len(words) - size + 1):
            others = _english_entry(" ".join(words[at : at + size]))
            for place in range(at, at + size):
                phrases[place] += others
    for word, longer in zip(words, phrases, strict=True):
        if word not in ENGLISH_STOP_WORDS and word not in _TOO_COMMON:
            yield Translated(word, tuple(dict.fromkeys((*longer, *_english_entry(word)))))


def _english_entry(phrase: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(other for form in _base_forms(phrase) for other in _look_up("en_zh.tsv", form)))


def _base_forms(word: str) -> Iterator[str]:
    yield word
    if word.endswith("'s"):
        yield word[:-2]
    for end, base in (("ies", "y"), ("es", ""), ("s", ""), ("ed", ""), ("ed", "e"), ("ing", ""), ("ing", "e")):
        if word.endswith(end) and len(word) > len(end) + 2:
            yield word.removesuffix(end) + base
    if doubled := re.fullmatch(r"(.*([a-z]))\2(?:ed|ing)", word):
        yield doubled[1]


def _look_up(table: str, word: str) -> tuple[str, ...]:
    lines = _table(table)
    key = word.encode()
    low, high = 0, len(lines)
    while low < high:
        start = lines.rfind(b"\n", low, (low + high) // 2) + 1 or low
        end = lines.find(b"\n", start, high)
        found, _, others = lines[start:end].partition(b"\t")
        if found == key:
            return tuple(others.decode().split(","))
        if found < key:
            low = end + 1
        else:
            high = start
    return ()


@cache
def _table(name: str) -> mmap.mmap:
    with resources.as_file(resources.files("resources") / "dictionary" / name) as path, path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
