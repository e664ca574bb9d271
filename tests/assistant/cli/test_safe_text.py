from __future__ import annotations

import os

import pytest

from assistant.cli.safe_text import display_width, is_safe, pad, printable, rows_used, seconds_text, shorten, size_text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("报告 final.pdf", "报告 final.pdf"),
        ("報告，全形：１２３", "報告，全形：１２３"),
        ("a\nb\tc", r"a\nb\tc"),
        ("\x1b[2Jgone", r"\x1b[2Jgone"),
        ("\x9b31m", r"\x9b31m"),
        ("bell\x07", r"bell\x07"),
        ("invoice_\u202efdp.exe", r"invoice_\u202efdp.exe"),
        ("\u2066x\u2069", r"\u2066x\u2069"),
        ("line\u2028separator", r"line\u2028separator"),
        (os.fsdecode(b"caf\xe9.txt"), r"caf\xe9.txt"),
        ("\ud800", r"\ud800"),
        ("עברית.txt", "עברית.txt"),
        ("👩‍💻.md", "👩‍💻.md"),
    ],
)
def test_nothing_in_a_name_steers_the_terminal(text: str, shown: str) -> None:
    assert printable(text) == shown
    assert is_safe(text) == (shown == text)


def test_newlines_are_kept_where_asked() -> None:
    assert printable("a\nb\x1b", keep_newlines=True) == "a\nb\\x1b"
    assert is_safe("a\nb")


@pytest.mark.parametrize(
    ("text", "columns"),
    [("abc", 3), ("合同", 4), ("ａ", 2), ("é", 1), ("e\u0301", 1), ("한국", 4), ("", 0), ("a\u200db", 2)],
)
def test_wide_characters_take_two_columns(text: str, columns: int) -> None:
    assert display_width(text) == columns
    assert display_width(pad(text, 9)) == 9


@pytest.mark.parametrize(
    ("text", "columns", "shown"), [("abcdef", 4, "abc…"), ("租房合同", 6, "租房…"), ("租房", 4, "租房")]
)
def test_cutting_counts_columns(text: str, columns: int, shown: str) -> None:
    assert shorten(text, columns) == shown
    assert display_width(shown) <= columns


@pytest.mark.parametrize(
    ("text", "columns", "rows"),
    [("", 10, 1), ("abc", 3, 1), ("abcd", 3, 2), ("a\nb", 10, 2), ("合同合", 5, 2), ("合同合", 3, 3), ("x\n", 10, 2)],
)
def test_rows_of_a_terminal(text: str, columns: int, rows: int) -> None:
    assert rows_used(text, columns) == rows


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 bytes"),
        (1023, "1023 bytes"),
        (1024, "1.0 KB"),
        (182233, "178 KB"),
        (5 << 30, "5.0 GB"),
        (3 << 50, "3072 TB"),
    ],
)
def test_sizes(size: int, text: str) -> None:
    assert size_text(size) == text


@pytest.mark.parametrize(("seconds", "text"), [(0.4, "0 s"), (61, "61 s"), (180, "3 min"), (9000, "2.5 h")])
def test_durations(seconds: float, text: str) -> None:
    assert seconds_text(seconds) == text
