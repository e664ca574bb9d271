"""Files that attack their reader, read by real workers: each ends within its time and memory, with a state and a reason."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from indexer.config import ExtractLimits
from indexer.extract.pool import ExtractPool
from indexer.model import Extraction, FileState, Reason
from tests.indexer.extract import hostile_files
from tests.indexer.formats import writers

INDEXED, NO_TEXT, NAME_ONLY, FAILED = FileState.INDEXED, FileState.NO_TEXT, FileState.NAME_ONLY, FileState.FAILED
LIMITS = ExtractLimits()
ENGINE_BYTES = 400 << 20
"""What this process, in the engine's place, may grow by while it takes in what a hostile file gives."""

HONEST = {
    "four-gigabytes.docx": {(INDEXED, Reason.TOO_LARGE)},
    "one-word.docx": {(NAME_ONLY, Reason.TOO_LARGE)},
    "no-text.docx": {(FAILED, Reason.TIMEOUT), (NAME_ONLY, Reason.TOO_LARGE)},
    "attribute.docx": {(NAME_ONLY, Reason.TOO_LARGE)},
    "million-paragraphs.docx": {(INDEXED, Reason.TOO_LARGE), (INDEXED, Reason.TIMEOUT)},
    "many.zip": {(INDEXED, Reason.TOO_LARGE)},
    "bomb.tar.gz": {(INDEXED, Reason.TOO_LARGE)},
    "sixty-thousand.pdf": {(INDEXED, Reason.TOO_LARGE)},
    "tree-loop.pdf": {(INDEXED, Reason.TOO_LARGE), (FAILED, Reason.BROKEN), (INDEXED, Reason.NONE)},
    "for-ever.pdf": {(FAILED, Reason.CRASHED), (FAILED, Reason.TIMEOUT), (NO_TEXT, Reason.NONE)},
    "wide.csv": {(INDEXED, Reason.TOO_LARGE), (INDEXED, Reason.TIMEOUT)},
    "open-quote.csv": {(INDEXED, Reason.TOO_LARGE), (INDEXED, Reason.TIMEOUT)},
    "long-line.txt": {(INDEXED, Reason.TOO_LARGE)},
    "没有标点.txt": {(INDEXED, Reason.TOO_LARGE)},
    "dots.txt": {(INDEXED, Reason.TOO_LARGE), (INDEXED, Reason.TIMEOUT)},
    "sparse-5gb.pdf": {(NAME_ONLY, Reason.TOO_LARGE)},
    "sparse-5gb.zip": {(NAME_ONLY, Reason.TOO_LARGE), (NAME_ONLY, Reason.UNSUPPORTED), (FAILED, Reason.BROKEN)},
    "bomb.png": {
        (FAILED, Reason.BROKEN),
        (NAME_ONLY, Reason.TOO_LARGE),
        (NO_TEXT, Reason.NONE),
        (INDEXED, Reason.NONE),
    },
}
"""What may be said of the files of which something certain can be said; readers may learn to do better by the others."""
SLOW = {
    "four-gigabytes.docx", "no-text.docx", "attribute.docx", "million-paragraphs.docx", "bomb.pdf", "for-ever.pdf", "dots.txt",
    "open-quote.csv", "many.zip", "wide.csv", "lies.zip", "bomb.png", "many-parts.eml", "deep.json", "long-line.txt", "没有标点.txt",
}  # fmt: skip
TEXT_IN = {
    "deep.html": "深处 deep",
    "sparse.xlsx": "last 末",
    "merged.xlsx": "merged 合并",
    "cell.xlsx": "b1 文",
    "tricks.zip": "花招",
    "specials.tar": "陷阱",
    "endless-header.eml": "body 正文",
    "surrogates.txt": "文",
}


class Peak:
    """The most memory that any worker process held since it began (the kernel's own mark, looked at often)."""

    def __init__(self) -> None:
        self.bytes = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def _watch(self) -> None:
        while not self._over.wait(0.02):
            for worker in psutil.Process().children():
                with contextlib.suppress(OSError, IndexError):
                    status = Path(f"/proc/{worker.pid}/status").read_text()
                    self.bytes = max(self.bytes, int(status.split("VmHWM:")[1].split()[0]) << 10)

    def stop(self) -> None:
        self._over.set()
        self._thread.join()


