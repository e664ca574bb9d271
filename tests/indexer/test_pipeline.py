import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import apsw
import pytest

from indexer.catalog.database import ReaderPool
from indexer.config import IndexConfig, RuleConfig
from indexer.errors import FolderUnavailable
from indexer.meaning.client import MeaningClient
from indexer.meaning.items import EmbedItem
from indexer.meaning.model_folder import ModelFolder
from indexer.naming.index import NameIndex
from indexer.pace import Pause
from indexer.pipeline import Pipeline
from indexer.query import SearchQuery
from indexer.report import Progress, Reporter
from indexer.search import Searcher
from indexer.throttle import Surroundings
from indexer.watch.dirty import Dirty


class Problems(Reporter):
    def __init__(self) -> None:
        self.codes: list[str] = []
        self.failed: list[str] = []
        self.seen: list[Progress] = []

        self.fails_next = False

    def progress(self, progress: Progress) -> None:
        if self.fails_next:
            self.fails_next = False
            raise RuntimeError("nobody listens")
        self.seen.append(progress)

    def file_failed(self, path: str, reason: str) -> None:
        self.failed.append(f"{os.path.basename(path)}: {reason}")

    def problem(self, code: str, facts: dict[str, object]) -> None:
        self.codes.append(code)


class Index:
    """A pipeline without meaning, and a search over it."""

    def __init__(self, home: Path, workers: int = 2, look: Callable[[], Surroundings] = Surroundings) -> None:
        self.problems = Problems()
        self.names = NameIndex()
        config = IndexConfig(index_dir=home, models_dir=home / "models", extract_workers=workers)
        self.pipeline = Pipeline(config, self.names, None, self.problems, (home,), look=look)
        self.searcher = Searcher(ReaderPool(self.pipeline.catalog_file), self.names, None)
        self.pipeline.start()

    def settle(self) -> None:
        assert self.pipeline.wait_settled(60, lambda: False)

    def add(self, folder: Path) -> None:
        self.pipeline.add_folder(str(folder)).result(60)
        self.settle()

    def rescan(self) -> None:
        self.pipeline.rescan().result(60)
        self.settle()

    def find(self, text: str) -> list[str]:
        return [hit.name for hit in self.searcher.search(SearchQuery(text)).hits]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "文件"
    folder.mkdir()
    (folder / "lease.txt").write_text("The monthly rent is 1,850 dollars.")
    (folder / "租房合同.txt").write_text("甲方将房屋出租给乙方，月租金五千二百元。", encoding="gb18030")
    return folder


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    index = Index(tmp_path / "home")
    yield index
    index.pipeline.stop()


def test_files_are_found_after_adding_their_folder(index: Index, folder: Path) -> None:
    index.add(folder)
    assert index.find("rent 1850") == ["lease.txt"]
    assert index.find("五千二百") == ["租房合同.txt"]
    assert index.find("zufang") == ["租房合同.txt"]
    assert index.pipeline.progress.states == {"text_only": 2}


def test_changes_are_followed(index: Index, folder: Path) -> None:
    index.add(folder)
    (folder / "lease.txt").write_text("Nothing but tulips now.")
    (folder / "租房合同.txt").rename(folder / "旧合同.txt")
    (folder / "new").mkdir()
    (folder / "new" / "memo.md").write_text("# Memo\n\nhedgehogs in the garden")
    index.rescan()
    assert index.find("rent 1850") == []
    assert index.find("tulips") == ["lease.txt"]
    assert index.find("旧合同") == ["旧合同.txt"]
    assert index.find("五千二百") == ["旧合同.txt"]
    assert index.find("hedgehogs") == ["memo.md"]
    (folder / "lease.txt").unlink()
    assert index.find("tulips") == []
    index.rescan()
    assert sum(index.pipeline.progress.states.values()) == 2


def test_a_missing_folder_keeps_its_files(index: Index, folder: Path, tmp_path: Path) -> None:
    index.add(folder)
    folder.rename(tmp_path / "unplugged")
    index.rescan()
    assert [root.state for root in index.pipeline.roots] == ["missing"]
    assert sum(index.pipeline.progress.states.values()) == 2
    assert [hit.offline for hit in index.searcher.search(SearchQuery("1850")).hits] == [True]
    (tmp_path / "unplugged").rename(folder)
    index.rescan()
    assert index.find("1850") == ["lease.txt"]


