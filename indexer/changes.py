"""Applies to the catalogue, the names and the reading queue what looks at the disk found out."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field

from indexer.anchors import Anchors
from indexer.catalog.writer import CatalogWriter, FileRecord
from indexer.model import FileFacts, FileState, Reason
from indexer.naming.index import NameIndex
from indexer.plan import Plan
from indexer.reading import ReadingQueue
from indexer.rules.places import is_within


@dataclass(slots=True)
class Missing:
    """What was known and was not seen in its place; it may turn up in another one before the walk ends.

    `left_out` are the ids of those that are there and that a rule leaves out now.
    """

    files: list[FileRecord] = field(default_factory=list)
    left_out: set[int] = field(default_factory=set)
    folders: list[int] = field(default_factory=list)

    def add(self, records: Iterable[FileRecord], left_out: Collection[str]) -> None:
        """Add files; those with a name in `left_out` still stand there."""
        for record in records:
            self.files.append(record)
            if record.facts.name in left_out:
                self.left_out.add(record.file_id)

    def forget_below(self, folder: str) -> None:
        """What lies in this folder is not missing, only out of sight."""
        self.files = [record for record in self.files if not is_within(record.facts.path, (folder,))]
        self.folders.clear()


@dataclass(slots=True)
class _News:
    """What the others are told once it is written."""

    named: list[tuple[int, str, float]] = field(default_factory=list)
    moved: list[int] = field(default_factory=list)
    nameless: list[int] = field(default_factory=list)
    queued: list[tuple[int, FileFacts]] = field(default_factory=list)
    touched: list[tuple[int, FileFacts]] = field(default_factory=list)
    chunks: list[int] = field(default_factory=list)


class Applier:
    """Writes what a walk found, in the caller's transaction, and makes it known after that. Pipeline's thread only."""

    def __init__(
        self,
        catalog: CatalogWriter,
        names: NameIndex,
        reading: ReadingQueue,
        anchors: Anchors,
        forget_chunks: Callable[[list[int]], None],
    ) -> None:
        self._catalog = catalog
        self._names = names
        self._reading = reading
        self._anchors = anchors
        self._forget_chunks = forget_chunks
        self._news = _News()

    @contextlib.contextmanager
    def applying(self) -> Iterator[None]:
        """Around a transaction: names, reading and meaning hear of it when it is written, and only then."""
        self._news = news = _News()
        yield
        self._names.remove(news.nameless)
        self._names.add(news.named)
        self._forget_chunks(news.chunks)
        self._reading.add(news.queued)
        self._reading.add(news.touched, touched=True)
        for file_id in news.moved:
            self._names.set_members(file_id, self._catalog.members.of([file_id]))

    def apply(self, plan: Plan, *, read: bool, touched: bool = False) -> None:
        """Enter new files, give moved ones their new path, and queue what is to be read (unless not `read`).

        `touched`: somebody changed them just now, so they are read before others.
        """
        wanted = [self._enter(facts) for facts in plan.add] + [self._renew(*changed) for changed in plan.update]
        for record, facts in plan.withhold:
            file_id = record.file_id if record else self._catalog.add_file(facts)
            self._news.chunks += self._catalog.withhold(file_id, facts, Reason.SECRET)
            self._news.named.append((file_id, facts.path, facts.modified))
        if read:
            queue = self._news.touched if touched else self._news.queued
            queue += [item for item in wanted if item]

    def _enter(self, facts: FileFacts) -> tuple[int, FileFacts] | None:
        """A file that was not known here; returned when it is to be read."""
        record = self._moved(facts)
        if record is None:
            file_id = self._catalog.add_file(facts)
        else:
            file_id = record.file_id
            self._move(file_id, facts)
        self._news.named.append((file_id, facts.path, facts.modified))
        return (file_id, facts) if record is None or record.state is FileState.PENDING else None

    def _renew(self, record: FileRecord, facts: FileFacts) -> tuple[int, FileFacts] | None:
        """A known file that is another one now: changed, or overwritten by one that was known elsewhere and is read."""
        mover = self._moved(facts)
        if mover is None or mover.state in {FileState.PENDING, FileState.FAILED} or mover.file_id == record.file_id:
            if record.state is not FileState.PENDING:
                self._catalog.mark_pending(record.file_id)
            return record.file_id, facts
        self._remove([record])
        self._move(mover.file_id, facts)
        self._news.named.append((mover.file_id, facts.path, facts.modified))
        return None

    def _move(self, file_id: int, facts: FileFacts) -> None:
        self._catalog.move_file(file_id, facts)
        self._news.moved.append(file_id)

    def rename(self, records: Iterable[FileRecord]) -> None:
        """The folder that these files lie in has another name."""
        self._news.named += [(record.file_id, record.facts.path, record.facts.modified) for record in records]

    def _moved(self, facts: FileFacts) -> FileRecord | None:
        """The known file that stands here now: same inode, size and time, and its own path is gone."""
        for record in self._catalog.known.same_file(facts):
            away = record.state is FileState.SKIPPED or _stands(record.facts)
            if not away and self._anchors.is_present(record.facts.path):
                return record
        return None

    def remove(self, missing: Missing, most: int) -> bool:
        """Settle up to so many missing files; True when none is left.

        What was moved meanwhile stands elsewhere in the catalogue; what came back stands on the disk.
        """
        batch, missing.files = missing.files[:most], missing.files[most:]
        paths = {record.file_id: record.facts.path for record in batch}
        still = [record for record in self._catalog.known.by_id(paths) if record.facts.path == paths[record.file_id]]
        listed = _Listed()
        self._remove([r for r in still if r.file_id in missing.left_out or listed.lacks(r.facts.path)])
        if missing.files:
            return False
        for folder_id in missing.folders:
            self._catalog.folders.prune(folder_id)
        missing.folders.clear()
        return True

    def _remove(self, records: list[FileRecord]) -> None:
        if records:
            file_ids = [record.file_id for record in records]
            self._catalog.spares.keep(file_ids)
            self._news.chunks += self._catalog.remove_files(file_ids)
            self._news.nameless += file_ids


class _Listed:
    """Whether names stand in their folders, exactly as they are written: `lstat` may not tell case or forms apart."""

    def __init__(self) -> None:
        self._names: dict[str, frozenset[str] | None] = {}

    def lacks(self, path: str) -> bool:
        folder, name = os.path.split(path)
        if folder not in self._names:
            self._names[folder] = _names_in(folder)
        names = self._names[folder]
        return names is not None and (name not in names or not _is_file(path))


def _names_in(folder: str) -> frozenset[str] | None:
    """The names in a folder, none when it is gone, None when that cannot be told."""
    try:
        return frozenset(os.listdir(folder))
    except (FileNotFoundError, NotADirectoryError):
        return frozenset()
    except OSError:
        return None


def _is_file(path: str) -> bool:
    try:
        return stat.S_ISREG(os.lstat(path).st_mode)
    except OSError:
        return False


def _stands(facts: FileFacts) -> bool:
    """Whether the same file still stands at its path, written exactly so: a change of case is a move too."""
    try:
        seen = os.lstat(facts.path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return seen.st_ino == facts.inode and not _Listed().lacks(facts.path)
