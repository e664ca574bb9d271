"""How names and queries are cut into words that can be compared."""

from __future__ import annotations

import os
import re
import unicodedata

from indexer.text import ENGLISH_STOP_WORDS, WORD, fold, strip_chinese_filler

_MARK = re.compile("[\u0300-\u036f]")
_SEPARATE = re.compile(r"(?<=[a-z])(?=[A-Z0-9])|(?<=[0-9])(?=[A-Za-z])")
_MAX_QUERY_WORDS = 8


def folded(name: str) -> str:
    """A name as it is compared: folded as all text, and without accents; may change the length."""
    text = fold(name)
    return text if text.isascii() else unicodedata.normalize("NFC", _MARK.sub("", unicodedata.normalize("NFD", text)))


def name_words(name: str) -> list[str]:
    """The distinct words of a name; those joined by capitals or digits stand whole and apart."""
    words = WORD.findall(folded(name))
    apart = _SEPARATE.sub(" ", name)
    if apart != name:
        words += WORD.findall(folded(apart))
    return list(dict.fromkeys(words))


def query_words(query: str) -> list[str]:
    """The words of a query that a name may hold, question words left out, at most eight."""
    found = WORD.findall(strip_chinese_filler(folded(query)))
    return [word for word in dict.fromkeys(found) if word not in ENGLISH_STOP_WORDS][:_MAX_QUERY_WORDS]


def printable(path: str) -> str:
    """A path whose undecodable bytes cannot trouble anybody."""
    return path.encode(errors="replace").decode()


def split_path(path: str) -> tuple[str, str]:
    """The name, and that of the folder it is in ("" for a bare name)."""
    above, name = os.path.split(printable(path))
    return name, os.path.basename(above)
