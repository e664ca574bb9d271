"""Kills the program's processes at random moments of indexing and compares what is left with an undisturbed run.

`python -m tests.e2e.killing --kills 100` prints the figures; `make test-heavy` runs the same as a test.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import apsw
import psutil

from indexer.config import IndexConfig
from indexer.meaning.client import MeaningClient
from indexer.meaning.models import DEFAULT, prepare_model
from tests.e2e.conftest import REPOSITORY, SAMPLES, Docent
from tests.indexer.formats import containers

VICTIMS = {"engine": "assistant.engine", "extract": "indexer.extract.worker", "meaning": "indexer.meaning.worker"}
_LONGEST_PAUSE_S = 1.2
_APPENDABLE = frozenset((".md", ".txt", ".csv", ".html", ".eml"))


def write_tree(folder: Path, copies: int) -> int:
    """The sample documents so many times, the texts among them a little different each time; how many files that makes."""
    for copy in range(copies):
        shutil.copytree(SAMPLES, folder / f"第{copy}份")
        for path in sorted((folder / f"第{copy}份").rglob("*")):
            if path.suffix in _APPENDABLE:
                with path.open("ab") as file:
                    file.write(f"\nThis is copy {copy}.\n".encode())
    documents = sorted(SAMPLES.rglob("*.docx"))[:3]
    packed = containers.zip_of({path.name: path.read_bytes() for path in documents})
    (folder / "打包.zip").write_bytes(packed)
    return sum(path.is_file() for path in folder.rglob("*"))


@dataclass
class Picture:
    """All that an index holds, named so that two runs can be compared."""

    files: list[tuple]
    chunks: list[tuple]
    stored: int
    """Points in the vector store."""
    faults: list[str] = field(default_factory=list)
    """What no index may hold, whatever it was made from."""

    def differences(self, other: Picture) -> list[str]:
        found = []
        for name in ("files", "chunks"):
            mine, theirs = (collections.Counter(getattr(picture, name)) for picture in (self, other))
            found += [f"{name}: lacks {item}" for item in list(mine - theirs)[:5]]
            found += [f"{name}: has {item}" for item in list(theirs - mine)[:5]]
        if self.stored != other.stored:
            found.append(f"{other.stored} points, not {self.stored}")
        return found + other.faults


def picture(docent: Docent, models: Path) -> Picture:
    """Look at an index whose engine has stopped."""
    with apsw.Connection(str(docent.home / "index" / "catalog.db"), flags=apsw.SQLITE_OPEN_READONLY) as db:
        paths = _paths(db)
        rows = db.execute(
            "select id, state, reason, size, mtime_ns, hash, truncated, title, container from file"
        ).fetchall()
        files = [(paths[row[0]], *row[1:8], paths.get(row[8])) for row in rows]
        chunks = [
            (paths[row[0]], *row[1:])
            for row in db.execute(
                "select file, number, text, anchor, heading, lang, stored, vector is not null from chunk"
            )
        ]
        ids = {row[0] for row in db.execute("select id from chunk where stored = 1")}
        faults = list(_faults(db))
    stored = _stored_ids(docent.home / "index", models)
    if stored != ids:
        faults.append(f"points and chunks differ: {len(stored - ids)} too many, {len(ids - stored)} missing")
    return Picture(files, chunks, len(stored), faults)


def _paths(db: apsw.Connection) -> dict[int, str]:
    folders = {row[0]: (row[1], row[2]) for row in db.execute("select id, parent, name from folder")}

    def path(folder: int | None) -> str:
        if folder is None:
            return ""
        parent, name = folders[folder]
        return os.path.join(path(parent), os.fsdecode(name))

    return {
        row[0]: f"{path(row[1])}/{os.fsdecode(row[2])}#{row[3] or ''}"
        for row in db.execute("select id, folder, name, container from file")
    }


def _faults(db: apsw.Connection) -> Iterator[str]:
    for check in ("integrity_check", "foreign_key_check"):
        if (found := db.execute(f"pragma {check}").fetchall()) not in ([("ok",)], []):
            yield f"{check}: {found[:3]}"
    for what, sql in {
        "files that are there twice": "select count(*) - count(distinct folder || '/' || hex(name) || coalesce(container, '')) from file",
        "chunks that are there twice": "select count(*) - count(distinct file || ' ' || number) from chunk",
        "chunks of no file": "select count(*) from chunk where file not in (select id from file)",
        "chunks without words": "select (select count(*) from chunk) - (select count(*) from text_index)",
        "files left waiting": "select count(*) from file where state = 'pending'",
        "files set aside": "select count(*) from attempt",
    }.items():
        if number := db.execute(sql).get:
            yield f"{number} {what}"


def _stored_ids(index: Path, models: Path) -> set[int]:
    client = MeaningClient(IndexConfig(index_dir=index, models_dir=models, min_free_bytes=0))
    client.start()
    try:
        assert client.wait_ready(120), client.why
        ids = list(client.chunk_ids())
    finally:
        client.close()
    assert len(ids) == len(set(ids))
    return set(ids)


@dataclass
class Toll:
    """What was killed, and how often each."""

    kills: collections.Counter[str] = field(default_factory=collections.Counter)
    rounds: int = 0
    seconds: float = 0.0


def processes(home: Path, module: str) -> list[psutil.Process]:
    """The running processes of one home: its engine, or that engine's children."""
    engines = [process for process in psutil.process_iter() if _is(process, VICTIMS["engine"], home)]
    if module == VICTIMS["engine"]:
        return engines
    return [child for engine in engines for child in _children(engine) if _is(child, module, home)]


