"""The passages of files with their entries in the text index, which always come and go together."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Sequence

import apsw

from indexer.catalog.database import rows, value
from indexer.catalog.folders import FolderTree
from indexer.kinds import extension_of
from indexer.model import Chunk
from indexer.text import index_tokens, name_tokens

_ROUND = 64
"""After so many chunks of a file the others have their turn: a book is no reason to wait for a letter."""
_DAY_S = 86_400

Vectors = dict[tuple[str, str], bytes]
"""Embeddings by heading and text of the passage."""


class PassageTable:
    """The tables `chunk` and `text_index`. Each method is part of the caller's transaction."""

    def __init__(self, db: apsw.Connection, folders: FolderTree) -> None:
        self._db = db
        self._folders = folders

    def vectors(self, file_id: int, content_hash: bytes | None) -> Vectors:
        """Embeddings of the passages that stand in the file, or in a copy of it."""
        found = rows(
            self._db,
            "select heading, text, vector from chunk where vector is not null and file in"
            " (select ? union select id from file where hash = ? limit 5)",
            (file_id, content_hash or None),
        )
        return {(heading, text): vector for heading, text, vector in found}

    def insert(self, file_id: int, chunks: Sequence[Chunk], known: Vectors, *, recognised: bool = False) -> None:
        """Add passages after those that are there; each takes its place by its page."""
        name, heading, meta = self._file_tokens(file_id)
        first = value(self._db, "select coalesce(max(number) + 1, 0) from chunk where file = ?", (file_id,))
        changed = value(self._db, "select mtime_ns / 1000000000 from file where id = ?", (file_id,))
        for number, chunk in enumerate(chunks, first):
            self._db.execute(
                "insert into chunk(file, number, text, anchor, heading, lang, vector, recognised, wanted)"
                " values(?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (file_id, number, chunk.text, json.dumps(chunk.anchor.to_json(), ensure_ascii=False), chunk.heading,
                 chunk.lang, known.get((chunk.heading, chunk.text)), recognised,
                 changed - _DAY_S * (number // _ROUND)),
            )  # fmt: skip
            self._db.execute(
                "insert into text_index(rowid, name, heading, body, meta) values(?, ?, ?, ?, ?)",
                (self._db.last_insert_rowid(), name, f"{heading} {index_tokens(chunk.heading)}", chunk.tokens, meta),
            )
        if first and chunks:
            self._number_by_page(file_id)

    def _number_by_page(self, file_id: int) -> None:
        found = rows(
            self._db,
            "select id from chunk where file = ? order by coalesce(json_extract(anchor, '$.page'), 0), recognised, number",
            (file_id,),
        )
        numbered = [(number, chunk_id) for number, (chunk_id,) in enumerate(found)]
        self._db.execute("update chunk set number = -1 - number where file = ?", (file_id,))  # out of the way: unique
        self._db.executemany("update chunk set number = ? where id = ?", numbered)

    def drop(self, chunk_ids: list[int]) -> list[int]:
        """Remove passages; returns their ids."""
        self._db.executemany("delete from text_index where rowid = ?", [(chunk_id,) for chunk_id in chunk_ids])
        self._db.executemany("delete from chunk where id = ?", [(chunk_id,) for chunk_id in chunk_ids])
        return chunk_ids

    def drop_of_file(self, file_id: int, *, but_recognised_on: Collection[int] = ()) -> list[int]:
        """Remove a file's passages, but those that were recognised on some pages; returns the ids of what is gone."""
        kept = set(self.recognised(file_id, but_recognised_on))
        found = rows(self._db, "select id from chunk where file = ?", (file_id,))
        return self.drop([row[0] for row in found if row[0] not in kept])

    def recognised(self, file_id: int, pages: Collection[int]) -> list[int]:
        """Ids of the passages that were recognised on one of the pages."""
        found = rows(
            self._db,
            "select id from chunk where file = ? and recognised"
            " and coalesce(json_extract(anchor, '$.page'), 1) in (select value from json_each(?))",
            (file_id, json.dumps(list(pages))),
        )
        return [row[0] for row in found]

    def rewrite_text_index(self, file_id: int) -> None:
        """The file has another name or folder."""
        name, heading, meta = self._file_tokens(file_id)
        found = rows(self._db, "select id, heading, text from chunk where file = ?", (file_id,))
        for chunk_id, own_heading, text in found:
            self._db.execute("delete from text_index where rowid = ?", (chunk_id,))
            self._db.execute(
                "insert into text_index(rowid, name, heading, body, meta) values(?, ?, ?, ?, ?)",
                (chunk_id, name, f"{heading} {index_tokens(own_heading)}", index_tokens(text), meta),
            )

    def rewrite_below(self, folder_id: int) -> None:
        """All files at any depth have another folder above them."""
        for below in self._folders.below(folder_id):
            for (file_id,) in rows(self._db, "select id from file where folder = ?", (below,)):
                self.rewrite_text_index(file_id)

    def _file_tokens(self, file_id: int) -> tuple[str, str, str]:
        folder, raw, title, kind = value(
            self._db, "select folder, name, title, kind from file where id = ?", (file_id,)
        )
        name = os.fsdecode(raw)
        lineage = self._folders.lineage(folder)
        parent = os.path.basename(self._folders.path(folder))
        tags = [f"xe{extension_of(name)}", f"xk{kind}", *(f"xf{number}" for number in lineage)]
        return name_tokens(f"{parent} {name}"), index_tokens(title), " ".join(tags)
