from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from PySide6.QtCore import QLocale
from recorded import Speak

from ui.words import Words, shown

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC).astimezone()


def words(language: str = "en_GB") -> Words:
    return Words(QLocale(language), lambda: NOW, "/home/ana")


AGES = [
    (timedelta(seconds=20), "just now", "刚刚"),
    (timedelta(minutes=1), "1 minute ago", "1 分钟前"),
    (timedelta(minutes=59), "59 minutes ago", "59 分钟前"),
    (timedelta(days=1), "yesterday", "昨天"),
    (timedelta(days=3), "Thursday", "星期四"),
    (timedelta(days=40), "13 Oct", "10月13日"),
    (timedelta(days=400), "18 Oct 2025", "2025年10月18日"),
    (timedelta(days=-2), "24 Nov", "11月24日"),
]


@pytest.mark.parametrize(("ago", "english", "chinese"), AGES)
def test_ages_are_said_as_people_say_them(ago: timedelta, english: str, chinese: str, speak: Speak) -> None:
    moment = (NOW - ago).isoformat()
    speak("en")
    assert words().age(moment) == english
    speak("zh_CN")
    assert words("zh_CN").age(moment) == chinese


def test_earlier_today_names_the_time(speak: Speak) -> None:
    speak("en")
    assert words().age((NOW - timedelta(hours=2)).isoformat()).startswith("today ")


@pytest.mark.parametrize("value", ["", "yesterday", "9999-99-99", "0001-01-01T00:00:00+14:00"])
def test_what_is_not_a_time_is_left_out(value: str, speak: Speak) -> None:
    speak("en")
    assert words().age(value) in {"", "1 Jan 0001", "1 Jan 1", "31 Dec 0000"}


@pytest.mark.parametrize(
    ("anchor", "english", "chinese"),
    [
        ({"page": 2}, "page 2", "第 2 页"),
        ({"slide": 3}, "slide 3", "第 3 张幻灯片"),
        ({"sheet": "预算", "row": 12}, "预算, row 12", "预算，第 12 行"),
        ({"sheet": "Q1"}, "sheet Q1", "工作表 Q1"),
        ({"line": 40}, "line 40", "第 40 行"),
        ({"section": "第七条"}, "第七条", "第七条"),
        ({"time": 80.4}, "1:20", "1:20"),
        ({"time": "x"}, "", ""),
        ({}, "", ""),
        ({"paragraph": 3}, "", ""),
        ({"page": "{page.__class__}"}, "page {page.__class__}", "第 {page.__class__} 页"),
    ],
)
def test_places_in_documents(anchor: dict[str, Any], english: str, chinese: str, speak: Speak) -> None:
    speak("en")
    assert words().place(anchor) == english
    speak("zh_CN")
    assert words("zh_CN").place(anchor) == chinese


def test_percent_is_full_only_at_the_end(speak: Speak) -> None:
    speak("en")
    assert [words().percent(*pair) for pair in ((0, 0), (1, 3), (999, 1000), (10, 10))] == ["0%", "33%", "99%", "100%"]


def test_own_folder_is_a_tilde(speak: Speak) -> None:
    assert words().folder("/home/ana") == "~"
    assert words().folder("/home/ana/文档") == "~/文档"
    assert words().folder("/home/anabel/x") == "/home/anabel/x"


@pytest.mark.parametrize(
    ("raw", "safe"),
    [
        ("a\nb.txt", "a b.txt"),
        ("invoice\u202efdp.exe", "invoice fdp.exe"),
        ("caf\udce9.txt", "caf\ufffd.txt"),
        ("合同\u200b终稿.pdf", "合同 终稿.pdf"),
        ("𠮷野家.pdf", "𠮷野家.pdf"),
    ],
)
def test_names_from_outside_are_made_safe_to_show(raw: str, safe: str) -> None:
    assert shown(raw) == safe
    assert len(shown(raw)) == len(raw)


def test_sizes_and_durations(speak: Speak) -> None:
    speak("en")
    assert words().size(1 << 20) == "1.0 MB"
    assert words().size(-5) == "0 bytes"
    assert [words().duration(seconds) for seconds in (5, 60, 600, 7200)] == [
        "less than a minute",
        "about a minute",
        "about 10 minutes",
        "about 2 hours",
    ]