@pytest.fixture(scope="module")
def pool() -> Iterator[ExtractPool]:
    with ExtractPool(1, LIMITS) as pool:
        yield pool


@pytest.fixture
def peak() -> Iterator[Peak]:
    peak = Peak()
    yield peak
    peak.stop()


def extract(pool: ExtractPool, path: Path) -> Extraction:
    return pool.submit(str(path), path.lstat().st_size).result(LIMITS.container_seconds + 30)


def all_text(extraction: Extraction) -> str:
    everything = [extraction, *(member.extraction for member in extraction.members)]
    return "\n".join(chunk.text for each in everything for chunk in each.chunks)


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.heavy if name in SLOW else ()) for name in hostile_files.BUILDERS]
)
def test_it_ends_within_its_limits_and_says_why(name: str, pool: ExtractPool, peak: Peak, tmp_path: Path) -> None:
    path = tmp_path / name
    hostile_files.BUILDERS[name](path)
    before = psutil.Process().memory_info().rss
    extraction = extract(pool, path)
    assert psutil.Process().memory_info().rss - before < ENGINE_BYTES
    assert peak.bytes <= LIMITS.memory_bytes
    assert (extraction.state, extraction.reason) in HONEST.get(name, {(extraction.state, extraction.reason)})
    assert extraction.state is not FAILED or extraction.reason is not Reason.NONE
    assert len(extraction.detail) <= 200
    assert TEXT_IN.get(name, "") in all_text(extraction)
    assert "haha" not in all_text(extraction)
    good = tmp_path / "good.txt"
    good.write_text("其他文件照常 others go on", encoding="utf-8")
    assert extract(pool, good).state is INDEXED


def test_every_file_of_the_tables_is_made() -> None:
    assert set(HONEST) | SLOW | set(TEXT_IN) <= set(hostile_files.BUILDERS)


def test_strange_names_are_names(pool: ExtractPool, tmp_path: Path) -> None:
    for path in hostile_files.write_strange_names(tmp_path):
        extraction = pool.submit(os.fsdecode(path), os.lstat(path).st_size).result(60)
        assert (extraction.state, extraction.reason) == (INDEXED, Reason.NONE), path


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has none of these")
def test_what_is_no_file_is_not_opened(pool: ExtractPool, tmp_path: Path) -> None:
    with hostile_files.special_files(tmp_path) as paths:
        for path in paths:
            extraction = pool.submit(str(path), 10).result(60)
            assert (extraction.state, extraction.reason) == (NAME_ONLY, Reason.UNSUPPORTED), path


def slow_words(path: Path, elements: int = 1_500_000) -> None:
    """A document that takes its reader a second before the text comes."""
    path.write_bytes(writers.word_of("<w:bookmarkStart/>" * elements + "<w:p><w:r><w:t>the end 终</w:t></w:r></w:p>"))


def wait_until_it_is_read(path: Path) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        for worker in psutil.Process().children():
            with contextlib.suppress(psutil.Error):
                if any(file.path == str(path) and file.position > 0 for file in worker.open_files()):
                    return
        time.sleep(0.005)
    raise AssertionError("no worker has the file open")


def grow(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"more and more" * 1_000)


def shrink(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 3)


def empty(path: Path) -> None:
    os.truncate(path, 0)


def replace(path: Path) -> None:
    new = path.with_name("new")
    new.write_text("another file by the same name")
    new.replace(path)


def replace_by_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def replace_by_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def replace_by_link(path: Path) -> None:
    path.unlink()
    path.symlink_to("/etc/passwd")


@pytest.mark.skipif(sys.platform != "linux", reason="descriptors are looked at in /proc")
@pytest.mark.parametrize(
    "change", [grow, shrink, empty, replace, replace_by_pipe, replace_by_folder, replace_by_link, Path.unlink]
)
def test_a_file_that_changes_while_it_is_read_is_not_believed(
    change: Callable[[Path], None], pool: ExtractPool, tmp_path: Path
) -> None:
    path = tmp_path / "changing.docx"
    slow_words(path)
    future = pool.submit(str(path), path.stat().st_size)
    wait_until_it_is_read(path)
    change(path)
    extraction = future.result(60)
    assert extraction.state is FAILED
    assert extraction.reason in {Reason.CHANGED, Reason.VANISHED}
    assert extraction.chunks == ()
