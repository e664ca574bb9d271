"""A removed folder is out of every search at once, comes back as it was, and leaves no byte when its time is over."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import apsw
import pytest

from indexer.catalog.database import ReaderPool
from indexer.catalog.reader import counts, folder_names
from indexer.config import IndexConfig
from indexer.meaning.client import MeaningClient
from indexer.meaning.model_folder import ModelFolder
from indexer.naming.index import NameIndex
from indexer.pipeline import Pipeline
from indexer.query import SearchQuery
from indexer.report import Reporter
from indexer.search import Searcher


def until(true: Callable[[], bool]) -> None:
    """Wait until something is so; a minute at most."""
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


class Index:
    """A pipeline with its search; `undo_s` is how long a folder can come back."""

    def __init__(self, home: Path, undo_s: float = 600.0, models: Path | None = None) -> None:
        config = IndexConfig(index_dir=home, models_dir=models or home / "models", undo_s=undo_s)
        self.names = NameIndex()
        self.meaning = MeaningClient(config) if models else None
        self.pipeline = Pipeline(config, self.names, self.meaning, Reporter(), (home,))
        self.readers = ReaderPool(self.pipeline.catalog_file)
        self.searcher = Searcher(self.readers, self.names, self.meaning)
        self.pipeline.start()

    def settle(self) -> None:
        assert self.pipeline.wait_settled(120, lambda: False)

    def add(self, folder: Path) -> None:
        self.pipeline.add_folder(str(folder)).result(60)
        self.settle()

    def remove(self, folder: Path) -> bool:
        return self.pipeline.remove_folder(str(folder)).result(60)

    def undo(self, folder: Path | str = "") -> bool:
        back = self.pipeline.undo_removal(str(folder)).result(60)
        self.settle()
        return back

    def find(self, text: str, *stages: str) -> list[str]:
        query = SearchQuery(text, stages=stages) if stages else SearchQuery(text)
        return [hit.name for hit in self.searcher.search(query).hits]

    def count(self, sql: str) -> int:
        with self.readers.reading() as db:
            return int(db.execute(sql).get or 0)

    def wait_until_zero(self, sql: str) -> None:
        until(lambda: not self.count(sql))

    def stop(self) -> None:
        self.pipeline.stop()
        if self.meaning:
            self.meaning.close()
        self.readers.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "文件" / "合同"
    (folder / "旧").mkdir(parents=True)
    (folder / "lease.txt").write_text("The monthly rent is 1,850 dollars.")
    (folder / "旧" / "租房合同.txt").write_text("甲方将房屋出租给乙方，月租金五千二百元。", encoding="gb18030")
    other = tmp_path / "other"
    other.mkdir()
    (other / "garden.txt").write_text("hedgehogs in the garden")
    return folder


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    index = Index(tmp_path / "home")
    yield index
    index.stop()


def is_out_of_sight(index: Index) -> bool:
    return not any(map(index.find, ("1850", "monthly", "五千二百", "zufang")))


def is_there(index: Index) -> bool:
    return index.find("rent 1850") == ["lease.txt"] == index.find("monthly") and index.find("五千二百") == [
        "租房合同.txt"
    ]


def test_it_is_out_of_sight_at_once_and_the_rest_stays(index: Index, folder: Path, tmp_path: Path) -> None:
    index.add(folder)
    index.add(tmp_path / "other")
    assert is_there(index)
    assert index.remove(folder)
    assert not index.remove(folder)
    assert is_out_of_sight(index)
    assert len(index.names) == 1
    assert index.find("hedgehogs") == ["garden.txt"]
    index.settle()
    assert index.pipeline.progress.states == {"text_only": 1}
    with index.readers.reading() as db:
        assert "旧" not in folder_names(db)
        assert (counts(db)["files"], counts(db)["chunks"]) == (1, 1)
    assert [removed.path for removed in index.pipeline.removed] == [str(folder)]
    assert [root.path for root in index.pipeline.roots] == [str(tmp_path / "other")]


@pytest.mark.parametrize("how", ["undo", "undo the last", "add again", "add what is around it"])
def test_it_comes_back_without_being_read_again(index: Index, folder: Path, how: str) -> None:
    index.add(folder)
    read = index.count("select sum(id) from chunk")
    index.remove(folder)
    if how.startswith("undo"):
        assert index.undo(folder if how == "undo" else "")
    else:
        index.add(folder if how == "add again" else folder.parent)
    assert is_there(index)
    assert index.count("select sum(id) from chunk") == read
    assert index.pipeline.removed == []
    assert not index.undo()


def test_what_changed_meanwhile_is_noticed(index: Index, folder: Path) -> None:
    index.add(folder)
    index.remove(folder)
    (folder / "lease.txt").write_text("Nothing but tulips now.")
    (folder / "旧" / "租房合同.txt").unlink()
    index.undo()
    assert index.find("tulips") == ["lease.txt"]
    assert index.find("rent 1850") == []
    assert index.find("五千二百") == []


def test_a_folder_inside_a_removed_one_can_be_added_alone(index: Index, folder: Path) -> None:
    index.add(folder)
    index.remove(folder)
    index.add(folder / "旧")
    assert index.find("五千二百") == ["租房合同.txt"]
    assert index.find("1850") == []
    (folder / "旧" / "new.txt").write_text("badgers dig here")
    index.pipeline.rescan().result(60)
    index.settle()
    assert index.find("badgers") == ["new.txt"]
    assert index.undo()
    assert is_there(index)
    assert index.find("badgers") == ["new.txt"]
    assert [root.path for root in index.pipeline.roots] == [str(folder)]
    assert index.count("select count(*) from file") == 3


def test_of_two_removed_ones_the_outer_brings_back_the_inner(index: Index, folder: Path) -> None:
    index.add(folder)
    index.remove(folder)
    index.add(folder / "旧")
    index.remove(folder / "旧")
    assert is_out_of_sight(index)
    assert index.undo(folder)
    assert is_there(index)
    assert index.pipeline.removed == []


def test_a_file_that_moves_out_of_a_removed_folder_is_found_where_it_is(
    index: Index, folder: Path, tmp_path: Path
) -> None:
    index.add(folder)
    index.add(tmp_path / "other")
    index.remove(folder)
    (folder / "lease.txt").rename(tmp_path / "other" / "lease.txt")
    (folder / "旧").rename(tmp_path / "other" / "旧")
    index.pipeline.rescan().result(60)
    index.settle()
    assert is_there(index)
    index.undo()
    assert is_there(index)


def test_it_stays_removed_over_a_restart_and_can_still_come_back(index: Index, folder: Path, tmp_path: Path) -> None:
    index.add(folder)
    read = index.count("select sum(id) from chunk")
    index.remove(folder)
    index.stop()
    again = Index(tmp_path / "home")
    again.settle()
    assert is_out_of_sight(again)
    assert again.undo(folder)
    assert is_there(again)
    assert again.count("select sum(id) from chunk") == read
    again.stop()


def test_after_its_time_it_is_gone_and_the_disk_is_freed(
    tmp_path: Path, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "indexer.removal")
    for number in range(150):
        (folder / f"{number}.txt").write_bytes(b"".join(b"word%d-%d text " % (number, at) for at in range(2_000)))
    first = Index(tmp_path / "home")
    first.add(folder)
    first.add(tmp_path / "other")
    first.remove(folder)
    first.stop()
    catalog = first.pipeline.catalog_file
    before = catalog.stat().st_size
    index = Index(tmp_path / "home", undo_s=0.0)
    index.wait_until_zero("select count(*) from removed_folder")
    until(lambda: catalog.stat().st_size < before / 10)
    assert not index.undo(folder)
    assert index.find("hedgehogs") == ["garden.txt"]
    assert is_out_of_sight(index)
    for table, rows in (("root", 1), ("folder", 1), ("file", 1), ("chunk", 1)):
        assert index.count(f"select count(*) from {table}") == rows
    until(lambda: any("files=152" in record.getMessage() for record in caplog.records))
    index.stop()
    with apsw.Connection(str(catalog)) as db:
        assert db.execute("pragma integrity_check").get == "ok"
    again = Index(tmp_path / "home")
    again.add(folder)
    assert "lease.txt" in again.find("lease")
    again.stop()


def test_deleting_goes_on_after_an_abrupt_end(tmp_path: Path, folder: Path) -> None:
    """The process of a pipeline that is deleting ends: a copy of its files is what the next one finds."""
    for number in range(400):
        (folder / f"{number}.txt").write_text(f"number {number} of many")
    first = Index(tmp_path / "home")
    first.add(folder)
    first.remove(folder)
    first.stop()
    index = Index(tmp_path / "home", undo_s=0.0)
    until(lambda: index.count("select count(*) from file") <= 300)
    copy = tmp_path / "copy"
    copy.mkdir()
    with (
        index.readers.reading() as db,
        apsw.Connection(str(copy / "catalog.db")) as target,
        target.backup("main", db, "main") as copying,
    ):
        copying.step()
    index.stop()
    again = Index(copy, undo_s=0.0)
    again.wait_until_zero("select count(*) from file")
    again.wait_until_zero("select count(*) from root")
    again.stop()


def test_vectors_go_and_come_back_without_the_model(tmp_path: Path, folder: Path, default_model: ModelFolder) -> None:
    index = Index(tmp_path / "home", models=default_model.path.parent)
    index.add(folder)
    index.add(tmp_path / "other")
    assert index.meaning is not None
    assert index.meaning.count() == 3
    vectors = index.count("select count(*) from chunk where vector is not null")
    assert vectors == 3
    index.remove(folder)
    meaning = index.meaning
    until(lambda: meaning.count() == 1)
    assert index.find("how much do I pay for my flat", "meaning") in ([], ["garden.txt"])
    (folder / "lease.txt").rename(folder / "renamed.txt")
    with apsw.Connection(str(index.pipeline.catalog_file)) as db:
        kept = db.execute("select id, vector from chunk order by id").fetchall()
    assert index.undo()
    assert index.meaning.count() == 3
    with apsw.Connection(str(index.pipeline.catalog_file)) as db:
        assert db.execute("select id, vector from chunk order by id").fetchall() == kept
    assert index.find("how much do I pay for my flat", "meaning")[0] == "renamed.txt"
    index.stop()


def test_removing_while_files_are_read(index: Index, folder: Path) -> None:
    for number in range(60):
        (folder / f"{number}.txt").write_text(f"number {number} " * 400)
    index.pipeline.add_folder(str(folder)).result(60)
    index.remove(folder)
    index.settle()
    assert index.find("number") == []
    assert index.undo()
    assert len(index.find("number")) == min(20, 60)
    assert index.count("select count(*) from file where state = 'pending'") == 0
    assert os.listdir(folder)
