"""Folders as rows that know their parent, so that renaming a tree touches one row."""

from __future__ import annotations

import os
from collections.abc import Iterator

import apsw

from indexer.catalog.database import rows, value

_PATH = """
with recursive up(id, parent, name, depth) as (
    select id, parent, name, 0 from folder where id = ?
    union all select folder.id, folder.parent, folder.name, depth + 1 from folder join up on folder.id = up.parent)
select id, name from up order by depth desc
"""
_BELOW = """
with recursive down(id) as (
    select ? union all select folder.id from folder join down on folder.parent = down.id)
select id from down
"""

VISIBLE = "file.folder not in (select folder from removed_folder)"
"""SQL over `file`: it lies in no folder that was removed and may come back."""


class FolderTree:
    """Reads the folder table through one connection."""

    def __init__(self, db: apsw.Connection) -> None:
        self._db = db

    def path(self, folder_id: int) -> str:
        """Full path of a folder."""
        return os.fsdecode(os.path.join(*(name for _, name in rows(self._db, _PATH, (folder_id,)))))

    def lineage(self, folder_id: int) -> list[int]:
        """Ids from the top folder down to this one."""
        return [row[0] for row in rows(self._db, _PATH, (folder_id,))]

    def below(self, folder_id: int) -> list[int]:
        """Ids of the folder and of all folders in it, at any depth."""
        return [row[0] for row in rows(self._db, _BELOW, (folder_id,))]

    def find(self, path: str) -> int | None:
        """Id of the folder at `path`, if it is known."""
        tops = rows(self._db, "select id, name from folder where parent is null order by length(name) desc")
        for folder_id, name in tops:  # a removed folder may lie around one that was added since: the inner one first
            top = os.fsdecode(name)
            if path == top:
                return int(folder_id)
            if path.startswith(os.path.join(top, "")):
                return self._walk(folder_id, os.path.relpath(path, top))
        return None

    def _walk(self, folder_id: int, relative: str) -> int | None:
        current: int | None = folder_id
        for part in relative.split(os.sep):
            current = value(
                self._db, "select id from folder where parent = ? and name = ?", (current, os.fsencode(part))
            )
            if current is None:
                return None
        return current

    def children(self, folder_id: int) -> dict[str, int]:
        """The folders directly in a folder: ids by name."""
        found = rows(self._db, "select name, id from folder where parent = ?", (folder_id,))
        return {os.fsdecode(name): child for name, child in found}

    def with_inode(self, inode: int) -> list[tuple[int, str]]:
        """Id and path of the folders, tops excepted, that had this inode when they were looked at."""
        found = rows(
            self._db,
            "select id from folder where inode = ? and parent is not null and id not in (select folder from removed_folder)",
            (inode,),
        )
        return [(row[0], self.path(row[0])) for row in found]

    def all_paths(self) -> Iterator[tuple[int, str]]:
        """Id and path of every folder, parents first."""
        table = rows(self._db, "select id, parent, name from folder order by id")
        known: dict[int, tuple[int | None, bytes]] = {row[0]: (row[1], row[2]) for row in table}
        paths: dict[int, bytes] = {}

        def resolve(folder_id: int) -> bytes:
            if folder_id not in paths:
                parent, name = known[folder_id]
                paths[folder_id] = name if parent is None else os.path.join(resolve(parent), name)
            return paths[folder_id]

        for folder_id in known:
            yield folder_id, os.fsdecode(resolve(folder_id))


class FolderWriter(FolderTree):
    """Adds folders; remembers the ids of the paths it has seen."""

    def __init__(self, db: apsw.Connection) -> None:
        super().__init__(db)
        self._ids: dict[str, int] = {}

    def ensure(self, path: str) -> int:
        """Id of the folder at `path`, which is made with its parents up to a known one."""
        if path not in self._ids:
            found = self.find(path)
            self._ids[path] = self._insert(path) if found is None else found
        return self._ids[path]

    def ensure_top(self, path: str) -> int:
        """Id of a folder that has no parent in the catalogue."""
        name = (os.fsencode(path),)
        self._db.execute("insert or ignore into folder(parent, name) values(null, ?)", name)
        self._ids[path] = int(value(self._db, "select id from folder where parent is null and name = ?", name))
        return self._ids[path]

    def detach(self, folder_id: int, path: str) -> None:
        """Make a folder, which lies at `path`, one without a parent: the one around it was removed."""
        self._db.execute("update folder set parent = null, name = ? where id = ?", (os.fsencode(path), folder_id))
        self.forget()

    def adopt(self, folder_id: int, path: str) -> None:
        """Hang a top folder below the one at `dirname(path)`: a folder above it was added."""
        parent, name = os.path.split(path)
        self.forget()
        parent_id = self.ensure(parent)
        self._db.execute(
            "update folder set parent = ?, name = ? where id = ?", (parent_id, os.fsencode(name), folder_id)
        )
        self.forget()

    def note_inode(self, folder_id: int, inode: int) -> None:
        """Remember a folder's inode."""
        self._db.execute("update folder set inode = ? where id = ? and inode is not ?", (inode, folder_id, inode))

    def move(self, folder_id: int, path: str) -> None:
        """Give a folder a new place; all that is known of what lies in it moves with it."""
        parent, name = os.path.split(path)
        parent_id = self.ensure(parent)
        self._db.execute(
            "update folder set parent = ?, name = ? where id = ?", (parent_id, os.fsencode(name), folder_id)
        )
        self.forget()

    def prune(self, folder_id: int) -> None:
        """Forget a folder that is gone and those in it, as far as no file is known in them."""
        for below in reversed(self.below(folder_id)):
            self._db.execute(
                "delete from folder where id = ?1 and parent is not null and not exists (select 1 from file where folder = ?1)"
                " and not exists (select 1 from folder as inner_one where inner_one.parent = ?1)",
                (below,),
            )
        self.forget()

    def forget(self) -> None:
        """Drop what is remembered: folders were moved, removed or rolled back."""
        self._ids.clear()

    def _insert(self, path: str) -> int:
        parent, name = os.path.split(path)
        if parent == path:
            raise KeyError(path)
        parent_id = self.ensure(parent)
        self._db.execute("insert into folder(parent, name) values(?, ?)", (parent_id, os.fsencode(name)))
        return self._db.last_insert_rowid()
