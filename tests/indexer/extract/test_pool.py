from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import CancelledError
from pathlib import Path

import psutil
import pytest

from indexer.config import ExtractLimits
from indexer.extract.pool import ExtractPool
from indexer.model import FileState, Reason
from tests.indexer.formats import writers

QUICK = ExtractLimits(seconds=1.5)


def workers() -> list[psutil.Process]:
    children = psutil.Process().children(recursive=True)
    return [child for child in children if "indexer.extract.worker" in " ".join(child.cmdline())]


def write(folder: Path, name: str, text: str) -> tuple[str, int]:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path), path.stat().st_size


def slow_document(folder: Path, elements: int = 1_500_000) -> tuple[str, int]:
    """A document that keeps its worker busy for a while without giving any text; six million elements take seconds."""
    path = folder / "slow.docx"
    path.write_bytes(writers.word_of("<w:bookmarkStart/>" * elements))
    return str(path), path.stat().st_size


def wait_for_busy_worker() -> psutil.Process:
    """The worker once it has the file open."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        for worker in workers():
            if any(file.path.endswith(".docx") for file in worker.open_files()):
                return worker
        time.sleep(0.02)
    raise AssertionError("no worker opened the file")


def test_pool_starts_lazily_and_leaves_nothing(tmp_path: Path) -> None:
    before = threading.active_count()
    with ExtractPool(2, ExtractLimits()) as pool:
        assert workers() == []
        path, size = write(tmp_path, "a.txt", "Hello 你好")
        assert pool.submit(path, size).result(30).state is FileState.INDEXED
        assert len(workers()) == 1
    assert workers() == []
    assert threading.active_count() == before


def test_extraction_carries_everything(tmp_path: Path) -> None:
    path, size = write(
        tmp_path, "a.md", "# Title 标题\n\nHello there.\n\n## Next\n\n第二节的内容。\n" + "More words. " * 400
    )
    with ExtractPool(1, ExtractLimits()) as pool:
        extraction = pool.submit(path, size).result(30)
    assert extraction.info.title == "Title 标题"
    assert extraction.content_hash == hashlib.blake2b(Path(path).read_bytes(), digest_size=16).digest()
    assert [chunk.heading for chunk in extraction.chunks[:2]] == ["Title 标题 › Next"] * 2
    assert extraction.chunks[0].anchor.line == 1
    assert "二节" in extraction.chunks[0].tokens
    assert {chunk.lang for chunk in extraction.chunks} <= {"zh", "xx"}
    assert extraction.truncated is False


def test_many_files_from_many_threads(tmp_path: Path) -> None:
    files = [write(tmp_path, f"{n}.txt", f"file number {n} 文件") for n in range(60)]
    with ExtractPool(2, ExtractLimits(files_per_worker=20)) as pool:
        futures = {}

        def submit(part: int) -> None:
            for number in range(part, 60, 3):
                futures[number] = pool.submit(*files[number])

        threads = [threading.Thread(target=submit, args=(part,)) for part in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for number, future in futures.items():
            assert future.result(30).chunks[0].text == f"file number {number} 文件"


def test_hanging_file_times_out_and_the_next_is_read(tmp_path: Path) -> None:
    with ExtractPool(1, QUICK) as pool:
        slow = pool.submit(*slow_document(tmp_path, 6_000_000))
        good = pool.submit(*write(tmp_path, "good.txt", "good"))
        extraction = slow.result(30)
        assert (extraction.state, extraction.reason) == (FileState.FAILED, Reason.TIMEOUT)
        assert good.result(30).state is FileState.INDEXED


def test_slow_document_is_cut_short_before_it_times_out(tmp_path: Path) -> None:
    path, size = write(tmp_path, "long.txt", "A sentence of some words. 一句话。\n" * 90_000)
    with ExtractPool(1, ExtractLimits(seconds=0.6)) as pool:
        pool.submit(*write(tmp_path, "warm.txt", "warm")).result(30)
        extraction = pool.submit(path, size).result(30)
    assert extraction.state is FileState.INDEXED
    assert extraction.reason is Reason.TIMEOUT
    assert extraction.truncated
    assert extraction.chunks


def test_worker_killed_from_outside_costs_nothing(tmp_path: Path) -> None:
    with ExtractPool(1, ExtractLimits(seconds=60, characters=1000)) as pool:
        future = pool.submit(*slow_document(tmp_path))
        wait_for_busy_worker().send_signal(signal.SIGKILL)
        assert future.result(60).reason is not Reason.CRASHED


def test_file_that_kills_every_worker_is_crashed_and_the_next_is_read(tmp_path: Path) -> None:
    program = tmp_path / "fragile.py"
    program.write_text(
        "import os, sys\n"
        "from indexer.extract import one_file, worker\n"
        "real = one_file.extract_file\n"
        "def fragile(path, *rest):\n"
        "    if 'poison' not in path:\n"
        "        return real(path, *rest)\n"
        "    real(path, *rest)\n"
        "    os.abort()\n"
        "one_file.extract_file = fragile\n"
        "sys.exit(worker.main())\n"
    )
    with ExtractPool(1, ExtractLimits(), (sys.executable, str(program))) as pool:
        poison = pool.submit(*write(tmp_path, "poison.txt", "read before the crash"))
        good = pool.submit(*write(tmp_path, "good.txt", "good"))
        extraction = poison.result(30)
        assert extraction.reason is Reason.CRASHED
        assert extraction.truncated
        assert extraction.chunks[0].text == "read before the crash"
        assert good.result(30).state is FileState.INDEXED


def test_worker_that_does_not_start_is_not_the_fault_of_the_file(tmp_path: Path) -> None:
    with ExtractPool(1, ExtractLimits(), (str(tmp_path / "no-such-program"),)) as pool:
        extraction = pool.submit(*write(tmp_path, "a.txt", "a")).result(30)
    assert (extraction.state, extraction.reason) == (FileState.FAILED, Reason.UNREADABLE)
    assert not extraction.fault


def test_worker_that_talks_nonsense_fails_the_file(tmp_path: Path) -> None:
    program = tmp_path / "nonsense.py"
    program.write_text(
        "import sys\nprint('{}', flush=True)\nfor line in sys.stdin: print('{\"done\": {}}', flush=True)\n"
    )
    with ExtractPool(1, ExtractLimits(), (sys.executable, str(program))) as pool:
        assert pool.submit(*write(tmp_path, "a.txt", "a")).result(30).reason is Reason.CRASHED


def test_too_much_memory_is_reported_and_the_next_file_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.eml"
    path.write_bytes(b"Message-ID: <1>\nMIME-Version: 1.0\nSubject: huge\n\n" + b"a long line of mail\n" * 10_000_000)
    with ExtractPool(1, ExtractLimits(memory_bytes=600 << 20)) as pool:
        extraction = pool.submit(str(path), path.stat().st_size).result(60)
        assert (extraction.state, extraction.reason) == (FileState.FAILED, Reason.OUT_OF_MEMORY)
        assert pool.submit(*write(tmp_path, "good.txt", "good")).result(30).state is FileState.INDEXED


def test_workers_are_replaced_after_their_share_of_files(tmp_path: Path) -> None:
    files = [write(tmp_path, f"{n}.txt", f"file {n}") for n in range(6)]
    seen = set()
    with ExtractPool(1, ExtractLimits(files_per_worker=2)) as pool:
        for file in files:
            assert pool.submit(*file).result(30).state is FileState.INDEXED
            seen.add(workers()[0].pid)
    assert len(seen) == 3


def test_close_cancels_what_waits_and_kills_what_runs(tmp_path: Path) -> None:
    pool = ExtractPool(1, ExtractLimits(seconds=60))
    running = pool.submit(*slow_document(tmp_path, 6_000_000))
    waiting = pool.submit(*write(tmp_path, "waiting.txt", "waiting"))
    wait_for_busy_worker()
    started = time.monotonic()
    pool.close()
    assert time.monotonic() - started < 2
    assert workers() == []
    for future in (running, waiting):
        with pytest.raises(CancelledError):
            future.result(1)
    with pytest.raises(RuntimeError):
        pool.submit(*write(tmp_path, "late.txt", "late"))
    pool.close()


def test_worker_dies_with_its_parent(tmp_path: Path) -> None:
    path, size = slow_document(tmp_path, 6_000_000)
    program = (
        "import sys, time\n"
        "from indexer.config import ExtractLimits\n"
        "from indexer.extract.pool import ExtractPool\n"
        "pool = ExtractPool(1, ExtractLimits())\n"
        f"pool.submit({path!r}, {size})\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program]) as parent:
        worker = wait_for_busy_worker()
        parent.kill()
    worker.wait(5)
    assert not worker.is_running()


@pytest.mark.skipif(sys.platform != "linux", reason="network namespaces are Linux's")
def test_worker_has_no_network_where_the_kernel_allows(tmp_path: Path) -> None:
    with ExtractPool(1, ExtractLimits()) as pool:
        pool.submit(*write(tmp_path, "a.txt", "a")).result(30)
        (worker,) = workers()
        interfaces = Path(f"/proc/{worker.pid}/net/dev").read_text().splitlines()[2:]
        ours = Path("/proc/net/dev").read_text().splitlines()[2:]
        if os.readlink(f"/proc/{worker.pid}/ns/net") == os.readlink("/proc/self/ns/net"):
            pytest.skip("this kernel gives no network namespace to such a process")
    assert len(interfaces) <= len(ours)
    assert all(line.split(":")[1].split()[0] == "0" for line in interfaces)
    assert [line.split(":")[0].strip() for line in interfaces] in (["lo"], [])


def test_file_that_changes_while_it_is_read_is_not_indexed(tmp_path: Path) -> None:
    with ExtractPool(1, ExtractLimits(seconds=60)) as pool:
        path, size = slow_document(tmp_path)
        future = pool.submit(path, size)
        wait_for_busy_worker()
        os.utime(path, ns=(1, 1))
        extraction = future.result(60)
    assert (extraction.state, extraction.reason, extraction.chunks) == (FileState.FAILED, Reason.CHANGED, ())


def test_text_has_a_limit_of_its_own(tmp_path: Path) -> None:
    for name in ("记录.log", "数据.json", "letter.eml"):
        (tmp_path / name).write_text("From: a@b\nSubject: x\nMessage-ID: <1>\nReceived: y\n\n" + "text " * 600)
    with ExtractPool(1, ExtractLimits(text_bytes=2_000)) as pool:
        read = {path.name: pool.submit(str(path), path.stat().st_size).result(60) for path in tmp_path.iterdir()}
    assert {name for name, extraction in read.items() if extraction.reason is Reason.TOO_LARGE} == {
        "记录.log",
        "数据.json",
    }
    assert read["记录.log"].state is FileState.NAME_ONLY
