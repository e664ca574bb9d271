from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from assistant import doctor
from assistant.cli.window import has_display
from assistant.paths import Paths
from assistant.protocol import Folders, Index
from indexer.errors import UnreadableDocument
from indexer.extract.child import ChildNotStarted
from indexer.model import Reason
from tests.assistant.cli.conftest import Docent, found, status, until
from tests.fake_engine import FakeEngine

FOLDERS = {"folders": [{"path": "/data/文档", "files": 12, "state": "ok", "last_scan": None}]}


def test_folders_reach_the_engine_as_absolute_paths(docent: Docent, engine: FakeEngine, tmp_path: Path) -> None:
    engine.on("index", FOLDERS)
    name = os.fsdecode(b"caf\xe9")
    result = docent("index", "合同/../文档", name)
    assert engine.requests("index") == [Index(folders=[f"{tmp_path}/文档", f"{tmp_path}/{name}"], wait=False)]
    assert result.out == "Indexing in the background; see how far it is with: docent status\n"


def test_waiting_tells_how_far_it_is_on_stderr(docent: Docent, engine: FakeEngine) -> None:
    reading = status()["work"] | {"phase": "reading", "total": 40, "done": 10, "failed": 1, "eta_s": 150}
    embedding = status()["work"] | {"phase": "embedding", "chunks_total": 400, "chunks_embedded": 100}
    pictures = status()["work"] | {"phase": "ocr", "ocr_pages_done": 3, "ocr_pages_left": 9}
    events = [{"event": "progress", "work": work} for work in (reading, reading, embedding, pictures)]
    engine.on("index", [*events, {"event": "result", **FOLDERS}])
    engine.on("status", status())
    result = docent("index", ".", "--wait")
    assert result.err.splitlines() == [
        "reading 10 of 40 files, 1 failed, about 2 min left",
        "embedding 100 of 400 passages",
        "recognising text 3 of 12 pages",
    ]
    assert result.out == "Up to date: 36 indexed, 2 by name only.\n"
    waiting = status()["work"] | {"ocr_pages_left": 3, "ocr_waits_for": "power"}
    engine.on("status", status() | {"work": waiting})
    result = docent("index", ".", "--wait")
    assert result.out.endswith("2 by name only, 3 pages with text in pictures wait for mains power.\n")
    result = docent("index", ".", "--wait", "--json")
    assert result.json == FOLDERS | {"states": status()["states"], "index": status()["index"]}


def test_control_c_stops_the_waiting_only(command: list[str], environ: dict[str, str], engine: FakeEngine) -> None:
    engine.on("index", lambda _request, reply: reply.cancelled.wait(20))
    with subprocess.Popen([*command, "index", ".", "--wait"], env=environ, stderr=subprocess.PIPE) as process:
        until(lambda: bool(engine.requests("index")))
        process.send_signal(2)
        assert process.stderr is not None
        assert process.stderr.read().startswith(b"docent: Stopped waiting; indexing goes on in the background.\n")
    assert process.returncode == 3
    assert engine.requests("shutdown") == []


def test_removing_a_folder(docent: Docent, engine: FakeEngine, tmp_path: Path) -> None:
    engine.on("folders", FOLDERS)
    result = docent("folders", "remove", "旧", "--json")
    assert engine.requests("folders") == [Folders(remove=[f"{tmp_path}/旧"])]
    assert result.json == FOLDERS


@pytest.mark.parametrize(
    ("bringing", "says"),
    [
        ({"stage": "waiting", "done": 0, "total": 0}, "starting, waiting for the model"),
        ({"stage": "downloading", "done": 3 << 20, "total": 0}, "starting, downloading the model (3.0 MB)"),
        (
            {"stage": "downloading", "done": 3 << 20, "total": 118 << 20},
            "starting, downloading the model (3.0 MB of 118 MB)",
        ),
    ],
)
def test_status_tells_how_far_the_model_is(
    docent: Docent, engine: FakeEngine, bringing: dict[str, Any], says: str
) -> None:
    engine.on("status", status() | {"meaning": {"state": "starting", "model": "", "why": "", "bringing": bringing}})
    assert f" {says}\n" in docent("status").out


