"""Search tokens for English and Chinese, the same for documents and queries.

Text is folded first (NFKC, case, accents by SQLite's tokenizer, traditional to simplified
characters). Latin words and numbers stay whole; a run of Chinese characters becomes its
overlapping pairs, which found as much as a word segmenter and find parts of words too
(R@1 .929 against .920 on 240 Chinese files).
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from opencc import OpenCC

Lang = Literal["zh", "xx"]

_HAN = "\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HAN_CHAR = re.compile(f"[{_HAN}]")
WORD = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+")
"""A run of Chinese characters, or one of other letters and digits."""
_THOUSANDS = re.compile(r"(?<=\d)[,，](?=\d{3}(?!\d))")
_UNDECODABLE = re.compile("[\ud800-\udfff]")
_SPLIT_WORD = re.compile(r"[A-Za-z]+(?=\d)|\d+(?=[A-Za-z])|[A-Z]?[a-z]+(?=[A-Z])")

_INNER_CAPITAL = re.compile("[a-z0-9][A-Z]|[A-Z]{2}[a-z]{2}")
_CAMEL_CASE = re.compile(
    r"(?<![A-Za-z0-9])(?=[A-Za-z0-9]*?(?:[a-z0-9][A-Z]|[A-Z]{2}[a-z]{2}))[A-Za-z][A-Za-z0-9]{3,60}(?![A-Za-z0-9])"
)
_HUMPS = re.compile(r"[A-Z]{2,}(?![a-z])|[A-Z]?[a-z0-9]+[a-z]")

ENGLISH_STOP_WORDS = frozenset(
    "a about am an and any are as at be been but by can could did do does for from had has have he her his how i if in into"
    " is it its me my of on or our please s she so t that the their them there these they this those to up us was we were"
    " what when where which who whom whose why will with would you your".split()
)
_CHINESE_STOP = re.compile(
    "请问|在哪里|在哪儿|帮我|找一下|一下|那个|这个|哪里|哪儿|在哪|哪个|哪些|什么|怎么样|怎么|怎样|如何|为什么|为何|多少|是不是|有没有|可以|能不能"
    "|我们|你们|他们|我的|你的|的话|[的了吗呢吧啊呀么嘛是在有我你他她它和与或及把被让给这那哪谁几]"
)


@cache
def _simplifier() -> OpenCC:
    from opencc import OpenCC  # noqa: PLC0415 - loads its dictionaries; a program without Chinese text never needs it

    return OpenCC("t2s")


@cache
def _traditional() -> OpenCC:
    from opencc import OpenCC  # noqa: PLC0415 - see above

    return OpenCC("s2t")


def fold(text: str) -> str:
    """Text as it is compared: NFKC, lower case, simplified characters. May change the length."""
    text = unicodedata.normalize("NFKC", _UNDECODABLE.sub("\ufffd", text)).casefold()
    if _HAN_CHAR.search(text):
        text = _simplifier().convert(text)
    return text


def is_han(word: str) -> bool:
    """True for what begins with a Chinese character."""
    return _HAN_CHAR.match(word) is not None


def language_of(text: str) -> Lang:
    """Return "zh" for text that is at least a quarter Chinese characters, else "xx"."""
    han = len(_HAN_CHAR.findall(text))
    return "zh" if han >= 2 and han * 4 >= sum(map(str.isalnum, text)) else "xx"


def index_tokens(text: str) -> str:
    """Tokens of a document's text joined by blanks, ready for the text index.

    The words of an identifier are found too: `retryPolicy` by "retry policy".
    """
    tokens = _identifier_words(text)
    for run in _runs(text):
        if is_han(run):
            tokens += _pairs(run)
            tokens.append(run[-1])  # so that a single character is found wherever it stands
        else:
            tokens.append(run)
    return " ".join(tokens)


def _identifier_words(text: str) -> list[str]:
    if not _INNER_CAPITAL.search(
        text
    ):  # as in nearly all prose, where looking at every word would cost half as much again
        return []
    return [part.lower() for name in _CAMEL_CASE.findall(text) for part in _HUMPS.findall(name)]


def name_tokens(name: str) -> str:
    """Tokens of a file or folder name: words joined by `_`, digits or camel case are also found apart."""
    parts = [part for word in re.findall(r"[A-Za-z0-9]+", name) for part in _SPLIT_WORD.split(word) if part]
    apart = " ".join(_SPLIT_WORD.findall(name) + parts)
    tokens = index_tokens(name).split() + index_tokens(apart).split()
    return " ".join(dict.fromkeys(tokens))


def phrase_tokens(phrase: str) -> str:
    """Tokens that stand in a row where a document holds the phrase; empty when it has none.

    The last one ends in `*` when it is a single Chinese character: a token that begins so will do.
    """
    tokens: list[str] = []
    for run in _runs(phrase):
        tokens += [*_pairs(run), run[-1]] if _HAN_CHAR.match(run) else [run]
    if tokens and _HAN_CHAR.match(tokens[-1]):
        if len(tokens) > 1 and tokens[-2].endswith(tokens[-1]) and _HAN_CHAR.match(tokens[-2]):
            tokens.pop()  # what follows in the document may go on without a break
        else:
            tokens[-1] += "*"
    return " ".join(tokens)


def spellings(text: str) -> tuple[str, ...]:
    """A text as names may write it: as it is, folded, and in traditional characters."""
    folded = fold(text)
    found = (text, unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text), folded)
    traditional = (_traditional().convert(folded),) if _HAN_CHAR.search(folded) else ()
    return tuple(dict.fromkeys((*found, *traditional)))


def strip_chinese_filler(folded: str) -> str:
    """Folded text with Chinese question words and particles replaced by blanks."""
    return _CHINESE_STOP.sub(" ", folded)


def query_terms(query: str) -> list[str]:
    """The distinct tokens to look for, question words left out unless nothing else remains.

    A term that ends in `*` is a beginning (one Chinese character finds the pairs it starts).
    """
    terms = [t for t in _terms(strip_chinese_filler(fold(query))) if t not in ENGLISH_STOP_WORDS]
    return list(dict.fromkeys(terms or _terms(query)))


def _terms(text: str) -> list[str]:
    terms: list[str] = []
    for run in _runs(text):
        if not is_han(run):
            terms.append(run)
        elif len(run) == 1:
            terms.append(run + "*")
        else:
            terms += _pairs(run)
    return terms


def _runs(text: str) -> list[str]:
    return WORD.findall(_THOUSANDS.sub("", fold(text)))


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)]
