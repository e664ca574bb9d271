from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from assistant import errors
from assistant.protocol import Find, Request
from tests.assistant.cli.conftest import Docent, found, hit, until
from tests.fake_engine import FakeEngine, Reply


def test_json_is_the_contracts_object(docent: Docent, engine: FakeEngine) -> None:
    answer = found(hit())
    engine.on("find", answer)
    result = docent("find", "租房合同", "--json", "--limit", "3")
    assert result.json == answer
    assert "租房合同" in result.out, "text stays readable"
    assert engine.requests("find") == [Find(query="租房合同", limit=3, patience_ms=5_000)]


def test_nothing_found_in_json_is_an_empty_list(docent: Docent, engine: FakeEngine) -> None:
    engine.on("find", found())
    engine.on("folders", {"folders": []})
    result = docent("find", "没有", "--json")
    assert (result.code, result.json["hits"], result.err) == (1, [], "")


def test_words_make_one_query(docent: Docent, engine: FakeEngine) -> None:
    engine.on("find", found(hit()))
    docent("find", "上周改的", "租房合同", "ＰＤＦ", "--stages", "name,text")
    assert engine.requests("find")[0].query == "上周改的 租房合同 ＰＤＦ"
    assert engine.requests("find")[0].stages == ["name", "text"]


def test_the_given_time_is_passed_on(docent: Docent, engine: FakeEngine) -> None:
    engine.on("find", found(hit()))
    docent("find", "x", DOCENT_NOW="2026-11-16T09:00:00+08:00")
    assert engine.requests("find")[0].now == "2026-11-16T09:00:00+08:00"
    result = docent("find", "x", DOCENT_NOW="last tuesday")
    assert result.code == 2
    assert "DOCENT_NOW" in result.err


def test_a_hit_on_three_lines(docent: Docent, engine: FakeEngine) -> None:
    engine.on(
        "find",
        found(
            hit(), hit(anchor={"sheet": "预算", "row": 4}), hit(container="/x/all.zip", path="/x/all.zip", name="a.txt")
        ),
    )
    lines = docent("find", "x").out.splitlines()
    assert lines[:3] == [
        " 1. 租房合同.pdf · page 2",
        "    /home/ly/合同/租房合同.pdf · 178 KB · 2026-11-12",
        "    甲方将位于苏州的住房出租给乙方",
    ]
    assert lines[3] == " 2. 租房合同.pdf · sheet 预算, row 4"
    assert lines[7].startswith("    /x/all.zip › a.txt")


def test_more_than_is_shown_is_said_on_stderr(docent: Docent, engine: FakeEngine) -> None:
    engine.on("find", found(hit()) | {"total": 31})
    assert docent("find", "x", "--limit", "1").err == "and 30 more: --limit 31\n"


NASTY = os.fsdecode(b"/data/caf\xe9\n\x1b[2J.txt")


def test_a_nasty_name_is_harmless_and_survives_json(docent: Docent, engine: FakeEngine) -> None:
    engine.on("find", found(hit(NASTY, snippet="red \x1b[31m\u202etxt", highlights=[[0, 3]])))
    shown = docent("find", "x").out
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert r"caf\xe9\n\x1b[2J.txt" in shown
    result = docent("find", "x", "--json")
    assert result.out.isascii(), "one line of ASCII escapes"
    assert result.json["hits"][0]["path"] == NASTY


def test_many_queries_from_standard_input(docent: Docent, engine: FakeEngine) -> None:
    def answer(request: Request, reply: Reply) -> None:
        assert isinstance(request, Find)
        if request.query == "坏":
            reply.error(errors.InternalError("internal", detail="x"))
        else:
            reply.event("result", **found(hit(), query=request.query))

    engine.on("find", answer)
    result = docent("find", "--stdin", "--json", text="租房合同\n\n坏\n發票\r\n".encode() + b"bad \xff byte")
    assert [line["query"] for line in result.json_lines] == ["租房合同", "坏", "發票", "bad � byte"]
    assert result.json_lines[1]["error"]["code"] == "internal"
    assert result.code == 4, "the worst of all"


def test_a_lost_engine_ends_many_queries(docent: Docent, engine: FakeEngine) -> None:
    engine.on("find", lambda _request, reply: reply.drop())
    result = docent("find", "--stdin", "--json", text=b"a\nb\n")
    assert result.code == 3
    assert [line["error"]["code"] for line in result.json_lines] == ["engine_lost"]


def test_each_answer_is_flushed_before_the_next_query(
    command: list[str], environ: dict[str, str], engine: FakeEngine
) -> None:
    engine.on("find", found(hit()))
    with subprocess.Popen(
        [*command, "find", "--stdin", "--json"], env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for query in ("合同", "發票"):
            process.stdin.write(query.encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["total"] == 1
        process.stdin.close()
    assert process.returncode == 0


def test_a_reader_that_leaves_is_no_failure(command: list[str], environ: dict[str, str], engine: FakeEngine) -> None:
    engine.on("find", found(*[hit(snippet="字" * 4000)] * 60))
    with subprocess.Popen(
        [*command, "find", "x", "--limit", "60"], env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("args", [[], ["--json"]])
def test_output_on_a_full_disk(
    command: list[str], environ: dict[str, str], engine: FakeEngine, args: list[str]
) -> None:
    engine.on("find", found(hit()))
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [*command, "find", "x", *args], env=environ, stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 3
    assert (
        done.stderr
        == b"docent: The output could not be written: No space left on device.\nFree some space, or send it somewhere else.\n"
    )


def test_output_that_is_not_utf8(docent: Docent, engine: FakeEngine) -> None:
    engine.on("find", found(hit()))
    assert r"\u79df" in docent("find", "x", PYTHONIOENCODING="ascii").out
    assert docent("find", "x", "--json", PYTHONIOENCODING="latin-1").json["hits"][0]["name"] == "租房合同.pdf"


def test_control_c_stops_with_a_sentence(command: list[str], environ: dict[str, str], engine: FakeEngine) -> None:
    cancelled: list[bool] = []
    engine.on("find", lambda _request, reply: cancelled.append(reply.cancelled.wait(20)))
    with subprocess.Popen([*command, "find", "x"], env=environ, stderr=subprocess.PIPE) as process:
        until(lambda: bool(engine.requests("find")))
        process.send_signal(2)
        assert process.stderr is not None
        assert process.stderr.read().startswith(b"docent: Stopped.\n")
    assert process.returncode == 3
    until(lambda: cancelled == [True])


def test_finding_imports_nothing_heavy(environ: dict[str, str], engine: FakeEngine) -> None:
    engine.on("find", found(hit()))
    program = "import sys; from assistant.cli.__main__ import main; main(['find', 'x']); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], env=environ, capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in done.stdout.splitlines()[-1].split()}
    heavy = {
        "rich",
        "numpy",
        "psutil",
        "httpx",
        "ollama",
        "apsw",
        "qdrant_client",
        "torch",
        "onnxruntime",
        "PySide6",
        "indexer",
        "asyncio",
        "ctypes",
    }
    assert loaded & heavy == set()