def test_status_on_one_page(docent: Docent, engine: FakeEngine) -> None:
    problem = {"code": "disk_full", "message": "The disk is nearly full.", "hint": "Free 2 GB.", "facts": {}}
    engine.on("status", status(problems=[problem], folders=[{"path": "/x", "files": 1, "state": "missing"}]))
    out = docent("status").out
    for part in (
        "/x  1 file  not there now",
        "36 indexed, 2 by name only; inside archives and messages 57 more",
        "412 passages, 5.0 MB",
        "ready, starts when needed, multilingual-e5-small",
        "ollama at http://127.0.0.1:11434, ready, answers with qwen3:4b",
        "version 0.1.0, up 61 s, 90 MB of memory",
        "The disk is nearly full.\n  Free 2 GB.",
    ):
        assert part in out
    assert docent("status", "--json").json["problems"] == [problem]
    assert engine.requests("status")[0].probe


def test_models_of_the_servers(docent: Docent, engine: FakeEngine) -> None:
    engine.on("status", status())
    assert docent("models").out.splitlines()[1:] == ["  *  qwen3:4b", "     gemma4"]
    assert docent("models", "--json").json == {"servers": status()["servers"]}


class TestDoctor:
    def test_all_is_well(self, docent: Docent, engine: FakeEngine) -> None:
        engine.on("status", status())
        engine.on("find", found() | {"stages": ["meaning"]})
        result = docent("doctor", "--json")
        checks = {check["name"]: check for check in result.json["checks"]}
        assert (result.code, result.json["ok"]) == (0, True)
        assert {
            "python",
            "settings",
            "home",
            "space",
            "reading",
            "engine",
            "index",
            "meaning",
            "server",
        } <= checks.keys()
        assert checks["meaning"]["message"] == "Search by meaning works, with multilingual-e5-small."

    def test_everything_that_is_wrong_has_a_next_step(self, docent: Docent, engine: FakeEngine) -> None:
        problem = {
            "code": "catalog_corrupt",
            "message": "The index was damaged.",
            "hint": "It is being rebuilt.",
            "facts": {},
        }
        server = {"name": "ollama", "url": "http://127.0.0.1:9", "state": "unreachable", "model": "", "models": []}
        meaning = {"state": "failed", "model": "multilingual-e5-small", "why": "offline"}
        folder = {"path": "/gone", "files": 3, "state": "missing"}
        engine.on("status", status(problems=[problem], servers=[server], meaning=meaning, folders=[folder]))
        engine.on("find", found())
        result = docent("doctor", "--json", DOCENT_INDEX_WORKERS="99")
        bad = {check["name"]: check for check in result.json["checks"] if check["state"] != "ok"}
        assert (result.code, result.json["ok"]) == (3, False)
        assert {"settings", "index", "folders", "meaning", "server"} <= bad.keys()
        assert all(check["hint"] for check in bad.values())
        assert "offline" in bad["meaning"]["message"]
        lines = docent("doctor").out
        assert "PROBLEM  meaning" in lines
        assert "Start Ollama (ollama serve)" in lines

    def test_no_engine(self, docent: Docent, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        result = docent("doctor", "--json", DOCENT_HOME=str(tmp_path / "file"))
        states = {check["name"]: check["state"] for check in result.json["checks"]}
        assert (result.code, states["home"], states["engine"]) == (3, "problem", "problem")

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("[llm\n", "cannot be read"),
            ("[llm]\nmodel = 合同\n", "cannot be read"),
            ("[index]\nworkers = 99\n", "index.workers cannot be 99"),
        ],
    )
    def test_a_broken_settings_file_is_named_and_left_alone(self, tmp_path: Path, text: str, said: str) -> None:
        file = tmp_path / "settings.toml"
        file.write_text(text, encoding="utf-8")
        check = doctor.check_settings(file, {})
        assert (check.state, bool(check.hint)) == ("problem", True)
        assert said in check.message
        assert file.read_text(encoding="utf-8") == text

    def test_few_watches(self, tmp_path: Path) -> None:
        limit = tmp_path / "limit"
        limit.write_text("8192\n")
        check = doctor.check_watches(limit)
        assert (check.state, check.hint) == ("warning", "Raise it: sudo sysctl fs.inotify.max_user_watches=524288")
        limit.write_text("1048576\n")
        assert doctor.check_watches(limit).state == "ok"
        assert doctor.check_watches(tmp_path / "none").state == "warning"

    def test_what_readers_of_documents_may_still_do(self) -> None:
        assert doctor.check_reading().state in {"ok", "warning"}
        weak = doctor.check_reading(lambda: ("limits",))
        assert (weak.state, bool(weak.hint)) == (("warning", True) if sys.platform == "linux" else ("ok", False))
        assert "refused to them: nothing" in weak.message

    def test_no_reader_of_documents_can_be_started(self) -> None:
        def none() -> tuple[str, ...]:
            raise ChildNotStarted("no more processes")

        check = doctor.check_reading(none)
        assert (check.state, bool(check.hint)) == ("problem", True)
        assert "no more processes" in check.message

    def test_whether_text_in_pictures_can_be_read(self, tmp_path: Path) -> None:
        def none() -> None:
            raise ChildNotStarted("no models")

        file = tmp_path / "settings.toml"
        assert doctor.check_pictures(file, {}).state == "ok"
        weak = doctor.check_pictures(file, {}, none)
        assert (weak.state, bool(weak.hint), "no models" in weak.message) == ("warning", True, True)
        off = doctor.check_pictures(file, {"DOCENT_OCR_ENABLED": "off"}, none)
        assert (off.state, "ocr.enabled is off" in off.message) == ("ok", True)

    def test_which_archives_can_be_opened(self) -> None:
        def missing() -> None:
            raise UnreadableDocument(Reason.UNSUPPORTED)

        assert doctor.check_archives().state == "ok"
        check = doctor.check_archives(missing)
        assert (check.state, bool(check.hint)) == ("warning", True)
        assert "zip" in check.message

    def test_missing_libraries_name_their_packages(self) -> None:
        check = doctor.check_window({"libm.so.6": "libc6", "libno-such-thing.so.1": "libno-such-thing1"})
        assert check.state == "warning"
        assert check.hint == "Install them: sudo apt-get install libno-such-thing1"
        assert doctor.check_window({"libm.so.6": "libc6"}).state == "ok"

    def test_a_home_that_does_not_exist_yet_is_made(self, paths: Paths) -> None:
        assert doctor.check_home(paths).state == "ok"
        assert paths.data.stat().st_mode & 0o077 == 0

    def test_little_space(self, paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(doctor, "FREE_BYTES_NEEDED", 1 << 60)
        check = doctor.check_space(paths)
        assert (check.state, bool(check.hint)) == ("problem", True)


def test_settings_with_their_values(docent: Docent, paths: Paths) -> None:
    paths.config.mkdir(parents=True)
    paths.settings_file.write_text(
        '[llm]\nmodel = "通义 \x1b[1m"\nnonsense = 1\n[index]\nworkers = 99\n'.replace("\x1b", "\\u001b"),
        encoding="utf-8",
    )
    result = docent("settings", DOCENT_UI_THEME="dark")
    assert "ui.theme = 'dark'  (default: 'system')" in result.out
    assert "Appearance (system, light, dark). Environment: DOCENT_UI_THEME" in result.out
    assert "llm.model = '通义 \\x1b[1m'" in result.out
    assert "index.workers = 2\n" in result.out
    assert "index.workers cannot be 99" in result.err
    listed = docent("settings", "--json").json["settings"]
    assert {"key": "ui.theme", "value": "system", "default": "system", "title": "Appearance"} in listed


@pytest.mark.parametrize(
    ("environ", "platform", "shown"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ""}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({"QT_QPA_PLATFORM": "offscreen"}, "linux", True),
        ({}, "darwin", True),
        ({}, "win32", True),
    ],
)
def test_where_a_window_can_be_shown(environ: dict[str, str], platform: str, shown: bool) -> None:
    assert has_display(environ, platform) is shown
