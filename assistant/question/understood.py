"""What a query was understood to mean."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assistant.question.chips import Chip
from assistant.question.intents import Intent, Order
from assistant.question.periods import dates_json
from indexer.query import STAGES, SearchQuery


def seconds(start: datetime | None, end: datetime | None) -> tuple[float | None, float | None]:
    """A half-open stretch in seconds since the epoch, both bounds included."""
    before_end = None if end is None else math.nextafter(end.timestamp(), -math.inf)
    return None if start is None else start.timestamp(), before_end


@dataclass(frozen=True, slots=True)
class Understood:
    """A query taken apart: words to look for, conditions that limit the answer, and what is wanted.

    `text` may be empty when conditions say everything. A file fits when it is of one of `kinds` or has one of
    `extensions`. `modified` is half-open: from the first moment up to but not including the second, either open
    (None); `by_creation` says that it means when a file's content came to be. `size` is in bytes, both bounds included. `order` is a wish for the ranking. `also` spells out times in
    `text` as documents may write them. `phrases`, `names`, `authors`, `languages`, `without` and `likely` are those of
    :class:`SearchQuery`. `chips` say which words of the query made what.
    """

    query: str
    text: str
    kinds: tuple[str, ...] = ()
    extensions: tuple[str, ...] = ()
    modified: tuple[datetime | None, datetime | None] | None = None
    size: tuple[int | None, int | None] | None = None
    folders: tuple[str, ...] = ()
    intent: Intent = "find"
    order: Order = ""
    also: str = ""
    by_creation: bool = False
    phrases: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    without: tuple[SearchQuery, ...] = ()
    likely: SearchQuery | None = None
    chips: tuple[Chip, ...] = ()

    @property
    def conditional(self) -> bool:
        """True when anything but words limits the answer."""
        return self.to_search().conditional

    @property
    def conflict(self) -> str:
        """Which conditions leave no file at all: "times", "sizes" or none (empty)."""
        start, end = self.modified or (None, None)
        if start and end and start >= end:
            return "times"
        low, high = self.size or (None, None)
        return "sizes" if low is not None and high is not None and low > high else ""

    def to_json(self) -> dict[str, Any]:
        """The `understood` object of `docent find --json`; the dates in `modified` are both included."""
        return {
            "text": self.text,
            "kinds": list(self.kinds),
            "extensions": list(self.extensions),
            "modified": None if self.modified is None else dates_json(*self.modified),
            "by_creation": self.by_creation,
            "size": None if self.size is None else {"from": self.size[0], "to": self.size[1]},
            "folders": list(self.folders),
            "intent": self.intent,
            "order": self.order,
            "also": self.also,
            "phrases": list(self.phrases),
            "names": list(self.names),
            "authors": list(self.authors),
            "languages": list(self.languages),
            "without": [chip.value for chip in self.chips if chip.kind == "without"],
            "conflict": self.conflict,
            "chips": [chip.to_json() for chip in self.chips],
        }

    def to_search(self, limit: int = 20, stages: Sequence[str] = STAGES) -> SearchQuery:
        """The search for it; times become seconds since the epoch, bounds included."""
        return SearchQuery(
            text=self.text,
            kinds=self.kinds,
            extensions=self.extensions,
            modified=seconds(*self.modified) if self.modified else (None, None),
            by_creation=self.by_creation,
            size=self.size or (None, None),
            folders=self.folders,
            limit=limit,
            stages=tuple(stages),
            order=self.order,
            also=self.also,
            phrases=self.phrases,
            names=self.names,
            authors=self.authors,
            languages=self.languages,
            without=self.without,
            likely=self.likely,
        )
