"""Reading the catalogue for a search: text candidates, passages, files. All functions take one snapshot."""

from __future__ import annotations

import json
import math
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import apsw

from indexer.catalog.conditions import Condition, worded
from indexer.catalog.database import rows, value
from indexer.catalog.folders import VISIBLE, FolderTree
from indexer.model import Anchor, Passage
from indexer.query import SearchQuery

_COLUMN_WEIGHTS = "2.0, 1.5, 1.0, 0.0"  # name, heading, body, meta
_SATURATION = 2.2
"""FTS5's BM25 (k1 = 1.2) gives one term at most k1 + 1 times its idf."""


@dataclass(frozen=True, slots=True)
class TextMatch:
    """A chunk that holds some of the terms. `share` is its BM25 over what a chunk with every term in plenty would have."""

    chunk_id: int
    file_id: int
    share: float


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file as a hit shows it. Times in seconds since the epoch.

    For a member of an archive or a message `path` is that of the container and `name` leads on from there.
    """

    file_id: int
    path: str
    name: str
    kind: str
    size: int
    modified: float
    content_hash: bytes | None
    is_member: bool = False


def chunk_count(db: apsw.Connection) -> int:
    """Chunks in the index."""
    return int(value(db, "select coalesce(sum(chunks), 0) from chunk_tally"))


def term_weights(db: apsw.Connection, terms: Sequence[str], total: int) -> dict[str, float]:
    """Inverse document frequency of each term, as FTS5 computes it; a term that occurs nowhere weighs most."""
    return {term: _idf(_document_frequency(db, term), total) for term in terms}


def _idf(frequency: int, total: int) -> float:
    frequency = min(frequency, total)
    return max(1e-6, math.log((total - frequency + 0.5) / (frequency + 0.5)))


def _document_frequency(db: apsw.Connection, term: str) -> int:
    if term.endswith("*"):
        low = term[:-1]
        found = value(db, "select sum(doc) from text_terms where term >= ? and term < ?", (low, low + "\U0010ffff"))
    else:
        found = value(db, "select doc from text_terms where term = ?", (term,))
    return int(found or 0)  # for a beginning, an upper bound: a chunk may hold several words that begin so


def text_matches(
    db: apsw.Connection, weights: dict[str, float], condition: str, bindings: Sequence[object], limit: int
) -> list[TextMatch]:
    """Chunks by BM25 over any of the terms, best first; `condition` is SQL over `file`."""
    if not weights:
        return []
    ceiling = _SATURATION * sum(weights.values())
    matching = "{name heading body} : (" + " OR ".join(_quoted(term) for term in weights) + ")"
    sql = (
        f"select text_index.rowid, chunk.file, bm25(text_index, {_COLUMN_WEIGHTS}) as rank from text_index"  # noqa: S608 - constants and `file` conditions made by file_condition
        " join chunk on chunk.id = text_index.rowid join file on file.id = chunk.file"
        f" where text_index match ? and {condition} order by rank limit ?"
    )
    found = rows(db, sql, (matching, *bindings, limit))
    return [TextMatch(chunk_id, file_id, min(1.0, -rank / ceiling)) for chunk_id, file_id, rank in found]


def _quoted(term: str) -> str:
    return f'"{term[:-1]}"*' if term.endswith("*") else f'"{term}"'


def file_condition(db: apsw.Connection, query: SearchQuery) -> tuple[str, list[object]]:
    """SQL over `file`, with its bindings, that holds a query's conditions; it always leaves out what was removed."""
    parts: list[str] = [VISIBLE]
    bindings: list[object] = []
    if query.kinds or query.extensions:
        parts.append(
            "(file.kind in (select value from json_each(?)) or file.extension in (select value from json_each(?)))"
        )
        bindings += [json.dumps(query.kinds), json.dumps(query.extensions)]
    for column, bounds, factor in ((_time_of(query), query.modified, 1e9), ("file.size", query.size, 1)):
        for sign, bound in zip((">=", "<="), bounds, strict=True):
            if bound is not None:
                parts.append(f"{column} {sign} ?")
                bindings.append(int(bound * factor))
    if query.folders:
        parts.append("file.folder in (select value from json_each(?))")
        bindings.append(json.dumps(_folders_called(db, query.folders)))
    for sql, values in (*worded(db, query), *(_left_out(db, inner) for inner in query.without)):
        parts.append(sql)
        bindings += values
    return " and ".join(parts), bindings


