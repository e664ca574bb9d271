"""What a reader can do that an attacker has taken over: nothing but read the one file in hand."""

from __future__ import annotations

import json
import os
import socket
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from indexer.config import ExtractLimits
from indexer.extract import landlock, seccomp
from indexer.extract.child import measures_in_force
from indexer.extract.confine import MEASURES
from indexer.extract.pool import ExtractPool

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the kernel's own measures are Linux's")
HOSTILE_READER = Path(__file__).with_name("hostile_reader.py")


def measures_here() -> set[str]:
    return set(measures_in_force())


@dataclass
class Tried:
    """What the hostile reader reported."""

    outcomes: dict[str, str]
    secret: Path
    folder: Path
    called: bool

    @property
    def done(self) -> set[str]:
        return {name for name, outcome in self.outcomes.items() if outcome == "DONE"}


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> Tried:
    if not {"files", "calls"} <= measures_here():
        pytest.skip("this kernel has no Landlock or no seccomp")
    home = tmp_path_factory.mktemp("home")
    secret = home / ".ssh" / "x"
    secret.parent.mkdir()
    secret.write_text("the key")
    secret.chmod(0o600)
    document = home / "文件.txt"
    document.write_text("the document 正文", encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        orders = home / "orders.json"
        orders.write_text(
            json.dumps(
                {
                    "secret": str(secret),
                    "folder": str(home),
                    "document": str(document),
                    "port": server.getsockname()[1],
                }
            )
        )
        with ExtractPool(1, ExtractLimits(), (sys.executable, str(HOSTILE_READER), str(orders))) as pool:
            extraction = pool.submit(str(document), document.stat().st_size).result(60)
            assert pool.submit(str(document), document.stat().st_size).result(60).chunks, "the worker goes on"
        try:
            server.accept()
            called = True
        except BlockingIOError:
            called = False
    lines = "\n".join(chunk.text for chunk in extraction.chunks).splitlines()
    outcomes = dict(line.split(": ", 1) for line in lines if ": " in line)
    return Tried(outcomes, secret, home, called)


def test_its_own_file_is_all_that_a_reader_can_read(tried: Tried) -> None:
    assert tried.outcomes["its own file"] == "the document 正文"
    assert len(tried.outcomes) > 50


def test_every_attempt_is_refused(tried: Tried) -> None:
    assert tried.done == set()


def test_nothing_happened(tried: Tried) -> None:
    assert sorted(path.name for path in tried.folder.iterdir()) == [".ssh", "orders.json", "文件.txt"]
    assert tried.secret.read_text() == "the key"
    assert stat.S_IMODE(tried.secret.stat().st_mode) == 0o600
    assert not tried.called
    assert not [child for child in psutil.Process().children() if "hostile" in " ".join(child.cmdline())]


def test_a_worker_tells_what_is_in_force() -> None:
    here = measures_here()
    assert here <= set(MEASURES)
    assert "limits" in here


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_filter_answers_each_call_as_meant(machine: str) -> None:
    """Runs the program as the kernel does: there is no other way to see the one for the other machine."""
    program = list(seccomp.instructions(machine, pid=77))
    assert len(program) < 4096, "the kernel takes no longer ones"
    calls = seccomp.refused(machine)
    assert all(_run(program, machine, number) == "EPERM" for number in calls.values())
    special = {"x86_64": (0, 257, 56, 62, 157, 302), "aarch64": (63, 56, 220, 129, 167, 261)}[machine]
    read, openat, clone, kill, prctl, prlimit = special
    assert _run(program, machine, read) == "allowed"
    assert _run(program, machine, openat, 0, 0, os.O_RDONLY | os.O_CLOEXEC) == "allowed"
    for flags in (os.O_WRONLY, os.O_RDWR, os.O_RDONLY | os.O_CREAT, os.O_RDONLY | os.O_TRUNC):
        assert _run(program, machine, openat, 0, 0, flags) == "EACCES"
    assert _run(program, machine, clone, 0x3D0F00) == "allowed", "what pthread_create asks for"
    assert _run(program, machine, clone, 17) == "EPERM", "fork"
    assert _run(program, machine, kill, 77) == "allowed"
    assert _run(program, machine, kill, 1) == "EPERM"
    assert _run(program, machine, prctl, 15) == "allowed"
    assert _run(program, machine, prctl, 1) == "EPERM"
    assert _run(program, machine, prlimit, 0) == "allowed"
    assert _run(program, machine, prlimit, 4242) == "EPERM"
    assert _run(program, machine, 435) == _run(program, machine, 437) == _run(program, machine, 999) == "ENOSYS"
    assert _run(program, machine, 0x4000_0000 + 41) == "ENOSYS", "the other numbers of 64-bit machines"
    assert _run(program, "i386", 1) == "killed"


_ANSWERS = {0x7FFF0000: "allowed", 0x80000000: "killed", 0x50001: "EPERM", 0x5000D: "EACCES", 0x50026: "ENOSYS"}
_MACHINE_WORDS = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7, "i386": 0x40000003}


def _run(program: list[seccomp.Instruction], machine: str, number: int, *arguments: int) -> str:
    data = {0: number, 4: _MACHINE_WORDS[machine], **{16 + 8 * n: value for n, value in enumerate(arguments)}}
    at, accumulator = 0, 0
    while True:
        code, if_true, if_false, value = program[at]
        at += 1
        if code == 0x20:
            accumulator = data.get(value, 0)
        elif code == 0x06:
            return _ANSWERS[value]
        else:
            met = {0x15: accumulator == value, 0x25: accumulator > value, 0x45: accumulator & value != 0}[code]
            at += if_true if met else if_false


def test_landlock_is_left_alone_where_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """The call itself is asked, not a version of the system."""

    class OldKernel:
        @staticmethod
        def syscall(*_: object) -> int:
            return -1

    monkeypatch.setattr(landlock.ctypes, "CDLL", lambda _: OldKernel())
    assert landlock.restrict_to(["/usr"]) is False
