"""The one writer of the catalogue. Every public method is one transaction, or part of the caller's."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import apsw

from indexer.catalog.attempts import Attempts
from indexer.catalog.database import open_writer, rows, value
from indexer.catalog.folders import FolderWriter
from indexer.catalog.known import KnownFiles
from indexer.catalog.members import MemberTable
from indexer.catalog.owed_pages import OwedPage, OwedPages
from indexer.catalog.passages import PassageTable
from indexer.catalog.spares import SpareVectors
from indexer.kinds import extension_of, kind_of
from indexer.model import Chunk, Extraction, FileFacts, FileState, Reason
from indexer.rules.places import is_within
from indexer.rules.rule import Rule

EXTRACTOR_VERSION = 2
"""Raised when readers or the chunker give other chunks: files of older versions are read again."""
_CHANGED_BY_PAGES = frozenset((FileState.NO_TEXT, FileState.INDEXED, FileState.TEXT_ONLY))


@dataclass(frozen=True, slots=True)
class Root:
    """A folder that the user added. `state` is ok, missing or unreadable; times in seconds since the epoch."""

    root_id: int
    folder_id: int
    path: str
    added: float
    last_scan: float | None
    state: str


@dataclass(frozen=True, slots=True)
class FileRecord:
    """What the catalogue knows of a file, for comparing it with the disk."""

    file_id: int
    facts: FileFacts
    state: FileState
    reason: Reason
    extractor: int


@dataclass(frozen=True, slots=True)
class OwedChunk:
    """A chunk that the vector store lacks. `vector` is its stored form when it was embedded before."""

    chunk_id: int
    text: str
    file_id: int
    folders: tuple[int, ...]
    ext: str
    lang: str
    mtime: float
    size: int
    vector: bytes | None
    content: tuple[bytes, str, str] | None = None
    """Equal for the same passage of equal files: one embedding does for all of them."""


class CatalogWriter:
    """The catalogue, opened for writing. Used by one thread at a time."""

    def __init__(self, path: Path) -> None:
        self.db = open_writer(path)
        self.folders = FolderWriter(self.db)
        self.pages = OwedPages(self.db, self.folders)
        self._passages = PassageTable(self.db, self.folders)
        self.members = MemberTable(self.db, self._passages, EXTRACTOR_VERSION)
        self.known = KnownFiles(self.db, self.folders, FileRecord)
        self.spares = SpareVectors(self.db)
        self.attempts = Attempts(self.db, EXTRACTOR_VERSION)

    def close(self) -> None:
        """Fold the journal into the database and close it."""
        rows(self.db, "pragma optimize")
        self.db.close()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Group calls into one transaction (they nest)."""
        try:
            with self.db:
                yield
        except apsw.SQLError as error:
            self.folders.forget()
            if isinstance(error.__context__, apsw.FullError | apsw.IOError):
                raise error.__context__ from None  # SQLite had rolled back by itself
            raise
        except BaseException:
            self.folders.forget()
            raise

    def meta(self, key: str) -> str | None:
        """A note kept with the catalogue."""
        found = value(self.db, "select value from meta where key = ?", (key,))
        return None if found is None else str(found)

    def set_meta(self, key: str, text: str) -> None:
        """Keep a note with the catalogue."""
        self.db.execute("insert or replace into meta values(?, ?)", (key, text))

    # -- folders that the user added

    def roots(self) -> list[Root]:
        """The folders in the order they were added, without those that were removed and may come back."""
        found = rows(
            self.db, "select id, folder, added, last_scan, state from root where removed_at is null order by id"
        )
        return [Root(row[0], row[1], self.folders.path(row[1]), row[2], row[3], row[4]) for row in found]

    def add_root(self, path: str) -> Root:
        """Add a folder; one that lies in a known folder gives that one, ones that lie in it become part of it."""
        with self.transaction():
            around = next((root for root in self.roots() if is_within(path, (root.path,))), None)
            if around is not None:
                return around
            folder_id = self.folders.ensure_top(path)
            self.take_in(path)
            self.db.execute("insert into root(folder, added) values(?, ?)", (folder_id, time.time()))
            return self.roots()[-1]

    def take_in(self, path: str) -> None:
        """Make the folders that were added below `path` part of the tree there."""
        for root in self.roots():
            if root.path != path and is_within(root.path, (path,)):
                self.db.execute("delete from root where id = ?", (root.root_id,))
                self.folders.adopt(root.folder_id, root.path)
                self._passages.rewrite_below(root.folder_id)

    def part(self, path: str) -> int | None:
        """Make the folder at `path` the top of a tree of its own; its id, if it is known."""
        folder_id = self.folders.find(path)
        if folder_id is not None:
            self.folders.detach(folder_id, path)
            self._passages.rewrite_below(folder_id)
        return folder_id

    def note_scan(self, root: Root, state: str) -> None:
        """Remember how the last look at a folder went."""
        when = time.time() if state == "ok" else root.last_scan
        self.db.execute("update root set state = ?, last_scan = ? where id = ?", (state, when, root.root_id))

    def note_state(self, root: Root, state: str) -> None:
        """Remember whether a folder is there."""
        self.db.execute("update root set state = ? where id = ?", (state, root.root_id))

    def note_left_out(self, root: Root, counts: Mapping[Rule, int]) -> None:
        """Remember how many files and folders each rule left out at the last look at a folder."""
        with self.transaction():
            self.db.execute("delete from left_out where root = ?", (root.root_id,))
            left_out = [(root.root_id, rule.value, entries) for rule, entries in counts.items()]
            self.db.executemany("insert into left_out values(?, ?, ?)", left_out)

    # -- files

    def add_file(self, facts: FileFacts, state: FileState = FileState.PENDING, reason: Reason = Reason.NONE) -> int:
        """Enter a file by name; its content follows with :meth:`store_extraction`."""
        folder = self.folders.ensure(os.path.dirname(facts.path))
        self.db.execute(
            "insert into file(folder, name, size, mtime_ns, inode, state, reason, kind, extension)"
            " values(?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                folder,
                os.fsencode(facts.name),
                facts.size,
                facts.mtime_ns,
                facts.inode,
                state,
                reason,
                kind_of(facts.name),
                extension_of(facts.name),
            ),
        )
        return self.db.last_insert_rowid()

    def mark_pending(self, file_id: int) -> None:
        """A changed file waits to be read; its old chunks serve until then."""
        self.db.execute("update file set state = ? where id = ?", (FileState.PENDING, file_id))

    def move_file(self, file_id: int, facts: FileFacts) -> None:
        """Give a file its new path; chunks and embeddings stay."""
        old_name = value(self.db, "select name from file where id = ?", (file_id,))
        folder = self.folders.ensure(os.path.dirname(facts.path))
        self.db.execute(
            "update file set folder = ?, name = ?, inode = ?, kind = ?, extension = ? where id = ?",
            (folder, os.fsencode(facts.name), facts.inode, kind_of(facts.name), extension_of(facts.name), file_id),
        )
        self._passages.rewrite_text_index(file_id)
        self.members.follow(file_id, old_name)

    def move_folder(self, folder_id: int, path: str) -> None:
        """Give a folder its new path; everything in it moves along."""
        self.folders.move(folder_id, path)
        for (file_id,) in rows(self.db, "select id from file where folder = ?", (folder_id,)):
            self._passages.rewrite_text_index(file_id)

    def remove_files(self, file_ids: Iterable[int]) -> list[int]:
        """Forget files and what lies inside them; returns the ids of the chunks that are gone."""
        gone: list[int] = []
        with self.transaction():
            for file_id in file_ids:
                gone += self.members.remove(row[0] for row in self.members.of([file_id]))
                gone += self._passages.drop_of_file(file_id)
                self.db.execute("delete from file where id = ?", (file_id,))
        return gone

    def set_state(self, file_id: int, state: FileState, reason: Reason = Reason.NONE, detail: str = "") -> None:
        """Record why a file has no (new) text. Old chunks stay."""
        self.db.execute(
            "update file set state = ?, reason = ?, detail = ? where id = ?", (state, reason, detail[:200], file_id)
        )

    def withhold(self, file_id: int, facts: FileFacts, reason: Reason) -> list[int]:
        """Keep a file by its name alone and forget what was read of it; returns the ids of the chunks that are gone."""
        with self.transaction():
            gone = self.store_extraction(file_id, facts, Extraction(FileState.SKIPPED, reason))
            self.db.execute("update file set extractor = 0, read_at = null where id = ?", (file_id,))
            self.db.execute("delete from ocr_page where file = ?", (file_id,))
            return gone

    def store_extraction(self, file_id: int, facts: FileFacts, extraction: Extraction) -> list[int]:
        """Replace a file's text and members in one step; returns the ids of the chunks that are gone.

        Passages that stood in the file before, or in a copy of it, keep their embedding.
        """
        with self.transaction():
            if value(self.db, "select 1 from file where id = ?", (file_id,)) is None:
                return []
            spare = self.spares.find(extraction.content_hash, extraction.chunks)
            known = spare | self._passages.vectors(file_id, extraction.content_hash)
            old_hash = value(self.db, "select hash from file where id = ?", (file_id,))
            gone = self._passages.drop_of_file(file_id, but_recognised_on=extraction.info.pages_without_text)
            state = FileState.TEXT_ONLY if extraction.chunks else extraction.state
            info = extraction.info
            self.db.execute(
                "update file set size=?, mtime_ns=?, inode=?, state=?, reason=?, detail=?, title=?, author=?, created=?,"
                " hash=?, truncated=?, extractor=?, read_at=? where id=?",
                (facts.size, facts.mtime_ns, facts.inode, state, extraction.reason, extraction.detail[:200], info.title,
                 info.author, info.created, extraction.content_hash or None, extraction.truncated, EXTRACTOR_VERSION,
                 time.time(), file_id),
            )  # fmt: skip
            self._passages.insert(file_id, extraction.chunks, known)
            gone += self.members.replace(file_id, extraction.members)
            same_content = bool(old_hash) and old_hash == extraction.content_hash
            self.pages.owe(file_id, extraction.info.pages_without_text, same_content=same_content)
            if extraction.info.pages_without_text:
                self._settle(file_id)
            return gone

    def store_recognised(self, owed: OwedPage, image: bytes, chunks: Sequence[Chunk]) -> list[int]:
        """Put what was recognised on a page in place of what was recognised there before; returns the chunks that are gone.

        `image` is the hash of what the page shows. All other text of the file stays, with its embeddings.
        """
        with self.transaction():
            self.pages.finish(owed, image)
            content_hash = value(self.db, "select hash from file where id = ?", (owed.file_id,))
            known = self._passages.vectors(owed.file_id, content_hash)
            gone = self._passages.drop(self._passages.recognised(owed.file_id, [owed.page]))
            self._passages.insert(owed.file_id, chunks, known, recognised=True)
            self._settle(owed.file_id)
            return gone

    def fail_page(self, owed: OwedPage, reason: Reason, *, for_good: bool) -> None:
        """Note that a page could not be read (see :meth:`OwedPages.fail`)."""
        with self.transaction():
            self.pages.fail(owed, reason, for_good=for_good)
            self._settle(owed.file_id)

    def _settle(self, file_id: int) -> None:
        """The state of a file with pages that owe or owed recognition: it has text, or will have, or has none."""
        passages, owed = value(self.db, "select count(*), total(stored = 0) from chunk where file = ?", (file_id,))
        state, reason = value(self.db, "select state, reason from file where id = ?", (file_id,))
        if passages:
            state = FileState.TEXT_ONLY if owed else FileState.INDEXED
            reason = Reason.NONE if reason == Reason.OCR_PENDING else reason
        elif reason == Reason.OCR_PENDING or state in _CHANGED_BY_PAGES:
            state, reason = self.pages.verdict(file_id)
        self.db.execute("update file set state = ?, reason = ? where id = ?", (state, reason, file_id))

    # -- what meaning still owes

    def owed(self, limit: int) -> list[OwedChunk]:
        """Chunks that the vector store lacks, newest files first."""
        found = rows(
            self.db,
            "select chunk.id, chunk.heading, chunk.text, chunk.lang, chunk.vector, file.id, file.folder, file.name, file.title,"
            " file.mtime_ns, file.size, file.hash from chunk join file on file.id = chunk.file where stored = 0 order by chunk.wanted desc, chunk.id limit ?",
            (limit,),
        )
        return [self._owed_chunk(row) for row in found]

    def _owed_chunk(
        self, row: tuple[int, str, str, str, bytes | None, int, int, bytes, str, int, int, bytes | None]
    ) -> OwedChunk:
        chunk_id, heading, text, lang, vector, file_id, folder, raw, title, mtime_ns, size, content = row
        name = os.fsdecode(raw)
        head = f"{os.path.basename(self.folders.path(folder))}/{name}"
        parts = [head.encode(errors="replace").decode(), title, heading, text]
        return OwedChunk(
            chunk_id, "\n".join(part for part in parts if part), file_id, tuple(self.folders.lineage(folder)),
            extension_of(name), lang, mtime_ns / 1e9, size, vector, (content, heading, text) if content else None,
        )  # fmt: skip

    def prefer(self, file_ids: Iterable[int]) -> None:
        """Let what is owed of these files be embedded before the rest."""
        now = int(time.time())
        with self.transaction():
            self.db.executemany(
                "update chunk set wanted = max(wanted, ?) where file = ? and stored = 0",
                [(now, file_id) for file_id in file_ids],
            )

    def count_owed(self) -> int:
        """How many chunks the vector store lacks."""
        return int(value(self.db, "select chunks from chunk_tally where stored = 0") or 0)

    def set_stored(self, chunks: Sequence[OwedChunk], vectors: Sequence[bytes | None]) -> None:
        """Note chunks as stored; a vector of None keeps the one that is there. Files without debts become indexed."""
        with self.transaction():
            self.db.executemany(
                "update chunk set stored = 1, vector = coalesce(?, vector) where id = ?",
                [(vector, chunk.chunk_id) for chunk, vector in zip(chunks, vectors, strict=True)],
            )
            self.db.executemany(
                "update chunk set vector = ? where stored = 0 and vector is null and heading = ? and text = ?"
                " and file in (select id from file where hash = ?)",
                [
                    (vector, chunk.content[1], chunk.content[2], chunk.content[0])
                    for chunk, vector in zip(chunks, vectors, strict=True)
                    if vector is not None and chunk.content
                ],
            )
            self.db.executemany(
                "update file set state = ? where id = ? and state = ? and not exists"
                " (select 1 from chunk where chunk.file = file.id and stored <> 1)",
                [(FileState.INDEXED, file_id, FileState.TEXT_ONLY) for file_id in {chunk.file_id for chunk in chunks}],
            )

    def set_aside(self, chunks: Iterable[OwedChunk], detail: str) -> None:
        """Owe the vector store these chunks no longer: they cannot be embedded. Their files stay found by text."""
        with self.transaction():
            for chunk in chunks:
                self.db.execute("update chunk set stored = 2 where id = ?", (chunk.chunk_id,))
                self.db.execute(
                    "update file set state = ?, reason = iif(reason = '', ?, reason), detail = iif(detail = '', ?, detail)"
                    " where id = ?",
                    (FileState.TEXT_ONLY, Reason.NOT_EMBEDDED, detail[:200], chunk.file_id),
                )

    def owe_all(self, *, forget_vectors: bool) -> None:
        """The vector store was lost, or (`forget_vectors`) another model is in use: every chunk is owed again."""
        with self.transaction():
            self.db.execute("update chunk set stored = 0 where stored = 1")
            self.db.execute("update file set reason = '', detail = '' where reason = ?", (Reason.NOT_EMBEDDED,))
            if forget_vectors:
                self.db.execute("update chunk set vector = null")
            self.db.execute(
                "update file set state = ? where state = ?",
                (FileState.TEXT_ONLY, FileState.INDEXED),
            )

    def chunk_ids(self) -> set[int]:
        """Ids of the chunks that the vector store should have."""
        return {row[0] for row in rows(self.db, "select id from chunk where stored = 1")}

    def owe(self, chunk_ids: Iterable[int]) -> None:
        """Note chunks that the vector store turned out to lack."""
        with self.transaction():
            self.db.executemany("update chunk set stored = 0 where id = ?", [(chunk_id,) for chunk_id in chunk_ids])

    def states(self) -> dict[str, int]:
        """How many files on the disk are in each state; what rules left out counts as skipped."""
        counted: dict[str, int] = dict(
            rows(
                self.db,
                "select state, sum(files) from file_tally where not inside"
                " and folder not in (select folder from removed_folder) group by 1 having sum(files)",
            )
        )
        left_out = int(value(self.db, "select coalesce(sum(entries), 0) from left_out"))
        return counted | {FileState.SKIPPED: counted.get(FileState.SKIPPED, 0) + left_out} if left_out else counted
