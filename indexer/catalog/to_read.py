"""The files that wait to be read, in the order in which they are: kept beside the catalogue, so that a million of them cost little."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

import apsw

from indexer.catalog.database import rows, value
from indexer.catalog.folders import FolderTree
from indexer.kinds import kind_of
from indexer.model import FileFacts

_HUGE_BYTES = 8 << 20
_FILE_UNITS = 32 << 10
_MOST_UNITS = 16 << 20
_UNREAD_KINDS = frozenset(("video", "audio", "image"))
_UNREAD_BYTES = 1 << 20
_DAY_NS = 86_400 * 10**9

_TABLE = """
create temp table to_read(
    file integer primary key, lane integer not null, day integer not null, huge integer not null,
    mtime_ns integer not null, size integer not null, inode integer not null, units integer not null);
create index temp.to_read_order on to_read(lane, day desc, huge, mtime_ns desc);
"""
_NEXT = "select to_read.file from to_read order by lane, day desc, huge, mtime_ns desc limit ?"
_FACTS = (
    "select file.folder, file.name, to_read.lane, to_read.size, to_read.mtime_ns, to_read.inode"
    " from to_read join file on file.id = to_read.file where to_read.file = ?"
)
_RENEW = "update to_read set lane = min(lane, ?2), day = ?3, huge = ?4, mtime_ns = ?5, size = ?6, inode = ?7, units = ?8 where file = ?1"


class Lane(IntEnum):
    """Which files come first. Within a lane: the latest day of change, small before huge, newest."""

    WANTED = 0
    """Somebody looks at it."""
    TOUCHED = 1
    """It was changed just now."""
    USUAL = 2
    SUSPECT = 3
    """Reading it went wrong before."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that is to be read, as it was seen."""

    file_id: int
    facts: FileFacts
    lane: Lane


def units_of(facts: FileFacts) -> int:
    """What reading a file costs, in bytes of text: films are not read, and of a huge file only the beginning."""
    unread = facts.size > _UNREAD_BYTES and kind_of(facts.name) in _UNREAD_KINDS
    return _FILE_UNITS + (0 if unread else min(facts.size, _MOST_UNITS))


def _entry(file_id: int, facts: FileFacts, lane: Lane) -> tuple[int, ...]:
    day, huge = facts.mtime_ns // _DAY_NS, facts.size > _HUGE_BYTES
    return file_id, lane, day, huge, facts.mtime_ns, facts.size, facts.inode, units_of(facts)


class ToRead:
    """A temporary table of the catalogue's connection: it is part of its transactions and gone with it."""

    def __init__(self, db: apsw.Connection, folders: FolderTree) -> None:
        self._db = db
        self._folders = folders
        db.execute(_TABLE).fetchall()
        self._count = 0
        self.units = 0
        """What reading all of them costs, see :func:`units_of`."""

    def __len__(self) -> int:
        return self._count

    def add(self, files: Iterable[tuple[int, FileFacts]], lane: Lane) -> int:
        """Let files wait; one that does already gets the better lane. Returns how many are new."""
        entries = [_entry(file_id, facts, lane) for file_id, facts in files]
        with self._db:
            before = self._db.total_changes()
            self._db.executemany("insert or ignore into to_read values(?, ?, ?, ?, ?, ?, ?, ?)", entries)
            new = self._db.total_changes() - before
            if new < len(entries):
                self._db.executemany(_RENEW, entries)
        self._count += new
        self.units = (
            int(value(self._db, "select total(units) from to_read"))
            if new < len(entries)
            else self.units + sum(entry[-1] for entry in entries)
        )
        return new

    def prefer(self, file_id: int) -> bool:
        """Read a file before all others, if it waits."""
        self._db.execute("update to_read set lane = ? where file = ?", (Lane.WANTED, file_id))
        return self._db.changes() > 0

    def take(self, *, only_touched: bool = False) -> Waiting | None:
        """The next file at the path where it is known now; None when there is none, or only usual ones."""
        while (file_id := value(self._db, _NEXT, (1,))) is not None:
            found = rows(self._db, _FACTS, (file_id,))
            if found and only_touched and found[0][2] > Lane.TOUCHED:
                return None
            self._forget([file_id])
            for folder, name, lane, size, mtime_ns, inode in found:
                path = os.path.join(self._folders.path(folder), os.fsdecode(name))
                return Waiting(file_id, FileFacts(path, size, mtime_ns, inode), Lane(lane))
        self._count = self.units = 0  # whatever a transaction that was rolled back had taken from or added to the table
        return None

    def drop_below(self, folder_id: int) -> None:
        """Forget the files in a folder, at any depth."""
        for below in self._folders.below(folder_id):
            inside = "select to_read.file from to_read join file on file.id = to_read.file where folder = ?"
            self._forget(row[0] for row in rows(self._db, inside, (below,)))

    def _forget(self, file_ids: Iterable[int]) -> None:
        for file_id in file_ids:
            units = value(self._db, "delete from to_read where file = ? returning units", (file_id,))
            self._count -= 1
            self.units -= units
