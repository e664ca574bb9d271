from __future__ import annotations

from typing import Any

import fake_engine
import pytest
from PySide6.QtCore import QLocale
from recorded import Speak

from ui.engine_link import LinkState
from ui.status import Status
from ui.status_text import StatusText
from ui.words import Words

READING = {"phase": "reading", "total": 3600, "done": 1240, "eta_s": 130}
RECOGNISING = {"phase": "ocr", "ocr_pages_done": 3, "ocr_pages_left": 9, "eta_s": 40}
EMBEDDING = {"phase": "embedding", "chunks_total": 500, "chunks_embedded": 300, "eta_s": None}
PAUSED = {"rate": "paused", "slowed_by": "user", "paused": {"why": "user", "until": None}}
WAITS = {"rate": "paused", "slowed_by": "low_battery", "paused": {"why": "low_battery", "until": None}}
GONE = [{"path": "/media/usb", "files": 3, "state": "missing"}]
FULL = [{"code": "disk_full", "facts": {}}]

INDEX_LINES = [
    ({}, "good", "1,204 files · 1 could not be read", "1,204 个文件 · 1 个无法读取"),
    ({"states": {"indexed": 1204}}, "good", "1,204 files ready", "1,204 个文件已就绪"),
    ({"folders": []}, "warning", "No folder yet", "还没有文件夹"),
    ({"work": {"phase": "scanning"}}, "busy", "Looking for files…", "正在查看文件…"),
    ({"work": READING}, "busy", "Indexing 34%", "正在建立索引 34%"),
    ({"work": RECOGNISING}, "busy", "Reading text in pictures 25%", "正在识别图片中的文字 25%"),
    ({"work": EMBEDDING}, "busy", "Preparing search by meaning 60%", "正在准备语义搜索 60%"),
    ({"work": READING | PAUSED}, "warning", "Indexing paused", "索引已暂停"),
    ({"work": READING | WAITS}, "busy", "Indexing waits: the battery is low", "索引等待中：电量不足"),
    ({"work": PAUSED}, "warning", "Indexing paused", "索引已暂停"),
    ({"folders": GONE}, "warning", "1,204 files · 1 folder cannot be reached", "1,204 个文件 · 1 个文件夹无法访问"),
    ({"problems": FULL}, "warning", "1,204 files · 1 problem", "1,204 个文件 · 1 个问题"),
]


@pytest.mark.parametrize(("changes", "tone", "english", "chinese"), INDEX_LINES)
def test_line_of_the_index(changes: dict[str, Any], tone: str, english: str, chinese: str, speak: Speak) -> None:
    status = Status.from_json(fake_engine.status(**changes))
    for language, expected in (("en", english), ("zh_CN", chinese)):
        speak(language)
        assert texts(language).index(LinkState.READY, status) == (tone, expected)


def texts(language: str = "en") -> StatusText:
    return StatusText(Words(QLocale(language), fake_engine.time_of_tests, "/home/ana"))


def server(**changes: Any) -> list[dict[str, Any]]:
    plain = {"name": "ollama", "url": "http://127.0.0.1:11434", "state": "ready", "model": "qwen3:4b"}
    return [plain | changes]


@pytest.mark.parametrize(
    ("servers", "tone", "line"),
    [
        ([], "busy", "Looking for a model server…"),
        (server(), "good", "qwen3:4b"),
        (server(url="http://[::1]:1"), "good", "qwen3:4b"),
        (server(url="http://nas.local:11434"), "warning", "qwen3:4b on nas.local"),
        (server(state="no_models", model=""), "warning", "No model yet"),
        (server(state="unreachable"), "warning", "No model server"),
        (server(state="unreachable") + server(model="b"), "good", "b"),
    ],
)
def test_line_of_the_model_server(servers: list[dict[str, Any]], tone: str, line: str, speak: Speak) -> None:
    speak("en")
    status = Status.from_json(fake_engine.status(servers=servers))
    assert texts().server(status.server) == (tone, line)
    assert texts().server_details(status.server)


def test_remote_server_is_named_as_the_place_questions_go_to(speak: Speak) -> None:
    speak("en")
    status = Status.from_json(fake_engine.status(servers=server(url="http://nas.local:11434")))
    assert texts().server_details(status.server).endswith("are sent to nas.local.")


@pytest.mark.parametrize("state", [LinkState.CONNECTING, LinkState.LOST, LinkState.FAILED])
def test_without_an_engine_the_line_says_so(state: LinkState, speak: Speak) -> None:
    speak("en")
    assert texts().index(state, None)[1] in {
        "Starting…",
        "Engine lost, starting it again…",
        "The engine does not run",
    }


@pytest.mark.parametrize("value", [{}, {"folders": None, "work": None, "index": None, "servers": None, "states": None}])
def test_an_engine_that_says_less_breaks_nothing(value: dict[str, Any]) -> None:
    assert Status.from_json(value) == Status()


@pytest.mark.parametrize(
    ("changes", "english", "chinese"),
    [
        (READING, "1,240 of 3,600 files read · about 2 minutes left", "已读取 1,240 / 3,600 个文件 · 还需约 2 分钟"),
        (
            READING | {"slowed_by": "busy"},
            "1,240 of 3,600 files read · about 2 minutes left · slowly: other programs are busy",
            "已读取 1,240 / 3,600 个文件 · 还需约 2 分钟 · 放慢速度：其他程序正忙",
        ),
    ],
)
def test_details_of_the_work(changes: dict[str, Any], english: str, chinese: str, speak: Speak) -> None:
    work = Status.from_json(fake_engine.status(work=changes)).work
    for language, expected in (("en", english), ("zh_CN", chinese)):
        speak(language)
        assert texts(language).work_details(work) == expected


def test_a_folder_tells_how_far_its_files_are(speak: Speak) -> None:
    folder = {"path": "/文件", "files": 40, "state": "ok", "last_scan": "2026-11-12T10:03:00+08:00"}
    folder["states"] = {"pending": 3, "text_only": 12, "failed": 1, "indexed": 24}
    status = Status.from_json(fake_engine.status(folders=[folder]))
    speak("en")
    line = texts().folder_details(status.folders[0])
    assert line.startswith("40 files · 3 waiting · 12 without meaning yet · 1 could not be read · checked ")
    speak("zh_CN")
    line = texts("zh_CN").folder_details(status.folders[0])
    assert line.startswith("40 个文件 · 3 个等待读取 · 12 个尚不能按语义查找 · 1 个无法读取 · ")
