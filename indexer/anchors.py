"""Tells a volume that is away from a folder that was emptied.

An anchor is an indexed folder, or a place below one where a volume was mounted. Its catalogue row says which
mount it lay in when it was last looked at. When that mount is another one now and nothing of what was known
stands there, the volume is away: what is known of it stays. When the mount is the same, the user emptied it.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass

import apsw

from indexer.catalog.database import rows
from indexer.catalog.folders import FolderTree
from indexer.watch.mounts import Mount, Mounts


@dataclass(slots=True)
class _Anchor:
    folder_id: int
    point: str
    identity: str
    away: bool


class Anchors:
    """The anchors of one catalogue. Used by the thread that writes it."""

    def __init__(self, db: apsw.Connection, folders: FolderTree) -> None:
        self._db = db
        self._folders = folders
        self._mounts = Mounts(())
        self._points: dict[str, Mount] = {}
        self._anchors: dict[str, _Anchor] = {}

    def refresh(self) -> None:
        """Read the table of mounts and the anchors anew; done once for each batch of looks."""
        self._mounts = Mounts.now()
        self._points = self._mounts.points()
        found = rows(self._db, "select folder, point, identity, away from mounted")
        self._anchors = {
            self._folders.path(folder_id): _Anchor(folder_id, os.fsdecode(point), identity, bool(away))
            for folder_id, point, identity, away in found
        }

    def keeps_inodes(self, path: str) -> bool:
        """Whether an inode names a file for good in the file system that `path` lies in."""
        return bool(self._points) and self._mounts.of(path).keeps_inodes

    def is_anchor(self, path: str, *, root: bool) -> bool:
        """Whether this folder must be checked before what is missing in it is taken as gone."""
        return root or path in self._anchors or path in self._points

    def is_away(self, path: str, names: Collection[str], known: Collection[str]) -> bool:
        """Whether the volume of the anchor at `path` is away, from the names that stand there and those that are known."""
        anchor, mount = self._anchors.get(path), self._mounts.of(path)
        if anchor is None or not known or not set(known).isdisjoint(names):
            return False
        if anchor.point != mount.point or (anchor.identity and mount.identity and anchor.identity != mount.identity):
            return True
        return mount.is_remote and not names

    def note_present(self, path: str, folder_id: int) -> None:
        """The anchor was looked at and is what it was, or is one from now on."""
        mount = self._mounts.of(path)
        now = _Anchor(folder_id, mount.point, mount.identity, away=False)
        if self._anchors.get(path) != now:
            self._store(path, now)

    def note_away(self, path: str, folder_id: int) -> None:
        """The volume of the anchor is not there: what is known below it stays and is marked."""
        anchor = self._anchors.get(path)
        if anchor is None:
            mount = self._mounts.of(path)
            anchor = _Anchor(folder_id, mount.point, mount.identity, away=False)
        if not anchor.away:
            self._store(path, _Anchor(folder_id, anchor.point, anchor.identity, away=True))

    def volumes_below(self, path: str) -> dict[str, int]:
        """Places of volumes at `path` or below it, with their folders' ids: a missing folder with one is not gone for good."""
        inside = os.path.join(path, "")
        return {
            at: anchor.folder_id
            for at, anchor in self._anchors.items()
            if (at == path or at.startswith(inside)) and anchor.point == at
        }

    def is_present(self, path: str) -> bool:
        """Whether the volume that a known path lies on is there, so that a missing path is gone and not out of sight."""
        at = path
        while at not in self._anchors:
            above = os.path.dirname(at)
            if above == at:
                return True
            at = above
        anchor = self._anchors[at]
        return not anchor.away and anchor.point == self._mounts.of(at).point and os.path.isdir(at)

    def _store(self, path: str, anchor: _Anchor) -> None:
        self._anchors[path] = anchor
        self._db.execute(
            "insert or replace into mounted(folder, point, identity, away) values(?, ?, ?, ?)",
            (anchor.folder_id, os.fsencode(anchor.point), anchor.identity, anchor.away),
        )
