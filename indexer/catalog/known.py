"""What the catalogue knows of the files on the disk (not of what lies inside them), asked folder by folder."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import apsw

from indexer.catalog.database import rows
from indexer.catalog.folders import FolderTree
from indexer.model import FileFacts, FileState, Reason

if TYPE_CHECKING:
    from indexer.catalog.writer import FileRecord

_SELECT = (
    "select id, folder, name, size, mtime_ns, inode, state, reason, extractor from file where container is null and "
)
_BELOW = _SELECT + "folder in (select value from json_each(?))"  # noqa: S608 - constants
_BY_ID = _SELECT + "id in (select value from json_each(?))"  # noqa: S608 - constants
_SAME = "inode = ? and size = ? and mtime_ns = ? and folder not in (select folder from removed_folder)"
_NAMED = _SELECT + "folder = ? and name = ?"
_FEW = 50


class KnownFiles:
    """Reads the files of the catalogue as records."""

    def __init__(self, db: apsw.Connection, folders: FolderTree, record: type[FileRecord]) -> None:
        self._db = db
        self._folders = folders
        self._record = record

    def in_folder(self, folder_id: int, path: str, names: Collection[str] | None = None) -> dict[str, FileRecord]:
        """The files of one folder, which lies at `path`, by name; only those of these `names`, if they are given."""
        if names is None or len(names) > _FEW:
            found = rows(self._db, _SELECT + "folder = ?", (folder_id,))
        else:
            found = [row for name in names for row in rows(self._db, _NAMED, (folder_id, os.fsencode(name)))]
        records = {record.facts.name: record for record in self._records(found, {folder_id: path})}
        return records if names is None else {name: records[name] for name in names if name in records}

    def below(self, folder_id: int) -> list[FileRecord]:
        """The files of a folder and of all folders in it."""
        inside = json.dumps(self._folders.below(folder_id))
        return self._records(rows(self._db, _BELOW, (inside,)))

    def same_file(self, facts: FileFacts) -> list[FileRecord]:
        """Files with that inode, size and time, wherever they lie."""
        found = rows(self._db, _SELECT + _SAME, (facts.inode, facts.size, facts.mtime_ns))
        return self._records(found)

    def by_id(self, file_ids: Iterable[int]) -> list[FileRecord]:
        """The files of these ids that are still known."""
        ids = json.dumps(list(file_ids))
        return self._records(rows(self._db, _BY_ID, (ids,)))

    def _records(self, found: Sequence[Sequence[Any]], paths: dict[int, str] | None = None) -> list[FileRecord]:
        paths = {} if paths is None else paths
        records = []
        for file_id, folder, name, size, mtime_ns, inode, state, reason, extractor in found:
            if folder not in paths:
                paths[folder] = self._folders.path(folder)
            facts = FileFacts(os.path.join(paths[folder], os.fsdecode(name)), size, mtime_ns, inode)
            records.append(self._record(file_id, facts, FileState(state), Reason(reason), extractor))
        return records
