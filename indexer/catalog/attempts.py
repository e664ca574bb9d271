"""How often the reading of a file went wrong: kept so that it is not tried for ever, by this run or the next."""

from __future__ import annotations

import apsw

from indexer.catalog.database import rows, value
from indexer.model import FileFacts


class Attempts:
    """Counts tries of a file as it is: one that changed, or is read by a newer extractor, begins anew."""

    def __init__(self, db: apsw.Connection, extractor: int) -> None:
        self._db = db
        self._extractor = extractor

    def count(self, file_id: int, facts: FileFacts) -> int:
        """How often this file, as it is, was tried and not read."""
        found = value(
            self._db,
            "select tries from attempt where file = ? and size = ? and mtime_ns = ? and extractor = ?",
            (file_id, facts.size, facts.mtime_ns, self._extractor),
        )
        return int(found or 0)

    def add(self, file_id: int, facts: FileFacts) -> int:
        """Note another try that went wrong; how many that makes."""
        tries = self.count(file_id, facts) + 1
        self._db.execute(
            "insert or replace into attempt values(?, ?, ?, ?, ?)",
            (file_id, facts.size, facts.mtime_ns, self._extractor, tries),
        )
        return tries

    def forget(self, file_id: int) -> None:
        """It was read."""
        self._db.execute("delete from attempt where file = ?", (file_id,))

    def suspects(self) -> set[int]:
        """Files that were tried in vain before."""
        return {row[0] for row in rows(self._db, "select file from attempt")}
