"""All that the catalogue knows of one path, for explaining it."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import Any

import apsw

from indexer.catalog.database import rows, value
from indexer.catalog.folders import VISIBLE, FolderTree
from indexer.model import Anchor

_ANCHORS = 3


@dataclass(frozen=True, slots=True)
class FileDetails:
    """A file, or a member of one. Sizes in bytes, times in seconds since the epoch.

    `embedded` of its `chunks` have a vector; `tries` counts readings that went wrong; `pages_owed` are pages whose
    text is in pictures that are still to be read; `read_at` is None for what was never read.
    """

    file_id: int
    container: str | None
    state: str
    reason: str
    detail: str
    kind: str
    size: int
    modified: float
    title: str
    author: str
    created: float | None
    truncated: bool
    read_at: float | None
    languages: tuple[str, ...]
    chunks: int
    embedded: int
    anchors: tuple[Anchor, ...]
    members: int
    tries: int
    pages_owed: int


def file_details(db: apsw.Connection, path: str) -> FileDetails | None:
    """What is known of the file at `path`, or of the member of a file that `path` leads into; None: nothing."""
    tree = FolderTree(db)
    folder, name = os.path.split(path)
    while folder and (folder_id := tree.find(folder)) is None:
        above, part = os.path.split(folder)
        if above == folder:
            return None
        folder, name = above, f"{part}/{name}"
    found = rows(
        db,
        "select id, container, state, reason, detail, kind, size, mtime_ns, title, author, created, truncated, read_at"  # noqa: S608 - a constant
        f" from file where folder = ? and name = ? and {VISIBLE}",
        (folder_id, os.fsencode(name)),
    )
    return _details(db, found[0], folder) if found else None


def _details(db: apsw.Connection, row: tuple[Any, ...], folder: str) -> FileDetails:
    file_id, container = row[:2]
    box = None if container is None else value(db, "select name from file where id = ?", (container,))
    chunks, embedded = value(db, "select count(*), total(stored = 1) from chunk where file = ?", (file_id,))
    anchors = rows(db, "select anchor from chunk where file = ? order by number limit ?", (file_id, _ANCHORS))
    languages = rows(db, "select lang from chunk where file = ? group by lang order by count(*) desc", (file_id,))
    return FileDetails(
        file_id=file_id,
        container=None if box is None else os.path.join(folder, os.fsdecode(box)),
        state=row[2],
        reason=row[3],
        detail=row[4],
        kind=row[5],
        size=row[6],
        modified=row[7] / 1e9,
        title=row[8],
        author=row[9],
        created=row[10],
        truncated=bool(row[11]),
        read_at=row[12],
        languages=tuple(lang for (lang,) in languages),
        chunks=chunks,
        embedded=int(embedded),
        anchors=tuple(Anchor.from_json(json.loads(anchor)) for (anchor,) in anchors),
        members=int(value(db, "select count(*) from file where container = ?", (file_id,))),
        tries=int(value(db, "select total(tries) from attempt where file = ?", (file_id,))),
        pages_owed=int(value(db, "select count(*) from ocr_page where file = ? and state = 'owed'", (file_id,))),
    )


def states_below(db: apsw.Connection, path: str) -> dict[str, int]:
    """Files on the disk by state, of the folder at `path` and all folders in it."""
    tree = FolderTree(db)
    folder_id = tree.find(path)
    if folder_id is None:
        return {}
    sql = (
        f"select state, count(*) from file where container is null and {VISIBLE}"  # noqa: S608 - a constant
        " and folder in (select value from json_each(?)) group by state"
    )
    return dict(rows(db, sql, (json.dumps(tree.below(folder_id)),)))


def left_out_of(db: apsw.Connection, root_id: int) -> dict[str, int]:
    """How many files and folders each rule left out at the last look at an indexed folder."""
    return dict(rows(db, "select rule, entries from left_out where root = ? order by entries desc", (root_id,)))


def left_out(db: apsw.Connection) -> dict[str, int]:
    """The same for all indexed folders together, with the files that are found by name only because they hold secrets."""
    counted: dict[str, int] = dict(rows(db, "select rule, sum(entries) from left_out group by rule"))
    by_name = (
        f"select reason, count(*) from file where state = 'skipped' and container is null and {VISIBLE} group by reason"  # noqa: S608 - a constant
    )
    for reason, files in rows(db, by_name):
        counted[reason] = counted.get(reason, 0) + files
    return counted


def meets(db: apsw.Connection, file_id: int, condition: str, bindings: list[object]) -> bool:
    """Whether a file meets the conditions of a query (see :func:`indexer.catalog.reader.file_condition`)."""
    sql = f"select 1 from file where file.id = ? and {condition}"  # noqa: S608 - made by file_condition
    return value(db, sql, (file_id, *bindings)) is not None
