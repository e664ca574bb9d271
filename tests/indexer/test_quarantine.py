"""A file that hangs, crashes or eats all memory is tried twice, set aside with its reason, and left alone until it changes."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

from indexer.catalog.attempts import Attempts
from indexer.catalog.writer import EXTRACTOR_VERSION
from indexer.config import ExtractLimits, IndexConfig
from indexer.extract.journal import ReadingJournal
from indexer.model import FileFacts
from indexer.naming.index import NameIndex
from indexer.pipeline import Pipeline
from indexer.report import Reporter

FRAGILE_WORKER = """
import os, sys, time
from indexer.extract import worker
from indexer.formats import plain
real = plain.read
def fragile(path, info, limits):
    for segment in real(path, info, limits):
        yield segment
        if "crash" in segment.text:
            os.abort()
        if "hang" in segment.text:
            time.sleep(600)
        if "greed" in segment.text:
            raise MemoryError
plain.read = fragile
sys.exit(worker.main())
"""


class Home:
    """An index whose readers crash, hang or run out of memory on the words of those names."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files = folder / "文件"
        self.files.mkdir(parents=True)
        program = folder / "fragile.py"
        program.write_text(FRAGILE_WORKER)
        self.config = IndexConfig(
            index_dir=folder / "index",
            models_dir=folder,
            extract_command=(sys.executable, str(program)),
            limits=ExtractLimits(seconds=1.5),
        )

    def write(self, name: str, text: str) -> Path:
        path = self.files / name
        path.write_text(text, encoding="utf-8")
        return path

    def run(self) -> None:
        """One life of the program: looks at everything, reads what there is to read, ends."""
        pipeline = Pipeline(self.config, NameIndex(), None, Reporter(), ())
        pipeline.start()
        pipeline.add_folder(str(self.files)).result(60)
        pipeline.rescan().result(60)
        assert pipeline.wait_settled(120, lambda: False)
        pipeline.stop()

    def rows(self, sql: str) -> list[tuple]:
        with apsw.Connection(str(self.config.index_dir / "catalog.db")) as db:
            return db.execute(sql).fetchall()

    def states(self) -> dict[str, tuple[str, str]]:
        return {
            os.fsdecode(name): (state, reason)
            for name, state, reason in self.rows("select name, state, reason from file")
        }

    def tries(self) -> dict[str, int]:
        found = self.rows("select name, tries from attempt join file on file.id = attempt.file")
        return {os.fsdecode(name): tries for name, tries in found}


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    return Home(tmp_path / "home")


def test_each_is_tried_twice_and_keeps_reason_and_text(home: Home) -> None:
    for word in ("crash", "hang", "greed"):
        home.write(f"{word}.txt", "Words before it. 前文在此。\n" * 400 + word)
    home.write("good.txt", "nothing special 好的")
    home.run()
    assert home.states() == {
        "crash.txt": ("text_only", "crashed"),
        "hang.txt": ("text_only", "timeout"),
        "greed.txt": ("text_only", "out_of_memory"),
        "good.txt": ("text_only", ""),
    }
    assert home.tries() == {"crash.txt": 2, "hang.txt": 2, "greed.txt": 2}
    kept = home.rows("select count(distinct file) from chunk where text like '%前文在此%'")
    assert kept == [(3,)]
    assert home.rows("select count(*) from file where truncated") == [(3,)]


def test_it_is_left_alone_by_later_runs_until_it_changes(home: Home) -> None:
    path = home.write("crash.txt", "crash")
    home.run()
    home.run()
    assert home.tries() == {"crash.txt": 2}, "tried again without need"
    path.write_text("no harm in it any more", encoding="utf-8")
    home.run()
    assert home.states() == {"crash.txt": ("text_only", "")}
    assert home.tries() == {}
    path.write_text("another crash", encoding="utf-8")
    home.run()
    assert home.tries() == {"crash.txt": 2}


def test_it_is_tried_again_by_a_newer_extractor(home: Home) -> None:
    home.write("crash.txt", "crash")
    home.run()
    with apsw.Connection(str(home.config.index_dir / "catalog.db")) as db:
        db.execute("update file set extractor = extractor - 1; update attempt set extractor = extractor - 1").fetchall()
    home.run()
    assert home.rows("select extractor, tries from attempt") == [(EXTRACTOR_VERSION, 2)]


def test_a_new_name_does_not_free_it(home: Home) -> None:
    path = home.write("crash.txt", "crash")
    home.run()
    path.rename(home.files / "换名.txt")
    home.run()
    assert home.states() == {"换名.txt": ("failed", "crashed")}
    assert home.tries() == {"换名.txt": 2}


def test_a_file_that_the_program_died_of_again_and_again_is_set_aside(home: Home) -> None:
    """A catalogue and a reading queue are all that the count needs; the program dies before anything is read."""
    path = home.write("harmless.txt", "was read each time the lights went out")
    home.run()
    facts = FileFacts(str(path), path.stat().st_size, path.stat().st_mtime_ns, path.stat().st_ino)
    (file_id,) = home.rows("select id from file")[0]
    with apsw.Connection(str(home.config.index_dir / "catalog.db")) as db:
        db.execute("update file set state = 'pending'")
        for died in range(1, 5):
            assert Attempts(db, EXTRACTOR_VERSION).add(file_id, facts) == died
    lane = ReadingJournal(home.config.index_dir / "reading").open_lane(0)
    lane.begin(str(path))
    lane.close()
    home.run()
    assert home.states() == {"harmless.txt": ("failed", "crashed")}
    assert home.tries() == {"harmless.txt": 5}
    assert "5 times" in home.rows("select detail from file")[0][0]


def test_four_such_deaths_are_bad_luck(home: Home) -> None:
    path = home.write("harmless.txt", "was read each time the lights went out")
    lane = ReadingJournal(home.config.index_dir / "reading").open_lane(0)
    lane.begin(str(path))
    lane.close()
    home.run()
    assert home.states() == {"harmless.txt": ("text_only", "")}
    assert home.tries() == {}


def test_the_journal_names_what_was_being_read(tmp_path: Path) -> None:
    journal = ReadingJournal(tmp_path / "reading")
    names = ["/a/plain.txt", "/b/换行\n.txt", os.fsdecode(b"/c/bad\xff.txt")]
    lanes = [journal.open_lane(number) for number in range(4)]
    for lane, name in zip(lanes, names, strict=False):
        lane.begin("/something/much/longer/that/was/read/before.txt")
        lane.end()
        lane.begin(name)
    lanes[3].begin("/done")
    lanes[3].end()
    assert journal.left_over() == names
    assert journal.left_over() == []


def test_without_a_place_for_the_journal_reading_goes_on(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    lane = ReadingJournal(tmp_path / "taken").open_lane(0)
    lane.begin("/a")
    lane.end()
    lane.close()
    assert ReadingJournal(tmp_path / "taken").left_over() == []
