"""How Chinese names are typed by their sound: 租房合同 is zufanghetong, and zfht in short."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

_MAX_READINGS = 4
_LONGEST_PHRASE = 5


def readings(run: str) -> list[tuple[str, str]]:
    """Pinyin without tones, and its initials, of a run of Chinese characters: as it is usually read, then as it also could be.

    What is written in a known phrase (重庆, 银行, 会计) has its sound there; other characters with two sounds give at most
    four readings.
    """
    chosen = itertools.islice(itertools.product(*_sounds_in(run)), _MAX_READINGS)
    return [("".join(reading), "".join(sound[:1] for sound in reading)) for reading in chosen]


def _sounds_in(run: str) -> Iterator[Sequence[str]]:
    """The sounds of each character, the longest known phrases first."""
    at = 0
    while at < len(run):
        ends = range(min(len(run), at + _LONGEST_PHRASE), at + 1, -1)
        if phrase := next((run[at:end] for end in ends if run[at:end] in PHRASES_DICT), ""):
            yield from ([sound] for sound in _phrase_sounds(phrase))
            at += len(phrase)
        else:
            yield _sounds(run[at])
            at += 1


@lru_cache(maxsize=8192)
def _phrase_sounds(phrase: str) -> Sequence[str]:
    return [_toneless(sounds[0]) for sounds in PHRASES_DICT[phrase]]


@lru_cache(maxsize=8192)
def _sounds(char: str) -> Sequence[str]:
    """The sounds that are common enough to be typed: one or two; of a character without any, nothing."""
    known = PINYIN_DICT.get(ord(char), "")
    return list(dict.fromkeys(map(_toneless, known.split(","))))[:2]


def _toneless(syllable: str) -> str:
    """`lǜ` as it is typed: lv."""
    plain = unicodedata.normalize("NFD", syllable).replace("u\u0308", "v")
    return "".join(char for char in plain if not unicodedata.combining(char))
