"""What belongs to the process: one instance, crashes, Ctrl+C, the watchdog, a picture on demand."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import recorded
from fake_engine import FakeEngine
from PySide6.QtCore import QProcess, QTimer
from PySide6.QtGui import QGuiApplication, QImage
from pytestqt.qtbot import QtBot

from assistant.paths import Paths
from ui import app
from ui.crash import CrashDialog, CrashReporter
from ui.kit import Kit
from ui.single_instance import SingleInstance, StartRequest, address
from ui.watchdog import Watchdog


def start_window(paths: Paths, *options: str) -> subprocess.Popen[str]:
    environ = os.environ | {"DOCENT_HOME": str(paths.data), "DOCENT_UI_LANGUAGE": "en", "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.Popen(
        [sys.executable, "-m", "ui", *options], env=environ, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def test_picture_of_an_answer(paths: Paths, engine: FakeEngine, tmp_path: Path) -> None:
    engine.replies["ask"] = lambda _: recorded.ASKED
    picture = tmp_path / "answer.png"
    done = start_window(paths, "--folder", str(tmp_path), "--question", "多久?", "--screenshot", str(picture))
    _, errors = done.communicate(timeout=30)
    assert (done.returncode, errors) == (0, "")
    assert QImage(str(picture)).width() >= 520
    assert engine.asked("index")[0] | {"id": 0} == {"id": 0, "op": "index", "folders": [str(tmp_path)], "wait": True}
    assert engine.asked("ask")[0]["question"] == "多久?"
    assert not os.path.exists(address(paths)), "the socket is removed at the end"


def wait_for(path: str) -> None:
    deadline = time.monotonic() + 15
    while not os.path.exists(path) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert os.path.exists(path)


def test_second_start_hands_over_and_ctrl_c_ends_the_first(paths: Paths, engine: FakeEngine) -> None:
    engine.replies["ask"] = lambda _: recorded.ASKED
    first = start_window(paths)
    wait_for(address(paths))
    second = start_window(paths, "--question", "第二个问题?")
    assert second.communicate(timeout=20) == ("", "")
    assert second.returncode == 0
    deadline = time.monotonic() + 10
    while not engine.asked("ask") and time.monotonic() < deadline:
        time.sleep(0.02)
    assert [request["question"] for request in engine.asked("ask")] == ["第二个问题?"]
    first.send_signal(signal.SIGINT)
    _, errors = first.communicate(timeout=10)
    assert (first.returncode, errors) == (0, "")


def test_socket_of_a_killed_window_does_not_keep_the_next_from_starting(paths: Paths, qtbot: QtBot) -> None:
    name = address(paths)
    os.makedirs(os.path.dirname(name), mode=0o700)
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(name)
    instance = SingleInstance(name)
    assert not instance.hand_over(StartRequest())
    assert instance.claim(StartRequest())
    assert os.stat(name).st_mode & 0o077 == 0
    instance.close()


def test_what_is_not_a_request_raises_the_window_and_no_more(paths: Paths, qtbot: QtBot) -> None:
    instance = SingleInstance(address(paths))
    assert instance.claim(StartRequest())
    for message in (b"\xff\xfe\n", b"[1,2]\n", json.dumps({"rm": "-rf"}).encode() + b"\n"):
        with socket.socket(socket.AF_UNIX) as other, qtbot.waitSignal(instance.raise_asked) as asked:
            other.connect(address(paths))
            other.sendall(message)
        assert asked.args == [StartRequest()]
    instance.close()


def test_wrong_setting_in_the_environment_is_one_sentence(paths: Paths) -> None:
    environ = os.environ | {"DOCENT_HOME": str(paths.data), "DOCENT_UI_THEME": "pink"}
    done = subprocess.run([sys.executable, "-m", "ui"], env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "pink" in done.stderr
    assert "Traceback" not in done.stderr


def test_home_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    environ = os.environ | {"DOCENT_HOME": str(tmp_path / "file")}
    done = subprocess.run([sys.executable, "-m", "ui"], env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert done.stderr.startswith("Docent cannot write into ")
    assert "Traceback" not in done.stderr


def test_input_methods_are_named_before_qt_starts() -> None:
    environ: dict[str, str] = {}
    app.prepare(environ)
    assert environ == {"QT_IM_MODULES": "wayland;fcitx;ibus"}
    environ = {"QT_IM_MODULES": "xim"}
    app.prepare(environ)
    assert environ == {"QT_IM_MODULES": "xim"}


def test_unforeseen_error_shows_a_report_that_can_be_copied(kit: Kit, qtbot: QtBot) -> None:
    crash = CrashReporter(kit)

    def fail() -> None:
        try:
            raise ZeroDivisionError("the question is not in the report")
        except ZeroDivisionError as error:
            crash.on_exception(type(error), error, error.__traceback__)

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    fail()
    qtbot.waitUntil(lambda: isinstance(getattr(crash, "_dialog", None), CrashDialog))
    dialog = crash._dialog
    dialog.copy.click()
    assert "ZeroDivisionError" in QGuiApplication.clipboard().text()
    assert "Docent 0" in QGuiApplication.clipboard().text()
    dialog.accept()
    assert not dialog.isVisible()


def test_watchdog_sees_a_block_and_names_the_place(qtbot: QtBot) -> None:
    watchdog = Watchdog()
    watchdog.start()

    def slow_slot() -> None:
        time.sleep(0.25)

    QTimer.singleShot(30, slow_slot)
    qtbot.waitUntil(lambda: bool(watchdog.blocks))
    qtbot.wait(60)
    watchdog.stop()
    assert len(watchdog.blocks) == 1
    assert "slow_slot" in watchdog.blocks[0].stack


def test_watchdog_is_quiet_while_the_window_rests(qtbot: QtBot) -> None:
    watchdog = Watchdog()
    watchdog.start()
    process = QProcess()
    process.start(sys.executable, ["-c", "pass"])
    qtbot.waitUntil(lambda: process.state() == QProcess.ProcessState.NotRunning, timeout=10_000)
    qtbot.wait(150)
    watchdog.stop()
    assert watchdog.blocks == []


@pytest.mark.skipif(sys.platform == "win32", reason="no signals to stop a process with")
def test_watchdog_does_not_blame_the_window_when_the_whole_program_stood_still(qtbot: QtBot) -> None:
    watchdog = Watchdog()
    watchdog.start()
    pause = f"kill -STOP {os.getpid()}; sleep 0.4; kill -CONT {os.getpid()}"
    process = subprocess.Popen(["sh", "-c", pause])
    qtbot.waitUntil(lambda: process.poll() is not None, timeout=10_000)
    qtbot.wait(150)
    watchdog.stop()
    assert watchdog.blocks == []
