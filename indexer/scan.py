"""Walks a folder and tells what is there. Links are never followed and only regular files are seen."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from indexer import filters
from indexer.errors import FolderUnavailable
from indexer.model import FileFacts


@dataclass(slots=True)
class Scan:
    """What a walk saw. `unreadable` are folders whose contents are unknown: nothing below them may be taken as gone."""

    files: list[FileFacts] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    skipped: int = 0


def check_folder(path: str) -> None:
    """Raise `FolderUnavailable` when `path` cannot be indexed."""
    try:
        mode = os.stat(path).st_mode
    except PermissionError:
        raise FolderUnavailable(path=path, why="unreadable") from None
    except (OSError, ValueError):
        raise FolderUnavailable(path=path, why="missing") from None
    if not stat.S_ISDIR(mode):
        raise FolderUnavailable(path=path, why="not_a_folder")
    if not os.access(path, os.R_OK | os.X_OK):
        raise FolderUnavailable(path=path, why="unreadable")


def scan_folder(root: str, own_folders: tuple[str, ...], stopped: Callable[[], bool]) -> Scan:
    """Walk `root` without following links; `own_folders` are Docent's own and are left out.

    Raises `FolderUnavailable` when the root itself is gone. Ends early, with what it has, once `stopped()`.
    """
    check_folder(root)
    scan = Scan()
    waiting = [root]
    while waiting and not stopped():
        folder = waiting.pop()
        try:
            entries = _entries(folder)
        except OSError:
            scan.unreadable.append(folder)
            continue
        if folder != root and any(entry.name in filters.MARKER_FILES for entry in entries):
            scan.skipped += 1
            continue
        waiting += [path for path in _sort_in(scan, entries) if not filters.is_within(path, own_folders)]
    if waiting:
        scan.unreadable += waiting
    return scan


def _entries(folder: str) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return list(entries)


def _sort_in(scan: Scan, entries: list[os.DirEntry[str]]) -> Iterator[str]:
    for entry in entries:
        try:
            facts = entry.stat(follow_symlinks=False)
        except OSError:
            continue
        if stat.S_ISDIR(facts.st_mode):
            if filters.folder_rule(entry.name):
                scan.skipped += 1
            else:
                yield entry.path
        elif stat.S_ISREG(facts.st_mode):
            if filters.file_rule(entry.name):
                scan.skipped += 1
            else:
                scan.files.append(FileFacts(entry.path, facts.st_size, facts.st_mtime_ns, facts.st_ino))
