"""Embeddings of files that were removed, kept for a while: a file that was moved to another volume, or comes back, needs them."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Collection, Sequence

import apsw

from indexer.catalog.database import rows, value
from indexer.catalog.passages import Vectors
from indexer.model import Chunk

_KEPT = 20_000
_KEPT_S = 86_400.0


class SpareVectors:
    """Vectors by the hash of the file's content and that of the passage: no text of a removed file is kept."""

    def __init__(self, db: apsw.Connection) -> None:
        self._db = db

    def keep(self, file_ids: Collection[int]) -> None:
        """Keep the vectors of files that are about to be removed; the oldest ones go."""
        found = rows(
            self._db,
            "select file.hash, heading, text, vector from chunk join file on file.id = chunk.file"
            " where vector is not null and hash is not null and file in (select value from json_each(?)) limit ?",
            (json.dumps(list(file_ids)), _KEPT),
        )
        now = time.time()
        self._db.executemany(
            "insert or replace into spare_vector values(?, ?, ?, ?)",
            [(content, _key(heading, text), vector, now) for content, heading, text, vector in found],
        )
        self._trim(now)

    def find(self, content_hash: bytes, chunks: Sequence[Chunk]) -> Vectors:
        """Vectors for the passages of a file with this content, as far as they are kept."""
        found = dict(rows(self._db, "select passage, vector from spare_vector where hash = ?", (content_hash,)))
        if not found:
            return {}
        passages = {(chunk.heading, chunk.text) for chunk in chunks}
        return {passage: vector for passage in passages if (vector := found.get(_key(*passage)))}

    def _trim(self, now: float) -> None:
        too_many = int(value(self._db, "select count(*) from spare_vector")) - _KEPT
        limit = "select since from spare_vector order by since limit 1 offset ?"
        bar = value(self._db, limit, (too_many,)) if too_many > 0 else None
        self._db.execute("delete from spare_vector where since < ?", (max(now - _KEPT_S, bar or 0.0),))


def _key(heading: str, text: str) -> bytes:
    return hashlib.blake2b(f"{heading}\0{text}".encode(errors="replace"), digest_size=16).digest()
