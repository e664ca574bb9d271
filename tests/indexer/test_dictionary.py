from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.dictionary import _look_up, _table, translated


@pytest.mark.parametrize(
    ("question", "word", "other"),
    [
        ("锅炉检修记录", "锅炉", "boiler"),
        ("鍋爐的檢修記錄", "锅炉", "boiler"),
        ("行李丢了的报告", "报告", "report"),
        ("猫", "猫", "cat"),
        ("where are the boilers", "boilers", "锅炉"),
        ("my Landlord's letters", "letters", "信"),
        ("high blood pressure pills", "pressure", "高血压"),
        ("babies' clothes shipped", "shipped", "运送"),
        ("the acceptance inspection", "acceptance", "验收"),
        ("paid in October", "october", "十月"),
        ("把 lease 给我", "lease", "租约"),
    ],
)
def test_words_in_the_other_language(question: str, word: str, other: str) -> None:
    assert other in {item.word: item.others for item in translated(question)}[word]


@pytest.mark.parametrize("question", ["", "   ", "?!", "的", "the of and", "qzxv wlkjq", "12345", "😀", "\x00"])
def test_nothing_known_gives_nothing(question: str) -> None:
    assert translated(question) == []


def test_unknown_words_are_kept_beside_known_ones() -> None:
    assert [(item.word, bool(item.others)) for item in translated("老樟树的记录")] == [
        ("老樟树", False),
        ("记录", True),
    ]
    assert [(item.word, bool(item.others)) for item in translated("Zqxwv lease")] == [("zqxwv", False), ("lease", True)]


@pytest.mark.parametrize("table", ["en_zh.tsv", "zh_en.tsv"])
def test_every_entry_is_found_where_it_stands(table: str) -> None:
    lines = _table(table)[:].decode().splitlines()
    keys = [line.partition("\t")[0].encode() for line in lines]
    assert keys == sorted(set(keys))
    for line in (*lines[:20], *lines[:: len(lines) // 500], *lines[-20:]):
        word, _, others = line.partition("\t")
        assert _look_up(table, word) == tuple(others.split(","))
    for stranger in ("", "\x00", "~~~", "\U0010ffff", keys[7].decode() + "\x01"):
        assert _look_up(table, stranger) == ()


@given(st.text(max_size=200))
def test_any_question_is_taken(question: str) -> None:
    assert all(item.word for item in translated(question))
