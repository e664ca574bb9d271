"""Folders that the user removed: out of sight at once, brought back if wanted within the time, then deleted in small steps.

Their rows stay until then. `removed_folder` lists the folders that no search may see; `chunk.stored` is 2 for
passages at rest, which the vector store does not have and is not owed.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass

from indexer.catalog.database import rows, value
from indexer.catalog.writer import CatalogWriter, Root
from indexer.rules.places import is_within

_INSIDE = "(select id from file where folder in (select value from json_each(?)))"
_MERGE_PAGES = 200
_VACUUM_PAGES = 500


@dataclass(frozen=True, slots=True)
class RemovedRoot:
    """A folder that can still come back. `removed_at` is in seconds since the epoch."""

    root_id: int
    folder_id: int
    path: str
    removed_at: float


class RemovedRoots:
    """Hides, brings back and deletes. Used by the thread that writes the catalogue; every method is one transaction."""

    def __init__(self, catalog: CatalogWriter) -> None:
        self._catalog = catalog
        self._db = catalog.db

    def all(self) -> list[RemovedRoot]:
        """The folders that can come back, the last one removed last."""
        found = rows(
            self._db, "select id, folder, removed_at from root where removed_at is not null order by removed_at"
        )
        return [RemovedRoot(row[0], row[1], self._catalog.folders.path(row[1]), row[2]) for row in found]

    def files(self, root: Root) -> list[int]:
        """Ids of the files of a folder; what lies inside them goes with them."""
        inside = json.dumps(self._catalog.folders.below(root.folder_id))
        found = rows(
            self._db,
            "select id from file where container is null and folder in (select value from json_each(?))",
            (inside,),
        )
        return [row[0] for row in found]

    def hide(self, root: Root) -> list[int]:
        """Put a folder out of sight; returns the chunks that the vector store is to forget."""
        with self._catalog.transaction():
            below = self._catalog.folders.below(root.folder_id)
            inside = json.dumps(below)
            stored = rows(self._db, f"select id from chunk where stored = 1 and file in {_INSIDE}", (inside,))  # noqa: S608 - constants
            self._db.execute("update root set removed_at = ? where id = ?", (time.time(), root.root_id))
            self._db.execute("delete from left_out where root = ?", (root.root_id,))
            self._db.executemany("insert into removed_folder values(?)", [(folder_id,) for folder_id in below])
            self._db.execute(f"update chunk set stored = 2 where file in {_INSIDE}", (inside,))  # noqa: S608 - constants
            return [row[0] for row in stored]

    def make_way(self, path: str) -> None:
        """Before `path` is added: bring back what was removed at or below it, and part it from a removed folder around it."""
        with self._catalog.transaction():
            for removed in self.all():
                if is_within(removed.path, (path,)):
                    self._show(removed)
                elif is_within(path, (removed.path,)):
                    self._show_below(self._catalog.part(path))

    def bring_back(self, removed: RemovedRoot) -> None:
        """Undo a removal. Folders in it that were added or removed since become part of it again."""
        with self._catalog.transaction():
            self.make_way(removed.path)
            self._catalog.take_in(removed.path)

    def _show(self, removed: RemovedRoot) -> None:
        self._db.execute("update root set removed_at = null where id = ?", (removed.root_id,))
        self._show_below(removed.folder_id)

    def _show_below(self, folder_id: int | None) -> None:
        if folder_id is None:
            return
        inside = json.dumps(self._catalog.folders.below(folder_id))
        self._db.execute("delete from removed_folder where folder in (select value from json_each(?))", (inside,))
        self._db.execute(f"update chunk set stored = 0 where stored = 2 and file in {_INSIDE}", (inside,))  # noqa: S608 - constants

    # -- deleting

    def delete_some(self, removed: RemovedRoot, limit: int) -> tuple[int, list[int]]:
        """Delete at most `limit` files; the folder itself goes with the last ones. Returns how many, and their chunks."""
        below = self._catalog.folders.below(removed.folder_id)
        files = rows(
            self._db,
            "select id from file where container is null and folder in (select value from json_each(?)) limit ?",
            (json.dumps(below), limit),
        )
        with self._catalog.transaction():
            chunks = self._catalog.remove_files(row[0] for row in files)
            if len(files) < limit:
                self._db.execute("delete from root where id = ?", (removed.root_id,))
                self._db.executemany("delete from folder where id = ?", [(folder_id,) for folder_id in reversed(below)])
                self._catalog.folders.forget()
        return len(files), chunks

    def merge_some(self, *, first: bool) -> bool:
        """Work deleted words out of the text index for a moment; False when there is nothing left to do.

        A negative number begins the merging of all there is (https://sqlite.org/fts5.html#the_merge_command).
        """
        before = self._db.total_changes()
        pages = -_MERGE_PAGES if first else _MERGE_PAGES
        self._db.execute("insert into text_index(text_index, rank) values('merge', ?)", (pages,))
        return self._db.total_changes() - before >= 2

    def give_back_some(self) -> bool:
        """Give free pages back to the disk; False when there are none left."""
        self._db.execute(f"pragma incremental_vacuum({_VACUUM_PAGES})").fetchall()
        return bool(value(self._db, "pragma auto_vacuum") == 2 and value(self._db, "pragma freelist_count") > 0)

    def fold_journal(self) -> None:
        """Bring what was done into the file itself: only that makes it smaller."""
        self._db.execute("pragma wal_checkpoint(truncate)").fetchall()

    def size(self) -> int:
        """Bytes of the database."""
        return int(value(self._db, "pragma page_count") * value(self._db, "pragma page_size"))
