"""Pages whose text is in pictures: which still owe recognition, and what was recognised in which picture."""

from __future__ import annotations

import json
import os
from collections.abc import Collection
from dataclasses import dataclass

import apsw

from indexer.catalog.database import rows, value
from indexer.catalog.folders import VISIBLE, FolderTree
from indexer.model import Anchor, FileFacts, FileState, Reason

_MOST_TRIES = 2
_ROUND_PAGES = 20
"""The first pages of every file come before the later ones of any: a scanned book is no reason to wait for a letter."""
_READABLE = f"ocr_page join file on file.id = ocr_page.file where ocr_page.state = 'owed' and file.state not in ('pending', 'skipped') and {VISIBLE}"
"""Pages of files that wait to be extracted are not wanted: these may be others by now."""


@dataclass(frozen=True, slots=True)
class OwedPage:
    """A page (from 1) that is to be read, of a file as it was when it was last extracted."""

    file_id: int
    page: int
    facts: FileFacts


class OwedPages:
    """The tables `ocr_page` and `ocr_text`. Each method is one transaction, or part of the caller's."""

    def __init__(self, db: apsw.Connection, folders: FolderTree) -> None:
        self._db = db
        self._folders = folders

    def owe(self, file_id: int, pages: Collection[int], *, same_content: bool) -> None:
        """A file was extracted: these pages give no text of their own.

        Pages that were recognised stay so when the content is the same; those that failed are tried again.
        """
        with self._db:
            again = "state = 'failed'" if same_content else "1"
            self._db.execute(
                f"update ocr_page set state = 'owed', tries = 0, reason = '' where file = ? and {again}",  # noqa: S608 - one of two constants
                (file_id,),
            )
            self._db.execute(
                "delete from ocr_page where file = ? and page not in (select value from json_each(?))",
                (file_id, json.dumps(list(pages))),
            )
            self._db.executemany(
                "insert or ignore into ocr_page(file, page) values(?, ?)", [(file_id, page) for page in pages]
            )

    def owe_all(self) -> None:
        """Forget everything that was recognised: another recogniser is in use."""
        with self._db:
            self._db.execute("delete from ocr_text")
            self._db.execute("update ocr_page set state = 'owed', tries = 0, reason = '', image = null")

    def owed(self, limit: int, without: Collection[int] = ()) -> list[OwedPage]:
        """Pages to read, newest files first, twenty pages of each in a round; `without` are files to leave out."""
        found = rows(
            self._db,
            f"select file.id, page, folder, name, size, mtime_ns, inode from {_READABLE}"  # noqa: S608 - a constant
            " and file.id not in (select value from json_each(?)) order by (page - 1) / ?, mtime_ns desc, file.id, page limit ?",
            (json.dumps(list(without)), _ROUND_PAGES, limit),
        )
        return [
            OwedPage(file_id, page, FileFacts(self._path(folder, name), size, mtime_ns, inode))
            for file_id, page, folder, name, size, mtime_ns, inode in found
        ]

    def _path(self, folder: int, name: bytes) -> str:
        return os.path.join(self._folders.path(folder), os.fsdecode(name))

    def count_owed(self, without: Collection[int] = ()) -> int:
        """How many pages are to be read."""
        sql = f"select count(*) from {_READABLE} and file.id not in (select value from json_each(?))"  # noqa: S608 - a constant
        return int(value(self._db, sql, (json.dumps(list(without)),)))

    def any_owed(self, without: Collection[int] = ()) -> bool:
        """Whether there is a page to read."""
        sql = f"select 1 from {_READABLE} and file.id not in (select value from json_each(?)) limit 1"  # noqa: S608 - a constant
        return value(self._db, sql, (json.dumps(list(without)),)) is not None

    def is_owed(self, owed: OwedPage) -> bool:
        """Whether the page is still wanted and its file still known as it was."""
        sql = f"select 1 from {_READABLE} and file.id = ? and page = ? and size = ? and mtime_ns = ?"  # noqa: S608 - a constant
        return value(self._db, sql, (owed.file_id, owed.page, owed.facts.size, owed.facts.mtime_ns)) is not None

    def known_text(self, image: bytes) -> str | None:
        """What was recognised in such a picture before; empty when it has no text, None when it was never read."""
        found = value(self._db, "select text from ocr_text where image = ?", (image,))
        return None if found is None else str(found)

    def keep_text(self, image: bytes, text: str, confidence: float) -> None:
        """Remember what a picture says (`confidence` 0..1) as long as some page looks so."""
        self._db.execute("insert or replace into ocr_text values(?, ?, ?)", (image, text, confidence))

    def finish(self, owed: OwedPage, image: bytes) -> None:
        """The page was read. What was recognised in its former picture goes when no other page shows that."""
        was = value(self._db, "select image from ocr_page where file = ? and page = ?", (owed.file_id, owed.page))
        self._db.execute(
            "update ocr_page set state = 'done', reason = '', image = ? where file = ? and page = ?",
            (image, owed.file_id, owed.page),
        )
        self._db.execute(
            "delete from ocr_text where image = ? and not exists (select 1 from ocr_page where image = ?)", (was, was)
        )

    def fail(self, owed: OwedPage, reason: Reason, *, for_good: bool) -> None:
        """The page could not be read; it is tried twice unless it failed for good."""
        self._db.execute(
            "update ocr_page set tries = tries + 1, reason = ?,"
            " state = case when ? or tries + 1 >= ? then 'failed' else state end where file = ? and page = ?",
            (reason, for_good, _MOST_TRIES, owed.file_id, owed.page),
        )

    def anchor(self, owed: OwedPage) -> Anchor:
        """Where the page's text stands: a picture with one frame has no pages."""
        kind = value(self._db, "select kind from file where id = ?", (owed.file_id,))
        pages = value(self._db, "select count(*) from ocr_page where file = ?", (owed.file_id,))
        return Anchor() if kind == "image" and pages == 1 else Anchor(page=owed.page)

    def verdict(self, file_id: int) -> tuple[FileState, Reason]:
        """What a file that has no passage is, as far as its pages tell."""
        found = rows(self._db, "select state, reason from ocr_page where file = ?", (file_id,))
        if any(state == "owed" for state, _ in found):
            return FileState.NAME_ONLY, Reason.OCR_PENDING
        reason = next((Reason(reason) for state, reason in found if state == "failed"), Reason.NONE)
        if reason is Reason.NONE:
            return FileState.NO_TEXT, reason
        return FileState.NAME_ONLY if reason is Reason.TOO_LARGE else FileState.FAILED, reason