def test_removing_a_folder(index: Index, folder: Path) -> None:
    index.add(folder)
    assert index.pipeline.remove_folder(str(folder)).result(10) is True
    assert index.pipeline.remove_folder(str(folder)).result(10) is False
    assert index.find("1850") == []
    assert index.find("lease") == []


def test_a_folder_that_cannot_be_indexed(index: Index, folder: Path) -> None:
    with pytest.raises(FolderUnavailable):
        index.pipeline.add_folder(str(folder / "nowhere")).result(10)
    index.add(folder)
    assert index.find("1850")


def test_one_bad_file_costs_only_itself(index: Index, folder: Path) -> None:
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 " + os.urandom(2000))
    (folder / "empty.txt").touch()
    index.add(folder)
    assert index.find("1850") == ["lease.txt"]
    assert index.find("broken.pdf") == ["broken.pdf"]
    assert [line.split(":")[0] for line in index.problems.failed] == ["broken.pdf"]


def test_the_next_start_knows_everything_and_reads_nothing(index: Index, folder: Path, tmp_path: Path) -> None:
    index.add(folder)
    index.pipeline.stop()
    again = Index(tmp_path / "home")
    again.settle()
    assert again.find("zufang") == ["租房合同.txt"]
    assert again.find("1850") == ["lease.txt"]
    with apsw.Connection(str(again.pipeline.catalog_file)) as db:
        assert db.execute("select max(id) from chunk").get == 2
    again.pipeline.stop()


def test_a_catalogue_damaged_while_running_is_rebuilt(index: Index, folder: Path) -> None:
    index.add(folder)
    catalog = index.pipeline.catalog_file
    with apsw.Connection(str(catalog)) as db:
        db.execute("pragma wal_checkpoint(truncate)").fetchall()
    with open(catalog, "r+b") as file:
        for offset in range(0, catalog.stat().st_size, 4096):
            file.seek(offset)
            file.write(os.urandom(4096))
    (folder / "more.txt").write_text("another file about badgers")
    index.pipeline.rescan().exception(60)
    index.settle()
    index.rescan()
    searcher = Searcher(ReaderPool(catalog), index.names, None)
    assert [hit.name for hit in searcher.search(SearchQuery("badgers")).hits] == ["more.txt"]
    assert "catalog_corrupt" in index.problems.codes
    assert list(catalog.parent.glob("catalog.db.damaged-*"))


def test_a_report_that_fails_does_not_end_the_work(index: Index, folder: Path) -> None:
    index.problems.fails_next = True
    index.add(folder)
    assert not index.problems.fails_next
    assert index.find("五千二百") == ["租房合同.txt"]
    assert index.problems.codes == ["internal"]


def test_waiting_can_be_given_up(index: Index, folder: Path) -> None:
    for number in range(200):
        (folder / f"{number}.txt").write_text(f"number {number} " * 50)
    index.pipeline.add_folder(str(folder)).result(60)
    given_up = threading.Event()
    given_up.set()
    assert not index.pipeline.wait_settled(None, given_up.is_set)
    index.settle()
    assert sum(index.pipeline.progress.states.values()) == 202


def test_without_room_for_vectors_names_and_text_are_still_found(
    tmp_path: Path, folder: Path, default_model: ModelFolder
) -> None:
    """A limit that no disk meets stands for a full one: the check before loading is the same."""
    problems = Problems()
    names = NameIndex()
    config = IndexConfig(index_dir=tmp_path / "home", models_dir=default_model.path.parent, min_free_bytes=1 << 60)
    meaning = MeaningClient(config)
    pipeline = Pipeline(config, names, meaning, problems, ())
    pipeline.start()
    pipeline.add_folder(str(folder)).result(60)
    assert pipeline.wait_settled(60, lambda: False)
    searcher = Searcher(ReaderPool(pipeline.catalog_file), names, meaning)
    assert [hit.name for hit in searcher.search(SearchQuery("1850")).hits] == ["lease.txt"]
    assert problems.codes == ["disk_full"]
    assert pipeline.progress.chunks_total == 2
    pipeline.stop()
    meaning.close()


