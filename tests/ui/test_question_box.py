from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QMimeData, Qt, QUrl
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from assistant.protocol import MAX_QUERY
from ui.chat.question_box import PAUSE_MS, QuestionBox
from ui.kit import Kit


@pytest.fixture
def box(kit: Kit, qtbot: QtBot) -> QuestionBox:
    made = QuestionBox(kit)
    qtbot.addWidget(made)
    made.resize(500, 60)
    made.show()
    return made


def press(box: QuestionBox, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QApplication.sendEvent(box.editor, QKeyEvent(QEvent.Type.KeyPress, key, modifiers))


def compose(box: QuestionBox, preedit: str, commit: str = "") -> None:
    event = QInputMethodEvent(preedit, [])
    if commit:
        event.setCommitString(commit)
    QApplication.sendEvent(box.editor, event)


def test_enter_sends_and_empties(box: QuestionBox, qtbot: QtBot) -> None:
    box.set_text("  租房合同什么时候到期? ")
    with qtbot.waitSignal(box.submitted) as sent:
        press(box, Qt.Key.Key_Return)
    assert sent.args == ["租房合同什么时候到期?"]
    assert box.text() == ""


def test_blank_text_is_not_sent(box: QuestionBox, qtbot: QtBot) -> None:
    box.set_text(" \n ")
    with qtbot.assertNotEmitted(box.submitted, wait=20):
        press(box, Qt.Key.Key_Return)
    assert not box.button.isEnabled()


def test_shift_enter_makes_a_line_and_the_box_grows(box: QuestionBox, qtbot: QtBot) -> None:
    low = box.editor.height()
    box.set_text("one")
    with qtbot.assertNotEmitted(box.submitted, wait=20):
        press(box, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert box.editor.toPlainText() == "one\n"
    assert box.editor.height() > low
    box.set_text("\n".join("行" * 50))
    assert box.editor.height() < low * 9


def test_text_being_composed_neither_searches_nor_sends(box: QuestionBox, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(box.draft_changed, wait=PAUSE_MS + 80), qtbot.assertNotEmitted(box.submitted):
        compose(box, "zu fang")
        press(box, Qt.Key.Key_Return)


def test_enter_that_commits_a_candidate_does_not_send(box: QuestionBox, qtbot: QtBot) -> None:
    compose(box, "zufang")
    with qtbot.assertNotEmitted(box.submitted, wait=20):
        compose(box, "", "租房")
        press(box, Qt.Key.Key_Return)
    assert box.text() == "租房"
    qtbot.wait(50)
    with qtbot.waitSignal(box.submitted):
        press(box, Qt.Key.Key_Return)


def test_committed_text_is_searched_after_a_pause(box: QuestionBox, qtbot: QtBot) -> None:
    compose(box, "hetong")
    with qtbot.waitSignal(box.draft_changed) as changed:
        compose(box, "", "合同")
    assert changed.args == ["合同"]


def test_quick_typing_searches_once(box: QuestionBox, qtbot: QtBot) -> None:
    drafts: list[str] = []
    box.draft_changed.connect(drafts.append)
    for text in ("l", "le", "lea", "leas", "lease"):
        box.set_text(text)
    qtbot.waitUntil(lambda: bool(drafts))
    qtbot.wait(PAUSE_MS + 50)
    assert drafts == ["lease"]


def test_emptying_is_said_at_once(box: QuestionBox, qtbot: QtBot) -> None:
    box.set_text("x")
    with qtbot.waitSignal(box.draft_changed):
        pass
    with qtbot.waitSignal(box.draft_changed, timeout=PAUSE_MS // 3) as changed:
        box.set_text("")
    assert changed.args == [""]


def test_while_busy_the_button_stops_and_enter_waits(box: QuestionBox, qtbot: QtBot) -> None:
    box.set_busy(True)
    box.set_text("next")
    with qtbot.assertNotEmitted(box.submitted, wait=20):
        press(box, Qt.Key.Key_Return)
    assert box.text() == "next"
    with qtbot.waitSignal(box.stop_asked):
        box.button.click()
    assert "Stop" in box.button.accessibleName()


def test_arrow_key_at_the_end_asks_for_the_list(box: QuestionBox, qtbot: QtBot) -> None:
    box.set_text("one\ntwo")
    with qtbot.waitSignal(box.list_asked):
        press(box, Qt.Key.Key_Down)
    with qtbot.assertNotEmitted(box.list_asked, wait=20):
        press(box, Qt.Key.Key_Up)


def test_pasting_a_book_is_cut_to_what_can_be_asked(box: QuestionBox) -> None:
    paste = QMimeData()
    paste.setText("字" * (MAX_QUERY + 500))
    box.editor.insertFromMimeData(paste)
    assert len(box.text()) == MAX_QUERY


def test_dropped_files_are_left_to_the_window(box: QuestionBox) -> None:
    drop = QMimeData()
    drop.setUrls([QUrl.fromLocalFile("/home/ana/合同")])
    assert not box.editor.canInsertFromMimeData(drop)
