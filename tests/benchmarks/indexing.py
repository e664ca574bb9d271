"""Measures the indexing of mixed real files stage by stage, beside the bare parser and the bare encoder, in one table.

    python tests/benchmarks/indexing.py [--files 2000] [--folder DIR] [--passages 1500] [--out results.json]

The files are made anew (see `corpus.py`) unless DIR is given. The real engine indexes them in a home of its own, first
without meaning (names, text), then once more unchanged, then with meaning until so many passages are embedded (0: all).
After that the same files are walked, parsed, stored and the same passages encoded by this process alone. A shared machine
is noisy: compare what one run gives, and rather the columns that count processor time.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import apsw
import psutil

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from assistant.cli.context import body  # noqa: E402 - the repository is no package
from assistant.client import Client  # noqa: E402
from assistant.paths import Paths  # noqa: E402
from assistant.protocol import Index, Shutdown, Status  # noqa: E402
from indexer.catalog.writer import CatalogWriter  # noqa: E402
from indexer.config import ExtractLimits  # noqa: E402
from indexer.extract.one_file import extract_file  # noqa: E402
from indexer.extract.parts import ROOT as ROOT_DOCUMENT  # noqa: E402
from indexer.extract.parts import Assembly  # noqa: E402
from indexer.kinds import extension_of  # noqa: E402
from indexer.meaning.models import DEFAULT, prepare_model  # noqa: E402
from indexer.meaning.onnx_encoder import OnnxEncoder  # noqa: E402
from indexer.model import Extraction, FileFacts  # noqa: E402
from tests.benchmarks.corpus import build  # noqa: E402

_MODULES = {"assistant.engine": "engine", "indexer.extract": "extract worker", "indexer.meaning": "meaning worker"}
_MB = 1e6


@dataclass
class Stage:
    """What a stage did. `amount` counts files, or passages; `cpu_s` is of the processes that did it."""

    amount: int
    megabytes: float
    seconds: float
    cpu_s: float

    def row(self) -> str:
        wall, cpu = max(self.seconds, 1e-6), max(self.cpu_s, 1e-6)
        rates = f"{self.amount / wall:10.1f} {self.megabytes / wall:8.2f} {self.amount / cpu:12.1f} {self.megabytes / cpu:10.2f}"
        return f"{self.amount:8d} {self.seconds:9.1f} {self.cpu_s:8.1f} {rates}"


@dataclass
class Watch:
    """Peak memory (bytes) by kind of process, and processor seconds, of an engine and its children."""

    engine: psutil.Process
    peak: dict[str, int] = field(default_factory=dict)
    cpu: dict[int, tuple[str, float]] = field(default_factory=dict)
    ended: threading.Event = field(default_factory=threading.Event)

    def look(self) -> None:
        for process in [self.engine, *self.engine.children(recursive=True)]:
            try:
                line, used = " ".join(process.cmdline()), process.cpu_times()
                held = _high_water(process.pid)
            except (psutil.Error, OSError):
                continue
            kind = next((kind for module, kind in _MODULES.items() if module in line), "other")
            self.peak[kind] = max(self.peak.get(kind, 0), held)
            self.cpu[process.pid] = (kind, used.user + used.system)

    def run(self) -> None:
        while not self.ended.wait(0.2):
            try:
                self.look()
            except psutil.NoSuchProcess:
                return

    def cpu_of(self, *kinds: str) -> float:
        return sum(seconds for kind, seconds in self.cpu.values() if kind in kinds)


def _high_water(pid: int) -> int:
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) << 10
    return 0


class Home:
    """A Docent of its own."""

    def __init__(self, work: pathlib.Path) -> None:
        models = pathlib.Path(os.environ.get("DOCENT_TEST_MODELS", ROOT / ".cache/models"))
        self.path = work / "home"
        self.path.mkdir()
        (self.path / "models").symlink_to(models)
        os.environ |= {
            "DOCENT_HOME": str(self.path),
            "PYTHONPATH": str(ROOT),
            "DOCENT_LLM_BASE_URL": "http://127.0.0.1:9",
        }
        os.environ |= {"DOCENT_INDEX_POLITE": "false", "DOCENT_OCR_ENABLED": "false"}
        self.catalog = self.path / "index" / "catalog.db"

    @contextmanager
    def engine(self, *, meaning: bool) -> Iterator[tuple[Client, Watch]]:
        os.environ["DOCENT_MEANING_ENABLED"] = str(meaning).lower()
        with Client.connect(Paths.from_environment()) as client:
            watch = Watch(psutil.Process(body(client.call(Status()))["engine"]["pid"]))
            thread = threading.Thread(target=watch.run)
            thread.start()
            try:
                yield client, watch
            finally:
                watch.look()
                watch.ended.set()
                thread.join()
                client.call(Shutdown())
        watch.engine.wait(60)


@dataclass
class Results:
    """What is printed, and written as JSON."""

    stages: dict[str, Stage] = field(default_factory=dict)
    peak: dict[str, int] = field(default_factory=dict)
    shares: dict[str, tuple[int, int]] = field(default_factory=dict)
    notes: dict[str, float] = field(default_factory=dict)

    def print(self) -> None:
        print(
            f"{'':24}{'amount':>8} {'seconds':>9} {'cpu s':>8} {'per s':>10} {'MB/s':>8} {'per cpu-s':>12} {'MB/cpu-s':>10}"
        )
        for name, stage in self.stages.items():
            print(f"{name:24}{stage.row()}")
        print()
        for name, value in self.notes.items():
            print(f"{name:46}{value:10.2f}")
        print("\npeak memory (MB): " + ", ".join(f"{kind} {held / _MB:.0f}" for kind, held in self.peak.items()))
        print(
            "\nfiles with text, by format: "
            + ", ".join(f"{ext or '-'} {text}/{all_}" for ext, (text, all_) in self.shares.items())
        )

    def keep_peaks(self, watch: Watch) -> None:
        for kind, held in watch.peak.items():
            self.peak[kind] = max(self.peak.get(kind, 0), held)


def measure_text(home: Home, folder: pathlib.Path, size: float, results: Results) -> None:
    """Names, then text; after that the same once more with nothing to do."""
    with home.engine(meaning=False) as (client, watch):
        watch.look()
        began, started_cpu = time.monotonic(), watch.cpu_of("engine")
        body(client.call(Index(folders=[str(folder)])))
        names = time.monotonic() - began
        watch.look()
        named_cpu = watch.cpu_of("engine") - started_cpu
        body(client.call(Index(folders=[], wait=True)))
        took = time.monotonic() - began
        watch.look()
        files = body(client.call(Status()))["index"]["files"]
        results.stages["names (docent)"] = Stage(files, size, names, named_cpu)
        results.stages["text (docent)"] = Stage(
            files, size, took, watch.cpu_of("engine", "extract worker") - started_cpu
        )
    results.keep_peaks(watch)
    began = time.monotonic()
    with home.engine(meaning=False) as (client, _):
        body(client.call(Index(folders=[], wait=True)))
        results.notes["unchanged second run, start included (s)"] = time.monotonic() - began


def measure_meaning(home: Home, most: int, results: Results) -> None:
    """From the first finished batch on, so that starting counts for nothing."""
    first: tuple[float, float, int] | None = None
    last = 0
    with home.engine(meaning=True) as (client, watch):
        for event in client.stream(Index(folders=[], wait=True)):
            done = _embedded(event)
            if first is None and done:
                watch.look()
                first = (time.monotonic(), watch.cpu_of("meaning worker"), done)
            if most and done - (first[2] if first else 0) >= most:
                break
            last = max(last, done)
        watch.look()
        assert first is not None
        count = max(done, last) - first[2]
        seconds, cpu = time.monotonic() - first[0], watch.cpu_of("meaning worker") - first[1]
        results.stages["embed (docent)"] = Stage(count, 0.0, seconds, cpu)
    results.keep_peaks(watch)


def _embedded(event: dict) -> int:
    return event["work"]["chunks_embedded"] if event["event"] == "progress" else 0


def measure_bare(
    home: Home, work: pathlib.Path, folder: pathlib.Path, size: float, sample: int, results: Results
) -> None:
    """The same by this process alone: walk, parser, text index, encoder."""
    paths, results.stages["names (bare walk)"] = timed(lambda: walked(folder), size)
    parsed, results.stages["text (bare parser)"] = timed(lambda: [(path, parse(path)) for path in paths], size)
    _, results.stages["text (bare store)"] = timed(lambda: store(work / "bare.db", folder, parsed), size)
    texts = embedded_texts(home, work, sample)
    encoder = OnnxEncoder(prepare_model(DEFAULT, home.path / "models"), max(1, (os.cpu_count() or 2) - 1))
    encoder.encode_passages(texts[:4])
    os.nice(5)  # as the worker is: others on this machine go before both
    _, results.stages["embed (bare encoder)"] = timed(lambda: list(encoder.encode_passages(texts)), 0.0)


def timed(step: Callable[[], list], megabytes: float) -> tuple[list, Stage]:
    began, cpu = time.monotonic(), time.process_time()
    done = step()
    return done, Stage(len(done), megabytes, time.monotonic() - began, time.process_time() - cpu)


def walked(folder: pathlib.Path) -> list[str]:
    return [
        os.path.join(base, name)
        for base, _, names in os.walk(folder)
        for name in names
        if os.lstat(os.path.join(base, name))
    ]


def parse(path: str) -> Extraction:
    parts = Assembly()
    parts.add(ROOT_DOCUMENT, extract_file(path, ExtractLimits(), parts.add))
    return parts.extraction()


def store(path: pathlib.Path, folder: pathlib.Path, parsed: list[tuple[str, Extraction]]) -> list[int]:
    catalog = CatalogWriter(path)
    catalog.add_root(str(folder))
    stored = []
    for file, extraction in parsed:
        seen = os.lstat(file)
        facts = FileFacts(file, seen.st_size, seen.st_mtime_ns, seen.st_ino)
        with catalog.transaction():
            stored.append(catalog.add_file(facts))
            catalog.store_extraction(stored[-1], facts, extraction)
    catalog.close()
    return stored


def embedded_texts(home: Home, work: pathlib.Path, sample: int) -> list[str]:
    """What the engine embedded, as it gave it to the encoder."""
    for suffix in ("", "-wal"):
        if pathlib.Path(f"{home.catalog}{suffix}").exists():
            shutil.copy(f"{home.catalog}{suffix}", work / f"copy.db{suffix}")
    catalog = CatalogWriter(work / "copy.db")
    catalog.db.execute("update chunk set stored = case stored when 1 then 0 else 2 end")
    texts = [chunk.text for chunk in catalog.owed(1_000_000)]
    catalog.close()
    return random.Random(3).sample(texts, min(sample, len(texts)))


def shares_with_text(home: Home) -> dict[str, tuple[int, int]]:
    """Files with passages of all, by extension, the most frequent ones."""
    having: Counter[str] = Counter()
    total: Counter[str] = Counter()
    with apsw.Connection(str(home.catalog)) as db:
        found = db.execute(
            "select name, exists(select 1 from chunk where file = file.id or file in"
            " (select id from file as inner_one where inner_one.container = file.id)) from file where container is null"
        ).fetchall()
    for name, has in found:
        extension = extension_of(os.fsdecode(name))
        total[extension] += 1
        having[extension] += has
    return {extension: (having[extension], count) for extension, count in total.most_common(16)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=2_000)
    parser.add_argument("--folder", type=pathlib.Path)
    parser.add_argument("--passages", type=int, default=1_500)
    parser.add_argument("--out", type=pathlib.Path)
    args = parser.parse_args()
    results = Results()
    with tempfile.TemporaryDirectory(prefix="docent-bench-") as made:
        work = pathlib.Path(made)
        folder = args.folder or work / "files"
        if args.folder is None:
            folder.mkdir()
            build(folder, args.files)
        size = sum(os.lstat(path).st_size for path in walked(folder)) / _MB
        home = Home(work)
        try:
            measure_text(home, folder, size, results)
            measure_meaning(home, args.passages, results)
        finally:
            subprocess.run([ROOT / ".venv/bin/docent", "engine", "stop"], check=False, capture_output=True)
        results.shares = shares_with_text(home)
        measure_bare(home, work, folder, size, 300, results)
    ours, bare = results.stages["embed (docent)"], results.stages["embed (bare encoder)"]
    results.notes["embedding beside the bare encoder, by cpu"] = (ours.amount / ours.cpu_s) / (bare.amount / bare.cpu_s)
    results.notes["embedding beside the bare encoder, by clock"] = (ours.amount / ours.seconds) / (
        bare.amount / bare.seconds
    )
    results.print()
    if args.out:
        stages = {name: vars(stage) for name, stage in results.stages.items()}
        args.out.write_text(json.dumps({**vars(results), "stages": stages}, indent=1))


if __name__ == "__main__":
    main()
