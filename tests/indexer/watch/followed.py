"""A pipeline without meaning that is followed by a real watcher, and a search over it."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import apsw

from indexer.catalog.database import ReaderPool
from indexer.catalog.folders import FolderTree
from indexer.config import IndexConfig
from indexer.model import Hit
from indexer.naming.index import NameIndex
from indexer.pipeline import Pipeline
from indexer.query import SearchQuery
from indexer.report import Reporter
from indexer.search import Searcher
from indexer.watch.watcher import Watcher


class Noted(Reporter):
    def __init__(self) -> None:
        self.problems: dict[str, dict[str, object]] = {}

    def problem(self, code: str, facts: dict[str, object]) -> None:
        self.problems[code] = facts

    def resolved(self, code: str) -> None:
        self.problems.pop(code, None)


class Followed:
    """One index that follows its folders."""

    def __init__(self, home: Path, budget: Callable[[], int] | None = None) -> None:
        self.noted = Noted()
        self.names = NameIndex()
        self.watcher = Watcher(self.noted, budget)
        config = IndexConfig(index_dir=home, models_dir=home / "models", ocr=False)
        self.pipeline = Pipeline(config, self.names, None, self.noted, (home,), follower=self.watcher)
        self.searcher = Searcher(ReaderPool(self.pipeline.catalog_file), self.names, None)
        self.pipeline.start()
        self.watcher.start(self.pipeline)

    def stop(self) -> None:
        self.pipeline.stop()
        self.watcher.stop()

    def add(self, folder: Path) -> None:
        self.pipeline.add_folder(str(folder)).result(60)
        self.settle()

    def settle(self) -> None:
        assert self.pipeline.wait_settled(60, lambda: False)

    def hits(self, text: str) -> list[Hit]:
        return list(self.searcher.search(SearchQuery(text)).hits)

    def find(self, text: str) -> list[str]:
        return [hit.name for hit in self.hits(text)]

    def known(self) -> dict[str, int]:
        """Ids of the files in the catalogue by path."""
        with apsw.Connection(str(self.pipeline.catalog_file), flags=apsw.SQLITE_OPEN_READONLY) as db:
            paths = dict(FolderTree(db).all_paths())
            rows = db.execute("select id, folder, name from file where container is null").fetchall()
        return {os.path.join(paths[folder], os.fsdecode(name)): file_id for file_id, folder, name in rows}

    def chunk_ids(self, path: Path) -> list[int]:
        file_id = self.known()[str(path)]
        with apsw.Connection(str(self.pipeline.catalog_file), flags=apsw.SQLITE_OPEN_READONLY) as db:
            return [row[0] for row in db.execute("select id from chunk where file = ?", (file_id,))]

    def until(self, condition: Callable[[], object], what: str = "", seconds: float = 30) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"waited too long: {what}"
            time.sleep(0.02)

    def until_true(self, *folders: Path, seconds: float = 60) -> None:
        """Wait until exactly the regular files below the folders are known."""
        self.until(lambda: set(self.known()) == on_disk(*folders), "index = disk", seconds)


def on_disk(*folders: Path) -> set[str]:
    return {os.path.join(base, name) for folder in folders for base, _, names in os.walk(folder) for name in names}