def test_looking_again_while_files_are_read_reads_none_twice(index: Index, folder: Path) -> None:
    for number in range(60):
        (folder / f"{number}.txt").write_text(f"number {number} " * 400)
    futures = [index.pipeline.add_folder(str(folder)) for _ in range(4)]
    for future in futures:
        future.result(60)
        index.pipeline.rescan().result(60)
    index.settle()
    with apsw.Connection(str(index.pipeline.catalog_file)) as db:
        chunks, last = db.execute("select count(*), max(id) from chunk").get
    assert chunks == last


def test_a_changed_rule_counts_from_the_next_look(tmp_path: Path, folder: Path) -> None:
    """What is newly left out vanishes, what is newly allowed comes in, whatever changed: a setting or a file in the folder."""
    (folder / ".hidden.txt").write_text("badgers dig here")
    rules = RuleConfig()
    names = NameIndex()
    config = IndexConfig(index_dir=tmp_path / "home", models_dir=tmp_path)
    pipeline = Pipeline(config, names, None, Problems(), (), lambda: rules)
    searcher = Searcher(ReaderPool(pipeline.catalog_file), names, None)
    pipeline.start()

    def look(*words: str) -> list[bool]:
        pipeline.add_folder(str(folder)).result(60)
        assert pipeline.wait_settled(60, lambda: False)
        return [bool(searcher.search(SearchQuery(word)).hits) for word in words]

    assert look("1850", "五千二百", "badgers") == [True, True, False]
    rules = RuleConfig(hidden=True, patterns=("租房*",))
    assert look("1850", "五千二百", "badgers") == [True, False, True]
    rules = RuleConfig()
    (folder / ".docentignore").write_text("lease.*\n")
    assert look("1850", "五千二百", "badgers") == [False, True, False]
    (folder / ".docentignore").unlink()
    assert look("1850", "五千二百", "badgers") == [True, True, False]
    (folder / "lease.txt").rename(folder / "id_rsa")
    assert look("1850", "id_rsa") == [False, True]
    (folder / "id_rsa").rename(folder / "lease.txt")
    assert look("rent", "lease") == [True, True]
    pipeline.stop()


def write_notes(folder: Path, count: int) -> None:
    for number in range(count):
        part = folder / f"part {number // 50}"
        part.mkdir(exist_ok=True)
        (part / f"笔记 {number}.txt").write_text(f"第{number}条记录：项目{number}的预算。 note {number} " * 20)


def test_while_paused_names_are_true_and_nothing_is_read(index: Index, folder: Path, tmp_path: Path) -> None:
    index.pipeline.set_pause(Pause()).result(10)
    index.pipeline.add_folder(str(folder)).result(60)
    assert index.find("lease") == ["lease.txt"]
    (folder / "lease.txt").rename(folder / "contract.txt")
    index.pipeline.rescan().result(60)
    assert index.find("contract") == ["contract.txt"]
    assert not index.pipeline.wait_settled(0.5, lambda: False)
    assert index.pipeline.progress.states == {"pending": 2}
    index.pipeline.stop()
    again = Index(tmp_path / "home")
    assert again.pipeline.pace.waits, "a pause until resumed outlives the program"
    assert not again.pipeline.wait_settled(0.5, lambda: False)
    assert again.pipeline.progress.states == {"pending": 2}
    again.pipeline.set_pause(None).result(10)
    again.settle()
    assert again.find("五千二百") == ["租房合同.txt"]
    again.pipeline.stop()


def test_a_pause_ends_when_its_time_is_over(index: Index, folder: Path) -> None:
    index.pipeline.set_pause(Pause(until=time.time() + 0.5)).result(10)
    index.add(folder)
    assert index.find("1850") == ["lease.txt"]


