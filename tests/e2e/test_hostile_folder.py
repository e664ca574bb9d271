"""Every hostile file in one folder beside good ones, through the real program."""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self

import apsw
import psutil
import pytest

from indexer.config import ExtractLimits
from tests.e2e.conftest import Docent, wait_until
from tests.indexer.extract import hostile_files

ENGINE_BYTES = 700 << 20
GOOD = {
    "lease.txt": "The monthly rent of the lighthouse is 1,234 dollars.",
    "灯塔.md": "# 灯塔\n\n灯塔的月租金是一千二百三十四元。",
    "big5.txt": "燈塔的鑰匙在鄰居那裡。",
}


def write_good_files(folder: Path) -> None:
    for name, text in GOOD.items():
        (folder / name).write_text(text, encoding="big5" if name.startswith("big5") else "utf-8")


class Watch:
    """The most memory that the engine and any of its workers held, by the kernel's own marks."""

    def __init__(self, engine: psutil.Process) -> None:
        self.engine_bytes = 0
        self.worker_bytes: dict[str, int] = {}
        self._engine = engine
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def _watch(self) -> None:
        while not self._over.wait(0.05):
            with contextlib.suppress(psutil.Error, OSError):
                self.engine_bytes = max(self.engine_bytes, _high_water(self._engine))
                for child in self._engine.children():
                    kind = next((word for word in child.cmdline() if word.startswith("indexer.")), "?")
                    self.worker_bytes[kind] = max(self.worker_bytes.get(kind, 0), _high_water(child))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._over.set()
        self._thread.join()


def _high_water(process: psutil.Process) -> int:
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) << 10 if "VmHWM:" in status else 0


def rows(docent: Docent, sql: str) -> list[tuple]:
    with apsw.Connection(str(docent.home / "index" / "catalog.db"), flags=apsw.SQLITE_OPEN_READONLY) as db:
        return db.execute(sql).fetchall()


def states(docent: Docent) -> dict[str, tuple[str, str]]:
    found = rows(docent, "select name, state, reason from file where container is null")
    return {os.fsdecode(name): (state, reason) for name, state, reason in found}


def assert_good_files_are_found(docent: Docent) -> None:
    assert docent.find("rent of the lighthouse")["hits"][0]["name"] == "lease.txt"
    assert docent.find("灯塔的月租金")["hits"][0]["name"] == "灯塔.md"
    assert docent.find("鑰匙 鄰居")["hits"][0]["name"] == "big5.txt"


@pytest.mark.heavy
@pytest.mark.timeout(1800)
def test_a_folder_of_hostile_files(make_docent: Callable[..., Docent], tmp_path: Path) -> None:
    folder = tmp_path / "敌意 hostile"
    folder.mkdir()
    hostile_files.write_all(folder)
    strange = [os.fsdecode(os.path.basename(path)) for path in hostile_files.write_strange_names(folder)]
    names = [name for name in strange if not name.startswith(".")]  # the other one is hidden
    write_good_files(folder)
    docent = make_docent(OCR_ENABLED="false", MEANING_ENABLED="false")  # tens of thousands of passages of nonsense
    engine = docent.engine()
    with hostile_files.special_files(folder) as special, Watch(engine) as watch:
        began = time.monotonic()
        docent.run("index", "--wait", str(folder), timeout=1500)
        took = time.monotonic() - began
        found = states(docent)
        tries = dict(rows(docent, "select cast(name as text), tries from attempt join file on file.id = attempt.file"))
        print(f"\n{len(found)} files in {took:.0f} s; engine {watch.engine_bytes >> 20} MB;", watch.worker_bytes, tries)
        assert engine.is_running(), "the engine came through"
        assert docent.engine().pid == engine.pid
        assert watch.engine_bytes < ENGINE_BYTES
        assert watch.worker_bytes["indexer.extract.worker"] <= ExtractLimits().memory_bytes
        assert set(hostile_files.BUILDERS) | set(names) | set(GOOD) == set(found)
        assert not {path.name for path in special} & set(found)
        assert all(reason for state, reason in found.values() if state == "failed")
        assert not [name for name, (state, _) in found.items() if state in {"pending", "skipped"}]
        assert {found[name] for name in names} == {("text_only", "")}
        assert set(tries.values()) <= {2}
        assert_good_files_are_found(docent)
        assert found["four-gigabytes.docx"] in {("text_only", "too_large"), ("text_only", "timeout")}
        docent.stop()
        opened = {name: os.stat(folder / name).st_atime_ns for name in tries}
        docent.run("index", "--wait", str(folder), timeout=300)
        assert opened == {name: os.stat(folder / name).st_atime_ns for name in tries}, (
            "what was set aside is left alone"
        )
        assert states(docent) == found
    for path in docent.home.rglob("*"):
        assert path.name not in {"escaped.txt", "absolute.txt", "drive.txt", "b.txt"}
    assert not (folder.parent / "escaped.txt").exists()


@contextlib.contextmanager
def restless(folder: Path) -> Iterator[None]:
    """Files that grow, shrink, are replaced, come and go, and turn into folders and back, as fast as they can."""
    over = threading.Event()

    def keep_changing() -> None:
        step = 0
        while not over.wait(0.003):
            step += 1
            _change(folder, step)

    threads = [threading.Thread(target=keep_changing) for _ in range(2)]
    for thread in threads:
        thread.start()
    yield
    over.set()
    for thread in threads:
        thread.join()


def _change(folder: Path, step: int) -> None:
    with contextlib.suppress(OSError):
        with (folder / "growing.txt").open("a") as file:
            file.write(f"line {step}\n")
        (folder / "shrinking.txt").write_text("x" * (5_000 - step % 5_000))
        draft = folder / f"draft{threading.get_ident()}.tmp"
        draft.write_text(f"saved {step} times")
        draft.replace(folder / "saved.txt")
        (folder / f"comes{step % 7}.txt").write_text("here for a moment")
        (folder / f"comes{(step + 3) % 7}.txt").unlink(missing_ok=True)
        shifting = folder / "shifting.txt"
        if shifting.is_dir():
            shutil.rmtree(shifting)
            shifting.write_text("a file again")
        else:
            shifting.unlink(missing_ok=True)
            shifting.mkdir()
            (shifting / "inner.txt").write_text("in a folder that was a file")


def test_a_folder_that_does_not_hold_still(docent: Docent, tmp_path: Path) -> None:
    folder = tmp_path / "文件"
    folder.mkdir()
    write_good_files(folder)
    with restless(folder):
        for _ in range(4):
            docent.run("index", str(folder))
            wait_until(lambda: docent.json("status")["states"].get("indexed", 0) >= len(GOOD))
        assert_good_files_are_found(docent)
    shutil.rmtree(folder / "shifting.txt") if (folder / "shifting.txt").is_dir() else None
    (folder / "shifting.txt").write_text("a file in the end, about narwhals")
    docent.run("index", "--wait", str(folder))
    on_disk = {path.name for path in folder.rglob("*") if path.is_file() and path.suffix != ".tmp"}
    # The last of the storm may be heard of after the wait, and is read on its own.
    wait_until(lambda: {state for state, _ in states(docent).values()} <= {"indexed", "no_text"})
    assert set(states(docent)) == on_disk
    assert docent.find("narwhals")["hits"][0]["name"] == "shifting.txt"
    assert (
        "saved"
        in dict(rows(docent, "select cast(name as text), text from chunk join file on file.id = file"))["saved.txt"]
    )
