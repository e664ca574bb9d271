"""What the index knows of one path, and why it was or was not found."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from assistant.engine.views import local_iso
from assistant.errors import UsageError
from assistant.explanation import explanation
from indexer.catalog.database import ReaderPool
from indexer.catalog.details import FileDetails, file_details, left_out_of, meets, states_below
from indexer.catalog.reader import file_condition
from indexer.catalog.writer import Root
from indexer.model import FileState, SearchResult
from indexer.pipeline import Pipeline
from indexer.query import STAGES, SearchQuery
from indexer.rules.places import is_within
from indexer.rules.rule import LeftOut

_RANKS = 1_000
"""How far down a result is looked for."""
_WORTH_TELLING = frozenset(
    (FileState.NAME_ONLY, FileState.NO_TEXT, FileState.FAILED, FileState.SKIPPED, FileState.TEXT_ONLY)
)
"""States of which a reason says more than they do themselves."""

Search = Callable[[SearchQuery], SearchResult]


@dataclass(frozen=True, slots=True)
class _Subject:
    """A path with all that decides about it. `path` is real but for its last part."""

    path: str
    on_disk: str
    root: Root | None
    left_out: LeftOut | None
    file: FileDetails | None


class Explainer:
    """Answers from the rules, the disk and the catalogue. Thread-safe."""

    def __init__(self, pipeline: Pipeline, readers: ReaderPool, search: Search) -> None:
        self._pipeline = pipeline
        self._readers = readers
        self._search = search

    def explain(self, path: str, query: SearchQuery | None) -> dict[str, Any]:
        """The object of `docent explain --json`. Raises `UsageError` for what is no full path."""
        if not os.path.isabs(path) or "\0" in path:
            raise UsageError("bad_request", detail="a path must be given in full")
        subject = self._look(os.path.normpath(path))
        verdict, facts = self._verdict(subject)
        return {
            "path": subject.path,
            "on_disk": subject.on_disk,
            "folder": subject.root.path if subject.root else None,
            "verdict": explanation(verdict, facts),
            "left_out": _rule_view(subject.left_out),
            "file": _file_view(subject.file),
            "below": self._below(subject),
            "query": self._found_by(subject, query) if query else None,
        }

    def _look(self, given: str) -> _Subject:
        path = os.path.join(os.path.realpath(os.path.dirname(given)), os.path.basename(given))
        on_disk = _on_disk(path)
        with self._readers.reading() as db:
            file = file_details(db, path)
        if on_disk == "missing" and file is not None and file.container:
            on_disk = "member"
        root = next((root for root in self._pipeline.roots if is_within(path, (root.path,))), None)
        ruled = file.container if file is not None and file.container else path
        out = root and self._pipeline.rules().lookup(root.path).rule_for(ruled, is_folder=on_disk == "folder")
        return _Subject(path, on_disk, root, out or None, file)

    def _verdict(self, subject: _Subject) -> tuple[str, dict[str, Any]]:
        """The code and the facts of what there is to say."""
        out = subject.left_out
        if subject.root is None:
            return self._outside(subject)
        if subject.on_disk == "link":
            return "link", {"target": os.path.realpath(subject.path)}
        if out is not None:
            facts = {"left_out": out.path, "by": out.by, "name": os.path.basename(out.path)}
            return ("secret_by_name" if out.name_kept else f"rule_{out.rule}"), facts
        return _standing(subject)

    def _outside(self, subject: _Subject) -> tuple[str, dict[str, Any]]:
        removed = next((item for item in self._pipeline.removed if is_within(subject.path, (item.path,))), None)
        if removed is not None:
            return "removed_folder", {"folder": removed.path, "until": local_iso(removed.until)}
        if subject.on_disk == "missing":
            return "missing", {}
        out = self._pipeline.rules().root_rule(subject.path)
        if out is not None:
            return f"rule_{out.rule}", {"left_out": out.path}
        parent = subject.path if subject.on_disk == "folder" else os.path.dirname(subject.path)
        return "not_in_folder", {"parent": parent}

    def _below(self, subject: _Subject) -> dict[str, Any] | None:
        if subject.on_disk != "folder" or subject.root is None or subject.left_out is not None:
            return None
        with self._readers.reading() as db:
            states = states_below(db, subject.path)
            rules = left_out_of(db, subject.root.root_id) if subject.path == subject.root.path else None
        return {"states": {state.value: states[state] for state in FileState if state in states}, "left_out": rules}

    def _found_by(self, subject: _Subject, query: SearchQuery) -> dict[str, Any]:
        """At which rank each search has the file, and whether it meets the query's conditions."""
        file = subject.file
        if file is None:
            return {"meets_conditions": None, "rank": None, "stages": {}}
        with self._readers.reading() as db:
            condition, bindings = file_condition(db, query)
            fits = meets(db, file.file_id, condition, bindings)
        ranks = {stage: self._rank(file.file_id, query, (stage,)) for stage in STAGES}
        return {"meets_conditions": fits, "rank": self._rank(file.file_id, query, STAGES), "stages": ranks}

    def _rank(self, file_id: int, query: SearchQuery, stages: tuple[str, ...]) -> int | None:
        hits = self._search(replace(query, stages=stages, limit=_RANKS)).hits
        return next((rank for rank, hit in enumerate(hits, 1) if hit.file_id == file_id), None)


def _standing(subject: _Subject) -> tuple[str, dict[str, Any]]:
    """How it stands with what belongs into the index."""
    file = subject.file
    if subject.on_disk in {"folder", "special"}:
        return subject.on_disk, {}
    if file is None:
        return ("missing" if subject.on_disk == "missing" else "not_seen"), {}
    if subject.on_disk == "missing":
        return "gone", {}
    tells_more = file.reason and file.state in _WORTH_TELLING
    return (f"reason_{file.reason}", {"detail": file.detail}) if tells_more else (f"state_{file.state}", {})


def _on_disk(path: str) -> str:
    """What stands at a path: file, folder, link, special or missing."""
    try:
        mode = os.lstat(path).st_mode
    except (OSError, ValueError):
        return "missing"
    if stat.S_ISLNK(mode):
        return "link"
    return "file" if stat.S_ISREG(mode) else "folder" if stat.S_ISDIR(mode) else "special"


def _rule_view(out: LeftOut | None) -> dict[str, Any] | None:
    if out is None:
        return None
    return {"rule": out.rule.value, "path": out.path, "by": out.by, "name_kept": out.name_kept}


def _file_view(file: FileDetails | None) -> dict[str, Any] | None:
    if file is None:
        return None
    return {
        "state": file.state,
        "reason": file.reason,
        "detail": file.detail,
        "kind": file.kind,
        "size": file.size,
        "modified": local_iso(file.modified),
        "container": file.container,
        "title": file.title,
        "author": file.author,
        "created": None if file.created is None else local_iso(file.created),
        "languages": list(file.languages),
        "chunks": file.chunks,
        "embedded": file.embedded,
        "anchors": [anchor.to_json() for anchor in file.anchors],
        "truncated": file.truncated,
        "read": None if file.read_at is None else local_iso(file.read_at),
        "members": file.members,
        "tries": file.tries,
        "pages_owed": file.pages_owed,
    }
