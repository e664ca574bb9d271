"""A passage that no model can embed costs itself alone: the rest is embedded, the wait ends, the file says why."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import apsw
import pytest

from indexer.config import IndexConfig
from indexer.meaning.client import MeaningClient
from indexer.meaning.model_folder import ModelFolder
from indexer.naming.index import NameIndex
from indexer.pipeline import Pipeline
from indexer.report import Reporter

WEAK_WORKER = """
import os, sys
from pathlib import Path
from indexer.meaning import service, worker
real = service.MeaningService.embed
def embed(self, items):
    text = " ".join(item.text for item in items)
    if Path(sys.argv[1]).exists():
        raise RuntimeError("nothing works today")
    if "abortive" in text:
        os.abort()
    if "faulty" in text:
        raise ValueError("no vector for this")
    return real(self, items)
service.MeaningService.embed = embed
nearness = service.MeaningService.nearness
def near(self, *arguments):
    if Path(sys.argv[1]).exists():
        raise RuntimeError("nothing works today")
    return nearness(self, *arguments)
service.MeaningService.nearness = near
worker.main()
"""


class Problems(Reporter):
    def __init__(self) -> None:
        self.codes: set[str] = set()

    def problem(self, code: str, facts: dict[str, object]) -> None:
        self.codes.add(code)

    def resolved(self, code: str) -> None:
        self.codes.discard(code)


class Home:
    """An index with a meaning worker that dies of some words; while `broken` exists it embeds nothing at all."""

    def __init__(self, folder: Path, models_dir: Path) -> None:
        self.files = folder / "files"
        self.files.mkdir(parents=True)
        self.broken = folder / "broken"
        program = folder / "weak.py"
        program.write_text(WEAK_WORKER)
        config = IndexConfig(index_dir=folder / "index", models_dir=models_dir, min_free_bytes=0)
        self.problems = Problems()
        self.meaning = MeaningClient(config, [sys.executable, str(program), str(self.broken)])
        self.pipeline = Pipeline(config, NameIndex(), self.meaning, self.problems, ())

    def index(self) -> dict[str, tuple[str, str]]:
        self.pipeline.add_folder(str(self.files)).result(60)
        assert self.pipeline.wait_settled(200, lambda: False)
        with apsw.Connection(str(self.pipeline.catalog_file)) as db:
            found = db.execute("select name, state, reason from file").fetchall()
        return {os.fsdecode(name): (state, reason) for name, state, reason in found}


@pytest.fixture
def make_home(
    tmp_path: Path, default_model: ModelFolder, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], Home]]:
    monkeypatch.setattr("indexer.embedding._PAUSE_S", 0.1)
    made: list[Home] = []

    def make() -> Home:
        home = Home(tmp_path / str(len(made)), default_model.path.parent)
        home.pipeline.start()
        made.append(home)
        return home

    yield make
    for home in made:
        home.pipeline.stop()
        home.meaning.close()


def test_the_rest_is_embedded_and_the_file_says_why(make_home: Callable[[], Home]) -> None:
    home = make_home()
    for number in range(30):
        (home.files / f"{number}.txt").write_text(f"note {number} 笔记", encoding="utf-8")
    (home.files / "坏.txt").write_text("an abortive text 坏", encoding="utf-8")
    (home.files / "bad.txt").write_text("a faulty text")
    states = home.index()
    assert states.pop("坏.txt") == ("text_only", "not_embedded")
    assert states.pop("bad.txt") == ("text_only", "not_embedded")
    assert set(states.values()) == {("indexed", "")}
    assert home.meaning.count() == 30
    (home.files / "bad.txt").write_text("a mended text")
    assert home.index()["bad.txt"] == ("indexed", "")


def test_nothing_is_given_up_when_nothing_works(make_home: Callable[[], Home]) -> None:
    home = make_home()
    home.broken.touch()
    for number in range(3):
        (home.files / f"{number}.txt").write_text(f"note {number}")
    assert set(home.index().values()) == {("text_only", "")}
    assert home.problems.codes == {"meaning_unavailable"}
    home.broken.unlink()
    deadline = time.monotonic() + 120
    while set(home.index().values()) != {("indexed", "")}:
        assert time.monotonic() < deadline, "it is tried again by itself"
        time.sleep(0.5)
    assert home.problems.codes == set()
