"""Files inside archives and messages as rows of their own, which come, move and go with the file on disk."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Sequence

import apsw

from indexer.catalog.database import rows, value
from indexer.catalog.passages import PassageTable
from indexer.kinds import extension_of, kind_of
from indexer.model import ExtractedMember, FileState


class MemberTable:
    """The rows of `file` that have a `container`. Each method is part of the caller's transaction."""

    def __init__(self, db: apsw.Connection, passages: PassageTable, extractor: int) -> None:
        self._db = db
        self._passages = passages
        self._extractor = extractor

    def of(self, container_ids: Iterable[int]) -> list[tuple[int, str, float]]:
        """Id, name and time of change of every member of the containers; the name begins with the container's."""
        found = rows(
            self._db,
            "select id, name, mtime_ns from file where container in (select value from json_each(?))",
            (json.dumps(list(container_ids)),),
        )
        return [(file_id, os.fsdecode(name), mtime_ns / 1e9) for file_id, name, mtime_ns in found]

    def replace(self, container_id: int, members: Sequence[ExtractedMember]) -> list[int]:
        """Make these the members; returns the ids of the chunks that are gone. What has not changed is not touched."""
        folder, name, mtime_ns = value(
            self._db, "select folder, name, mtime_ns from file where id = ?", (container_id,)
        )
        left_over = {raw: file_id for file_id, raw in self._rows_of(container_id)}
        gone: list[int] = []
        by_name = {name + b"/" + member.name.encode("utf-8", "replace"): member for member in members}
        for raw, member in by_name.items():
            file_id = left_over.pop(raw, None)
            if file_id is None:
                file_id = self._insert(container_id, folder, raw)
            gone += self._store(file_id, member, mtime_ns)
        return gone + self.remove(left_over.values())

    def remove(self, file_ids: Iterable[int]) -> list[int]:
        """Forget members; returns the ids of the chunks that are gone."""
        gone: list[int] = []
        for file_id in file_ids:
            gone += self._passages.drop_of_file(file_id)
            self._db.execute("delete from file where id = ?", (file_id,))
        return gone

    def follow(self, container_id: int, old_name: bytes) -> None:
        """The container was moved or renamed."""
        folder, name = value(self._db, "select folder, name from file where id = ?", (container_id,))
        for file_id, raw in self._rows_of(container_id):
            own = (folder, name + raw[len(old_name) :], file_id)
            self._db.execute("update file set folder = ?, name = ? where id = ?", own)
            self._passages.rewrite_text_index(file_id)

    def _rows_of(self, container_id: int) -> list[tuple[int, bytes]]:
        return rows(self._db, "select id, name from file where container = ?", (container_id,))

    def _insert(self, container_id: int, folder: int, raw: bytes) -> int:
        name = os.fsdecode(raw)
        self._db.execute(
            "insert into file(container, folder, name, size, mtime_ns, inode, state, kind, extension)"
            " values(?, ?, ?, 0, 0, 0, ?, ?, ?)",
            (container_id, folder, raw, FileState.PENDING, kind_of(name), extension_of(name)),
        )
        return self._db.last_insert_rowid()

    def _store(self, file_id: int, member: ExtractedMember, container_mtime_ns: int) -> list[int]:
        extraction = member.extraction
        mtime_ns = container_mtime_ns if member.mtime is None else int(member.mtime * 1e9)
        self._db.execute(
            "update file set size = ?, mtime_ns = ? where id = ?", (max(0, member.size), mtime_ns, file_id)
        )
        if self._is_same(file_id, member):
            return []
        known = self._passages.vectors(file_id, extraction.content_hash)
        gone = self._passages.drop_of_file(file_id)
        info = extraction.info
        self._db.execute(
            "update file set state=?, reason=?, detail=?, title=?, author=?, created=?, hash=?, truncated=?, extractor=?,"
            " read_at=? where id=?",
            (FileState.TEXT_ONLY if extraction.chunks else extraction.state, extraction.reason, extraction.detail[:200],
             info.title, info.author, info.created, extraction.content_hash or None, extraction.truncated,
             self._extractor, time.time(), file_id),
        )  # fmt: skip
        self._passages.insert(file_id, extraction.chunks, known)
        return gone

    def _is_same(self, file_id: int, member: ExtractedMember) -> bool:
        """Read before from the same bytes, by the same extractor, as far as now."""
        extraction = member.extraction
        same = "select 1 from file where id = ? and hash = ? and extractor = ? and reason = ? and truncated = ?"
        facts = (file_id, extraction.content_hash, self._extractor, extraction.reason, extraction.truncated)
        return bool(extraction.content_hash) and value(self._db, same, facts) is not None
