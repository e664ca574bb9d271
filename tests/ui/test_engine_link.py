from __future__ import annotations

import threading
from collections.abc import Iterator

import recorded
from fake_engine import Event, FakeEngine, error
from PySide6.QtCore import QObject, QThread
from pytestqt.qtbot import QtBot

from assistant import errors
from assistant.client import Client
from ui.engine_link import EngineLink, LinkState


def test_a_question_arrives_piece_by_piece_in_the_windows_thread(
    link: EngineLink, engine: FakeEngine, qtbot: QtBot
) -> None:
    engine.replies["ask"] = lambda _: recorded.ASKED
    link.start()
    owner = QObject()
    request = link.ask("多久?", chat="c", parent=owner)
    seen: list[object] = []
    request.files_found.connect(lambda event: seen.append(("files", len(event["hits"]))))
    request.stage_changed.connect(lambda stage, _: seen.append(stage))
    home = owner.thread()
    request.token_received.connect(lambda _: seen.append(QThread.currentThread() is home))
    with qtbot.waitSignal(request.finished):
        request.answered.connect(lambda event: seen.append(event["mode"]))
    assert seen[:4] == ["searching", ("files", 5), "reading", "writing"]
    assert seen[-1] == "llm"
    assert set(seen[4:-1]) == {True}
    assert engine.asked("ask")[0]["question"] == "多久?"
    assert engine.asked("ask")[0]["chat"] == "c"


def test_failure_carries_code_and_facts(link: EngineLink, engine: FakeEngine, qtbot: QtBot) -> None:
    engine.replies["index"] = lambda _: [error("folder_missing", path="/没有")]
    link.start()
    owner = QObject()
    request = link.index(["/没有"], parent=owner)
    with qtbot.waitSignal(request.failed) as failed:
        pass
    assert failed.args == ["folder_missing", {"path": "/没有"}]


def test_cancelled_request_is_silent_and_reaches_the_engine(link: EngineLink, engine: FakeEngine, qtbot: QtBot) -> None:
    gate = threading.Event()

    def slowly(_: Event) -> Iterator[Event]:
        yield recorded.stage("searching")
        gate.wait(5)
        yield recorded.done()

    engine.replies["ask"] = slowly
    link.start()
    owner = QObject()
    request = link.ask("x", parent=owner)
    with qtbot.waitSignal(request.stage_changed):
        pass
    heard: list[str] = []
    request.failed.connect(lambda code, _: heard.append(code))
    request.answered.connect(lambda _: heard.append("answered"))
    with qtbot.waitSignal(request.finished):
        request.cancel()
    qtbot.waitUntil(engine.cancelled.is_set)
    gate.set()
    qtbot.wait(50)
    assert heard == []


def test_request_dies_with_its_parent_and_is_cancelled(link: EngineLink, engine: FakeEngine, qtbot: QtBot) -> None:
    gate = threading.Event()

    def slowly(_: Event) -> Iterator[Event]:
        yield recorded.stage("searching")
        gate.wait(5)

    engine.replies["ask"] = slowly
    link.start()
    owner = QObject()
    request = link.ask("x", parent=owner)
    with qtbot.waitSignal(request.stage_changed):
        pass
    owner.deleteLater()
    qtbot.waitUntil(engine.cancelled.is_set)
    gate.set()


def test_lost_engine_fails_what_runs_and_the_watch_goes_on(link: EngineLink, engine: FakeEngine, qtbot: QtBot) -> None:
    gate = threading.Event()

    def silent(_: Event) -> Iterator[Event]:
        gate.wait(5)
        yield recorded.stage("searching")

    engine.replies["ask"] = silent
    link.start()
    owner = QObject()
    watch = link.watch(parent=owner)
    with qtbot.waitSignal(watch.status_changed):
        pass
    request = link.ask("x", parent=owner)
    qtbot.waitUntil(lambda: bool(engine.asked("ask")))
    states: list[str] = []
    link.state_changed.connect(states.append)
    with qtbot.waitSignal(request.failed) as failed:
        engine.kill()
    gate.set()
    assert failed.args[0] == "engine_lost"
    qtbot.waitUntil(lambda: LinkState.FAILED in states)
    assert states[0] == LinkState.LOST
    engine.start()
    with qtbot.waitSignal(watch.status_changed, timeout=5000):
        link.reconnect()
    assert link.state is LinkState.READY
    engine.replies["ask"] = lambda _: recorded.ASKED
    with qtbot.waitSignal(link.ask("x", parent=owner).answered):
        pass


def test_watch_goes_on_with_the_next_engine_after_one_left(link: EngineLink, engine: FakeEngine, qtbot: QtBot) -> None:
    link.start()
    owner = QObject()
    watch = link.watch(parent=owner)
    with qtbot.waitSignal(watch.status_changed):
        pass
    with qtbot.waitSignal(watch.status_changed):
        engine.leave()
    assert len(engine.asked("watch")) == 2
    assert link.state is LinkState.READY


def test_what_was_asked_before_the_engine_ran_is_answered_after(
    link: EngineLink, engine: FakeEngine, qtbot: QtBot
) -> None:
    owner = QObject()
    request = link.find("合同", parent=owner)
    with qtbot.waitSignal(request.found):
        link.start()


def test_requests_that_are_over_leave_nothing_behind(link: EngineLink, engine: FakeEngine, qtbot: QtBot) -> None:
    link.start()
    owner = QObject()
    for number in range(20):
        request = link.find(str(number), parent=owner)
        if number % 2:
            request.cancel()
        else:
            with qtbot.waitSignal(request.found):
                pass
    qtbot.waitUntil(lambda: owner.children() == [] and not link._requests)


def test_engine_that_cannot_start_is_said_once_and_tried_again(qtbot: QtBot) -> None:
    attempts = 0

    def connect() -> Client:
        nonlocal attempts
        attempts += 1
        raise errors.EngineUnavailable("engine_start", log="/l/engine.log")

    link = EngineLink(connect)
    owner = QObject()
    request = link.find("x", parent=owner)
    with qtbot.waitSignals([request.failed, link.state_changed]):
        link.start()
    assert link.failure == ("engine_start", {"log": "/l/engine.log"})
    qtbot.waitUntil(lambda: attempts >= 2)
    qtbot.wait(100)
    assert attempts <= 3, "attempts must be spaced"
    link.close()


def test_unforeseen_failure_to_connect_is_shown_too(qtbot: QtBot) -> None:
    def connect() -> Client:
        raise ZeroDivisionError

    link = EngineLink(connect)
    with qtbot.waitSignal(link.state_changed):
        link.start()
    assert link.failure == ("internal", {"detail": "ZeroDivisionError"})
    link.close()


def test_closing_is_quick_and_silent(link: EngineLink, engine: FakeEngine, qtbot: QtBot) -> None:
    link.start()
    owner = QObject()
    watch = link.watch(parent=owner)
    with qtbot.waitSignal(watch.status_changed):
        pass
    link.close()
    engine.show(folders=[])
    with qtbot.assertNotEmitted(watch.status_changed, wait=100):
        pass
