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
    phrases: tuple[str, ...] = ()
    """Each must stand so in a file's name or text."""
    names: tuple[str, ...] = ()
    """Each must be a part of a file's name; with `*` or `?` it describes the whole name."""
    authors: tuple[str, ...] = ()
    """Who wrote or sent the file: any of them, by a part of the name or its pinyin."""
    languages: tuple[str, ...] = ()
    """"zh" or "xx" (any other): a part of the file is written in one of them."""
    without: tuple[SearchQuery, ...] = ()
    """Files that meet all conditions of one of these are left out; their `text` says nothing."""
    likely: SearchQuery | None = None
    """Conditions that the files meant probably meet: they rank, and exclude nothing."""
    also: str = ""
    """Other ways in which names and texts may write a part of `text` ("2026-10 October"); they would bend its meaning."""

    @property
    def words(self) -> str:
        """What names and texts are searched for."""
        return f"{self.text} {self.also}".strip()

    @property
    def conditional(self) -> bool:
        """True when anything but words limits the answer."""
        lists = (self.kinds, self.extensions, self.folders)
        conditions = (*lists, self.phrases, self.names, self.authors, self.languages, self.without)
        return any(conditions) or any(bound is not None for bound in (*self.modified, *self.size))
