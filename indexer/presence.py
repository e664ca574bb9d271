"""Whether a file that was found still stands on the disk, or is only out of sight."""

from __future__ import annotations

import os

import apsw

from indexer.catalog import reader
from indexer.rules.places import is_within


class Presence:
    """As the disk and the catalogue are at the moment of one search."""

    def __init__(self, db: apsw.Connection) -> None:
        self._away = reader.away_folders(db)
        self._roots = reader.root_folders(db)

    def is_gone(self, path: str) -> bool:
        """True for a file that is not there although its volume is."""
        return not _stands(path) and not self._out_of_sight(path)

    def is_offline(self, path: str) -> bool:
        """True for a file that cannot be reached because its volume is away, or its indexed folder cannot be read."""
        return not _stands(path) and self._out_of_sight(path)

    def _out_of_sight(self, path: str) -> bool:
        if is_within(path, self._away):
            return True
        root = next((root for root in self._roots if is_within(path, (root,))), None)
        return root is not None and not os.path.isdir(root)


def _stands(path: str) -> bool:
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return False
    except OSError:
        return True  # it may be there: whoever may not look does not know
    return True
