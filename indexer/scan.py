"""What stands in one folder, sorted by the rules. Links are never followed and only regular files are seen."""

from __future__ import annotations

import os
import stat
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from indexer.errors import FolderUnavailable
from indexer.model import FileFacts
from indexer.rules.book import Level, Rules
from indexer.rules.rule import LeftOut, Rule


@dataclass(slots=True)
class Listing:
    """The entries of a folder by name.

    `withheld` are files that are found by name and never read; `folders` those that are to be entered, with their
    inode; `names` all that stands there. `asked` are the entries that were looked at, None: all of them.
    `left_out` counts by rule what is not in the index at all, `unknown` are names that could not be looked at.
    """

    folder: str
    level: Level | LeftOut
    names: frozenset[str]
    asked: frozenset[str] | None
    files: dict[str, FileFacts] = field(default_factory=dict)
    withheld: dict[str, FileFacts] = field(default_factory=dict)
    folders: dict[str, int] = field(default_factory=dict)
    left_out: Counter[Rule] = field(default_factory=Counter)
    unknown: set[str] = field(default_factory=set)
    newest: float = 0.0
    """Time of the latest change in it, seconds since the epoch."""

    def covers(self, name: str) -> bool:
        """Whether this entry was looked at."""
        return (self.asked is None or name in self.asked) and name not in self.unknown


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


def list_folder(folder: str, rules: Rules, above: Level | None, asked: Collection[str] | None = None) -> Listing:
    """List a folder. Raises `OSError` when it cannot be.

    `above` is what holds in the folder around it, None for a root.
    With `asked` only these entries are looked at; all, when one of them may be another way to write a name
    that is there: some file systems do not tell case or Unicode forms apart.
    """
    with os.scandir(folder) as found:
        entries = list(found)
    names = frozenset(entry.name for entry in entries)
    held = rules.enter(folder, names, above)
    listing = Listing(folder, held, names, None if asked is None or _is_ambiguous(asked, names) else frozenset(asked))
    if isinstance(held, Level):
        for entry in entries:
            if listing.covers(entry.name):
                _sort_in(listing, entry, rules, held)
    return listing


def _is_ambiguous(asked: Iterable[str], names: frozenset[str]) -> bool:
    missing = {_folded(name) for name in asked if name not in names}
    return bool(missing) and not missing.isdisjoint(map(_folded, names))


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _sort_in(listing: Listing, entry: os.DirEntry[str], rules: Rules, level: Level) -> None:
    try:
        seen = entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return  # it went meanwhile
    except OSError:
        listing.unknown.add(entry.name)
        return
    listing.newest = max(listing.newest, seen.st_mtime)
    if stat.S_ISDIR(seen.st_mode):
        out = rules.folder_rule(entry.path, level, seen)
        if out is None:
            listing.folders[entry.name] = seen.st_ino
        else:
            listing.left_out[out.rule] += 1
    elif stat.S_ISREG(seen.st_mode):
        facts = FileFacts(entry.path, seen.st_size, seen.st_mtime_ns, seen.st_ino)
        out = rules.file_rule(entry.path, level, seen)
        if out is None:
            listing.files[entry.name] = facts
        elif out.name_kept:
            listing.withheld[entry.name] = facts
        else:
            listing.left_out[out.rule] += 1
