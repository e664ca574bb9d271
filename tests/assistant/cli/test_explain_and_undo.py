from __future__ import annotations

import os
import pty
import subprocess
from pathlib import Path
from typing import Any

import pytest

from assistant.explanation import explanation
from assistant.protocol import Explain, Folders
from tests.assistant.cli.conftest import Docent, status
from tests.fake_engine import FakeEngine

REMOVED = {"folders": [], "removed": [{"path": "/data/旧", "until": "2026-11-16T09:10:00+08:00"}]}


def explained(code: str, facts: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """An object as the protocol has it."""
    return {
        "path": "/data/文档/租房合同.pdf",
        "on_disk": "file",
        "folder": "/data/文档",
        "verdict": explanation(code, facts),
        "left_out": None,
        "file": None,
        "below": None,
        "query": None,
    } | fields


FILE = {
    "state": "indexed", "reason": "", "detail": "", "kind": "pdf", "size": 182233, "modified": "2026-11-12T10:03:00+08:00",
    "container": None, "title": "租赁\x1b[2J合同", "author": "王芳", "created": None, "languages": ["zh"], "chunks": 12, "embedded": 10,
    "anchors": [{"page": 1}, {"page": 2}], "truncated": True, "read": "2026-11-12T10:04:00+08:00", "members": 0, "tries": 1, "pages_owed": 3,
}  # fmt: skip


def test_a_path_reaches_the_engine_in_full(docent: Docent, engine: FakeEngine, tmp_path: Path) -> None:
    engine.on("explain", explained("state_indexed", {}, file=FILE))
    name = os.fsdecode(b"caf\xe9.txt")
    result = docent(
        "explain", f"合同/../{name}", "--query", "上周的 合同", "--json", DOCENT_NOW="2026-11-16T09:00:00+08:00"
    )
    assert engine.requests("explain") == [Explain(f"{tmp_path}/{name}", "上周的 合同", "2026-11-16T09:00:00+08:00")]
    assert result.json == explained("state_indexed", {}, file=FILE)


def test_one_page_for_a_file(docent: Docent, engine: FakeEngine) -> None:
    query = {"meets_conditions": True, "rank": 3, "stages": {"name": 1, "text": None, "meaning": 7}}
    engine.on("explain", explained("state_text_only", {}, file=FILE, query=query))
    out = docent("explain", "x").out
    for part in (
        "It is found by its name and its text; its meaning follows.",
        "pdf, 178 KB",
        "12, 2 of them without meaning yet",
        "page 1, page 2",
        "2026-11-12T10:04:00+08:00, its beginning only",
        "3. in the answer (name 1., meaning 7.)",
        "租赁\\x1b[2J合同",
        "pages to read",
    ):
        assert part in out
    assert "files inside" not in out


def test_a_rule_and_what_to_do(docent: Docent, engine: FakeEngine) -> None:
    facts = {"left_out": "/data/文档/.git", "by": ".git", "name": ".git"}
    engine.on("explain", explained("rule_versions", facts))
    lines = docent("explain", "x").out.splitlines()
    assert lines[1] == "/data/文档/.git belongs to a version control system."


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"meets_conditions": False, "rank": None, "stages": {}}, "does not meet the query's conditions"),
        ({"meets_conditions": True, "rank": None, "stages": {"name": None}}, "found by        nothing\n"),
        (
            {"meets_conditions": True, "rank": None, "stages": {"text": 90}},
            "words 90. – but not in the answer to all of it",
        ),
        ({"meets_conditions": None, "rank": None, "stages": {}}, "found by        nothing\n"),
    ],
)
def test_why_a_query_does_not_find_it(docent: Docent, engine: FakeEngine, query: dict[str, Any], said: str) -> None:
    engine.on("explain", explained("state_indexed", {}, query=query))
    assert said in docent("explain", "x").out


def test_an_empty_path_is_wrong_use(docent: Docent, engine: FakeEngine) -> None:
    assert docent("explain", "").code == 2
    assert docent("explain").code == 2


class TestRemoval:
    def test_a_script_is_not_asked_and_hears_how_to_undo(
        self, docent: Docent, engine: FakeEngine, tmp_path: Path
    ) -> None:
        engine.on("folders", REMOVED)
        result = docent("folders", "remove", "旧")
        assert engine.requests("folders") == [Folders(remove=[f"{tmp_path}/旧"])]
        assert "Removed: /data/旧. Until 09:10 this brings it back: docent folders undo" in result.err

    @pytest.mark.parametrize(
        ("answer", "removed"), [("y\n", True), ("是\n", True), ("n\n", False), ("\n", False), ("\x04", False)]
    )
    def test_a_person_is_asked(
        self, command: list[str], environ: dict[str, str], engine: FakeEngine, answer: str, removed: bool
    ) -> None:
        engine.on("folders", REMOVED)
        own, terminal = pty.openpty()
        with subprocess.Popen(
            [*command, "folders", "remove", "旧"], env=environ, stdin=terminal, stderr=subprocess.PIPE
        ) as process:
            os.close(terminal)
            assert process.stderr is not None
            assert b"Your files stay where they are. [y/N]" in process.stderr.readline()
            os.write(own, answer.encode())
            rest = process.stderr.read()
        os.close(own)
        assert process.returncode == (0 if removed else 1)
        assert bool(engine.requests("folders")) is removed
        assert (b"Nothing was removed." in rest) is not removed

    @pytest.mark.parametrize("option", ["--yes", "--json"])
    def test_a_person_can_say_so_at_once(
        self, command: list[str], environ: dict[str, str], engine: FakeEngine, option: str
    ) -> None:
        engine.on("folders", REMOVED)
        own, terminal = pty.openpty()
        done = subprocess.run(
            [*command, "folders", "remove", "旧", option], env=environ, stdin=terminal, check=False, timeout=60
        )
        os.close(own)
        os.close(terminal)
        assert done.returncode == 0
        assert engine.requests("folders")

    @pytest.mark.parametrize(
        "words",
        [("remove", "--yes", "旧"), ("remove", "旧", "--yes"), ("--json", "remove", "旧"), ("remove", "--json", "旧")],
    )
    def test_options_stand_anywhere(
        self, docent: Docent, engine: FakeEngine, tmp_path: Path, words: tuple[str, ...]
    ) -> None:
        engine.on("folders", REMOVED)
        result = docent("folders", *words)
        assert result.code == 0
        assert engine.requests("folders") == [Folders(remove=[f"{tmp_path}/旧"])]
        assert ("--json" in words) is result.out.startswith("{")

    @pytest.mark.parametrize("words", [("remove",), ("add",), ("list", "旧"), ("forget", "旧"), ("旧",)])
    def test_wrong_use(self, docent: Docent, engine: FakeEngine, words: tuple[str, ...]) -> None:
        assert docent("folders", *words).code == 2
        assert engine.requests("folders") == []

    def test_undo(self, docent: Docent, engine: FakeEngine, tmp_path: Path) -> None:
        engine.on("folders", {"folders": [], "removed": []})
        docent("folders", "undo")
        docent("folders", "undo", "旧")
        assert engine.requests("folders") == [Folders(undo=[""]), Folders(undo=[f"{tmp_path}/旧"])]


def test_status_counts_what_rules_left_out(docent: Docent, engine: FakeEngine) -> None:
    engine.on("status", status(left_out={"temporary": 2, "hidden": 12}))
    assert "left out  12 hidden, 2 temporary" in docent("status").out