def _children(process: psutil.Process) -> list[psutil.Process]:
    with contextlib.suppress(psutil.Error):
        return process.children(recursive=True)
    return []


def _is(process: psutil.Process, module: str, home: Path) -> bool:
    with contextlib.suppress(psutil.Error):
        return module in process.cmdline() and process.environ().get("DOCENT_HOME") == str(home)
    return False


def kill_one(home: Path, victim: str) -> bool:
    """Kill such a process if there is one now; an engine's children must not outlive it."""
    found = processes(home, VICTIMS[victim])
    if not found:
        return False
    chosen = random.choice(found)
    orphans = _children(chosen) if victim == "engine" else []
    with contextlib.suppress(psutil.NoSuchProcess):
        chosen.kill()
    _, alive = psutil.wait_procs([chosen, *orphans], timeout=15)
    left = [told for process in alive if (told := _told(process))]
    assert not left, f"children outlived a killed engine: {left}"
    return True


def _told(process: psutil.Process) -> str:
    """What a process is, unless it is dead and only waits to be reaped by init."""
    with contextlib.suppress(psutil.Error):
        if process.status() != psutil.STATUS_ZOMBIE:
            return f"{process.pid} {process.status()} parent {process.ppid()} {' '.join(process.cmdline())[:120]}"
    return ""


def torment(docent: Docent, folder: Path, kills: int, victims: Sequence[str], toll: Toll) -> None:
    """Index `folder` while processes are killed, until so many were or all is done; then let it finish."""
    docent.run("index", str(folder), code=None)
    waiting: subprocess.Popen[str] | None = None
    left = kills
    while left:
        if waiting is None or waiting.poll() is not None:
            if waiting is not None and waiting.returncode == 0:
                break
            if waiting is not None:
                waiting.communicate()
            waiting = docent.start("index", "--wait", str(folder))
        time.sleep(random.uniform(0.0, _LONGEST_PAUSE_S))
        victim = random.choice(victims)
        if kill_one(docent.home, victim):
            toll.kills[victim] += 1
            left -= 1
    if waiting is not None:
        waiting.communicate(timeout=600)
    docent.run("index", "--wait", str(folder), timeout=1200)
    docent.stop()


def compare(
    copies: int, kills: int, victims: Sequence[str], models: Path, seed: str
) -> tuple[Toll, list[str], Picture]:
    """Kill until the toll is paid, a fresh home each time the work is done before; what differs from an undisturbed run."""
    random.seed(seed)
    base = Path(tempfile.mkdtemp(prefix="docent-killing-"))
    folder = base / "文件"
    write_tree(folder, copies)
    toll = Toll()
    try:
        undisturbed = _home(base, "undisturbed", models)
        undisturbed.run("index", "--wait", str(folder), timeout=1200)
        undisturbed.stop()
        expected = picture(undisturbed, models)
        differences = list(expected.faults)
        began = time.monotonic()
        while (paid := toll.kills.total()) < kills:
            docent = _home(base, f"disturbed-{toll.rounds}", models)
            torment(docent, folder, kills - paid, victims, toll)
            differences += expected.differences(picture(docent, models))
            toll.rounds += 1
            if differences:
                break
        toll.seconds = time.monotonic() - began
    finally:
        for home in base.iterdir():
            for process in processes(home, VICTIMS["engine"]):
                process.kill()
        if "KEEP" not in os.environ:
            shutil.rmtree(base)
    return toll, differences, expected


def _home(base: Path, name: str, models: Path) -> Docent:
    home = base / name
    home.mkdir(mode=0o700)
    (home / "models").symlink_to(models)
    return Docent(home, OCR_ENABLED="false")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--copies", type=int, default=7)
    parser.add_argument("--victims", nargs="+", choices=list(VICTIMS), default=list(VICTIMS))
    parser.add_argument("--seed", default="killing")
    options = parser.parse_args()
    models = prepare_model(DEFAULT, REPOSITORY / ".cache" / "models").path.parent
    toll, differences, expected = compare(options.copies, options.kills, options.victims, models, options.seed)
    print(f"{len(expected.files)} files, {len(expected.chunks)} passages, {expected.stored} points")
    print(f"{toll.kills.total()} kills in {toll.seconds:.0f} s and {toll.rounds} rounds: {dict(toll.kills)}")
    print("\n".join(differences) or "no difference from the undisturbed run")
    return bool(differences)


if __name__ == "__main__":
    sys.exit(main())
