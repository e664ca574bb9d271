"""Stands in where the system lets nothing be watched: every folder is looked at from time to time."""

from __future__ import annotations

from indexer.watch.folder_watches import NoMoreWatches


class NoWatches:
    """The same methods as :class:`indexer.watch.folder_watches.FolderWatches`."""

    alive = True
    held = 0

    def __len__(self) -> int:
        return 0

    def __contains__(self, _path: str) -> bool:
        return False

    def add(self, _path: str) -> bool:
        """There is none left, ever."""
        raise NoMoreWatches

    def note_newest(self, _path: str, _newest: float) -> None:
        """It does not matter."""

    def oldest(self, _count: int) -> list[tuple[float, str]]:
        """None may be given up."""
        return []

    def remove(self, _path: str) -> None:
        """There is none."""

    def remove_tree(self, _path: str) -> None:
        """There is none."""

    def close(self) -> None:
        """Nothing is open."""
