"""The commands against a scripted engine that speaks the real protocol on the real socket."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from assistant.paths import Paths
from tests.fake_engine import FakeEngine

REPOSITORY = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def json_lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


Docent = Callable[..., Result]


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    kept = {
        key: value for key, value in os.environ.items() if not key.startswith(("DOCENT_", "WAYLAND", "QT_", "DISPLAY"))
    }
    return kept | {"DOCENT_HOME": str(tmp_path / "home"), "PYTHONPATH": str(REPOSITORY)}


@pytest.fixture
def paths(environ: dict[str, str]) -> Paths:
    return Paths.from_environment(environ)


@pytest.fixture
def engine(paths: Paths) -> Iterator[FakeEngine]:
    with FakeEngine(paths) as engine:
        yield engine


@pytest.fixture
def command() -> list[str]:
    return [sys.executable, "-m", "assistant.cli"]


@pytest.fixture
def docent(command: list[str], environ: dict[str, str], tmp_path: Path) -> Docent:
    """Run a command line to its end. Bytes that are not UTF-8 show as surrogates."""

    def run(*args: str, text: bytes = b"", **variables: str) -> Result:
        done = subprocess.run(
            [*command, *args],
            env=environ | variables,
            cwd=tmp_path,
            input=text,
            capture_output=True,
            timeout=60,
            check=False,
        )
        return Result(
            done.returncode, *(part.decode("utf-8", "surrogateescape") for part in (done.stdout, done.stderr))
        )

    return run


def until(true: Callable[[], bool]) -> None:
    """Wait until something is so; ten seconds at most."""
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def hit(path: str = "/home/ly/合同/租房合同.pdf", **fields: Any) -> dict[str, Any]:
    """A hit as the contract has it."""
    return {
        "path": path,
        "name": os.path.basename(path),
        "score": 0.93,
        "matched": ["name", "text"],
        "snippet": "甲方将位于苏州的住房出租给乙方",
        "highlights": [[4, 2]],
        "anchor": {"page": 2},
        "kind": "pdf",
        "size": 182233,
        "modified": "2026-11-12T10:03:00+08:00",
        "container": None,
    } | fields


def found(*hits: dict[str, Any], query: str = "租房合同") -> dict[str, Any]:
    """The result of a search."""
    return {
        "query": query,
        "understood": {"text": query},
        "total": len(hits),
        "hits": list(hits),
        "stages": ["name"],
        "took_ms": 1.5,
    }


def status(**fields: Any) -> dict[str, Any]:
    """A status object as the protocol has it."""
    return {
        "engine": {"version": "0.1.0", "pid": 0x7FFFFFF0, "uptime_s": 61.0, "rss_bytes": 90 << 20},
        "folders": [{"path": "/data/文档", "files": 12, "state": "ok", "last_scan": None}],
        "states": {"indexed": 36, "name_only": 2, "failed": 0},
        "work": {
            "phase": "idle",
            "total": 0,
            "done": 0,
            "failed": 0,
            "chunks_total": 0,
            "chunks_embedded": 0,
            "current": "",
            "eta_s": None,
        },
        "index": {"files": 38, "members": 57, "chunks": 412, "bytes": 5 << 20},
        "meaning": {"state": "idle", "model": "multilingual-e5-small", "why": ""},
        "servers": [
            {
                "name": "ollama",
                "url": "http://127.0.0.1:11434",
                "state": "ready",
                "model": "qwen3:4b",
                "models": ["qwen3:4b", "gemma4"],
            }
        ],
        "problems": [],
    } | fields


def done(**fields: Any) -> dict[str, Any]:
    """The last event of an answer."""
    return {
        "event": "done",
        "mode": "llm",
        "answer": "每月4200元 [1]",
        "found": True,
        "hits": [hit()],
        "model": "qwen3:4b",
        "server": "ollama",
        "citations": [
            {
                "n": 1,
                "path": "/home/ly/合同/租房合同.pdf",
                "name": "租房合同.pdf",
                "anchor": {"page": 1},
                "quote": "租金为每月\n人民币4200元",
            }
        ],
        "context": {"used_tokens": 1840, "limit_tokens": 8192, "chunks": 6},
        "took_ms": 2210.0,
        "first_token_ms": 640.0,
    } | fields