def _left_out(db: apsw.Connection, query: SearchQuery) -> Condition:
    sql, values = file_condition(db, query)
    return f"not ({sql})", values


def _time_of(query: SearchQuery) -> str:
    """The time of a file that a query means, in nanoseconds. Only programs write it into the file: it may be missing."""
    return "coalesce(cast(file.created * 1e9 as integer), file.mtime_ns)" if query.by_creation else "file.mtime_ns"


def _folders_called(db: apsw.Connection, names: Iterable[str]) -> list[int]:
    wanted = [name.casefold().strip("/") for name in names]
    return [
        folder_id
        for folder_id, path in FolderTree(db).all_paths()
        if any(_lies_in(path.casefold(), name) for name in wanted)
    ]


def _lies_in(path: str, name: str) -> bool:
    parts = path.split(os.sep)
    return name in parts or f"/{name}/" in f"{path}/" or any(len(name) > 2 and name in part for part in parts)


def passages(db: apsw.Connection, scores: dict[int, float]) -> list[Passage]:
    """The chunks named by `scores`, with them; ids that are gone are left out."""
    found = rows(
        db,
        "select id, file, text, anchor, heading from chunk where id in (select value from json_each(?))",
        (json.dumps(list(scores)),),
    )
    return [
        Passage(chunk_id, file_id, text, Anchor.from_json(json.loads(anchor)), heading, scores[chunk_id])
        for chunk_id, file_id, text, anchor, heading in found
    ]


def chunk_files(
    db: apsw.Connection, chunk_ids: Iterable[int], condition: str, bindings: Sequence[object]
) -> dict[int, int]:
    """File of each chunk that exists and whose file meets the condition."""
    sql = (
        "select chunk.id, file.id from chunk join file on file.id = chunk.file"  # noqa: S608 - see text_matches
        f" where chunk.id in (select value from json_each(?)) and {condition}"
    )
    return dict(rows(db, sql, (json.dumps(list(chunk_ids)), *bindings)))


_FILE_ROWS = (
    "select file.id, file.folder, file.name, file.kind, file.size, file.mtime_ns, file.hash, box.name from file"
    " left join file as box on box.id = file.container"
)


def files(
    db: apsw.Connection, file_ids: Iterable[int], condition: str = "1", bindings: Sequence[object] = ()
) -> dict[int, FileRow]:
    """Rows of the files that exist and meet the condition."""
    sql = f"{_FILE_ROWS} where file.id in (select value from json_each(?)) and {condition}"  # noqa: S608 - see text_matches
    return {row.file_id: row for row in _file_rows(db, rows(db, sql, (json.dumps(list(file_ids)), *bindings)))}


def matching_files(db: apsw.Connection, condition: str, bindings: Sequence[object], limit: int) -> list[int]:
    """Ids of files that meet the condition, at most `limit`."""
    sql = f"select id from file where {condition} limit ?"  # noqa: S608 - see text_matches
    return [row[0] for row in rows(db, sql, (*bindings, limit))]


_ORDERS = {
    "newest": "file.mtime_ns desc",
    "oldest": "file.mtime_ns",
    "largest": "file.size desc",
    "smallest": "file.size",
}


def listed_files(
    db: apsw.Connection, condition: str, bindings: Sequence[object], order: str, limit: int
) -> tuple[list[FileRow], int]:
    """Files on the disk that meet the condition in the order asked for, and how many there are."""
    condition = f"{condition} and file.container is null"
    sql = f"{_FILE_ROWS} where {condition} order by {_ORDERS[order]}, file.id limit ?"
    total = int(value(db, f"select count(*) from file where {condition}", bindings))  # noqa: S608 - see text_matches
    return _file_rows(db, rows(db, sql, (*bindings, limit))), total