def test_all_names_are_found_before_anything_is_read(index: Index, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    write_notes(folder, 400)
    index.pipeline.add_folder(str(folder)).result(60)
    assert index.find("笔记 399")[0] == "笔记 399.txt"
    index.settle()
    assert index.pipeline.progress.states == {"text_only": 400}
    assert not any(progress.states.get("text_only") for progress in index.problems.seen if progress.phase == "scanning")


def test_names_are_found_while_the_walk_goes_on(index: Index, tmp_path: Path) -> None:
    folder = tmp_path / "tree"
    for number in range(400):
        (folder / f"{number:03}").mkdir(parents=True)
        for name in range(20):
            (folder / f"{number:03}" / f"entry {number} {name}.bin").touch()
    walk = index.pipeline.add_folder(str(folder))
    seen = set()
    while not walk.done():
        seen.add(len(index.names))
        threading.Event().wait(0.005)
    assert any(0 < count < 8_000 for count in seen)
    assert len(index.names) == 8_000


def test_what_was_touched_is_read_before_what_waits(tmp_path: Path, folder: Path) -> None:
    """The order in which files were read is that of the ids of their passages."""
    index = Index(tmp_path / "home", workers=1)
    index.pipeline.set_pause(Pause()).result(10)
    write_notes(folder, 60)
    old = folder / "旧 touched.txt"
    old.write_text("touched just now, though its time is old")
    os.utime(old, (1_000_000_000, 1_000_000_000))
    index.pipeline.add_folder(str(folder)).result(60)
    index.pipeline.look_at([Dirty(str(old))]).result(60)
    index.pipeline.set_pause(None).result(10)
    index.settle()
    with apsw.Connection(str(index.pipeline.catalog_file)) as db:
        name = db.execute("select name from chunk join file on file.id = chunk.file order by chunk.id limit 1").get
    assert os.fsdecode(name) == "旧 touched.txt"
    index.pipeline.stop()


def test_what_somebody_looks_at_is_read_first(tmp_path: Path, folder: Path) -> None:
    index = Index(tmp_path / "home", workers=1)
    index.pipeline.set_pause(Pause()).result(10)
    write_notes(folder, 60)
    index.pipeline.add_folder(str(folder)).result(60)
    with apsw.Connection(str(index.pipeline.catalog_file)) as db:
        wanted = db.execute("select id from file where name = cast(? as blob)", ("笔记 7.txt",)).get
    index.pipeline.prefer([wanted]).result(10)
    index.pipeline.set_pause(None).result(10)
    index.settle()
    with apsw.Connection(str(index.pipeline.catalog_file)) as db:
        assert db.execute("select file from chunk order by id limit 1").get == wanted
    index.pipeline.stop()


def test_a_gentle_pipeline_still_comes_to_its_end(tmp_path: Path, folder: Path) -> None:
    index = Index(tmp_path / "home", look=lambda: Surroundings(battery_percent=60.0))
    write_notes(folder, 6)
    index.add(folder)
    assert index.pipeline.progress.states == {"text_only": 8}
    assert index.pipeline.progress.pace == ("gentle", "battery", None)
    index.pipeline.stop()


def test_equal_content_is_embedded_once(tmp_path: Path, folder: Path, default_model: ModelFolder) -> None:
    copies = 12
    text = "The hedgehog report: " + "hedgehogs sleep under leaves in winter. " * 10
    for number in range(copies):
        (folder / f"copy {number}.txt").write_text(text)
    config = IndexConfig(index_dir=tmp_path / "home", models_dir=default_model.path.parent)
    meaning = CountingClient(config)
    pipeline = Pipeline(config, NameIndex(), meaning, Problems(), ())
    pipeline.start()
    pipeline.add_folder(str(folder)).result(60)
    assert pipeline.wait_settled(120, lambda: False)
    assert pipeline.progress.states == {"indexed": copies + 2}
    assert meaning.count() == copies + 2
    assert sum("hedgehog report" in embedded for embedded in meaning.embedded) == 1
    pipeline.stop()
    meaning.close()


class CountingClient(MeaningClient):
    """Remembers what the real worker was asked to embed."""

    def __init__(self, config: IndexConfig) -> None:
        super().__init__(config)
        self.embedded: list[str] = []

    def embed_and_store(self, items: Sequence[EmbedItem]) -> list[bytes]:
        self.embedded += [item.text for item in items]
        return super().embed_and_store(items)
