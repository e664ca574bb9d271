"""Every command's exit codes, and that a failure is one sentence and one next step."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant import errors
from tests.assistant.cli.conftest import Docent, done, found, hit, status
from tests.fake_engine import Answer, FakeEngine

_FOLDERS = {"folders": [{"path": "/data/文档", "files": 12, "state": "ok", "last_scan": None}]}
_PROGRESS = {"event": "progress", "work": status()["work"] | {"phase": "reading", "total": 3, "done": 1}}
_ENDED = [_PROGRESS, {"event": "result", **_FOLDERS}]
_UNREACHABLE = [{"name": "ollama", "url": "http://127.0.0.1:9", "state": "unreachable", "model": "", "models": []}]

_PAUSED = {"work": status()["work"] | {"paused": {"why": "user", "until": "2026-11-22T15:20:00+08:00"}}}

CASES: list[tuple[list[str], dict[str, Answer], int, str]] = [
    (["find", "租房合同"], {"find": found(hit())}, 0, ""),
    (["find", "没有的"], {"find": found(), "folders": _FOLDERS}, 1, "nothing_found"),
    (["find", "没有的"], {"find": found(), "folders": {"folders": []}}, 1, "nothing_indexed"),
    (["find"], {}, 2, "bad_usage"),
    (["find", "  "], {}, 2, "bad_usage"),
    (["find", "x", "--stdin"], {}, 2, "bad_usage"),
    (["find", "x", "--limit", "0"], {}, 2, "bad_usage"),
    (["find", "x", "--js"], {}, 2, "bad_usage"),
    (["find", "x"], {"find": errors.UsageError("bad_request", detail="x")}, 2, "bad_request"),
    (["find", "x"], {"find": errors.OutsideError("disk_full")}, 3, "disk_full"),
    (["find", "x"], {"find": lambda _request, reply: reply.drop()}, 3, "engine_lost"),
    (["find", "x"], {"find": errors.InternalError("internal", detail="x")}, 4, "internal"),
    (["find", "x"], {"find": {"hits": 3}}, 4, "internal"),
    (["ask", "租金多少？"], {"ask": [done()]}, 0, ""),
    (["ask", "--", "-x?"], {"ask": [done()]}, 0, ""),
    (["ask", "x"], {"ask": [done(found=False, answer="", citations=[])]}, 1, "not_answered"),
    (["ask", ""], {}, 2, "bad_usage"),
    (["ask"], {}, 2, "bad_usage"),
    (["ask", "x"], {"ask": errors.ServerError("llm_unreachable", url="http://x")}, 3, "llm_unreachable"),
    (["index", "."], {"index": _FOLDERS}, 0, ""),
    (["index", ".", "--wait"], {"index": _ENDED, "status": status()}, 0, ""),
    (["index"], {"index": {"folders": []}}, 2, "nothing_indexed"),
    (["index", ""], {}, 2, "bad_usage"),
    (["index", "/missing"], {"index": errors.OutsideError("folder_missing", path="/missing")}, 3, "folder_missing"),
    (["folders"], {"folders": _FOLDERS}, 0, ""),
    (["folders", "list"], {"folders": {"folders": []}}, 0, ""),
    (["folders", "add", "."], {"index": _FOLDERS}, 0, ""),
    (["folders", "remove", "."], {"folders": {"folders": []}}, 0, ""),
    (["folders", "remove"], {}, 2, "bad_usage"),
    (["folders", "list", "x"], {}, 2, "bad_usage"),
    (["folders", "remove", "x"], {"folders": errors.UsageError("folder_unknown", path="x")}, 2, "folder_unknown"),
    (["pause"], {"pause": _PAUSED}, 0, ""),
    (["pause", "30m", "--json"], {"pause": _PAUSED}, 0, ""),
    (["pause", "until-resumed"], {"pause": _PAUSED}, 0, ""),
    (["pause", "０时"], {}, 2, "bad_usage"),
    (["pause", "31d"], {}, 2, "bad_usage"),
    (["pause", "0h"], {}, 2, "bad_usage"),
    (["resume"], {"resume": _PAUSED}, 0, ""),
    (["index", "--wait"], {"index": errors.OutsideError("index_paused")}, 3, "index_paused"),
    (["status"], {"status": status()}, 0, ""),
    (["models"], {"status": status()}, 0, ""),
    (["models", "list"], {"status": status(servers=_UNREACHABLE)}, 3, "llm_unreachable"),
    (["models", "fly"], {}, 2, "bad_usage"),
    (["engine"], {"status": status()}, 0, ""),
    (["engine", "start"], {"status": status()}, 0, ""),
    (["engine", "stop"], {"status": status(), "shutdown": lambda _request, reply: _leave(reply)}, 0, ""),
    (["settings"], {}, 0, ""),
    (["settings", "--json"], {}, 0, ""),
    (["bogus"], {}, 2, "bad_usage"),
]


def _leave(reply: object) -> None:
    reply.event("result")  # type: ignore[attr-defined]
    reply.drop()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("args", "answers", "code", "error"), CASES, ids=[f"{' '.join(case[0])}-{case[2]}" for case in CASES]
)
def test_exit_code_and_sentence(
    docent: Docent, engine: FakeEngine, args: list[str], answers: dict[str, Answer], code: int, error: str
) -> None:
    for op, answer in answers.items():
        engine.on(op, answer)
    result = docent(*args)
    assert result.code == code
    assert "Traceback" not in result.err
    if error:
        sentence, _ = errors.MESSAGES[error]
        assert result.err.startswith("docent: " + sentence.split("{")[0])
        assert len(result.err.splitlines()) == 2, "one sentence and one next step"


@pytest.mark.parametrize("args", [["find", "x"], ["ask", "x"], ["status"], ["folders"], ["index", "."], ["models"]])
def test_json_errors_are_objects_on_stdout(docent: Docent, engine: FakeEngine, args: list[str]) -> None:
    engine.on("status", errors.OutsideError("disk_full", free_text="1 GB", needed_text="2 GB"))
    for op in ("find", "ask", "folders", "index"):
        engine.on(op, errors.OutsideError("disk_full", free_text="1 GB", needed_text="2 GB"))
    result = docent(*args, "--json")
    assert result.code == 3
    assert result.json["error"]["code"] == "disk_full"
    assert result.json["error"]["message"] == "The disk that holds the index is nearly full (1 GB free)."
    assert result.json["error"]["hint"] == "Free at least 2 GB; Docent goes on by itself."


def test_wrong_use_with_json_is_an_object_too(docent: Docent) -> None:
    result = docent("find", "--limit", "many", "x", "--json")
    assert (result.code, result.json["error"]["code"]) == (2, "bad_usage")


def test_a_json_after_the_dashes_is_part_of_the_question(docent: Docent, engine: FakeEngine) -> None:
    engine.on("ask", errors.OutsideError("disk_full"))
    assert docent("ask", "--", "what", "is", "--json").out == ""
    assert engine.requests("ask")[0].question == "what is --json"


def test_debug_shows_the_traceback(docent: Docent, engine: FakeEngine) -> None:
    engine.on("find", {"nonsense": 1})
    assert "KeyError" in docent("find", "x", "--debug").err
    assert "Traceback" in docent("--debug", "find", "x").err


def test_without_a_display_the_window_explains_the_commands(docent: Docent) -> None:
    result = docent()
    assert result.code == 2
    assert (
        result.err
        == "docent: There is no display to open a window on.\nUse the commands: docent find, docent ask, docent index.\n"
    )


def test_a_home_that_cannot_be_written_is_outside(docent: Docent, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    result = docent("find", "x", DOCENT_HOME=str(blocked))
    assert result.code == 3
    assert result.err.startswith(f"docent: Docent cannot write into {blocked}: Not a directory.\n")


def test_no_engine_runs(docent: Docent) -> None:
    assert docent("engine", "status").out == "The engine is not running; it starts when it is needed.\n"
    assert docent("engine", "stop", "--json").json == {"running": False}
