"""What to look for, as the search understands it."""

from __future__ import annotations

from dataclasses import dataclass

STAGES = ("name", "text", "meaning")


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """Words and conditions. Times are in seconds since the epoch, sizes in bytes, bounds inclusive.

    `folders` are folder names or parts of paths; a file must lie below one that is called so.
    `stages` limits which searches take part.
    """

    text: str
    kinds: tuple[str, ...] = ()
    extensions: tuple[str, ...] = ()
    modified: tuple[float | None, float | None] = (None, None)
    by_creation: bool = False
    """True: `modified` means when a picture was taken, a message sent, a document begun, as far as files say that."""
    size: tuple[int | None, int | None] = (None, None)
    folders: tuple[str, ...] = ()
    limit: int = 20
    stages: tuple[str, ...] = STAGES
    order: str = ""
    """newest, oldest, largest or smallest: a wish for the ranking, and the order when there are no words."""
    also: str = ""
    """Other ways in which names and texts may write a part of `text` ("2026-10 October"); they would bend its meaning."""

    @property
    def words(self) -> str:
        """What names and texts are searched for."""
        return f"{self.text} {self.also}".strip()

    @property
    def conditional(self) -> bool:
        """True when anything but words limits the answer."""
        conditions = (self.kinds, self.extensions, self.folders)
        return any(conditions) or any(bound is not None for bound in (*self.modified, *self.size))
