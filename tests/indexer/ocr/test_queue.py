"""When pages are read, how often, and what waits: a real catalogue and the real recognising process."""

from __future__ import annotations

import os
import queue
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest

from indexer.catalog.writer import CatalogWriter
from indexer.config import OCR_LIMITS
from indexer.courtesy import Courtesy
from indexer.model import DocumentInfo, Extraction, FileFacts, FileState
from indexer.ocr.child import Recognised
from indexer.ocr.conditions import Conditions
from indexer.ocr.queue import OcrQueue
from indexer.ocr.reader import PageReader
from indexer.progress import ProgressMeter
from indexer.report import Reporter
from tests.indexer.ocr import pictures


class CountingReader(PageReader):
    reads = 0

    def read(self) -> Future[Recognised]:
        self.reads += 1
        return super().read()


class Desk:
    """A folder of pictures, and a queue that runs in the thread of the test."""

    def __init__(self, folder: Path, command: tuple[str, ...] | None = None) -> None:
        self.folder = folder
        self.plugged_in = True
        self.catalog = CatalogWriter(folder.parent / "catalog.db")
        self.catalog.add_root(str(folder))
        self.reader = CountingReader(OCR_LIMITS, command) if command else CountingReader(OCR_LIMITS)
        self.inbox: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self.meter = ProgressMeter(Reporter())
        self.gone: list[int] = []
        self.courtesy = Courtesy()
        conditions = Conditions(self.courtesy, on_battery=lambda: not self.plugged_in, ask_every_s=0.0)
        self.queue = OcrQueue(self.catalog, self.reader, conditions, self.meter, self.inbox.put, self.gone.extend)

    def add(self, name: str, *lines: str) -> int:
        path = self.folder / name
        pictures.written(lines).save(path)
        return self.catalog.add_file(self.facts(name))

    def facts(self, name: str) -> FileFacts:
        found = os.lstat(self.folder / name)
        return FileFacts(str(self.folder / name), found.st_size, found.st_mtime_ns, found.st_ino)

    def owe(self, file_id: int, name: str) -> None:
        info = DocumentInfo(pages_without_text=(1,))
        self.catalog.store_extraction(file_id, self.facts(name), Extraction(FileState.NO_TEXT, info=info))

    def work(self) -> None:
        """Until nothing is left that can be done."""
        self.queue.feed()
        while self.queue.busy:
            self.inbox.get(timeout=120)()
            self.queue.feed()

    def texts(self) -> list[str]:
        return [text for (text,) in self.catalog.db.execute("select text from chunk order by id")]

    def close(self) -> None:
        self.queue.close()
        self.reader.close()
        self.catalog.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    (tmp_path / "图片").mkdir()
    desk = Desk(tmp_path / "图片")
    yield desk
    desk.close()


def test_the_same_picture_is_read_once_however_often_it_lies_about(desk: Desk) -> None:
    desk.owe(desk.add("停水.png", "停水通知", "周四八点至五点"), "停水.png")
    for name in ("copy.png", "again.png"):
        shutil.copy(desk.folder / "停水.png", desk.folder / name)
        desk.owe(desk.catalog.add_file(desk.facts(name)), name)
    assert len(desk.queue) == 3
    assert desk.queue.seconds_left > 0
    desk.work()
    assert desk.reader.reads == 1
    assert desk.texts() == ["停水通知\n周四八点至五点"] * 3
    assert (len(desk.queue), desk.queue.has_work, desk.meter.now.ocr_pages_done) == (0, False, 3)


def test_pictures_wait_for_mains_power(desk: Desk) -> None:
    desk.owe(desk.add("收条.png", "收条 5200元"), "收条.png")
    desk.plugged_in = False
    desk.work()
    assert (desk.queue.waits_for, desk.queue.has_work, len(desk.queue), desk.texts()) == ("power", False, 1, [])
    desk.plugged_in = True
    desk.work()
    assert desk.texts() == ["收条5200元"]


def test_what_the_user_decided_comes_first() -> None:
    assert Conditions(Courtesy(), on_battery=lambda: True).waits_for == "power"
    assert Conditions(Courtesy(), may_use_battery=True, on_battery=lambda: True).waits_for == ""
    assert Conditions(Courtesy(), enabled=False).waits_for == "off"


def test_no_page_is_begun_while_a_question_is_answered(desk: Desk) -> None:
    desk.owe(desk.add("收条.png", "收条5200元"), "收条.png")
    with desk.courtesy.question():
        desk.queue.feed()
        assert (desk.queue.busy, desk.queue.has_work, desk.queue.waits_for) == (False, True, "")
    desk.work()
    assert desk.texts() == ["收条5200元"]


def test_a_file_that_is_away_waits_and_holds_up_nobody(desk: Desk) -> None:
    away, here = desk.add("away.png", "on a stick"), desk.add("here.png", "on the disk")
    desk.owe(away, "away.png")
    desk.owe(here, "here.png")
    (desk.folder / "away.png").rename(desk.folder.parent / "away.png")
    desk.work()
    assert desk.texts() == ["on the disk"]
    assert (len(desk.queue), desk.queue.has_work) == (1, False)


def test_what_comes_back_for_a_file_that_changed_meanwhile_is_ignored(desk: Desk) -> None:
    file_id = desk.add("draft.png", "an old draft")
    desk.owe(file_id, "draft.png")
    desk.queue.feed()
    desk.catalog.mark_pending(file_id)
    desk.work()
    assert (desk.texts(), desk.reader.reads, desk.queue.has_work) == ([], 0, False)


def test_a_recogniser_that_never_starts_is_given_up_for_a_while_and_the_pages_stay_owed(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    desk = Desk(tmp_path / "files", ("/nonexistent/python",))
    desk.owe(desk.add("a.png", "some text"), "a.png")
    desk.work()
    assert (desk.queue.waits_for, desk.queue.has_work, len(desk.queue)) == ("start", False, 1)
    desk.close()


def test_closing_kills_the_page_in_hand(desk: Desk) -> None:
    desk.owe(desk.add("long.png", *["a line of the long letter"] * 40), "long.png")
    desk.queue.feed()
    desk.inbox.get(timeout=60)()  # it was looked at and is being read
    desk.queue.close()
    desk.reader.close()
    desk.inbox.get(timeout=60)()
    assert desk.texts() == []
    assert len(desk.queue) == 1