def first_passages(db: apsw.Connection, file_ids: Iterable[int]) -> dict[int, Passage]:
    """The first chunk of each file that has one."""
    found = rows(
        db,
        "select id, file, text, anchor, heading from chunk where number = 0 and file in (select value from json_each(?))",
        (json.dumps(list(file_ids)),),
    )
    return {row[1]: Passage(row[0], row[1], row[2], Anchor.from_json(json.loads(row[3])), row[4], 0.0) for row in found}


def _file_rows(db: apsw.Connection, found: Iterable[Sequence[object]]) -> list[FileRow]:
    tree = FolderTree(db)
    folders: dict[object, str] = {}
    result = []
    for row in found:
        file_id, folder, raw, kind, size, mtime_ns, content_hash, box = row
        if folder not in folders:
            folders[folder] = tree.path(folder)  # type: ignore[arg-type]
        name = os.fsdecode(raw)  # type: ignore[arg-type]
        on_disk = name if box is None else os.fsdecode(box)  # type: ignore[arg-type]
        path = os.path.join(folders[folder], on_disk)
        inside = name[len(on_disk) + 1 :]
        result.append(
            FileRow(file_id, path, inside or name, kind, size, mtime_ns / 1e9, content_hash, is_member=bool(inside))  # type: ignore[arg-type,operator]
        )
    return result


def counts(db: apsw.Connection) -> dict[str, Any]:
    """Number of files, of members inside them, and of chunks; files and their states by root id."""
    shown = "folder not in (select folder from removed_folder)"
    by_folder: dict[int, list[tuple[str, int]]] = {}
    for folder, state, files in rows(db, f"select folder, state, files from file_tally where not inside and {shown}"):  # noqa: S608 - a constant
        by_folder.setdefault(folder, []).append((state, files))
    members = int(value(db, f"select coalesce(sum(files), 0) from file_tally where inside and {shown}"))  # noqa: S608 - a constant
    removed = "select id from file where folder in (select folder from removed_folder)"
    at_rest = int(value(db, f"select count(*) from chunk where file in ({removed})"))  # noqa: S608 - a constant
    states = {
        root_id: _summed(entry for folder in FolderTree(db).below(top) for entry in by_folder.get(folder, ()))
        for root_id, top in rows(db, "select id, folder from root")
    }
    return {
        "files": sum(files for entries in by_folder.values() for _, files in entries),
        "members": members,
        "chunks": chunk_count(db) - at_rest,
        "by_root": {root_id: sum(counted.values()) for root_id, counted in states.items()},
        "states_by_root": states,
    }


def _summed(entries: Iterable[tuple[str, int]]) -> dict[str, int]:
    counted: Counter[str] = Counter()
    for state, files in entries:
        counted[state] += files
    return {state: files for state, files in counted.items() if files}


def folder_names(db: apsw.Connection) -> frozenset[str]:
    """The distinct names of all folders, those of the roots by their last component."""
    shown = "select distinct name from folder where id not in (select folder from removed_folder)"
    return frozenset(os.path.basename(os.fsdecode(row[0])) for row in rows(db, shown))


def root_folders(db: apsw.Connection) -> list[str]:
    """Paths of the indexed folders."""
    tree = FolderTree(db)
    return [tree.path(row[0]) for row in rows(db, "select folder from root where removed_at is null")]


def away_folders(db: apsw.Connection) -> list[str]:
    """Paths of the folders whose volume is away, or that cannot be read: their files are known and out of sight."""
    tree = FolderTree(db)
    sql = (
        "select folder from mounted where away union select folder from root where state <> 'ok' and removed_at is null"
    )
    return [tree.path(row[0]) for row in rows(db, sql)]
