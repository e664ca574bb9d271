from __future__ import annotations

import time

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QScrollArea
from pytestqt.qtbot import QtBot

from ui.chat.answer_view import AnswerView, split_pieces
from ui.chat.turn import literal
from ui.kit import Kit
from ui.watchdog import Watchdog


@pytest.fixture
def view(kit: Kit, qtbot: QtBot) -> AnswerView:
    made = AnswerView(kit, "Answer")
    qtbot.addWidget(made)
    made.resize(600, 50)
    made.show()
    return made


def text_of(view: AnswerView) -> str:
    return view.toPlainText().replace("\u2029", "\n")


TEXTS = [
    "",
    "one line",
    "# Title\n\nText with **bold**.\n\n- a\n- b\n\n1. one\n\n2. two\n\nEnd.",
    "第一段。\n\n第二段:\n\n```python\nx = 1\n\ny = 2\n```\n\n最后。",
    "~~~\nnever closed\n\n\nstill code",
    "| a | b |\n|---|---|\n| 1 | 2 |\n\nafter",
    "字" * 9_000,
    "```\n" + "line of code\n" * 1_000 + "```\n\nafter",
    "> quote\n>\n> more\n\nplain\r\n\r\nwindows",
]


@pytest.mark.parametrize("text", TEXTS)
def test_pieces_joined_are_the_text(text: str) -> None:
    assert "".join(piece.text for piece in split_pieces(text)) == text


def test_code_and_lists_are_not_cut_at_blank_lines() -> None:
    assert len(split_pieces("```\na\n\nb\n```")) == 1
    assert len(split_pieces("- a\n\n- b\n\n  more of b")) == 1
    assert [piece.text for piece in split_pieces("a\n\nb\n\nc")] == ["a\n\n", "b\n\n", "c"]


def test_long_code_goes_on_as_code_in_the_next_piece() -> None:
    pieces = split_pieces("```\n" + "x = '*not emphasis*'\n" * 600 + "```\n\nafter")
    assert len(pieces) > 2
    assert pieces[1].fence == "```"
    assert pieces[-1].fence == ""


@pytest.mark.parametrize("text", TEXTS)
def test_streamed_text_looks_like_the_whole(view: AnswerView, kit: Kit, qtbot: QtBot, text: str) -> None:
    whole = AnswerView(kit, "Whole")
    qtbot.addWidget(whole)
    whole.finish(text, frozenset())
    step = max(7, len(text) // 40)
    for start in range(0, len(text), step):
        view.append_text(text[start : start + step])
        if start % (5 * step) == 0:
            qtbot.wait(1)
            view._on_due()
    qtbot.waitUntil(lambda: text_of(view) == text_of(whole), timeout=5000)


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src='file:///etc/passwd'>",
    "![x](http://example.com/spy.png)",
    "![x](file:///etc/passwd)",
    "<a href='file:///etc/passwd'>click</a>",
    "[click](file:///etc/passwd)",
    "<iframe src=//x>",
    "\u202egnp.exe",
    "[1](docent:open)",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_in_an_answer_is_loaded_or_followed(view: AnswerView, qtbot: QtBot, text: str) -> None:
    with qtbot.assertNotEmitted(view.citation_clicked), qtbot.assertNotEmitted(view.sourceChanged):
        view.finish(f"{text} and more text", frozenset())
        for x in range(2, 200, 12):
            QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPointF(x, 12).toPoint())
    assert not view.openLinks()
    assert view.loadResource(2, "http://example.com/spy.png") is None
    if text.startswith("<"):
        assert "<" in text_of(view)


def test_citation_marks_react_and_others_do_not(view: AnswerView, qtbot: QtBot) -> None:
    view.finish("[2] is cited, [7] is not.", frozenset({2}))
    cursor = QTextCursor(view.document())
    cursor.setPosition(1)
    inside = view.cursorRect(cursor).center()
    with qtbot.waitSignal(view.citation_clicked) as clicked:
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=inside)
    assert clicked.args == [2]
    cursor.setPosition(text_of(view).index("7"))
    with qtbot.assertNotEmitted(view.citation_clicked, wait=20):
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.cursorRect(cursor).center())


def test_height_follows_the_text(view: AnswerView, qtbot: QtBot) -> None:
    view.finish("short", frozenset())
    low = view.height()
    view.finish("\n\n".join(["A paragraph. " * 20] * 10), frozenset())
    assert view.height() > 10 * low
    view.finish("", frozenset())
    assert view.height() <= low + 2


def test_a_very_long_answer_never_blocks(kit: Kit, qtbot: QtBot) -> None:
    """In a scroll area, as in the transcript: only what is seen is painted."""
    area = QScrollArea()
    qtbot.addWidget(area)
    area.setWidgetResizable(True)
    view = AnswerView(kit, "Answer")
    area.setWidget(view)
    area.resize(700, 500)
    area.show()
    watchdog = Watchdog()
    watchdog.start()
    started = time.monotonic()
    view.finish("A sentence of an endless answer, 和一句中文。" * 5_000, frozenset())
    qtbot.waitUntil(lambda: view.document().characterCount() > 150_000, timeout=20_000)
    watchdog.stop()
    assert time.monotonic() - started < 15
    assert not watchdog.blocks, watchdog.blocks[0]


def test_six_thousand_characters_stream_cheaply(view: AnswerView, qtbot: QtBot) -> None:
    text = ("A paragraph with **some** words and 一些中文。 " * 4 + "\n\n") * 34
    began = time.process_time()
    for start in range(0, len(text), 20):
        view.append_text(text[start : start + 20])
        if start % 200 == 0:
            view._on_due()
    assert time.process_time() - began < 1.5


def test_quotes_are_shown_as_they_are(view: AnswerView) -> None:
    quotes = "“# 5 * 3 | <b>x</b> _y_ [link](x)” [1]\n“第二行” [2]"
    view.finish(literal(quotes), frozenset({1, 2}))
    assert text_of(view) == quotes
