"""The order in which files are read."""

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.catalog.to_read import Lane, ToRead, units_of
from indexer.catalog.writer import CatalogWriter
from indexer.model import FileFacts

DAY_NS = 86_400 * 10**9
NOW_NS = int(time.time()) // 86_400 * DAY_NS + DAY_NS // 2
MB = 1 << 20


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[CatalogWriter]:
    catalog = CatalogWriter(tmp_path / "catalog.db")
    catalog.add_root("/文件")
    yield catalog
    catalog.close()


class Queue:
    def __init__(self, catalog: CatalogWriter) -> None:
        self.catalog = catalog
        self.table = ToRead(catalog.db, catalog.folders)
        self.ids: dict[str, int] = {}

    def add(self, name: str, *, age_days: float = 0, size: int = 100, lane: Lane = Lane.USUAL) -> int:
        facts = FileFacts(f"/文件/{name}", size, NOW_NS - int(age_days * DAY_NS), len(self.ids))
        self.ids.setdefault(name, 0)
        self.ids[name] = self.ids[name] or self.catalog.add_file(facts)
        return self.table.add([(self.ids[name], facts)], lane)

    def take_all(self) -> list[str]:
        taken = []
        while waiting := self.table.take():
            taken.append(waiting.facts.name)
        assert (len(self.table), self.table.units) == (0, 0)
        return taken


@pytest.fixture
def waiting(catalog: CatalogWriter) -> Queue:
    return Queue(catalog)


def test_touched_before_recent_before_old_and_suspects_last(waiting: Queue) -> None:
    waiting.add("去年.txt", age_days=400)
    waiting.add("crashed before.pdf", lane=Lane.SUSPECT)
    waiting.add("昨天.docx", age_days=1)
    waiting.add("今天.txt")
    waiting.add("old but touched.md", age_days=900, lane=Lane.TOUCHED)
    assert waiting.take_all() == ["old but touched.md", "今天.txt", "昨天.docx", "去年.txt", "crashed before.pdf"]


def test_small_before_huge_of_the_same_day_newest_first(waiting: Queue) -> None:
    waiting.add("huge, noon.pdf", size=900 * MB)
    waiting.add("small, morning.txt", age_days=0.3)
    waiting.add("small, noon.txt")
    waiting.add("huge, before.pdf", age_days=2, size=20 * MB)
    waiting.add("small, before.txt", age_days=2.1)
    assert waiting.take_all() == [
        "small, noon.txt",
        "small, morning.txt",
        "huge, noon.pdf",
        "small, before.txt",
        "huge, before.pdf",
    ]


def test_what_somebody_looks_at_comes_first(waiting: Queue) -> None:
    waiting.add("a.txt", lane=Lane.TOUCHED)
    waiting.add("合同.txt", age_days=30)
    assert waiting.table.prefer(waiting.ids["合同.txt"])
    assert not waiting.table.prefer(12345)
    assert waiting.take_all() == ["合同.txt", "a.txt"]


def test_a_file_waits_once_in_its_better_lane_as_it_was_seen_last(waiting: Queue) -> None:
    assert waiting.add("a.txt", size=1) == 1
    assert waiting.add("a.txt", size=2, lane=Lane.TOUCHED) == 0
    assert waiting.add("a.txt", size=3) == 0
    assert len(waiting.table) == 1
    taken = waiting.table.take()
    assert taken is not None
    assert (taken.facts.size, taken.lane) == (3, Lane.TOUCHED)


def test_usual_files_wait_while_only_touched_ones_are_taken(waiting: Queue) -> None:
    waiting.add("usual.txt")
    assert waiting.table.take(only_touched=True) is None
    waiting.add("touched.txt", lane=Lane.TOUCHED)
    taken = waiting.table.take(only_touched=True)
    assert taken is not None
    assert taken.facts.name == "touched.txt"
    assert len(waiting.table) == 1


def test_files_that_are_gone_or_moved_meanwhile(waiting: Queue, catalog: CatalogWriter) -> None:
    waiting.add("gone.txt")
    waiting.add("moved.txt", age_days=1)
    catalog.remove_files([waiting.ids["gone.txt"]])
    facts = FileFacts("/文件/新/改名.txt", 100, NOW_NS - DAY_NS, 1)
    catalog.move_file(waiting.ids["moved.txt"], facts)
    taken = waiting.table.take()
    assert taken is not None
    assert taken.facts.path == "/文件/新/改名.txt"
    assert waiting.take_all() == []


def test_a_folder_is_dropped_with_all_below(waiting: Queue, catalog: CatalogWriter) -> None:
    waiting.add("keep.txt")
    waiting.add("inner/drop.txt")
    waiting.add("inner/deeper/drop.txt")
    folder = catalog.folders.find("/文件/inner")
    assert folder is not None
    waiting.table.drop_below(folder)
    assert waiting.take_all() == ["keep.txt"]


def test_a_film_costs_no_more_to_read_than_a_note() -> None:
    film = units_of(FileFacts("/a.mp4", 4 << 30, 0, 1))
    book = units_of(FileFacts("/a.pdf", 4 << 30, 0, 1))
    assert film < 100_000 < book


def test_counts_recover_from_a_transaction_that_was_rolled_back(waiting: Queue, catalog: CatalogWriter) -> None:
    waiting.add("a.txt")
    with contextlib.suppress(RuntimeError), catalog.transaction():
        waiting.add("b.txt")
        raise RuntimeError
    assert waiting.take_all() == ["a.txt"]
