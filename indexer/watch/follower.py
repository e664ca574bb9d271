"""What the reconciler tells the watcher while it walks."""

from __future__ import annotations

from typing import Protocol


class Follower(Protocol):
    """Keeps watch on the folders that the reconciler looks at. Called from the pipeline's thread."""

    def enter(self, folder: str) -> None:
        """A folder is about to be listed: what changes in it from now on must be heard."""

    def listed(self, folder: str, newest: float) -> None:
        """It was listed; `newest` is the time of the latest change in it, seconds since the epoch."""

    def leave(self, folder: str) -> None:
        """A folder is gone or left out by a rule, with all that lies in it."""


class NoFollower:
    """Hears nothing: for indexes that are only looked at when somebody asks."""

    def enter(self, folder: str) -> None:
        """Ignore it."""

    def listed(self, folder: str, newest: float) -> None:
        """Ignore it."""

    def leave(self, folder: str) -> None:
        """Ignore it."""
