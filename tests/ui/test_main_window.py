"""The main job as a person does it, on a recorded engine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import recorded
from fake_engine import Event, FakeEngine, error
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent, QGuiApplication, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from ui.chat.turn import Turn
from ui.engine_link import EngineLink
from ui.main_window import MainWindow
from ui.notice import Notice


def type_text(window: MainWindow, text: str) -> None:
    window.question_box.set_text(text)


def press_enter(window: MainWindow) -> None:
    QTest.keyClick(window.question_box.editor, Qt.Key.Key_Return)


def ask(window: MainWindow, qtbot: QtBot, question: str = "How much notice?") -> Turn:
    type_text(window, question)
    with qtbot.waitSignal(window.answered):
        press_enter(window)
    QApplication.processEvents()
    return window.transcript.turns[-1]


def notices(widget: QWidget) -> list[str]:
    QApplication.processEvents()
    return [each.sentence.text() for each in widget.findChildren(Notice) if each.isVisibleTo(widget)]


def test_files_show_as_one_types_and_enter_asks(window: MainWindow, engine: FakeEngine, qtbot: QtBot) -> None:
    engine.replies["find"] = lambda _: [{"event": "result", "total": 5, "hits": recorded.HITS}]
    engine.replies["ask"] = lambda _: recorded.ASKED
    type_text(window, "租房 通知")
    qtbot.waitUntil(lambda: len(window.live_results.list.hits.files) == 5)
    assert window.live_results.isVisible()
    assert engine.asked("find")[-1]["query"] == "租房 通知"
    with qtbot.waitSignal(window.answered):
        press_enter(window)
    assert not window.live_results.isVisible()
    turn = window.transcript.turns[0]
    assert turn.heading.text() == "租房 通知"
    assert "two months' notice in writing" in turn.answer.toPlainText()
    assert turn.sources is not None
    assert list(turn.sources.buttons) == [1, 2, 3]
    assert "page 4" in turn.sources.buttons[1].text()
    assert recorded.LEASE_QUOTE.split("'")[0] in turn.sources.buttons[1].toolTip()
    assert window.question_box.text() == ""


def test_newer_words_replace_the_search_before(window: MainWindow, engine: FakeEngine, qtbot: QtBot) -> None:
    gate = threading.Event()

    def find(request: Event) -> Iterator[Event]:
        if request["query"] == "slow":
            gate.wait(5)
        yield {"event": "result", "total": 1, "hits": [recorded.hit(f"{request['query']}.txt")]}

    engine.replies["find"] = find
    type_text(window, "slow")
    qtbot.waitUntil(lambda: bool(engine.asked("find")))
    type_text(window, "quick")
    qtbot.waitUntil(lambda: [file.name for file in window.live_results.list.hits.files] == ["quick.txt"])
    gate.set()
    qtbot.wait(80)
    assert [file.name for file in window.live_results.list.hits.files] == ["quick.txt"]


def test_citation_opens_the_file(window: MainWindow, engine: FakeEngine, qtbot: QtBot, tmp_path: Path) -> None:
    lease = tmp_path / "租房合同 & 终稿#1.pdf"
    lease.write_bytes(b"%PDF")
    opened = _Opened()
    QDesktopServices.setUrlHandler("file", opened, "open")
    citation = {"n": 1, "path": str(lease), "name": lease.name, "anchor": {"page": 2}, "quote": "<b>甲方</b>"}
    engine.replies["ask"] = lambda _: [recorded.done(answer="Two months [1].", citations=[citation])]
    turn = ask(window, qtbot)
    button = turn.sources.buttons[1]
    assert button.accessibleName() == f"Source 1: {lease.name}, page 2"
    assert "&lt;b&gt;" in button.toolTip()
    with qtbot.waitSignal(window._kit.actions.opened):
        QTest.keyClick(button, Qt.Key.Key_Space)
    assert [Path(url.toLocalFile()) for url in opened.urls] == [lease]
    with qtbot.waitSignal(window._kit.actions.opened):
        turn.answer.citation_clicked.emit(1)
    assert len(opened.urls) == 2
    QDesktopServices.unsetUrlHandler("file")


class _Opened(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.urls: list[QUrl] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.urls.append(url)


def test_missing_file_says_so(window: MainWindow, engine: FakeEngine, qtbot: QtBot) -> None:
    engine.replies["ask"] = lambda _: recorded.ASKED
    turn = ask(window, qtbot)
    with qtbot.waitSignal(window._kit.actions.failed):
        turn.sources.buttons[1].click()
    assert notices(window) == ["Lease agreement Alder Court 12B.pdf is no longer there."]


def test_stop_ends_the_answer_and_keeps_what_came(window: MainWindow, engine: FakeEngine, qtbot: QtBot) -> None:
    gate = threading.Event()

    def slowly(_: Event) -> Iterator[Event]:
        yield recorded.stage("writing")
        yield {"event": "token", "text": "Half an answer"}
        gate.wait(5)
        yield recorded.done()

    engine.replies["ask"] = slowly
    type_text(window, "long story?")
    press_enter(window)
    turn = window.transcript.turns[-1]
    qtbot.waitUntil(lambda: "Half" in turn.answer.toPlainText())
    assert window.question_box.button.accessibleName() == "Stop (Esc)"
    with qtbot.waitSignal(window.answered) as ended:
        QTest.keyClick(window, Qt.Key.Key_Escape)
    assert ended.args == [False]
    qtbot.waitUntil(engine.cancelled.is_set)
    gate.set()
    qtbot.wait(50)
    assert turn.answer.toPlainText() == "Half an answer"
    assert "Stopped." in notices(turn)
    assert window.question_box.button.accessibleName() == "Ask (Enter)"


def test_answer_without_a_model_is_labelled_as_quotes(window: MainWindow, engine: FakeEngine, qtbot: QtBot) -> None:
    quotes = "“a * b * c” [1]\n“第二段” [2]"
    engine.replies["ask"] = lambda _: [
        recorded.FILES,
        recorded.done(mode="extractive", answer=quotes, model=None, citations=recorded.CITATIONS[:2]),
    ]
    turn = ask(window, qtbot)
    assert notices(turn) == ["Quoted from your files – no model server is running"]
    assert turn.answer.toPlainText() == quotes
    turn.copy_button.click()
    assert QGuiApplication.clipboard().text() == quotes


@pytest.mark.parametrize("code", ["llm_empty", "llm_memory", "llm_unsupported", "llm_model_missing"])
def test_quotes_say_why_no_model_answered(window: MainWindow, engine: FakeEngine, qtbot: QtBot, code: str) -> None:
    engine.replies["ask"] = lambda _: [
        recorded.done(mode="extractive", answer="“x” [1]", notice={"code": code, "facts": {"model": "qwen3:4b"}})
    ]
    turn = ask(window, qtbot)
    assert notices(turn)[0].startswith("Quoted from your files – ")
    assert "qwen3:4b" in notices(turn)[0]


def test_answer_that_broke_off_is_kept_and_can_be_asked_again(
    window: MainWindow, engine: FakeEngine, qtbot: QtBot
) -> None:
    broken = {"code": "llm_interrupted", "facts": {}}
    engine.replies["ask"] = lambda _: [recorded.done(answer="Half", citations=[], error=broken, finish="error")]
    turn = ask(window, qtbot)
    assert turn.answer.toPlainText() == "Half"
    assert notices(turn) == ["The model server stopped in the middle of the answer."]
    engine.replies["ask"] = lambda _: recorded.ASKED
    with qtbot.waitSignal(window.answered):
        turn.findChild(Notice).findChild(QAbstractButton).click()
    assert "two months" in turn.answer.toPlainText()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert notices(turn) == []


def test_not_found_says_so_and_offers_a_folder(window: MainWindow, engine: FakeEngine, qtbot: QtBot) -> None:
    engine.replies["ask"] = lambda _: [recorded.done(found=False, answer="Not in your files.", citations=[], hits=[])]
    turn = ask(window, qtbot, "火星上有多少人?")
    assert notices(turn) == ["Your files do not answer this."]
    assert turn.sources is None
    assert turn.answer.isHidden()


def test_lost_engine_is_shown_and_the_question_can_be_asked_again(
    window: MainWindow, engine: FakeEngine, link: EngineLink, qtbot: QtBot
) -> None:
    gate = threading.Event()

    def slowly(_: Event) -> Iterator[Event]:
        yield recorded.stage("reading", passages=5, files=3)
        gate.wait(5)

    engine.replies["ask"] = slowly
    type_text(window, "x?")
    press_enter(window)
    turn = window.transcript.turns[-1]
    qtbot.waitUntil(lambda: turn.stage.text.text() == "Reading 5 passages from 3 files…")
    with qtbot.waitSignal(window.answered):
        engine.kill()
    gate.set()
    assert notices(turn) == ["The connection to Docent's engine was lost."]
    qtbot.waitUntil(lambda: window.strip.index.text() == "The engine does not run")
    engine.start()
    engine.replies["ask"] = lambda _: recorded.ASKED
    link.reconnect()
    qtbot.waitUntil(lambda: "1,204 files" in window.strip.index.text(), timeout=5000)
    with qtbot.waitSignal(window.answered):
        turn.findChild(Notice).findChild(QAbstractButton).click()
    assert "two months" in turn.answer.toPlainText()


def test_thoughts_stay_closed_until_opened(window: MainWindow, engine: FakeEngine, qtbot: QtBot) -> None:
    engine.replies["ask"] = lambda _: [{"event": "thinking", "text": "让我想想"}, recorded.done()]
    turn = ask(window, qtbot)
    assert turn.thinking.isVisible()
    assert not turn.thinking.is_open
    turn.thinking.findChild(QAbstractButton).click()
    assert turn.thinking.is_open


def test_transcript_keeps_earlier_questions_and_follows_only_at_the_end(
    window: MainWindow, engine: FakeEngine, qtbot: QtBot
) -> None:
    engine.replies["ask"] = lambda _: [recorded.FILES, recorded.done(answer="A paragraph. " * 200)]
    for number in range(3):
        ask(window, qtbot, f"Question {number}")
    bar = window.transcript.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 300 and bar.value() == bar.maximum())
    assert len(window.transcript.turns) == 3
    chats = {request["chat"] for request in engine.asked("ask")}
    assert len(chats) == 1
    assert chats != {""}
    bar.setValue(50)
    window.transcript.turns[-1].answer.append_text("\n\nmore\n\n" * 30)
    qtbot.wait(150)
    assert bar.value() == 50
    window.begin_conversation()
    assert window.transcript.turns == []
    ask(window, qtbot)
    assert engine.asked("ask")[-1]["chat"] not in chats


def test_without_folders_the_window_teaches(window: MainWindow, engine: FakeEngine, qtbot: QtBot) -> None:
    engine.show(folders=[], states={}, index={"files": 0, "chunks": 0, "bytes": 0})
    qtbot.waitUntil(window.start_page.add_button.isVisible)
    assert window.strip.index.text() == "No folder yet"
    working = {"phase": "reading", "total": 3600, "done": 1240, "chunks_total": 0, "chunks_embedded": 0, "eta_s": 130}
    engine.show(work=working)
    qtbot.waitUntil(window.start_page.bar.isVisible)
    assert window.start_page.bar_text.text() == "1,240 of 3,600 files read · about 2 minutes left"
    assert window.strip.index.text() == "Indexing 34%"
    engine.show()
    qtbot.waitUntil(window.start_page.examples.isVisible)
    window.start_page.example_buttons[0].click()
    assert window.question_box.text() == window.start_page.example_buttons[0].text()


def test_question_without_folders_is_kept_and_explained(window: MainWindow, engine: FakeEngine, qtbot: QtBot) -> None:
    engine.show(folders=[])
    qtbot.waitUntil(window.start_page.add_button.isVisible)
    type_text(window, "多久?")
    press_enter(window)
    assert notices(window) == ["No folder has been added yet."]
    assert window.question_box.text() == "多久?"
    assert engine.asked("ask") == []


def test_answer_from_another_computer_says_so(window: MainWindow, engine: FakeEngine, qtbot: QtBot) -> None:
    engine.show(servers=[{"name": "vllm", "url": "http://nas.local:8000", "state": "ready", "model": "qwen3:8b"}])
    qtbot.waitUntil(lambda: "nas.local" in window.strip.server.text())
    engine.replies["ask"] = lambda _: [recorded.done(model="qwen3:8b")]
    turn = ask(window, qtbot)
    assert turn.origin.text() == "Written by qwen3:8b on nas.local, another computer"


def test_dropped_folder_is_added(window: MainWindow, engine: FakeEngine, qtbot: QtBot) -> None:
    drop = QMimeData()
    drop.setUrls([QUrl.fromLocalFile("/home/ana/合同"), QUrl("http://example.com/")])
    enter = QDragEnterEvent(
        QPoint(50, 50), Qt.DropAction.CopyAction, drop, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    event = QDropEvent(
        QPointF(50, 50), Qt.DropAction.CopyAction, drop, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(window, event)
    qtbot.waitUntil(lambda: bool(engine.asked("index")))
    assert engine.asked("index")[0]["folders"] == ["/home/ana/合同"]


def test_folder_that_cannot_be_added_is_said(window: MainWindow, engine: FakeEngine, qtbot: QtBot) -> None:
    engine.replies["index"] = lambda _: [error("folder_not_a_folder", path="/home/ana/a.pdf")]
    window.add_folders(["/home/ana/a.pdf"])
    qtbot.waitUntil(lambda: notices(window) == ["/home/ana/a.pdf is not a folder."])


def test_folder_is_removed_after_asking_once(window: MainWindow, engine: FakeEngine, qtbot: QtBot) -> None:
    QTest.keyClick(window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    dialog = window._folders_dialog
    assert dialog is not None
    assert [row.remove.accessibleName() for row in dialog.rows] == ["Remove /home/ana/Documents"]
    dialog.rows[0].remove.click()
    question = dialog.findChild(QMessageBox)
    question.buttons()[0].click() if question.buttons()[0].text() == "Remove" else question.buttons()[1].click()
    qtbot.waitUntil(lambda: bool(engine.asked("folders")))
    assert engine.asked("folders")[0]["remove"] == ["/home/ana/Documents"]
    dialog.close()


def test_a_removed_folder_can_be_brought_back(window: MainWindow, engine: FakeEngine, qtbot: QtBot) -> None:
    removed = [{"path": "/home/ana/旧", "until": "2026-11-16T09:10:00+08:00"}]
    engine.replies["folders"] = lambda _: [{"event": "result", "folders": [], "removed": removed}]
    window._on_folder_removed("/home/ana/旧")
    qtbot.waitUntil(lambda: notices(window) == ["/home/ana/旧 was removed."])
    undo = next(button for button in window.findChildren(QPushButton) if button.text() == "Undo")
    undo.click()
    qtbot.waitUntil(lambda: len(engine.asked("folders")) == 2)
    assert engine.asked("folders")[1]["undo"] == [""]
    qtbot.waitUntil(lambda: notices(window) == [])


def test_details_show_counts_problems_and_the_server(window: MainWindow, engine: FakeEngine, qtbot: QtBot) -> None:
    window.strip.index.click()
    dialog = window._status_dialog
    assert dialog is not None
    engine.show(problems=[{"code": "disk_full", "facts": {"free_text": "1 GB", "needed_text": "2 GB"}}])
    qtbot.waitUntil(lambda: notices(dialog) == ["The disk that holds the index is nearly full (1 GB free)."])
    engine.show(servers=[{"name": "vllm", "url": "http://10.0.0.9:8000", "state": "ready", "model": "qwen3:8b"}])
    qtbot.waitUntil(lambda: window.strip.server.text() == "qwen3:8b on 10.0.0.9")
    dialog.close()


def test_indexing_is_paused_and_resumed_from_the_details(window: MainWindow, engine: FakeEngine, qtbot: QtBot) -> None:
    engine.replies |= {op: lambda _: [{"event": "result", "work": {}}] for op in ("pause", "resume")}
    window.strip.index.click()
    dialog = window._status_dialog
    assert dialog is not None
    assert (dialog.pause.isVisible(), dialog.resume.isVisible()) == (True, False)
    dialog.pause_an_hour.trigger()
    dialog.pause_for_good.trigger()
    qtbot.waitUntil(lambda: [request["seconds"] for request in engine.asked("pause")] == [3600, 0])
    engine.show(work={"phase": "reading", "total": 9, "done": 1, "paused": {"why": "user", "until": None}})
    qtbot.waitUntil(dialog.resume.isVisible)
    assert not dialog.pause.isVisible()
    assert window.strip.index.text() == "Indexing paused"
    dialog.resume.click()
    qtbot.waitUntil(lambda: bool(engine.asked("resume")))
    dialog.close()


def test_every_control_has_a_name_and_is_reached_by_keyboard(
    window: MainWindow, engine: FakeEngine, qtbot: QtBot
) -> None:
    engine.replies["ask"] = lambda _: recorded.ASKED
    ask(window, qtbot)
    for button in window.findChildren(QAbstractButton):
        if button.isVisible() and button.parent().objectName() != "qt_scrollarea_vcontainer":
            assert button.accessibleName() or button.text(), button
            assert button.focusPolicy() & Qt.FocusPolicy.TabFocus, button.text()
    seen = set()
    for _ in range(40):
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        seen.add(QApplication.focusWidget())
    turn = window.transcript.turns[0]
    assert {window.new_button, window.folders_button, turn.copy_button, window.strip.index} <= seen
    assert set(turn.sources.buttons.values()) <= seen


def test_shortcuts(window: MainWindow, engine: FakeEngine, qtbot: QtBot) -> None:
    engine.replies["find"] = lambda _: [{"event": "result", "total": 5, "hits": recorded.HITS}]
    window.folders_button.setFocus()
    QTest.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.focusWidget() is window.question_box.editor
    type_text(window, "lease")
    qtbot.waitUntil(lambda: len(window.live_results.list.hits.files) == 5)
    QApplication.sendEvent(
        window.question_box.editor,
        QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Down, Qt.KeyboardModifier.NoModifier),
    )
    assert QApplication.focusWidget() is window.live_results.list
    QTest.keyClick(window.live_results.list, Qt.Key.Key_Up)
    assert QApplication.focusWidget() is window.question_box.editor
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not window.live_results.isVisible()
    engine.replies["ask"] = lambda _: recorded.ASKED
    ask(window, qtbot)
    QTest.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert window.transcript.turns == []


def test_place_of_the_window_is_kept(window: MainWindow, tmp_path: Path) -> None:
    window.resize(700, 600)
    window.close()
    window._geometry.sync()
    assert "geometry" in (tmp_path / "window.ini").read_text(encoding="utf-8")


def test_appearance_changes_under_an_answer(window: MainWindow, engine: FakeEngine, qtbot: QtBot) -> None:
    engine.replies["ask"] = lambda _: recorded.ASKED
    turn = ask(window, qtbot)
    before = turn.answer.toPlainText()
    window._kit.theme.choose("dark")
    qtbot.wait(50)
    assert turn.answer.toPlainText() == before
    window._kit.theme.choose("light")
