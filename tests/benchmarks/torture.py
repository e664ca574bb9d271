"""Mutates a tree without mercy and measures after each step how long the index takes to be the disk, exactly.

    python tests/benchmarks/torture.py [--seconds 180] [--burst 10000] [--seed N] [--keep]

Real files, real events, real extraction; no model. Exactly means: the same paths, sizes and times, nothing
waiting, and the passages of every file are its text. All the while a thread asks for names and texts that are
or were there; a hit that is not on the disk, and not marked as offline, is a failure. As root a volume is
unmounted and mounted, and the kernel's queue of events is made small so that it overflows.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import apsw

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from indexer.catalog.folders import FolderTree
from tests.benchmarks.mutated_tree import Tree
from tests.indexer.watch.followed import Followed

_QUEUE = Path("/proc/sys/fs/inotify/max_queued_events")
_SMALL_QUEUE = 2_000


@dataclass
class Step:
    name: str
    operations: int
    to_names: float
    seconds: float
    files: int

    @classmethod
    def head(cls) -> str:
        return f"{'step':38} {'operations':>10} {'files':>7} {'s to names':>10} {'s to truth':>10}"

    def line(self) -> str:
        return f"{self.name:38} {self.operations:10} {self.files:7} {self.to_names:10.2f} {self.seconds:10.2f}"


@dataclass
class Report:
    steps: list[Step] = field(default_factory=list)
    asked: int = 0
    answered: int = 0
    gone: list[str] = field(default_factory=list)
    to_name: list[float] = field(default_factory=list)
    to_text: list[float] = field(default_factory=list)

    def table(self) -> str:
        lines = [Step.head(), *(step.line() for step in self.steps)]
        worst = max(step.seconds for step in self.steps)
        median = statistics.median(step.seconds for step in self.steps)
        names = statistics.median(step.to_names for step in self.steps)
        lines.append(
            f"{len(self.steps)} steps: median {names:.2f} s to names, {median:.2f} s to truth, worst {worst:.2f} s"
        )
        if self.to_text:
            lines.append(
                f"one save: found by name after {statistics.median(self.to_name):.2f} s,"
                f" by text after {statistics.median(self.to_text):.2f} s (medians of {len(self.to_text)})"
            )
        lines.append(f"{self.asked} questions asked meanwhile, {self.answered} hits, {len(self.gone)} of gone files")
        return "\n".join(lines)


def truth(folder: Path) -> dict[str, tuple[int, int, str]]:
    """Size, time and text of each file that belongs into the index."""
    found = {}
    for base, _, names in os.walk(folder):
        for name in names:
            if not name.startswith((".", "~$")) and not name.casefold().endswith(".part"):
                path = os.path.join(base, name)
                seen = os.lstat(path)
                found[path] = (seen.st_size, seen.st_mtime_ns, Path(path).read_text(encoding="utf-8"))
    return found


def indexed(catalog: Path, folder: Path) -> dict[str, tuple[int, int, str]]:
    """The same as the catalogue has it; a file that still waits has no time."""
    with apsw.Connection(str(catalog), flags=apsw.SQLITE_OPEN_READONLY) as db, db:
        paths = dict(FolderTree(db).all_paths())
        texts: dict[int, list[str]] = {}
        for file_id, text in db.execute("select file, text from chunk order by file, number"):
            texts.setdefault(file_id, []).append(text)
        files = db.execute("select id, folder, name, size, mtime_ns, state from file").fetchall()
    found = {}
    for file_id, parent, name, size, mtime_ns, state in files:
        path = os.path.join(paths[parent], os.fsdecode(name))
        if path.startswith(f"{folder}/"):
            time_ns = 0 if state == "pending" else mtime_ns
            found[path] = (size, time_ns, "\n".join(texts.get(file_id, [])))
    return found


def differences(disk: dict[str, tuple[int, int, str]], index: dict[str, tuple[int, int, str]]) -> list[str]:
    wrong = [f"lacks {path}" for path in disk.keys() - index.keys()]
    wrong += [f"still has {path}" for path in index.keys() - disk.keys()]
    for path in disk.keys() & index.keys():
        size, time_ns, text = disk[path]
        words = set(text.split())
        known_size, known_time, known_text = index[path]
        if (size, time_ns) != (known_size, known_time):
            wrong.append(f"has {path} as it was ({known_size}, {known_time}), not ({size}, {time_ns})")
        elif words - set(known_text.split()):
            wrong.append(f"has another text of {path}")
    return wrong


class Torture:
    """One run. `volume` is a folder on which a file system is mounted, or None."""

    def __init__(self, work: Path, seed: int, log: Callable[[str], None]) -> None:
        self.dice = random.Random(seed)
        self.report = Report()
        self.log = log
        self.root = work / "files"
        self.root.mkdir()
        self.tree = Tree(self.root, self.dice)
        self.image = work / "image"
        self.index = Followed(work / "home")
        self._over = threading.Event()
        self._asker = threading.Thread(target=self._ask)

    def start(self) -> None:
        self.tree.make_tree(12)
        self.index.add(self.root)
        self._asker.start()
        self.wait("first look")

    def stop(self) -> None:
        self._over.set()
        self._asker.join()
        self.index.stop()

    def wait(self, name: str, folder: Path | None = None, seconds: float = 300) -> None:
        folder = folder or self.root
        began = time.monotonic()
        operations, self.tree.operations = self.tree.operations, 0
        disk, to_names = truth(folder), None
        while True:
            index = indexed(self.index.pipeline.catalog_file, folder)
            if to_names is None and disk.keys() == index.keys():
                to_names = time.monotonic() - began
            wrong = differences(disk, index)
            if not wrong:
                break
            if time.monotonic() - began > seconds:
                raise AssertionError(f"{name}: after {seconds} s the index {wrong[:5]} and {len(wrong)} in all")
            time.sleep(0.05 + len(disk) / 50_000)
        step = Step(name, operations, to_names or 0.0, time.monotonic() - began, len(disk))
        self.report.steps.append(step)
        self.log(step.line())

    def random_steps(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for kind in self.dice.sample(self.tree.kinds, len(self.tree.kinds)):
                kind(self.dice.randrange(1, 12))
                self.wait(kind.__name__.replace("_", " "))
            for _ in range(60):
                self.dice.choice(self.tree.kinds)(self.dice.randrange(1, 6))
            self.wait("all kinds at once")

    def saves(self, count: int) -> None:
        """Time from one save until the file is found by its name and by its text."""
        for number in range(count):
            word, name = f"zq{self.dice.getrandbits(40):x}", f"save{self.dice.getrandbits(30):x}"
            began = time.monotonic()
            (self.root / f"{name}.txt").write_text(f"{number} {word}")
            self.index.until(lambda name=name: self.index.find(name))
            self.report.to_name.append(time.monotonic() - began)
            self.index.until(lambda word=word: self.index.find(word))
            self.report.to_text.append(time.monotonic() - began)
        self.wait(f"{count} single saves")

    def burst(self, count: int) -> None:
        for number in range(count):
            place = self.root / "burst" / str(number % 50)
            place.mkdir(parents=True, exist_ok=True)
            with self.tree.changing():
                (place / self.tree.name()).write_text(self.tree.text(), encoding="utf-8")
        self.wait(f"burst of {count} files")
        with self.tree.changing():
            (self.root / "burst").rename(self.root / "爆發")
        self.wait(f"rename of that tree of {count}")
        with self.tree.changing():
            shutil.rmtree(self.root / "爆發")
        self.wait(f"deletion of that tree of {count}")

    def kill_reader(self) -> None:
        self.index.watcher._watched._watches._reader.stop()
        self.tree.create(30)
        self.tree.delete(10)
        self.tree.rename_tree(2)
        self.wait("reader of events killed")

    def overflow(self) -> None:
        """Many events while the reader is kept from reading."""
        watches = self.index.watcher._watched._watches
        with watches._reader._lock:
            for _ in range(3):
                for number in range(_SMALL_QUEUE):
                    path = self.root / f"overflow {number % 300}.txt"
                    with self.tree.changing():
                        path.unlink() if path.exists() else path.write_text(self.tree.text(), encoding="utf-8")
            self.tree.make_tree(5)
        self.wait("overflow of the kernel's queue")

    def root_away(self) -> None:
        aside = self.root.with_name("files unplugged")
        self.root.rename(aside)
        self.index.until(lambda: self.index.pipeline.roots[0].state == "missing", "missing")
        (aside / "written elsewhere.txt").write_text(self.tree.text(), encoding="utf-8")
        aside.rename(self.root)
        self.wait("folder renamed away and back")

    def volume(self) -> None:
        place = self.root.with_name("volume")
        place.mkdir()
        self.image.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", self.image], check=True)
        subprocess.run(["mount", "--bind", self.image, place], check=True)
        tree = Tree(place, self.dice)
        tree.make_tree(20)
        self.index.add(place)
        self.wait("volume added", place)
        known = len(indexed(self.index.pipeline.catalog_file, place))
        self._unmount(place)
        self.index.until(lambda: self.index.pipeline.roots[1].state == "offline", "offline")
        assert len(indexed(self.index.pipeline.catalog_file, place)) == known, "an unmounted volume keeps its files"
        away = Tree(self.image, self.dice)
        away.edit(10)
        away.delete(10)
        away.move_tree(3)
        subprocess.run(["mount", "--bind", self.image, place], check=True)
        self.wait("volume mounted again, changed", place)
        tree.create(10)
        tree.delete(5)
        self.wait("changes on the volume", place)
        assert self.index.pipeline.remove_folder(str(place)).result(60)
        self._unmount(place)
        self._unmount(self.image)

    @staticmethod
    def _unmount(place: Path) -> None:
        for _ in range(100):
            if subprocess.run(["umount", place], check=False, capture_output=True).returncode == 0:
                return
            time.sleep(0.1)
        raise AssertionError(f"{place} is kept busy")

    def _ask(self) -> None:
        dice = random.Random(1)
        while not self._over.wait(0.01):
            word = dice.choice(self.tree.spoken[-2000:])
            with self.tree.busy:
                for hit in self.index.hits(word):
                    self.report.answered += 1
                    if not os.path.lexists(hit.path) and not hit.offline:
                        self.report.gone.append(hit.path)
            self.report.asked += 1


def run(work: Path, seconds: float, burst: int, seed: int, log: Callable[[str], None]) -> Report:
    """Torture an index in the empty folder `work`; raises `AssertionError` when it is not the disk in the end."""
    is_root = sys.platform == "linux" and os.geteuid() == 0
    queue = _QUEUE.read_text() if is_root else ""
    if is_root:
        _QUEUE.write_text(str(_SMALL_QUEUE))
    try:
        torture = Torture(work, seed, log)
        torture.start()
        try:
            torture.saves(15)
            torture.random_steps(seconds)
            torture.kill_reader()
            torture.overflow()
            torture.root_away()
            if is_root:
                torture.volume()
            torture.burst(burst)
            torture.random_steps(1)
        finally:
            torture.stop()
    finally:
        if is_root:
            _QUEUE.write_text(queue)
    return torture.report


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # the kernel's settings and mounts are put back
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=180, help="how long the random steps go on")
    parser.add_argument("--burst", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--keep", action="store_true", help="leave the files behind")
    options = parser.parse_args()
    work = Path(tempfile.mkdtemp(prefix="docent-torture-"))
    print(f"seed {options.seed}, in {work}")
    report = run(work, options.seconds, options.burst, options.seed, lambda line: print(line, flush=True))
    print(report.table())
    if not options.keep:
        shutil.rmtree(work)
    sys.exit(1 if report.gone else 0)


if __name__ == "__main__":
    main()
