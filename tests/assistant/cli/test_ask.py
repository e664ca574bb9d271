from __future__ import annotations

import subprocess

from assistant import errors
from assistant.protocol import Ask
from tests.assistant.cli.conftest import Docent, done, hit, until
from tests.fake_engine import FakeEngine

FILES = {"event": "files", "hits": [hit()], "understood": {"text": "x"}}
TOKENS = [{"event": "token", "text": "每月"}, {"event": "token", "text": "4200元"}]


def test_json_lines_are_the_events(docent: Docent, engine: FakeEngine) -> None:
    events = [FILES, {"event": "stage", "stage": "writing"}, {"event": "thinking", "text": "hm"}, *TOKENS, done()]
    engine.on("ask", events)
    result = docent("ask", "--json", "--", "租金多少？")
    assert result.json_lines == events
    assert result.err == ""


def test_the_question_and_its_options(docent: Docent, engine: FakeEngine) -> None:
    engine.on("ask", [done()])
    docent("ask", "--model", "gemma4", "--no-llm", "--chat", "租房", "How", "much?", DOCENT_NOW="2026-11-16")
    assert engine.requests("ask") == [
        Ask(question="How much?", model="gemma4", use_model=False, chat="租房", now="2026-11-16")
    ]


def test_files_answer_and_citations(docent: Docent, engine: FakeEngine) -> None:
    engine.on("ask", [FILES, *TOKENS, done()])
    result = docent("ask", "租金多少？")
    assert result.out.splitlines() == [
        "  租房合同.pdf · page 2 · /home/ly/合同/租房合同.pdf",
        "",
        "每月4200元 [1]",
        "",
        "[1] 租房合同.pdf · page 1 · /home/ly/合同/租房合同.pdf",
        "    租金为每月 人民币4200元",
    ]
    assert result.err == "qwen3:4b on ollama, 2.2 s\n"


def test_a_slow_start_of_the_model_is_told(docent: Docent, engine: FakeEngine) -> None:
    engine.on("ask", [{"event": "stage", "stage": "loading_model"}, done()])
    assert docent("ask", "x").err.startswith("The model is being loaded.\n")


def test_an_answer_without_a_model_says_where_it_comes_from(docent: Docent, engine: FakeEngine) -> None:
    error = {"code": "llm_unreachable", "message": "No model server answers.", "hint": "Start Ollama.", "facts": {}}
    engine.on("ask", [FILES, done(mode="extractive", model=None, server=None, error=error)])
    assert docent("ask", "x").err == "Quoted from your files, 2.2 s\nNo model server answers. Start Ollama.\n"


def test_not_in_the_files(docent: Docent, engine: FakeEngine) -> None:
    engine.on("ask", [done(found=False, answer="Your files do not say.", citations=[], hits=[])])
    result = docent("ask", "x")
    assert (result.code, result.out, result.err) == (1, "Your files do not say.\n", "")
    assert docent("ask", "x", "--json").code == 1


def test_what_a_model_writes_cannot_steer_the_terminal(docent: Docent, engine: FakeEngine) -> None:
    engine.on("ask", [done(answer="one\ntwo \x1b]0;owned\x07 [1]")])
    out = docent("ask", "x").out
    assert "one\ntwo \\x1b]0;owned\\x07 [1]" in out
    assert "\x1b" not in out


def test_control_c_cancels_the_answer(command: list[str], environ: dict[str, str], engine: FakeEngine) -> None:
    cancelled: list[bool] = []

    def answer(_request: object, reply: object) -> None:
        reply.event("token", text="每月")  # type: ignore[attr-defined]
        cancelled.append(reply.cancelled.wait(20))  # type: ignore[attr-defined]
        reply.error(errors.OutsideError("interrupted"))  # type: ignore[attr-defined]

    engine.on("ask", answer)
    with subprocess.Popen(
        [*command, "ask", "x"], env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        until(lambda: bool(engine.requests("ask")))
        process.send_signal(2)
        assert process.stderr is not None
        assert process.stderr.read().startswith(b"docent: Stopped.\n")
    assert process.returncode == 3
    until(lambda: cancelled == [True])
