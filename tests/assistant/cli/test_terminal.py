"""On a terminal: bold, streaming, a progress bar. Each command runs on a pseudo-terminal of its own."""

from __future__ import annotations

import contextlib
import os
import pty
import struct
import subprocess
import termios
from collections.abc import Callable
from fcntl import ioctl

import pytest

from tests.assistant.cli.conftest import done, found, hit, status
from tests.assistant.cli.screen import Screen
from tests.fake_engine import FakeEngine

COLUMNS, LINES = 40, 12
OnTerminal = Callable[..., str]


@pytest.fixture
def on_terminal(command: list[str], environ: dict[str, str]) -> OnTerminal:
    """Run a command on a terminal of 40 columns and return all that it printed there."""

    def run(*args: str, **variables: str) -> str:
        leader, follower = pty.openpty()
        ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        env = environ | {"TERM": "xterm-256color"} | variables
        for name in ("NO_COLOR", "COLUMNS", "LINES"):
            if name not in variables:
                env.pop(name, None)
        with subprocess.Popen([*command, *args], env=env, stdin=follower, stdout=follower, stderr=follower):
            os.close(follower)
            printed = b""
            with contextlib.suppress(OSError):
                while piece := os.read(leader, 65536):
                    printed += piece
        os.close(leader)
        return printed.decode()

    return run


def test_highlights_are_bold_on_a_terminal_only(on_terminal: OnTerminal, engine: FakeEngine) -> None:
    engine.on("find", found(hit()))
    printed = on_terminal("find", "x")
    assert "甲方将位\x1b[1m于苏\x1b[0m州" in printed
    assert "\x1b[1m租房合同.pdf\x1b[0m" in printed


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_no_style_where_none_is_wanted(on_terminal: OnTerminal, engine: FakeEngine, variables: dict[str, str]) -> None:
    engine.on("find", found(hit()))
    assert "\x1b" not in on_terminal("find", "x", **variables)


@pytest.mark.parametrize(
    "tokens",
    [
        ["每月", "4200", "元"],
        ["a line that is much longer than the forty columns of this terminal"],
        ["one\n", "two\n", "three 合同合同合同合同合同合同合同合同合同合同合同合同合同合同"],
        [],
    ],
)
def test_the_checked_answer_takes_the_place_of_the_streamed_one(
    on_terminal: OnTerminal,
    engine: FakeEngine,
    tokens: list[str],
) -> None:
    events = [{"event": "token", "text": token} for token in tokens]
    engine.on("ask", [{"event": "files", "hits": [hit()]}, *events, done(answer="每月4200元 [1]")])
    lines = Screen(COLUMNS, LINES).feed(on_terminal("ask", "x")).lines()
    assert lines[0].startswith("  租房合同.pdf · page 2")
    assert lines[3:5] == ["每月4200元 [1]", ""], lines
    assert lines[5].startswith("[1] 租房合同.pdf")


def test_an_answer_that_only_goes_on_is_not_printed_twice(on_terminal: OnTerminal, engine: FakeEngine) -> None:
    engine.on("ask", [{"event": "token", "text": "每月4200元"}, done(answer="每月4200元 [1]")])
    assert on_terminal("ask", "x").count("每月4200元") == 1


def test_a_bar_while_waiting(on_terminal: OnTerminal, engine: FakeEngine) -> None:
    work = status()["work"] | {"phase": "reading", "total": 40, "done": 10, "current": "租房\x1b[2J.pdf"}
    events = [{"event": "progress", "work": work}, {"event": "result", "folders": [{"path": "/x"}]}]
    engine.on("index", events)
    engine.on("status", status())
    printed = on_terminal("index", ".", "--wait", COLUMNS="100")
    assert "reading" in printed
    assert "10/40" in printed
    assert "\x1b[2J" not in printed
    assert Screen(100, LINES).feed(printed).lines()[0] == "Up to date: 36 indexed, 2 by name only."


def test_tables_are_aligned_by_columns(on_terminal: OnTerminal, engine: FakeEngine) -> None:
    folders = [{"path": path, "files": 1, "state": "ok"} for path in ("/data/合同", "/data/abcdef")]
    engine.on("folders", {"folders": folders})
    assert on_terminal("folders").splitlines() == ["/data/合同    1 file", "/data/abcdef  1 file"]
