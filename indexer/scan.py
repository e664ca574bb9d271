"""Walks a folder and tells what is there. Links are never followed and only regular files are seen."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from indexer.errors import FolderUnavailable
from indexer.model import FileFacts
from indexer.rules.book import Level, Rules
from indexer.rules.rule import LeftOut, Rule


@dataclass(slots=True)
class Scan:
    """What a walk saw.

    `withheld` are files that are found by name and never read. `unreadable` are folders whose contents are
    unknown: nothing below them may be taken as gone. `left_out` counts by rule the files that are not in the
    index at all, and the folders, each as one.
    """

    files: list[FileFacts] = field(default_factory=list)
    withheld: list[FileFacts] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    left_out: Counter[Rule] = field(default_factory=Counter)


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


def scan_folder(root: str, rules: Rules, stopped: Callable[[], bool]) -> Scan:
    """Walk `root` without following links.

    Raises `FolderUnavailable` when the root itself is gone. Ends early, with what it has, once `stopped()`.
    """
    check_folder(root)
    scan = Scan()
    if out := rules.root_rule(root):
        scan.left_out[out.rule] += 1
        return scan
    waiting: list[tuple[str, Level | None]] = [(root, None)]
    while waiting and not stopped():
        folder, above = waiting.pop()
        try:
            entries = _entries(folder)
        except OSError:
            scan.unreadable.append(folder)
            continue
        level = rules.enter(folder, {entry.name for entry in entries}, above)
        if isinstance(level, LeftOut):
            scan.left_out[level.rule] += 1
        else:
            waiting += [(path, level) for path in _sort_in(scan, entries, rules, level)]
    scan.unreadable += [folder for folder, _ in waiting]
    return scan


def _entries(folder: str) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return list(entries)


def _sort_in(scan: Scan, entries: list[os.DirEntry[str]], rules: Rules, level: Level) -> Iterator[str]:
    """Note the files among the entries and yield the folders that are to be entered."""
    for entry in entries:
        try:
            seen = entry.stat(follow_symlinks=False)
        except OSError:
            continue
        if stat.S_ISDIR(seen.st_mode):
            if out := rules.folder_rule(entry.path, level, seen):
                scan.left_out[out.rule] += 1
            else:
                yield entry.path
        elif stat.S_ISREG(seen.st_mode):
            facts = FileFacts(entry.path, seen.st_size, seen.st_mtime_ns, seen.st_ino)
            out = rules.file_rule(entry.path, level, seen)
            if out is None:
                scan.files.append(facts)
            elif out.name_kept:
                scan.withheld.append(facts)
            else:
                scan.left_out[out.rule] += 1
